package portal

import (
	"errors"
	"io"
	"net/http"
	"strings"

	"wangban/internal/form"
	"wangban/internal/licence"
	"wangban/internal/web"
)

// Bounds of what somebody brings to be verified. Each is read in memory, and a
// document is worth some work: no more than a few at a time.
const (
	mostDocument = 10 << 20
	mostText     = 4000
)

var documents = make(chan struct{}, 4)

// checkLicence verifies a document, or the text of a QR code.
func (p *Portal) checkLicence(w http.ResponseWriter, r *http.Request) {
	r.Body = http.MaxBytesReader(w, r.Body, mostDocument+mostText+1<<16)
	forget, ok := web.ReadUpload(w, r)
	if !ok {
		return
	}
	defer forget()
	v := licenceView{Text: strings.TrimSpace(r.PostFormValue("text"))}
	file, problem := document(r)
	switch {
	case problem != "":
		p.unproven(w, r, v, "file", problem)
	case len(file) > 0:
		p.checkDocument(w, r, v, file)
	case v.Text == "":
		p.unproven(w, r, v, "file", "选一份证照的 PDF，或者把二维码里的内容粘贴到下面。")
	case len(v.Text) > mostText:
		p.unproven(w, r, v, "text", licence.ErrProof.Error())
	default:
		p.checkText(w, r, v)
	}
}

func document(r *http.Request) (content []byte, problem string) {
	if r.MultipartForm == nil {
		return nil, ""
	}
	for _, h := range r.MultipartForm.File["file"] {
		if h.Size == 0 {
			continue
		}
		if h.Size > mostDocument {
			return nil, "文件超过 10 MB，不是电子证照的原文件。"
		}
		f, err := h.Open()
		if err != nil {
			panic(err)
		}
		content, err = io.ReadAll(io.LimitReader(f, mostDocument))
		if err = errors.Join(err, f.Close()); err != nil {
			panic(err)
		}
		return content, ""
	}
	return nil, ""
}

func (p *Portal) checkDocument(w http.ResponseWriter, r *http.Request, v licenceView, file []byte) {
	select {
	case documents <- struct{}{}:
		defer func() { <-documents }()
	default:
		p.busy(w, r, v)
		return
	}
	seen, found, err := p.Licences.VerifyFile(r.Context(), file)
	switch {
	case errors.Is(err, licence.ErrNotOurs), errors.Is(err, licence.ErrUnknown):
		p.unproven(w, r, v, "file", licence.ErrNotOurs.Error())
	case err != nil:
		panic(err)
	default:
		v.Found, v.Test = &found, seen.Test
		v.By = web.Tf(r.Context(), "文件由%s盖电子印章，盖章以后没有改动（%s）。", seen.Signer, web.Moment(r.Context(), seen.At))
		web.Render(w, r, http.StatusOK, licencePage(v))
	}
}

func (p *Portal) checkText(w http.ResponseWriter, r *http.Request, v licenceView) {
	_, found, err := p.Licences.VerifyText(r.Context(), v.Text)
	for _, known := range []error{licence.ErrProof, licence.ErrForged, licence.ErrUnknown} {
		if errors.Is(err, known) {
			p.unproven(w, r, v, "text", known.Error())
			return
		}
	}
	if err != nil {
		panic(err)
	}
	v.Found, v.By = &found, web.T(r.Context(), "二维码里的签名是本机关的。")
	web.Render(w, r, http.StatusOK, licencePage(v))
}

func (p *Portal) unproven(w http.ResponseWriter, r *http.Request, v licenceView, field, problem string) {
	v.Problems = []form.Problem{{Field: field, Text: problem}}
	web.Render(w, r, http.StatusUnprocessableEntity, licencePage(v))
}

func (p *Portal) busy(w http.ResponseWriter, r *http.Request, v licenceView) {
	v.Problems = []form.Problem{{Field: "file", Text: "现在核验文件的人很多，过一会儿再试；也可以填编号核验。"}}
	web.Render(w, r, http.StatusTooManyRequests, licencePage(v))
}
