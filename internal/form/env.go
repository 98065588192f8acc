package form

import (
	"maps"
	"slices"
	"strconv"
	"strings"
)

// Env nests the answers: "unit.name" becomes env["unit"]["name"]. Every field
// of the form is present, so that an expression can read what has not been
// answered yet. Answers to what is not asked (any more) count as not given:
// who switched from agent to representative has no agent. A number is a number
// here, although the answer is kept as it was typed.
func (f Form) Env(v Values) Env {
	return f.walk(v, func(*Page, *Field, bool, Env) {})
}

// walk goes through the form in order and tells of each field whether it is
// shown, given the answers before it. Pages and fields are large: they are
// pointed at, not copied, and not to be changed.
func (f Form) walk(v Values, visit func(*Page, *Field, bool, Env)) Env {
	env := f.outer.within(f.fields())
	for i := range f.Pages {
		for j := range f.Pages[i].Fields {
			f.Pages[i].Fields[j].open(env)
		}
	}
	for i := range f.Pages {
		p := &f.Pages[i]
		asked := p.When.Holds(env)
		for j := range p.Fields {
			field := &p.Fields[j]
			shown := asked && field.When.Holds(env)
			if shown {
				if value := v[field.ID]; value != nil {
					field.tell(env, value)
				}
			}
			visit(p, field, shown, env)
		}
	}
	return env
}

// matters tells whether it hangs on the answer to a field what else is asked.
func (f Form) matters(id string) bool {
	for i := range f.Pages {
		p := &f.Pages[i]
		if p.When.speaksOf(id) {
			return true
		}
		for j := range p.Fields {
			if p.Fields[j].When.speaksOf(id) {
				return true
			}
		}
	}
	return false
}

// Shown are the pages to be asked, each with the fields to be asked.
func (f Form) Shown(v Values) []Page {
	var pages []Page
	f.walk(v, func(p *Page, field *Field, shown bool, env Env) {
		if !shown {
			return
		}
		if n := len(pages); n == 0 || pages[n-1].Name != p.Name {
			page := *p
			page.Fields = make([]Field, 0, len(p.Fields))
			pages = append(pages, page)
		}
		last := &pages[len(pages)-1]
		last.Fields = append(last.Fields, field.within(env))
	})
	return pages
}

// Asked are the answers to what is asked, without what has been typed earlier
// and does not apply any more.
func (f Form) Asked(v Values) Values {
	out := Values{}
	f.walk(v, func(_ *Page, field *Field, shown bool, env Env) {
		if value, ok := v[field.ID]; ok && shown {
			if rows, ok := value.([]Row); ok && field.Type == TypeRows {
				value = field.askedRows(rows, env)
			}
			out[field.ID] = value
		}
	})
	return out
}

// Drawn is a field as a page has to draw it.
type Drawn struct {
	Field
	Hidden   bool     // not asked as things stand
	Depends  []string // fields of the same page whose answers decide that
	Required bool
	Options  []Option // those that apply
}

// Draw are the fields of a page, with those that an answer on the same page
// may bring up.
func (f Form) Draw(page string, v Values) []Drawn {
	var out []Drawn
	var before []string // on the page
	f.walk(v, func(p *Page, field *Field, shown bool, env Env) {
		if p.Name != page {
			return
		}
		d := Drawn{Field: field.within(env), Hidden: !shown, Required: required(*field, env), Options: field.choices(env)}
		for _, id := range before {
			if field.When.speaksOf(id) {
				d.Depends = append(d.Depends, id)
			}
		}
		before = append(before, field.ID)
		if shown || len(d.Depends) > 0 {
			out = append(out, d)
		}
	})
	return out
}

// speaksOf tells whether a condition hangs on an answer: by its name, or by a
// column of what was chosen.
func (c Cond) speaksOf(id string) bool {
	return slices.ContainsFunc(c.Refs(), func(ref string) bool {
		column, ok := strings.CutPrefix(ref, "catalogue.")
		return ref == id || ok && (column == id || strings.HasPrefix(column, id+"."))
	})
}

func required(f Field, env Env) bool {
	return !f.Optional && (f.OptionalWhen.Empty() || !f.OptionalWhen.Holds(env))
}

// choices are the options that apply.
func (f Field) choices(env Env) []Option {
	var out []Option
	for _, o := range f.Options {
		if o.When.Holds(env) {
			out = append(out, o)
		}
	}
	return out
}

// open makes a field known that has not been answered.
func (f *Field) open(env Env) {
	switch f.Type {
	case TypeRows:
		env.Set(f.ID, []any{})
		return
	case TypeCatalogue:
		env.Set("catalogue."+f.ID, f.Catalogue.columns(nil, f.Many > 0))
	}
	env.Set(f.ID, nil)
}

// tell makes an answer known, as expressions see it.
func (f *Field) tell(env Env, value any) {
	switch f.Type {
	case TypeRows:
		rows, _ := value.([]Row)
		env.Set(f.ID, f.records(rows, env))
		return
	case TypeCatalogue:
		env.Set("catalogue."+f.ID, f.Catalogue.columns(value, f.Many > 0))
	}
	env.Set(f.ID, counted(*f, value))
}

// fields is how many there are on all pages.
func (f Form) fields() (n int) {
	for i := range f.Pages {
		n += len(f.Pages[i].Fields)
	}
	return n
}

// within is an environment to which so many more answers can be added.
func (e Env) within(more int) Env {
	const ofCase = 24 // what casework adds
	out := make(Env, len(e)+more+ofCase)
	for name, value := range e {
		if group, ok := value.(map[string]any); ok && name == "catalogue" {
			value = maps.Clone(group)
		}
		out[name] = value
	}
	return out
}

// counted is an answer as expressions see it.
func counted(f Field, v any) any {
	s, ok := v.(string)
	switch {
	case !ok:
	case f.Type == TypeNumber:
		n, err := strconv.Atoi(s)
		if err != nil {
			return nil
		}
		return n
	case f.Type.decimal():
		n, err := strconv.ParseFloat(s, 64)
		if err != nil {
			return nil
		}
		return n
	}
	return v
}
