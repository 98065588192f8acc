package desk_test

import (
	"bytes"
	"encoding/json"
	"maps"
	"mime/multipart"
	"net/http"
	"net/url"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"wangban/internal/casework"
	"wangban/internal/form"
	"wangban/internal/item"
	"wangban/internal/web"
)

var permitOwner = casework.Actor{Kind: casework.Applicant, ID: "owner", Session: "owner"}

// permit is a case of an item with every step that law knows, handed in.
func (h *house) permit() string { return h.handedIn("testdata/items", "permit") }

func (h *house) handedIn(folder, name string) string {
	h.Helper()
	it, problems := item.Read(os.DirFS(folder), name)
	if item.Broken(problems) {
		h.Fatal(problems)
	}
	h.items.Add(it)
	v, err := it.Answers("full", func(name string) form.File { return photo(name) })
	h.must(err)
	receipt, err := h.door.Create(h.Context(), casework.Creation{Item: name, Key: web.NewKey(), Actor: permitOwner,
		Created: casework.Created{Owner: permitOwner.ID, Channel: "web", Values: v}})
	h.must(err)
	h.do(receipt.Case, casework.Input{Act: "submit", Actor: permitOwner})
	return receipt.Case
}

// inReview is such a case after it was accepted.
func (h *house) inReview() string {
	h.Helper()
	id := h.permit()
	s, it, err := h.door.Get(h.Context(), id)
	h.must(err)
	stage, _ := it.Flow.Stage(s.Stage)
	right := map[string]casework.Judgement{}
	for _, field := range casework.ToJudge(it, stage, s) {
		right[field] = casework.Judgement{Right: true}
	}
	h.do(id, casework.Input{Act: "accept", Actor: h.actor("chenyan"), Data: casework.Data{Judgements: right}})
	return id
}

func (h *house) actor(id string) casework.Actor {
	o := staff[id]
	return casework.Actor{Kind: casework.Staff, ID: o.ID, Name: o.Name, Unit: o.Unit, Roles: o.Roles, Units: o.Units}
}

// with are pairs as a form.
func with(pairs ...string) url.Values {
	v := url.Values{}
	for i := 0; i < len(pairs); i += 2 {
		v.Add(pairs[i], pairs[i+1])
	}
	return v
}

// Units are asked for their opinion, see the case, answer with reasons, and
// nobody else does; one that is not needed any more is recalled.
func TestConsulting(t *testing.T) {
	h := open(t)
	id := h.inReview()
	address := "/desk/cases/" + id
	at := h.as("chenyan")
	food := h.as("food")
	food.get("/desk/consults").is(http.StatusOK, "没有等你单位答复的")
	food.get(address).is(http.StatusNotFound)

	p := at.act(at.get(address).is(http.StatusOK, "其他步骤", "征求意见…").lacks("答复意见", "撤销征求", "恢复计时", "登记核查结果"), id, "ask", nil).
		is(http.StatusOK, "要对方答复什么", "5 个工作日内答复", "食品安全监管室").lacks(`value="chengguan"`)
	p = at.act(p, id, "ask", with("send", "yes", "units", "food")).is(http.StatusUnprocessableEntity, "写一句话说明", `value="food" checked`)
	at.act(p, id, "ask", with("send", "yes", "units", "food")).is(http.StatusUnprocessableEntity, `<details class="wb-units"><summary>派出所（21）`)
	at.act(p, id, "ask", with("send", "yes", "units", "hangbu")).is(http.StatusUnprocessableEntity, `<details class="wb-units" open><summary>派出所（21）`)
	p = at.act(p, id, "ask", with("send", "yes", "text", "布局行不行？")).is(http.StatusUnprocessableEntity, "选至少一个单位", "布局行不行？")
	at.act(p, id, "ask", with("send", "yes", "units", "food", "units", "inspection", "text", "布局行不行？")).
		is(http.StatusOK, "征求意见（2）", "布局行不行？", "等答复", "要在 2020年9月11日 17:30 前答复", "正常 · 剩", "撤销征求")
	at.get(address+"/acts/ask").is(http.StatusOK, "已经在征求它的意见", `value="food" disabled`)

	food.get("/desk/consults").is(http.StatusOK, "舒城县老街面馆", "布局行不行？", "承办：城关市场监管所", address, "件等你单位答复").lacks("提醒过")
	seen := food.get(address).is(http.StatusOK, "征求食品安全监管室的意见", "答复意见").lacks("建议准予许可", "13800138000", "撤销征求")
	food.act(seen, id, "propose", nil).is(http.StatusForbidden)
	answer := food.get(address+"/acts/answer?consult=1").is(http.StatusOK, "你单位的意见", "布局行不行？")
	food.act(answer, id, "answer", with("send", "yes", "consult", "1", "text", "好")).is(http.StatusUnprocessableEntity, "选一项：同意，或者不同意。", ">好</textarea>")
	food.act(answer, id, "answer", with("send", "yes", "consult", "1", "agree", "no")).is(http.StatusUnprocessableEntity, "写一句话说明")
	food.act(answer, id, "answer", with("send", "yes", "consult", "2", "agree", "yes")).is(http.StatusForbidden, "由它答复")
	food.act(answer, id, "answer", with("send", "yes", "consult", "1", "agree", "no", "text", "出入口太近")).is(http.StatusOK, "不同意", "出入口太近", "钱斌（食品安全监管室）")
	food.get("/desk/consults").is(http.StatusOK, "没有等你单位答复的").lacks("件等你单位答复")

	recall := at.get(address+"/acts/unask?consult=2").is(http.StatusOK, "监察室", "撤销的理由")
	at.act(recall, id, "unask", with("send", "yes", "consult", "2")).is(http.StatusUnprocessableEntity, "写一句话说明")
	at.act(recall, id, "unask", with("send", "yes", "consult", "2", "text", "不用问了")).is(http.StatusOK, "已撤销", "不用问了")
}

