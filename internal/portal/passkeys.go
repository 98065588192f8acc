package portal

import (
	"encoding/json"
	"errors"
	"net/http"
	"slices"
	"strings"

	"wangban/internal/account"
	"wangban/internal/cn"
	"wangban/internal/web"
)

// loginWaysView is how a person logs in: the passkeys, and password with code.
type loginWaysView struct {
	Done     string // added, removed: what has just been done
	Passkeys []account.Passkey
	Recent   bool // a passkey can be added without another code
	Name     string
	Problem  string // with adding
	Refused  string // why nothing was removed

	Mobile      string // masked; set once a code is on its way
	Note        string // why no new code was sent
	CodeProblem string

	Origin string // see account.PasskeyOrigin
}

// ways sends to the log-in who is not logged in. Where passkeys do not work
// the page does not exist.
func (p *Portal) ways(w http.ResponseWriter, r *http.Request) (account.Session, bool) {
	s := p.Session(r.Context())
	switch {
	case p.Accounts.PasskeyOrigin() == "":
		web.NotFound(w, r)
	case web.VisitorOf(r.Context()).Person == "":
		http.Redirect(w, r, loginURL(r), http.StatusSeeOther)
	default:
		return s, true
	}
	return s, false
}

// loginWays shows how the person logs in.
func (p *Portal) loginWays(w http.ResponseWriter, r *http.Request) {
	if _, ok := p.ways(w, r); ok {
		p.showWays(w, r, http.StatusOK, loginWaysView{Done: r.URL.Query().Get("done")})
	}
}

func (p *Portal) showWays(w http.ResponseWriter, r *http.Request, status int, v loginWaysView) {
	s := p.Session(r.Context())
	var err error
	if v.Passkeys, err = p.Accounts.Passkeys(r.Context(), s.Person); err != nil {
		panic(err)
	}
	v.Recent, v.Origin = p.Accounts.Recent(s), p.Accounts.PasskeyOrigin()
	if v.Name == "" {
		v.Name = web.T(r.Context(), deviceName(r.UserAgent()))
	}
	web.Render(w, r, status, loginWaysPage(v))
}

// devices are what a passkey is called at first, by what the browser says of
// the device it runs on. The first that fits counts.
var devices = []struct{ says, name string }{
	{"HarmonyOS", "鸿蒙设备"},
	{"iPhone", "iPhone"},
	{"iPad", "iPad"},
	{"Android", "安卓手机"},
	{"Windows", "Windows 电脑"},
	{"Mac OS X", "Mac"},
	{"CrOS", "Chromebook"},
	{"Linux", "Linux 电脑"},
}

func deviceName(userAgent string) string {
	for _, d := range devices {
		if strings.Contains(userAgent, d.says) {
			return d.name
		}
	}
	return "我的设备"
}

// confirmPerson sends the code that adding needs some time after the log-in,
// or takes it.
func (p *Portal) confirmPerson(w http.ResponseWriter, r *http.Request) {
	s, ok := p.ways(w, r)
	if !ok {
		return
	}
	ctx := r.Context()
	if r.PostFormValue("send") != "" {
		mobile, err := p.Accounts.SendConfirmCode(ctx, s)
		v := loginWaysView{Mobile: cn.MaskMobile(mobile)}
		if err != nil { // one that was sent a moment ago is still good
			v.Note = say(r, err)
		}
		p.showWays(w, r, http.StatusOK, v)
		return
	}
	cookie, err := p.Accounts.Confirm(ctx, s, strings.TrimSpace(r.PostFormValue("code")))
	if err != nil {
		p.showWays(w, r, http.StatusUnprocessableEntity, loginWaysView{Mobile: r.PostFormValue("mobile"), CodeProblem: say(r, err)})
		return
	}
	p.SetCookie(w, cookie)
	http.Redirect(w, r, "/organisation/login-ways#add", http.StatusSeeOther)
}

