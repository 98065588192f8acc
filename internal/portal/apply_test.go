package portal_test

import (
	"net/http"
	"testing"

	"wangban/internal/casework"
	"wangban/internal/form"
)

// filledIn is a case of the browser's own that only waits to be submitted.
func (b *browser) filledIn(fixture string) (id string) {
	b.Helper()
	b.get("/") // the first page begins the session
	owner := b.sessionID()
	files := form.Values{}
	for _, field := range []string{"licence", "rep_front", "rep_back", "agent_front", "agent_back"} {
		files["files."+field] = []form.File{{Hash: field, Name: field + ".jpg", Type: "image/jpeg", Size: 1, Width: 1200, Height: 900}}
	}
	id = b.begin("legal-person-account", fixture, owner, nil, files)
	s, _, err := b.door.Get(b.Context(), id)
	b.must(err)
	numbers := map[string]string{}
	for _, field := range []string{"agent.mobile", "rep.mobile"} {
		if number, ok := s.Values[field].(string); ok {
			numbers[field] = number
		}
	}
	if fixture == "agent-complete" { // the representative is not there to prove his
		delete(numbers, "rep.mobile")
	}
	_, err = b.door.Do(b.Context(), id, casework.Input{Act: casework.ActVerify, Key: "verify",
		Actor: casework.Actor{Kind: casework.Applicant, ID: owner, Session: owner}, Data: casework.Data{Verified: numbers}})
	b.must(err)
	return id
}

// sessionID is the browser's session; looking around has begun one.
func (b *browser) sessionID() string {
	b.Helper()
	b.get("/")
	at, err := http.NewRequest(http.MethodGet, b.server.URL, nil)
	b.must(err)
	for _, c := range b.client.Jar.Cookies(at.URL) {
		at.AddCookie(c)
	}
	s, ok := b.session(at)
	if !ok {
		b.Fatal("the browser has no session")
	}
	return s.ID
}

// An agent is asked before anything is sent. Who answers no finds everything
// as it was; who answers twice sends one message.
// covers, T3, T4, T5, C-44
func TestAskedBeforeAnythingIsSent(t *testing.T) {
	h := open(t)
	b := h.browser()
	id := b.filledIn("agent-complete")
	question := "系统将向法定代表人手机发送签名短信，请确保手机号码为法定代表人本人号码。"
	home := "/cases/" + id
	b.get(home+"/check").is(http.StatusOK, home+"/acts/submit").lacks(question)
	asked := b.get(home+"/acts/submit").is(http.StatusOK, question, "确认提交", "取消提交")
	before, _, err := h.door.Get(t.Context(), id)
	h.must(err)

	b.get(asked.find(`href="([^"]+)">\s*取消提交`)).at(home+"/check").is(http.StatusOK, "舒城县龙舒茶业有限公司", repCell, agentCell)
	after, _, err := h.door.Get(t.Context(), id)
	h.must(err)
	if after.Stage != "draft" || after.Version != before.Version || len(h.sent) != 0 {
		t.Fatalf("asking has changed the case to %s or sent %d messages", after.Stage, len(h.sent))
	}

	for range 2 {
		b.post(home+"/acts/submit", asked.hidden()...).is(http.StatusOK, "签名中", "138****8000").at(home)
	}
	if len(h.sent) != 1 || h.sent[0].Template != "sign-request" || h.sent[0].To != repCell {
		t.Errorf("sent: %+v", h.sent)
	}
}

// The page is open twice. What the older one saves does not pass over what the
// newer one has saved: both are shown, and the person decides.
// covers: C-28
func TestTwoTabs(t *testing.T) {
	h := open(t)
	b := h.browser()
	id := b.filledIn("rep-complete")
	address := "/cases/" + id + "/form/unit"
	name := func() string {
		s, _, err := h.door.Get(t.Context(), id)
		h.must(err)
		n, _ := s.Values["unit.name"].(string)
		return n
	}
	with := func(p page, name string) []string {
		return p.hidden("unit.kind", "sole_trader", "unit.uscc", "92341523TXTG00033F", "unit.town", "341523100", "unit.name", name)
	}
	older, newer := b.get(address), b.get(address)
	b.post(address, with(newer, "舒城县新页茶行")...).is(http.StatusOK)
	stale := b.post(address, with(older, "舒城县旧页茶行")...).is(http.StatusConflict, "内容已经在别处改过", "单位名称：舒城县新页茶行", `value="舒城县旧页茶行"`)
	if name() != "舒城县新页茶行" {
		t.Fatalf("the older page has been saved: %s", name())
	}
	b.post(address, with(stale, "舒城县旧页茶行")...).is(http.StatusOK)
	if name() != "舒城县旧页茶行" {
		t.Errorf("having seen both, the person wants the other: %s", name())
	}
}

// Who saves a page, goes back to it in the browser, types something else and
// saves again is not told that it is saved when it is not.
func TestSavedAndGoneBackTo(t *testing.T) {
	h := open(t)
	b := h.browser()
	id := b.filledIn("rep-complete")
	address := "/cases/" + id + "/form/unit"
	typed := []string{"unit.kind", "sole_trader", "unit.uscc", "92341523TXTG00033F", "unit.town", "341523100", "unit.name", "舒城县先写茶行"}
	p := b.get(address)
	b.post(address, p.hidden(typed...)...).is(http.StatusOK)
	version := h.state(id).Version
	b.post(address, p.hidden(typed...)...).is(http.StatusOK) // a second press does nothing
	if h.state(id).Version != version {
		t.Error("saved twice")
	}
	b.post(address, p.hidden(changed(typed, "unit.name", "舒城县后写茶行")...)...).is(http.StatusConflict, "单位名称：舒城县先写茶行", `value="舒城县后写茶行"`)
	if name := h.state(id).Values["unit.name"]; name != "舒城县先写茶行" {
		t.Errorf("saved as %v", name)
	}
}

// The result query stands beside the way in, and the flow can be taken along
// on paper, with a code that leads back here.
//
func TestGuideOfRegistration(t *testing.T) {
	h := open(t)
	b := h.browser()
	b.get("/items/legal-person-account").is(http.StatusOK, "已经申请过？", "办件查询", `href="/result"`)
	b.get("/items/legal-person-account/sheet").is(http.StatusOK, "我是法定代表人", "我是代理人", "48 小时", "<svg", baseURL+"/items/legal-person-account")
	b.get("/items/food-filing/sheet").is(http.StatusNotFound)
}
