package portal_test

import (
	"net/http"
	"testing"

	"wangban/internal/casework"
	"wangban/internal/form"
)

// A unit that cannot be registered is told at its code, with what was typed
// kept and nothing moving on.
// covers: C-17
func TestDeregisteredUnitIsToldAtInput(t *testing.T) {
	h := open(t)
	h.registry = casework.Finding{Level: casework.Refuse, Code: "UNIT_CANCELLED", Text: "登记信息（%s 导入）显示这个单位已经注销。", Args: []any{"2020-09-01"}}
	b := h.browser()
	id := pathID(b.post("/items/legal-person-account/start", b.get("/items/legal-person-account").hidden()...).path)
	pageURL := "/cases/" + id + "/form/unit"
	answers := []string{"unit.kind", "enterprise", "unit.uscc", unit, "unit.name", "舒城县龙舒茶业有限公司", "unit.town", "341523100"}
	b.post(pageURL, b.get(pageURL).hidden(answers...)...).is(http.StatusUnprocessableEntity, "已经注销", `id="unit.uscc-error"`, `value="`+unit+`"`, "舒城县龙舒茶业有限公司").at(pageURL)
	b.get(pageURL).is(http.StatusOK, unit)
	h.registry = casework.Finding{}
	b.post(pageURL, b.get(pageURL).hidden(answers...)...).at("/cases/" + id + "/form/rep")
}

// That a unit has an account is told to who has proven a number, and no
// earlier: typing codes is no way to find out who has one.
// covers: C-16
func TestTakenUnitIsToldAfterANumberIsProven(t *testing.T) {
	h := open(t)
	h.openAccount(nil)
	const taken = "已经注册了账号"
	b := h.browser()
	id := pathID(b.post("/items/legal-person-account/start", b.get("/items/legal-person-account").hidden()...).path)
	at := func(name string) string { return "/cases/" + id + "/form/" + name }
	post := func(name string, pairs ...string) page {
		return b.post(at(name), b.get(at(name)).hidden(pairs...)...)
	}
	post("role", "role", "rep")
	answers := []string{"unit.kind", "enterprise", "unit.uscc", unit, "unit.name", "舒城县龙舒茶业有限公司", "unit.town", "341523100"}
	post("unit", answers...).is(http.StatusOK).lacks(taken).at(at("rep"))
	post("rep-mobile", "rep.mobile", "13900000001").lacks(taken).at("/cases/" + id + "/verify/rep.mobile?from=")
	verify := "/cases/" + id + "/verify/rep.mobile"
	b.post(verify, b.get(verify).hidden("send", "first")...).is(http.StatusOK).lacks(taken)
	b.post(verify, b.get(verify).hidden("code", h.codes["13900000001"])...).
		is(http.StatusUnprocessableEntity, taken, "138****8000", `href="/login/password"`, `href="/help/administrator"`, `href="`+at("unit")+`"`)
	b.get("/help/administrator").is(http.StatusOK, "变更账号管理员")

	// From then on also at the code itself.
	post("unit", answers...).is(http.StatusUnprocessableEntity, taken, `id="unit.uscc-error"`, `href="/login/password"`).at(at("unit"))
	answers[1], answers[3] = "sole_trader", "92341523TXTG00033F"
	post("unit", answers...).is(http.StatusOK).lacks(taken).at(at("rep"))
}

// The refusal of a second case about one unit leads to the first: straight
// there where this browser may open it, else to where a code opens it.
// covers: C-12
func TestSecondCaseLeadsToTheFirst(t *testing.T) {
	h := open(t)
	b := h.browser()
	ready := func(owner string) string {
		id := h.begin("legal-person-account", "rep-complete", owner, nil, nil)
		s, it, err := h.door.Get(t.Context(), id)
		h.must(err)
		a := casework.Actor{Kind: casework.Applicant, ID: owner, Session: owner}
		files := form.Values{}
		for _, p := range it.Form.Shown(s.Values) {
			for _, f := range p.Fields {
				if f.Type == form.TypeFile {
					files[f.ID] = []form.File{{Hash: "x", Name: "x.jpg"}}
				}
			}
		}
		_, err = h.door.Do(t.Context(), id, casework.Input{Act: casework.ActSave, Key: "files", Actor: a, Data: casework.Data{Values: files}})
		h.must(err)
		_, err = h.door.Do(t.Context(), id, casework.Input{Act: casework.ActVerify, Key: "verify", Actor: a, Data: casework.Data{Verified: map[string]string{"rep.mobile": s.Values["rep.mobile"].(string)}}})
		h.must(err)
		return id
	}
	b.get("/")
	session := b.sessionID()
	first := ready("somebody")
	_, err := h.door.Do(t.Context(), first, casework.Input{Act: "submit", Key: "submit", Actor: casework.Actor{Kind: casework.Applicant, ID: "somebody", Session: "somebody"}})
	h.must(err)
	second := ready(session)
	submit := "/cases/" + second + "/acts/submit"
	refused := b.post(submit, b.get(submit).hidden()...)
	refused.is(http.StatusUnprocessableEntity, "你已经为这个单位提交过申请", `href="/result"`).lacks(first)
	h.must(h.accounts.Grant(t.Context(), session, first))
	b.post(submit, b.get(submit).hidden()...).is(http.StatusUnprocessableEntity, "你已经为这个单位提交过申请", `href="/cases/`+first+`"`)
}
