package main

import (
	"context"
	"os"
	"strconv"
	"strings"
	"testing"
	"time"

	"wangban/internal/paper"
	"wangban/internal/seal"
)

// makePapers lets the jobs work until no document of the case waits.
func (h *house) makePapers(id string) {
	h.Helper()
	h.must(h.jobs.Start(h.Context(), h.acts.Register))
	defer func() { h.must(h.jobs.Stop(context.Background())) }()
	for deadline := time.Now().Add(time.Minute); ; time.Sleep(10 * time.Millisecond) {
		papers, err := h.acts.Of(h.Context(), id)
		h.must(err)
		waiting := 0
		for _, p := range papers {
			if p.State == paper.Waiting {
				waiting++
			}
		}
		if waiting == 0 {
			return
		}
		if time.Now().After(deadline) {
			h.Fatal("documents still wait")
		}
	}
}

// A document of an act bears the seal that licences and receipts bear, and both
// sides of the counter find it on the case's page.
func TestPapersOfActs(t *testing.T) {
	h := openHouse(t)
	c := h.cast("papered")
	page := c.owner.get("/cases/" + c.id)
	for _, text := range []string{"行政许可申请受理通知书", "许受〔2026〕第1号", "/papers/3/0", "正在制作"} {
		if !strings.Contains(page.body, text) {
			t.Errorf("the applicant's page does not say %s", text)
		}
	}
	if strings.Contains(page.body, "nobody.knows") {
		t.Error("the applicant is told what is wrong with a layout")
	}
	desk := h.as("staff", "chenyan").get("/desk/cases/" + c.id)
	for _, text := range []string{"许受〔2026〕第1号", "已做好，已盖章", "没有做成", "nobody.knows", "/papers/4/0/again"} {
		if !strings.Contains(desk.body, text) {
			t.Errorf("the desk does not say %s", text)
		}
	}
	// The message says it too, and is unread until it is opened.
	box := c.owner.get("/my/messages").body
	for _, text := range []string{"已作出《行政许可申请受理通知书》（舒市监）许受〔2026〕第", "未读 1 条", "/papers/3/0", "****"} {
		if !strings.Contains(box, text) {
			t.Errorf("the box does not say %s", text)
		}
	}
	if strings.Contains(h.browser().get("/my/messages").body, "许受") {
		t.Error("somebody else reads the message")
	}
	if at := c.owner.post("/my/messages/"+c.names["message"], nil).header.Get("Location"); at != "/cases/"+c.id {
		t.Errorf("the message leads to %s", at)
	}
	if strings.Contains(c.owner.get("/my/messages").body, "未读") {
		t.Error("what was opened is unread")
	}
	got := c.owner.get("/cases/" + c.id + "/papers/3/0")
	report, err := seal.Verify([]byte(got.body), h.authority.Roots())
	h.must(err)
	if s := report.Signatures[0]; !report.Genuine() || s.Signer != h.county.Name.ZH || !strings.Contains(s.Facts["文号"], "许受") {
		t.Errorf("%+v", report)
	}
	mine := report.Signatures[0].Serial

	r := h.cast("logged")
	events, err := h.door.History(t.Context(), r.id)
	h.must(err)
	receipt := r.owner.get("/cases/" + r.id + "/receipts/" + strconv.Itoa(events[len(events)-1].Seq) + ".pdf")
	if report, err = seal.Verify([]byte(receipt.body), h.authority.Roots()); err != nil || report.Signatures[0].Serial != mine {
		t.Errorf("the receipt bears another seal: %+v %v", report, err)
	}
	if _, err := os.Stat(h.settings.Data + "/authority/office.pem"); err != nil {
		t.Error(err)
	}
}
