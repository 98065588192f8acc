package portal

import (
	"errors"
	"net/http"
	"slices"
	"time"

	"wangban/internal/casework"
	"wangban/internal/form"
	"wangban/internal/item"
	"wangban/internal/licence"
	"wangban/internal/web"
)

// Materials given once are offered again: to who acts for the same organisation
// by a live mandate, from its own applications that ended well, and only with
// consent. Whether a material may be used again, its item says.

// earlier is a file that can be used again.
type earlier struct {
	File    form.File
	From    string // number of the case, or of the licence
	Licence bool
	Given   time.Time
	Until   string // last day, 2006-01-02; "" without end
}

// mostEarlier is in how many applications of an organisation is looked.
const mostEarlier = 30

// earlierFiles are the files that can be used for a field, the newest first.
func (p *Portal) earlierFiles(r *http.Request, s casework.State, it *item.Item, field string) []earlier {
	ctx := r.Context()
	f, asked := it.Form.Field(field)
	m, known := it.Guide.MaterialOf(field)
	unit, _ := s.Values[it.Flow.Subject].(string)
	if !asked || f.Type != form.TypeFile || !known || unit == "" || helping(r) || !slices.Contains(web.VisitorOf(ctx).Units, unit) {
		return nil
	}
	var out []earlier
	have, _ := s.Values[field].([]form.File)
	add := func(e earlier) {
		same := func(file form.File) bool { return file.Hash == e.File.Hash }
		_, bad := form.CheckFile(f, e.File)
		if !bad && !slices.ContainsFunc(have, same) && !slices.ContainsFunc(out, func(o earlier) bool { return same(o.File) }) {
			out = append(out, e)
		}
	}
	if m.Held != "" {
		for _, e := range p.heldFiles(r, unit, m.Held) {
			add(e)
		}
	}
	if !m.Again {
		return out
	}
	rows, _, err := p.Door.List(ctx, casework.Query{Subject: unit, HandedIn: true, Limit: mostEarlier})
	if err != nil {
		panic(err)
	}
	for _, row := range rows {
		if row.ID == s.ID || row.Ended != string(item.EndSuccess) {
			continue
		}
		was, then, err := p.Door.Get(ctx, row.ID)
		var gone *casework.Refusal
		if errors.As(err, &gone) { // forgotten: there is nothing left
			continue
		}
		if err != nil {
			panic(err)
		}
		for _, e := range p.givenIn(was, then, m) {
			add(e)
		}
	}
	return out
}

// givenIn are the files of a case that are the same material and still valid.
func (p *Portal) givenIn(s casework.State, it *item.Item, m item.Material) []earlier {
	var out []earlier
	today := p.Now().In(form.Shanghai).Format(time.DateOnly)
	asked := it.Form.Asked(s.Values)
	for _, given := range it.Guide.Materials {
		until, _ := asked[given.Ends].(string)
		if until == form.LongTerm {
			until = ""
		}
		if !given.Again || !given.Same(m) || given.Ends != "" && asked[given.Ends] == nil || until != "" && until < today {
			continue
		}
		files, _ := asked[given.Field].([]form.File)
		for _, file := range files {
			e := earlier{File: file, From: s.Number, Until: until}
			if s.Submitted != nil {
				e.Given = s.Submitted.At
			}
			out = append(out, e)
		}
	}
	return out
}

// heldFiles are the certificates of an organisation's valid licences of a kind.
func (p *Portal) heldFiles(r *http.Request, unit, kind string) []earlier {
	held, err := p.Licences.OfOrganisation(r.Context(), unit)
	if err != nil {
		panic(err)
	}
	var out []earlier
	for _, l := range held {
		if l.Kind != kind || l.Status != licence.Valid || l.Document == "" {
			continue
		}
		file, err := p.Licences.PDF(r.Context(), l.Number)
		if err != nil { // it could not be made yet: there is nothing to offer
			continue
		}
		e := earlier{File: file, From: l.Number, Licence: true}
		if !l.Until.IsZero() {
			e.Until = l.Last().In(form.Shanghai).Format(time.DateOnly)
		}
		out = append(out, e)
	}
	return out
}

