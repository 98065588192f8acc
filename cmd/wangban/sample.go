package main

import (
	"bytes"
	"context"
	"hash/fnv"
	"image"
	"image/color"
	"image/draw"
	"image/jpeg"
	"sync"

	"golang.org/x/image/font"
	"golang.org/x/image/font/basicfont"
	"golang.org/x/image/math/fixed"

	"wangban/internal/form"
	"wangban/internal/material"
)

// samples are the sample pictures made so far, by name: taking one in costs as
// much as a real upload.
type samples struct {
	mu    sync.Mutex
	files map[string]form.File
}

// samplePicture is a stand-in for a document of that name, taken in like an
// upload: a card in a colour of its own that says SAMPLE and the name.
func (in *installation) samplePicture(ctx context.Context, name string) (form.File, error) {
	in.samples.mu.Lock()
	defer in.samples.mu.Unlock()
	if f, ok := in.samples.files[name]; ok {
		return f, nil
	}
	var b bytes.Buffer
	if err := jpeg.Encode(&b, sampleCard(name), &jpeg.Options{Quality: 80}); err != nil {
		return form.File{}, err
	}
	f, _, err := in.materials.Intake(ctx, name, &b, material.DefaultRules())
	if err == nil {
		in.samples.files[name] = f
	}
	return f, err
}

func sampleCard(name string) image.Image {
	h := fnv.New32a()
	_, _ = h.Write([]byte(name))
	tint := color.RGBA{uint8(200 + h.Sum32()%40), uint8(205 + h.Sum32()>>8%40), uint8(210 + h.Sum32()>>16%40), 255}
	// The font has one size only: the card is drawn small and blown up.
	const scale = 5
	small := image.NewRGBA(image.Rect(0, 0, 240, 160))
	draw.Draw(small, small.Bounds(), image.NewUniform(color.RGBA{120, 128, 136, 255}), image.Point{}, draw.Src)
	draw.Draw(small, small.Bounds().Inset(8), image.NewUniform(tint), image.Point{}, draw.Src)
	ink := image.NewUniform(color.RGBA{40, 48, 60, 255})
	for i, text := range []string{"SAMPLE", name, "", "NOT A DOCUMENT"} {
		d := font.Drawer{Dst: small, Src: ink, Face: basicfont.Face7x13, Dot: fixed.P(20, 36+i*20)}
		d.DrawString(text)
	}
	for y := 112; y < 140; y += 8 {
		draw.Draw(small, image.Rect(20, y, 150+int(h.Sum32()>>uint(y-112)%70), y+3), ink, image.Point{}, draw.Src)
	}
	big := image.NewRGBA(image.Rect(0, 0, 240*scale, 160*scale))
	for y := range 160 * scale {
		for x := range 240 * scale {
			big.SetRGBA(x, y, small.RGBAAt(x/scale, y/scale))
		}
	}
	return big
}
