package desk_test

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"wangban/internal/form"
)

// While somebody is away, who stands in has their cases in hand and acts on
// them, and the record says for whom.
func TestStandingIn(t *testing.T) {
	h := open(t)
	id := h.submit("one", nil)
	first := h.as("chenyan")
	first.act(first.get("/desk/cases/"+id), id, "claim", nil)
	sub := h.as("sunli")
	sub.get("/desk?who=mine").is(http.StatusOK, "没有符合条件的办件")
	sub.get("/desk/cases/" + id).lacks("保存审核意见")
	first.get("/desk/absence").is(http.StatusOK, "谁请假", `<option value="chenyan">陈䶮 · 城关市场监管所</option>`, "孙丽 · 行政审批股").lacks("正在和将要请假")
	if n := strings.Count(first.get("/desk/absence").body, `value="chenyan"`); n != 2 {
		t.Errorf("chenyan can be chosen %d times: nobody stands in for themselves", n)
	}
	typed := url.Values{"key": {"k"}, "who": {"chenyan"}, "substitute": {"sunli"}, "from": {"2020-09-04"}, "until": {"2020-09-03"}}
	first.post("/desk/absence", typed).is(http.StatusUnprocessableEntity, "最后一天不能早于第一天", `value="2020-09-04"`)
	typed.Set("until", "soon")
	first.post("/desk/absence", typed).is(http.StatusUnprocessableEntity, "写明第一天和最后一天", `value="soon"`)
	typed.Set("until", "2020-09-05")
	h.as("hangbu").post("/desk/absence", typed).is(http.StatusForbidden, "本人或者单位负责人")
	h.as("head").post("/desk/absence", typed).is(http.StatusOK, "陈䶮 由 孙丽 代办")
	h.as("hangbu").get("/desk/absence").lacks("陈䶮 由 孙丽 代办")
	sub.get("/desk?who=mine").is(http.StatusOK, "老街面馆", "我代 陈䶮")
	p := sub.get("/desk/cases/"+id).is(http.StatusOK, "保存审核意见", "承办人是陈䶮，正在请假").lacks("正在处理这件事", "行政审批股）代")
	sub.act(p, id, "approve", p.allRight()).is(http.StatusOK, "这件申请已经办结", "孙丽（行政审批股）代陈䶮", "陈䶮（城关市场监管所）").lacks("代陈䶮代", "陈䶮（城关市场监管所）代")
	h.as("zhouwei").get("/desk/cases/"+id).is(http.StatusOK, "孙丽（行政审批股）代陈䶮")
	events, err := h.door.History(t.Context(), id)
	h.must(err)
	if last := events[len(events)-1].Actor; last.ID != "sunli" || last.Behalf != "chenyan" {
		t.Errorf("approved by %s for %q", last.ID, last.Behalf)
	}
	h.as("hangbu").post("/desk/absence/0/end", nil).is(http.StatusNotFound)
	sub.post("/desk/absence/0/end", nil).is(http.StatusNotFound)
	first.post("/desk/absence/0/end", nil).is(http.StatusOK).lacks("正在和将要请假")
}

// Everything in hand goes to a colleague; what they cannot take stays.
func TestHandingOverEverything(t *testing.T) {
	h := open(t)
	at := h.as("chenyan")
	for i, key := range []string{"one", "two"} {
		id := h.submit(key, form.Values{"rep.mobile": fmt.Sprint(16612340000 + i)})
		at.act(at.get("/desk/cases/"+id), id, "claim", nil)
	}
	give := func(by, from, to string) page {
		return h.as(by).post("/desk/absence/hand-over", url.Values{"key": {"k"}, "holder": {from}, "to": {to}})
	}
	give("chenyan", "chenyan", "chenyan").is(http.StatusUnprocessableEntity, "选一位接手的工作人员")
	give("hangbu", "chenyan", "hangbu").is(http.StatusForbidden)
	give("chenyan", "chenyan", "hangbu").is(http.StatusOK, "已移交 0 件给赵杭", "不负责这个单位的事")
	give("head", "chenyan", "sunli").is(http.StatusOK, "已移交 2 件给孙丽")
	h.as("sunli").get("/desk?who=mine").is(http.StatusOK, "我正在办 2")
}

// A search says what was looked for, and leads on where the queue has nothing.
func TestSearchSaysWhatItDid(t *testing.T) {
	h := open(t)
	id := h.submit("one", nil)
	at := h.as("chenyan")
	s, _, err := h.door.Get(t.Context(), id)
	h.must(err)
	for _, text := range []string{s.Number, "老街面", s.Values["unit.uscc"].(string)} {
		at.get("/desk?q="+url.QueryEscape(text)).is(http.StatusOK, "/desk/cases/"+id, "在待办里找“"+text+"”")
		at.get("/desk/all?q="+url.QueryEscape(text)).is(http.StatusOK, "/desk/cases/"+id, "在全部办件里找“"+text+"”")
	}
	at.get("/desk").lacks("在待办里找")
	at.act(at.get("/desk/cases/"+id), id, "claim", nil)
	p := at.get("/desk/cases/" + id)
	at.act(p, id, "approve", p.allRight())
	at.get("/desk?q=%E8%80%81%E8%A1%97").is(http.StatusOK, "没有符合条件的办件", `href="/desk/all?q=%E8%80%81%E8%A1%97"`)
	at.get("/desk/all?q=%E6%97%A0%E6%AD%A4").is(http.StatusOK, "没有符合条件的办件", "清除条件")
}
