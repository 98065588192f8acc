package portal

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"mime/multipart"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"wangban/internal/casework"
	"wangban/internal/form"
	"wangban/internal/item"
	"wangban/internal/material"
	"wangban/internal/web"
)

// start begins a case of an item.
func (p *Portal) start(w http.ResponseWriter, r *http.Request) {
	a := actor(r)
	created := casework.Created{Owner: a.ID, Channel: "web"}
	if a.Kind == casework.Staff {
		created.Owner = casework.HelperOwner(a.ID)
		created.Channel = channel(r.PostFormValue("channel"))
		created.Helper = &casework.Officer{ID: a.ID, Name: a.Name, Unit: a.Unit}
	}
	if it, ok := p.Items.Get(r.PathValue("item")); ok && it.Flow.ExOfficio() {
		created = casework.ByOffice(a)
	}
	if created.Helper == nil && web.ChromeOf(r.Context()).Kiosk != nil {
		created.Channel = casework.ChannelKiosk
	}
	if number := r.PostFormValue("licence"); number != "" {
		values, ok, err := p.aboutLicence(r, r.PathValue("item"), number)
		if err != nil {
			panic(err)
		}
		if !ok {
			web.Fail(w, r, http.StatusNotFound, "这份证照不在你名下，或者不能在这个事项里办。从“电子证照”重新选择。")
			return
		}
		created.Values = values
	}
	receipt, err := p.Door.Create(r.Context(), casework.Creation{Item: r.PathValue("item"), Key: r.PostFormValue("key"), Actor: a, Created: created})
	if err != nil {
		refused(w, r, err)
		return
	}
	_, it, err := p.Door.Get(r.Context(), receipt.Case)
	if err != nil {
		refused(w, r, err)
		return
	}
	http.Redirect(w, r, "/cases/"+receipt.Case+"/form/"+form.First(it.Form, nil), http.StatusSeeOther)
}

// channel is where a helper started a case.
func channel(s string) string {
	if slices.Contains([]string{"window", "patrol", "inspection", "wechat", "media"}, s) {
		return s
	}
	return "window"
}

// pageView is a page of the form as the template draws it.
type pageView struct {
	State   casework.State
	Item    *item.Item
	Page    form.Page
	N, Of   int
	Form    web.FormView
	Key     string
	Version int
	From    string // "check" when the person came from check-your-answers
	Prev    string
	Note    string
	Stale   bool

	Correction *correction // only what was marked is asked
	Again      []web.Link  // files given before that can be used
}

func (p *Portal) view(ctx context.Context, s casework.State, it *item.Item, name string, posted url.Values, v form.Values, from int) (pageView, bool) {
	i := slices.IndexFunc(it.Form.Pages, func(pg form.Page) bool { return pg.Name == name })
	n, of := form.Progress(it.Form, v, name)
	if i < 0 || n == 0 {
		return pageView{}, false
	}
	fc := casework.FormContext(p.House(), s, p.Now())
	base := "/cases/" + s.ID
	fields := it.Form.Pages[i].Fields
	if name == correctionPage && correcting(it, s) {
		fields = nil
		for _, part := range it.Form.Pages {
			if part.Name == name {
				fields = append(fields, part.Fields...)
			}
		}
	}
	view := pageView{State: s, Item: it, Page: it.Form.Pages[i], N: n, Of: of + 1, Key: web.NewKey(), Version: s.Version, Prev: form.Prev(it.Form, v, name)}
	view.Form = web.FormView{Fields: it.Form.Draw(name, v), Inputs: form.Inputs(it.Form, name, posted, v, fc), Base: base,
		Towns: towns(p.House()), Files: map[string][]web.FileView{}, Rows: map[string]web.RowsView{}, Was: was(ctx, it.Form, fields, v, fc)}
	view.Page.Fields = fields
	if name == correctionPage && correcting(it, s) {
		view.Form.Words, view.Correction, view.Prev = saidBeside(ctx, it, s), p.correction(ctx, s, it), ""
		view.Page.Title, view.Page.Intro = "补正", ""
	}
	for _, f := range view.Form.Fields {
		switch f.Type {
		case form.TypeFile:
			view.Form.Files[f.ID] = fileViews(ctx, base, f.ID, v)
		case form.TypeRows:
			view.Form.Rows[f.ID] = rowsView(ctx, it.Form, f.Field, v, fc, base+"/form/"+name, from)
		}
	}
	return view, true
}

// was is what holds so far of what is to change, by field.
func was(ctx context.Context, f form.Form, fields []form.Field, v form.Values, fc form.Context) map[string]string {
	out := map[string]string{}
	for _, field := range fields {
		if old, ok := f.Field(field.Was); ok && field.Was != "" {
			out[field.ID] = form.Show(old, v[field.Was], fc, false, func(text string) string { return web.T(ctx, text) })
		}
	}
	return out
}

