package portal

import (
	"context"
	"fmt"
	"net/url"
	"slices"
	"strings"

	"wangban/internal/form"
	"wangban/internal/web"
)

// shownRows is how many records of a list a page shows at once.
const shownRows = 50

// rowsView lists the records of an answer, those with something to be put
// right first; of a long list, a part.
func rowsView(ctx context.Context, f form.Form, field form.Field, v form.Values, fc form.Context, page string, from int) web.RowsView {
	tr := func(t string) string { return web.T(ctx, t) }
	rows := form.RowsOf(v[field.ID])
	view := web.RowsView{Label: field.RowLabel, All: len(rows), Limit: field.RowLimit(), Full: len(rows) >= field.RowLimit()}
	if field.Sheet {
		view.Sheet = page + "/" + field.ID + "/sheet"
	}
	wrong := map[int][]string{}
	for _, p := range form.RowsProblems(f, field, v, fc) {
		if p.Row > 0 {
			wrong[p.Row] = append(wrong[p.Row], wordsOfRow(tr, p))
		}
	}
	view.Wrong = len(wrong)
	order := make([]int, 0, len(rows))
	for i := range rows {
		order = append(order, i+1)
	}
	slices.SortStableFunc(order, func(a, b int) int { return boolToInt(len(wrong[a]) == 0) - boolToInt(len(wrong[b]) == 0) })
	from = max(0, min(from, len(order)-1)) / shownRows * shownRows
	if from > 0 {
		view.Prev = fmt.Sprintf("%s?rows=%d#%s", page, from-shownRows, field.ID)
	}
	if from+shownRows < len(order) {
		view.Next = fmt.Sprintf("%s?rows=%d#%s", page, from+shownRows, field.ID)
	}
	for _, n := range order[from:min(from+shownRows, len(order))] {
		item := web.RowItem{N: n, Title: field.Title(rows[n-1], fc, false, tr), Problems: wrong[n]}
		for _, sub := range field.Fields {
			if value := form.Show(sub, rows[n-1][sub.ID], fc, false, tr); value != "" && value != item.Title {
				item.Facts = append(item.Facts, web.Fact{Label: tr(sub.Label), Value: value})
			}
		}
		view.Items = append(view.Items, item)
	}
	return view
}

// wordsOfRow say what is wrong where it is plain which record is meant.
func wordsOfRow(tr func(string) string, p form.Problem) string {
	p.Row = 0
	return p.Say(tr)
}

func boolToInt(b bool) int {
	if b {
		return 1
	}
	return 0
}

// looksUp tells whether somebody wants to see more of a catalogue rather than
// to go on: by a button, or by the return key in what is searched.
func looksUp(f form.Form, page string, posted url.Values) bool {
	for _, p := range f.Pages {
		if p.Name != page {
			continue
		}
		for _, field := range p.Fields {
			if field.Type != form.TypeCatalogue {
				continue
			}
			_, opened := posted[field.ID+".in"]
			query := strings.TrimSpace(posted.Get(field.ID + ".q"))
			if opened || posted.Has(field.ID+".find") || query != "" && query != posted.Get(field.ID+".sought") {
				return true
			}
		}
	}
	return false
}

// typedWrong are the problems with what was typed: leaving the page would lose
// it. What is only missing can be filled in later.
func typedWrong(f form.Form, page string, posted url.Values, problems []form.Problem) []form.Problem {
	return slices.DeleteFunc(slices.Clone(problems), func(p form.Problem) bool {
		field, _ := f.Field(p.Field)
		if field.Type == form.TypeRows || field.Type == form.TypeFile {
			return true
		}
		return !slices.ContainsFunc(form.Controls(field), func(name string) bool { return strings.TrimSpace(posted.Get(name)) != "" })
	})
}
