package portal_test

import (
	"net/http"
	"testing"

	"wangban/internal/form"
)

// In with password and code, by number or by the unit's code; out again, and
// nothing stays open.
func TestLogInAndOut(t *testing.T) {
	h := open(t)
	h.openAccount(nil)
	b := h.browser()
	b.get("/organisation").is(http.StatusOK, "单位账号登录").at("/login?next=%2Forganisation")
	b.post("/login", "login", unit, "password", "wrong").is(http.StatusUnprocessableEntity, "账号或密码不对", unit, `aria-invalid="true"`)
	p := b.post("/login", "login", unit, "password", secret, "next", "/my").is(http.StatusOK, "159****5678")
	b.post("/login", "login", unit, "password", secret).is(http.StatusOK, "秒后可以再发") // the first code is still good
	b.post("/login/code", p.hidden("send", "again")...).is(http.StatusTooManyRequests, "秒后可以再发", "159****5678")
	b.post("/login/code", p.hidden("code", "12")...).is(http.StatusUnprocessableEntity, "验证码不对", "159****5678")
	b.post("/login/code", p.hidden("code", h.codes[agentCell])...).is(http.StatusOK, "我的单位").at("/my")
	b.get("/login").at("/organisation")
	b.post("/logout").is(http.StatusOK, "已退出登录").at("/login?left=yes")
	b.get("/organisation").at("/login?next=%2Forganisation")
}

// A link must not lead away from the site after the log-in.
func TestLogInStaysHere(t *testing.T) {
	h := open(t)
	h.openAccount(nil)
	for _, next := range []string{"https://evil.example", "//evil.example", `/\evil.example`} {
		b := h.browser()
		p := b.post("/login", "login", agentCell, "password", secret, "next", next)
		b.post("/login/code", p.hidden("code", h.codes[agentCell])...).at("/organisation")
		h.wait(61e9)
	}
}

// The first password, and a new one for a forgotten one. What was typed stays,
// but passwords.
func TestPassword(t *testing.T) {
	h := open(t)
	h.openAccount(nil)
	b := h.browser()
	b.get("/login/password").is(http.StatusOK, "设置密码")
	b.post("/login/password", "mobile", "1380013").is(http.StatusUnprocessableEntity, "手机号应为 11 位数字", `value="1380013"`)
	p := b.post("/login/password", "mobile", "138 0013 8000").is(http.StatusOK, "验证码已发到")
	set := func(code, password, again string) page {
		return b.post("/login/password/new", p.hidden("code", code, "password", password, "again", again, "name", "龚䶮")...)
	}
	set(h.codes[repCell], "short", "short").is(http.StatusUnprocessableEntity, "密码至少 8 位", "龚䶮").lacks(`value="short"`)
	set(h.codes[repCell], secret, secret+"x").is(http.StatusUnprocessableEntity, "两次输入的密码不一样")
	set("", secret, secret).is(http.StatusUnprocessableEntity, "验证码不对")
	b.post("/login/password/new", p.hidden("send", "again")...).is(http.StatusOK, "秒后可以再发")
	set(h.codes[repCell], secret, secret).is(http.StatusOK, "舒城县龙舒茶业有限公司").at("/organisation")
	h.wait(61e9)
	h.browser().logIn(repCell, secret, repCell).at("/organisation")
	// Nobody learns from the page which numbers have an account.
	b.post("/login/password", "mobile", "13700000000").is(http.StatusOK, "验证码已发到")
}

// The legal representative sees the unit and its agents with what is personal
// covered, and revokes; the agent sees his own mandate; a stranger nothing.
func TestOrganisation(t *testing.T) {
	h := open(t)
	h.openAccount(nil)
	agent := h.browser()
	agent.logIn(agentCell, secret, agentCell)
	personal := []string{"王𠅤", "龚䶮", agentCell, repCell, "341523199006150002", "342425197803120008"}
	mine := agent.get("/organisation").is(http.StatusOK, "我的授权", "王*", "法人用户注册和账号管理", "2020年9月4日 至 2021年9月3日", "由法定代表人 龚* 授权", "不再代理这个单位").lacks(personal...)

	owner := h.browser()
	// He reads his agent's full name: covered ones would not tell two apart.
	owner.owner().is(http.StatusOK, unit, "企业", "龚*，手机 138****8000", "2020年9月4日 09:00", "授权的代理人", "王𠅤", "159****5678", "撤回授权").lacks(personal[1:]...)
	address := mine.find(`href="(/organisation/` + unit + `/mandates/[^"]+)"`)
	owner.get(address).is(http.StatusOK, "撤回对王𠅤的授权？", "不能恢复").lacks(personal[1:]...)
	owner.get("/organisation").is(http.StatusOK, "有效") // asking changes nothing

	h.openAccount(form.Values{"unit.uscc": secondUnit, "rep.mobile": "13700000000", "rep.id_no": "341523198001010003", "agent.mobile": "13600000000", "agent.id_no": "341523199006150010"})
	stranger := h.browser()
	stranger.logIn("13600000000", secret, "13600000000")
	stranger.get("/organisation/" + unit).is(http.StatusNotFound)
	stranger.get(address).is(http.StatusNotFound)
	stranger.post(address).is(http.StatusNotFound)
	h.browser().post(address).at("/login")

	agent.get("/organisation").is(http.StatusOK, "有效")
	owner.post(address).is(http.StatusOK, "已于 2020年9月4日 撤回").at("/organisation").lacks("撤回授权<")
	owner.get(address).at("/organisation/" + unit)
	agent.get("/organisation").is(http.StatusOK, "现在没有你可以代表的单位")
	agent.get("/organisation/" + unit).is(http.StatusNotFound)
}

// Who acts for several units chooses; a mandate near its end says so.
// covers: C-13, C-39
func TestSeveralOrganisations(t *testing.T) {
	h := open(t)
	h.openAccount(nil)
	h.openAccount(form.Values{"unit.uscc": secondUnit, "unit.name": "舒城县万佛湖茶行", "unit.kind": "sole_trader", "letter.to": "2020-09-12"})
	b := h.browser()
	b.logIn(agentCell, secret, agentCell).is(http.StatusOK, "选择你这次代表的单位", "舒城县万佛湖茶行", "舒城县龙舒茶业有限公司")
	b.get("/organisation/"+secondUnit).is(http.StatusOK, "个体工商户", "还有 8 天到期", "换一个单位")
	b.get("/organisation/"+unit).is(http.StatusOK, "有效").lacks("天到期")
}
