package portal_test

import (
	"net/http"
	"testing"
	"time"

	"wangban/internal/casework"
	"wangban/internal/form"
	"wangban/internal/rating"
	"wangban/internal/web"
)

// filed is a case that this browser has filed and the administration has
// decided well.
func (b *browser) filed(change form.Values) string {
	b.Helper()
	return b.filedOf("food-filing", change)
}

// filedOf is filed of an item made like the filing.
func (b *browser) filedOf(name string, change form.Values) string {
	b.Helper()
	p := b.get("/items/" + name)
	p = b.post("/items/"+name+"/start", p.hidden()...)
	id := pathID(p.path)
	s, it, err := b.door.Get(b.Context(), id)
	b.must(err)
	owner := casework.Actor{Kind: casework.Applicant, ID: s.Owner, Session: s.Owner}
	answers := b.answers(it, "food-complete", change)
	do := func(a casework.Actor, act string, d casework.Data) {
		b.Helper()
		_, err := b.door.Do(b.Context(), id, casework.Input{Act: act, Key: web.NewKey(), Actor: a, Data: d})
		b.must(err)
	}
	do(owner, casework.ActSave, casework.Data{Values: answers})
	if mobile, _ := answers["contact.mobile"].(string); mobile != "" {
		do(owner, casework.ActVerify, casework.Data{Verified: map[string]string{"contact.mobile": mobile}})
	}
	do(owner, "submit", casework.Data{})
	officer := casework.Actor{Kind: casework.Staff, ID: "chenyan", Name: "陈䶮", Unit: "chengguan", Roles: []string{"reviewer"}, Units: []string{"*"}}
	do(officer, "claim", casework.Data{})
	stage, _ := it.Flow.Stage("in_review")
	right := map[string]casework.Judgement{}
	for _, field := range stage.Judge {
		right[field] = casework.Judgement{Right: true}
	}
	s, it, err = b.door.Get(b.Context(), id)
	b.must(err)
	for _, page := range it.Form.Shown(s.Values) {
		for _, f := range it.Form.Draw(page.Name, s.Values) {
			right[f.ID] = casework.Judgement{Right: true}
		}
	}
	do(officer, "accept", casework.Data{Judgements: right})
	return id
}

func TestRating(t *testing.T) {
	h := open(t)
	h.wait(2 * 365 * 24 * time.Hour)
	b := h.browser()
	id := b.filed(nil)
	rate := "/my/cases/" + id + "/rate"
	b.get("/cases/"+id).is(http.StatusOK, "评价：办理结果", rate)
	b.get(rate).is(http.StatusOK, "非常满意", "非常不满意", "要了不该要的材料")
	b.post(rate, "of", rating.Result).is(http.StatusUnprocessableEntity, "选一个满意程度。")
	b.post(rate, "of", rating.Result, "level", "1", "text", " ").is(http.StatusUnprocessableEntity, "写下哪里没办好")
	b.post(rate, "of", rating.Result, "level", "5", "reason", "slow", "text", "还可以").is(http.StatusUnprocessableEntity, "和“非常满意”对不上", "还可以")
	b.post(rate, "of", "visit-1", "level", "5").is(http.StatusNotFound)
	b.post(rate, "of", rating.Result, "level", "1", "reason", "slow", "text", "<b>太慢</b>").is(http.StatusOK, "已经收到你的评价", "正在核实", "&lt;b&gt;太慢", "评错了")
	b.get("/cases/"+id).is(http.StatusOK, "你的评价：办理结果")
	b.get(rate+"?of=result&correct=yes").is(http.StatusOK, "更正评价", "太慢")
	b.post(rate, "of", rating.Result, "level", "4").is(http.StatusOK, "满意").lacks("正在核实", "评错了")
	b.post(rate, "of", rating.Result, "level", "5").is(http.StatusConflict, "已经更正过一次")

	away := h.browser()
	away.get(rate).is(http.StatusNotFound, "/result?rate="+id, "/login?next=")
	h.browser().get("/my/cases/none/rate").is(http.StatusNotFound, "/result?rate=none")
	h.browser().get("/r/nothing").is(http.StatusNotFound, `href="/result"`, `href="/login"`)

	// Who proves the application to be theirs rates it, without looking for where.
	s, _, err := h.door.Get(t.Context(), id)
	h.must(err)
	mobile := s.Values["contact.mobile"].(string)
	p := away.get("/result?rate=" + id)
	away.post("/result", p.hidden("uscc", s.Number, "mobile", "1")...).is(http.StatusUnprocessableEntity, `name="rate" value="`+id+`"`)
	p = away.post("/result", p.hidden("uscc", s.Number, "mobile", mobile)...)
	away.post("/result/code", p.hidden("code", h.codes[mobile])...).is(http.StatusOK, "评价：办理结果", "已经收到你的评价")
	stranger := h.browser()
	p = stranger.get("/result?rate=" + id)
	p = stranger.post("/result", p.hidden("uscc", s.Number, "mobile", "13700000000")...)
	stranger.post("/result/code", p.hidden("code", h.codes["13700000000"])...).is(http.StatusOK, "没有查到申请").lacks("评价：")
	h.browser().post(rate, "of", rating.Result, "level", "5").is(http.StatusNotFound)
	b.get("/ratings").is(http.StatusOK, "评价还不够多")
	for i := range rating.Fewest {
		other := h.begin("food-filing", "food-complete", "somebody", nil, nil)
		s, it, err := h.door.Get(t.Context(), other)
		h.must(err)
		s.Stage = "filed" // as its rating is all that counts here
		h.must(h.ratings.Give(t.Context(), it, s, rating.Given{Moment: rating.Result, Level: 3 + i%3}))
	}
	b.get("/ratings").is(http.StatusOK, "100%", "仅销售预包装食品备案").lacks("太慢")
}
