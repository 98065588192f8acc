package portal

import (
	"mime"
	"net/http"
	"strconv"

	"wangban/internal/paper"
	"wangban/internal/web"
)

// paperURL is where a document of an act is downloaded.
func paperURL(p paper.Paper) string {
	return "/cases/" + p.Case + "/papers/" + strconv.Itoa(p.Seq) + "/" + strconv.Itoa(p.Place)
}

// actPaper sends a document of an act of the visitor's own case. One that is not
// made yet asks for patience.
func (p *Portal) actPaper(w http.ResponseWriter, r *http.Request) {
	s, _, ok := p.own(w, r)
	if !ok {
		return
	}
	seq, err := strconv.Atoi(r.PathValue("seq"))
	place, err2 := strconv.Atoi(r.PathValue("place"))
	if err != nil || err2 != nil || p.Papers == nil {
		web.NotFound(w, r)
		return
	}
	found, ok, err := p.Papers.Find(r.Context(), s.ID, seq, place)
	switch {
	case err != nil:
		panic(err)
	case !ok:
		web.NotFound(w, r)
	case found.State != paper.Made:
		w.Header().Set("Retry-After", "30")
		web.Render(w, r, http.StatusAccepted, paperPending(found))
	default:
		w.Header().Set("Content-Disposition", mime.FormatMediaType("attachment", map[string]string{"filename": found.File.Name}))
		web.SendFile(w, r, p.Open, found.File)
	}
}
