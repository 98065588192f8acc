package material

import (
	"image"
	"image/color"
	"image/draw"
	"slices"
	"testing"

	scale "golang.org/x/image/draw"
)

func TestHintsNeverBlock(t *testing.T) {
	m := testRoom(t, Options{})
	tiny := func(p image.Image, side int) image.Image { // loses what is finer than one part in side
		small, back := image.NewRGBA(image.Rect(0, 0, side, side)), image.NewRGBA(p.Bounds())
		scale.BiLinear.Scale(small, small.Rect, p, p.Bounds(), draw.Src, nil)
		scale.CatmullRom.Scale(back, back.Rect, small, small.Rect, draw.Src, nil)
		return back
	}
	dim := func(p *image.RGBA) image.Image {
		for i := range p.Pix {
			if i%4 < 3 {
				p.Pix[i] /= 8
			}
		}
		return p
	}
	blank := image.NewRGBA(image.Rect(0, 0, 800, 800))
	draw.Draw(blank, blank.Rect, image.NewUniform(color.Gray{230}), image.Point{}, draw.Src)
	for name, c := range map[string]struct {
		p    image.Image
		want []string
	}{
		"sharp":           {page(1600, 1600), nil},
		"sharp and large": {page(3000, 3000), nil},
		"half resolution": {tiny(page(2000, 2000), 1000), nil},
		"blurred":         {tiny(page(1600, 1600), 130), []string{"blurred"}},
		"small":           {page(500, 900), []string{"small"}},
		"dark":            {dim(page(800, 800)), []string{"dark"}},
		"blank":           {blank, []string{"blank"}},
		"one dot":         {image.NewGray(image.Rect(0, 0, 1, 1)), []string{"small", "dark"}},
	} {
		_, hints := take(t, m, name+".jpg", encodeJPEG(t, c.p))
		var got []string
		for _, h := range hints {
			got = append(got, h.Code)
			if h.String() == "" {
				t.Errorf("%s: %+v says nothing", name, h)
			}
		}
		if !slices.Equal(got, c.want) {
			t.Errorf("%s: %v, want %v; sharpness %.0f", name, got, c.want, sharpness(greyCopy(shrink(c.p))))
		}
	}
}
