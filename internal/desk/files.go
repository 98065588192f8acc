package desk

import (
	"net/http"
	"strconv"

	"wangban/internal/casework"
	"wangban/internal/form"
	"wangban/internal/web"
)

// file serves an uploaded document of what was handed in.
func (d *Desk) file(w http.ResponseWriter, r *http.Request) {
	if s, it, ok := d.see(w, r); ok {
		web.ServeFile(w, r, d.Open, answers(s, it)[r.PathValue("field")])
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
