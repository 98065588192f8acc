package form

// Field finds a field by its ID.
func (f Form) Field(id string) (Field, bool) {
	for i := range f.Pages {
		fields := f.Pages[i].Fields
		for j := range fields { // by index: a field is too large to be copied for a look
			if fields[j].ID == id {
				return fields[j], true
			}
		}
	}
	return Field{}, false
}

// PageOf names the page on which a field is asked; empty for no such field.
func (f Form) PageOf(id string) string {
	for _, p := range f.Pages {
		for _, field := range p.Fields {
			if field.ID == id {
				return p.Name
			}
		}
	}
	return ""
}
