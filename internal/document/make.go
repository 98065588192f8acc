package document

import (
	_ "embed"
	"errors"
	"fmt"
	"image"
	"maps"
	"slices"
	"strings"
	"time"

	"wangban/internal/document/pdf"
	"wangban/internal/form"
	"wangban/internal/item"
)

// English are this room's messages in English.
//
//go:embed en.yaml
var English []byte

// Data is what a document is made from.
type Data struct {
	Item     *item.Item
	Env      form.Env          // answers and facts, see form.Form.Env
	Extra    map[string]any    // what the house adds, by dotted name: "case.number", "licence.number", "url"
	Context  form.Context      // for showing answers: names of towns
	Pictures map[string][]byte // PNG, by name
	At       time.Time         // of making: written into the file, and {{today}}
	Typeface *pdf.Typeface     // nil: the embedded font alone
	Row      int               // of a layout that is made for each record of a list: which one, from 1
}

// Made is a finished document.
type Made struct {
	PDF     []byte
	Pages   int
	Boxes   map[string]Box // places for signatures
	Missing []rune         // characters no font has, drawn as boxes
}

// Box is a place on a page, in points from its lower left corner. Pages count
// from 1.
type Box struct {
	Page       int
	X, Y, W, H float64
}

// maxText bounds one text of a document, in bytes.
const maxText = 60_000

// Make fills in a layout. The error is for the item's author: a layout that
// Check would refuse, an expression about something that is not there, a
// picture that nobody has given.
func Make(source []byte, d Data) (Made, error) {
	l, problems := read("layout", source)
	if len(problems) > 0 {
		return Made{}, errors.New(problems[0].String())
	}
	pictures := map[string]image.Image{}
	for name, file := range d.Pictures {
		picture, err := pdf.ReadPicture(file)
		if err != nil {
			return Made{}, fmt.Errorf("%s: %w", name, err)
		}
		pictures[name] = picture
	}
	f, err := newFiller(l, d)
	if err != nil {
		return Made{}, err
	}
	s := newSetter(pdf.NewWriter(), d.Typeface, or(l.Margin, 25), pictures)
	for _, b := range l.Blocks {
		filled, shown, err := f.block(b)
		if err != nil {
			return Made{}, err
		}
		if !shown {
			continue
		}
		if err := s.block(filled); err != nil {
			return Made{}, err
		}
	}
	footer, err := f.text(l.Footer, "")
	if err != nil {
		return Made{}, err
	}
	title, err := f.text(l.Title, "")
	if err != nil {
		return Made{}, err
	}
	s.footers(footer)
	made := Made{Pages: len(s.pages), Boxes: s.boxes}
	made.PDF = s.pdf(pdf.Dict{
		"Title": pdf.Text(title), "Producer": pdf.Text("Wangban"), "CreationDate": pdf.Date(d.At.In(form.Shanghai)),
	})
	for _, page := range s.pages {
		made.Missing = append(made.Missing, page.Missing()...)
	}
	slices.Sort(made.Missing)
	made.Missing = slices.Compact(made.Missing)
	return made, nil
}

// env is everything a layout can speak of. The caller's maps stay as they are.
func (d Data) env() form.Env {
	env := form.Env(deepClone(d.Env))
	env.Set("today", d.At.In(form.Shanghai).Format("2006年1月2日"))
	for _, name := range slices.Sorted(maps.Keys(d.Extra)) {
		env.Set(name, d.Extra[name])
	}
	return env
}

func deepClone(m map[string]any) map[string]any {
	out := make(map[string]any, len(m))
	for k, v := range m {
		if inner, ok := v.(map[string]any); ok {
			v = deepClone(inner)
		}
		out[k] = v
	}
	return out
}

// filler puts answers into texts.
type filler struct {
	Data
	env form.Env
	row *form.Field // of a list of records, while one of them is filled in
}

