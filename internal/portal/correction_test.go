package portal_test

import (
	"encoding/json"
	"net/http"
	"os"
	"strconv"
	"strings"
	"testing"
	"time"

	"wangban/internal/casework"
	"wangban/internal/form"
	"wangban/internal/item"
	"wangban/internal/web"
)

var permitOfficer = casework.Actor{Kind: casework.Staff, ID: "chenyan", Name: "陈䶮", Unit: "chengguan", Roles: []string{"reviewer"}, Units: []string{"chengguan"}}

// permit is a case of an item with every step that law knows, handed in from
// this browser.
func (b *browser) permit(change ...any) (id string) {
	b.Helper()
	it, problems := item.Read(os.DirFS("../desk/testdata/items"), "permit")
	if item.Broken(problems) {
		b.Fatal(problems)
	}
	b.items.Add(it)
	started := b.post("/items/permit/start", "key", "start").is(http.StatusOK)
	id = strings.Split(started.path, "/")[2]
	v, err := it.Answers("full", func(name string) form.File { return form.File{Name: name, Hash: "h", Type: "image/jpeg", Size: 1} })
	b.must(err)
	for i := 0; i < len(change); i += 2 {
		v[change[i].(string)] = change[i+1]
	}
	s := b.state(id)
	me := casework.Actor{Kind: casework.Applicant, ID: s.Owner, Session: s.Owner}
	b.passed(id, casework.ActSave, me, casework.Data{Values: v})
	b.passed(id, "submit", me, casework.Data{})
	return id
}

func (h *house) state(id string) casework.State {
	h.Helper()
	s, _, err := h.door.Get(h.Context(), id)
	h.must(err)
	return s
}

func (h *house) passed(id, act string, a casework.Actor, data casework.Data) {
	h.Helper()
	_, err := h.door.Do(h.Context(), id, casework.Input{Act: act, Key: web.NewKey(), Actor: a, Data: data})
	h.must(err)
}

// The page asks only for what was marked and what that brings up, with the
// words beside each field; nothing typed is lost, nothing else can be changed.
func TestCorrectionPage(t *testing.T) {
	h := open(t)
	b := h.browser()
	id := b.permit()
	home := "/cases/" + id
	h.passed(id, "correct", permitOfficer, casework.Data{Reasons: []string{"AREA_WRONG", "OTHER"}, Text: "尽快\n有厨房：现场没有厨房", Judgements: map[string]casework.Judgement{
		"site.area": {Reason: "AREA_WRONG", Note: "平面图是 60 平方米"}, "site.kitchen": {Reason: "OTHER", Note: "现场没有厨房"}}})

	b.get(home).is(http.StatusOK, "去补正", "要补正的内容", home+"/form/correction")
	for _, path := range []string{"/form/unit", "/form/site", "/tasks"} {
		b.get(home + path).at(home + "/form/correction")
	}
	page := b.get(home+"/form/correction").is(http.StatusOK, "只改下面标出的内容", "城关市场监管所 于 2020年9月4日", "尽快",
		"面积和平面图不一致：按平面图改正；平面图是 60 平方米", "现场没有厨房", `name="site.area"`, `value="80"`, `name="site.kitchen"`).
		lacks(`name="site.address"`, `name="unit.name"`, `name="files.plan"`, "<p>有厨房：现场没有厨房</p>", "第 1 步")
	b.post(home+"/form/correction", page.hidden("site.area", "六十", "site.kitchen", "yes")...).
		is(http.StatusUnprocessableEntity, `value="六十"`, `href="#site.area"`, "平面图是 60 平方米")
	page = b.get(home + "/form/correction")
	check := b.post(home+"/form/correction", page.hidden("site.area", "60", "site.kitchen", "no", "unit.name", "别的店")...).at(home+"/check").
		is(http.StatusOK, "舒城县老街面馆", "提交补正", home+"/form/correction?from=check#site.area").lacks("别的店", "/form/unit", "#unit.name")
	if v := h.state(id).Values; v["site.area"] != "60" || v["site.kitchen"] != false {
		t.Fatalf("kept as %v", v)
	}
	b.post(home+"/form/site", check.hidden("site.address", "别处")...).at(home + "/form/correction")
	b.post(home+"/acts/resubmit", "key", "again", "version", strconv.Itoa(h.state(id).Version)).at(home).is(http.StatusOK, "待受理")
}

