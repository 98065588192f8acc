package desk

import (
	"context"
	"errors"
	"net/http"
	"slices"

	"wangban/internal/casework"
	"wangban/internal/item"
	"wangban/internal/web"
)

// consultsView is the list of opinions asked of the officer's units.
type consultsView struct {
	Rows        []askedRow
	First, Next string
}

// askedRow is a case on which an opinion is asked.
type askedRow struct {
	URL, Name, Item, Unit string // of the case
	Consult               consultView
}

// consults are the cases on which the officer's units have not answered yet.
func (d *Desk) consults(w http.ResponseWriter, r *http.Request) {
	ctx := r.Context()
	var v consultsView
	rows, next, err := d.Door.List(ctx, casework.Query{Consulted: ownUnits(ctx), After: r.FormValue("after"), Limit: pageSize})
	switch {
	case errors.Is(err, casework.ErrPage):
		web.Fail(w, r, http.StatusBadRequest, "这个页码看不懂。从第一页重新看。")
		return
	case err != nil:
		panic(err)
	}
	listed := map[string]bool{} // a case is there once for each unit that was asked about it
	for _, row := range rows {
		if listed[row.ID] {
			continue
		}
		listed[row.ID] = true
		s, it, err := d.Door.Get(ctx, row.ID)
		var gone *casework.Refusal
		switch {
		case errors.As(err, &gone): // forgotten since the list was read
			continue
		case err != nil:
			panic(err)
		}
		web.Speak(ctx, it.English)
		v.Rows = append(v.Rows, d.askedRows(r, s, it)...)
	}
	if next != "" {
		v.Next = "/desk/consults?after=" + next
	}
	if r.FormValue("after") != "" {
		v.First = "/desk/consults"
	}
	web.Render(w, r, http.StatusOK, consultsPage(v))
}

func (d *Desk) askedRows(r *http.Request, s casework.State, it *item.Item) []askedRow {
	ctx := r.Context()
	var out []askedRow
	for _, c := range s.Consults {
		if c.Open() && slices.Contains(ownUnits(ctx), c.Unit) {
			out = append(out, askedRow{"/desk/cases/" + s.ID, caseName(ctx, s, it), web.T(ctx, it.Guide.Title), web.T(ctx, d.Units()[s.Unit]), d.consultView(ctx, it, c)})
		}
	}
	return out
}

// ownUnits are the units that the officer can speak for: being allowed to see
// everybody's cases is not being everybody.
func ownUnits(ctx context.Context) []string { return speaksFor(officer(ctx)) }

func speaksFor(o *web.Officer) []string {
	return append(slices.DeleteFunc(slices.Clone(o.Units), func(unit string) bool { return unit == "*" || unit == o.Unit }), o.Unit)
}
