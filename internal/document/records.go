package document

import (
	"fmt"
	"strconv"
	"strings"

	"wangban/internal/form"
)

// records is a list of the case, filled in: a line each.
type records struct {
	head   []string
	widths []float64 // millimetres; 0 shares what is left
	lines  [][]string
}

// records fills a block of records in. Its columns speak of one record: its
// sub-fields by their names, and all that the rest of the layout can speak of.
func (f *filler) records(b block) (records, error) {
	field, list, err := f.list(b.Rows)
	if err != nil {
		return records{}, err
	}
	columns := b.Columns
	if len(columns) == 0 {
		columns = answered(field, list)
	}
	var t records
	for _, c := range columns {
		t.head, t.widths = append(t.head, c.Label), append(t.widths, c.Width)
	}
	for _, one := range list {
		record, _ := one.(map[string]any)
		inside := f.inside(field, record)
		line := make([]string, len(columns))
		for i, c := range columns {
			text, err := inside.text(c.Value, "")
			if err != nil {
				return records{}, err
			}
			if line[i] = strings.TrimSpace(text); line[i] == "" {
				line[i] = noValue
			}
		}
		t.lines = append(t.lines, line)
	}
	return t, nil
}

// list is a list of records that a layout names.
func (f *filler) list(id string) (field form.Field, list []any, err error) {
	ok := false
	if f.Item != nil {
		field, ok = f.Item.Form.Field(id)
	}
	if !ok || field.Type != form.TypeRows {
		return field, nil, fmt.Errorf("文件模板用到了 %s，这里没有这项内容。在表单或者 facts 里加上，或者改名字。", id)
	}
	list, _ = f.at(id).([]any)
	return field, list, nil
}

// inside is a filler that speaks of one record too.
func (f *filler) inside(field form.Field, record map[string]any) *filler {
	env := make(form.Env, len(f.env)+len(record))
	for name, value := range f.env {
		env[name] = value
	}
	for name, value := range record {
		if chosen, ok := value.(map[string]any); ok && name == "catalogue" {
			both := map[string]any{}
			outer, _ := f.env[name].(map[string]any)
			for k, v := range outer {
				both[k] = v
			}
			for k, v := range chosen {
				both[k] = v
			}
			value = both
		}
		env[name] = value
	}
	return &filler{Data: f.Data, env: env, row: &field}
}

// answered is a column for each sub-field that a record has an answer to.
func answered(field form.Field, list []any) []column {
	var out []column
	for _, sub := range field.Fields {
		for _, one := range list {
			if record, ok := one.(map[string]any); ok && form.Answered(record[sub.ID]) {
				out = append(out, column{Label: sub.Label, Value: "{{" + sub.ID + "}}"})
				break
			}
		}
	}
	return out[:min(len(out), maxColumns)]
}

// The first column counts the lines.
const (
	numberLabel = "序号"
	numberWidth = 11 // millimetres
)

// records sets a table with headings, which each page repeats.
func (s *setter) records(t records, size float64) error {
	if len(t.head) > 6 { // narrow columns want small type
		size *= 0.85
	}
	widths := s.shares(t.widths)
	head := append([]string{numberLabel}, t.head...)
	s.record(head, widths, size, faded)
	for i, cells := range t.lines {
		s.record(append([]string{strconv.Itoa(i + 1)}, cells...), widths, size, ink)
		if len(s.pages) > maxPages {
			return ErrLong
		}
		if i == len(t.lines)-1 {
			break
		}
		if s.y-2*size*leading < s.bottom() {
			s.turn()
			s.record(head, widths, size, faded)
		}
	}
	s.y -= 2 * mm
	return nil
}

// shares are the widths of the columns in points, that of the numbers first.
func (s *setter) shares(given []float64) []float64 {
	left, open := s.width()-numberWidth*mm, 0
	for _, w := range given {
		left -= w * mm
		if w == 0 {
			open++
		}
	}
	out := []float64{numberWidth * mm}
	least := 12 * mm
	for _, w := range given {
		if w == 0 {
			out = append(out, max(left/float64(open), least))
		} else {
			out = append(out, w*mm)
		}
	}
	total := 0.0
	for _, w := range out {
		total += w
	}
	if total > s.width() { // more than the page has: all shrink alike
		for i := range out {
			out[i] *= s.width() / total
		}
	}
	return out
}

// record sets one line of a table of records, with a hairline under it.
func (s *setter) record(cells []string, widths []float64, size, shade float64) {
	gap, pad, height := 2*mm, 0.7*mm, size*leading
	set, n := make([][]line, len(cells)), 1
	for i, cell := range cells {
		set[i] = lines(s.face, cell, size, max(widths[i]-gap, size), 0)
		n = max(n, len(set[i]))
	}
	s.room(min(float64(n)*height+2*pad, pageHeight-2*s.margin))
	s.y -= pad
	for k := range n {
		s.room(height)
		x := s.margin
		for i := range cells {
			if k < len(set[i]) {
				s.page().Text(x, s.y-size*ascent, size, shade, 0, set[i][k].text)
			}
			x += widths[i]
		}
		s.y -= height
	}
	s.y -= pad
	s.page().Line(s.margin, s.y, pageWidth-s.margin, s.y, hairline, pale)
}
