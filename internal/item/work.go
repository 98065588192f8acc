package item

import "wangban/internal/form"

// workNames are what conditions, messages and documents can speak of because
// staff did something: how often each act was done, and what the sheets say.
func (it *Item) workNames() []string {
	return append(it.doneNames(), it.sheetFieldIDs()...)
}

func (it *Item) doneNames() []string {
	var names []string
	for _, act := range it.Flow.ownActNames() {
		names = append(names, "done."+act)
	}
	return names
}

func (it *Item) sheetFieldIDs() []string {
	var ids []string
	for _, name := range sortedNames(it.Sheets) {
		for _, f := range it.Sheets[name].Fields {
			ids = append(ids, f.ID)
		}
	}
	return ids
}

// workKinds are what they stand for.
func (it *Item) workKinds() form.Kinds {
	kinds := form.Kinds{}
	for _, name := range it.doneNames() {
		kinds[name] = form.Number
	}
	for _, name := range sortedNames(it.Sheets) {
		for id, kind := range it.Sheets[name].Form().Kinds() {
			kinds[id] = kind
		}
	}
	return kinds
}
