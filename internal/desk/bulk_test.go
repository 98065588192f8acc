package desk_test

import (
	"fmt"
	"html"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"testing"

	"wangban/internal/form"
)

// ticked are the controls of the bar with cases ticked.
func ticked(p page, act string, cases ...string) url.Values {
	v := url.Values{"act": {act}, "case": cases}
	for _, m := range hiddenInput.FindAllStringSubmatch(p.body, -1) {
		v.Set(m[1], m[2])
	}
	return v
}

// Cases are taken several at once, each on its own: what cannot be done is
// told, nothing of other units shows, and the form sent again acts once.
func TestTakingSeveral(t *testing.T) {
	h := open(t)
	var ids []string
	for i := range 3 {
		ids = append(ids, h.submit(fmt.Sprint("k", i), form.Values{"rep.mobile": fmt.Sprint(16612340000 + i)}))
	}
	at, second := h.as("chenyan"), h.as("sunli")
	p := at.get("/desk").is(http.StatusOK, `name="case" value="`+ids[0]+`"`, `name="act" value="claim"`).lacks(`name="act" value="approve"`, `name="officer"`)
	h.as("zhouwei").get("/desk").is(http.StatusOK, ids[0]).lacks(`name="case"`, `name="act"`)
	h.as("hangbu").get("/desk").lacks(`name="case"`)
	second.act(second.get("/desk/cases/"+ids[1]), ids[1], "claim", nil)

	sent := ticked(p, "claim", ids[0], ids[1], "unknown", ids[0])
	done := at.post("/desk/bulk", sent).is(http.StatusOK, "办成 1 件，没有办 2 件", "没有这件办件", `href="/desk/cases/`+ids[1]+`"`)
	if h.stage(ids[0]) != "in_review" || h.stage(ids[2]) == "in_review" {
		t.Errorf("%s, %s after %s", h.stage(ids[0]), h.stage(ids[2]), done.body)
	}
	before, err := h.door.History(t.Context(), ids[0])
	h.must(err)
	at.post("/desk/bulk", sent).is(http.StatusOK, "办成 1 件，没有办 2 件")
	after, err := h.door.History(t.Context(), ids[0])
	h.must(err)
	if len(before) != len(after) {
		t.Errorf("%d events, then %d", len(before), len(after))
	}

	// Of other units, and without the post, nothing is done or shown.
	foreign := h.as("hangbu").post("/desk/bulk", ticked(p, "claim", ids[2])).is(http.StatusOK, "办成 0 件", "看不到的办件")
	foreign.lacks("老街面馆", ids[2])
	h.as("zhouwei").post("/desk/bulk", url.Values{"key": {"k2"}, "act": {"claim"}, "case": {ids[2]}}).is(http.StatusOK, "办成 0 件", "你的岗位不能办这件事")

	// What decides is never done so.
	for _, act := range []string{"approve", "return", "judge", "withdraw", "save", "nonsense", "hand_over"} {
		at.post("/desk/bulk", url.Values{"key": {"k-" + act}, "act": {act}, "case": {ids[0]}, "officer": {"sunli"}}).is(http.StatusOK, "办成 0 件", "逐件办理")
	}
	if h.stage(ids[0]) != "in_review" {
		t.Error("a decision went through")
	}

	at.post("/desk/bulk", ticked(p, "claim")).is(http.StatusUnprocessableEntity, "没有勾选办件")
	at.post("/desk/bulk", url.Values{"case": ids}).is(http.StatusBadRequest, "重新勾选")
	var many []string
	for i := range 51 {
		many = append(many, fmt.Sprint("case", i))
	}
	at.post("/desk/bulk", ticked(p, "claim", slices.Concat(ids, many)...)).is(http.StatusUnprocessableEntity, "一次最多办 50 件，这次勾选了 54 件")
	if h.stage(ids[2]) == "in_review" {
		t.Error("too many were ticked, and some were taken")
	}
}

// Cases are given to a colleague several at once; who cannot have one does not
// get it.
func TestGivingSeveral(t *testing.T) {
	h := open(t)
	ids := []string{h.inReview(), h.inReview()}
	at := h.as("chenyan")
	p := at.get("/desk").is(http.StatusOK, `name="act" value="give"`, `<option value="sunli">`).lacks(`<option value="hangbu">`, `name="act" value="move"`, `name="act" value="propose"`)
	sent := ticked(p, "give", ids...)
	again := at.post("/desk/bulk", sent).is(http.StatusUnprocessableEntity, "选一位承办人", `name="case" value="`+ids[1]+`"`, `<option value="sunli">`)
	sent = ticked(again, "give", ids...)
	sent.Set("officer", "hangbu")
	at.post("/desk/bulk", sent).is(http.StatusOK, "办成 0 件，没有办 2 件", "“赵杭”不负责这个单位的事")
	sent.Set("officer", "sunli")
	at.post("/desk/bulk", sent).is(http.StatusOK, "办成 2 件，没有办 0 件")
	for _, id := range ids {
		s, _, err := h.door.Get(t.Context(), id)
		h.must(err)
		if s.Holder == nil || s.Holder.ID != "sunli" {
			t.Errorf("held by %+v", s.Holder)
		}
	}
}

// All boxes of a page are ticked by one link, without scripts, on a page after
// the first and among filtered cases too; cases that nothing can be done on have
// no box, and nothing is done by a link.
func TestTickingAll(t *testing.T) {
	h := open(t)
	boxes := regexp.MustCompile(`<input type="checkbox" name="case" value="[^"]+"( checked)?>`)
	count := func(p page) (all, ticked int) {
		for _, m := range boxes.FindAllStringSubmatch(p.body, -1) {
			all++
			if m[1] != "" {
				ticked++
			}
		}
		return all, ticked
	}
	link := func(p page) string {
		m := regexp.MustCompile(`data-wb-all-link href="([^"]+)"`).FindStringSubmatch(p.body)
		if m == nil {
			t.Fatalf("no link that ticks all: %s", p.body)
		}
		return html.UnescapeString(m[1])
	}
	for i := range 27 {
		h.submit(fmt.Sprint("k", i), form.Values{"rep.mobile": fmt.Sprint(16612340000 + i)})
	}
	at := h.as("chenyan")
	first := at.get("/desk?item=legal-person-account").is(http.StatusOK, "勾选本页全部").lacks("取消本页的勾选")
	if all, ticked := count(first); all != 25 || ticked != 0 {
		t.Errorf("%d boxes, %d ticked", all, ticked)
	}
	p := at.get(link(first)).is(http.StatusOK, "取消本页的勾选")
	if all, ticked := count(p); all != 25 || ticked != 25 {
		t.Errorf("%d boxes, %d ticked", all, ticked)
	}
	if back := link(p); back != "/desk?item=legal-person-account" {
		t.Errorf("none are ticked by %s", back)
	}
	next := nextLink.FindStringSubmatch(p.body)
	second := at.get(html.UnescapeString(next[1]))
	if all, ticked := count(second); all != 2 || ticked != 0 {
		t.Errorf("on the next page: %d boxes, %d ticked", all, ticked)
	}
	if all, ticked := count(at.get(link(second))); all != 2 || ticked != 2 {
		t.Errorf("on the next page, all: %d boxes, %d ticked", all, ticked)
	}
	h.as("zhouwei").get("/desk?all=1").is(http.StatusOK).lacks("data-wb-all", `name="case"`)
}
