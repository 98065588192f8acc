package item

import (
	"slices"
	"strings"

	"wangban/internal/form"
)

func readForm(p place) form.Form {
	var f form.Form
	p.read(keys{"pages": func(v place) {
		for _, page := range v.list() {
			f.Pages = append(f.Pages, readPage(page))
		}
	}})
	return f
}

func readPage(p place) form.Page {
	var page form.Page
	p.read(keys{
		"page":  text(&page.Name),
		"title": text(&page.Title),
		"intro": text(&page.Intro),
		"when":  cond(&page.When),
		"fields": func(v place) {
			v.each(func(id string, v place) { page.Fields = append(page.Fields, readField(id, v)) })
		},
	})
	if page.Name == "" {
		p.report("这一页没有名字。", "写 page: 和一个英文短词，它会出现在网址里。")
	}
	return page
}

// readSheet reads a page that staff fill in; its name is the file's.
func readSheet(name string, p place) form.Page {
	page := form.Page{Name: name}
	p.read(keys{
		"title": text(&page.Title),
		"intro": text(&page.Intro),
		"fields": func(v place) {
			v.each(func(id string, v place) { page.Fields = append(page.Fields, readField(id, v)) })
		},
	})
	return page
}

func readField(id string, p place) form.Field {
	f := form.Field{ID: id}
	var t string
	var least, most place
	p.read(keys{
		"type":          word(&t, typeNames()...),
		"label":         text(&f.Label),
		"help":          text(&f.Help),
		"options":       func(v place) { f.Options = readOptions(v) },
		"optional":      flag(&f.Optional),
		"optional_when": cond(&f.OptionalWhen),
		"when":          cond(&f.When),
		"max":           func(v place) { most = v },
		"min":           func(v place) { least = v },
		"kind":          text(&f.Kind),
		"id_type":       text(&f.IDType),
		"id_no":         text(&f.IDNumber),
		"min_age":       number(&f.MinAge),
		"verify":        cond(&f.Verify),
		"check":         text(&f.Check),
		"many":          func(v place) { f.Many = readMany(v) },
		"min_side":      number(&f.MinSide),
		"download":      text(&f.Download),
		"differs":       text(&f.Differs),
		"differs_text":  text(&f.DiffersText),
		"after":         text(&f.After),
		"within_years":  number(&f.WithinYears),
		"default":       text(&f.Default),
		"text":          text(&f.Text),
		"link":          text(&f.Link),
		"pattern":       text(&f.Pattern),
		"pattern_text":  text(&f.PatternText),
		"unit":          text(&f.Unit),
		"places":        number(&f.Places),
		"scheme":        word(&f.Scheme, form.Schemes()...),
		"was":           text(&f.Was),
		"taken_from":    func(v place) { f.TakenFrom = strings.Fields(v.text()) },
		"catalogue":     text(&f.Source),
		"under":         text(&f.Under),
		"row":           text(&f.RowLabel),
		"row_title":     text(&f.RowTitle),
		"sheet":         flag(&f.Sheet),
		"unique":        text(&f.Unique),
		"fields": func(v place) {
			v.each(func(id string, v place) { f.Fields = append(f.Fields, readField(id, v)) })
		},
	})
	f.Type = form.Type(t)
	readBounds(&f, least, most)
	if t == "" {
		p.report("“%s”没有写类型。", "加上 type:，例如 type: text。", id)
	}
	f.Options = named(f.Options, form.Vocabulary(f.Type))
	return f
}

// readBounds reads min and max: of amounts they can have decimals.
func readBounds(f *form.Field, least, most place) {
	amount := f.Type == form.TypeDecimal || f.Type == form.TypeMoney
	if least.node != nil {
		if amount {
			f.Least = least.text()
		} else {
			f.Min = least.number()
		}
	}
	if most.node != nil {
		if amount {
			f.Most = most.text()
		} else {
			f.Max = most.number()
		}
	}
}

// readMany reads how many there can be: a number, or true for as many as the
// house allows.
func readMany(p place) int {
	if p.kind == scalar && p.node.text == "true" {
		return form.MostChosen
	}
	return p.number()
}

func typeNames() []string {
	var names []string
	for _, t := range form.Types() {
		names = append(names, string(t))
	}
	return names
}

// readOptions reads "value: label", "value: {label, help, when}" or, for a
// type with a vocabulary of its own, a list of values.
func readOptions(p place) []form.Option {
	var options []form.Option
	if p.kind == list {
		for _, value := range p.texts() {
			options = append(options, form.Option{Value: value})
		}
		return options
	}
	p.each(func(value string, v place) {
		o := form.Option{Value: value}
		if v.kind == mapping {
			v.read(keys{"label": text(&o.Label), "help": text(&o.Help), "when": cond(&o.When)})
		} else {
			o.Label = v.text()
		}
		options = append(options, o)
	})
	return options
}

// named gives options the labels of their type's vocabulary; without any, the
// whole vocabulary is meant.
func named(options, vocabulary []form.Option) []form.Option {
	if len(options) == 0 {
		return vocabulary
	}
	for i, o := range options {
		j := slices.IndexFunc(vocabulary, func(v form.Option) bool { return v.Value == o.Value })
		if j >= 0 && o.Label == "" {
			options[i].Label = vocabulary[j].Label
		}
	}
	return options
}
