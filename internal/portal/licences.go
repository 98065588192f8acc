package portal

import (
	"context"
	"crypto/sha256"
	"crypto/x509"
	"encoding/hex"
	"encoding/pem"
	"errors"
	"mime"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"wangban/internal/casework"
	"wangban/internal/cn"
	"wangban/internal/form"
	"wangban/internal/item"
	"wangban/internal/licence"
	"wangban/internal/web"
)

// licenceView is what anyone learns who verifies a licence, with the proof
// they came with: the code of its QR, the holder typed from the paper, the
// document, or the text of the QR.
type licenceView struct {
	Number, Holder, Text string // as typed
	Problems             []form.Problem
	Unknown              bool
	Found                *licence.Public
	By                   string // in words, what was verified beside the record: the seal of the document, the signature of the text
	Test                 bool   // with a test certificate
	PDF                  string // address of the document, for who may have it
	Print                string // page that prints it, at a kiosk
	Show                 string // page with the QR code, for its owner
}

func licencePath(number string) string { return "/licences/" + url.PathEscape(number) }

func licenceURL(l licence.Licence) string {
	return licencePath(l.Number) + "?code=" + url.QueryEscape(l.Code)
}

// licences is where a licence is verified without its address: by what is
// printed on it.
func (p *Portal) licences(w http.ResponseWriter, r *http.Request) {
	q := r.URL.Query()
	v := licenceView{Number: strings.TrimSpace(q.Get("number")), Holder: strings.TrimSpace(q.Get("holder"))}
	if !q.Has("number") && !q.Has("holder") {
		web.Render(w, r, http.StatusOK, licencePage(v))
		return
	}
	if v.Number == "" {
		v.Problems = append(v.Problems, form.Problem{Field: "number", Text: "填证照编号，印在证照上方。"})
	}
	if v.Holder == "" {
		v.Problems = append(v.Problems, form.Problem{Field: "holder", Text: "填持证单位的名称或统一社会信用代码，和证照上印的一样。"})
	}
	if len(v.Problems) > 0 {
		web.Render(w, r, http.StatusUnprocessableEntity, licencePage(v))
		return
	}
	p.showLicence(w, r, v, func(ctx context.Context) (licence.Public, error) {
		return p.Licences.VerifyUnit(ctx, v.Number, v.Holder)
	})
}

// shortLicence is the address in a QR code.
func (p *Portal) shortLicence(w http.ResponseWriter, r *http.Request) {
	l, ok, err := p.Licences.FindCode(r.Context(), strings.ToLower(r.PathValue("code")))
	if err != nil {
		panic(err)
	}
	if !ok {
		web.Render(w, r, http.StatusNotFound, licencePage(licenceView{Unknown: true}))
		return
	}
	http.Redirect(w, r, licencePath(l.Number)+"?code="+url.QueryEscape(strings.ToLower(r.PathValue("code"))), http.StatusSeeOther)
}

// licence verifies the licence of a QR code. Its owner needs no code.
func (p *Portal) licence(w http.ResponseWriter, r *http.Request) {
	number, code := r.PathValue("number"), r.URL.Query().Get("code")
	v := licenceView{Number: number}
	l, ok, err := p.ownLicence(r, number)
	if err != nil {
		panic(err)
	}
	at := licencePath(number)
	if ok {
		v.Show, v.PDF, code = at+"/show", at+"/pdf", l.Code
	} else if code == "" { // a number alone proves nothing: ask for the holder
		web.Render(w, r, http.StatusOK, licencePage(v))
		return
	} else {
		v.PDF = at + "/pdf?code=" + url.QueryEscape(code)
	}
	if web.ChromeOf(r.Context()).Kiosk != nil {
		v.Print = "/kiosk/licences/" + url.PathEscape(number) + "?code=" + url.QueryEscape(code)
	}
	p.showLicence(w, r, v, func(ctx context.Context) (licence.Public, error) { return p.Licences.Verify(ctx, number, code) })
}

func (p *Portal) showLicence(w http.ResponseWriter, r *http.Request, v licenceView, verify func(context.Context) (licence.Public, error)) {
	found, err := verify(r.Context())
	switch {
	case errors.Is(err, licence.ErrUnknown):
		v.Unknown = true
		web.Render(w, r, http.StatusNotFound, licencePage(v))
		return
	case err != nil:
		panic(err)
	}
	v.Found = &found
	if found.Status != licence.Valid && found.Status != licence.Expired {
		v.PDF, v.Show, v.Print = "", "", ""
	}
	if found.Unsigned {
		v.PDF, v.Show, v.Print = "", "", ""
	}
	if found.Seen != found.Version {
		v.PDF, v.Print = "", "" // whoever holds an older version has a right to its status, not to the newer document
	}
	web.Render(w, r, http.StatusOK, licencePage(v))
}

