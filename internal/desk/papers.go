package desk

import (
	"context"
	"mime"
	"net/http"
	"strconv"

	"wangban/internal/paper"
	"wangban/internal/web"
)

// paperRow is a document of an act as staff see it.
type paperRow struct {
	paper.Paper
	URL   string
	Stuck bool // may be made again
}

func (d *Desk) papersOf(ctx context.Context, caseID string) []paperRow {
	if d.Papers == nil {
		return nil
	}
	papers, err := d.Papers.Of(ctx, caseID)
	if err != nil {
		panic(err)
	}
	rows := make([]paperRow, len(papers))
	for i, p := range papers {
		rows[i] = paperRow{p, "/desk/cases/" + p.Case + "/papers/" + strconv.Itoa(p.Seq) + "/" + strconv.Itoa(p.Place), p.Stuck(d.Now())}
	}
	return rows
}

// seePaper reads a document of a case that the officer may see.
func (d *Desk) seePaper(w http.ResponseWriter, r *http.Request) (paper.Paper, bool) {
	s, _, ok := d.see(w, r)
	if !ok {
		return paper.Paper{}, false
	}
	seq, err := strconv.Atoi(r.PathValue("seq"))
	place, err2 := strconv.Atoi(r.PathValue("place"))
	if err != nil || err2 != nil || d.Papers == nil {
		web.NotFound(w, r)
		return paper.Paper{}, false
	}
	p, ok, err := d.Papers.Find(r.Context(), s.ID, seq, place)
	if err != nil {
		panic(err)
	}
	if !ok {
		web.NotFound(w, r)
	}
	return p, ok
}

// paper sends a document of an act.
func (d *Desk) paper(w http.ResponseWriter, r *http.Request) {
	p, ok := d.seePaper(w, r)
	switch {
	case !ok:
	case p.State != paper.Made:
		web.Fail(w, r, http.StatusNotFound, "《%s》还没有做好。回到办件页看它的情况。", p.Title)
	default:
		w.Header().Set("Content-Disposition", mime.FormatMediaType("inline", map[string]string{"filename": p.File.Name}))
		web.SendFile(w, r, d.Open, p.File)
	}
}

// paperAgain lets a document be made again that could not be made.
func (d *Desk) paperAgain(w http.ResponseWriter, r *http.Request) {
	p, ok := d.seePaper(w, r)
	if !ok {
		return
	}
	if _, err := d.Papers.Again(r.Context(), p.Case, p.Seq, p.Place); err != nil {
		panic(err)
	}
	http.Redirect(w, r, "/desk/cases/"+p.Case+"#papers", http.StatusSeeOther)
}
