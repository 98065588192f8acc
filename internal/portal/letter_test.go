package portal_test

import (
	"context"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"wangban/internal/casework"
	"wangban/internal/db"
	"wangban/internal/form"
	"wangban/internal/web"
)

// act passes an act through the door.
func (h *house) act(id, act string, a casework.Actor, data casework.Data) {
	h.Helper()
	_, err := h.door.Do(h.Context(), id, casework.Input{Act: act, Key: web.NewKey(), Actor: a, Data: data})
	h.must(err)
}

// signing is a case in which an agent waits for the signature.
func (h *house) signing(owner string) string {
	h.Helper()
	files := form.Values{}
	for _, id := range []string{"files.licence", "files.rep_front", "files.rep_back", "files.agent_front", "files.agent_back"} {
		f, err := h.keep(h.Context(), id+".jpg", "image/jpeg", []byte(id))
		h.must(err)
		files[id] = []form.File{f}
	}
	id := h.begin("legal-person-account", "agent-complete", owner, nil, files)
	a := casework.Actor{Kind: casework.Applicant, ID: owner, Session: owner}
	h.act(id, casework.ActVerify, a, casework.Data{Verified: map[string]string{"agent.mobile": agentCell}})
	h.act(id, "submit", a, casework.Data{})
	return id
}

// signed lets the legal representative sign.
func (h *house) signed(id string) {
	h.Helper()
	s, it, err := h.door.Get(h.Context(), id)
	h.must(err)
	file, err := h.keep(h.Context(), "法定代表人授权委托书.pdf", "application/pdf", []byte("%PDF signed"))
	h.must(err)
	h.act(id, "sign", casework.Actor{Kind: casework.Signer, ID: "phone", Session: "phone",
		Proofs: []casework.Proof{{Method: "sms", At: h.clock()}, {Method: "face-provider", At: h.clock()}}},
		casework.Data{Digest: casework.DocumentDigest(it, "letter", s.Values), Signature: &casework.Signature{File: file, Serial: "0A1B"}})
}

// The signed letter is the agent's and the legal representative's to have:
// from the case, and from the mandate that rests on it.
//
func TestSignedLetterIsHandedOut(t *testing.T) {
	h := open(t)
	agent := h.browser()
	agent.get("/")
	id := h.signing(agent.sessionID())
	agent.get("/cases/"+id).is(http.StatusOK, "等法定代表人签名").lacks("签好的文件")
	agent.get("/cases/" + id + "/signed").is(http.StatusNotFound)
	h.signed(id)
	agent.get("/cases/"+id).is(http.StatusOK, "签好的文件", "《法定代表人授权委托书》，2020年9月4日 09:00 签署，证书编号 0A1B", `href="/cases/`+id+`/signed"`)
	p := agent.get("/cases/"+id+"/signed").is(http.StatusOK, "%PDF signed")
	if p.header.Get("Content-Type") != "application/pdf" || !strings.HasPrefix(p.header.Get("Content-Disposition"), "attachment; filename") {
		t.Errorf("sent with %v", p.header)
	}
	h.browser().get("/cases/" + id + "/signed").is(http.StatusNotFound).lacks("%PDF")

	s, _, err := h.door.Get(t.Context(), id)
	h.must(err)
	h.must(h.db.Write(t.Context(), func(ctx context.Context, tx db.Tx) error {
		_, err := h.accounts.OpenAccount(ctx, tx, casework.Call{With: map[string]string{"unit": "unit", "owner": "rep", "agent": "agent", "mandate": "letter", "password": "account.password"}},
			casework.State{}, s, casework.Event{At: h.clock()})
		return err
	}))
	later := h.browser()
	letter := later.logIn(agentCell, secret, agentCell).is(http.StatusOK, "下载签好的委托书").find(`href="(/organisation/` + unit + `/mandates/[^"]+/letter)"`)
	later.get(letter).is(http.StatusOK, "%PDF signed")
	owner := h.browser()
	owner.owner().is(http.StatusOK, letter, "王𠅤")
	owner.get(letter).is(http.StatusOK, "%PDF signed")
	h.browser().get(letter).lacks("%PDF").at("/login?next=" + url.QueryEscape(letter))

	// A mandate that rests on no signed file has none to hand out; and nobody
	// gets another unit's letter.
	h.openAccount(form.Values{"unit.uscc": secondUnit, "rep.mobile": "13700000000", "rep.id_no": "341523198001010003", "agent.mobile": "13600000000", "agent.id_no": "341523199006150010"})
	stranger := h.browser()
	own := stranger.logIn("13600000000", secret, "13600000000").lacks("下载签好的委托书").find(`href="(/organisation/` + secondUnit + `/mandates/[^"]+)"`)
	stranger.get(own + "/letter").is(http.StatusNotFound)
	stranger.get(letter).is(http.StatusNotFound).lacks("%PDF")
	stranger.get(strings.Replace(letter, unit, secondUnit, 1)).is(http.StatusNotFound).lacks("%PDF")
}
