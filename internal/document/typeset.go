package document

import (
	"errors"
	"fmt"
	"image"
	"strings"

	"wangban/internal/document/pdf"
)

// A4 in points, and the type that is used where a layout does not say.
const (
	pageWidth, pageHeight = 595.276, 841.890

	mm         = 72 / 25.4
	bodySize   = 11.0
	titleSize  = 19.0
	footSize   = 8.5
	leading    = 1.65 // distance of lines, in sizes of type
	ascent     = 1.16 // of the typeface: from the top of a line to its baseline, with half the leading
	maxPages   = 60
	ink, faded = 0.0, 0.42
	hairline   = 0.5
	pale       = 0.78
)

// ErrLong is a document of more pages than anyone would read.
var ErrLong = errors.New("文件太长，超过 60 页。把内容写短，或者分成几份。")

// setter sets type: it fills pages from the top.
type setter struct {
	w        *pdf.Writer
	face     *pdf.Typeface
	fonts    *pdf.Fonts
	margin   float64
	pages    []*pdf.Canvas
	y        float64 // the top of what comes next
	boxes    map[string]Box
	pictures map[string]image.Image
}

func newSetter(w *pdf.Writer, face *pdf.Typeface, margin float64, pictures map[string]image.Image) *setter {
	if face == nil {
		face = pdf.Plain()
	}
	s := &setter{w: w, face: face, fonts: face.Fonts(), margin: margin * mm, boxes: map[string]Box{}, pictures: pictures}
	s.turn()
	return s
}

func (s *setter) turn() {
	s.pages = append(s.pages, pdf.NewCanvas(s.fonts))
	s.y = pageHeight - s.margin
}

func (s *setter) page() *pdf.Canvas { return s.pages[len(s.pages)-1] }
func (s *setter) width() float64    { return pageWidth - 2*s.margin }
func (s *setter) bottom() float64   { return s.margin }

// room makes sure that something of a height fits, on the next page if need
// be.
func (s *setter) room(height float64) {
	if s.y-height < s.bottom() && s.y < pageHeight-s.margin {
		s.turn()
	}
}

// space leaves room before a block, except at the top of a page.
func (s *setter) space(millimetres float64) {
	if s.y < pageHeight-s.margin {
		s.y -= millimetres * mm
	}
}

// align is the left edge of something of a width.
func (s *setter) align(where string, width float64) float64 {
	switch where {
	case "center":
		return s.margin + (s.width()-width)/2
	case "right":
		return pageWidth - s.margin - width
	}
	return s.margin
}

func (s *setter) block(b block) error {
	if len(s.pages) > maxPages {
		return ErrLong
	}
	size := b.Size
	if size == 0 {
		size = bodySize
	}
	s.space(b.Space)
	switch b.kind() {
	case "heading":
		if b.Size == 0 {
			size = titleSize
		}
		s.paragraph(b.Heading, size, "center", 0)
		s.y -= 6 * mm
	case "text":
		s.paragraph(b.Text, size, b.Align, b.Indent)
		s.y -= 1.2 * mm
	case "facts":
		s.table(b.Facts, size)
	case "rows":
		return s.records(b.table, size)
	case "line":
		s.page().Line(s.margin, s.y, pageWidth-s.margin, s.y, hairline, pale)
		s.y -= 2 * mm
	case "page":
		if s.y < pageHeight-s.margin { // an empty page helps nobody
			s.turn()
		}
	case "sign":
		s.sign(b, size)
	case "blank":
		s.blank(b, size)
	case "picture":
		return s.picture(b)
	}
	return nil
}

// paragraph sets text. Full lines are stretched to the margin; the first line
// does not stay alone at the end of a page, nor the last at the top of one.
func (s *setter) paragraph(text string, size float64, where string, indent float64) {
	set, height := lines(s.face, text, size, s.width(), indent*size), size*leading
	for i, l := range set {
		switch left := len(set) - i; {
		case i == 0 && left > 1, left == 2:
			s.room(2 * height)
		default:
			s.room(height)
		}
		x, free, spacing := s.align(where, l.width), s.width()-l.width, 0.0
		if i == 0 && indent > 0 && where != "center" && where != "right" {
			x, free = x+indent*size, free-indent*size
		}
		if n := len([]rune(l.text)); !l.last && (where == "" || where == "left") && n > 1 && free < 2*size {
			spacing = free / float64(n-1)
		}
		s.page().Text(x, s.y-size*ascent, size, ink, spacing, l.text)
		s.y -= height
	}
}

