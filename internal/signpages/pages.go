// Package signpages is the signer's phone (签名页): the pages behind the link
// of a signing request, from who asks for what to the signed document, or to
// refusing. Opening a page changes nothing; what may be done, by whom and until
// when is decided by signing.
//
// The reader is somebody who did not ask for any of this and is addressed as
// 您. A link that does not work any more says why, in its own words.
package signpages

import (
	"context"
	_ "embed"
	"errors"
	"log/slog"
	"net/http"

	"wangban/internal/account"
	"wangban/internal/casework"
	"wangban/internal/document"
	"wangban/internal/form"
	"wangban/internal/item"
	"wangban/internal/material"
	"wangban/internal/signing"
	"wangban/internal/signing/face"
	"wangban/internal/web"
)

//go:embed en.yaml
var english []byte

// Pages serves signers.
type Pages struct {
	Signing *signing.Room
	House   func() casework.House
	// Picture draws the pages of a PDF, as PNG of a width in pixels.
	Picture func(ctx context.Context, pdf []byte, width int) ([][]byte, error)
	// Text is what a document of a case says.
	Text func(s casework.State, it *item.Item, document string) ([]document.Part, error)
	// Open reads a stored file by its hash.
	Open web.OpenFile
	Log  *slog.Logger

	pictures pictures
}

// Routes adds the addresses of signing.
func (p *Pages) Routes(mux *web.Mux) {
	web.AddEnglish(english)
	mux.HandleFunc("GET /s/{token}", web.Address("/s/", p.show))
	mux.HandleFunc("POST /s/{token}/opened", p.opened)
	mux.HandleFunc("GET /s/{token}/code", p.askCode)
	mux.HandleFunc("POST /s/{token}/code", p.sendCode)
	mux.HandleFunc("POST /s/{token}/code/check", p.takeCode)
	mux.HandleFunc("POST /s/{token}/face", p.startFace)
	mux.HandleFunc("GET /s/{token}/face", p.backFromFace)
	mux.HandleFunc("POST /s/{token}/picture", p.takePicture)
	mux.HandleFunc("GET /s/{token}/page/{n}", p.picture)
	mux.HandleFunc("GET /s/{token}/letter", p.letter)
	mux.HandleFunc("POST /s/{token}/sign", p.sign)
	mux.HandleFunc("GET /s/{token}/signed", p.signed)
	mux.HandleFunc("GET /s/{token}/refuse", p.askRefusal)
	mux.HandleFunc("POST /s/{token}/refuse", p.refuse)
	// A page that shows what was wrong stands at the address it was sent to;
	// changing the language or loading it again leads back to the link.
	for _, sent := range []string{"code/check", "picture", "sign"} {
		mux.HandleFunc("GET /s/{token}/"+sent, onward)
	}
}

// view is a page: the invitation, what was typed, and what is wrong with it.
type view struct {
	signing.Invitation
	URL     string // of the link
	Key     string
	Problem form.Problem // of a field, or of none: then it stands at the top
	Typed   typed
	Reading reading
	FaceURL string
	Copy    bool // the signed document can be fetched
}

// typed is what the person has filled in.
type typed struct {
	Name    string
	Agreed  bool
	Reasons []string
	Note    string
}

// at is the problem of a field, for its place on the page.
func (v view) at(field string) string {
	if v.Problem.Field != field {
		return ""
	}
	return v.Problem.Text
}

// problems are for the summary at the top.
func (v view) problems() []form.Problem {
	if v.Problem.Field == "" {
		return nil
	}
	return []form.Problem{v.Problem}
}

func token(r *http.Request) string { return r.PathValue("token") }

func visitor(r *http.Request) signing.Visitor {
	v := web.VisitorOf(r.Context())
	return signing.Visitor{Session: v.Session, Person: v.Person, Cases: v.Cases}
}

// onward leads back to the link, whose page shows where things stand.
func onward(w http.ResponseWriter, r *http.Request) {
	http.Redirect(w, r, "/s/"+token(r), http.StatusSeeOther)
}

// look finds the invitation of a link. What cannot be signed here is answered
// at once: then ok is false.
func (p *Pages) look(w http.ResponseWriter, r *http.Request) (v view, ok bool) {
	inv, err := p.Signing.Look(r.Context(), token(r), visitor(r))
	if errors.Is(err, signing.ErrNoLink) {
		web.Fail(w, r, http.StatusNotFound, err.Error())
		return v, false
	}
	if err != nil {
		panic(err)
	}
	if inv.Item != nil {
		web.Speak(r.Context(), inv.Item.English)
	}
	v = view{Invitation: inv, URL: p.House().BaseURL + "/s/" + inv.Token, Key: web.NewKey()}
	switch {
	case inv.End == signing.Signed:
		if _, v.Copy, err = p.Signing.Copy(r.Context(), inv.Token, visitor(r)); err != nil {
			panic(err)
		}
		web.Render(w, r, http.StatusOK, donePage(v))
	case inv.End != "":
		web.Render(w, r, http.StatusGone, endedPage(v))
	case inv.Own:
		web.Render(w, r, http.StatusForbidden, ownPage(v))
	default:
		return v, true
	}
	return v, false
}

// turnedDown is why something was not done, as the reader sees it, with the
// status that says the same. Errors that are nobody's doing end the request.
func (p *Pages) turnedDown(r *http.Request, err error) (status int, why form.Problem) {
	ctx := r.Context()
	var act *casework.Refusal
	var code *account.Refusal
	var field *signing.Problem
	var check *face.Error
	var file *material.Refusal
	switch {
	case errors.As(err, &act):
		return act.Code.Status(), form.Problem{Text: web.Tf(ctx, act.Text, act.Args...)}
	case errors.As(err, &code):
		return http.StatusUnprocessableEntity, form.Problem{Text: web.Tf(ctx, code.Text, code.Args...)}
	case errors.As(err, &field):
		return http.StatusUnprocessableEntity, form.Problem{Field: field.Field, Text: web.Tf(ctx, field.Text, field.Args...)}
	case errors.As(err, &file):
		if file.Cause != nil {
			p.Log.Error("take in a picture", "code", file.Code, "error", file.Cause)
		}
		return http.StatusUnprocessableEntity, form.Problem{Field: "picture", Text: web.Tf(ctx, file.Text, file.Args...)}
	case errors.As(err, &check):
		p.Log.Warn("face verification", "code", check.Code, "provider", check.ProviderCode, "operator", check.Operator)
		return http.StatusUnprocessableEntity, form.Problem{Text: words(ctx, check.Code)}
	}
	panic(err)
}

// words are what the verification company's answer means, politely.
func words(ctx context.Context, c face.Code) string {
	if web.LangOf(ctx) == web.English {
		return c.Words().EN
	}
	return c.Words().ZH
}
