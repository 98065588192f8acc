package main

import (
	"net/http"
	"net/url"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"

	"wangban/internal/casework"
	"wangban/internal/form"
	"wangban/internal/licence"
	"wangban/internal/web"
)

// granted is a food business licence, applied for and granted.
func (h *house) granted() licence.Licence {
	h.Helper()
	b := h.browser()
	id := h.draft("food-licence", "chain", b.applicant(), casework.Created{Owner: b.session.ID})
	h.do(id, "submit", b.applicant(), casework.Data{})
	officer, leader := h.officer("sunli"), h.officer("hejun")
	h.do(id, "accept", officer, h.allRight(id))
	h.do(id, "recommend", officer, casework.Data{Sheet: form.Values{"opinion.result": "grant", "opinion.text": "符合条件"}})
	h.do(id, "approve", leader, casework.Data{})
	l, ok, err := h.licences.Find(h.Context(), h.state(id).Results["licence"])
	h.must(err)
	if !ok {
		h.Fatal("no licence")
	}
	return l
}

// begunByOffice is a case that an officer begins at a licence, with what the
// licence says taken over.
func (b *browser) begunByOffice(item, number string) string {
	b.Helper()
	b.has(b.get("/desk/licences?number="+number), http.StatusOK, "依职权办理", `action="/items/`+item+`/start"`)
	at := b.has(b.post("/items/"+item+"/start", url.Values{"key": {web.NewKey()}, "licence": {number}}), http.StatusSeeOther).header.Get("Location")
	id := strings.Split(at, "/")[2]
	if v := b.state(id).Values; v["held.number"] != number || v["unit.uscc"] == "" || v["unit.rep"] == "" {
		b.Errorf("not taken over: %v", v)
	}
	return id
}

// answered fills in the rest from a fixture.
func (h *house) answered(id, fixture, officer string) {
	h.Helper()
	s, it, err := h.door.Get(h.Context(), id)
	h.must(err)
	values, err := it.Answers(fixture, h.sample)
	h.must(err)
	for field := range s.Values {
		if !slices.Contains([]string{"site.address"}, field) {
			delete(values, field)
		}
	}
	h.do(id, casework.ActSave, h.officer(officer), casework.Data{Values: values})
}

// An officer corrects a licence and another one revokes it: nobody applies, the
// draft is the officer's alone, the head decides, and whoever verifies the
// licence or looks through the public list sees it at once.
//
func TestOfficeCorrectsAndRevokes(t *testing.T) {
	h := openHouse(t)
	l := h.granted()
	officer := h.as("staff", "sunli")

	// Another station's officer sees what anybody may, and begins nothing.
	other := h.as("staff", "zhaohang")
	elsewhere := h.has(other.get("/desk/licences?number="+l.Number), http.StatusOK, l.Unit, "这份证照由城关市场监管所管理")
	if strings.Contains(elsewhere.body, "/start") || strings.Contains(elsewhere.body, "/desk/cases/") {
		t.Error("an officer of another station is led to what they may not do or see")
	}
	h.has(other.post("/items/food-licence-revocation/start", url.Values{"key": {web.NewKey()}, "licence": {l.Number}}), http.StatusForbidden, "它由别的单位管理")
	h.has(other.get("/desk/nowhere"), http.StatusNotFound, "在“全部办件”里按编号")
	h.has(h.browser().get("/nowhere"), http.StatusNotFound, "可能事项已合并")
	h.has(h.as("staff", "chenyan").get("/desk/licences?number="+l.Number), http.StatusOK, "依职权办理", "/items/food-licence-revocation/start", "/desk/cases/"+l.Case)

	id := officer.begunByOffice("food-licence-correction", l.Number)
	h.answered(id, "printed-wrong", "sunli")
	h.has(officer.get("/desk/licences"), http.StatusOK, "我起草的，还没有发出", "/cases/"+id+"/tasks")
	h.has(h.as("staff", "liumin").get("/cases/"+id+"/check"), http.StatusNotFound)
	if draft := h.has(officer.get("/cases/"+id+"/check"), http.StatusOK, "发出以后不能再改", "提请更正", "从工作台的“帮办”或者“证照”里接着填"); strings.Contains(draft.body, "到窗口找帮办员") || strings.Contains(draft.body, "输入手机号和验证码接着填") {
		t.Error("an officer is told to go on as applicants do")
	}
	if at := h.has(officer.post("/cases/"+id+"/acts/propose", url.Values{"key": {web.NewKey()}}), http.StatusSeeOther).header.Get("Location"); at != "/desk/cases/"+id {
		t.Errorf("led to %s", at)
	}
	h.do(id, "correct", h.officer("hejun"), h.allRight(id))
	now, _, err := h.licences.Find(t.Context(), l.Number)
	h.must(err)
	if now.Version != 2 || now.Status != licence.Valid || now.Versions[1].Act != licence.ActCorrect || now.Versions[1].Reason == "" || !now.Until.Equal(l.Until) {
		t.Fatalf("after the correction: %+v", now)
	}
	_, err = h.licences.PDF(t.Context(), l.Number)
	h.must(err)
	h.makePapers(id)

	public := h.browser()
	h.has(public.get("/items/food-licence-revocation"), http.StatusOK, "由本机关依职权办理，不用申请")
	h.has(public.post("/items/food-licence-revocation/start", url.Values{"key": {web.NewKey()}}), http.StatusForbidden, "不用申请")
	if strings.Contains(h.has(public.get("/items"), http.StatusOK).body, "/items/food-licence-revocation") {
		t.Error("what nobody can apply for is offered")
	}
	id = officer.begunByOffice("food-licence-revocation", l.Number)
	h.answered(id, "fraud", "sunli")
	h.has(officer.post("/cases/"+id+"/acts/notify", url.Values{"key": {web.NewKey()}}), http.StatusSeeOther)
	h.do(id, "heard", h.officer("sunli"), casework.Data{Sheet: form.Values{"heard.at": "2026-11-26", "heard.way": "present", "heard.said": "没有意见"}})
	h.do(id, "recommend", h.officer("sunli"), casework.Data{Sheet: form.Values{"opinion.result": "act", "opinion.statement": "没有", "opinion.text": "应当撤销"}})
	head := h.as("staff", "gaojie") // of the administration: every unit stands under it
	if b := h.has(head.get("/desk/cases/"+id), http.StatusOK, "决定撤销", "（当事人会原样看到）").body; strings.Contains(b, "申请人会") || strings.Contains(b, "申请填写") {
		t.Error("it speaks of an applicant where nobody has applied")
	}
	h.has(head.post("/desk/cases/"+id+"/acts/revoke", url.Values{"key": {web.NewKey()}}), http.StatusSeeOther)
	h.makePapers(id)
	h.has(public.get("/licences?number="+l.Number+"&holder="+url.QueryEscape(l.Unit)), http.StatusOK, "这份证照已撤销", "撤销", "更正")
	h.has(public.get("/licences/all?status=revoked"), http.StatusOK, l.Number, "已撤销")
	over := h.has(officer.get("/desk/licences?number="+l.Number), http.StatusOK, "已撤销")
	if strings.Contains(over.body, "依职权办理") {
		t.Error("what is revoked can be revoked again")
	}
	if strings.Contains(over.body, strconv.Itoa(l.Last().Year())) {
		t.Error("what is revoked is said to last as long as it was issued for")
	}
}

