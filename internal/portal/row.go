package portal

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"reflect"
	"slices"
	"strconv"
	"strings"

	"wangban/internal/casework"
	"wangban/internal/form"
	"wangban/internal/item"
	"wangban/internal/web"
)

// One record of a list, on a page of its own.

// rowURL is where a button of a list leads: "members new", "members 2",
// "members 2/remove", "members sheet".
func rowURL(s casework.State, it *item.Item, page, to, from string) string {
	id, where, _ := strings.Cut(to, " ")
	field, ok := it.Form.Field(id)
	u := "/cases/" + s.ID + "/form/" + page
	if !ok || field.Type != form.TypeRows || it.Form.PageOf(id) != page {
		return u
	}
	n, rest, _ := strings.Cut(where, "/")
	number, err := strconv.Atoi(n)
	switch {
	case where == "new" || where == "sheet" && field.Sheet:
		u += "/" + id + "/" + where
	case err == nil && number > 0 && (rest == "" || rest == "remove"):
		u += "/" + id + "/" + where
	default:
		return u
	}
	if from == "check" {
		u += "?from=check"
	}
	return u
}

// rowView is the page of one record.
type rowView struct {
	State   casework.State
	Item    *item.Item
	Page    string
	Field   form.Field
	N       int // from 1; of a new one, one more than there are
	New     bool
	Form    web.FormView
	Key     string
	Version int
	From    string
	Stale   bool
	Facts   []web.Fact // for asking whether it is to go
	Title   string

	row form.Row
}

func (v rowView) back() string { return "/cases/" + v.State.ID + "/form/" + v.Page }

func (v rowView) at() string {
	n := "new"
	if !v.New {
		n = strconv.Itoa(v.N)
	}
	return v.back() + "/" + v.Field.ID + "/" + n
}

// oneRow finds the record of the address in the visitor's own case. One that
// is not there any more leads to the list.
func (p *Portal) oneRow(w http.ResponseWriter, r *http.Request) (rowView, bool) {
	v, ok := p.rowsField(w, r)
	if !ok {
		return v, false
	}
	rows := form.RowsOf(v.State.Values[v.Field.ID])
	v.New = r.PathValue("row") == "new"
	if v.New {
		v.N = len(rows) + 1
	} else if v.N = atoi(r.PathValue("row")); v.N >= 1 && v.N <= len(rows) {
		v.row = rows[v.N-1]
	}
	if v.row == nil && !v.New || v.New && v.N > v.Field.RowLimit() {
		http.Redirect(w, r, v.back(), http.StatusSeeOther)
		return v, false
	}
	return v, true
}

// rowsField is the list of records of the address in the visitor's own case,
// while it is asked for.
func (p *Portal) rowsField(w http.ResponseWriter, r *http.Request) (rowView, bool) {
	s, it, ok := p.editable(w, r)
	if !ok {
		return rowView{}, false
	}
	page := r.PathValue("page")
	for _, f := range it.Form.Draw(page, s.Values) {
		if f.ID == r.PathValue("field") && f.Type == form.TypeRows && !f.Hidden {
			return rowView{State: s, Item: it, Page: page, Field: it.Form.Narrowed(f.Field, s.Values), Key: web.NewKey(), Version: s.Version, From: r.FormValue("from")}, true
		}
	}
	http.Redirect(w, r, "/cases/"+s.ID+"/tasks", http.StatusSeeOther)
	return rowView{}, false
}

// draw lays the record out: as it is kept, or as it was posted.
func (p *Portal) draw(ctx context.Context, v rowView, posted url.Values, row form.Row) rowView {
	fc := form.RowContext(casework.FormContext(p.House(), v.State, p.Now()), row)
	f := v.Item.Form.RowForm(v.Field, v.State.Values)
	v.Form = web.FormView{Fields: f.Draw(v.Field.ID, row), Inputs: form.Inputs(f, v.Field.ID, posted, row, fc), Base: v.at(),
		Towns: towns(p.House()), Was: was(ctx, f, v.Field.Fields, row, fc)}
	return v
}

// row shows a record to be filled in; of one that is there, also what is to be
// put right.
func (p *Portal) row(w http.ResponseWriter, r *http.Request) {
	v, ok := p.oneRow(w, r)
	if !ok {
		return
	}
	drawn := p.draw(r.Context(), v, nil, v.row)
	if !v.New {
		drawn.Form.Problems = form.RowProblems(v.Item.Form, v.Field, v.State.Values, v.row, casework.FormContext(p.House(), v.State, p.Now()))
	}
	if !v.New && v.From != "check" {
		untouched, err := p.untouched(r.Context(), v)
		if err != nil {
			panic(err)
		}
		if untouched { // nobody is told off for what they have not been asked yet
			drawn.Form.Problems = slices.DeleteFunc(drawn.Form.Problems, func(q form.Problem) bool { return q.Code == form.NotAnswered })
		}
	}
	web.Render(w, r, http.StatusOK, rowPage(drawn))
}

// untouched tells whether a record is as it was taken over when the case began,
// such as from a licence.
func (p *Portal) untouched(ctx context.Context, v rowView) (bool, error) {
	began, _, _, err := p.Door.At(ctx, v.State.ID, 1)
	if err != nil {
		return false, err
	}
	rows := form.RowsOf(began.Values[v.Field.ID])
	return v.N <= len(rows) && reflect.DeepEqual(rows[v.N-1], v.row), nil
}