// againLinks lead from a page of the form to what can be used again.
func (p *Portal) againLinks(r *http.Request, s casework.State, it *item.Item, v pageView) []web.Link {
	var links []web.Link
	for _, f := range v.Form.Fields {
		if f.Type == form.TypeFile && len(p.earlierFiles(r, s, it, f.ID)) > 0 {
			links = append(links, web.Link{Text: web.Tf(r.Context(), "用以前交过的%s", web.T(r.Context(), f.Label)), URL: "/cases/" + s.ID + "/again/" + f.ID})
		}
	}
	return links
}

// againView is the page on which a file is chosen and consent given.
type againView struct {
	State    casework.State
	Item     *item.Item
	Field    form.Field
	Files    []earlier
	Chosen   string
	Key      string
	Back     string
	Problems []form.Problem
}

func (p *Portal) againView(w http.ResponseWriter, r *http.Request) (againView, bool) {
	s, it, ok := p.editable(w, r)
	if !ok {
		return againView{}, false
	}
	f, known := it.Form.Field(r.PathValue("field"))
	page := it.Form.PageOf(r.PathValue("field"))
	if !known || f.Type != form.TypeFile || helping(r) || !slices.ContainsFunc(it.Form.Shown(s.Values), func(pg form.Page) bool { return pg.Name == page }) {
		web.NotFound(w, r)
		return againView{}, false
	}
	return againView{State: s, Item: it, Field: f, Files: p.earlierFiles(r, s, it, f.ID), Key: web.NewKey(), Back: "/cases/" + s.ID + "/form/" + page}, true
}

// askAgain shows what can be used again.
func (p *Portal) askAgain(w http.ResponseWriter, r *http.Request) {
	if v, ok := p.againView(w, r); ok {
		web.Render(w, r, http.StatusOK, againPage(v))
	}
}

// useAgain puts a file that was given before among the answers, with the
// consent.
func (p *Portal) useAgain(w http.ResponseWriter, r *http.Request) {
	v, ok := p.againView(w, r)
	if !ok {
		return
	}
	v.Chosen = r.PostFormValue("file")
	i := slices.IndexFunc(v.Files, func(e earlier) bool { return e.File.Hash == v.Chosen })
	have, _ := v.State.Values[v.Field.ID].([]form.File)
	switch {
	case slices.ContainsFunc(have, func(f form.File) bool { return f.Hash == v.Chosen }): // pressed twice
		http.Redirect(w, r, v.Back, http.StatusSeeOther)
		return
	case i < 0:
		v.Problems = append(v.Problems, form.Problem{Field: "file", Text: "选一份材料。没有合适的，返回上传。"})
	case r.PostFormValue("consent") != "yes":
		v.Problems = append(v.Problems, form.Problem{Field: "consent", Text: "勾选同意，才能使用以前交过的材料。"})
	default:
		file := v.Files[i]
		changes := form.Values{v.Field.ID: web.WithFile(v.State.Values[v.Field.ID], file.File, v.Field)}
		done, after, err := p.Door.Act(r.Context(), v.State.ID, casework.Input{Act: casework.ActSave, Key: r.PostFormValue("key"), Actor: actor(r), Data: casework.Data{
			Values: changes, Reused: []casework.Reused{{Field: v.Field.ID, Hash: file.File.Hash, From: file.From, Licence: file.Licence, Given: file.Given, Until: file.Until}}}})
		if err != nil {
			refused(w, r, err)
			return
		}
		if done.Replayed && !p.saidThen(r.Context(), done, after, func(values form.Values) bool { return has(v.Item.Form, values, changes) }) { // gone back to, and another chosen
			v.Problems = append(v.Problems, form.Problem{Field: "file", Text: "这一页已经提交过，这次选的还没有用上。核对后再点一次。"})
			break
		}
		http.Redirect(w, r, v.Back, http.StatusSeeOther)
		return
	}
	web.Render(w, r, http.StatusUnprocessableEntity, againPage(v))
}
