package smsgateway

import (
	_ "embed"
	"net/http"
	"slices"
	"strings"

	"wangban/simulators/fault"
	"wangban/simulators/panel"
)

//go:embed page.html
var pageHTML string

var page = panel.Parse(pageHTML)

// shown is how many messages the page lists.
const shown = 100

func (g *Gateway) routes() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /{$}", g.showPage)
	mux.HandleFunc("POST /settings", g.changeSettings)
	return mux
}

func (g *Gateway) showPage(w http.ResponseWriter, _ *http.Request) {
	g.mu.Lock()
	s := g.settings
	var undeliverable, impossible []string
	for number := range s.Undeliverable {
		undeliverable = append(undeliverable, number)
	}
	for number := range s.Impossible {
		impossible = append(impossible, number)
	}
	g.mu.Unlock()
	slices.Sort(undeliverable)
	slices.Sort(impossible)
	messages, refused := g.Messages(), g.Refusals()
	slices.Reverse(messages)
	slices.Reverse(refused)
	panel.Show(w, page, http.StatusOK, map[string]any{
		"Messages": messages[:min(shown, len(messages))], "Total": len(messages),
		"Refused": refused[:min(shown, len(refused))],
		"Faults":  s.Faults, "Undeliverable": strings.Join(undeliverable, "\n"), "Impossible": strings.Join(impossible, "\n"),
	})
}

func (g *Gateway) changeSettings(w http.ResponseWriter, r *http.Request) {
	form, ok := panel.Form(w, r)
	if !ok {
		return
	}
	g.Set(func(s *Settings) {
		s.Faults = fault.FromForm(form)
		s.Undeliverable, s.Impossible = map[string]string{}, map[string]bool{}
		for _, number := range strings.Fields(form.Get("undeliverable")) {
			s.Undeliverable[number] = "MOBILE_NOT_ON_SERVICE"
		}
		for _, number := range strings.Fields(form.Get("impossible")) {
			s.Impossible[number] = true
		}
	})
	http.Redirect(w, r, "/", http.StatusSeeOther)
}
