package pdf

import (
	"bytes"
	"fmt"
)

// Canvas is a page, or a figure on one, being drawn. Lengths are points,
// counted from the lower left; grey is 0 (black) to 1 (white).
type Canvas struct {
	font     *Subset
	body     bytes.Buffer
	pictures Dict
	missing  []rune
}

// NewCanvas begins to draw with a document's font.
func NewCanvas(font *Subset) *Canvas { return &Canvas{font: font, pictures: Dict{}} }

// Text draws a line of text with its baseline at y. Spacing is added behind
// every character. A character that the font does not have never vanishes: it
// becomes a box with its code, and can still be copied and searched for.
func (c *Canvas) Text(x, y, size, grey, spacing float64, text string) {
	from, start := x, 0
	for i, r := range text {
		known := Unseen(r) || c.font.face.Has(r)
		if !known {
			c.run(from, y, size, grey, spacing, text[start:i])
			c.box(x, y, size, grey, r)
		}
		if !Unseen(r) {
			x += float64(c.font.face.advance(r))*size/1000 + spacing
		}
		if !known {
			from, start = x, i+len(string(r))
		}
	}
	c.run(from, y, size, grey, spacing, text[start:])
}

func (c *Canvas) run(x, y, size, grey, spacing float64, text string) {
	var codes []byte
	for _, r := range text {
		if !Unseen(r) {
			codes = fmt.Appendf(codes, "%04X", c.font.code(r))
		}
	}
	if len(codes) > 0 {
		fmt.Fprintf(&c.body, "BT %s g /F1 %s Tf %s Tc %s %s Td <%s> Tj ET\n",
			number(grey), number(size), number(spacing), number(x), number(y), codes)
	}
}

// box stands for a character that the font does not have.
func (c *Canvas) box(x, y, size, grey float64, r rune) {
	c.missing = append(c.missing, r)
	fmt.Fprintf(&c.body, "/Span << /ActualText <%X> >> BDC\n", utf16Bytes(string(r), true))
	left, bottom, side := x+0.05*size, y-0.1*size, 0.9*size
	c.Frame(left, bottom, side, side, 0.5, grey)
	code := fmt.Sprintf("%04X", r)
	half := (len(code) + 1) / 2
	small := 0.36 * size
	for i, part := range []string{code[:half], code[half:]} {
		w := c.font.face.Width(part, small)
		c.run(left+(side-w)/2, bottom+side*(0.56-0.42*float64(i)), small, grey, 0, part)
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

// Resources are what the drawing refers to, the font being written as font.
func (c *Canvas) Resources(font Ref) Dict {
	r := Dict{"Font": Dict{"F1": font}}
	if len(c.pictures) > 0 {
		r["XObject"] = c.pictures
	}
	return r
}
