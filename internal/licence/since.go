package licence

import (
	"context"
	"errors"
	"maps"
	"slices"
	"strconv"
	"strings"

	"wangban/internal/casework"
	"wangban/internal/form"
	"wangban/internal/item"
)

// resumes is what flows call the effect Resume.
const resumes = "licence.resume"

// since lays over what a document shows what is new since: a licence that counts
// again (启用) shows the case that issued it, but with the day of the next
// inspection that was written down when it was resumed. What a case said that has
// been forgotten is gone, and the document shows what was before.
func (r *Room) since(ctx context.Context, l Licence, s casework.State, it *item.Item) (casework.State, error) {
	shown := s.Values
	for _, v := range l.Versions {
		if v.Act != ActResume || v.Case == l.Content || v.Document != l.Document || v.Content != l.Content {
			continue
		}
		later, by, err := r.Case(ctx, v.Case)
		var gone *casework.Refusal
		switch {
		case errors.As(err, &gone):
			continue
		case err != nil:
			return s, err
		}
		again, err := r.resumed(later, by, l)
		if err != nil {
			return s, err
		}
		for _, g := range again {
			shown = g.updates(shown, it, l.Record)
		}
	}
	s.Values = shown
	return s, nil
}

// resumed are the grants with which a case has put a licence to use again.
func (r *Room) resumed(s casework.State, it *item.Item, l Licence) (out []grant, err error) {
	for _, act := range it.Flow.EffectsNamed(resumes) {
		all, err := r.grants(casework.Call(act), s, casework.Event{Case: s.ID, At: s.UpdatedAt})
		if refusal := (*casework.Refusal)(nil); errors.As(err, &refusal) { // it names no licence
			continue
		}
		if err != nil {
			return nil, err
		}
		for _, g := range all {
			if number := g.named(); number != "" && (number == l.Number || number == l.Replaces) {
				out = append(out, g)
			}
		}
	}
	return out, nil
}

// updates puts the answers that the effect makes public in the places of those
// of the same name and kind, in a record or in the form.
func (g grant) updates(v form.Values, it *item.Item, of string) form.Values {
	out := maps.Clone(v)
	list, row, _ := strings.Cut(of, "/")
	for id := range strings.FieldsSeq(g.call.With["public"]) {
		f, answer, ok := g.field(id)
		if !ok || answer == nil {
			continue
		}
		if field, known := it.Form.Field(list); known && list != "" {
			rows := slices.Clone(form.RowsOf(out[list]))
			n, _ := strconv.Atoi(row)
			if was, has := field.Sub(id); has && was.Type == f.Type && n >= 1 && n <= len(rows) {
				rows[n-1] = maps.Clone(rows[n-1])
				rows[n-1][id] = answer
				out[list] = rows
			}
			continue
		}
		if was, known := it.Form.Field(id); known && was.Type == f.Type {
			out[id] = answer
		}
	}
	return out
}
