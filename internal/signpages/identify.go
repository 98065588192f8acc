package signpages

import (
	"io"
	"net/http"
	"slices"

	"wangban/internal/form"
	"wangban/internal/item"
	"wangban/internal/signing/face"
	"wangban/internal/web"
)

// startFace begins a check at the verification company and leads there. Not by
// a redirect: the policy of our pages lets forms lead to us only.
func (p *Pages) startFace(w http.ResponseWriter, r *http.Request) {
	url, err := p.Signing.StartFace(r.Context(), token(r), visitor(r), web.Elder(r.Context()), r.PostFormValue("consent") != "")
	if err != nil {
		p.notIdentified(w, r, err)
		return
	}
	if v, ok := p.look(w, r); ok {
		v.FaceURL = url
		w.Header().Set("Refresh", "1; url="+url)
		web.Render(w, r, http.StatusOK, facePage(v))
	}
}

// backFromFace is where the company sends the browser back to. What the
// browser brings along chooses words only; the company is asked.
func (p *Pages) backFromFace(w http.ResponseWriter, r *http.Request) {
	result, err := p.Signing.FaceDone(r.Context(), token(r), visitor(r))
	if err != nil {
		p.notIdentified(w, r, err)
		return
	}
	v, ok := p.look(w, r)
	switch {
	case !ok:
	case result == nil:
		onward(w, r)
	default:
		v.Problem = form.Problem{Text: words(r.Context(), result.Code)}
		if result.Pending && face.ReturnHint(r.URL.Query()).Cancelled {
			v.Problem.Text = web.T(r.Context(), "核验没有做完就退出了。可以重新开始，也可以改用拍照。")
		}
		web.Render(w, r, http.StatusOK, identityPage(v))
	}
}

// takePicture takes a picture as evidence for the reviewer's eye.
func (p *Pages) takePicture(w http.ResponseWriter, r *http.Request) {
	forget, ok := web.ReadUpload(w, r)
	if !ok {
		return
	}
	defer forget()
	picture := uploaded(r)
	if err := p.Signing.TakePicture(r.Context(), token(r), visitor(r), picture, r.PostFormValue("consent") != ""); err != nil {
		p.notIdentified(w, r, err)
		return
	}
	onward(w, r)
}

// uploaded is the picture of the form; nothing when there is none.
func uploaded(r *http.Request) []byte {
	file, _, err := r.FormFile("picture")
	if err != nil {
		return nil
	}
	defer func() { _ = file.Close() }()
	picture, err := io.ReadAll(io.LimitReader(file, face.MaxCapture+1))
	if err != nil {
		return nil
	}
	return picture
}

// onPaper tells whether the document can be signed on paper instead.
func onPaper(v view) bool {
	return slices.ContainsFunc(v.Item.Flow.Protected, func(p item.Protected) bool { return p.Document == v.Document && p.Upload != "" })
}

func (p *Pages) notIdentified(w http.ResponseWriter, r *http.Request, err error) {
	if v, ok := p.stay(w, r, err); ok {
		status, why := p.turnedDown(r, err)
		v.Problem = why
		web.Render(w, r, status, identityPage(v))
	}
}
