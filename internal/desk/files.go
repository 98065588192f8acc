package desk

import (
	"net/http"
	"strconv"

	"wangban/internal/casework"
	"wangban/internal/form"
	"wangban/internal/web"
)

// file serves an uploaded document of what was handed in, or of a sheet that
// staff have filled in; with draft=…, of one that is not finished, which is not
// for a unit that is only asked for its opinion.
func (d *Desk) file(w http.ResponseWriter, r *http.Request) {
	s, it, ok := d.see(w, r)
	if !ok {
		return
	}
	id := r.PathValue("field")
	answer := answers(s, it)[id]
	for name, sheet := range it.Sheets {
		if _, of := sheet.Form().Field(id); !of {
			continue
		}
		if answer = s.Sheets[name].Values[id]; r.URL.Query().Get("draft") != "" && casework.Handles(actor(r.Context()), s.Unit) {
			answer = s.Drafts[name][id]
		}
	}
	web.ServeFile(w, r, d.Open, answer)
}

// clock tells programs how the case's limits came about.
func (d *Desk) clock(w http.ResponseWriter, r *http.Request) {
	if s, it, ok := d.see(w, r); ok {
		web.ServeClock(w, r, d.House(), it, s, d.Now())
	}
}

// letter serves the document that was signed. The house has made it, so it
// may be shown.
func (d *Desk) letter(w http.ResponseWriter, r *http.Request) {
	s, _, ok := d.see(w, r)
	switch {
	case !ok:
	case s.Signature == nil || s.Signature.File.Hash == "":
		web.NotFound(w, r)
	default:
		w.Header().Set("Content-Disposition", "inline")
		web.SendFile(w, r, d.Open, s.Signature.File)
	}
}

// evidence serves the safe copy of the picture taken at signing.
func (d *Desk) evidence(w http.ResponseWriter, r *http.Request) {
	s, _, ok := d.see(w, r)
	if !ok {
		return
	}
	n, err := strconv.Atoi(r.PathValue("n"))
	if err != nil || s.Signature == nil || n < 0 || n >= len(s.Signature.Proofs) || picture(s.Signature.Proofs[n]) == "" {
		web.NotFound(w, r)
		return
	}
	web.SendFile(w, r, d.Open, form.File{Hash: picture(s.Signature.Proofs[n]), Type: "image/jpeg"})
}

// picture is the safe copy of a picture kept as evidence.
func picture(p casework.Proof) string {
	view, _ := p.Detail["view"].(string)
	return view
}
