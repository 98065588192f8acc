package signing

import (
	"bytes"
	"encoding/base64"
	"image"
	"image/draw"
	"image/png"
	"strings"
)

// Bounds of the picture of a hand signature: bytes of the PNG and pixels.
const (
	maxDrawing = 600 << 10
	maxPixels  = 8_000_000
	minInk     = 60 // dark pixels below which nobody has written anything
)

// readDrawing takes the picture out of a data URL, makes sure that somebody
// has written on it, and cuts it to the writing. What it returns is drawn
// anew: nothing but pixels gets into the document.
func readDrawing(url string) ([]byte, error) {
	encoded, ok := strings.CutPrefix(url, "data:image/png;base64,")
	if !ok || len(encoded) > maxDrawing*4/3 {
		return nil, ErrDrawing
	}
	raw, err := base64.StdEncoding.DecodeString(encoded)
	if err != nil {
		return nil, ErrDrawing
	}
	config, err := png.DecodeConfig(bytes.NewReader(raw))
	if err != nil || config.Width < 40 || config.Height < 20 || config.Width > maxPixels/config.Height {
		return nil, ErrDrawing
	}
	picture, err := png.Decode(bytes.NewReader(raw))
	if err != nil {
		return nil, ErrDrawing
	}
	writing, ink := written(picture)
	if ink < minInk {
		return nil, ErrEmpty
	}
	cut := image.NewNRGBA(image.Rectangle{Max: writing.Size()})
	draw.Draw(cut, cut.Bounds(), picture, writing.Min, draw.Src)
	var b bytes.Buffer
	err = png.Encode(&b, cut)
	return b.Bytes(), err
}

// written finds the writing with a small margin, and how many pixels of it are
// dark and opaque.
func written(picture image.Image) (where image.Rectangle, ink int) {
	const margin = 8
	all := picture.Bounds()
	for y := all.Min.Y; y < all.Max.Y; y++ {
		for x := all.Min.X; x < all.Max.X; x++ {
			if red, green, blue, alpha := picture.At(x, y).RGBA(); alpha > 0x8000 && red+green+blue < 0x18000 {
				where = where.Union(image.Rect(x, y, x+1, y+1))
				ink++
			}
		}
	}
	return where.Inset(-margin).Intersect(all), ink
}
