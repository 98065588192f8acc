package item

import "wangban/internal/form"

// Sheet is a page that staff fill in with an act: a checklist of a visit, the
// terms of a decision. Its fields are named apart from those of the form.
type Sheet struct {
	Name string
	form.Page
}

// Field finds a field of the form or of a sheet.
func (it *Item) Field(id string) (form.Field, bool) {
	if f, ok := it.Form.Field(id); ok {
		return f, true
	}
	for _, s := range it.Sheets {
		for _, f := range s.Fields {
			if f.ID == id {
				return f, true
			}
		}
	}
	return form.Field{}, false
}

// Form is a sheet as a form of one page.
func (s Sheet) Form() form.Form { return form.Form{Pages: []form.Page{s.Page}} }