// Each question is listed once, also to who speaks for several units.
func TestAskedOnce(t *testing.T) {
	h := open(t)
	id := h.inReview()
	h.do(id, casework.Input{Act: "ask", Actor: h.actor("chenyan"), Data: casework.Data{Units: []string{"food"}, Text: "布局行不行？"}})
	food := h.as("food")
	if p := food.get("/desk/consults").is(http.StatusOK); strings.Count(p.body, "布局行不行？") != 1 {
		t.Errorf("the question is there %d times", strings.Count(p.body, "布局行不行？"))
	}
	h.staff = maps.Clone(staff)
	h.staff["both"] = web.Officer{ID: "both", Name: "吴双", Unit: "food", Roles: []string{"reviewer"}, Units: []string{"food", "inspection"}}
	h.do(id, casework.Input{Act: "ask", Actor: h.actor("chenyan"), Data: casework.Data{Units: []string{"inspection"}, Text: "人够不够？"}})
	p := h.as("both").get("/desk/consults").is(http.StatusOK)
	for _, question := range []string{"布局行不行？", "人够不够？"} {
		if n := strings.Count(p.body, question); n != 1 {
			t.Errorf("%s is there %d times", question, n)
		}
	}
}

// What ends a case closes the questions that are open; the history does not say
// of the decision that units were asked.
func TestDecisionClosesQuestions(t *testing.T) {
	h := open(t)
	id := h.inReview()
	at := h.as("chenyan")
	address := "/desk/cases/" + id
	h.do(id, casework.Input{Act: "ask", Actor: h.actor("chenyan"), Data: casework.Data{Units: []string{"inspection", "food"}, Text: "人够不够？"}})
	p := at.get(address).is(http.StatusOK, "监察室、食品安全监管室：人够不够？")
	at.act(p, id, "propose", nil)
	second := h.as("sunli")
	done := second.act(second.get(address), id, "approve", nil).is(http.StatusOK, "这件申请已经办结")
	if n := strings.Count(done.body, "监察室、食品安全监管室"); n != 1 {
		t.Errorf("the history tells of the question %d times", n)
	}
}

// Who is only asked for an opinion is led to no case that is not theirs to see.
func TestNextCaseOfNobody(t *testing.T) {
	h := open(t)
	id := h.inReview()
	other := h.submit("other", nil)
	h.do(id, casework.Input{Act: "ask", Actor: h.actor("chenyan"), Data: casework.Data{Units: []string{"office"}, Text: "布局行不行？"}})
	at := h.as("nobody")
	p := at.get("/desk/cases/" + id + "/acts/answer?consult=1").is(http.StatusOK)
	at.act(p, id, "answer", with("send", "yes", "consult", "1", "agree", "yes")).is(http.StatusOK, "同意").lacks(other)
}

