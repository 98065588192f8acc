package portal

import (
	"io"
	"mime"
	"net/http"
	"strconv"

	"wangban/internal/casework"
	"wangban/internal/form"
	"wangban/internal/web"
)

// file serves an uploaded document of the visitor's own case.
func (p *Portal) file(w http.ResponseWriter, r *http.Request) {
	s, _, ok := p.own(w, r)
	if !ok {
		return
	}
	ServeFile(w, r, p.Open, s)
}

// ServeFile writes the n-th file of a field: its safe copy for view=…, else
// the original as a download. Originals are never shown inline: they are as
// they were handed in.
func ServeFile(w http.ResponseWriter, r *http.Request, open OpenFile, s casework.State) {
	files, _ := s.Values[r.PathValue("field")].([]form.File)
	n, err := strconv.Atoi(r.PathValue("n"))
	if err != nil || n < 0 || n >= len(files) {
		web.NotFound(w, r)
		return
	}
	f := files[n]
	hash, kind := f.Hash, f.Type
	if r.URL.Query().Get("view") != "" && f.View != "" {
		hash, kind = f.View, "image/jpeg"
	} else {
		w.Header().Set("Content-Disposition", mime.FormatMediaType("attachment", map[string]string{"filename": f.Name}))
	}
	content, size, err := open(r.Context(), hash)
	if err != nil {
		panic(err)
	}
	defer func() { _ = content.Close() }()
	w.Header().Set("Content-Type", kind)
	w.Header().Set("Content-Length", strconv.FormatInt(size, 10))
	w.Header().Set("Cache-Control", "private, max-age=600")
	_, _ = io.Copy(w, content)
}

// document makes a document of the item from the answers so far, such as the
// letter to print and sign.
func (p *Portal) document(w http.ResponseWriter, r *http.Request) {
	s, it, ok := p.own(w, r)
	if !ok {
		return
	}
	name := r.PathValue("name")
	if _, known := it.Documents[name]; !known {
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
