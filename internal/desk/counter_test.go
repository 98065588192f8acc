package desk_test

import (
	"net/http"
	"net/url"
	"testing"
	"time"

	"wangban/internal/casework"
	"wangban/internal/form"
	"wangban/internal/item"
)

// waiting is a case in which an agent waits for the legal representative's
// signature.
func (h *house) waiting() (id string, agent casework.Actor, it *item.Item) {
	h.Helper()
	it, _ = h.items.Get("legal-person-account")
	v := h.answersOf(it, "agent-complete", nil)
	agent = casework.Actor{Kind: casework.Applicant, ID: "agent", Session: "agent"}
	receipt, err := h.door.Create(h.Context(), casework.Creation{Item: it.Name, Key: "waiting", Actor: agent,
		Created: casework.Created{Owner: "agent", Channel: "web", Values: v}})
	h.must(err)
	h.do(receipt.Case, casework.Input{Act: casework.ActVerify, Actor: agent, Data: casework.Data{Verified: map[string]string{"agent.mobile": v["agent.mobile"].(string)}}})
	h.do(receipt.Case, casework.Input{Act: "submit", Actor: agent})
	return receipt.Case, agent, it
}

// sign lets the legal representative sign, with what is proven beside the code.
func (h *house) sign(id string, it *item.Item, proofs ...casework.Proof) {
	h.Helper()
	s, _, err := h.door.Get(h.Context(), id)
	h.must(err)
	signer := casework.Actor{Kind: casework.Signer, ID: "phone", Session: "phone", Proofs: append([]casework.Proof{{Method: "sms", At: h.clock()}}, proofs...)}
	h.do(id, casework.Input{Act: "sign", Actor: signer, Data: casework.Data{Digest: casework.DocumentDigest(it, "letter", s.Values),
		Signature: &casework.Signature{Serial: "A1B2", File: photo("signed.pdf")}}})
}

// The officer vouches for the legal representative sentence by sentence; it is
// on record under their name, with the signature too.
// covers: C-25, R-143
func TestCounterCheck(t *testing.T) {
	h := open(t)
	id, _, it := h.waiting()
	address := "/desk/cases/" + id
	at := h.as("chenyan")
	p := at.get(address).is(http.StatusOK, "窗口核验", `name="declared"`, "法定代表人本人到场", "身份证原件与填写的姓名、证件号码一致")
	p = at.act(p, id, "identify_at_counter", url.Values{"declared": {"法定代表人本人到场"}}).
		is(http.StatusUnprocessableEntity, "还没有勾选“身份证原件与填写的姓名、证件号码一致”", `value="法定代表人本人到场" checked`)
	at.act(p, id, "identify_at_counter", url.Values{"declared": {"法定代表人本人到场", "身份证原件与填写的姓名、证件号码一致"}}).
		is(http.StatusOK, "工作人员在窗口核验了法定代表人", "陈䶮（城关市场监管所）已在窗口核验签名人。2020年9月4日 09:30 前")
	h.as("zhouwei").get(address).is(http.StatusOK, "已在窗口核验签名人").lacks(`name="declared"`)
	other := h.as("hangbu")
	other.post(address+"/acts/identify_at_counter", url.Values{"key": {"k"}, "declared": {"法定代表人本人到场", "身份证原件与填写的姓名、证件号码一致"}}).is(http.StatusNotFound)
	h.wait(29 * time.Minute)
	h.sign(id, it)
	at.get(address).is(http.StatusOK, "窗口当面核验本人和证件原件", "陈䶮（城关市场监管所）", "2020年9月4日 09:00").lacks("已在窗口核验签名人")
}

// A picture proves nothing until somebody has compared it: no approval without
// that, also when the signature is carried over; and a signature that somebody
// else has given is asked for anew.
// covers: C-25, R-064, R-076, R-143
func TestSignerIsJudged(t *testing.T) {
	h := open(t)
	id, agent, it := h.waiting()
	taken := casework.Proof{Method: "camera-evidence", At: h.clock(), Detail: map[string]any{"picture": "original", "view": "copy"}}
	h.sign(id, it, taken)
	at := h.as("chenyan")
	address := "/desk/cases/" + id
	again := func(change form.Values) page {
		t.Helper()
		if change != nil {
			h.do(id, casework.Input{Act: casework.ActSave, Actor: agent, Data: casework.Data{Values: change}})
		}
		h.do(id, casework.Input{Act: "resubmit", Actor: agent})
		return at.act(at.get(address), id, "claim", nil)
	}
	p := at.act(at.get(address), id, "claim", nil).is(http.StatusOK, "签名人与证件是同一人", "签名时拍的照片", `name="judge:signer"`, address+"/evidence/1", "wb-doc-pair", "签名人与证件不符")
	typed := p.allRight()
	typed.Del("judge:signer")
	at.act(p, id, "approve", typed).is(http.StatusUnprocessableEntity, "还有 1 项没有核对")
	typed.Set("judge:files.licence", "wrong")
	typed.Set("why:files.licence", "LICENCE_UNCLEAR")
	at.act(p, id, "return", typed).is(http.StatusOK, "审核不通过")

	p = again(form.Values{"files.licence": []form.File{photo("clear.jpg")}}).is(http.StatusOK, "沿用原签名", `name="judge:signer"`)
	typed = p.allRight()
	typed.Del("judge:signer")
	at.act(p, id, "approve", typed).is(http.StatusUnprocessableEntity, "还有 1 项没有核对")
	typed.Set("judge:signer", "wrong")
	typed.Set("why:signer", "SIGNER_NOT_REP")
	at.act(p, id, "approve", typed).is(http.StatusUnprocessableEntity, "有 1 项被判为不对")
	at.act(p, id, "return", typed).is(http.StatusOK, "签名人与证件不符")

	h.do(id, casework.Input{Act: "resubmit", Actor: agent})
	if h.stage(id) != "signing" {
		t.Fatalf("after somebody else has signed, the case is in %s", h.stage(id))
	}
	h.sign(id, it, casework.Proof{Method: "face-provider", At: h.clock()})
	p = at.act(at.get(address), id, "claim", nil).is(http.StatusOK).lacks(`name="judge:signer"`)
	at.act(p, id, "approve", p.allRight()).is(http.StatusOK, "这件申请已经办结")
}
