package document

import (
	"errors"
	"strconv"
	"strings"
)

// Part is a piece of a document as text: a heading, a paragraph, or a table.
type Part struct {
	Heading, Text string
	Facts         []Row
}

// Row is a line of a table.
type Row struct{ Label, Value string }

// Text is what a document says, from the same layout as its pages: for screens
// too small for a page, for reading out, for enlarging. Places for signatures,
// lines to write on, pictures and footers are the pages' own.
func Text(source []byte, d Data) ([]Part, error) {
	l, problems := read("layout", source)
	if len(problems) > 0 {
		return nil, errors.New(problems[0].String())
	}
	f, err := newFiller(l, d)
	if err != nil {
		return nil, err
	}
	var parts []Part
	for _, b := range l.Blocks {
		filled, shown, err := f.block(b)
		if err != nil {
			return nil, err
		}
		if p := filled.part(); shown && (p.Heading != "" || p.Text != "" || len(p.Facts) > 0) {
			parts = append(parts, p)
		}
	}
	return parts, nil
}

func (b block) part() Part {
	p := Part{Heading: b.Heading, Text: b.Text}
	for _, f := range b.Facts {
		p.Facts = append(p.Facts, Row{f.Label, f.Value})
	}
	for i, line := range b.table.lines {
		var cells []string
		for j, cell := range line {
			cells = append(cells, b.table.head[j]+"："+cell)
		}
		p.Facts = append(p.Facts, Row{strconv.Itoa(i + 1), strings.Join(cells, "\n")})
	}
	return p
}
