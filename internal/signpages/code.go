package signpages

import (
	"errors"
	"net/http"

	"wangban/internal/form"
	"wangban/internal/signing"
	"wangban/internal/web"
)

// askCode asks for the code that has been sent.
func (p *Pages) askCode(w http.ResponseWriter, r *http.Request) {
	v, ok := p.look(w, r)
	switch {
	case !ok:
	case v.Step != signing.StepCode:
		onward(w, r)
	default:
		web.Render(w, r, http.StatusOK, codePage(v))
	}
}

// sendCode sends a code to the registered number. Whoever comes so far has
// opened the link, also in a browser that runs no scripts.
func (p *Pages) sendCode(w http.ResponseWriter, r *http.Request) {
	if err := p.Signing.Opened(r.Context(), token(r), visitor(r), device(r.UserAgent())); err != nil {
		panic(err)
	}
	err := p.Signing.SendSignerCode(r.Context(), token(r), visitor(r))
	if err == nil {
		http.Redirect(w, r, "/s/"+token(r)+"/code", http.StatusSeeOther)
		return
	}
	if v, ok := p.stay(w, r, err); ok {
		_, v.Problem = p.turnedDown(r, err)
		if r.PostFormValue("again") != "" {
			web.Render(w, r, http.StatusTooManyRequests, codePage(v))
			return
		}
		web.Render(w, r, http.StatusTooManyRequests, requestPage(v))
	}
}

// takeCode takes the code.
func (p *Pages) takeCode(w http.ResponseWriter, r *http.Request) {
	err := p.Signing.TakeCode(r.Context(), token(r), visitor(r), r.PostFormValue("code"))
	if err == nil {
		onward(w, r)
		return
	}
	if v, ok := p.stay(w, r, err); ok {
		status, why := p.turnedDown(r, err)
		v.Problem = form.Problem{Field: "code", Text: why.Text}
		web.Render(w, r, status, codePage(v))
	}
}

// stay finds the invitation again after something was not done, to say so on
// its page. A step out of turn leads to the right one.
func (p *Pages) stay(w http.ResponseWriter, r *http.Request, err error) (view, bool) {
	v, ok := p.look(w, r)
	if ok && errors.Is(err, signing.ErrStep) {
		onward(w, r)
		return v, false
	}
	return v, ok
}
