package pdf

import (
	"bytes"
	"errors"
	"image"
	"image/color"
	"image/png"
)

// maxPixels bounds a picture.
const maxPixels = 16_000_000

// ErrPicture is a picture that cannot be used.
var ErrPicture = errors.New("pdf: the picture is no PNG, or too large")

// ReadPicture reads a PNG of bearable size.
func ReadPicture(file []byte) (image.Image, error) {
	config, err := png.DecodeConfig(bytes.NewReader(file))
	if err != nil || config.Width < 1 || config.Height < 1 || config.Width > maxPixels/config.Height {
		return nil, ErrPicture
	}
	picture, err := png.Decode(bytes.NewReader(file))
	if err != nil {
		return nil, ErrPicture
	}
	return picture, nil
}

// PutPicture writes a picture into a file, pixel by pixel, with its
// transparency.
func (w *Writer) PutPicture(picture image.Image) Ref {
	b := picture.Bounds()
	colours, alpha := make([]byte, 0, 3*b.Dx()*b.Dy()), make([]byte, 0, b.Dx()*b.Dy())
	solid := true
	for y := b.Min.Y; y < b.Max.Y; y++ {
		for x := b.Min.X; x < b.Max.X; x++ {
			p := color.NRGBAModel.Convert(picture.At(x, y)).(color.NRGBA)
			colours = append(colours, p.R, p.G, p.B)
			alpha = append(alpha, p.A)
			solid = solid && p.A == 255
		}
	}
	form := func(space Name) Dict {
		return Dict{
			"Type": Name("XObject"), "Subtype": Name("Image"), "Width": b.Dx(), "Height": b.Dy(),
			"ColorSpace": space, "BitsPerComponent": 8,
		}
	}
	d := form("DeviceRGB")
	if !solid {
		d["SMask"] = w.Add(Stream{Dict: form("DeviceGray"), Data: alpha})
	}
	return w.Add(Stream{Dict: d, Data: colours})
}