// newFiller fills in a layout that speaks of the case, or of one record of a
// list too.
func newFiller(l layout, d Data) (*filler, error) {
	f := &filler{Data: d, env: d.env()}
	if l.Each == "" {
		return f, nil
	}
	field, list, err := f.list(l.Each)
	if err != nil {
		return nil, err
	}
	if d.Row < 1 || d.Row > len(list) {
		return nil, fmt.Errorf("文件模板是“%s”每条一份的，这里没有说明是第几条。", field.Label)
	}
	record, _ := list[d.Row-1].(map[string]any)
	return f.inside(field, record), nil
}

// Blanks for what has not been answered: to write on in a paragraph, and as a
// value in a table.
const (
	writeHere = "＿＿＿＿"
	noValue   = "—"
)

func (f *filler) block(b block) (filled block, shown bool, err error) {
	if ok, err := f.holds(b.When); !ok || err != nil {
		return b, false, err
	}
	for _, t := range []*string{&b.Heading, &b.Text, &b.Blank, &b.Label} {
		if *t, err = f.text(*t, writeHere); err != nil {
			return b, false, err
		}
	}
	var rows []fact
	for _, row := range b.Facts {
		ok, err := f.holds(row.When)
		if err != nil {
			return b, false, err
		}
		if !ok {
			continue
		}
		if row.Label, err = f.text(row.Label, ""); err != nil {
			return b, false, err
		}
		if row.Value, err = f.text(row.Value, ""); err != nil {
			return b, false, err
		}
		if strings.TrimSpace(row.Value) == "" {
			row.Value = noValue
		}
		rows = append(rows, row)
	}
	shown = len(b.Facts) == 0 || len(rows) > 0
	b.Facts = rows
	if b.Rows != "" {
		b.table, err = f.records(b)
		shown = len(b.table.lines) > 0
	}
	return b, shown, err
}

func (f *filler) holds(source string) (bool, error) {
	cond, err := form.ParseCond(source)
	if err == nil {
		err = f.known(cond)
	}
	return err == nil && cond.Holds(f.env), err
}

// known makes sure that somebody has said something about every name. Within a
// group, what is missing has not been answered.
func (f *filler) known(cond form.Cond) error {
	for _, ref := range cond.Refs() {
		root, _, _ := strings.Cut(ref, ".")
		if _, ok := f.env[root]; !ok {
			return fmt.Errorf("文件模板用到了 %s，这里没有这项内容。在表单或者 facts 里加上，或者改名字。", ref)
		}
	}
	return nil
}

// text fills in a text; blank stands for what has not been answered.
func (f *filler) text(source, blank string) (string, error) {
	segments, err := parseText(source)
	if err != nil {
		return "", err
	}
	var b strings.Builder
	for _, part := range segments {
		b.WriteString(part.literal)
		if part.is.Empty() {
			continue
		}
		value, err := f.value(part.is)
		if err != nil {
			return "", err
		}
		if value == "" {
			value = blank
		}
		b.WriteString(value)
	}
	if b.Len() > maxText {
		return "", ErrLong
	}
	return clean(b.String()), nil
}

// value is what an expression gives; the answer to a field alone is shown as
// people read it.
func (f *filler) value(is form.Cond) (string, error) {
	if err := f.known(is); err != nil {
		return "", err
	}
	if f.Item != nil {
		field, ok := f.Item.Form.Field(is.Source)
		if f.row != nil && !ok {
			field, ok = f.row.Sub(is.Source)
		}
		if ok {
			return form.Show(field, f.at(is.Source), f.Context, false, nil), nil
		}
	}
	text, err := is.Text(f.env)
	if err != nil {
		return "", fmt.Errorf("文件模板里的 {{%s}} 算不出来：%s。", is.Source, oneLine(err))
	}
	return text, nil
}

func (f *filler) at(path string) any {
	var v any = map[string]any(f.env)
	for part := range strings.SplitSeq(path, ".") {
		group, ok := v.(map[string]any)
		if !ok {
			return nil
		}
		v = group[part]
	}
	return v
}

// clean keeps line ends and takes other control characters and broken bytes
// out.
func clean(s string) string {
	return strings.Map(func(r rune) rune {
		if r == '\n' || !(r < ' ' || r >= 0x7f && r < 0xa0) {
			return r
		}
		return ' '
	}, strings.ToValidUTF8(s, "�"))
}
