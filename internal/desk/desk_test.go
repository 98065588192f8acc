package desk_test

import (
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"wangban/internal/casework"
	"wangban/internal/form"
)

// From the queue to the decision, without JavaScript: what is judged is kept,
// everything judged and right passes.
//
func TestReviewPasses(t *testing.T) {
	h := open(t)
	id := h.submit("one", nil)
	at := h.as("chenyan")
	at.get("/desk").is(http.StatusOK, "舒城县城关镇老街面馆", "/desk/cases/"+id, "全部待办 1", "正常")
	p := at.get("/desk/cases/"+id).is(http.StatusOK, "开始审核", "城关市场监管所", "与登记信息的比对").lacks("审核通过", `value="right"`)
	p = at.act(p, id, "claim", nil).is(http.StatusOK, "保存审核意见", "审核通过", "审核不通过", "你占用到")
	if h.stage(id) != "in_review" {
		t.Fatal("the case has not been claimed")
	}
	half := p.allRight()
	half.Del("judge:unit.name")
	p = at.act(p, id, "judge", half).is(http.StatusOK, "已记录审核意见")
	refused := at.act(p, id, "approve", half).is(http.StatusUnprocessableEntity, "还有 1 项没有核对")
	at.act(refused, id, "approve", refused.allRight()).is(http.StatusOK, "审核通过", "这件申请已经办结", "按时办结", "陈䶮（城关市场监管所）")
	if h.stage(id) != "approved" {
		t.Fatal("the case has not been approved")
	}
	at.get("/desk").is(http.StatusOK, "没有等你办的事")
	at.get("/desk/all").is(http.StatusOK, "舒城县城关镇老街面馆", "审核通过")
}

// A case is returned with what was found wrong, in the words the applicant
// reads; the next submission shows what has changed.
//
func TestReviewReturns(t *testing.T) {
	h := open(t)
	id := h.submit("one", nil)
	at := h.as("chenyan")
	p := at.act(at.get("/desk/cases/"+id), id, "claim", nil)
	typed := p.allRight()
	typed.Set("judge:unit.name", "wrong")
	p = at.act(p, id, "return", typed).is(http.StatusUnprocessableEntity, "有 1 处需要修改", `href="#wrong:unit.name"`, "写明哪里不对")
	typed.Set("why:unit.name", "NAME_MISMATCH")
	typed.Set("note:unit.name", "少了“镇”字")
	at.act(p, id, "return", typed).is(http.StatusOK, "审核不通过", "单位名称与登记信息不一致")
	s, _, err := h.door.Get(t.Context(), id)
	h.must(err)
	if s.Stage != "rejected" || len(s.Return.Reasons) != 1 || s.Return.Reasons[0] != "NAME_MISMATCH" || s.Return.Text != "单位名称：少了“镇”字" {
		t.Fatalf("returned as %s with %+v", s.Stage, s.Return)
	}
	me := casework.Actor{Kind: casework.Applicant, ID: "owner:one", Session: "owner:one"}
	h.do(id, casework.Input{Act: casework.ActSave, Actor: me, Data: casework.Data{Values: form.Values{"unit.name": "舒城县城关镇老街面食馆"}}})
	at.get("/desk/cases/"+id).is(http.StatusOK, "老街面馆", "现在等申请人办理").lacks("老街面食馆")
	h.do(id, casework.Input{Act: "resubmit", Actor: me})
	at.get("/desk/cases/"+id).is(http.StatusOK, "老街面食馆", "第 2 次提交", "有改动", "上次：舒城县城关镇老街面馆")
}

