package material

import (
	"bytes"
	"context"
	"image"
	"image/color"
	"image/jpeg"
	"image/png"
	"io"

	"golang.org/x/image/draw"
	"golang.org/x/image/webp"
)

const (
	// viewSide is the longest side of what screens show, in pixels: an A4 page
	// at 200 dpi.
	viewSide = 2500
	// maxSide keeps out pictures that are one endless line.
	maxSide = 20_000
	// maxScans is how often a progressive JPEG may go over the picture; encoders
	// do it about ten times. Each takes a decoder time and hardly any bytes.
	maxScans = 64
)

// inspectPicture decodes a picture, wholly, and makes the copy to show: upright,
// scaled down, on white, without anything but its pixels.
func (m *Room) inspectPicture(ctx context.Context, kind Kind, b []byte, rules Rules) (content, error) {
	if err := mixed(b); err != nil {
		return content{}, err
	}
	config, err := decodeConfig(kind, b)
	if err == nil && kind == WebP && len(b) < riffSize(b) {
		err = io.ErrUnexpectedEOF // the decoder does not mind
	}
	if err != nil {
		return content{}, unreadable(kind, b, err)
	}
	turned, scans := 1, 0
	switch kind {
	case JPEG:
		turned, scans = walkJPEG(b)
	case PNG:
		turned = pngOrientation(b)
	case WebP:
		turned = webpOrientation(b)
	}
	pixels := config.Width * config.Height // each side is below 2^31
	if pixels <= 0 || pixels > min(rules.MaxPixels, maxPixels) || max(config.Width, config.Height) > maxSide || memory(kind, b, config) > maxMemory {
		return content{}, refuse(CodePixels, "图片太大（%d × %d 像素）。把相机的分辨率调低一档重拍，或截屏后传截图。", config.Width, config.Height)
	}
	if scans > maxScans {
		return content{}, refuse(CodeBomb, "这张图片的编码不正常，没有收。重新拍照，或截屏后传截图。")
	}
	taken := memory(kind, b, config)
	if err := m.memory.Acquire(ctx, taken); err != nil {
		return content{}, err
	}
	defer m.memory.Release(taken)
	picture, err := decode(kind, b)
	if err != nil {
		return content{}, unreadable(kind, b, err)
	}
	view := upright(shrink(picture), turned)
	c := content{width: config.Width, height: config.Height, view: view}
	if turned >= 5 {
		c.width, c.height = c.height, c.width
	}
	c.hints = hints(view, min(c.width, c.height), rules)
	return c, nil
}

func decodeConfig(kind Kind, b []byte) (image.Config, error) {
	switch kind {
	case JPEG:
		return jpeg.DecodeConfig(bytes.NewReader(b))
	case PNG:
		return png.DecodeConfig(bytes.NewReader(b))
	default:
		return webp.DecodeConfig(bytes.NewReader(b))
	}
}

func decode(kind Kind, b []byte) (image.Image, error) {
	switch kind {
	case JPEG:
		return jpeg.Decode(bytes.NewReader(b))
	case PNG:
		return png.Decode(bytes.NewReader(b))
	default:
		return webp.Decode(bytes.NewReader(b))
	}
}

// unreadable tells a picture whose end is missing, which sending again mends,
// from one that is broken or of an odd make.
func unreadable(kind Kind, b []byte, err error) error {
	whole := true
	switch kind {
	case JPEG:
		// The end after the last beginning: a small preview may come before.
		whole = bytes.LastIndex(b, []byte("\xff\xd9")) > bytes.LastIndex(b, []byte("\xff\xda"))
	case PNG:
		whole = bytes.Contains(b, []byte("IEND"))
	case WebP:
		whole = len(b) >= riffSize(b)
	}
	if !whole {
		return refuse(CodeCut, "图片不完整，后面一截没有传上来。重新传一次；还不行就重新拍一张。").because(err)
	}
	return refuse(CodeDamaged, "这张图片打不开，可能已经损坏，也可能格式特殊。重新拍一张，或截屏后传截图。").because(err)
}

// shrink scales a picture to at most viewSide, on white.
func shrink(p image.Image) *image.RGBA {
	from := p.Bounds()
	w, h := from.Dx(), from.Dy()
	if long := max(w, h); long > viewSide {
		w, h = max(1, w*viewSide/long), max(1, h*viewSide/long)
	}
	to := image.NewRGBA(image.Rect(0, 0, w, h))
	draw.Draw(to, to.Bounds(), image.NewUniform(color.White), image.Point{}, draw.Src)
	if w == from.Dx() && h == from.Dy() {
		draw.Draw(to, to.Bounds(), p, from.Min, draw.Over)
	} else {
		shrinkTo(to, p, draw.Over)
	}
	return to
}

// shrinkTo scales a picture down to the size of another: by half as often as that
// goes, which takes the mean of four, and then the rest of the way. The
// scalers with kernels do it in one step and take 32 bytes for each pixel of
// the target's width and the source's height: a quarter of a gigabyte for what
// a phone takes.
func shrinkTo(to draw.Image, p image.Image, op draw.Op) {
	for {
		from := p.Bounds()
		w, h := from.Dx()/2, from.Dy()/2
		if w < to.Bounds().Dx() || h < to.Bounds().Dy() {
			draw.ApproxBiLinear.Scale(to, to.Bounds(), p, from, op, nil)
			return
		}
		half := image.NewRGBA(image.Rect(0, 0, w, h))
		draw.ApproxBiLinear.Scale(half, half.Bounds(), p, image.Rect(from.Min.X, from.Min.Y, from.Min.X+2*w, from.Min.Y+2*h), draw.Src, nil)
		p = half
	}
}

// upright turns and mirrors a picture as its EXIF orientation (1 to 8) says.
func upright(p *image.RGBA, orientation int) *image.RGBA {
	w, h := p.Rect.Dx(), p.Rect.Dy()
	var at func(x, y int) (int, int) // where a pixel goes
	switch orientation {
	case 2:
		at = func(x, y int) (int, int) { return w - 1 - x, y }
	case 3:
		at = func(x, y int) (int, int) { return w - 1 - x, h - 1 - y }
	case 4:
		at = func(x, y int) (int, int) { return x, h - 1 - y }
	case 5:
		at = func(x, y int) (int, int) { return y, x }
	case 6:
		at = func(x, y int) (int, int) { return h - 1 - y, x }
	case 7:
		at = func(x, y int) (int, int) { return h - 1 - y, w - 1 - x }
	case 8:
		at = func(x, y int) (int, int) { return y, w - 1 - x }
	default:
		return p
	}
	size := image.Rect(0, 0, w, h)
	if orientation >= 5 {
		size = image.Rect(0, 0, h, w)
	}
	out := image.NewRGBA(size)
	for y := range h {
		for x := range w {
			tx, ty := at(x, y)
			out.SetRGBA(tx, ty, p.RGBAAt(x, y))
		}
	}
	return out
}
