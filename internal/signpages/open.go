package signpages

import (
	"net/http"

	"github.com/a-h/templ"

	"wangban/internal/signing"
	"wangban/internal/web"
)

// show is where the link leads: to the step at which this browser stands.
func (p *Pages) show(w http.ResponseWriter, r *http.Request) {
	if v, ok := p.look(w, r); ok {
		web.Render(w, r, http.StatusOK, p.step(r, &v))
	}
}

// step is the page of the step at which the browser stands.
func (p *Pages) step(r *http.Request, v *view) templ.Component {
	switch v.Step {
	case signing.StepIdentity:
		return identityPage(*v)
	case signing.StepSign:
		v.Reading = p.read(r, *v)
		return signPage(*v)
	}
	return requestPage(*v)
}

// opened takes the word of a page that it has been shown. Fetching a page is
// not opening it: WeChat and others fetch links for previews (C-03).
func (p *Pages) opened(w http.ResponseWriter, r *http.Request) {
	if err := p.Signing.Opened(r.Context(), token(r), visitor(r), device(r.UserAgent())); err != nil {
		panic(err)
	}
	w.WriteHeader(http.StatusNoContent)
}
