package portal_test

import (
	"net/http"
	"testing"
	"time"

	"wangban/internal/form"
)

// The guide says from when paper is not taken, and where there is help.
func TestGuideSaysPaperEnds(t *testing.T) {
	h := open(t)
	it, _ := h.items.Get("food-filing")
	b := h.browser()
	b.get("/items/" + it.Name).is(http.StatusOK).lacks("纸质申请")
	day := time.Date(h.clock().Year()+1, 1, 1, 0, 0, 0, 0, form.Shanghai)
	dated := *it
	dated.Guide.PaperUntil = day
	h.items.Add(&dated)
	t.Cleanup(func() { h.items.Add(it) })
	b.get("/items/"+it.Name).is(http.StatusOK, "1月1日 起不再收纸质申请", "工作人员当场帮你在网上办")
	h.wait(day.Sub(h.clock()))
	b.get("/items/"+it.Name).is(http.StatusOK, "1月1日 起已经不收纸质申请")
}

// Who begins an item that is closed, from a page that was still open, is told
// so, and not that a link has expired.
func TestClosedItemSaysSo(t *testing.T) {
	h := open(t)
	it, _ := h.items.Get("food-filing")
	closed := *it
	closed.Guide.Live.Until = h.clock()
	h.items.Add(&closed)
	t.Cleanup(func() { h.items.Add(it) })
	h.browser().post("/items/"+it.Name+"/start", "key", "k").is(http.StatusGone, "<h1>这个事项不接收新申请</h1>").lacks("链接已经失效")
}
