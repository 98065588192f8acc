package desk_test

import (
	"net/http"
	"net/url"
	"testing"
	"time"

	"wangban/internal/form"
)

// From the day that the item names, the counter takes no paper: the officer is
// told since when, and led to help online with what was chosen kept.
func TestNoPaperFromItsDay(t *testing.T) {
	h := open(t)
	it, _ := h.items.Get("legal-person-account")
	dated := *it
	dated.Guide.PaperUntil = time.Date(2020, 9, 5, 0, 0, 0, 0, form.Shanghai)
	h.items.Add(&dated)
	t.Cleanup(func() { h.items.Add(it) })
	at := h.as("sunli")
	at.get("/desk/assist").is(http.StatusOK, "2020年9月5日 起不收纸质申请", `value="paper"`)
	paper := url.Values{"key": {"first"}, "item": {it.Name}, "channel": {"paper"}}
	at.post("/desk/assist", paper).is(http.StatusOK, "第一步：帮着填写")
	h.wait(time.Date(2020, 9, 5, 0, 0, 0, 0, form.Shanghai).Sub(h.clock()) - time.Second)
	paper.Set("key", "second")
	at.post("/desk/assist", paper).is(http.StatusOK, "第一步：帮着填写")
	h.wait(time.Second)
	paper.Set("key", "third")
	at.post("/desk/assist", paper).is(http.StatusUnprocessableEntity, "从 2020-09-05 起不再收纸质申请。帮申请人在网上办", "改为网上帮办",
		`value="legal-person-account" checked`, `<option value="window" selected`)
	paper.Set("channel", "window")
	at.post("/desk/assist", paper).is(http.StatusOK, "第一步：帮着填写")
}
