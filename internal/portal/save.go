package portal

import (
	"context"
	"errors"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strconv"

	"wangban/internal/casework"
	"wangban/internal/form"
	"wangban/internal/item"
	"wangban/internal/web"
)

// savePage takes the answers of a page; or only draws it again with the
// answers so far, takes in an upload, takes one away, or hands it over to a
// phone.
func (p *Portal) savePage(w http.ResponseWriter, r *http.Request) {
	forget, ok := web.ReadUpload(w, r)
	if !ok {
		return
	}
	defer forget()
	s, it, ok := p.editable(w, r)
	if !ok {
		return
	}
	name := r.PathValue("page")
	fc := casework.FormContext(p.House(), s, p.Now())
	values := maps.Clone(s.Values)
	if values == nil {
		values = form.Values{}
	}
	uploads, uploadProblems := p.uploads(r, it, name, values)
	reading := form.Read(it.Form, name, r.PostForm, fc, values)
	if helping(r) {
		leaveOwn(it, &reading)
	}
	for id, v := range uploads {
		reading.Changes[id] = v
	}
	merged := merge(s.Values, reading.Changes)
	problems := uploadProblems
	for _, problem := range reading.Problems {
		if !about(uploadProblems, problem.Field) { // why a file was refused says more than that it is missing
			problems = append(problems, problem)
		}
	}

	if r.PostFormValue("draw") != "" || looksUp(it.Form, name, r.PostForm) {
		p.redraw(w, r, http.StatusOK, s, it, merged, nil, nil)
		return
	}
	if len(reading.Changes) > 0 || len(reading.Confirmed) > 0 {
		done, after, err := p.Door.Act(r.Context(), s.ID, casework.Input{Act: casework.ActSave, Key: r.PostFormValue("key"), Actor: actor(r),
			Expect: atoi(r.PostFormValue("version")), Data: casework.Data{Values: reading.Changes, Confirmed: reading.Confirmed}})
		var refusal *casework.Refusal
		if errors.As(err, &refusal) && refusal.Code == casework.CodeStale && refusal.Fresh != nil {
			p.stale(w, r, *refusal.Fresh, it)
			return
		}
		if err != nil {
			refused(w, r, err)
			return
		}
		if done.Replayed && !p.saidThen(r.Context(), done, after, func(v form.Values) bool { return has(it.Form, v, reading.Changes) }) {
			p.stale(w, r, after, it) // saved, gone back to, and something else typed
			return
		}
		s = after
	}
	if field := r.PostFormValue("handover"); field != "" && len(uploadProblems) == 0 {
		if v, ok := p.handoverView(w, r, s, it, field); ok {
			p.showHandover(w, r, v)
		}
		return
	}
	if to := r.PostFormValue("row"); to != "" {
		if wrong := typedWrong(it.Form, name, r.PostForm, reading.Problems); len(wrong) > 0 {
			p.redraw(w, r, http.StatusUnprocessableEntity, s, it, s.Values, wrong, nil)
			return
		}
		http.Redirect(w, r, rowURL(s, it, name, to, r.PostFormValue("from")), http.StatusSeeOther)
		return
	}
	if r.PostFormValue("upload") != "" || r.PostFormValue("remove") != "" || r.PostFormValue("handover") != "" {
		p.redraw(w, r, status(uploadProblems), s, it, s.Values, uploadProblems, nil)
		return
	}
	if len(problems) > 0 {
		p.redraw(w, r, http.StatusUnprocessableEntity, s, it, merged, problems, nil)
		return
	}
	if problems, ways := p.knownElsewhere(r, s, it, name); len(problems) > 0 {
		p.redraw(w, r, http.StatusUnprocessableEntity, s, it, s.Values, problems, ways)
		return
	}
	http.Redirect(w, r, p.after(s, it, name, r.PostFormValue("from")), http.StatusSeeOther)
}

// saidThen tells whether a page that was saved before said the same then: sent
// twice, it is answered as it was, whatever has been saved since. It looks at
// the case as it stands first, for most often that is so.
func (p *Portal) saidThen(ctx context.Context, done casework.Receipt, now casework.State, same func(form.Values) bool) bool {
	if same(now.Values) {
		return true
	}
	events, err := p.Door.History(ctx, done.Case)
	if err != nil {
		panic(err)
	}
	then := form.Values{}
	for _, e := range events {
		if e.Seq <= done.Seq {
			then = merge(then, e.Data.Values)
		}
	}
	return same(then)
}

