package demo

import (
	"strings"

	"wangban/internal/form"
	"wangban/internal/item"
)

// Specimen is what a sample document shows: what it stands for, and the
// answers it is evidence of.
type Specimen struct {
	Name  string // of the file
	Title string
	Facts []Fact
}

// Fact is a line of it.
type Fact struct{ Label, Value string }

// specimen is the sample for a question about files. A document of a party
// shows the party, any other the unit: the question's name tells.
func specimen(it *item.Item, f form.Field, name string, values form.Values, ctx form.Context) Specimen {
	s := Specimen{Name: name, Title: f.Label}
	shown := []string{it.Flow.Title, it.Flow.Subject, it.Flow.Rep}
	for _, p := range it.Flow.Parties {
		if strings.Contains(f.ID, "."+p.Name+"_") {
			shown = []string{p.PersonName, p.IDType, p.IDNumber}
		}
	}
	for _, id := range shown {
		field, ok := it.Form.Field(id)
		if value := form.Show(field, values[id], ctx, false, nil); ok && value != "" {
			s.Facts = append(s.Facts, Fact{label(it, shown[0], field), value})
		}
	}
	return s
}

// label is what a line is called. On a document of the unit a person's name
// needs to say whose.
func label(it *item.Item, first string, f form.Field) string {
	for _, p := range it.Flow.Parties {
		if p.PersonName == f.ID && first != f.ID {
			return p.Label
		}
	}
	return f.Label
}
