package portal_test

import (
	"html"
	"net/http"
	"strings"
	"testing"

	"wangban/internal/account"
	"wangban/internal/account/passkeytest"
)

// owned is a device with the browser it answers for.
type owned struct {
	*browser
	*passkeytest.Device
}

func (b *browser) device() *owned { return &owned{b, passkeytest.New(b.T, baseURL)} }

// add answers what the page would have asked, and sends the form.
func (o *owned) add(name string) page {
	o.Helper()
	question := o.post("/organisation/login-ways/question").is(http.StatusOK)
	return o.post("/organisation/login-ways", "name", name, "answer", o.Create(o.T, question.body))
}

func (o *owned) logIn(next string) page {
	o.Helper()
	question := o.post("/login/passkey/question").is(http.StatusOK)
	return o.post("/login/passkey", "next", next, "answer", o.Sign(o.T, question.body))
}

// A passkey is added, logs in and leads back to where one came from, is
// removed after a question, and logs in no more.
func TestPasskey(t *testing.T) {
	h := open(t)
	h.openAccount(nil)
	b := h.browser()
	b.get("/organisation/login-ways").at("/login?next=%2Forganisation%2Flogin-ways")
	b.get("/login").is(http.StatusOK, `data-wb-origin="`+baseURL+`"`, "用通行密钥登录")
	b.post("/organisation/login-ways/question").is(http.StatusForbidden, "已经退出登录")
	b.logIn(agentCell, secret, agentCell).is(http.StatusOK, `href="/organisation/login-ways"`)
	b.get("/organisation/login-ways").is(http.StatusOK, "还没有添加", "我的设备")
	a := b.device()
	a.add("").at("/organisation/login-ways?done=added").is(http.StatusOK, "已添加通行密钥", "我的设备", "还没有用过", "2020年9月4日 添加")
	a.add("<b>手机</b>").is(http.StatusUnprocessableEntity, "已经添加过", "&lt;b&gt;手机&lt;/b&gt;")
	b.post("/organisation/login-ways", "answer", "{}").is(http.StatusUnprocessableEntity, "重新开始")

	b.post("/logout")
	a.logIn("/licences").at("/licences")
	b.get("/organisation/login-ways").is(http.StatusOK, "上次登录 2020年9月4日 09:01")
	b.post("/logout")
	a.logIn("//evil.example").at("/organisation")

	address := html.UnescapeString(b.get("/organisation/login-ways").find(`href="(/organisation/login-ways/passkeys/[^"]+)"`))
	b.get(address).is(http.StatusOK, "移除“我的设备”？", "马上生效")
	h.browser().owner()
	other := h.browser()
	other.logIn(repCell, secret, repCell)
	other.get(address).is(http.StatusNotFound, "没有这个通行密钥")
	other.post(address).is(http.StatusNotFound, "没有这个通行密钥")
	b.post(address).at("/organisation/login-ways?done=removed").is(http.StatusOK, "已移除通行密钥", "还没有添加")
	b.post(address).is(http.StatusNotFound, "可能已经移除")
	b.post("/logout")
	a.logIn("").is(http.StatusUnprocessableEntity, "这个通行密钥在这里登录不了", "<title>错误：")
	b.get("/organisation").at("/login?next=%2Forganisation")
}

// Some time after the log-in the page asks for a code before it adds anything.
func TestPasskeyAsksForACode(t *testing.T) {
	h := open(t)
	h.openAccount(nil)
	b := h.browser()
	b.logIn(agentCell, secret, agentCell)
	h.wait(account.DefaultLimits.Recent)
	b.get("/organisation/login-ways").is(http.StatusOK, "先用短信验证码确认是你本人").lacks("给它起个名字")
	b.post("/organisation/login-ways/question").is(http.StatusUnprocessableEntity, "先用验证码确认是你本人")
	p := b.post("/organisation/login-ways/code", "send", "first").is(http.StatusOK, "验证码已发到 159****5678")
	b.post("/organisation/login-ways/code", p.hidden("send", "again")...).is(http.StatusOK, "秒后可以再发", "短信验证码")
	b.post("/organisation/login-ways/code", p.hidden("code", "1")...).is(http.StatusUnprocessableEntity, "验证码不对", "159****5678")
	b.post("/organisation/login-ways/code", p.hidden("code", b.codes[agentCell])...).at("/organisation/login-ways").is(http.StatusOK, "给它起个名字")
	b.device().add("手机").is(http.StatusOK, "已添加通行密钥")
}

// Where browsers make no passkeys, nothing speaks of them.
func TestPasskeysNotOffered(t *testing.T) {
	h := openAt(t, "http://127.0.0.1:8080")
	h.openAccount(nil)
	b := h.browser()
	b.get("/login").is(http.StatusOK).lacks("通行密钥")
	b.logIn(agentCell, secret, agentCell).is(http.StatusOK).lacks("登录方式")
	for _, path := range []string{"/organisation/login-ways", "/organisation/login-ways/passkeys/x"} {
		b.get(path).is(http.StatusNotFound)
		b.post(path).is(http.StatusNotFound)
	}
	for _, path := range []string{"/login/passkey", "/login/passkey/question", "/organisation/login-ways/question", "/organisation/login-ways/code"} {
		b.post(path).is(http.StatusNotFound)
	}
}

// A passkey is called after the device at first.
func TestPasskeyIsNamedAfterTheDevice(t *testing.T) {
	h := open(t)
	h.openAccount(nil)
	b := h.browser()
	b.logIn(agentCell, secret, agentCell)
	for agent, want := range map[string]string{
		"Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X)":            "iPhone",
		"Mozilla/5.0 (iPad; CPU OS 18_0 like Mac OS X)":                     "iPad",
		"Mozilla/5.0 (Linux; Android 14; 23127PN0CC)":                       "安卓手机",
		"Mozilla/5.0 (Phone; OpenHarmony 5.0) AppleWebKit ArkWeb HarmonyOS": "鸿蒙设备",
		"Mozilla/5.0 (Windows NT 10.0; Win64; x64)":                         "Windows 电脑",
		"Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7)":                   "Mac",
		"Mozilla/5.0 (X11; Linux x86_64) UOS Browser":                       "Linux 电脑",
		"Mozilla/5.0 (X11; CrOS x86_64 14541.0.0)":                          "Chromebook",
		"": "我的设备",
	} {
		r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, b.server.URL+"/organisation/login-ways", nil)
		h.must(err)
		r.Header.Set("User-Agent", agent)
		p := b.read(b.client.Do(r))
		if !strings.Contains(p.body, `value="`+want+`"`) {
			t.Errorf("%s is not called %s", agent, want)
		}
	}
}
