package portal_test

import (
	"net/http"
	"testing"

	"wangban/internal/casework"
	"wangban/internal/web"
)

// The agent's registration began in a browser that knew nobody. Once the
// account is open, the agent finds the case among the unit's, and so does the
// legal representative, who sees how it went but not the agent's documents.
// covers: C-11
func TestCaseBelongsToWhoLogsIn(t *testing.T) {
	h := open(t)
	b := h.browser()
	id := b.filledIn("agent-complete")
	s, it, err := h.door.Get(t.Context(), id)
	h.must(err)
	do := func(act string, a casework.Actor, data casework.Data) {
		t.Helper()
		_, err := h.door.Do(t.Context(), id, casework.Input{Act: act, Key: web.NewKey(), Actor: a, Data: data})
		h.must(err)
	}
	do("submit", casework.Actor{Kind: casework.Applicant, ID: s.Owner, Session: s.Owner}, casework.Data{})
	do("sign", casework.Actor{Kind: casework.Signer, ID: "phone", Session: "phone", Proofs: []casework.Proof{{Method: "sms", At: h.clock()}, {Method: "face-provider", At: h.clock()}}},
		casework.Data{Digest: casework.DocumentDigest(it, "letter", s.Values), Signature: &casework.Signature{}})
	reviewer := casework.Actor{Kind: casework.Staff, ID: "chenyan", Name: "陈䶮", Unit: "chengguan", Roles: []string{"reviewer"}, Units: []string{"*"}}
	do("claim", reviewer, casework.Data{})
	s, _, err = h.door.Get(t.Context(), id)
	h.must(err)
	stage, _ := it.Flow.Stage(s.Stage)
	right := map[string]casework.Judgement{}
	for _, field := range casework.ToJudge(it, stage, s) {
		right[field] = casework.Judgement{Right: true}
	}
	do("approve", reviewer, casework.Data{Judgements: right})

	address := "/cases/" + id
	agent, owner := h.browser(), h.browser()
	agent.get(address).is(http.StatusNotFound)
	agent.logIn(agentCell, secret, agentCell).is(http.StatusOK, "办过的事", `href="`+address+`"`, s.Number)
	agent.get(address).is(http.StatusOK, "法人账号注册", "files/files.licence/0").lacks("随时可以停下")

	owner.get(address).is(http.StatusNotFound)
	owner.owner().is(http.StatusOK, `href="`+address+`"`)
	owner.get(address).is(http.StatusOK, "审核通过", "1 个文件").lacks("files/files.licence/0", "342425197803120008")
	for _, closed := range []string{"/files/files.agent_front/0", "/document/letter", "/check", "/tasks"} {
		owner.get(address + closed).is(http.StatusNotFound)
	}
	owner.post(address+"/acts/resubmit", "key", "k").is(http.StatusNotFound)
}

// A page that was saved elsewhere meanwhile tells what differs, in words, and
// not what is the same.
// covers: C-28
func TestStalePageTellsWhatDiffers(t *testing.T) {
	h := open(t)
	b := h.browser()
	id := pathID(b.post("/items/legal-person-account/start", b.get("/items/legal-person-account").hidden()...).path)
	page := "/cases/" + id + "/form/unit"
	answers := func(kind, name string) []string {
		return b.get(page).hidden("unit.kind", kind, "unit.uscc", unit, "unit.name", name, "unit.town", "341523100")
	}
	old := answers("branch", "舒城县另一家有限公司")
	b.post(page, answers("enterprise", "舒城县龙舒茶业有限公司")...).is(http.StatusOK)
	b.post(page, old...).is(http.StatusConflict, "单位名称：舒城县龙舒茶业有限公司", "单位类型：企业").lacks("经营场所所在乡镇：", "统一社会信用代码：")
	same := b.get(page).hidden("unit.kind", "enterprise", "unit.uscc", unit, "unit.name", "舒城县又一家有限公司", "unit.town", "341523100")
	b.post(page, answers("enterprise", "舒城县龙舒茶业总公司")...).is(http.StatusOK)
	b.post(page, same...).is(http.StatusConflict, "单位名称：舒城县龙舒茶业总公司").lacks("单位类型：")
}
