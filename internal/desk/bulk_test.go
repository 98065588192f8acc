package desk_test

import (
	"fmt"
	"html"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
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

// All cases of a page are ticked by a link, which keeps what the list is
// narrowed to and the page; without it none is ticked.
func TestTickingAll(t *testing.T) {
	h := open(t)
	for i := range 27 {
		h.submit(fmt.Sprint("k", i), form.Values{"rep.mobile": fmt.Sprint(16612340000 + i)})
	}
	const narrowed = "/desk?light=green&q=%E8%80%81%E8%A1%97"
	b := h.as("chenyan")
	boxes := func(p page) (all, ticked int) {
		return strings.Count(p.body, `name="case"`), strings.Count(p.body, `name="case" value="`) - len(untickedBox.FindAllString(p.body, -1))
	}
	first := b.get(narrowed).is(http.StatusOK, `href="/desk?all=1&amp;light=green&amp;q=%E8%80%81%E8%A1%97" data-wb-all`, "全选本页")
	if all, ticked := boxes(first); all != 25 || ticked != 0 {
		t.Errorf("%d of %d are ticked", ticked, all)
	}
	next := html.UnescapeString(furtherLink.FindStringSubmatch(first.body)[1])
	second := b.get(next).is(http.StatusOK, `after=`)
	tick := html.UnescapeString(tickLink.FindStringSubmatch(second.body)[1])
	if from, to := query(t, next), query(t, tick); to.Get("all") != "1" || to.Get("after") != from.Get("after") || to.Get("q") != "老街" || to.Get("light") != "green" {
		t.Errorf("from %s all are ticked at %s", next, tick)
	}
	p := b.get(tick).is(http.StatusOK, "本页全不选")
	if all, ticked := boxes(p); all != 2 || ticked != 2 {
		t.Errorf("%d of %d are ticked", ticked, all)
	}
	if none := html.UnescapeString(tickLink.FindStringSubmatch(p.body)[1]); none != next {
		t.Errorf("none is ticked at %s, not at %s", none, next)
	}
	if all, ticked := boxes(b.get("/desk?all=1")); all != 25 || ticked != 25 {
		t.Errorf("%d of %d are ticked", ticked, all)
	}
}

var (
	untickedBox = regexp.MustCompile(`name="case" value="[^"]*"/?>`)
	furtherLink = regexp.MustCompile(`href="([^"]*)" rel="next"`)
	tickLink    = regexp.MustCompile(`href="([^"]*)" data-wb-all`)
)

func query(t *testing.T, address string) url.Values {
	t.Helper()
	u, err := url.Parse(address)
	if err != nil {
		t.Fatal(err)
	}
	return u.Query()
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
