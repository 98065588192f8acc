package pdf

import (
	"bytes"
	"fmt"
)

// Canvas is a page, or a figure on one, being drawn. Lengths are points,
// counted from the lower left; grey is 0 (black) to 1 (white).
type Canvas struct {
	fonts    *Fonts
	body     bytes.Buffer
	pictures Dict
	missing  []rune
}

// NewCanvas begins to draw with a document's fonts.
func NewCanvas(fonts *Fonts) *Canvas { return &Canvas{fonts: fonts, pictures: Dict{}} }

// Text draws a line of text with its baseline at y. Spacing is added behind
// every character. A character that no font has never vanishes: it becomes a box
// with its code, and can still be copied and searched for.
func (c *Canvas) Text(x, y, size, grey, spacing float64, text string) {
	t := c.fonts.typeface
	from, start, in := x, 0, t.sans
	for i, r := range text {
		if Unseen(r) {
			continue
		}
		if f := t.face(r); f != in || f == nil {
			c.run(in, from, y, size, grey, spacing, text[start:i])
			if from, start, in = x, i, f; f == nil {
				c.box(x, y, size, grey, r)
				start = i + len(string(r))
			}
		}
		x += float64(t.advance(r))*size/1000 + spacing
		if in == nil {
			from = x
		}
	}
	c.run(in, from, y, size, grey, spacing, text[start:])
}

// run draws what one font has.
func (c *Canvas) run(f *Face, x, y, size, grey, spacing float64, text string) {
	if f == nil {
		return
	}
	part, n := c.fonts.of(f)
	var codes []byte
	for _, r := range text {
		if !Unseen(r) {
			codes = fmt.Appendf(codes, "%04X", part.code(r))
		}
	}
	if len(codes) > 0 {
		fmt.Fprintf(&c.body, "BT %s g /F%d %s Tf %s Tc %s %s Td <%s> Tj ET\n",
			number(grey), n, number(size), number(spacing), number(x), number(y), codes)
	}
}

// box stands for a character that no font has.
func (c *Canvas) box(x, y, size, grey float64, r rune) {
	c.missing = append(c.missing, r)
	fmt.Fprintf(&c.body, "/Span << /ActualText <%X> >> BDC\n", utf16Bytes(string(r), true))
	left, bottom, side := x+0.05*size, y-0.1*size, 0.9*size
	c.Frame(left, bottom, side, side, 0.5, grey)
	code := fmt.Sprintf("%04X", r)
	half := (len(code) + 1) / 2
	small := 0.36 * size
	for i, part := range []string{code[:half], code[half:]} {
		w := c.fonts.typeface.Width(part, small)
		c.run(c.fonts.typeface.sans, left+(side-w)/2, bottom+side*(0.56-0.42*float64(i)), small, grey, 0, part)
	}
	c.body.WriteString("EMC\n")
}

// Line draws a straight line.
func (c *Canvas) Line(x1, y1, x2, y2, width, grey float64) {
	fmt.Fprintf(&c.body, "%s G %s w %s %s m %s %s l S\n", number(grey), number(width), number(x1), number(y1), number(x2), number(y2))
}

// Frame draws an empty rectangle.
func (c *Canvas) Frame(x, y, w, h, width, grey float64) {
	fmt.Fprintf(&c.body, "%s G %s w %s %s %s %s re S\n", number(grey), number(width), number(x), number(y), number(w), number(h))
}

// Picture places a picture that PutPicture has written.
func (c *Canvas) Picture(picture Ref, x, y, w, h float64) {
	name := Name(fmt.Sprintf("P%d", picture.Number))
	c.pictures[name] = picture
	fmt.Fprintf(&c.body, "q %s 0 0 %s %s %s cm /%s Do Q\n", number(w), number(h), number(x), number(y), name)
}

// Missing are the characters drawn as boxes.
func (c *Canvas) Missing() []rune { return c.missing }

// Content is what has been drawn.
func (c *Canvas) Content() []byte { return c.body.Bytes() }

// Resources are what the drawing refers to, the fonts being written as Fonts.Put
// tells.
func (c *Canvas) Resources(fonts Dict) Dict {
	r := Dict{"Font": fonts}
	if len(c.pictures) > 0 {
		r["XObject"] = c.pictures
	}
	return r
}
