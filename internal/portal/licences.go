package portal

import (
	"context"
	"errors"
	"mime"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"wangban/internal/casework"
	"wangban/internal/form"
	"wangban/internal/licence"
	"wangban/internal/web"
)

// licenceView is what anyone learns who verifies a licence, with the proof
// they came with: the code of its QR, or the unit's code typed from the paper.
type licenceView struct {
	Number, USCC string // as typed
	Problems     []form.Problem
	Unknown      bool
	Found        *licence.Public
	PDF          string // address of the document, for who may have it
	Show         string // address in the QR code, for its owner
}

func licenceURL(l licence.Licence) string {
	return "/licences/" + url.PathEscape(l.Number) + "?code=" + url.QueryEscape(l.Code)
}

// licences is where a licence on paper is verified by typing.
func (p *Portal) licences(w http.ResponseWriter, r *http.Request) {
	q := r.URL.Query()
	v := licenceView{Number: strings.TrimSpace(q.Get("number")), USCC: strings.TrimSpace(q.Get("uscc"))}
	if !q.Has("number") && !q.Has("uscc") {
		web.Render(w, r, http.StatusOK, licencePage(v))
		return
	}
	if v.Number == "" {
		v.Problems = append(v.Problems, form.Problem{Field: "number", Text: "填证照编号，印在证照上方。"})
	}
	if v.USCC == "" {
		v.Problems = append(v.Problems, form.Problem{Field: "uscc", Text: "填持证单位的统一社会信用代码，共 18 位。"})
	}
	if len(v.Problems) > 0 {
		web.Render(w, r, http.StatusUnprocessableEntity, licencePage(v))
		return
	}
	p.showLicence(w, r, v, func(ctx context.Context) (licence.Public, error) {
		return p.Licences.VerifyUnit(ctx, v.Number, v.USCC)
	})
}

// licence verifies the licence of a QR code. Its owner needs no code.
func (p *Portal) licence(w http.ResponseWriter, r *http.Request) {
	number, code := r.PathValue("number"), r.URL.Query().Get("code")
	v := licenceView{Number: number}
	l, ok, err := p.ownLicence(r, number)
	if err != nil {
		panic(err)
	}
	if ok {
		v.Show, v.PDF, code = p.Licences.VerifyURL(l), "/licences/"+url.PathEscape(l.Number)+"/pdf", l.Code
	} else if code == "" { // a number alone proves nothing: ask for the unit's code
		web.Render(w, r, http.StatusOK, licencePage(v))
		return
	} else {
		v.PDF = "/licences/" + url.PathEscape(number) + "/pdf?code=" + url.QueryEscape(code)
	}
	p.showLicence(w, r, v, func(ctx context.Context) (licence.Public, error) { return p.Licences.Verify(ctx, number, code) })
}

func (p *Portal) showLicence(w http.ResponseWriter, r *http.Request, v licenceView, verify func(context.Context) (licence.Public, error)) {
	found, err := verify(r.Context())
	switch {
	case errors.Is(err, licence.ErrUnknown):
		v.Unknown = true
		web.Render(w, r, http.StatusNotFound, licencePage(v))
		return
	case err != nil:
		panic(err)
	}
	v.Found = &found
	if found.Status != licence.Valid {
		v.PDF, v.Show = "", ""
	}
	web.Render(w, r, http.StatusOK, licencePage(v))
}

// ownLicence is the visitor's own licence: of a unit they act for, or out of a
// case that is theirs.
func (p *Portal) ownLicence(r *http.Request, number string) (licence.Licence, bool, error) {
	l, ok, err := p.Licences.Find(r.Context(), number)
	if err != nil || !ok {
		return l, false, err
	}
	if slices.Contains(web.VisitorOf(r.Context()).Units, l.USCC) {
		return l, true, nil
	}
	s, _, err := p.Door.Get(r.Context(), l.Case)
	return l, err == nil && casework.OwnedBy(s, actor(r)), err
}

// licencePDF sends the document to its owner, and to who has the code.
func (p *Portal) licencePDF(w http.ResponseWriter, r *http.Request) {
	ctx, number := r.Context(), r.PathValue("number")
	_, own, err := p.ownLicence(r, number)
	if err != nil {
		panic(err)
	}
	if !own {
		_, err = p.Licences.Verify(ctx, number, r.URL.Query().Get("code"))
	}
	var file form.File
	if err == nil {
		file, err = p.Licences.PDF(ctx, number)
	}
	for _, known := range []error{licence.ErrUnknown, licence.ErrWithdrawn, licence.ErrNoDocument} {
		if errors.Is(err, known) {
			web.Fail(w, r, http.StatusNotFound, known.Error())
			return
		}
	}
	if err != nil {
		panic(err)
	}
	w.Header().Set("Content-Disposition", mime.FormatMediaType("attachment", map[string]string{"filename": file.Name}))
	web.SendFile(w, r, p.Open, file)
}
