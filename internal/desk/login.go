package desk

import (
	"net/http"
	"strings"

	"wangban/internal/cn"
	"wangban/internal/web"
)

// loginView is the log-in of staff: number and password first, then the code.
type loginView struct {
	Next, Login, Problem string
	Mobile               string // masked; set once a code is on its way
}

func next(r *http.Request) string {
	if path := web.LocalPath(r.FormValue("next")); strings.HasPrefix(path, "/desk") {
		return path
	}
	return "/desk"
}

func (d *Desk) askLogin(w http.ResponseWriter, r *http.Request) {
	if officer(r.Context()) != nil {
		http.Redirect(w, r, next(r), http.StatusSeeOther)
		return
	}
	web.Render(w, r, http.StatusOK, loginPage(loginView{Next: next(r)}))
}

// login takes number and password.
func (d *Desk) login(w http.ResponseWriter, r *http.Request) {
	v := loginView{Next: next(r), Login: strings.TrimSpace(r.PostFormValue("login"))}
	status := http.StatusOK
	mobile, err := d.SignIn(r.Context(), web.VisitorOf(r.Context()).Session, v.Login, r.PostFormValue("password"))
	if err != nil {
		v.Problem, status = d.turnedDown(r, err), http.StatusUnprocessableEntity
	}
	v.Mobile = cn.MaskMobile(mobile)
	web.Render(w, r, status, loginPage(v))
}

// loginCode takes the code of the message.
func (d *Desk) loginCode(w http.ResponseWriter, r *http.Request) {
	v := loginView{Next: next(r), Mobile: r.PostFormValue("mobile")}
	if err := d.Enter(w, r, strings.TrimSpace(r.PostFormValue("code"))); err != nil {
		v.Problem = d.turnedDown(r, err)
		web.Render(w, r, http.StatusUnprocessableEntity, loginPage(v))
		return
	}
	http.Redirect(w, r, v.Next, http.StatusSeeOther)
}

func (d *Desk) turnedDown(r *http.Request, err error) string {
	text, ok := say(r.Context(), err)
	if !ok {
		panic(err)
	}
	return text
}

func (d *Desk) logout(w http.ResponseWriter, r *http.Request) {
	if err := d.Leave(w, r); err != nil {
		panic(err)
	}
	http.Redirect(w, r, "/desk/login", http.StatusSeeOther)
}
