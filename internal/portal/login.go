package portal

import (
	"net/http"
	"strings"

	"wangban/internal/cn"
	"wangban/internal/web"
)

// loginView is the log-in: account and password first, then the code.
type loginView struct {
	Next, Login string
	Problem     string // with account and password
	Mobile      string // masked; set once a code is on its way
	Note        string // why no new code was sent
	CodeProblem string
	Left        bool // has just logged out

	Passkeys       string // see account.PasskeyOrigin
	PasskeyProblem string
}

// next is where a log-in leads: back to where the visitor came from.
func next(r *http.Request) string {
	if path := web.LocalPath(r.FormValue("next")); path != "/" {
		return path
	}
	return "/organisation"
}

func (p *Portal) askLogin(w http.ResponseWriter, r *http.Request) {
	if web.VisitorOf(r.Context()).Person != "" {
		http.Redirect(w, r, next(r), http.StatusSeeOther)
		return
	}
	web.Render(w, r, http.StatusOK, loginPage(loginView{Next: next(r), Left: r.URL.Query().Get("left") != "", Passkeys: p.Accounts.PasskeyOrigin()}))
}

// login takes account and password, and sends a code.
func (p *Portal) login(w http.ResponseWriter, r *http.Request) {
	ctx := r.Context()
	v := loginView{Next: next(r), Login: strings.TrimSpace(r.PostFormValue("login")), Passkeys: p.Accounts.PasskeyOrigin()}
	waiting, err := p.Accounts.LogIn(ctx, web.VisitorOf(ctx).Session, v.Login, r.PostFormValue("password"))
	if err != nil {
		v.Problem = say(r, err)
		web.Render(w, r, http.StatusUnprocessableEntity, loginPage(v))
		return
	}
	mobile, err := p.Accounts.SendLoginCode(ctx, waiting)
	sent, note, problem := sending(r, err)
	if !sent {
		v.Problem = problem
		web.Render(w, r, http.StatusTooManyRequests, loginPage(v))
		return
	}
	v.Mobile, v.Note = cn.MaskMobile(mobile), note
	web.Render(w, r, http.StatusOK, loginPage(v))
}

// loginCode takes the code of the message, or sends another.
func (p *Portal) loginCode(w http.ResponseWriter, r *http.Request) {
	ctx := r.Context()
	v := loginView{Next: next(r), Mobile: r.PostFormValue("mobile")}
	waiting := p.Session(ctx)
	if r.PostFormValue("send") != "" {
		status := http.StatusOK
		if _, err := p.Accounts.SendLoginCode(ctx, waiting); err != nil {
			v.Note, status = say(r, err), http.StatusTooManyRequests
		}
		web.Render(w, r, status, loginPage(v))
		return
	}
	cookie, err := p.Accounts.Enter(ctx, waiting, strings.TrimSpace(r.PostFormValue("code")))
	if err != nil {
		v.CodeProblem = say(r, err)
		web.Render(w, r, http.StatusUnprocessableEntity, loginPage(v))
		return
	}
	p.SetCookie(w, cookie)
	http.Redirect(w, r, v.Next, http.StatusSeeOther)
}

// logout ends the session with everything that was open in it.
func (p *Portal) logout(w http.ResponseWriter, r *http.Request) {
	if err := p.Accounts.End(r.Context(), web.VisitorOf(r.Context()).Session); err != nil {
		panic(err)
	}
	http.Redirect(w, r, "/login?left=yes", http.StatusSeeOther)
}