// Where the calendar lacks the year, the clock cannot act; the case can be read
// all the same, and who wants to act hears what is the matter.
func TestCaseWithoutACalendar(t *testing.T) {
	h := open(t)
	id := h.handedIn("../item/testdata/items", "acts")
	h.staff = maps.Clone(staff)
	h.staff["clerk"] = web.Officer{ID: "clerk", Name: "吴受理", Unit: "chengguan", Roles: []string{"clerk"}, Units: []string{"chengguan"}}
	at := h.as("clerk")
	h.wait(30 * 24 * time.Hour)
	h.blind = true
	p := at.get("/desk/cases/"+id).is(http.StatusOK, "待受理")
	at.act(p, id, "accept", p.allRight()).is(http.StatusServiceUnavailable, "工作日历里缺少要用到的年份")
	h.blind = false
	at.get("/desk/cases/"+id).is(http.StatusOK, "已受理")
}

// So with what is held against other registers while staff work on the case.
func TestFindingsWithoutACalendar(t *testing.T) {
	h := open(t)
	h.wait(time.Date(2024, 5, 6, 9, 30, 0, 0, form.Shanghai).Sub(friday))
	it, _ := h.items.Get("food-licence")
	v, err := it.Answers("canteen", func(name string) form.File { return photo(name) })
	h.must(err)
	r, err := h.door.Create(t.Context(), casework.Creation{Item: it.Name, Key: "k", Actor: permitOwner, Created: casework.Created{Owner: permitOwner.ID, Channel: "web", Values: v}})
	h.must(err)
	mobile, _ := v["contact.mobile"].(string)
	h.do(r.Case, casework.Input{Act: casework.ActVerify, Actor: permitOwner, Data: casework.Data{Verified: map[string]string{"contact.mobile": mobile}}})
	h.do(r.Case, casework.Input{Act: "submit", Actor: permitOwner})
	h.wait(30 * 24 * time.Hour)
	h.blind = true
	h.as("chenyan").get("/desk/cases/"+r.Case).is(http.StatusOK, "待受理")
}

// A draft that was kept, whose answer was lost on the way, is kept again with
// what was typed since.
func TestDraftSentAgain(t *testing.T) {
	h := open(t)
	id := h.inReview()
	at := h.as("chenyan")
	h.do(id, casework.Input{Act: "book", Actor: h.actor("chenyan"), Data: casework.Data{Officers: []string{"sunli", "chenyan"}, At: h.clock().Add(24 * time.Hour)}})
	sheet := "/desk/cases/" + id + "/acts/inspect"
	at.post(sheet, with("key", "d1", "draft", "yes", "visit.signs", "na")).is(http.StatusOK, "已暂存")
	at.post(sheet, with("key", "d1", "draft", "yes", "visit.signs", "na", "visit.note", "后来补的")).is(http.StatusOK, "已暂存", "后来补的")
	at.get(sheet).is(http.StatusOK, "后来补的")
}

