package desk

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"mime/multipart"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"wangban/internal/casework"
	"wangban/internal/form"
	"wangban/internal/item"
	"wangban/internal/material"
	"wangban/internal/web"
)

// sheetPage is what an officer fills in with an act, such as the checklist of
// a visit on the phone.
type sheetPage struct {
	Title, Intro string
	Form         web.FormView
}

// typedSheet is a sheet as it was posted.
type typedSheet struct {
	posted   url.Values
	values   form.Values
	problems []form.Problem
}

// opening is what a sheet opens with: what was drafted, or a proposal that has
// come back, as it was handed in.
func opening(s casework.State, it *item.Item, sheet item.Sheet) form.Values {
	draft, begun := s.Drafts[sheet.Name]
	if !begun && slices.Contains(proposals(it, ""), sheet.Name) {
		return s.Sheets[sheet.Name].Values
	}
	return draft
}

// sheetPage draws a sheet: what it opens with, or what was typed.
func (d *Desk) sheetPage(ctx context.Context, s casework.State, it *item.Item, sheet item.Sheet, t *typedSheet) *sheetPage {
	values := opening(s, it, sheet)
	var posted url.Values
	p := &sheetPage{Title: web.T(ctx, sheet.Title), Intro: web.T(ctx, sheet.Intro)}
	if t != nil {
		values, posted, p.Form.Problems = t.values, t.posted, t.problems
	}
	f, fc := sheet.Form(), casework.FormContext(d.House(), s, d.Now())
	p.Form.Fields, p.Form.Inputs, p.Form.Files = f.Draw(sheet.Name, values), form.Inputs(f, sheet.Name, posted, values, fc), map[string][]web.FileView{}
	p.Form.NoPhone = true
	for _, field := range p.Form.Fields {
		files, _ := values[field.ID].([]form.File)
		for i, file := range files {
			u := fmt.Sprintf("/desk/cases/%s/files/%s/%d?draft=yes", s.ID, field.ID, i)
			view := web.FileView{Name: file.Name, URL: u, Remove: field.ID + " " + file.Hash, Note: web.Tf(ctx, "已上传 · %d KB", (file.Size+1023)/1024)}
			if file.View != "" {
				view.Image = u + "&view=small"
			}
			p.Form.Files[field.ID] = append(p.Form.Files[field.ID], view)
		}
	}
	return p
}

// filledIn is what came of a posted sheet.
type filledIn struct {
	changes, values form.Values
	problems        []form.Problem
}

// fillIn reads a posted sheet. What is right is kept as a draft, whatever
// button was pressed, unless the act itself follows: a checklist filled in on
// the spot must not be lost with the connection. done tells that the answer
// has been given.
func (d *Desk) fillIn(w http.ResponseWriter, r *http.Request, s casework.State, it *item.Item, act item.Act, sheet item.Sheet) (filled filledIn, done bool) {
	ctx := r.Context()
	before := maps.Clone(opening(s, it, sheet))
	if before == nil {
		before = form.Values{}
	}
	f := sheet.Form()
	uploads, refused := d.uploads(r, f, sheet.Name, before)
	reading := form.Read(f, sheet.Name, r.PostForm, casework.FormContext(d.House(), s, d.Now()), before)
	filled.changes, filled.problems = reading.Changes, refused
	maps.Copy(filled.changes, uploads)
	for _, p := range reading.Problems {
		if !slices.ContainsFunc(refused, func(q form.Problem) bool { return q.Field == p.Field }) {
			filled.problems = append(filled.problems, p)
		}
	}
	filled.values = maps.Clone(before)
	maps.Copy(filled.values, filled.changes)
	if _, begun := s.Drafts[sheet.Name]; !begun { // what it opened with is no draft yet
		filled.changes = filled.values
	}
	send := r.PostFormValue("send") != ""
	if send && len(filled.problems) == 0 {
		return filled, false
	}
	if len(filled.changes) > 0 {
		// A fresh key each time: who sends the page again after its answer was
		// lost has typed more since, and a draft twice is the same draft.
		_, err := d.Door.Do(ctx, s.ID, casework.Input{Act: casework.ActDraft, Key: web.NewKey(), Actor: actor(ctx),
			Data: casework.Data{For: sheet.Name, Sheet: filled.changes}})
		var refusal *casework.Refusal
		switch {
		case errors.As(err, &refusal):
			v := d.procedure(r, s, it, act, r.PostForm)
			v.Sheet, v.Refusal = d.sheetPage(ctx, s, it, sheet, &typedSheet{r.PostForm, filled.values, nil}), web.Tf(ctx, refusal.Text, refusal.Args...)
			web.Render(w, r, refusal.Code.Status(), procedurePage(v))
			return filled, true
		case err != nil:
			panic(err)
		}
	}
	if send {
		return filled, false
	}
	if r.PostFormValue("draft") != "" {
		filled.problems = dropMissing(f, r.PostForm, filled.problems) // a draft need not be complete
	} else {
		filled.problems = refused
	}
	if len(filled.problems) == 0 {
		to := "/desk/cases/" + s.ID
		if r.PostFormValue("draft") != "back" {
			to += "/acts/" + act.Name + "?saved=yes"
		}
		http.Redirect(w, r, to, http.StatusSeeOther)
		return filled, true
	}
	return filled, false
}

