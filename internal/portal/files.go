package portal

import (
	"mime"
	"net/http"

	"wangban/internal/casework"
	"wangban/internal/form"
	"wangban/internal/item"
	"wangban/internal/web"
)

// file serves an uploaded document of the visitor's own case.
func (p *Portal) file(w http.ResponseWriter, r *http.Request) {
	s, _, ok := p.own(w, r)
	if !ok {
		return
	}
	web.ServeFile(w, r, p.Open, s.Values[r.PathValue("field")])
}

// document makes a document of the item from the answers so far, such as the
// letter to print and sign.
func (p *Portal) document(w http.ResponseWriter, r *http.Request) {
	s, it, ok := p.own(w, r)
	if !ok {
		return
	}
	name := r.PathValue("name")
	if !drafted(it, name) {
		web.NotFound(w, r)
		return
	}
	pdf, err := p.Document(r.Context(), s, it, name)
	if err != nil {
		panic(err)
	}
	w.Header().Set("Content-Type", "application/pdf")
	w.Header().Set("Content-Disposition", mime.FormatMediaType("attachment", map[string]string{"filename": name + ".pdf"}))
	_, _ = w.Write(pdf)
}

// signed serves the document that was signed for the visitor's own case, with
// the signature in it.
func (p *Portal) signed(w http.ResponseWriter, r *http.Request) {
	s, _, ok := p.own(w, r)
	switch {
	case !ok:
	case !hasSigned(s):
		web.NotFound(w, r)
	default:
		p.sendSigned(w, r, s.Signature.File)
	}
}

func hasSigned(s casework.State) bool { return s.Signature != nil && s.Signature.File.Hash != "" }

// sendSigned sends a signed document as a download: signatures are checked in
// a reader, not in a browser.
func (p *Portal) sendSigned(w http.ResponseWriter, r *http.Request, f form.File) {
	w.Header().Set("Content-Disposition", mime.FormatMediaType("attachment", map[string]string{"filename": f.Name}))
	web.SendFile(w, r, p.Open, f)
}

// drafted tells whether a document can be had before it counts: one to sign,
// on the phone or on paper. Others need what the case has not brought yet.
func drafted(it *item.Item, name string) bool {
	for _, stage := range it.Flow.Stages {
		if stage.Signs == name {
			return true
		}
	}
	for _, page := range it.Form.Pages {
		for _, f := range page.Fields {
			if f.Download == name {
				return true
			}
		}
	}
	return false
}
