// Package panel draws the plain pages on which a simulator shows what came in and takes its settings.
package panel

import (
	"bytes"
	_ "embed"
	"html/template"
	"net/http"
	"net/url"
	"time"

	"wangban/simulators/fault"
)

//go:embed panel.html
var layout string

//go:embed panel.css
var style string

var china = time.FixedZone("CST", 8*3600)

var base = template.Must(template.New("layout").Funcs(template.FuncMap{
	"clock": func(t time.Time) string { return t.In(china).Format("01-02 15:04:05") },
	"style": func() template.CSS { return template.CSS(style) },
	"ms":    func(f fault.Faults) int64 { return f.Delay.Milliseconds() },
}).Parse(layout))

// Parse makes a page from a template that defines "title" and "main". It may use "faults", the fields for
// fault.Faults, and the function clock.
func Parse(page string) *template.Template {
	return template.Must(template.Must(base.Clone()).Parse(page))
}

// Show writes a page.
func Show(w http.ResponseWriter, t *template.Template, status int, data any) {
	var page bytes.Buffer
	if err := t.ExecuteTemplate(&page, "layout", data); err != nil {
		http.Error(w, "页面无法生成："+err.Error(), http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.Header().Set("Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'")
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(status)
	w.Write(page.Bytes())
}

// Form reads a posted form of at most 64 kB; otherwise it has answered already.
func Form(w http.ResponseWriter, r *http.Request) (form url.Values, ok bool) {
	r.Body = http.MaxBytesReader(w, r.Body, 1<<16)
	if err := r.ParseForm(); err != nil {
		http.Error(w, "表单读不出来", http.StatusBadRequest)
		return nil, false
	}
	return r.PostForm, true
}