// What was typed survives a refusal; the page shows the case as it stands.
func TestStaleJudging(t *testing.T) {
	h := open(t)
	id := h.submit("one", nil)
	at := h.as("chenyan")
	p := at.act(at.get("/desk/cases/"+id), id, "claim", nil)
	typed := p.allRight()
	at.act(p, id, "judge", typed)
	typed.Set("text", "正在写的说明")
	typed.Set("judge:unit.uscc", "wrong")
	typed.Set("note:unit.uscc", "第三位")
	at.act(p, id, "judge", url.Values{"key": {"another"}, "judge:unit.uscc": {"wrong"}}).is(http.StatusConflict)
	typed.Set("key", "a-third")
	stale := at.act(p, id, "return", typed).is(http.StatusConflict, "下面是最新的内容", "正在写的说明", "第三位")
	at.act(stale, id, "return", typed).is(http.StatusOK, "审核不通过")
}

// The same button pressed twice does the act once.
func TestSentTwice(t *testing.T) {
	h := open(t)
	id := h.submit("one", nil)
	at := h.as("chenyan")
	p := at.get("/desk/cases/" + id)
	at.act(p, id, "claim", nil).is(http.StatusOK)
	at.act(p, id, "claim", nil).is(http.StatusOK, "保存审核意见")
	events, err := h.door.History(t.Context(), id)
	h.must(err)
	if n := len(events); n != 4 {
		t.Errorf("%d events, not 4", n)
	}
}

// What a check warns of stands on the page, and does not keep the case from
// passing.
// covers: C-15
func TestWarnings(t *testing.T) {
	h := open(t)
	id := h.submit("one", form.Values{"rep.mobile": sharedCell})
	at := h.as("chenyan")
	p := at.act(at.get("/desk/cases/"+id), id, "claim", nil).is(http.StatusOK, "法定代表人的手机号，另一个人的账号也在用。")
	at.act(p, id, "approve", p.allRight()).is(http.StatusOK, "这件申请已经办结")
}

// Who may see and do what.
//
func TestWhoMay(t *testing.T) {
	h := open(t)
	id := h.submit("one", nil)
	address := "/desk/cases/" + id
	for _, c := range []struct {
		who, path string
		status    int
		says      string
	}{
		{"", address, http.StatusOK, "登录工作台"}, // led to the log-in
		{"person", "/desk", http.StatusForbidden, "工作人员的工作台"},
		{"hangbu", address, http.StatusNotFound, "归别的单位办理"},
		{"hangbu", address + "/files/files.licence/0?view=1", http.StatusNotFound, ""},
		{"hangbu", address + "/letter", http.StatusNotFound, ""},
		{"hangbu", "/desk", http.StatusOK, "没有等你办的事"},
		{"hangbu", "/desk/all", http.StatusOK, "还没有办件"},
		{"nobody", "/desk/all", http.StatusOK, "还没有办件"},
		{"nobody", address, http.StatusNotFound, ""},
		{"zhouwei", address, http.StatusOK, "你的岗位只能查看"},
		{"sunli", address, http.StatusOK, "开始审核"},
		{"chenyan", address + "/files/files.licence/0?view=1", http.StatusOK, ""},
		{"chenyan", address + "/files/files.licence/7", http.StatusNotFound, ""},
		{"chenyan", address + "/handover", http.StatusNotFound, ""},
		{"chenyan", "/desk/cases/unknown", http.StatusNotFound, ""},
		{"chenyan", "/desk?after=damaged", http.StatusBadRequest, "从第一页重新看"},
	} {
		h.as(c.who).get(c.path).is(c.status, c.says)
	}
	at := h.as("zhouwei")
	at.act(at.get(address), id, "claim", nil).is(http.StatusForbidden, "你的岗位不能办这件事")
	h.as("hangbu").post(address+"/acts/claim", url.Values{"key": {"k"}}).is(http.StatusNotFound)
	h.as("chenyan").post(address+"/acts/unheard-of", url.Values{"key": {"k"}}).is(http.StatusNotFound)
	h.as("").post(address+"/acts/claim", nil).is(http.StatusForbidden, "登录已经超时")
	first := h.as("chenyan")
	first.act(first.get(address), id, "claim", nil)
	other := h.as("sunli")
	other.get(address).is(http.StatusOK, "陈䶮正在处理这件事").lacks("保存审核意见")
	h.wait(31 * time.Minute) // the claim runs out
	other.get(address).is(http.StatusOK, "开始审核", "30 分钟没有处理，自动退回待审核")
}

