package facecloud

import (
	_ "embed"
	"net/http"
	"slices"

	"wangban/simulators/fault"
	"wangban/simulators/panel"
)

//go:embed page.html
var pageHTML string

var page = panel.Parse(pageHTML)

const shown = 100

func (c *Cloud) routes() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /{$}", c.showPage)
	mux.HandleFunc("POST /settings", c.changeSettings)
	mux.HandleFunc("GET /verify/{id}", c.showVerify)
	mux.HandleFunc("POST /verify/{id}", c.choose)
	return mux
}

var stateWords = map[State]string{Open: "等待本人操作", Cancelled: "本人取消", TimedOut: "超时"}

func (c *Cloud) showPage(w http.ResponseWriter, _ *http.Request) {
	type row struct {
		Session
		MaskedName, MaskedNumber, Outcome string
	}
	sessions := c.Sessions()
	slices.Reverse(sessions)
	var rows []row
	for _, s := range sessions[:min(shown, len(sessions))] {
		outcome := stateWords[s.State]
		for _, ch := range choices {
			if s.State == Finished && ch.subCode == s.SubCode {
				outcome = ch.Label + "（" + s.SubCode + "）"
			}
		}
		rows = append(rows, row{s, maskName(s.Name), maskNumber(s.IDNumber), outcome})
	}
	c.mu.Lock()
	settings := c.settings
	c.mu.Unlock()
	panel.Show(w, page, http.StatusOK, map[string]any{"Rows": rows, "Total": len(sessions), "Faults": settings.Faults,
		"Lies": settings.CallbackLies})
}

func (c *Cloud) changeSettings(w http.ResponseWriter, r *http.Request) {
	form, ok := panel.Form(w, r)
	if !ok {
		return
	}
	c.Set(func(s *Settings) {
		s.Faults = fault.FromForm(form)
		s.CallbackLies = form.Get("lies") != ""
	})
	http.Redirect(w, r, "/", http.StatusSeeOther)
}