// The limit stops for a reason that law knows and goes on; the page says who,
// why, and how the date came about; programs read the same.
func TestPausingAndExtending(t *testing.T) {
	h := open(t)
	id := h.inReview()
	address := "/desk/cases/" + id
	at := h.as("chenyan")
	p := at.act(at.get(address), id, "stop", nil).is(http.StatusOK, "为什么暂停", "听证", `type="radio"`)
	at.act(p, id, "stop", with("send", "yes", "text", "定在周一")).is(http.StatusUnprocessableEntity, "选一项理由", "定在周一")
	at.act(p, id, "stop", with("send", "yes", "reason", "HEARING", "text", "定在周一")).
		is(http.StatusOK, "暂停计时", "还在暂停", "城关市场监管所 陈䶮，听证，定在周一", "正在暂停计时，恢复以后才能“建议准予许可”").lacks("延长期限…")
	if got := at.clock(address); got.State != "paused" || got.Light != "paused" || got.Promised.Left != 10 {
		t.Errorf("while it is paused programs read %+v", got)
	}
	h.wait(4 * 24 * time.Hour)
	p = at.act(at.get(address), id, "go", nil).is(http.StatusOK, "起暂停：城关市场监管所 陈䶮，听证，定在周一")
	at.act(p, id, "go", with("send", "yes")).is(http.StatusOK, "2020年9月8日 09:00 恢复", "9月5日至9月8日暂停，不计（城关市场监管所 陈䶮，听证，定在周一）", "应在 2020年9月22日 17:30 前办结")

	p = at.act(at.get(address), id, "longer", nil).is(http.StatusOK, "延长 10 个工作日：从 2020年9月22日 17:30 到 2020年10月")
	at.act(p, id, "longer", with("send", "yes", "reason", "COMPLEX")).is(http.StatusOK, "延长 10 个工作日", "情况复杂", "“延长期限”最多 1 次")
	got := at.clock(address)
	if got.State != "running" || got.Light != "green" || got.Promised.Limit.N != 20 || got.Statutory == nil || len(got.Promised.Periods) < 4 || len(got.Promised.Explanation) < 4 {
		t.Errorf("programs read %+v", got)
	}
	h.as("hangbu").get(address + "/clock.json").is(http.StatusNotFound)
}

type clockJSON struct {
	State, Light string
	Promised     struct {
		Limit       struct{ N int }
		Due         time.Time
		Left        int
		Periods     []struct{ Why, Note string }
		Explanation []string
	}
	Statutory *struct{ Due time.Time }
}

func (b *browser) clock(address string) (c clockJSON) {
	b.Helper()
	b.must(json.Unmarshal([]byte(b.get(address+"/clock.json").is(http.StatusOK).body), &c))
	return c
}

// Until when a case is to be accepted stands on its page, with how that date
// came about.
func TestLimitOfAStage(t *testing.T) {
	h := open(t)
	address := "/desk/cases/" + h.permit()
	at := h.as("chenyan")
	at.get(address).is(http.StatusOK, "“待受理”最晚到 2020年9月11日 17:30", "正常", "这一步的期限怎么算的", "9月7日至9月11日第 1 到第 5 个工作日").lacks("应在")
	at.get("/desk?light=green").is(http.StatusOK, "正常 · “待受理”剩 5 个工作日")
	h.wait(6 * 24 * time.Hour)
	at.get("/desk?light=green").is(http.StatusOK, "正常 · “待受理”剩 1 个工作日")
	h.wait(24 * time.Hour) // the last day
	at.get(address).is(http.StatusOK, "临期 · 剩 8 小时 30 分钟")
	at.get("/desk?light=amber").is(http.StatusOK, "临期 · “待受理”剩 8 小时 30 分钟", "超期 0")
	h.wait(3*24*time.Hour + 2*time.Second)
	at.get("/desk?light=red").is(http.StatusOK, "超期 · “待受理”超 1 个工作日", "超期 1")
}

