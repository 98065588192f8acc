package portal

import (
	"net/http"
	"net/url"

	"wangban/internal/casework"
	"wangban/internal/cn"
	"wangban/internal/form"
	"wangban/internal/item"
	"wangban/internal/web"
)

// verifyView is the page on which a number is proven with a code.
type verifyView struct {
	State         casework.State
	Item          *item.Item
	Field         form.Field
	Number        string // masked
	Sent          bool
	Problem, Note string
	From, Key     string
	Page          string
	Found         string // what the number's check has refused, once it was proven
	Ways          []web.Link
	Subject       string // where the unit's code can be corrected
}

// number is the field to prove with the number it holds.
func (p *Portal) number(w http.ResponseWriter, r *http.Request) (verifyView, string, bool) {
	s, it, ok := p.editable(w, r)
	if !ok {
		return verifyView{}, "", false
	}
	field, known := it.Form.Field(r.PathValue("field"))
	number, _ := s.Values[field.ID].(string)
	if !known || field.Type != form.TypeMobile || number == "" {
		http.Redirect(w, r, "/cases/"+s.ID+"/tasks", http.StatusSeeOther)
		return verifyView{}, "", false
	}
	return verifyView{State: s, Item: it, Field: field, Number: cn.MaskMobile(number), Key: web.NewKey(), Page: it.Form.PageOf(field.ID)}, number, true
}

func verifyPurpose(s casework.State, field string) string { return "verify:" + s.ID + ":" + field }

// verify offers to send a code; opening the page sends nothing.
func (p *Portal) verify(w http.ResponseWriter, r *http.Request) {
	v, _, ok := p.number(w, r)
	if !ok {
		return
	}
	v.From = r.URL.Query().Get("from")
	web.Render(w, r, http.StatusOK, verifyPage(v))
}

// checkNumber sends a code, or takes the one that was sent.
func (p *Portal) checkNumber(w http.ResponseWriter, r *http.Request) {
	v, number, ok := p.number(w, r)
	if !ok {
		return
	}
	v.From = r.PostFormValue("from")
	purpose := verifyPurpose(v.State, v.Field.ID)
	if r.PostFormValue("send") != "" {
		sent, note, problem := sending(r, p.SendCode(r.Context(), asker(r), number, purpose))
		status := http.StatusOK
		if v.Sent, v.Note, v.Problem = sent, note, problem; !sent || note != "" {
			status = http.StatusTooManyRequests
		}
		web.Render(w, r, status, verifyPage(v))
		return
	}
	v.Sent = true
	if err := p.CheckCode(r.Context(), number, purpose, r.PostFormValue("code")); err != nil {
		v.Problem = say(r, err)
		web.Render(w, r, http.StatusUnprocessableEntity, verifyPage(v))
		return
	}
	_, err := p.Door.Do(r.Context(), v.State.ID, casework.Input{Act: casework.ActVerify, Key: r.PostFormValue("key"), Actor: actor(r),
		Data: casework.Data{Verified: map[string]string{v.Field.ID: number}}})
	if err != nil {
		refused(w, r, err)
		return
	}
	s, it, err := p.Door.Get(r.Context(), v.State.ID)
	if err != nil {
		refused(w, r, err)
		return
	}
	if f, refused := p.fieldFinding(r, s, it, v.Field); refused {
		v.Found, v.Ways = web.Tf(r.Context(), f.Text, f.Args...), p.waysOn(r, f)
		v.Subject = "/cases/" + s.ID + "/form/" + it.Form.PageOf(it.Flow.Subject)
		web.Render(w, r, http.StatusUnprocessableEntity, foundPage(v))
		return
	}
	http.Redirect(w, r, p.after(s, it, v.Page, v.From), http.StatusSeeOther)
}

// verifyURL is where a number is proven, coming back to check-your-answers.
func verifyURL(s casework.State, field string) string {
	return "/cases/" + s.ID + "/verify/" + url.PathEscape(field) + "?from=check"
}
