package portal_test

import (
	"fmt"
	"net/http"
	"testing"

	"wangban/internal/account"
)

// The result query needs no account and tells nothing before the code: the
// same page for a case that exists and one that does not. Afterwards it shows
// how the case stands, opens it to this browser, and shows no document number.
// covers: R-070, C-40
func TestResultQuery(t *testing.T) {
	h := open(t)
	id := h.begin("legal-person-account", "rep-complete", "somebody", nil, nil)
	s, _, err := h.door.Get(t.Context(), id)
	h.must(err)
	uscc, mobile := s.Values["unit.uscc"].(string), s.Values["rep.mobile"].(string)
	name, number := s.Values["unit.name"].(string), s.Values["rep.id_no"].(string)

	b := h.browser()
	b.post("/result", "uscc", "9134", "mobile", "1").is(http.StatusUnprocessableEntity, "有 2 处需要修改", `value="9134"`)
	b.get("/cases/" + id + "/tasks").is(http.StatusNotFound)
	asked := b.post("/result", "uscc", uscc, "mobile", mobile).is(http.StatusOK, "验证码已发到你填的手机号").lacks(name)
	none := b.post("/result", "uscc", uscc, "mobile", "13700000000").is(http.StatusOK, "验证码已发到你填的手机号").lacks(name)
	b.post("/result/code", asked.hidden("code", "12")...).is(http.StatusUnprocessableEntity, "验证码不对").lacks(name)
	b.post("/result/code", asked.hidden("send", "again")...).is(http.StatusOK, "秒后可以再发", "再发一次", "验证码已发到").lacks(name)
	b.post("/result/code", none.hidden("code", h.codes["13700000000"])...).is(http.StatusOK, "没有查到申请").lacks(name)
	b.get("/cases/" + id + "/tasks").is(http.StatusNotFound)

	b.post("/result/code", asked.hidden("code", h.codes[mobile])...).is(http.StatusOK, name, "草稿", `href="/cases/`+id+`"`).lacks(number)
	b.get("/cases/"+id+"/tasks").is(http.StatusOK, name)
	b.get("/my").is(http.StatusOK, name)
	h.browser().get("/cases/" + id + "/tasks").is(http.StatusNotFound)
	b.post("/logout").is(http.StatusOK)
	b.get("/cases/" + id + "/tasks").is(http.StatusNotFound)
}

// Who has no unit's code yet finds a draft by the mobile number alone, and what
// was handed in by its number: that of a case alone opens nothing.
//
func TestResultWithoutCode(t *testing.T) {
	h := open(t)
	draft := h.begin("sole-trader-setup", "noodle-shop", "somebody", nil, nil)
	s, _, err := h.door.Get(t.Context(), draft)
	h.must(err)
	mobile, name := s.Values["operator.mobile"].(string), s.Values["shop.name"].(string)
	ask := func(code, mobile string) page {
		b := h.browser()
		h.wait(account.DefaultLimits.CodePause)
		p := b.post("/result", "uscc", code, "mobile", mobile).is(http.StatusOK, "验证码已发到").lacks(name)
		return b.post("/result/code", p.hidden("code", h.codes[mobile])...).is(http.StatusOK)
	}
	ask("", mobile).is(http.StatusOK, name, "草稿", `href="/cases/`+draft+`"`)
	ask("", "13700000000").is(http.StatusOK, "没有查到申请").lacks(name)

	waits := h.signing("somebody else")
	s, _, err = h.door.Get(t.Context(), waits)
	h.must(err)
	ask("", agentCell).is(http.StatusOK, "没有查到申请")
	ask(s.Number, agentCell).is(http.StatusOK, s.Number, `href="/cases/`+waits+`"`)
	ask(s.Number, mobile).is(http.StatusOK, "没有查到申请").lacks(waits)
	h.browser().post("/result", "uscc", s.Number[:22], "mobile", mobile).is(http.StatusUnprocessableEntity, "办件编号共 23 位", s.Number[:22])
}

// Who asks for codes to many numbers is stopped, whether or not they are
// known; where no code is on its way, the page does not say that one is.
// covers: C-40
func TestCodesForManyNumbers(t *testing.T) {
	h := open(t)
	h.openAccount(nil)
	b := h.browser()
	for i := range account.DefaultLimits.Session {
		b.post("/result", "uscc", unit, "mobile", fmt.Sprintf("139%08d", i)).is(http.StatusOK, "验证码已发到")
	}
	const much = "从这里要验证码的号码今天太多了"
	for _, mobile := range []string{repCell, "13700000000"} {
		b.post("/result", "uscc", unit, "mobile", mobile).is(http.StatusTooManyRequests, much).lacks("验证码已发到")
		b.post("/login/password", "mobile", mobile).is(http.StatusTooManyRequests, much).lacks("验证码已发到")
	}
	b.logIn(agentCell, secret, agentCell).at("/organisation") // the second factor is another matter
}

// A number that has had its codes for today gets no page that waits for one.
func TestPasswordAtTheCap(t *testing.T) {
	h := open(t)
	b := h.browser()
	for range account.DefaultLimits.CodesPerDay {
		b.post("/login/password", "mobile", repCell).is(http.StatusOK, "验证码已发到")
		b.wait(account.DefaultLimits.CodePause)
	}
	b.post("/login/password", "mobile", repCell).is(http.StatusTooManyRequests, "今天收的验证码太多了").lacks("验证码已发到")
}
