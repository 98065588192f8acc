package main

import (
	"bytes"
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"wangban/internal/casework"
	"wangban/internal/document/pdf"
	"wangban/internal/form"
	"wangban/internal/licence"
	"wangban/internal/web"
)

// A unit registers twelve lifts in one case: each gets a number and a
// certificate of its own, which the wallet and the verification page know, and
// from which a change begins with that one lift. What has passed to another
// unit is the first one's no more, although its case has brought this about.
//
func TestTwelveLiftsInOneCase(t *testing.T) {
	h := openHouse(t)
	owner, officer := h.browser(), h.officer("liumin")
	decide := func(id string) {
		t.Helper()
		h.do(id, "submit", owner.applicant(), casework.Data{})
		h.do(id, "accept", officer, h.allRight(id))
		h.do(id, "transfer", officer, casework.Data{Unit: "equipment", Text: "特种设备"}) // which leads
		if s := h.state(id); s.Unit != "equipment" || s.Stage != "review" {
			t.Fatalf("%s is in stage %s with %s", id, s.Stage, s.Unit)
		}
		h.do(id, "approve", officer, casework.Data{})
	}
	is := func(a answer, status int, says ...string) answer {
		t.Helper()
		for _, s := range says {
			if !strings.Contains(a.body, s) {
				t.Errorf("does not say %q", s)
			}
		}
		if a.status != status {
			t.Errorf("status %d", a.status)
		}
		return a
	}
	id := h.draft("equipment-registration", "lifts", owner.applicant(), casework.Created{Owner: owner.session.ID})
	decide(id)
	year := h.now().In(form.Shanghai).Format("06")
	number := func(n int) string { return fmt.Sprintf("梯11皖N%05d(%s)", n, year) }
	numbers := licence.Numbers(h.state(id).Results, "licence")
	if len(numbers) != 12 || numbers[0] != number(1) || numbers[11] != number(12) {
		t.Fatal(numbers)
	}
	is(owner.get("/cases/"+id), http.StatusOK, "共 12 份", number(7), "4 号楼 1 号梯")
	is(owner.get("/my/licences"), http.StatusOK, number(12), "6 号楼 2 号梯", `action="/items/equipment-change/start"`)
	is(h.as("staff", "liumin").get("/desk/cases/"+id), http.StatusOK, number(1)+" 等 12 份")

	l, _, err := h.licences.Find(t.Context(), number(7))
	h.must(err)
	is(h.browser().get("/licences/"+url.PathEscape(number(7))+"?code="+l.Code), http.StatusOK, "现在有效", "4 号楼 1 号梯")
	file := owner.get("/licences/" + url.PathEscape(number(7)) + "/pdf")
	data, ok, err := pdf.Attached([]byte(file.body), licence.DataName)
	if err != nil || !ok || !bytes.Contains(data, []byte("311010890202600007")) {
		t.Errorf("the certificate of the seventh lift: %d %v", file.status, err)
	}

	to := owner.post("/items/equipment-change/start", url.Values{"key": {web.NewKey()}, "licence": {number(7)}}).header.Get("Location")
	change := strings.Split(to, "/")[2]
	rows := form.RowsOf(h.state(change).Values["equipment"])
	if len(rows) != 1 || rows[0]["cert_no"] != number(7) || rows[0]["device"] != "311010890202600007" || rows[0]["speed"] != nil {
		t.Fatal(rows)
	}
	// What a licence does not say is asked for, and nobody is told off before.
	lacking := maps.Clone(rows[0])
	delete(lacking, "maker")
	begun, err := h.door.Create(t.Context(), casework.Creation{Item: "equipment-change", Key: web.NewKey(), Actor: owner.applicant(),
		Created: casework.Created{Owner: owner.session.ID, Channel: "web", Values: form.Values{"about.kind": "3000", "equipment": []form.Row{lacking}}}})
	h.must(err)
	record := "/cases/" + begun.Case + "/form/equipment/equipment/1"
	if page := is(owner.get(record), http.StatusOK, "311010890202600007").body; strings.Contains(page, "处需要修改") {
		t.Error("a record taken over from a licence is wrong before anything is typed")
	}
	is(owner.get(record+"?from=check"), http.StatusOK, "处需要修改")
	touched := maps.Clone(lacking)
	touched["spot"] = "城关镇梅河路 130 号"
	h.do(begun.Case, casework.ActSave, owner.applicant(), casework.Data{Values: form.Values{"equipment": []form.Row{touched}}})
	is(owner.get(record), http.StatusOK, "处需要修改")
	h.do(begun.Case, "discard", owner.applicant(), casework.Data{})

	// Who presses again goes on with the draft; another lift, and another person, have their own.
	press := func(b *browser, n int) string {
		return b.post("/items/equipment-change/start", url.Values{"key": {web.NewKey()}, "licence": {number(n)}}).header.Get("Location")
	}
	if again := press(owner, 7); again != "/cases/"+change+"/tasks?begun=yes" {
		t.Errorf("pressed again: %s", again)
	}
	is(owner.get("/cases/"+change+"/tasks?begun=yes"), http.StatusOK, "这一项你已经填过，还没有提交", "先在下面删除这份草稿", "/cases/"+change+"/acts/discard")
	is(owner.get("/cases/"+change+"/acts/discard"), http.StatusOK, "删除草稿")
	if eighth := press(owner, 8); strings.Contains(eighth, change) || strings.Contains(eighth, "begun") {
		t.Errorf("another lift: %s", eighth)
	}
	h.do(change, "discard", owner.applicant(), casework.Data{})
	if anew := press(owner, 7); strings.Contains(anew, change) || strings.Contains(anew, "begun") {
		t.Errorf("after the draft is gone: %s", anew)
	}
	change = h.draft("equipment-change", "transfer", owner.applicant(), casework.Created{Owner: owner.session.ID})
	rows = form.RowsOf(h.state(change).Values["equipment"])
	for i := range rows { // the example is of another year
		rows[i]["cert_no"] = number(i + 1)
	}
	h.do(change, casework.ActSave, owner.applicant(), casework.Data{Values: form.Values{"equipment": rows,
		"unit.uscc": h.state(id).Values["unit.uscc"], "unit.name": h.state(id).Values["unit.name"]}})
	decide(change)
	for _, n := range []int{1, 2} {
		l, _, err := h.licences.Find(t.Context(), number(n))
		if err != nil || l.USCC != h.state(change).Values["to.uscc"] || l.Version != 2 {
			t.Errorf("%s: held by %s, version %d, %v", l.Number, l.USCC, l.Version, err)
		}
		is(owner.get("/licences/"+url.PathEscape(number(n))+"/show"), http.StatusNotFound)
	}
	if wallet := owner.get("/my/licences").body; strings.Contains(wallet, number(1)) || !strings.Contains(wallet, number(3)) {
		t.Error("the wallet holds what has passed to another")
	}
	if numbers := licence.Numbers(h.state(change).Results, "licence"); !slices.Equal(numbers, []string{number(1), number(2)}) {
		t.Error(numbers)
	}
}
