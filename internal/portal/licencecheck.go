package portal

import (
	"errors"
	"io"
	"mime/multipart"
	"net/http"
	"strings"

	"wangban/internal/form"
	"wangban/internal/licence"
	"wangban/internal/web"
)

// Bounds of what somebody brings to be verified. Each is read in memory, and a
// document is worth some work: no more than a few at a time.
const (
	mostDocument = 5 << 20 // ours have a tenth of a megabyte
	mostText     = 4000
)

var documents = make(chan struct{}, 2)

// checkLicence verifies a document, or the text of a QR code.
func (p *Portal) checkLicence(w http.ResponseWriter, r *http.Request) {
	r.Body = http.MaxBytesReader(w, r.Body, mostDocument+mostText+1<<16)
	forget, ok := web.ReadUpload(w, r)
	if !ok {
		return
	}
	defer forget()
	v := licenceView{Text: strings.TrimSpace(r.PostFormValue("text"))}
	switch file := document(r); {
	case file != nil && file.Size > mostDocument:
		p.unproven(w, r, v, "file", "文件超过 5 MB，不是电子证照的原文件。")
	case file != nil:
		p.checkDocument(w, r, v, file)
	case v.Text == "":
		p.unproven(w, r, v, "file", "选一份证照的 PDF，或者把二维码里的内容粘贴到下面。")
	case len(v.Text) > mostText:
		p.unproven(w, r, v, "text", licence.ErrProof.Error())
	default:
		p.checkText(w, r, v)
	}
}

// document is the file that was sent, or nil: it waits on disk until there is
// room to look at it.
func document(r *http.Request) *multipart.FileHeader {
	if r.MultipartForm == nil {
		return nil
	}
	for _, h := range r.MultipartForm.File["file"] {
		if h.Size > 0 {
			return h
		}
	}
	return nil
}

func read(h *multipart.FileHeader) ([]byte, error) {
	f, err := h.Open()
	if err != nil {
		return nil, err
	}
	content, err := io.ReadAll(io.LimitReader(f, mostDocument))
	return content, errors.Join(err, f.Close())
}

func (p *Portal) checkDocument(w http.ResponseWriter, r *http.Request, v licenceView, h *multipart.FileHeader) {
	select {
	case documents <- struct{}{}:
		defer func() { <-documents }()
	default:
		p.busy(w, r, v)
		return
	}
	file, err := read(h)
	if err != nil {
		panic(err)
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
