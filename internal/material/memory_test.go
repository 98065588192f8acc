package material

import (
	"bytes"
	"image"
	"image/color"
	"image/jpeg"
	"testing"
)

// What a picture takes is known from its head, before anything is decoded.
func TestMemory(t *testing.T) {
	flat := func(m image.Image) []byte { return encodePNG(t, m) }
	size := image.Rect(0, 0, 40, 30)
	interlaced := flat(image.NewGray(size))
	interlaced[pngInterlace] = 1
	var gray bytes.Buffer
	if err := jpeg.Encode(&gray, image.NewGray(size), nil); err != nil {
		t.Fatal(err)
	}
	progressive := bytes.Replace(encodeJPEG(t, page(40, 30)), []byte{0xff, 0xc0}, []byte{0xff, 0xc2}, 1)
	for name, c := range map[string]struct {
		kind Kind
		b    []byte
		want int64 // bytes a pixel, in tenths
	}{
		"photo":             {JPEG, encodeJPEG(t, page(40, 30)), 15},
		"photo in gray":     {JPEG, gray.Bytes(), 10},
		"progressive":       {JPEG, progressive, 75},
		"drawing":           {PNG, flat(image.NewNRGBA(size)), 40},
		"drawing, 16 bits":  {PNG, flat(image.NewNRGBA64(size)), 80},
		"drawing in gray":   {PNG, flat(image.NewGray(size)), 10},
		"gray, 16 bits":     {PNG, flat(image.NewGray16(size)), 20},
		"palette":           {PNG, flat(image.NewPaletted(size, color.Palette{color.White, color.Black})), 10},
		"interlaced":        {PNG, interlaced, 20},
		"no frame":          {JPEG, []byte{0xff, 0xd8, 0xff, 0xd9, 0, 0}, 40},
		"a frame cut short": {JPEG, []byte{0xff, 0xd8, 0xff, 0xc0, 0, 17, 8, 0}, 10},
		"nothing":           {JPEG, nil, 40},
		"endless fillings":  {JPEG, bytes.Repeat([]byte{0xff}, 64), 40},
	} {
		config, err := decodeConfig(c.kind, c.b)
		if err != nil {
			config = image.Config{Width: 40, Height: 30}
		}
		if got := memory(c.kind, c.b, config); got != 40*30*c.want/10 {
			t.Errorf("%s: %d bytes a pixel in tenths, want %d", name, got*10/(40*30), c.want)
		}
	}
}

func FuzzMemory(f *testing.F) {
	f.Add([]byte{0xff, 0xd8, 0xff, 0xc2, 0, 17, 8, 1, 0, 1, 0, 3, 1, 0x22, 0, 2, 0x11, 1, 3, 0x11, 1})
	f.Add([]byte("\x89PNG\r\n\x1a\n"))
	f.Fuzz(func(t *testing.T, b []byte) {
		for _, kind := range []Kind{JPEG, PNG, WebP} {
			if n := memory(kind, b, image.Config{Width: 1000, Height: 1000, ColorModel: color.YCbCrModel}); n <= 0 {
				t.Errorf("%s takes %d bytes", kind, n)
			}
		}
	})
}