// A visit is booked with two officers, filled in on the phone bit by bit with
// photographs, and nothing typed is lost.
func TestVisiting(t *testing.T) {
	h := open(t)
	id := h.inReview()
	address := "/desk/cases/" + id
	at := h.as("chenyan")
	p := at.act(at.get(address), id, "book", nil).is(http.StatusOK, "谁去核查", "至少选 2 人", "孙丽").lacks("赵杭", "钱斌")
	at.act(p, id, "book", with("send", "yes", "at.day", "周一", "at.time", "九点", "officer", "sunli")).is(http.StatusUnprocessableEntity, "填写核查的日期和时间，例如 2020-09-05 和 09:30", `value="sunli" checked`)
	at.act(p, id, "book", with("send", "yes", "at.day", "2020-09-07", "at.time", "09:30", "officer", "sunli")).is(http.StatusUnprocessableEntity, "选至少 2 名核查人员")
	at.act(p, id, "book", with("send", "yes", "at.day", "2020-09-07", "at.time", "09:30", "officer", "sunli", "officer", "chenyan", "text", "请负责人在场")).
		is(http.StatusOK, "2020年9月7日 09:30", "待核查", "请负责人在场", "孙丽（行政审批股）", "约在 2020年9月7日 09:30 核查，到时间以后才能“登记核查结果”。").lacks("登记核查结果…")

	form := address + "/acts/inspect"
	at.get(form).is(http.StatusOK, "现场核查表", "不适用", "暂存").lacks("用手机传", "洗手设施的问题")
	at.post(form, with("key", "d1", "draft", "yes", "visit.signs", "na")).is(http.StatusOK, "已暂存，关掉页面也不会丢", `value="na" checked`)
	up := at.upload(form, "visit.photo", with("key", "d2", "upload", "visit.photo", "visit.water", "no", "visit.note", "还行"))
	up.is(http.StatusOK, "shot.jpg", "洗手设施的问题", ">还行</textarea>", "/files/visit.photo/0?draft=yes")
	at.get(address + "/files/visit.photo/0?draft=yes&view=small").is(http.StatusOK)
	at.get(address + "/files/visit.photo/0").is(http.StatusNotFound)
	h.do(id, casework.Input{Act: "ask", Actor: h.actor("chenyan"), Data: casework.Data{Units: []string{"food"}, Text: "行不行？"}})
	h.as("food").get(address + "/files/visit.photo/0?draft=yes").is(http.StatusNotFound) // not finished, and not theirs
	at.post(form, with("key", "d3", "send", "yes", "visit.signs", "na", "visit.water", "no", "visit.note", "还行，再看")).
		is(http.StatusUnprocessableEntity, `href="#visit.water_note"`, `href="#visit.clean"`, "还行，再看")
	at.get(form).is(http.StatusOK, "还行，再看")
	h.as("sunli").get(form).is(http.StatusOK, "还行，再看") // whoever goes along fills in the same sheet
	h.as("zhouwei").get(form).is(http.StatusOK).lacks("还行，再看")
	done := with("send", "yes", "visit.signs", "na", "visit.water", "no", "visit.water_note", "没有热水", "visit.clean", "yes", "visit.note", "还行，再看")
	done.Set("key", "early")
	at.post(form, done).is(http.StatusConflict, "约在 2020-09-07 09:30 核查，到时间以后再登记结果。", "没有热水")
	h.wait(3*24*time.Hour + 30*time.Minute)
	at.get(address).is(http.StatusOK, "登记核查结果…").lacks("到时间以后才能")
	done.Set("key", "d4")
	at.post(form, done).
		is(http.StatusOK, "已核查", "没有热水", "还行，再看", "现场核查表", address+"/files/visit.photo/0").lacks("登记核查结果…")
	at.get(address + "/files/visit.photo/0").is(http.StatusOK)
}

// Who sends a proposal back says why. Whoever examines the case reads it where
// the next step is chosen, and finds the proposal as it was handed in, with its
// file, to be changed.
func TestProposalSentBack(t *testing.T) {
	h := open(t)
	id := h.inReview()
	address := "/desk/cases/" + id
	at, second := h.as("chenyan"), h.as("sunli")
	form := address + "/acts/put"
	at.upload(form, "opinion.file", with("key", "u1", "upload", "opinion.file", "opinion.result", "grant", "opinion.text", "布局合理"))
	at.post(form, with("key", "p1", "send", "yes", "opinion.result", "grant", "opinion.text", "布局合理")).is(http.StatusOK, "复核中", "布局合理")

	back := address + "/acts/back"
	second.get(address).is(http.StatusOK, "退回审查…")
	second.get(back).is(http.StatusOK, "退回的原因").lacks("申请人会看到")
	second.post(back, with("key", "b1", "send", "yes")).is(http.StatusUnprocessableEntity, `href="#returned.why"`)
	second.post(back, with("key", "b2", "send", "yes", "returned.why", "烟道画在哪里？")).is(http.StatusOK, "审查中")

	p := at.get(address).is(http.StatusOK, "退回意见", "烟道画在哪里？", "孙丽（行政审批股）")
	panel := p.body[strings.Index(p.body, `id="decide"`):]
	if !strings.Contains(panel, "烟道画在哪里？") {
		t.Error("why it came back does not stand where the next step is chosen")
	}
	at.get(form).is(http.StatusOK, `value="grant" checked`, ">布局合理</textarea>", "shot.jpg")
	at.post(form, with("key", "d1", "draft", "yes", "opinion.result", "deny", "opinion.text", "烟道要再看")).is(http.StatusOK)
	at.get(form).is(http.StatusOK, `value="deny" checked`, ">烟道要再看</textarea>", "shot.jpg").lacks("布局合理")
	at.post(form, with("key", "p2", "send", "yes", "opinion.result", "deny", "opinion.text", "烟道不合格")).is(http.StatusOK, "复核中", "烟道不合格", "opinion.file/0")
	second.get(back).is(http.StatusOK).lacks("烟道画在哪里？") // another reason each time
	second.get(address).is(http.StatusOK, "建议", "烟道画在哪里？")
}

