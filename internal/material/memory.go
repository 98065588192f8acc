package material

import (
	"encoding/binary"
	"image"
	"image/color"
)

// memory is how many bytes decoding a picture takes, as the decoders of the
// standard library and x/image do it. It is known before anything is decoded,
// from the picture's head alone, for a head is a claim that costs its writer
// nothing.
func memory(kind Kind, b []byte, config image.Config) int64 {
	pixels := int64(config.Width) * int64(config.Height)
	switch kind {
	case JPEG:
		return jpegMemory(b, pixels)
	case PNG:
		n := pixels * pngBytes(config.ColorModel)
		if len(b) > pngInterlace && b[pngInterlace] != 0 {
			n *= 2 // its passes are pictures of their own
		}
		return n
	default:
		if config.ColorModel == color.YCbCrModel {
			return pixels * 3 / 2
		}
		return pixels * 8 // the lossless decoder works on a second copy
	}
}

// pngInterlace is where the head of a PNG tells its method of interlacing.
const pngInterlace = 28

func pngBytes(m color.Model) int64 {
	switch m {
	case color.GrayModel:
		return 1
	case color.Gray16Model:
		return 2
	case color.RGBA64Model, color.NRGBA64Model:
		return 8
	case color.RGBAModel, color.NRGBAModel:
		return 4
	}
	return 1 // a palette
}

// jpegMemory reads the head of the frame (ITU-T T.81, B.2.2): how finely each
// component is sampled. A progressive picture is kept a second time, as
// coefficients of four bytes each.
func jpegMemory(b []byte, pixels int64) int64 {
	const baseline, extended, progressive = 0xc0, 0xc1, 0xc2
	for i := 2; i+4 <= len(b) && b[i] == 0xff; {
		marker := b[i+1]
		if marker == 0xff {
			i++
			continue
		}
		head := b[i+4:]
		if size := int(binary.BigEndian.Uint16(b[i+2:])) - 2; size >= 0 && size < len(head) {
			head = head[:size]
		}
		if marker == baseline || marker == extended || marker == progressive {
			samples, most := int64(0), int64(1)
			for c := 6; c+2 < len(head) && c < 6+3*4; c += 3 {
				each := int64(head[c+1]>>4) * int64(head[c+1]&15)
				samples, most = samples+each, max(most, each)
			}
			n := pixels * max(samples, 1) / most
			if marker == progressive {
				n *= 5
			}
			return n
		}
		i += 2 + int(binary.BigEndian.Uint16(b[i+2:]))
	}
	return pixels * 4 // no frame found: the decoder will say so
}
