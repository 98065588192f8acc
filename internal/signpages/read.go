package signpages

import (
	"context"
	"crypto/sha256"
	"errors"
	"mime"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"sync"

	"wangban/internal/casework"
	"wangban/internal/document"
	"wangban/internal/signing"
	"wangban/internal/web"
)

// reading is the document as the page shows it.
type reading struct {
	Digest string
	Text   []document.Part // the same in words: a page is too small to read on a phone
	Pages  int             // drawn as pictures; 0 when they could not be drawn
}

// pictureWidth is twice the width of a phone, so that small print is sharp.
const pictureWidth = 1080

// read makes the document for the page. Without pictures there is still the
// document itself.
func (p *Pages) read(r *http.Request, v view) reading {
	pdf, digest, err := p.Signing.Read(r.Context(), v.Token, visitor(r))
	if err != nil {
		panic(err)
	}
	pages, err := p.draw(r.Context(), pdf)
	if err != nil {
		p.Log.Error("draw a letter", "error", err)
	}
	text, err := p.Text(v.State, v.Item, v.Document)
	if err != nil {
		panic(err)
	}
	return reading{Digest: digest, Text: text, Pages: len(pages)}
}

func (p *Pages) draw(ctx context.Context, pdf []byte) ([][]byte, error) {
	return p.pictures.of(pdf, func() ([][]byte, error) { return p.Picture(ctx, pdf, pictureWidth) })
}

// picture is a page of the document. Who has not proven to be the signer gets
// nothing.
func (p *Pages) picture(w http.ResponseWriter, r *http.Request) {
	number, isPNG := strings.CutSuffix(r.PathValue("n"), ".png")
	n, err := strconv.Atoi(number)
	if err != nil || !isPNG {
		web.NotFound(w, r)
		return
	}
	pdf, _, err := p.Signing.Read(r.Context(), token(r), visitor(r))
	if err != nil {
		notForYou(w, r, err)
		return
	}
	pages, err := p.draw(r.Context(), pdf)
	if err != nil {
		panic(err)
	}
	if n < 1 || n > len(pages) {
		web.NotFound(w, r)
		return
	}
	private(w, "image/png")
	_, _ = w.Write(pages[n-1])
}

// letter is the document itself, before it is signed.
func (p *Pages) letter(w http.ResponseWriter, r *http.Request) {
	pdf, _, err := p.Signing.Read(r.Context(), token(r), visitor(r))
	if err != nil {
		notForYou(w, r, err)
		return
	}
	private(w, "application/pdf")
	w.Header().Set("Content-Disposition", "inline")
	_, _ = w.Write(pdf)
}

// signed is the signed document, for the browser in which it was signed.
func (p *Pages) signed(w http.ResponseWriter, r *http.Request) {
	file, ok, err := p.Signing.Copy(r.Context(), token(r), visitor(r))
	if err != nil {
		notForYou(w, r, err)
		return
	}
	if !ok {
		web.NotFound(w, r)
		return
	}
	w.Header().Set("Content-Disposition", mime.FormatMediaType("attachment", map[string]string{"filename": file.Name}))
	web.SendFile(w, r, p.Open, file)
}

// notForYou hides what a browser may not have: it does not exist for it.
func notForYou(w http.ResponseWriter, r *http.Request, err error) {
	var refusal *casework.Refusal
	if !errors.Is(err, signing.ErrStep) && !errors.Is(err, signing.ErrNoLink) && !errors.As(err, &refusal) {
		panic(err)
	}
	web.NotFound(w, r)
}

func private(w http.ResponseWriter, kind string) {
	w.Header().Set("Content-Type", kind)
	w.Header().Set("Cache-Control", "private, no-store")
}

// keptPictures is how many documents stay drawn: a page and its pictures are
// asked for one after the other, and drawing takes a tenth of a second.
const keptPictures = 8

// pictures remembers the pages of the last few documents.
type pictures struct {
	mu   sync.Mutex
	last []drawn // newest last
}

type drawn struct {
	of    [sha256.Size]byte
	pages [][]byte
}

func (c *pictures) of(pdf []byte, draw func() ([][]byte, error)) ([][]byte, error) {
	name := sha256.Sum256(pdf)
	c.mu.Lock()
	i := slices.IndexFunc(c.last, func(d drawn) bool { return d.of == name })
	if i >= 0 {
		defer c.mu.Unlock()
		return c.last[i].pages, nil
	}
	c.mu.Unlock()
	pages, err := draw()
	if err != nil {
		return nil, err
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.last = append(c.last, drawn{name, pages})
	c.last = c.last[max(0, len(c.last)-keptPictures):]
	return pages, nil
}
