package portal

import (
	"context"
	"errors"
	"net/http"
	"time"

	"wangban/internal/casework"
	"wangban/internal/form"
	"wangban/internal/item"
	"wangban/internal/material"
	"wangban/internal/web"
)

// handoverView is a document that comes by phone while the form stays open on
// another screen (上传接力).
type handoverView struct {
	State casework.State
	Item  *item.Item
	Field form.Field
	Page  string
	URL   string // in the QR code; empty until it was asked for
	Until time.Time
	Files []web.FileView
}

// fileField is the question of the address in the visitor's own case.
func (p *Portal) fileField(w http.ResponseWriter, r *http.Request) (handoverView, bool) {
	s, it, ok := p.editable(w, r)
	if !ok {
		return handoverView{}, false
	}
	return p.handoverView(w, r, s, it, r.PathValue("field"))
}

func (p *Portal) handoverView(w http.ResponseWriter, r *http.Request, s casework.State, it *item.Item, id string) (handoverView, bool) {
	field, known := it.Form.Field(id)
	if !known || field.Type != form.TypeFile {
		http.Redirect(w, r, "/cases/"+s.ID+"/tasks", http.StatusSeeOther)
		return handoverView{}, false
	}
	return handoverView{State: s, Item: it, Field: field, Page: it.Form.PageOf(id), Files: fileViews(r.Context(), "/cases/"+s.ID, id, s.Values)}, true
}

// handover shows what has come so far.
func (p *Portal) handover(w http.ResponseWriter, r *http.Request) {
	if v, ok := p.fileField(w, r); ok {
		web.Render(w, r, http.StatusOK, handoverPage(v))
	}
}

// handoverFiles is the same as a fragment, for the page that waits.
func (p *Portal) handoverFiles(w http.ResponseWriter, r *http.Request) {
	if v, ok := p.fileField(w, r); ok {
		web.Render(w, r, http.StatusOK, arrived(v))
	}
}

// offerHandover shows the QR code. A new one ends the older.
func (p *Portal) offerHandover(w http.ResponseWriter, r *http.Request) {
	if v, ok := p.fileField(w, r); ok {
		p.showHandover(w, r, v)
	}
}

func (p *Portal) showHandover(w http.ResponseWriter, r *http.Request, v handoverView) {
	token, h, err := p.Materials.OfferHandover(r.Context(), material.Handover{Case: v.State.ID, Field: v.Field.ID, Owner: v.State.Owner})
	if err != nil {
		panic(err)
	}
	v.URL, v.Until = p.House().BaseURL+"/h/"+token, h.Expires
	web.Render(w, r, http.StatusOK, handoverPage(v))
}

// phoneView is the page on the phone: one document of a case, and nothing else
// of it.
type phoneView struct {
	Token   string
	Field   form.Field
	Done    string // name of the file that has just come
	Notes   []string
	Problem string
}

// phone shows where to take or choose a picture. It changes nothing.
func (p *Portal) phone(w http.ResponseWriter, r *http.Request) {
	h, err := p.Materials.Handover(r.Context(), r.PathValue("token"))
	if err != nil {
		web.Fail(w, r, http.StatusGone, say(r, err))
		return
	}
	if v, _, ok := p.phoneField(w, r, h); ok {
		web.Render(w, r, http.StatusOK, phonePage(v))
	}
}

// phoneField is the question a hand-over answers, while its case is still with
// who offered it.
func (p *Portal) phoneField(w http.ResponseWriter, r *http.Request, h material.Handover) (phoneView, casework.State, bool) {
	s, it, err := p.Door.Get(r.Context(), h.Case)
	if err != nil {
		refused(w, r, err)
		return phoneView{}, s, false
	}
	web.Speak(r.Context(), it.English)
	stage, _ := it.Flow.Stage(s.Stage)
	field, known := it.Form.Field(h.Field)
	if s.Owner != h.Owner || !stage.Edit || !known {
		web.Fail(w, r, http.StatusGone, "这件申请现在不能再传文件了。回到电脑上看看办到了哪一步。")
		return phoneView{}, s, false
	}
	return phoneView{Token: r.PathValue("token"), Field: field}, s, true
}

// phoneUpload takes a file from the phone into the case.
func (p *Portal) phoneUpload(w http.ResponseWriter, r *http.Request) {
	forget, ok := web.ReadUpload(w, r)
	if !ok {
		return
	}
	defer forget()
	ctx := r.Context()
	h, err := p.Materials.UseHandover(ctx, r.PathValue("token"))
	if err != nil {
		web.Fail(w, r, http.StatusGone, say(r, err))
		return
	}
	v, _, ok := p.phoneField(w, r, h)
	if !ok {
		return
	}
	content, header, err := r.FormFile("file")
	if err != nil {
		v.Problem = web.T(ctx, "还没有选照片。点“拍照或选文件”，拍好后再传。")
		web.Render(w, r, http.StatusUnprocessableEntity, phonePage(v))
		return
	}
	defer func() { _ = content.Close() }()
	file, notes, err := p.Intake(ctx, header.Filename, content, v.Field)
	if err != nil {
		v.Problem = say(r, err)
		web.Render(w, r, http.StatusUnprocessableEntity, phonePage(v))
		return
	}
	if problem, bad := form.CheckFile(v.Field, file); bad {
		v.Problem = problem.Say(func(s string) string { return web.T(ctx, s) })
		web.Render(w, r, http.StatusUnprocessableEntity, phonePage(v))
		return
	}
	if err := p.addFile(ctx, h, file, r.PostFormValue("key")); err != nil {
		v.Problem = say(r, err)
		web.Render(w, r, http.StatusConflict, phonePage(v))
		return
	}
	v.Done, v.Notes = file.Name, notes
	web.Render(w, r, http.StatusOK, phonePage(v))
}

// addFile saves a file as an answer of who offered the hand-over. Another
// answer saved in the same moment makes it look again.
func (p *Portal) addFile(ctx context.Context, h material.Handover, file form.File, key string) error {
	var err error
	for range 3 {
		s, it, getErr := p.Door.Get(ctx, h.Case)
		if getErr != nil {
			return getErr
		}
		field, _ := it.Form.Field(h.Field)
		a := casework.Actor{Kind: casework.Applicant, ID: h.Owner, Session: web.VisitorOf(ctx).Session}
		if s.Helper != nil && h.Owner == casework.HelperOwner(s.Helper.ID) {
			a = casework.Actor{Kind: casework.Staff, ID: s.Helper.ID, Name: s.Helper.Name, Unit: s.Helper.Unit, Session: a.Session}
		}
		_, err = p.Door.Do(ctx, s.ID, casework.Input{Act: casework.ActSave, Key: key, Actor: a, Expect: s.Version,
			Data: casework.Data{Values: form.Values{field.ID: web.WithFile(s.Values[field.ID], file, field)}}})
		var refusal *casework.Refusal
		if !errors.As(err, &refusal) || refusal.Code != casework.CodeStale {
			return err
		}
	}
	return err
}
