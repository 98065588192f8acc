package form

import (
	"slices"
	"time"
)

// First is the name of the first page to be asked.
func First(f Form, v Values) string {
	if pages := f.Shown(v); len(pages) > 0 {
		return pages[0].Name
	}
	return ""
}

// Next is the page asked after the given one; empty after the last. The given
// page need not be asked itself.
func Next(f Form, v Values, page string) string { return neighbour(f, v, page, 1) }

// Prev is the page asked before the given one; empty before the first.
func Prev(f Form, v Values, page string) string { return neighbour(f, v, page, -1) }

func neighbour(f Form, v Values, page string, step int) string {
	asked := map[string]bool{}
	f.walk(v, func(p *Page, _ *Field, shown bool, _ Env) {
		if shown {
			asked[p.Name] = true
		}
	})
	i := slices.IndexFunc(f.Pages, func(p Page) bool { return p.Name == page })
	if i < 0 {
		return ""
	}
	for i += step; i >= 0 && i < len(f.Pages); i += step {
		if name := f.Pages[i].Name; asked[name] {
			return name
		}
	}
	return ""
}

// Progress tells that a page is the n-th of those asked; 0 when it is not.
func Progress(f Form, v Values, page string) (n, of int) {
	shown := f.Shown(v)
	return slices.IndexFunc(shown, func(p Page) bool { return p.Name == page }) + 1, len(shown)
}

// Status of a page in a task list.
type Status string

// Statuses.
const (
	NotAsked   Status = "not-asked"
	NotStarted Status = "not-started"
	InProgress Status = "in-progress"
	Wrong      Status = "wrong" // something has to be put right
	Done       Status = "done"
)

// PageStatus tells how far a page is.
func PageStatus(f Form, v Values, page string, ctx Context) Status {
	n, _ := Progress(f, v, page)
	if n == 0 {
		return NotAsked
	}
	answered, wrong, open := false, false, false
	c := newChecker(f, v, ctx)
	for _, field := range f.Shown(v)[n-1].Fields {
		answered = answered || Answered(v[field.ID])
		p, bad := c.field(field, v[field.ID])
		open = open || bad
		wrong = wrong || bad && Answered(v[field.ID]) && p.Code != Unverified
	}
	switch {
	case wrong:
		return Wrong
	case !open:
		return Done
	case answered:
		return InProgress
	}
	return NotStarted
}

// Missing are the fields that have to be answered and are not.
func Missing(f Form, v Values) []Field {
	var out []Field
	f.walk(v, func(_ *Page, field *Field, shown bool, env Env) {
		if shown && required(*field, env) && !Answered(v[field.ID]) {
			out = append(out, *field)
		}
	})
	return out
}

// Answered tells whether a value is an answer.
func Answered(v any) bool {
	switch v := v.(type) {
	case nil:
		return false
	case string:
		return v != ""
	case []string:
		return len(v) > 0
	case []File:
		return len(v) > 0
	case []Row:
		return len(v) > 0
	}
	return true
}

// Changed names the fields whose answers differ, both being normalised
// what is typed in full width instead of half is no change.
func Changed(f Form, a, b Values) []string {
	var ids []string
	for _, p := range f.Pages {
		for _, field := range p.Fields {
			if Normal(field, a[field.ID]) != Normal(field, b[field.ID]) {
				ids = append(ids, field.ID)
			}
		}
	}
	return ids
}

// day is the calendar day in China at an instant, as a UTC midnight to
// compare with dates.
func day(t time.Time) time.Time {
	y, m, d := t.In(Shanghai).Date()
	return time.Date(y, m, d, 0, 0, 0, 0, time.UTC)
}
