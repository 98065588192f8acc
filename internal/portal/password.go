package portal

import (
	"net/http"
	"strings"

	"wangban/internal/account"
	"wangban/internal/cn"
	"wangban/internal/form"
	"wangban/internal/web"
)

// passwordView is where a password is chosen with a code: at the first log-in
// or when it was forgotten.
type passwordView struct {
	Next, Mobile, Name string
	Sent               bool
	Note               string // why no new code was sent
	CodeProblem        string
	Problems           []form.Problem
}

func (p *Portal) askPassword(w http.ResponseWriter, r *http.Request) {
	web.Render(w, r, http.StatusOK, passwordPage(passwordView{Next: next(r)}))
}

// readPassword reads the number and the name; the password is never shown
// again.
func readPassword(r *http.Request) passwordView {
	v := passwordView{Next: next(r), Mobile: strings.TrimSpace(r.PostFormValue("mobile")), Name: strings.TrimSpace(r.PostFormValue("name"))}
	if mobile := cn.Mobile(v.Mobile); mobile.OK() {
		v.Mobile = mobile.Value
	} else {
		v.Problems = append(v.Problems, form.Problem{Field: "mobile", Text: "手机号应为 11 位数字，以 1 开头。"})
	}
	return v
}

// sendPasswordCode sends a code, whether or not there is an account with the
// number.
func (p *Portal) sendPasswordCode(w http.ResponseWriter, r *http.Request) {
	v := readPassword(r)
	if len(v.Problems) > 0 {
		web.Render(w, r, http.StatusUnprocessableEntity, passwordPage(v))
		return
	}
	sent, note, problem := sending(r, p.Accounts.AskReset(r.Context(), asker(r), v.Mobile))
	status := http.StatusOK
	if v.Sent, v.Note = sent, note; !sent {
		v.Problems, status = []form.Problem{{Field: "mobile", Text: problem}}, http.StatusTooManyRequests
	}
	web.Render(w, r, status, passwordPage(v))
}

// setPassword takes the code and the new password, and logs in.
func (p *Portal) setPassword(w http.ResponseWriter, r *http.Request) {
	v := readPassword(r)
	if len(v.Problems) > 0 || r.PostFormValue("send") != "" {
		p.sendPasswordCode(w, r)
		return
	}
	v.Sent = true
	password := r.PostFormValue("password")
	if problem := form.PasswordProblem(password, []string{v.Mobile}); problem != nil {
		problem.Field = "password"
		v.Problems = append(v.Problems, *problem)
	} else if password != r.PostFormValue("again") {
		v.Problems = append(v.Problems, form.Problem{Field: "again", Text: "两次输入的密码不一样。再输入一次。"})
	}
	if len(v.Problems) > 0 { // before the code is used up
		web.Render(w, r, http.StatusUnprocessableEntity, passwordPage(v))
		return
	}
	ctx := r.Context()
	cookie, err := p.Accounts.Reset(ctx, web.VisitorOf(ctx).Session, account.NewPassword{Mobile: v.Mobile, Name: v.Name, Password: password,
		Code: strings.TrimSpace(r.PostFormValue("code"))})
	if err != nil {
		v.CodeProblem = say(r, err)
		web.Render(w, r, http.StatusUnprocessableEntity, passwordPage(v))
		return
	}
	p.SetCookie(w, cookie)
	http.Redirect(w, r, v.Next, http.StatusSeeOther)
}