// table sets labels and values side by side, a hairline under each row.
func (s *setter) table(rows []fact, size float64) {
	label := 0.0
	for _, f := range rows {
		label = max(label, s.face.Width(f.Label, size))
	}
	label = min(label, s.width()*0.4)
	gap, pad, height := 6*mm, 0.9*mm, size*leading
	for _, f := range rows {
		labels := lines(s.face, f.Label, size, label, 0)
		values := lines(s.face, f.Value, size, s.width()-label-gap, 0)
		n := max(len(labels), len(values))
		s.room(min(float64(n)*height+2*pad, pageHeight-2*s.margin))
		s.y -= pad
		for i := range n {
			s.room(height)
			baseline := s.y - size*ascent
			if i < len(labels) {
				s.page().Text(s.margin, baseline, size, faded, 0, labels[i].text)
			}
			if i < len(values) {
				s.page().Text(s.margin+label+gap, baseline, size, ink, 0, values[i].text)
			}
			s.y -= height
		}
		s.y -= pad
		s.page().Line(s.margin, s.y, pageWidth-s.margin, s.y, hairline, pale)
	}
}

// sign reserves a place for a signature: its label above it, never apart.
func (s *setter) sign(b block, size float64) {
	width, height := or(b.Width, 70)*mm, or(b.Height, 25)*mm
	head := size * leading
	s.room(head + height)
	x := s.align(b.Align, width)
	s.page().Text(x, s.y-size*ascent, size, ink, 0, b.Label)
	s.y -= head + height
	s.page().Frame(x, s.y, width, height, hairline, pale)
	s.boxes[b.Sign] = Box{Page: len(s.pages), X: x, Y: s.y, W: width, H: height}
}

// blank sets a label with a line to write on.
func (s *setter) blank(b block, size float64) {
	width, label := or(b.Width, 55)*mm, s.face.Width(b.Blank, size)
	s.room(size * leading)
	x := s.align(b.Align, label+3*mm+width)
	baseline := s.y - size*ascent
	s.page().Text(x, baseline, size, ink, 0, b.Blank)
	s.page().Line(x+label+3*mm, baseline-2, x+label+3*mm+width, baseline-2, hairline, ink)
	s.y -= size * leading
}

// picture sets a square picture with its label under it.
func (s *setter) picture(b block) error {
	picture, ok := s.pictures[b.Picture]
	if !ok {
		return fmt.Errorf("document: nobody has given the picture %q", b.Picture)
	}
	side, caption := or(b.Size, 30)*mm, 0.0
	if b.Label != "" {
		caption = footSize * leading
	}
	s.room(side + caption)
	x := s.align(b.Align, side)
	s.page().Picture(s.w.PutPicture(picture), x, s.y-side, side, side)
	s.y -= side
	if b.Label != "" {
		centred := x + (side-s.face.Width(b.Label, footSize))/2
		s.page().Text(centred, s.y-footSize*ascent, footSize, faded, 0, b.Label)
		s.y -= caption
	}
	return nil
}

// footers go on when it is known how many pages there are.
func (s *setter) footers(text string) {
	y := s.margin * 0.55
	for i, page := range s.pages {
		number := fmt.Sprintf("第 %d 页，共 %d 页", i+1, len(s.pages))
		numberWidth := s.face.Width(number, footSize)
		page.Line(s.margin, y+footSize*1.5, pageWidth-s.margin, y+footSize*1.5, hairline, pale)
		page.Text(pageWidth-s.margin-numberWidth, y, footSize, faded, 0, number)
		cut := lines(s.face, strings.TrimSpace(text), footSize, s.width()-numberWidth-6*mm, 0)
		for n, l := range cut[:min(2, len(cut))] {
			page.Text(s.margin, y-float64(n)*footSize*1.3, footSize, faded, 0, l.text)
		}
	}
}

// pdf writes the pages into the file.
func (s *setter) pdf(info pdf.Dict) []byte {
	tree, fonts := s.w.Reserve(), s.fonts.Put(s.w)
	kids := pdf.Array{}
	for _, page := range s.pages {
		kids = append(kids, s.w.Add(pdf.Dict{
			"Type": pdf.Name("Page"), "Parent": tree, "MediaBox": pdf.Array{0, 0, pageWidth, pageHeight},
			"Resources": page.Resources(fonts), "Contents": s.w.Add(pdf.Stream{Data: page.Content()}),
		}))
	}
	s.w.Set(tree, pdf.Dict{"Type": pdf.Name("Pages"), "Kids": kids, "Count": len(kids)})
	root := s.w.Add(pdf.Dict{
		"Type": pdf.Name("Catalog"), "Pages": tree, "Lang": pdf.Bytes("zh-CN"),
		"ViewerPreferences": pdf.Dict{"DisplayDocTitle": true},
	})
	return s.w.Bytes(root, s.w.Add(info))
}

func or(given, usual float64) float64 {
	if given == 0 {
		return usual
	}
	return given
}