func towns(h casework.House) []form.Option {
	var out []form.Option
	for _, code := range slices.Sorted(maps.Keys(h.Towns)) {
		out = append(out, form.Option{Value: code, Label: h.Towns[code].Name})
	}
	return out
}

func fileViews(ctx context.Context, base, field string, v form.Values) []web.FileView {
	files, _ := v[field].([]form.File)
	var out []web.FileView
	for i, f := range files {
		u := fmt.Sprintf("%s/files/%s/%d", base, field, i)
		view := web.FileView{Name: f.Name, URL: u, Remove: field + " " + f.Hash, Note: web.Tf(ctx, "已上传 · %d KB", (f.Size+1023)/1024)}
		if f.View != "" {
			view.Image = u + "?view=small"
		}
		out = append(out, view)
	}
	return out
}

// page shows one page of the form.
func (p *Portal) page(w http.ResponseWriter, r *http.Request) {
	s, it, ok := p.editable(w, r)
	if !ok {
		return
	}
	view, ok := p.view(r.Context(), s, it, r.PathValue("page"), nil, s.Values, atoi(r.URL.Query().Get("rows")))
	if !ok || helping(r) && form.OwnPage(view.Page) {
		http.Redirect(w, r, "/cases/"+s.ID+"/tasks", http.StatusSeeOther)
		return
	}
	view.From = r.URL.Query().Get("from")
	view.Again = p.againLinks(r, s, it, view)
	web.Render(w, r, http.StatusOK, formPage(view))
}

// changeable reads the visitor's case while its answers can be changed.
func (p *Portal) changeable(w http.ResponseWriter, r *http.Request) (casework.State, *item.Item, bool) {
	s, it, ok := p.own(w, r)
	if !ok {
		return s, it, false
	}
	if stage, _ := it.Flow.Stage(s.Stage); !stage.Edit {
		http.Redirect(w, r, "/cases/"+s.ID, http.StatusSeeOther)
		return s, it, false
	}
	return s, it, true
}

// editable is changeable for the pages of the form. Where only what was marked
// can be changed, all ways lead to the page that asks for it.
func (p *Portal) editable(w http.ResponseWriter, r *http.Request) (casework.State, *item.Item, bool) {
	s, it, ok := p.changeable(w, r)
	if page := r.PathValue("page"); ok && correcting(it, s) && page != "" && page != correctionPage {
		http.Redirect(w, r, correctionURL(s), http.StatusSeeOther)
		ok = false
	}
	if ok {
		it = narrowed(it, s)
	}
	return s, it, ok
}

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
		_, after, err := p.Door.Act(r.Context(), s.ID, casework.Input{Act: casework.ActSave, Key: r.PostFormValue("key"), Actor: actor(r),
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

func about(problems []form.Problem, field string) bool {
	return slices.ContainsFunc(problems, func(p form.Problem) bool { return p.Field == field })
}

// helping tells whether a member of staff fills in for somebody.
func helping(r *http.Request) bool { return web.VisitorOf(r.Context()).Staff != nil }

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

// uploads takes in the files of a posted page and carries out removals.
func (p *Portal) uploads(r *http.Request, it *item.Item, page string, v form.Values) (form.Values, []form.Problem) {
	changes, problems := form.Values{}, []form.Problem(nil)
	if field, hash, ok := strings.Cut(r.PostFormValue("remove"), " "); ok {
		files, _ := v[field].([]form.File)
		left := slices.DeleteFunc(slices.Clone(files), func(f form.File) bool { return f.Hash == hash })
		changes[field] = left
		if len(left) == 0 {
			changes[field] = nil
		}
	}
	if r.MultipartForm == nil {
		return changes, nil
	}
	for _, f := range it.Form.Draw(page, v) {
		if f.Type != form.TypeFile {
			continue
		}
		for _, header := range r.MultipartForm.File[f.ID] {
			if header.Filename == "" && header.Size == 0 {
				continue
			}
			file, err := p.takeIn(r.Context(), header, f.Field)
			if err != nil {
				text, args, ok := worded(err)
				if !ok {
					panic(err)
				}
				problems = append(problems, form.Problem{Field: f.ID, Text: text, Args: args})
				continue
			}
			if problem, bad := form.CheckFile(f.Field, file); bad { // the earlier file stays
				problems = append(problems, problem)
				continue
			}
			v[f.ID] = web.WithFile(v[f.ID], file, f.Field)
			changes[f.ID] = v[f.ID]
		}
	}
	return changes, problems
}

func (p *Portal) takeIn(ctx context.Context, header *multipart.FileHeader, f form.Field) (form.File, error) {
	content, err := header.Open()
	if err != nil {
		return form.File{}, &material.Refusal{Code: material.CodeCut, Text: "没有收全这个文件，可能是网络断了。再传一次。", Cause: err}
	}
	defer func() { _ = content.Close() }()
	file, _, err := p.Intake(ctx, header.Filename, content, f)
	return file, err
}

func atoi(s string) int {
	n, err := strconv.Atoi(s)
	if err != nil {
		return 0
	}
	return n
}