// saveRow takes a record in; nothing of it is kept before it is right, and
// nothing typed is lost.
func (p *Portal) saveRow(w http.ResponseWriter, r *http.Request) {
	forget, ok := web.ReadUpload(w, r)
	if !ok {
		return
	}
	defer forget()
	v, ok := p.oneRow(w, r)
	if !ok {
		return
	}
	ctx := r.Context()
	fc := casework.FormContext(p.House(), v.State, p.Now())
	row, problems := form.ReadRow(v.Item.Form, v.Field, r.PostForm, fc, v.State.Values, v.row)
	again := func(status int, problems []form.Problem) {
		drawn := p.draw(ctx, v, r.PostForm, row)
		drawn.Form.Problems = problems
		web.Render(w, r, status, rowPage(drawn))
	}
	if r.PostFormValue("draw") != "" || looksUp(v.Item.Form.RowForm(v.Field, v.State.Values), v.Field.ID, r.PostForm) {
		again(http.StatusOK, nil)
		return
	}
	if len(problems) > 0 {
		again(http.StatusUnprocessableEntity, problems)
		return
	}
	rows := slices.Clone(form.RowsOf(v.State.Values[v.Field.ID]))
	if v.New {
		rows = append(rows, row)
	} else {
		rows[v.N-1] = row
	}
	fresh, err := p.saveRows(r, v, rows, row)
	if fresh != nil {
		v.State, v.Version, v.Stale = *fresh, fresh.Version, true
		if v.N > len(form.RowsOf(fresh.Values[v.Field.ID])) { // it has gone meanwhile: what was typed becomes a new one
			v.New = true
		}
		again(http.StatusConflict, nil)
		return
	}
	if err != nil {
		refused(w, r, err)
		return
	}
	if r.PostFormValue("more") != "" && len(rows) < v.Field.RowLimit() {
		to := v.back() + "/" + v.Field.ID + "/new"
		if v.From != "" {
			to += "?from=" + url.QueryEscape(v.From)
		}
		http.Redirect(w, r, to, http.StatusSeeOther)
		return
	}
	p.toList(w, r, v)
}

// toList leads back to the page with the list.
func (p *Portal) toList(w http.ResponseWriter, r *http.Request, v rowView) {
	to := v.back()
	if v.From == "check" {
		to += "?from=check"
	}
	http.Redirect(w, r, to+"#"+v.Field.ID, http.StatusSeeOther)
}

// saveRows saves a list as it is to be. When somebody has saved something else
// meanwhile, or this page has been saved before without one of the records
// typed, it returns the case as it is now.
func (p *Portal) saveRows(r *http.Request, v rowView, rows []form.Row, typed ...form.Row) (fresh *casework.State, err error) {
	var answer any
	if len(rows) > 0 {
		answer = rows
	}
	done, after, err := p.Door.Act(r.Context(), v.State.ID, casework.Input{Act: casework.ActSave, Key: r.PostFormValue("key"), Actor: actor(r),
		Expect: atoi(r.PostFormValue("version")), Data: casework.Data{Values: form.Values{v.Field.ID: answer}}})
	var refusal *casework.Refusal
	if err == nil && done.Replayed && !p.saidThen(r.Context(), done, after, func(values form.Values) bool {
		kept := map[string]bool{}
		for _, row := range form.RowsOf(values[v.Field.ID]) {
			kept[form.Normal(v.Field, []form.Row{row})] = true
		}
		return !slices.ContainsFunc(typed, func(row form.Row) bool { return !kept[form.Normal(v.Field, []form.Row{row})] })
	}) {
		return &after, nil
	}
	if errors.As(err, &refusal) && refusal.Code == casework.CodeStale && refusal.Fresh != nil {
		return refusal.Fresh, err
	}
	return nil, err
}

// askRemoveRow shows what would go.
func (p *Portal) askRemoveRow(w http.ResponseWriter, r *http.Request) {
	if v, ok := p.oneRow(w, r); ok && !v.New {
		web.Render(w, r, http.StatusOK, removeRowPage(p.leaving(r.Context(), v)))
	} else if ok {
		http.Redirect(w, r, v.back(), http.StatusSeeOther)
	}
}

func (p *Portal) leaving(ctx context.Context, v rowView) rowView {
	tr := func(t string) string { return web.T(ctx, t) }
	fc := casework.FormContext(p.House(), v.State, p.Now())
	v.Title = v.Field.Title(v.row, fc, false, tr)
	for _, sub := range v.Field.Fields {
		if value := form.Show(sub, v.row[sub.ID], fc, false, tr); value != "" {
			v.Facts = append(v.Facts, web.Fact{Label: tr(sub.Label), Value: value})
		}
	}
	return v
}

func (p *Portal) removeRow(w http.ResponseWriter, r *http.Request) {
	v, ok := p.oneRow(w, r)
	if !ok {
		return
	}
	if v.New {
		http.Redirect(w, r, v.back(), http.StatusSeeOther)
		return
	}
	rows := slices.Delete(slices.Clone(form.RowsOf(v.State.Values[v.Field.ID])), v.N-1, v.N)
	fresh, err := p.saveRows(r, v, rows)
	if fresh != nil { // the list is another now: look before anything goes
		http.Redirect(w, r, v.back()+"#"+v.Field.ID, http.StatusSeeOther)
		return
	}
	if err != nil {
		refused(w, r, err)
		return
	}
	p.toList(w, r, v)
}