// What is to be put right is marked, read once more as the applicant will, and
// sent: where the stage judges, and where it does not.
func TestNoticeOfCorrection(t *testing.T) {
	h := open(t)
	id := h.permit()
	address := "/desk/cases/" + id
	at := h.as("chenyan")
	p := at.get(address).is(http.StatusOK, "一次性告知补正…")
	typed := p.allRight()
	typed.Set("judge:site.area", "wrong")
	at.act(p, id, "correct", typed).is(http.StatusUnprocessableEntity, "写明哪里不对")
	typed.Set("why:site.area", "AREA_WRONG")
	typed.Set("note:site.area", "平面图是 60 平方米")
	p = at.act(p, id, "correct", typed).is(http.StatusOK, "面积和平面图不一致：按平面图改正；平面图是 60 平方米", "下一步")
	typed = p.controls()
	typed.Set("send", "look")
	typed.Set("text", "改好再交")
	p = at.post(address+"/acts/correct", typed).is(http.StatusOK, "申请人会看到", "改好再交", "补正只能告知这一次", "申请人只能改标出的内容")
	if h.stage(id) != "check" {
		t.Fatal("looking at the notice has sent it")
	}
	typed = p.controls()
	typed.Set("edit", "yes")
	at.post(address+"/acts/correct", typed).is(http.StatusOK, "改好再交</textarea>", "平面图是 60 平方米")
	typed.Del("edit")
	typed.Set("send", "yes")
	at.post(address+"/acts/correct", typed).is(http.StatusOK, "等补正", "面积和平面图不一致")
	s, _, err := h.door.Get(t.Context(), id)
	h.must(err)
	if s.Stage != "correcting" || len(s.Return.Fields) != 1 || s.Return.Fields["site.area"].Note != "平面图是 60 平方米" || !strings.Contains(s.Return.Text, "改好再交") {
		t.Fatalf("in %s with %+v", s.Stage, s.Return)
	}

	id = h.inReview()
	address = "/desk/cases/" + id
	p = at.act(at.get(address), id, "return_all", nil).is(http.StatusOK, "把要改的逐项标出来", `name="judge:site.note"`, "未填")
	p = at.act(p, id, "return_all", with("send", "look", "marking", "yes")).is(http.StatusUnprocessableEntity, "还没有标出要补正的内容")
	p = at.act(p, id, "return_all", with("send", "look", "marking", "yes", "judge:files.plan", "wrong")).is(http.StatusUnprocessableEntity, "写明哪里不对", `value="wrong" checked`)
	p = at.act(p, id, "return_all", with("send", "look", "marking", "yes", "judge:files.plan", "wrong", "why:files.plan", "PLAN_UNCLEAR")).
		is(http.StatusOK, "申请人会看到", "照片看不清：重新拍一张", "等补正的时间不计入办理期限")
	typed = p.controls()
	typed.Set("send", "yes")
	at.post(address+"/acts/return_all", typed).is(http.StatusOK, "等补正", "暂停 · 等申请人修改")
}