// Numbers of persons are covered until somebody asks, and who asked is noted.
func TestNumbersCovered(t *testing.T) {
	h := open(t)
	id := h.submit("one", nil)
	at := h.as("chenyan")
	at.get("/desk/cases/"+id).is(http.StatusOK, "阿卜杜拉·㛃", "显示完整号码").lacks("341523198512319996", "16612345678")
	at.post("/desk/cases/"+id+"/reveal", nil).is(http.StatusOK, "341523198512319996", "16612345678").lacks("显示完整号码")
	at.get("/desk/cases/"+id).is(http.StatusOK, "查看了完整号码", "显示完整号码").lacks("341523198512319996")
	h.as("zhouwei").post("/desk/cases/"+id+"/reveal", nil).is(http.StatusOK, "341523198512319996", "周伟（监察室）")
	if log := h.log.String(); strings.Contains(log, "341523198512319996") {
		t.Errorf("the log says %s", log)
	}
}

// What an applicant has taken back was not concluded, neither as a draft nor
// once it has lapsed.
func TestWithdrawnHasNoLight(t *testing.T) {
	h := open(t)
	id := h.submit("one", nil)
	at := h.as("chenyan")
	at.get("/desk/cases/"+id).is(http.StatusOK, "正常")
	h.do(id, casework.Input{Act: "withdraw", Key: "withdraw", Actor: casework.Actor{Kind: casework.Applicant, ID: "owner:one", Session: "owner:one"}})
	at.get("/desk/cases/"+id).is(http.StatusOK, "草稿").lacks("按时办结", "正常", "应在")
	h.wait(31 * 24 * time.Hour)
	h.do(id, casework.Input{Act: casework.ActIdle, Key: "idle", Actor: casework.Actor{Kind: casework.System, ID: "timer"}})
	at.get("/desk/cases/"+id).is(http.StatusOK, "已撤回").lacks("按时办结")
}

// Documents say how far they can be trusted: what people upload is theirs,
// with where the original comes from as a hint.
func TestDocumentsSayWhoseTheyAre(t *testing.T) {
	h := open(t)
	id := h.submit("one", nil)
	h.as("chenyan").get("/desk/cases/"+id).is(http.StatusOK, "C 自行上传", "原件：政府部门核发")
}

// The officer sees how the signer was identified, called what it is, and
// whether the signature still covers what was handed in.
//
func TestSignatureShown(t *testing.T) {
	h := open(t)
	id, agent, it := h.waiting()
	h.sign(id, it, casework.Proof{Method: "camera-evidence", At: h.clock(), Detail: map[string]any{"picture": "original", "view": "copy"}})
	at := h.as("chenyan")
	address := "/desk/cases/" + id
	p := at.get(address).is(http.StatusOK, "现场拍照，未做比对", "手机短信验证码", "A1B2", address+"/evidence/1", address+"/letter", "发出的短信（2）").lacks("evidence/0")
	at.get(address + "/evidence/1").is(http.StatusOK)
	at.get(address + "/evidence/0").is(http.StatusNotFound)
	at.get(address + "/letter").is(http.StatusOK)
	p = at.act(p, id, "claim", nil)
	typed := p.allRight()
	typed.Set("judge:files.licence", "wrong")
	typed.Set("why:files.licence", "LICENCE_UNCLEAR")
	at.act(p, id, "return", typed).is(http.StatusOK, "审核不通过")
	h.do(id, casework.Input{Act: casework.ActSave, Actor: agent, Data: casework.Data{Values: form.Values{"files.licence": []form.File{photo("clear.jpg")}}}})
	h.do(id, casework.Input{Act: "resubmit", Actor: agent})
	at.get(address).is(http.StatusOK, "签名覆盖的内容没有改，沿用原来的签名", "沿用原签名", "上次：另一个文件")
}

