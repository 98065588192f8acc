package portal

import (
	"net/http"

	"wangban/internal/web"
)

// flowSheet is an item's flow on one A4 page with a QR code, for windows,
// visits and chat groups.
func (p *Portal) flowSheet(w http.ResponseWriter, r *http.Request) {
	it, ok := p.Items.Get(r.PathValue("item"))
	if !ok || len(it.Guide.Sheet) == 0 {
		web.NotFound(w, r)
		return
	}
	web.Speak(r.Context(), it.English)
	web.Render(w, r, http.StatusOK, flowSheetPage(it, p.House().BaseURL+"/items/"+it.Name))
}

// help shows the pages about the site itself.
func (p *Portal) help(w http.ResponseWriter, r *http.Request) {
	switch r.PathValue("topic") {
	case "privacy":
		web.Render(w, r, http.StatusOK, privacyPage())
	case "accessibility":
		web.Render(w, r, http.StatusOK, accessibilityPage())
	case "administrator":
		web.Render(w, r, http.StatusOK, administratorPage())
	default:
		web.NotFound(w, r)
	}
}
