package document

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"image"
	"image/draw"
	"image/png"
	"io"
	"sync"
	"time"

	"github.com/klippa-app/go-pdfium"
	"github.com/klippa-app/go-pdfium/references"
	"github.com/klippa-app/go-pdfium/requests"
	"github.com/klippa-app/go-pdfium/webassembly"
	"github.com/tetratelabs/wazero"
	"github.com/tetratelabs/wazero/api"
	"github.com/tetratelabs/wazero/experimental"
)

// ErrUnreadable is a PDF that cannot be shown: damaged, protected by a
// password, or empty.
var ErrUnreadable = errors.New("这份 PDF 打不开。换一份没有密码、没有损坏的再试。")

// Bounds of pictures of pages.
const (
	maxWidth    = 3000
	maxShown    = 60 // pages
	firstWidth  = 1200
	patience    = 30 * time.Second // for waiting and drawing together
	renderers   = 2
	memory      = 8192 // pages of 64 KiB: 512 MiB for one document
	tallestPage = 4    // times as high as wide
)

// engine is PDFium (the engine of Chromium) as WebAssembly: what goes wrong
// in it stays in its sandbox, which sees no files and no network and can be
// stopped. Starting it takes a second or two, so it is started when first
// needed.
var engine = sync.OnceValues(func() (pdfium.Pool, error) {
	return webassembly.Init(webassembly.Config{
		MaxIdle: renderers, MaxTotal: renderers, FSConfig: wazero.NewFSConfig(), Stdout: io.Discard, Stderr: io.Discard,
		RuntimeConfig: wazero.NewRuntimeConfig().WithCoreFeatures(api.CoreFeaturesV2 | experimental.CoreFeaturesExceptionHandling).
			WithCloseOnContextDone(true).WithMemoryLimitPages(memory),
	})
})

// Pages are the pages of a PDF as pictures (PNG) of a width in pixels, what
// has been signed into them included.
func Pages(ctx context.Context, file []byte, width int) ([][]byte, error) {
	var out [][]byte
	err := open(ctx, file, func(o opened) error {
		for page := range min(o.pages, maxShown) {
			picture, err := o.picture(ctx, page, width)
			if err != nil {
				return err
			}
			var b bytes.Buffer
			if err := png.Encode(&b, picture); err != nil {
				return err
			}
			out = append(out, b.Bytes())
		}
		return nil
	})
	return out, err
}

// Inspect looks at a PDF that somebody has handed in: how many pages it has,
// and what the first one looks like.
func Inspect(ctx context.Context, r io.ReaderAt, size int64) (pages int, first image.Image, err error) {
	file := make([]byte, size)
	if _, err := r.ReadAt(file, 0); err != nil && !errors.Is(err, io.EOF) {
		return 0, nil, err
	}
	err = open(ctx, file, func(o opened) error {
		pages = o.pages
		first, err = o.picture(ctx, 0, firstWidth)
		return err
	})
	return pages, first, err
}

// opened is a PDF in the engine.
type opened struct {
	engine   pdfium.Pdfium
	document references.FPDF_DOCUMENT
	pages    int
}

func open(ctx context.Context, file []byte, use func(opened) error) (err error) {
	pool, err := engine()
	if err != nil {
		return fmt.Errorf("start PDFium: %w", err)
	}
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	worker, err := pool.GetInstanceWithContext(ctx)
	if err != nil {
		return fmt.Errorf("wait for PDFium: %w", errors.Join(err, ctx.Err()))
	}
	running := context.AfterFunc(ctx, func() { _ = worker.Kill() })
	defer func() {
		if running() {
			_ = worker.Close() // one that broke is not used again
			return
		}
		err = fmt.Errorf("%w（%w）", ErrUnreadable, ctx.Err())
	}()
	document, err := worker.OpenDocument(&requests.OpenDocument{File: &file})
	if err != nil {
		return fmt.Errorf("%w（%v）", ErrUnreadable, err)
	}
	count, err := worker.FPDF_GetPageCount(&requests.FPDF_GetPageCount{Document: document.Document})
	if err != nil || count.PageCount < 1 {
		return ErrUnreadable
	}
	return use(opened{engine: worker, document: document.Document, pages: count.PageCount})
}

func (o opened) page(n int) requests.Page {
	return requests.Page{ByIndex: &requests.PageByIndex{Document: o.document, Index: n}}
}

func (o opened) picture(ctx context.Context, page, width int) (image.Image, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	width = min(max(width, 1), maxWidth)
	drawn, err := o.engine.RenderPageInPixels(&requests.RenderPageInPixels{
		Page: o.page(page), Width: width, Height: tallestPage * width, RenderForm: true, Document: &o.document,
	})
	if err != nil {
		return nil, fmt.Errorf("%w（%v）", ErrUnreadable, err)
	}
	defer drawn.Cleanup()
	b := drawn.Result.RenderedImage.Bounds()
	out := image.NewRGBA(b) // the engine's own memory is gone after Cleanup
	draw.Draw(out, b, image.White, image.Point{}, draw.Src)
	draw.Draw(out, b, drawn.Result.RenderedImage, b.Min, draw.Over)
	return out, nil
}
