package main

import (
	"net/http"
	"path/filepath"
	"strings"
	"testing"

	"wangban/internal/casework"
	"wangban/internal/document/pdf"
	"wangban/internal/form"
	"wangban/internal/paper"
)

// A name with a character of no font is told to the officer before deciding; the
// licence stands, its document and those of the acts wait for the font, whoever
// asks is told why, and with the font they come out whole.
// covers: C-20
func TestRareCharactersAreNotLost(t *testing.T) {
	h := openHouse(t)
	const name = "舒城县𠮷祥面馆"
	owner := h.browser()
	id := h.draft("sole-trader-setup", "noodle-shop", owner.applicant(), casework.Created{Owner: owner.session.ID})
	h.do(id, casework.ActSave, owner.applicant(), casework.Data{Values: form.Values{"shop.name": name}})
	h.do(id, "submit", owner.applicant(), casework.Data{})
	h.do(id, "accept", h.officer("chenyan"), casework.Data{})
	desk := h.has(h.as("staff", "chenyan").get("/desk/cases/"+id), http.StatusOK, "有生僻字", "“𠮷”（U+20BB7，", "--fonts")
	if strings.Count(desk.body, "U+20BB7") != 1 {
		t.Error("it is told more than once")
	}
	h.do(id, "approve", h.officer("chenyan"), h.allRight(id))
	number := h.state(id).Results["licence"]
	l, _, err := h.licences.Find(t.Context(), number)
	h.must(err)
	download := "/licences/" + number + "/pdf?code=" + l.Code
	if asked := owner.get(download); asked.status != http.StatusServiceUnavailable || !strings.Contains(asked.body, "生僻字") {
		t.Errorf("%d %s", asked.status, asked.body)
	}
	papers := func(want paper.State) (waiting []paper.Paper) {
		t.Helper()
		h.makePapers(id)
		all, err := h.acts.Of(t.Context(), id)
		h.must(err)
		if len(all) == 0 {
			t.Error("the acts have no documents")
		}
		for _, p := range all {
			if p.State != want || want == paper.Failed && !strings.Contains(p.Problem, "“𠮷”（U+20BB7）") {
				t.Errorf("%s is %s: %s", p.Document, p.State, p.Problem)
			}
		}
		return all
	}
	failed := papers(paper.Failed)
	h.has(h.as("staff", "chenyan").get("/desk/cases/"+id), http.StatusOK, "有生僻字", "已经办结的")

	face, err := pdf.Plain().WithFiles(filepath.Join("..", "..", "internal", "document", "pdf", "testdata", "rare.ttf"))
	h.must(err)
	h.installation.typeface, h.authority.Typeface = face, face
	h.has(owner.get(download), http.StatusOK)
	file, err := h.licences.PDF(t.Context(), number)
	h.must(err)
	if !h.sealedHere(h.content(file)) {
		t.Error("the certificate has no seal")
	}
	for _, p := range failed {
		if ok, err := h.acts.Again(t.Context(), id, p.Seq, p.Place); !ok || err != nil {
			t.Error(p.Document, ok, err)
		}
	}
	papers(paper.Made)
}

// Which fonts there are is said by the setting; a file that is none stops the
// start with its name.
func TestFontsSetting(t *testing.T) {
	rare := filepath.Join("..", "..", "internal", "document", "pdf", "testdata", "rare.ttf")
	for _, c := range []struct {
		fonts []string
		has   bool
	}{{[]string{"none"}, false}, {[]string{rare}, true}} {
		if face, err := (settings{Fonts: c.fonts}).typeface(); err != nil || face.Has('𠮷') != c.has {
			t.Errorf("%v: %v", c.fonts, err)
		}
	}
	if _, err := (settings{Fonts: []string{rare, "no-such.ttf"}}).typeface(); err == nil || !strings.Contains(err.Error(), "no-such.ttf") {
		t.Error(err)
	}
	if _, err := (settings{}).typeface(); err != nil { // whatever is installed here
		t.Error(err)
	}
}