// ownLicence is the visitor's own licence: of a unit they act for, or out of a
// case that is theirs.
func (p *Portal) ownLicence(r *http.Request, number string) (licence.Licence, bool, error) {
	l, ok, err := p.Licences.Find(r.Context(), number)
	if err != nil || !ok {
		return l, false, err
	}
	if l.USCC != "" && slices.Contains(web.VisitorOf(r.Context()).Units, l.USCC) {
		return l, true, nil
	}
	if !l.Imported.IsZero() {
		of, err := p.ofPerson(r)
		if err != nil || slices.ContainsFunc(of, func(own licence.Licence) bool { return own.Number == l.Number }) {
			return l, err == nil, err
		}
	}
	if l.Case == "" { // taken from a file: no case tells whose it is
		return l, false, nil
	}
	s, it, err := p.Door.Get(r.Context(), l.Case)
	var erased *casework.Refusal
	if errors.As(err, &erased) { // nobody can say any more whose it was
		return l, false, nil
	}
	return l, err == nil && casework.OwnedBy(s, actor(r)) && !passedOn(l, s, it), err
}

// passedOn tells that the case has handed the licence to another holder: it is
// not the applicant's any more.
func passedOn(l licence.Licence, s casework.State, it *item.Item) bool {
	subject, _ := s.Values[it.Flow.Subject].(string)
	return l.USCC != "" && cn.Code(subject) != "" && cn.Code(subject) != l.USCC
}

// licencePDF sends the document to its owner, and to who has the code.
func (p *Portal) licencePDF(w http.ResponseWriter, r *http.Request) {
	ctx, number := r.Context(), r.PathValue("number")
	_, own, err := p.ownLicence(r, number)
	if err != nil {
		panic(err)
	}
	if !own {
		var seen licence.Public
		if seen, err = p.Licences.Verify(ctx, number, r.URL.Query().Get("code")); err == nil && seen.Seen != seen.Version {
			err = licence.ErrUnknown
		}
	}
	var file form.File
	if err == nil {
		file, err = p.Licences.PDF(ctx, number)
	}
	for _, known := range []error{licence.ErrUnknown, licence.ErrEnded, licence.ErrSuspended, licence.ErrNoDocument} {
		if errors.Is(err, known) {
			web.Fail(w, r, http.StatusNotFound, known.Error())
			return
		}
	}
	if errors.Is(err, licence.ErrCharacters) {
		web.Fail(w, r, http.StatusServiceUnavailable, licence.ErrCharacters.Error())
		return
	}
	if err != nil {
		panic(err)
	}
	w.Header().Set("Content-Disposition", mime.FormatMediaType("attachment", map[string]string{"filename": file.Name}))
	web.SendFile(w, r, p.Open, file)
}

// licenceShow is the QR code of the visitor's own licence, as large as the
// screen, for somebody to scan.
func (p *Portal) licenceShow(w http.ResponseWriter, r *http.Request) {
	l, own, err := p.ownLicence(r, r.PathValue("number"))
	if err != nil {
		panic(err)
	}
	if !own || !showable(l) {
		web.Fail(w, r, http.StatusNotFound, "没有这份证照可以出示。从“电子证照”重新选择；不再有效的证照不能出示。")
		return
	}
	content, err := p.Licences.VerifyURL(l)
	if err != nil {
		panic(err)
	}
	web.Render(w, r, http.StatusOK, licenceShowPage(l, content))
}

// licenceKeys are the public keys that QR codes are signed with, for verifying
// without a connection: fetched once, kept, and held against roots that came
// another way.
func (p *Portal) licenceKeys(w http.ResponseWriter, r *http.Request) {
	if p.Licences.Certificates == nil {
		web.NotFound(w, r)
		return
	}
	giveCertificates(w, "licence-keys.pem", p.Licences.Certificates())
}

// rootCertificates are what keys and seals are held against without a
// connection. They prove no more than the way they came: the page shows their
// fingerprints, to be compared with what the administration has published.
func (p *Portal) rootCertificates(w http.ResponseWriter, r *http.Request) {
	if p.Roots == nil {
		web.NotFound(w, r)
		return
	}
	giveCertificates(w, "roots.pem", p.Roots())
}

func giveCertificates(w http.ResponseWriter, name string, text []byte) {
	w.Header().Set("Content-Type", "application/x-pem-file")
	w.Header().Set("Content-Disposition", `attachment; filename="`+name+`"`)
	_, _ = w.Write(text) // a client that has gone cannot be told
}

// offline tells how licences are verified without a connection.
func (p *Portal) offline(w http.ResponseWriter, r *http.Request) {
	web.Render(w, r, http.StatusOK, offlinePage(p.Licences.Certificates != nil, p.roots()))
}

// rootView is a root certificate with its fingerprint, as one reads it out.
type rootView struct{ Name, Fingerprint string }

func (p *Portal) roots() (all []rootView) {
	if p.Roots == nil {
		return nil
	}
	for block, rest := pem.Decode(p.Roots()); block != nil; block, rest = pem.Decode(rest) {
		cert, err := x509.ParseCertificate(block.Bytes)
		if err != nil {
			continue // what programs cannot read, nobody verifies with
		}
		sum := sha256.Sum256(cert.Raw)
		var groups []string
		for pair := range slices.Chunk(sum[:], 2) {
			groups = append(groups, strings.ToUpper(hex.EncodeToString(pair)))
		}
		all = append(all, rootView{cert.Subject.CommonName, strings.Join(groups, " ")})
	}
	return all
}
