package main

import (
	"bytes"
	"io"
	"os/exec"
	"strings"
	"testing"

	"wangban/internal/casework"
	"wangban/internal/form"
	"wangban/internal/licence"
)

// A lift that stood still is inspected and used again: its certificate says when
// the next inspection is due now, as the list and the wallet do. What else it
// says stays, and the other lifts' certificates stay as they were.
//
func TestCertificateAfterResuming(t *testing.T) {
	h := openHouse(t)
	b := h.browser()
	const unit = "91341523TXT000020Y"
	through := func(name, fixture string) {
		t.Helper()
		id := h.draft(name, fixture, b.applicant(), casework.Created{Owner: b.session.ID})
		h.do(id, casework.ActSave, b.applicant(), casework.Data{Values: form.Values{"unit.uscc": unit}})
		h.do(id, "submit", b.applicant(), casework.Data{})
		h.do(id, "accept", h.officer("sunli"), h.allRight(id))
		h.do(id, "approve", h.officer("liumin"), casework.Data{})
	}
	through("equipment-registration", "lifts")
	const stopped, other = "梯11皖N00003(26)", "梯11皖N00001(26)"
	before, untouched := h.printed(stopped), h.printed(other)
	if !strings.Contains(before, "2027年8月27日") || !strings.Contains(before, "2号楼1号梯") {
		t.Fatalf("issued: %s", before)
	}
	through("equipment-suspension", "two-lifts")
	if _, err := h.licences.PDF(t.Context(), stopped); err == nil {
		t.Error("what is stopped has a certificate")
	}
	through("equipment-resumption", "two-lifts")
	l, _, err := h.licences.Find(t.Context(), stopped)
	h.must(err)
	after := h.printed(stopped)
	if l.Status != licence.Valid || strings.Contains(after, "2027年8月27日") || strings.Count(after, "2027年11月1日") != strings.Count(before, "2027年8月27日") || !strings.Contains(after, "2号楼1号梯") {
		t.Errorf("used again: %s", after)
	}
	if h.printed(other) != untouched {
		t.Error("another lift's certificate has changed")
	}
}

// printed is what a licence's document says, without spaces.
func (h *house) printed(number string) string {
	h.Helper()
	file, err := h.licences.PDF(h.Context(), number)
	h.must(err)
	content, _, err := h.files.Open(h.Context(), file.Hash)
	h.must(err)
	defer func() { _ = content.Close() }()
	pdf, err := io.ReadAll(content)
	h.must(err)
	cmd := exec.Command("pdftotext", "-raw", "-", "-")
	cmd.Stdin = bytes.NewReader(pdf)
	said, err := cmd.Output()
	if err != nil {
		h.Fatalf("pdftotext (of poppler-utils): %v", err)
	}
	return strings.Join(strings.Fields(string(said)), "")
}
