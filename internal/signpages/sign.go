package signpages

import (
	"net/http"

	"wangban/internal/signing"
	"wangban/internal/web"
)

// sign takes the signature. The page shows the document afresh when something
// is wrong, so what is signed the next time is what stands there.
func (p *Pages) sign(w http.ResponseWriter, r *http.Request) {
	in := signing.Signing{Key: r.PostFormValue("key"), Digest: r.PostFormValue("digest"), Drawing: r.PostFormValue("drawing"),
		Name: r.PostFormValue("name"), Agreed: r.PostFormValue("agree") != ""}
	_, err := p.Signing.Sign(r.Context(), token(r), visitor(r), in)
	if err == nil {
		onward(w, r)
		return
	}
	v, ok := p.stay(w, r, err)
	if !ok {
		return
	}
	status, why := p.turnedDown(r, err)
	v.Problem, v.Typed = why, typed{Name: in.Name, Agreed: in.Agreed && why.Field != ""}
	web.Render(w, r, status, p.step(r, &v))
}
