package form

import (
	"net/url"
	"slices"
	"strings"
)

// Inputs are the texts that a page's controls show: what was posted, where
// something was, and the kept answers or what is proposed elsewhere, also for a
// field that only what was posted has brought up. Nothing typed is lost;
// passwords are never shown again, "<field>.kept" only tells that there is one.
func Inputs(f Form, page string, posted url.Values, v Values, ctx Context) url.Values {
	out := url.Values{}
	for _, p := range f.Pages {
		if p.Name != page {
			continue
		}
		for _, field := range p.Fields {
			switch names := Controls(field); {
			case field.Type == TypePassword:
				if Answered(v[field.ID]) {
					out.Set(field.ID+".kept", "yes")
				}
			case field.Type == TypeFile || field.Type == TypeRows:
			case posted != nil && (unsent(field) || slices.ContainsFunc(names, func(name string) bool { return posted[name] != nil })):
				for _, name := range names {
					if values, ok := posted[name]; ok {
						out[name] = values
					}
				}
			default:
				value := v[field.ID]
				if !Answered(value) {
					value = Default(f, field, v, ctx)
				}
				show(out, field, value)
			}
		}
	}
	return out
}

// unsent tells whether a field's controls can be on the page and post nothing:
// boxes that are not ticked.
func unsent(f Field) bool {
	return f.Type == TypeChoices || f.Type == TypeAgree || f.Type == TypeCatalogue
}

// Controls are the names of a field's controls.
func Controls(f Field) []string {
	names := []string{f.ID}
	switch f.Type {
	case TypeDate, TypeIDExpiry:
		for _, part := range dateParts {
			names = append(names, f.ID+part.suffix)
		}
		if f.Type == TypeIDExpiry {
			names = append(names, f.ID+".long_term")
		}
	case TypePassword:
		names = append(names, f.ID+".again")
	case TypeCatalogue:
		names = append(names, f.ID+".q", f.ID+".in")
	}
	if f.Type.odd() {
		names = append(names, f.ID+".confirm")
	}
	return names
}

func show(out url.Values, f Field, value any) {
	switch v := value.(type) {
	case bool:
		out.Set(f.ID, map[bool]string{true: "yes", false: "no"}[v])
	case []string:
		out[f.ID] = v
	case string:
		switch {
		case f.Type == TypeIDExpiry && v == LongTerm:
			out.Set(f.ID+".long_term", "yes")
		case f.Type == TypeDate || f.Type == TypeIDExpiry:
			for i, part := range strings.SplitN(v, "-", len(dateParts)) { // of what is no date, everything goes into the year
				out.Set(f.ID+dateParts[i].suffix, strings.TrimLeft(part, "0"))
			}
		default:
			out.Set(f.ID, v)
		}
	}
}
