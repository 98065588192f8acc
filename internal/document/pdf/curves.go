package pdf

import (
	"encoding/binary"
	"math"

	"golang.org/x/image/font/sfnt"
	"golang.org/x/image/math/fixed"
)

// pieces is into how many curves of TrueType, which are quadratic, one of
// PostScript, which is cubic, is cut. What is off then is less than a unit of
// the font at the sizes of glyphs.
const pieces = 4

type point struct {
	x, y int
	on   bool // the curve goes through it
}

// straightened is a glyph with PostScript outlines as TrueType would write it,
// so that one way of embedding does for every font.
func (f *Face) straightened(glyph int) []byte {
	segments, err := f.glyphs.LoadGlyph(nil, sfnt.GlyphIndex(glyph), fixed.I(f.em), nil)
	if err != nil {
		return nil
	}
	var contours [][]point
	var last [2]float64
	add := func(x, y float64, on bool) {
		n := len(contours) - 1
		contours[n] = append(contours[n], point{int(math.Round(x)), int(math.Round(y)), on})
	}
	at := func(p fixed.Point26_6) [2]float64 { return [2]float64{float64(p.X) / 64, -float64(p.Y) / 64} } // sfnt counts downwards
	for _, s := range segments {
		if s.Op != sfnt.SegmentOpMoveTo && len(contours) == 0 {
			return nil
		}
		switch s.Op {
		case sfnt.SegmentOpMoveTo:
			contours = append(contours, nil)
			last = at(s.Args[0])
			add(last[0], last[1], true)
		case sfnt.SegmentOpLineTo:
			last = at(s.Args[0])
			add(last[0], last[1], true)
		case sfnt.SegmentOpQuadTo:
			control := at(s.Args[0])
			last = at(s.Args[1])
			add(control[0], control[1], false)
			add(last[0], last[1], true)
		case sfnt.SegmentOpCubeTo:
			curve := [4][2]float64{last, at(s.Args[0]), at(s.Args[1]), at(s.Args[2])}
			for n := range pieces {
				p := piece(curve, float64(n)/pieces, float64(n+1)/pieces)
				for i := range 2 { // of the quadratic curve that is nearest
					p[1][i] = (3*(p[1][i]+p[2][i]) - p[0][i] - p[3][i]) / 4
				}
				add(p[1][0], p[1][1], false)
				add(p[3][0], p[3][1], true)
			}
			last = curve[3]
		}
	}
	return simpleGlyph(contours)
}

// piece is the part of a cubic curve between two places on it.
func piece(c [4][2]float64, from, to float64) (out [4][2]float64) {
	for i := range 2 {
		a, b, d, e := c[0][i], c[1][i], c[2][i], c[3][i]
		value := func(t float64) float64 {
			u := 1 - t
			return u*u*u*a + 3*u*u*t*b + 3*u*t*t*d + t*t*t*e
		}
		slope := func(t float64) float64 {
			u := 1 - t
			return 3 * (u*u*(b-a) + 2*u*t*(d-b) + t*t*(e-d))
		}
		third := (to - from) / 3
		out[0][i], out[3][i] = value(from), value(to)
		out[1][i], out[2][i] = out[0][i]+slope(from)*third, out[3][i]-slope(to)*third
	}
	return out
}

// simpleGlyph writes contours as an entry of the table glyf.
func simpleGlyph(contours [][]point) []byte {
	if len(contours) == 0 {
		return nil
	}
	const onCurve = 1
	var ends, flags, xs, ys []byte
	n, px, py := 0, 0, 0
	left, bottom, right, top := math.MaxInt16, math.MaxInt16, math.MinInt16, math.MinInt16
	for _, c := range contours {
		for _, p := range c {
			flag := byte(0)
			if p.on {
				flag = onCurve
			}
			flags = append(flags, flag)
			xs = binary.BigEndian.AppendUint16(xs, uint16(int16(p.x-px)))
			ys = binary.BigEndian.AppendUint16(ys, uint16(int16(p.y-py)))
			px, py = p.x, p.y
			left, bottom, right, top = min(left, p.x), min(bottom, p.y), max(right, p.x), max(top, p.y)
		}
		n += len(c)
		ends = binary.BigEndian.AppendUint16(ends, uint16(n-1))
	}
	var out []byte
	for _, v := range []int{len(contours), left, bottom, right, top} {
		out = binary.BigEndian.AppendUint16(out, uint16(int16(v)))
	}
	out = append(out, ends...)
	out = append(out, 0, 0) // no instructions
	out = append(out, flags...)
	out = append(out, xs...)
	return append(out, ys...)
}
