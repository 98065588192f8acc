package signing

import (
	"bytes"
	"encoding/base64"
	"errors"
	"image"
	"image/color"
	"image/png"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// canvas is a picture as the page hands it in, with ink where it is wanted.
func canvas(width, height int, ground color.Color, ink image.Rectangle) string {
	picture := image.NewNRGBA(image.Rect(0, 0, width, height))
	for y := range height {
		for x := range width {
			picture.Set(x, y, ground)
			if (image.Point{X: x, Y: y}).In(ink) {
				picture.Set(x, y, color.NRGBA{16, 24, 32, 255})
			}
		}
	}
	var b bytes.Buffer
	_ = png.Encode(&b, picture)
	return "data:image/png;base64," + base64.StdEncoding.EncodeToString(b.Bytes())
}

var (
	clear = color.NRGBA{}
	white = color.NRGBA{255, 255, 255, 255}
	faint = color.NRGBA{0, 0, 0, 40}
)

// covers: T9
func TestReadDrawing(t *testing.T) {
	line := image.Rect(50, 50, 150, 54)
	whole := canvas(300, 150, clear, line)
	for name, row := range map[string]struct {
		url  string
		want error
	}{
		"strokes on nothing":   {whole, nil},
		"strokes on white":     {canvas(300, 150, white, line), nil},
		"nothing":              {canvas(300, 150, clear, image.Rectangle{}), ErrEmpty},
		"white paper":          {canvas(300, 150, white, image.Rectangle{}), ErrEmpty},
		"a touch":              {canvas(300, 150, clear, image.Rect(9, 9, 12, 12)), ErrEmpty},
		"a shadow":             {canvas(300, 150, faint, image.Rectangle{}), ErrEmpty},
		"too small":            {canvas(39, 20, clear, image.Rect(0, 0, 39, 20)), ErrDrawing},
		"cut off":              {whole[:len(whole)-40], ErrDrawing},
		"another type":         {strings.Replace(whole, "image/png", "image/svg+xml", 1), ErrDrawing},
		"no picture":           {"data:image/png;base64,SGVsbG8=", ErrDrawing},
		"no base64":            {"data:image/png;base64,%%%%", ErrDrawing},
		"an address":           {"https://example.com/a.png", ErrDrawing},
		"too many bytes":       {"data:image/png;base64," + strings.Repeat("A", maxDrawing*2), ErrDrawing},
		"claims to be immense": {immense(t, whole), ErrDrawing},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := readDrawing(row.url)
			if !errors.Is(err, row.want) || (err == nil) != (len(got) > 0) {
				t.Errorf("%d bytes, %v", len(got), err)
			}
		})
	}
}

// immense rewrites the size in the header of a PNG, which is where a
// decompression bomb begins.
func immense(t *testing.T, url string) string {
	t.Helper()
	raw, err := base64.StdEncoding.DecodeString(strings.TrimPrefix(url, "data:image/png;base64,"))
	if err != nil {
		t.Fatal(err)
	}
	copy(raw[16:], []byte{0x7f, 0xff, 0xff, 0xff, 0x7f, 0xff, 0xff, 0xff})
	return "data:image/png;base64," + base64.StdEncoding.EncodeToString(raw)
}

// Every stroke stays whole when the picture is cut to the writing.
func TestDrawingIsCut(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		width, height := rapid.IntRange(60, 400).Draw(t, "width"), rapid.IntRange(40, 200).Draw(t, "height")
		x, y := rapid.IntRange(0, width-30).Draw(t, "x"), rapid.IntRange(0, height-10).Draw(t, "y")
		ink := image.Rect(x, y, x+rapid.IntRange(20, 30).Draw(t, "w"), y+rapid.IntRange(4, 10).Draw(t, "h"))
		cut, err := readDrawing(canvas(width, height, clear, ink))
		if err != nil {
			t.Fatal(err)
		}
		picture, err := png.Decode(bytes.NewReader(cut))
		if err != nil {
			t.Fatal(err)
		}
		where, n := written(picture)
		if n != ink.Dx()*ink.Dy() {
			t.Errorf("%d of %d pixels are left", n, ink.Dx()*ink.Dy())
		}
		if where != picture.Bounds() || picture.Bounds().Dx() > ink.Dx()+16 || picture.Bounds().Dy() > ink.Dy()+16 {
			t.Errorf("cut to %v for %v", picture.Bounds(), ink)
		}
	})
}

// Whatever comes in, what goes into the document is a small PNG with writing
// on it, or nothing.
func FuzzReadDrawing(f *testing.F) {
	f.Add(canvas(60, 40, clear, image.Rect(10, 10, 50, 20)))
	f.Add(canvas(60, 40, white, image.Rectangle{}))
	f.Add("data:image/png;base64,iVBORw0KGgo=")
	f.Add("data:image/png;base64,")
	f.Add("")
	f.Fuzz(func(t *testing.T, url string) {
		got, err := readDrawing(url)
		if err != nil {
			if !errors.Is(err, ErrDrawing) && !errors.Is(err, ErrEmpty) {
				t.Fatalf("an error nobody can act on: %v", err)
			}
			return
		}
		picture, err := png.Decode(bytes.NewReader(got))
		if err != nil {
			t.Fatal(err)
		}
		if _, n := written(picture); n < minInk {
			t.Fatalf("%d pixels of ink", n)
		}
	})
}