// has tells whether changes are among the answers. A password is kept as what it
// cannot be told from.
func has(f form.Form, values, changes form.Values) bool {
	for id, v := range changes {
		if field, _ := f.Field(id); field.Type != form.TypePassword && form.Normal(field, values[id]) != form.Normal(field, v) {
			return false
		}
	}
	return true
}

func about(problems []form.Problem, field string) bool {
	return slices.ContainsFunc(problems, func(p form.Problem) bool { return p.Field == field })
}

// leaveOwn takes out of a reading what only the applicant answers.
func leaveOwn(it *item.Item, reading *form.Reading) {
	own := func(id string) bool { f, _ := it.Form.Field(id); return f.Type.Own() }
	maps.DeleteFunc(reading.Changes, func(id string, _ any) bool { return own(id) })
	reading.Problems = slices.DeleteFunc(reading.Problems, func(p form.Problem) bool { return own(p.Field) })
}

func status(problems []form.Problem) int {
	if len(problems) > 0 {
		return http.StatusUnprocessableEntity
	}
	return http.StatusOK
}

func merge(v, changes form.Values) form.Values {
	out := maps.Clone(v)
	if out == nil {
		out = form.Values{}
	}
	for id, c := range changes {
		if c == nil {
			delete(out, id)
		} else {
			out[id] = c
		}
	}
	return out
}

// redraw shows the page again with everything that was typed.
func (p *Portal) redraw(w http.ResponseWriter, r *http.Request, status int, s casework.State, it *item.Item, v form.Values, problems []form.Problem, ways map[string][]web.Link) {
	view, ok := p.view(r.Context(), s, it, r.PathValue("page"), r.PostForm, v, 0)
	if !ok {
		http.Redirect(w, r, "/cases/"+s.ID+"/tasks", http.StatusSeeOther)
		return
	}
	view.Form.Problems, view.Form.Ways = problems, ways
	view.From = r.PostFormValue("from")
	web.Render(w, r, status, formPage(view))
}

// stale shows the newest content with what this browser has typed kept in the
// controls (C-28).
func (p *Portal) stale(w http.ResponseWriter, r *http.Request, fresh casework.State, it *item.Item) {
	view, ok := p.view(r.Context(), fresh, it, r.PathValue("page"), r.PostForm, fresh.Values, 0)
	if !ok {
		http.Redirect(w, r, "/cases/"+fresh.ID+"/tasks", http.StatusSeeOther)
		return
	}
	view.Stale = true
	fc := casework.FormContext(p.House(), fresh, p.Now())
	tr := func(text string) string { return web.T(r.Context(), text) }
	typed := form.Read(it.Form, view.Page.Name, r.PostForm, fc, fresh.Values)
	for _, f := range view.Page.Fields {
		_, differs := typed.Changes[f.ID]
		now := form.Show(f, fresh.Values[f.ID], fc, false, tr)
		if now != "" && (differs || about(typed.Problems, f.ID)) && f.Type != form.TypePassword {
			view.Note += tr(f.Label) + tr("：") + now + "\n"
		}
	}
	web.Render(w, r, http.StatusConflict, formPage(view))
}

// after is where a page leads: proving a number, the next page, or back to
// check-your-answers.
func (p *Portal) after(s casework.State, it *item.Item, page, from string) string {
	base := "/cases/" + s.ID
	if field := unproven(it, s, page); field != "" {
		return base + "/verify/" + field + "?from=" + url.QueryEscape(from)
	}
	if page == correctionPage && correcting(it, s) {
		if len(form.Missing(it.Form, s.Values)) > 0 {
			return correctionURL(s)
		}
		return base + "/check"
	}
	next := form.Next(it.Form, s.Values, page)
	if next == "" || from == "check" && len(form.Missing(it.Form, s.Values)) == 0 {
		return base + "/check"
	}
	return base + "/form/" + next
}

// unproven is the first number on a page that has yet to be proven.
func unproven(it *item.Item, s casework.State, page string) string {
	for _, p := range it.Form.Pages {
		// Most pages ask for no number: what applies need not be found out.
		if p.Name != page || !slices.ContainsFunc(p.Fields, func(f form.Field) bool { return !f.Verify.Empty() }) {
			continue
		}
		env := it.Form.Env(s.Values)
		for _, f := range it.Form.Draw(page, s.Values) {
			number, _ := s.Values[f.ID].(string)
			if f.Type == form.TypeMobile && !f.Verify.Empty() && f.Verify.Holds(env) && number != "" && s.Verified[f.ID] != number {
				return f.ID
			}
		}
	}
	return ""
}

func atoi(s string) int {
	n, err := strconv.Atoi(s)
	if err != nil {
		return 0
	}
	return n
}
