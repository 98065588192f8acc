package material

import (
	"bytes"
	"context"
	"image"
	"image/jpeg"
	"io"
	"path"
	"strings"
	"unicode"

	"wangban/internal/form"
)

// content is what inspecting a file found out.
type content struct {
	pages         int         // of a document; 0 for a picture
	width, height int         // upright, of the original picture
	view          image.Image // upright, scaled down; nil where none could be made
	hints         []Hint
}

// Intake takes in a file that somebody hands in as name, and keeps it and the
// copy to show. What the person can do something about is a *Refusal, and then
// nothing is kept; only a context that ended comes as it is.
func (m *Room) Intake(ctx context.Context, name string, r io.Reader, rules Rules) (form.File, []Hint, error) {
	b, err := readAll(ctx, r, rules.MaxBytes)
	if err != nil {
		return form.File{}, nil, err
	}
	kind, err := sniff(b, rules.Kinds)
	if err != nil {
		return form.File{}, nil, err
	}
	if err := m.scan(ctx, b); err != nil {
		return form.File{}, nil, err
	}
	c, err := m.inspect(ctx, kind, b, rules)
	if err != nil {
		return form.File{}, nil, err
	}
	file := form.File{
		Name: cleanName(name, kind), Type: string(kind), Size: int64(len(b)),
		Pages: c.pages, Width: c.width, Height: c.height,
	}
	if file.Hash, err = m.keep(ctx, b); err != nil {
		return form.File{}, nil, err
	}
	if c.view != nil {
		var out bytes.Buffer
		if err := jpeg.Encode(&out, c.view, &jpeg.Options{Quality: 85}); err != nil {
			return form.File{}, nil, trouble(ctx, err)
		}
		if file.View, err = m.keep(ctx, out.Bytes()); err != nil {
			return form.File{}, nil, err
		}
	}
	return file, c.hints, nil
}

func readAll(ctx context.Context, r io.Reader, max int64) ([]byte, error) {
	b, err := io.ReadAll(io.LimitReader(r, max+1))
	switch {
	case ctx.Err() != nil:
		return nil, ctx.Err()
	case err != nil:
		return nil, refuse(CodeCut, "没有收全这个文件，可能是网络断了。再传一次。").because(err)
	case int64(len(b)) > max:
		return nil, refuse(CodeTooLarge, "文件超过 %d MB。图片可以截屏后传截图，PDF 可以分成几个传。", max>>20)
	case len(b) == 0:
		return nil, refuse(CodeEmpty, "这个文件是空的。重新选一个文件。")
	}
	return b, nil
}

func (m *Room) scan(ctx context.Context, b []byte) error {
	if m.Scan == nil {
		return nil
	}
	switch virus, err := m.Scan(ctx, bytes.NewReader(b)); {
	case ctx.Err() != nil:
		return ctx.Err()
	case err != nil:
		return refuse(CodeTrouble, "现在不能检查这个文件有没有病毒，所以没有收。过几分钟再传一次。").because(err)
	case virus != "":
		return refuse(CodeVirus, "这个文件带有病毒（%s），没有收。换一台干净的手机重新拍照上传，并给原来的设备杀毒。", virus)
	}
	return nil
}

func (m *Room) inspect(ctx context.Context, kind Kind, b []byte, rules Rules) (content, error) {
	switch kind {
	case PDF:
		return m.inspectPDF(ctx, b, rules)
	case OFD:
		return inspectOFD(b, rules)
	default:
		return m.inspectPicture(ctx, kind, b, rules)
	}
}

func errPages(n int, rules Rules) *Refusal {
	return refuse(CodePages, "这个文件有 %d 页，最多收 %d 页。只留需要的几页再传。", n, rules.MaxPages)
}

func (m *Room) keep(ctx context.Context, b []byte) (string, error) {
	ref, err := m.Files.Put(ctx, bytes.NewReader(b), int64(len(b)))
	if err != nil {
		return "", trouble(ctx, err)
	}
	return ref.Hash, nil
}

// trouble is what went wrong on our side.
func trouble(ctx context.Context, err error) error {
	if ctx.Err() != nil {
		return ctx.Err()
	}
	return refuse(CodeTrouble, "没有存好这个文件，不是你的问题。过几分钟再传一次。").because(err)
}

// cleanName is what the file is called when it is downloaded: the name given,
// without folders and control characters, ending as its kind does.
func cleanName(name string, kind Kind) string {
	name = path.Base(strings.ReplaceAll(strings.ToValidUTF8(name, ""), `\`, "/"))
	name = strings.TrimSuffix(name, path.Ext(name))
	name = strings.Map(func(r rune) rune {
		if !unicode.IsPrint(r) || strings.ContainsRune(`<>:"/|?*`, r) {
			return -1
		}
		return r
	}, name)
	const longest = 80
	if runes := []rune(name); len(runes) > longest {
		name = string(runes[:longest])
	}
	if name = strings.Trim(name, " ."); name == "" {
		name = "材料"
	}
	return name + extensions[kind]
}
