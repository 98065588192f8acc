package desk_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"wangban/internal/casework"
	"wangban/internal/web"
)

// What colleagues do for somebody stands beside the navigation and in a list of
// their own; reading it is a press of a button.
func TestNotices(t *testing.T) {
	h := open(t)
	id := h.submit("one", nil)
	at := h.as("chenyan")
	at.act(at.get("/desk/cases/"+id), id, "claim", nil)
	sub := h.as("sunli")
	sub.get("/desk/notices").is(http.StatusOK, "没有通知", "什么要发短信").lacks("条没读")
	clear(h.sent)
	h.do(id, casework.Input{Act: casework.ActHandOver, Actor: casework.Actor{Kind: casework.System, ID: "roster"}, Data: casework.Data{Officers: []string{"sunli"}}})
	s, _, err := h.door.Get(t.Context(), id)
	h.must(err)
	if sent := h.sent[id]; len(sent) == 0 || !strings.Contains(sent[0].Text, s.Number) || strings.Contains(sent[0].Text, "老街") {
		t.Errorf("sent %+v", sent)
	}
	p := sub.get("/desk/notices").is(http.StatusOK, "交给你办理", s.Number, "法人账号注册", "没读的 1 条", "条没读", "发了短信").lacks("老街面馆")
	at.get("/desk/notices").is(http.StatusOK, "没有通知")
	_, one, _ := strings.Cut(p.body, `action="/desk/notices/`)
	if one, _, _ = strings.Cut(one, `"`); one == "choice" {
		t.Fatal("the notice has no button")
	}
	at.post("/desk/notices/"+one, nil).is(http.StatusNotFound, "没有这条通知")
	sub.get("/desk/notices").is(http.StatusOK, "没读的 1 条")
	if got := sub.post("/desk/notices/"+one, nil).is(http.StatusOK); got.path != "/desk/cases/"+id {
		t.Errorf("it leads to %s", got.path)
	}
	sub.get("/desk/notices").is(http.StatusOK, "交给你办理").lacks("没读的", "条没读")

	at.post("/desk/absence", url.Values{"key": {web.NewKey()}, "who": {"chenyan"}, "substitute": {"sunli"}, "from": {"2020-09-04"}, "until": {"2020-09-05"}}).is(http.StatusOK)
	sub.get("/desk/notices").is(http.StatusOK, "陈䶮请假，由你代办：2020年9月4日 至 2020年9月5日", "没读的 1 条", "看请假登记")
	sub.post("/desk/notices", nil).is(http.StatusOK).lacks("没读的")
}

// Everybody chooses what they want an SMS of.
func TestNoticeChoice(t *testing.T) {
	h := open(t)
	at := h.as("chenyan")
	at.get("/desk/notices").is(http.StatusOK, `<option value="" selected>按单位的设置`, `<option value="" selected>按系统的设置`)
	at.post("/desk/notices/choice", url.Values{"recalled": {"no"}, "visit": {"yes"}}).is(http.StatusOK, "已保存", `id="recalled" name="recalled"><option value="">按单位的设置</option> <option value="yes">发短信</option> <option value="no" selected>`,
		`id="visit" name="visit"><option value="">按系统的设置（发）</option> <option value="yes" selected>`, `id="asked" name="asked"><option value="" selected>`)
	at.post("/desk/notices/choice", url.Values{"asked": {"<b>"}}).is(http.StatusOK, `<option value="" selected>按单位的设置`).lacks("<b>\"", `<option value="no" selected>`)
	h.as("").get("/desk/notices").is(http.StatusOK, "工号")
	h.as("person").get("/desk/notices").is(http.StatusForbidden)
}