// askPasskey tells the browser what a device is to answer to become a passkey.
func (p *Portal) askPasskey(w http.ResponseWriter, r *http.Request) {
	if p.Accounts.PasskeyOrigin() == "" {
		web.NotFound(w, r)
		return
	}
	if web.VisitorOf(r.Context()).Person == "" {
		web.Fail(w, r, http.StatusForbidden, "已经退出登录。重新登录后再添加。")
		return
	}
	question, err := p.Accounts.AskPasskey(r.Context(), p.Session(r.Context()))
	sendQuestion(w, r, question, err)
}

func sendQuestion(w http.ResponseWriter, r *http.Request, question any, err error) {
	var refusal *account.Refusal
	switch {
	case errors.As(err, &refusal):
		web.Fail(w, r, http.StatusUnprocessableEntity, refusal.Text, refusal.Args...)
		return
	case err != nil:
		panic(err)
	}
	w.Header().Set("Content-Type", "application/json")
	if err := json.NewEncoder(w).Encode(question); err != nil {
		panic(err)
	}
}

// addPasskey takes what the device has answered.
func (p *Portal) addPasskey(w http.ResponseWriter, r *http.Request) {
	s, ok := p.ways(w, r)
	if !ok {
		return
	}
	name := strings.TrimSpace(r.PostFormValue("name"))
	if name == "" {
		name = web.T(r.Context(), deviceName(r.UserAgent()))
	}
	if err := p.Accounts.AddPasskey(r.Context(), s, name, r.PostFormValue("answer")); err != nil {
		p.showWays(w, r, http.StatusUnprocessableEntity, loginWaysView{Name: name, Problem: say(r, err)})
		return
	}
	http.Redirect(w, r, "/organisation/login-ways?done=added", http.StatusSeeOther)
}

// askRemovePasskey asks before a passkey is removed.
func (p *Portal) askRemovePasskey(w http.ResponseWriter, r *http.Request) {
	s, ok := p.ways(w, r)
	if !ok {
		return
	}
	keys, err := p.Accounts.Passkeys(r.Context(), s.Person)
	if err != nil {
		panic(err)
	}
	i := slices.IndexFunc(keys, func(k account.Passkey) bool { return k.ID == r.PathValue("passkey") })
	if i < 0 {
		web.Fail(w, r, http.StatusNotFound, "没有这个通行密钥，可能已经移除。")
		return
	}
	web.Render(w, r, http.StatusOK, removePasskeyPage(keys[i]))
}

// removePasskey ends a passkey at once.
func (p *Portal) removePasskey(w http.ResponseWriter, r *http.Request) {
	s, ok := p.ways(w, r)
	if !ok {
		return
	}
	if err := p.Accounts.RemovePasskey(r.Context(), s.Person, r.PathValue("passkey")); err != nil {
		p.showWays(w, r, http.StatusNotFound, loginWaysView{Refused: say(r, err)})
		return
	}
	http.Redirect(w, r, "/organisation/login-ways?done=removed", http.StatusSeeOther)
}

// askPasskeyLogin tells the browser what a device is to answer for a log-in.
func (p *Portal) askPasskeyLogin(w http.ResponseWriter, r *http.Request) {
	if p.Accounts.PasskeyOrigin() == "" {
		web.NotFound(w, r)
		return
	}
	question, err := p.Accounts.AskPasskeyLogIn(r.Context(), web.VisitorOf(r.Context()).Session)
	sendQuestion(w, r, question, err)
}

// passkeyLogin takes what the device has answered, and logs in.
func (p *Portal) passkeyLogin(w http.ResponseWriter, r *http.Request) {
	if p.Accounts.PasskeyOrigin() == "" {
		web.NotFound(w, r)
		return
	}
	v := loginView{Next: next(r), Passkeys: p.Accounts.PasskeyOrigin()}
	cookie, err := p.Accounts.PasskeyLogIn(r.Context(), web.VisitorOf(r.Context()).Session, r.PostFormValue("answer"))
	if err != nil {
		v.PasskeyProblem = say(r, err)
		web.Render(w, r, http.StatusUnprocessableEntity, loginPage(v))
		return
	}
	p.SetCookie(w, cookie)
	http.Redirect(w, r, v.Next, http.StatusSeeOther)
}
