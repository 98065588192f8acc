package material

import (
	"bytes"
	"compress/zlib"
	"context"
	"errors"
	"image"
	"io"
	"regexp"
	"strconv"
)

const (
	// pdfText is how much the descriptions of a PDF's objects may unpack to, in
	// bytes; that of a hundred pages of office text is about a million.
	pdfText = 8 << 20
	// pdfPacks is how many streams of objects are unpacked.
	pdfPacks = 5000
	// pdfTail is where readers look for the end of a PDF.
	pdfTail = 1024
)

var (
	pdfEnd       = regexp.MustCompile(`startxref\s+(\d+)\s+%%EOF`)
	pdfXref      = regexp.MustCompile(`^\s*(xref\b|\d+\s+\d+\s+obj\b)`)
	pdfEncrypt   = regexp.MustCompile(`/Encrypt\s*(\d+\s+\d+\s+R|<<)`)
	pdfProgram   = regexp.MustCompile(`/(JavaScript|Launch)\b`)
	pdfPage      = regexp.MustCompile(`/Type\s*/Page\b`)
	pdfPacked    = regexp.MustCompile(`/Type\s*/ObjStm\b`)
	pdfStream    = regexp.MustCompile(`\bstream\r?\n`)
	pdfEscape    = regexp.MustCompile(`#[0-9A-Fa-f]{2}`)
	pdfEndStream = []byte("endstream")
)

var errPacked = errors.New("the objects unpack to too much")

// inspectPDF checks that a PDF (ISO 32000) is whole, can be opened by anybody,
// holds no program, and has a bearable number of pages. What it means is for
// the renderer to find out, where there is one.
func (m *Room) inspectPDF(ctx context.Context, b []byte, rules Rules) (content, error) {
	tail := b[max(0, len(b)-pdfTail):]
	ends := pdfEnd.FindAllSubmatch(tail, -1)
	if len(ends) == 0 {
		return content{}, refuse(CodeCut, "PDF 不完整，后面一截没有传上来。重新传一次；还不行就重新导出这个 PDF。")
	}
	if err := mixedArchive(b); err != nil {
		return content{}, err
	}
	text, err := describe(b)
	if err != nil {
		return content{}, refuse(CodeBomb, "这个 PDF 的结构不正常，没有收。用“打印—另存为 PDF”重新做一份再传。").because(err)
	}
	switch {
	case pdfEncrypt.Match(text):
		return content{}, refuse(CodeEncrypted, "这个 PDF 加了密码或限制，打不开。去掉密码，或用“打印—另存为 PDF”重新做一份再传。")
	case pdfProgram.Match(text):
		return content{}, refuse(CodeMixed, "这个 PDF 里带有程序，为了安全没有收。用“打印—另存为 PDF”重新做一份再传。")
	}
	if err := mixedText(text); err != nil {
		return content{}, err
	}
	c := content{pages: len(pdfPage.FindAll(text, -1))}
	at, err := strconv.Atoi(string(ends[len(ends)-1][1]))
	sound := err == nil && at < len(b) && pdfXref.Match(b[at:min(len(b), at+64)]) && c.pages > 0
	if m.Render != nil {
		if c.pages, c.view, err = m.render(ctx, b); ctx.Err() != nil {
			return content{}, ctx.Err()
		}
		sound = err == nil && c.pages > 0
	}
	switch {
	case !sound:
		return content{}, refuse(CodeDamaged, "这个 PDF 打不开，可能已经损坏。用“打印—另存为 PDF”重新做一份再传。").because(err)
	case c.pages > rules.MaxPages:
		return content{}, errPages(c.pages, rules)
	}
	return c, nil
}

// render draws the first page, when no more than the pictures allow is in
// memory already.
func (m *Room) render(ctx context.Context, b []byte) (pages int, view image.Image, err error) {
	const page = 4 * viewSide * viewSide // bytes
	if err := m.memory.Acquire(ctx, page); err != nil {
		return 0, nil, err
	}
	defer m.memory.Release(page)
	pages, first, err := m.Render(ctx, bytes.NewReader(b), int64(len(b)))
	if err != nil || first == nil {
		return pages, nil, err
	}
	return pages, shrink(first), nil
}

// describe gives what a PDF says about its objects: all but the streams, and of
// these the ones that hold objects, unpacked.
func describe(b []byte) ([]byte, error) {
	var text bytes.Buffer
	for packs := 0; len(b) > 0; {
		begin := pdfStream.FindIndex(b)
		if begin == nil {
			text.Write(b)
			break
		}
		text.Write(b[:begin[0]])
		text.WriteByte('\n')
		head, data := b[bytes.LastIndex(b[:begin[0]], []byte("obj"))+1:begin[0]], b[begin[1]:]
		b = nil
		if end := bytes.Index(data, pdfEndStream); end >= 0 {
			data, b = data[:end], data[end+len(pdfEndStream):]
		}
		if !pdfPacked.Match(head) {
			continue
		}
		if packs++; packs > pdfPacks {
			return nil, errPacked
		}
		z, err := zlib.NewReader(bytes.NewReader(data))
		if err != nil {
			continue // packed in another way; the renderer sees it
		}
		// What is cut off or damaged still tells something.
		_, _ = io.Copy(&text, io.LimitReader(z, int64(pdfText+1-text.Len())))
		if text.Len() > pdfText {
			return nil, errPacked
		}
		text.WriteByte('\n')
	}
	return pdfEscape.ReplaceAllFunc(text.Bytes(), func(e []byte) []byte { // names may be written /J#61vaScript
		c, err := strconv.ParseUint(string(e[1:]), 16, 8)
		if err != nil {
			return e
		}
		return []byte{byte(c)}
	}), nil
}
