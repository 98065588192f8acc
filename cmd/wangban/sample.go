package main

import (
	"bytes"
	"context"
	"fmt"
	"hash/fnv"
	"image"
	"image/color"
	"image/draw"
	"image/jpeg"
	"sync"
	"unicode/utf8"

	"golang.org/x/image/font"
	"golang.org/x/image/font/opentype"
	"golang.org/x/image/math/fixed"

	"wangban/internal/demo"
	"wangban/internal/document/fonts"
	"wangban/internal/form"
	"wangban/internal/material"
)

// samples are the sample pictures made so far, by what stands on them: taking one in costs as
// much as a real upload.
type samples struct {
	mu    sync.Mutex
	files map[string]form.File
}

// samplePicture is a sample document of the demo, taken in like an upload: a
// card in a colour of its own that says what it stands for and what a reviewer
// would compare, and across it that it is a sample.
func (in *installation) samplePicture(ctx context.Context, s demo.Specimen) (form.File, error) {
	in.samples.mu.Lock()
	defer in.samples.mu.Unlock()
	key := fmt.Sprint(s)
	if f, ok := in.samples.files[key]; ok {
		if there, err := in.files.Has(ctx, f.Hash); err != nil || there { // nobody has used it for long, and it went
			return f, err
		}
	}
	card, err := sampleCard(s)
	if err != nil {
		return form.File{}, err
	}
	var b bytes.Buffer
	if err := jpeg.Encode(&b, card, &jpeg.Options{Quality: 82}); err != nil {
		return form.File{}, err
	}
	f, _, err := in.materials.Intake(ctx, s.Name, &b, material.DefaultRules())
	if err == nil {
		in.samples.files[key] = f
	}
	return f, err
}

// typeface is parsed when the first sample is drawn.
var typeface = sync.OnceValues(func() (*opentype.Font, error) { return opentype.Parse(fonts.Sans) })

func sampleCard(s demo.Specimen) (image.Image, error) {
	const width, height = 1200, 800
	h := fnv.New32a()
	_, _ = h.Write([]byte(s.Name))
	tint := color.RGBA{uint8(232 + h.Sum32()%20), uint8(236 + h.Sum32()>>8%16), uint8(238 + h.Sum32()>>16%14), 255}
	card := image.NewRGBA(image.Rect(0, 0, width, height))
	fill := func(r image.Rectangle, c color.Color) {
		draw.Draw(card, r, image.NewUniform(c), image.Point{}, draw.Src)
	}
	fill(card.Bounds(), color.RGBA{150, 128, 84, 255})
	fill(card.Bounds().Inset(14), color.White)
	fill(card.Bounds().Inset(18), tint)
	pen := &samplePen{card: card}
	ink, grey, red := color.NRGBA{30, 38, 48, 255}, color.NRGBA{110, 120, 132, 255}, color.NRGBA{180, 43, 27, 110}
	pen.write(s.Title, width/2, 150, 56, ink, true)
	pen.write(s.Name, width/2, 205, 26, grey, true)
	values := 420
	for _, fact := range s.Facts { // a long label moves all values
		values = max(values, 110+32*utf8.RuneCountInString(fact.Label)+24)
	}
	for i, fact := range s.Facts {
		y := 310 + i*82
		pen.write(fact.Label, 110, y, 32, grey, false)
		pen.write(fact.Value, values, y, 36, ink, false)
		fill(image.Rect(110, y+22, width-110, y+24), color.RGBA{205, 210, 216, 255})
	}
	pen.write("样本 SPECIMEN", width/2, height-70, 84, red, true)
	return card, pen.err
}

// samplePen writes on a card; after a failure it writes nothing.
type samplePen struct {
	card *image.RGBA
	err  error
}

func (p *samplePen) write(text string, x, y int, size float64, c color.Color, centred bool) {
	if p.err != nil {
		return
	}
	parsed, err := typeface()
	if err != nil {
		p.err = err
		return
	}
	face, err := opentype.NewFace(parsed, &opentype.FaceOptions{Size: size, DPI: 72})
	if err != nil {
		p.err = err
		return
	}
	d := font.Drawer{Dst: p.card, Src: image.NewUniform(c), Face: face, Dot: fixed.P(x, y)}
	if centred {
		d.Dot.X -= d.MeasureString(text) / 2
	}
	d.DrawString(text)
	p.err = face.Close()
}