// What the party states stands where the decision is made, and to the party it is
// what they said, no reason for which something was refused.
//
func TestPartyStates(t *testing.T) {
	h := openHouse(t)
	l := h.granted()
	officer := h.as("staff", "sunli")
	id := officer.begunByOffice("food-licence-revocation", l.Number)
	h.answered(id, "fraud", "sunli")
	h.has(officer.post("/cases/"+id+"/acts/notify", url.Values{"key": {web.NewKey()}}), http.StatusSeeOther)
	s, it, err := h.door.Get(t.Context(), id)
	h.must(err)
	reason := it.Flow.Reasons["statement"][0]
	h.do(id, "state", casework.Actor{Kind: casework.Applicant, ID: s.Owner, Session: s.Owner}, casework.Data{Reasons: []string{reason.Code}, Text: "材料是中介做的"})
	body := h.has(h.as("staff", "sunli").get("/desk/cases/"+id), http.StatusOK, "当事人提出的意见", reason.Label, "材料是中介做的", "工作人员上传").body
	for _, wrong := range []string{"自行上传", "申请人 ·"} {
		if strings.Contains(body, wrong) {
			t.Errorf("the desk says %q, and nobody has applied", wrong)
		}
	}
}

// What the office has printed wrongly on a sole trader's licence it puts right, with
// the entity base, also where the licence is from before the platform.
//
func TestOfficeCorrectsABusinessLicence(t *testing.T) {
	h := openHouse(t)
	const number, right = "92341523TXEX00015T", "城关镇春秋路 81 号一楼"
	content, err := os.ReadFile("../../county/licences-sole-trader.csv")
	h.must(err)
	if said, err := h.importOld("sole-trader-setup", string(content), false); err != nil {
		t.Fatal(said, err)
	}
	officer := h.as("staff", "chenyan")
	h.has(officer.get("/desk/licences?number="+number), http.StatusOK, `action="/items/sole-trader-correction/start"`)
	at := h.has(officer.post("/items/sole-trader-correction/start", url.Values{"key": {web.NewKey()}, "licence": {number}}), http.StatusSeeOther).header.Get("Location")
	id := strings.Split(at, "/")[2]
	if v := h.state(id).Values; v["unit.uscc"] != number || v["unit.name"] != "舒城县春秋塘面馆" || v["site.address"] != "城关镇春秋路 18 号一楼" || v["compose.form"] != "person" || v["scope.items"] == nil {
		t.Errorf("not taken over: %v", v)
	}
	h.do(id, casework.ActSave, h.officer("chenyan"), casework.Data{Values: form.Values{
		"unit.rep": "汤㛃", "held.since": "2018-05-21", "site.address": right, "wrong.what": "门牌号 81 写成 18。", "wrong.how": "对照登记申请书。", "wrong.source": "own",
		"files.proof": []form.File{h.sample("proof.jpg")}, "contact.reached": false}})
	h.do(id, "propose", h.officer("chenyan"), casework.Data{})
	h.do(id, "correct", h.officer("luqing"), h.allRight(id))
	h.makePapers(id)
	l, _, err := h.licences.Find(t.Context(), number)
	h.must(err)
	if l.Version != 2 || l.Versions[1].Act != licence.ActCorrect || l.Unsigned || l.Unit != "舒城县春秋塘面馆" {
		t.Errorf("%+v", l)
	}
	file, err := h.licences.PDF(t.Context(), number)
	h.must(err)
	if !h.sealedHere(h.content(file)) {
		t.Error("the licence has no seal")
	}
	if e, ok, err := h.entities.Find(t.Context(), number); !ok || err != nil || e.Address != right || e.Rep != "汤㛃" {
		t.Errorf("%+v %v", e, err)
	}
}
