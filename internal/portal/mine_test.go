package portal_test

import (
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"wangban/internal/casework"
	"wangban/internal/cn"
	"wangban/internal/form"
	"wangban/internal/web"
)

// waiting is a case of this browser that waits for the staff.
func (b *browser) waiting(name string, n int) string {
	b.Helper()
	id := pathID(b.post("/items/food-filing/start", b.get("/items/food-filing").hidden()...).path)
	s, it, err := b.door.Get(b.Context(), id)
	b.must(err)
	owner := casework.Actor{Kind: casework.Applicant, ID: s.Owner, Session: s.Owner}
	do := func(act string, d casework.Data) {
		b.Helper()
		_, err := b.door.Do(b.Context(), id, casework.Input{Act: act, Key: web.NewKey(), Actor: owner, Data: d})
		b.must(err)
	}
	answers := b.answers(it, "food-complete", form.Values{"unit.name": name, "unit.uscc": cn.MakeUSCC(cn.Enterprise, "341523", 100+n)})
	do(casework.ActSave, casework.Data{Values: answers})
	do(casework.ActVerify, casework.Data{Verified: map[string]string{"contact.mobile": answers["contact.mobile"].(string)}})
	do("submit", casework.Data{})
	return id
}

// My applications can be narrowed by how they stand, by item and by words,
// without a script; each says until when, and how that came about.
func TestMine(t *testing.T) {
	h := open(t)
	h.wait(2 * 365 * 24 * time.Hour)
	b := h.browser()
	b.get("/my").is(http.StatusOK, "这台设备上还没有申请", "/items", "/result").lacks("按进度看")
	done := b.filed(nil)
	open := b.waiting("舒城县王家超市", 1)
	b.wait(time.Minute)
	draft := pathID(b.post("/items/legal-person-account/start", b.get("/items/legal-person-account").hidden()...).path)
	links := func(p page) (ids string) {
		for _, c := range []struct{ id, name string }{{done, "done "}, {open, "open "}, {draft, "draft "}} {
			if strings.Contains(p.body, `<h2><a href="/cases/`+c.id+`"`) {
				ids += c.name
			}
		}
		return ids
	}
	for query, want := range map[string]string{
		"": "done open draft ", "?state=open": "open draft ", "?state=ended": "done ", "?state=turn": "draft ", "?state=x": "done open draft ",
		"?item=food-filing": "done open ", "?item=legal-person-account": "draft ", "?item=none": "", "?q=" + url.QueryEscape("王家"): "open ",
		"?q=" + h.state(done).Number: "done ", "?state=ended&item=food-filing&q=" + h.state(open).Number: "", "?q=%25": "",
	} {
		if got := links(b.get("/my" + query).is(http.StatusOK)); got != want {
			t.Errorf("/my%s lists %q, not %q", query, got, want)
		}
	}
	// The draft was the last to change.
	if body := b.get("/my").body; strings.Index(body, draft) > strings.Index(body, open) {
		t.Error("what changed last is not the first")
	}
	b.get("/my?state=open").is(http.StatusOK, `class="wb-light wb-light-green"`, "正常 · 剩", "承诺在 ", "办结时限是怎么算的", `name="state" value="open"`, "接着办", `<a class="wb-chip" href="/my?state=open" aria-current="page">没办完`)
	b.get("/my?state=ended").is(http.StatusOK).lacks("wb-light", "接着办", "办结时限是怎么算的")
	b.get("/my?state=open&q=nothing").is(http.StatusOK, "没有符合条件的申请", `value="nothing"`, "看全部")
	b.post("/cases/"+draft+"/acts/discard", b.get("/cases/"+draft+"/acts/discard").is(http.StatusOK, "这次申请就结束了").hidden()...)
	b.get("/my?state=turn").is(http.StatusOK, "没有等你办的")
	b.get("/my?after=broken").is(http.StatusBadRequest, "从第一页重新看")
	h.browser().get("/my").is(http.StatusOK, "这台设备上还没有申请").lacks(done, open)

	h.wait(10 * 24 * time.Hour)
	b.get("/my?state=open").is(http.StatusOK, `class="wb-light wb-light-red"`, "超期")
}

// Many applications are read through page by page, each once.
func TestMineIsPaged(t *testing.T) {
	h := open(t)
	h.wait(2 * 365 * 24 * time.Hour)
	b := h.browser()
	want := map[string]bool{}
	for i := range 23 {
		h.wait(time.Second)
		want[b.waiting(fmt.Sprintf("舒城县第%d便利店", i), i)] = true
	}
	pages, path := 0, "/my?state=open&item=food-filing&q="+url.QueryEscape("便利店")
	for path != "" {
		p := b.get(path).is(http.StatusOK, `value="便利店"`)
		pages++
		for id := range want {
			if strings.Contains(p.body, `<h2><a href="/cases/`+id+`"`) {
				delete(want, id)
			}
		}
		_, next, more := strings.Cut(p.body, `rel="next" href="`)
		if path = ""; more {
			path, _, _ = strings.Cut(next, `"`)
			path = strings.ReplaceAll(path, "&amp;", "&")
		}
	}
	if pages != 2 || len(want) > 0 {
		t.Errorf("%d pages, %d were not listed", pages, len(want))
	}
}

// What waits for the visitor fills its pages, though what waits for a signature
// lies in between, and each is listed once.
func TestMyTurnFillsItsPages(t *testing.T) {
	h := open(t)
	b := h.browser()
	want := map[string]bool{}
	for i := range 66 {
		h.wait(time.Second)
		if i%3 == 0 {
			want[b.drafted()] = true
		} else {
			b.signing(i)
		}
	}
	var sizes []int
	for path := "/my?state=turn"; path != ""; {
		p := b.get(path).is(http.StatusOK)
		rows := strings.Split(p.body, `<h2><a href="/cases/`)[1:]
		sizes = append(sizes, len(rows))
		for _, row := range rows {
			id, _, _ := strings.Cut(row, `"`)
			if !want[id] {
				t.Errorf("%s is listed twice, or does not wait for the visitor", id)
			}
			delete(want, id)
		}
		_, next, more := strings.Cut(p.body, `rel="next" href="`)
		if path = ""; more {
			path, _, _ = strings.Cut(next, `"`)
			path = strings.ReplaceAll(path, "&amp;", "&")
		}
	}
	if !slices.Equal(sizes, []int{20, 2}) || len(want) > 0 {
		t.Errorf("pages of %v, %d were not listed", sizes, len(want))
	}
}

// drafted is a case of this browser that is only begun.
func (b *browser) drafted() string {
	b.Helper()
	return pathID(b.post("/items/legal-person-account/start", b.get("/items/legal-person-account").hidden()...).path)
}

// signing is a case of this browser that waits for the legal representative's
// signature.
func (b *browser) signing(n int) {
	b.Helper()
	id := b.filledIn("agent-complete")
	owner := casework.Actor{Kind: casework.Applicant, ID: b.sessionID(), Session: b.sessionID()}
	do := func(act string, values form.Values) {
		b.Helper()
		_, err := b.door.Do(b.Context(), id, casework.Input{Act: act, Key: web.NewKey(), Actor: owner, Data: casework.Data{Values: values}})
		b.must(err)
	}
	do(casework.ActSave, form.Values{"unit.uscc": cn.MakeUSCC(cn.Enterprise, "341523", 100+n)}) // one of a unit at a time
	do("submit", nil)
	if stage := b.state(id).Stage; stage != "signing" {
		b.Fatalf("the case is in %s", stage)
	}
}