// What ends a case for reasons of its own has a page that offers these; what
// was marked with others goes along and is not taken for them.
func TestReasonsOfAnotherCatalogue(t *testing.T) {
	h := open(t)
	id := h.permit()
	at := h.as("chenyan")
	p := at.get("/desk/cases/"+id).is(http.StatusOK, "不予受理…").lacks("不属于本机关职权")
	p = at.act(p, id, "refuse", with("judge:site.area", "wrong", "why:site.area", "AREA_WRONG", "note:site.area", "平面图是 60 平方米")).
		is(http.StatusOK, "不属于本机关职权", "补充说明", `name="judge:site.area" value="wrong"`).lacks("有 1 处需要修改")
	p = at.act(p, id, "refuse", with("send", "yes", "text", "由市局办理")).is(http.StatusUnprocessableEntity, "选一项理由", "由市局办理</textarea>")
	at.act(p, id, "refuse", with("send", "yes", "reason", "NOT_OURS", "text", "由市局办理")).is(http.StatusOK, "已经办结")
	s, _, err := h.door.Get(t.Context(), id)
	h.must(err)
	if s.Stage != "refused" || !slices.Equal(s.Return.Reasons, []string{"NOT_OURS"}) || s.Return.Text != "由市局办理" {
		t.Errorf("in %s with %+v", s.Stage, s.Return)
	}
}

// A case is given to a colleague, and to another unit; whoever proposed does
// not approve, and the page says so.
func TestAssigningAndTheSecondPerson(t *testing.T) {
	h := open(t)
	id := h.inReview()
	address := "/desk/cases/" + id
	at := h.as("chenyan")
	p := at.act(at.get(address), id, "give", nil).is(http.StatusOK, "给谁承办", "孙丽").lacks("周伟")
	at.act(p, id, "give", with("send", "yes")).is(http.StatusUnprocessableEntity, "选一位承办人")
	at.act(p, id, "give", with("send", "yes", "officer", "sunli")).is(http.StatusOK, "经办人", "孙丽")
	p = at.act(at.get(address), id, "propose", nil).is(http.StatusOK, "“准予许可”由另一位同事办", "“不予许可”由另一位同事办").lacks(`acts/approve"`)
	at.act(p, id, "approve", nil).is(http.StatusForbidden, "由另一位同事办")
	second := h.as("sunli")
	p = second.act(second.get(address).is(http.StatusOK, `acts/approve"`, "不予许可…"), id, "deny", nil).is(http.StatusOK, "法律依据", "不属于本机关职权")
	second.act(p, id, "deny", with("send", "yes", "reason", "NOT_OURS")).is(http.StatusUnprocessableEntity, `href="#deny.law"`)
	second.act(p, id, "deny", with("send", "yes", "reason", "NOT_OURS", "deny.law", "第三十八条")).is(http.StatusOK, "已经办结", "第三十八条")

	id = h.inReview()
	address = "/desk/cases/" + id
	p = at.act(at.get(address), id, "move", nil).is(http.StatusOK, "移交给哪个单位")
	p = at.act(p, id, "move", with("send", "yes")).is(http.StatusUnprocessableEntity, "选一个单位。", "写一句话说明")
	at.act(p, id, "move", with("send", "yes", "unit", "hangbu")).is(http.StatusUnprocessableEntity, "写一句话说明", `value="hangbu" checked`)
	if moved := at.act(p, id, "move", with("send", "yes", "unit", "hangbu", "text", "搬到杭埠了")); moved.path != "/desk" {
		t.Errorf("after the case has gone, the way leads to %s", moved.path)
	}
	at.get(address).is(http.StatusNotFound)
	h.as("hangbu").get(address).is(http.StatusOK, "搬到杭埠了")
}

// controls are the hidden controls and texts of a page, to be sent back.
func (p page) controls() url.Values {
	v := url.Values{}
	for _, m := range anyHidden.FindAllStringSubmatch(p.body, -1) {
		if m[1] != "back" { // of the language switch
			v.Add(m[1], m[2])
		}
	}
	return v
}

// upload sends a picture with a page's controls.
func (b *browser) upload(path, field string, values url.Values) page {
	b.Helper()
	var body bytes.Buffer
	w := multipart.NewWriter(&body)
	for name, all := range values {
		for _, v := range all {
			b.must(w.WriteField(name, v))
		}
	}
	part, err := w.CreateFormFile(field, "shot.jpg")
	b.must(err)
	_, err = part.Write([]byte("picture"))
	b.must(err)
	b.must(w.Close())
	return b.read(b.client.Post(b.server.URL+path, w.FormDataContentType(), &body))
}