// What a correction brings up is asked on the same page, and can be mended
// until it is handed in.
func TestCorrectionBringsUp(t *testing.T) {
	h := open(t)
	b := h.browser()
	id := b.permit("site.kitchen", false, "site.hoods", nil)
	home := "/cases/" + id + "/form/correction"
	h.passed(id, "correct", permitOfficer, casework.Data{Reasons: []string{"OTHER"}, Text: "改", Judgements: map[string]casework.Judgement{"site.kitchen": {Note: "看到有厨房"}}})
	first := b.get(home).is(http.StatusOK, "看到有厨房", `data-wb-field="site.hoods"`).lacks(`name="site.hoods"`)
	asked := b.post(home, first.hidden("site.kitchen", "yes")...).is(http.StatusUnprocessableEntity, `name="site.hoods"`, `href="#site.hoods"`)
	b.post(home, asked.hidden("site.kitchen", "yes", "site.hoods", "一台")...).at("/cases/"+id+"/check").is(http.StatusOK, "一台")
	again := b.get(home).is(http.StatusOK, `value="一台"`)
	b.post(home, again.hidden("site.kitchen", "yes", "site.hoods", "两台")...).at("/cases/"+id+"/check").is(http.StatusOK, "两台")
}

// Who has applied sees how the date came about, who paused and why, and when
// somebody comes; programs read the same.
func TestDueDateExplained(t *testing.T) {
	h := open(t)
	b := h.browser()
	id := b.permit()
	home := "/cases/" + id
	right := map[string]casework.Judgement{}
	s, it, err := h.door.Get(t.Context(), id)
	h.must(err)
	stage, _ := it.Flow.Stage(s.Stage)
	for _, field := range casework.ToJudge(it, stage, s) {
		right[field] = casework.Judgement{Right: true}
	}
	// Before that, the time for accepting it has an end too (行政许可法 32).
	b.get(home).is(http.StatusOK, "“待受理”最晚到 2020年9月11日 17:30", "这一步的期限是怎么算的", "9月7日至9月11日第 1 到第 5 个工作日").lacks("办结时限是怎么算的")
	var waits struct {
		State    string
		Promised *struct{}
		Stage    struct {
			Name, Light string
			Due         time.Time
			Limit       struct{ N int }
			Explanation []string
		}
	}
	b.must(json.Unmarshal([]byte(b.get(home+"/clock.json").is(http.StatusOK).body), &waits))
	if st := waits.Stage; waits.State != "none" || waits.Promised != nil || st.Name != "check" || st.Light != "green" || st.Limit.N != 5 || len(st.Explanation) < 3 || !st.Due.Equal(time.Date(2020, 9, 11, 17, 30, 0, 0, form.Shanghai)) {
		t.Errorf("before it is accepted programs read %+v", waits)
	}
	h.passed(id, "accept", permitOfficer, casework.Data{Judgements: right})
	b.get(home).is(http.StatusOK, "办结时限是怎么算的", "9月4日起算，当天不计", "承诺在 2020年9月18日 17:30 前给出结果", "法定期限到")
	h.passed(id, "stop", permitOfficer, casework.Data{Reasons: []string{"HEARING"}, Text: "听证会在周一"})
	b.get(home).is(http.StatusOK, "现在暂停计时，还剩 10 个工作日", "城关市场监管所 陈䶮，听证，听证会在周一")
	h.wait(96 * time.Hour)
	h.passed(id, "go", permitOfficer, casework.Data{})
	h.passed(id, "book", permitOfficer, casework.Data{Officers: []string{"chenyan", "sunli"}, At: h.clock().Add(24 * time.Hour), Text: "请开门"})
	h.passed(id, "ask", permitOfficer, casework.Data{Units: []string{"food"}, Text: "内部的问题"})
	b.get(home).is(http.StatusOK, "约好了现场核查", "2020年9月9日", "城关市场监管所来 2 名工作人员到现场核查", "请开门", "暂停，不计（城关市场监管所 陈䶮，听证，听证会在周一）",
		"9月5日至9月8日", "2 名工作人员到现场", "食品安全监管室").lacks("内部的问题")

	var got struct {
		State    string
		Promised struct {
			Due     time.Time
			Periods []struct{ Why, Note string }
		}
	}
	b.must(json.Unmarshal([]byte(b.get(home+"/clock.json").is(http.StatusOK).body), &got))
	if got.State != "running" || got.Promised.Due.IsZero() || len(got.Promised.Periods) < 3 {
		t.Errorf("programs read %+v", got)
	}
	h.browser().get(home + "/clock.json").is(http.StatusNotFound)
}