// The queue pages by keyset, narrows, and tells what is late.
func TestQueuePages(t *testing.T) {
	h := open(t)
	for i := range 27 {
		h.submit(fmt.Sprint("case", i), form.Values{"unit.name": "舒城县第" + string(rune('A'+i)) + "面馆", "rep.mobile": fmt.Sprint(16612340000 + i)})
		h.wait(time.Minute)
	}
	at := h.as("chenyan")
	p := at.get("/desk").is(http.StatusOK, "全部待办 27", "超期 0", "下一页")
	second := at.get(nextPage(t, p)).is(http.StatusOK, "回到第一页")
	seen := map[string]bool{}
	for _, link := range rowLinks.FindAllString(p.body+second.body, -1) {
		seen[link] = true
	}
	if len(seen) != 27 {
		t.Errorf("two pages show %d cases, not 27", len(seen))
	}
	at.get("/desk?q="+url.QueryEscape("第C")).is(http.StatusOK, "第C面馆").lacks("第D面馆")
	at.get("/desk?q=92341523txtg").is(http.StatusOK, "面馆")
	at.get("/desk?item=food-filing").is(http.StatusOK, "没有符合条件的办件")
	at.get("/desk?who=mine").is(http.StatusOK, "没有符合条件的办件")
	at.get("/desk?light=red").is(http.StatusOK, "没有符合条件的办件")
	h.wait(4 * 24 * time.Hour)
	at.get("/desk?light=red").is(http.StatusOK, "超期 27", "超期 · ")
}

// What can be begun at the counter stands by departments, and is found by
// what it is called or the first letters of that.
func TestAssistingFindsItems(t *testing.T) {
	h := open(t)
	h.wait(2 * 365 * 24 * time.Hour)
	at := h.as("sunli")
	at.get("/desk/assist").is(http.StatusOK, `role="group" aria-label="行政审批股"`, `role="group" aria-label="食品安全监管室"`, "food-filing")
	for _, q := range []string{"法人账号", "FRZH", "行政审批"} {
		at.get("/desk/assist?q="+url.QueryEscape(q)).is(http.StatusOK, `value="legal-person-account"`).lacks("food-filing")
	}
	at.get("/desk/assist?q=飞机").is(http.StatusOK, "没有叫“飞机”的事项", "看全部事项").lacks(`name="channel"`)
	at.post("/desk/assist", url.Values{"key": {"k"}, "q": {"FRZH"}, "item": {"food-filing"}, "channel": {"nowhere"}}).is(http.StatusUnprocessableEntity, `value="food-filing" checked`)
}