// dropMissing leaves only the problems with what was typed.
func dropMissing(f form.Form, posted url.Values, problems []form.Problem) []form.Problem {
	return slices.DeleteFunc(problems, func(p form.Problem) bool {
		field, _ := f.Field(p.Field)
		return !slices.ContainsFunc(form.Controls(field), func(name string) bool { return strings.TrimSpace(posted.Get(name)) != "" })
	})
}

// uploads takes in the files of a posted sheet and carries out removals.
func (d *Desk) uploads(r *http.Request, f form.Form, page string, v form.Values) (form.Values, []form.Problem) {
	changes := form.Values{}
	if id, hash, ok := strings.Cut(r.PostFormValue("remove"), " "); ok {
		if field, known := f.Field(id); known && field.Type == form.TypeFile {
			files, _ := v[id].([]form.File)
			if left := slices.DeleteFunc(slices.Clone(files), func(file form.File) bool { return file.Hash == hash }); len(left) > 0 {
				changes[id], v[id] = left, left
			} else {
				changes[id] = nil
				delete(v, id)
			}
		}
	}
	if r.MultipartForm == nil {
		return changes, nil
	}
	var problems []form.Problem
	for _, field := range f.Draw(page, v) {
		if field.Type != form.TypeFile {
			continue
		}
		for _, header := range r.MultipartForm.File[field.ID] {
			if header.Filename == "" && header.Size == 0 {
				continue
			}
			file, problem, err := d.takeIn(r.Context(), header, field.Field)
			switch {
			case err != nil:
				panic(err)
			case problem != nil:
				problems = append(problems, *problem)
			default:
				files := web.WithFile(v[field.ID], file, field.Field)
				v[field.ID], changes[field.ID] = files, files
			}
		}
	}
	return changes, problems
}

// takeIn takes in one file; a problem is why it was not taken.
func (d *Desk) takeIn(ctx context.Context, header *multipart.FileHeader, f form.Field) (form.File, *form.Problem, error) {
	content, err := header.Open()
	if err != nil {
		return form.File{}, &form.Problem{Field: f.ID, Text: "没有收全这个文件，可能是网络断了。再传一次。"}, nil
	}
	defer func() { _ = content.Close() }()
	file, _, err := d.Intake(ctx, header.Filename, content, f)
	var refusal *material.Refusal
	switch {
	case errors.As(err, &refusal):
		return file, &form.Problem{Field: f.ID, Text: refusal.Text, Args: refusal.Args}, nil
	case err != nil:
		return file, nil, err
	}
	if p, bad := form.CheckFile(f, file); bad {
		return file, &p, nil
	}
	return file, nil, nil
}

// filledSheet is a sheet that was handed in, to be read.
type filledSheet struct {
	Title, By string
	Facts     []web.Fact
	AtHand    bool // what is decided on now, or why it has come back
}

// proposals are the sheets on which a stage decides, or any when none is named:
// those of acts that another officer must have done before.
func proposals(it *item.Item, stage string) []string {
	var before, sheets []string
	for _, decides := range it.Flow.Stages {
		if stage == "" || decides.Name == stage {
			for _, act := range decides.Acts {
				before = append(before, act.Differs...)
			}
		}
	}
	for _, other := range it.Flow.Stages {
		for _, act := range other.Acts {
			if act.Sheet != "" && slices.Contains(before, act.Name) {
				sheets = append(sheets, act.Sheet)
			}
		}
	}
	return sheets
}

// sentBack are the sheets with which a stage that decides on proposals leads on.
func sentBack(it *item.Item) []string {
	var sheets []string
	for _, stage := range it.Flow.Stages {
		if len(proposals(it, stage.Name)) == 0 {
			continue
		}
		for _, act := range stage.Acts {
			if act.Sheet != "" {
				sheets = append(sheets, act.Sheet)
			}
		}
	}
	return sheets
}

// filledSheets are what staff have filled in, as the case's page shows it.
func (d *Desk) filledSheets(ctx context.Context, s casework.State, it *item.Item, full bool) []filledSheet {
	var out []filledSheet
	fc := casework.FormContext(d.House(), s, d.Now())
	proposed, back := proposals(it, s.Stage), sentBack(it)
	for _, name := range sortedKeys(s.Sheets) {
		done, sheet := s.Sheets[name], it.Sheets[name]
		atHand := slices.Contains(proposed, name) || slices.Contains(back, name) && done.At.Equal(s.Since)
		v := filledSheet{AtHand: atHand, Title: web.T(ctx, sheet.Title), By: web.Tf(ctx, "%s（%s），%s", done.By.Name, web.T(ctx, d.Units()[done.By.Unit]), web.Moment(ctx, done.At))}
		for _, page := range sheet.Form().Shown(done.Values) {
			for _, f := range page.Fields {
				fact := web.Fact{Label: web.T(ctx, f.Label)}
				files, _ := done.Values[f.ID].([]form.File)
				for i, file := range files {
					u := fmt.Sprintf("/desk/cases/%s/files/%s/%d", s.ID, f.ID, i)
					thumb := web.Thumb{Text: file.Name, URL: u}
					if file.View != "" {
						thumb.Image = u + "?view=small"
					}
					fact.Files = append(fact.Files, thumb)
				}
				if f.Type != form.TypeFile {
					fact.Value = orMissing(ctx, show(ctx, f, done.Values[f.ID], fc, full))
				} else if len(files) == 0 {
					fact.Value = web.T(ctx, "未填")
				}
				v.Facts = append(v.Facts, fact)
			}
		}
		out = append(out, v)
	}
	return out
}
