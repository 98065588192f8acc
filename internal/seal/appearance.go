package seal

import (
	"fmt"
	"image"

	"wangban/internal/document/pdf"
	"wangban/internal/form"
)

// Type and distances of what people see, in points.
const (
	smallSize  = 6.2
	smallLine  = 8.4
	inset      = 3.0
	nameSize   = 26.0
	ink, faded = 0.0, 0.35
)

// appearance draws what stands on the page: the hand signature, or the name in
// type, and under it who, when, with which certificate, and how the person was
// identified: it must not look better than it was.
func (a *Authority) appearance(w *pdf.Writer, r Request, picture image.Image, serial string) pdf.Ref {
	face := a.Typeface
	if face == nil {
		face = pdf.Plain()
	}
	fonts := face.Fonts()
	c := pdf.NewCanvas(fonts)
	about := []string{
		fmt.Sprintf("电子签名　%s　%s", r.Name, r.At.In(form.Shanghai).Format("2006年1月2日 15:04:05")),
		fmt.Sprintf("证书号 %s　ECDSA P-256, SHA-256", serial),
	}
	if r.Identity != "" {
		about = append(about, r.Identity)
	}
	if a.Test() {
		about = append(about, "测试 CA 签发，仅供试用 / issued by a TEST CA")
	}
	width, foot := r.Box.W-2*inset, inset+smallLine*float64(len(about))
	for i, text := range about {
		size := smallSize
		if wide := face.Width(text, size); wide > width {
			size *= width / wide
		}
		c.Text(inset, foot-smallLine*float64(i+1)+2, size, faded, 0, text)
	}
	room := r.Box.H - foot - inset
	if picture != nil {
		b := picture.Bounds()
		scale := min(width/float64(b.Dx()), room/float64(b.Dy()))
		pw, ph := scale*float64(b.Dx()), scale*float64(b.Dy())
		c.Picture(w.PutPicture(picture), inset+(width-pw)/2, foot+(room-ph)/2, pw, ph)
	} else {
		size := min(nameSize, room*0.8)
		if wide := face.Width(r.TypedName, size); wide > width {
			size *= width / wide
		}
		c.Text(inset+(width-face.Width(r.TypedName, size))/2, foot+(room-size)/2+size*0.15, size, ink, 0, r.TypedName)
	}
	return w.Add(pdf.Stream{
		Dict: pdf.Dict{
			"Type": pdf.Name("XObject"), "Subtype": pdf.Name("Form"), "BBox": pdf.Array{0, 0, r.Box.W, r.Box.H},
			"Resources": c.Resources(fonts.Put(w)),
		},
		Data: c.Content(),
	})
}