// covers, T17
func TestAssisting(t *testing.T) {
	h := open(t)
	at := h.as("sunli")
	at.get("/desk/assist").is(http.StatusOK, "法人", "日常巡查")
	at.post("/desk/assist", url.Values{"key": {"k"}, "channel": {"patrol"}}).is(http.StatusUnprocessableEntity, "选一个要办的事项")
	p := at.post("/desk/assist", url.Values{"key": {"k"}, "channel": {"patrol"}, "item": {"legal-person-account"}}).
		is(http.StatusOK, "第一步：帮着填写", "第二步：交给申请人", "/tasks")
	id := pathID(p.path)
	s, _, err := h.door.Get(t.Context(), id)
	h.must(err)
	if s.Helper == nil || s.Helper.ID != "sunli" || s.Channel != "patrol" || s.Owner != casework.HelperOwner("sunli") {
		t.Fatalf("begun as %+v", s)
	}
	at.get("/desk/cases/" + id).is(http.StatusNotFound) // a draft is not for reviewing
	address := "/desk/cases/" + id + "/handover"
	at.post(address, nil).is(http.StatusOK, "https://wb.example.cn/take/"+id, "只能用一次")
	at.post(address, url.Values{"send": {"yes"}, "mobile": {"123"}}).is(http.StatusUnprocessableEntity, "手机号应为 11 位数字", `value="123"`)
	at.post(address, url.Values{"send": {"yes"}, "mobile": {"13800138000"}}).is(http.StatusOK, "已发到 138****8000")
	h.as("chenyan").get(address).is(http.StatusNotFound)
	it, _ := h.items.Get("legal-person-account")
	v := h.answersOf(it, "rep-complete", nil)
	helper := casework.Actor{Kind: casework.Staff, ID: "sunli", Name: "孙丽", Unit: "approval"}
	own := form.Values{}
	for name := range v {
		if f, _ := it.Form.Field(name); f.Type.Own() {
			own[name] = v[name]
		}
	}
	maps.DeleteFunc(v, func(name string, _ any) bool { return own[name] != nil })
	h.do(id, casework.Input{Act: casework.ActSave, Actor: helper, Data: casework.Data{Values: v}})
	at.get(address).is(http.StatusOK, "已填好").lacks("登录账号")
	me := casework.Actor{Kind: casework.Applicant, ID: "phone", Session: "phone"}
	h.do(id, casework.Input{Act: casework.ActTakeOver, Actor: me, Data: casework.Data{Owner: "phone"}})
	at.get(address).is(http.StatusOK, "申请人已经接手")
	at.post(address, nil).is(http.StatusConflict)
	h.do(id, casework.Input{Act: casework.ActSave, Actor: me, Data: casework.Data{Values: own}})
	h.do(id, casework.Input{Act: casework.ActVerify, Actor: me, Data: casework.Data{Verified: map[string]string{"rep.mobile": v["rep.mobile"].(string)}}})
	h.do(id, casework.Input{Act: "submit", Actor: me})
	p = at.get("/desk/cases/"+id).is(http.StatusOK, "你帮办过这件申请", "日常巡查").lacks("开始审核")
	at.act(p, id, "claim", nil).is(http.StatusForbidden, "不能再由你审核")
	h.as("chenyan").get("/desk/cases/"+id).is(http.StatusOK, "孙丽（行政审批股）", "开始审核")
	h.as("chenyan").get("/desk").is(http.StatusOK, "帮办 孙丽")
}

func TestLogIn(t *testing.T) {
	h := open(t)
	at := h.as("")
	at.get("/desk/all?q=x").is(http.StatusOK, "登录工作台", `value="/desk/all?q=x"`)
	at.post("/desk/login", url.Values{"login": {"chenyan"}, "password": {"bad"}, "next": {"/desk/all"}}).
		is(http.StatusUnprocessableEntity, "工号或密码不对", `value="chenyan"`, "错误：")
	at.post("/desk/login", url.Values{"login": {"chenyan"}, "password": {"good"}, "next": {"/desk/all"}}).is(http.StatusOK, "139****0002").lacks("13900000002")
	at.post("/desk/login/code", url.Values{"code": {"000000"}, "mobile": {"139****0002"}}).is(http.StatusUnprocessableEntity, "验证码不对")
	if p := at.post("/desk/login/code", url.Values{"code": {"123456"}, "next": {"/desk/all"}}).is(http.StatusOK, "陈䶮"); p.path != "/desk/all" {
		t.Errorf("led to %s", p.path)
	}
	if p := at.post("/desk/login/code", url.Values{"code": {"123456"}, "next": {"https://example.com/desk"}}); p.path != "/desk" {
		t.Errorf("led to %s", p.path)
	}
	at.get("/desk/help/keys").is(http.StatusOK, "快捷键")
	at.post("/desk/logout", nil).is(http.StatusOK, "登录工作台")
}

// Those who lead a unit are told that the workday calendar ends: others can do
// nothing about it.
func TestMissingYear(t *testing.T) {
	h := open(t)
	h.as("head").get("/desk").is(http.StatusOK).lacks("工作日历里还没有")
	h.missing = 2028
	h.as("head").get("/desk").is(http.StatusOK, "工作日历里还没有 2028 年", "放假通知")
	h.as("chenyan").get("/desk").is(http.StatusOK).lacks("工作日历里还没有")
}
