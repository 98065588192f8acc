package kiosk

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"wangban/internal/form"
	"wangban/internal/licence"
	"wangban/internal/web"
)

// Printing a licence: who has it at hand shows its QR code to the scanner, which
// types the address that stands in it; or number and code are typed. Who is
// logged in, or has applied here, comes from the licence's own page.

// licenceView is the search for a licence to print.
type licenceView struct {
	Number, Code string
	Problems     []form.Problem
}

// paperView is a licence ready to be printed.
type paperView struct {
	Licence licence.Public
	Pages   []string // addresses of the pictures
}

// codeOf takes the code out of what a scanner has typed: the address in the QR
// code, or the code alone.
func codeOf(typed string) string {
	s, _, _ := strings.Cut(strings.TrimSpace(typed), "#")
	if u, err := url.Parse(s); err == nil && u.Query().Get("code") != "" {
		return u.Query().Get("code")
	}
	s, _, _ = strings.Cut(s, "?")
	return strings.ToLower(s[strings.LastIndex(s, "/")+1:])
}

func (k *Kiosk) licences(w http.ResponseWriter, r *http.Request) {
	q := r.URL.Query()
	v := licenceView{Number: strings.TrimSpace(q.Get("number")), Code: strings.TrimSpace(q.Get("code"))}
	if !q.Has("number") && !q.Has("code") {
		web.Render(w, r, http.StatusOK, licencesPage(v))
		return
	}
	code := codeOf(v.Code)
	if code == "" {
		v.Problems = append(v.Problems, form.Problem{Field: "code", Text: "扫执照上的二维码，或者输入二维码里的编码。"})
		web.Render(w, r, http.StatusUnprocessableEntity, licencesPage(v))
		return
	}
	l, ok, err := k.Licences.FindCode(r.Context(), code)
	if err != nil {
		panic(err)
	}
	if !ok || v.Number != "" && !strings.EqualFold(v.Number, l.Number) {
		v.Problems = append(v.Problems, form.Problem{Field: "code", Text: "编号和二维码对不上任何一份发出的证照。再扫一次，或者登录后从“电子证照”里打印。"})
		web.Render(w, r, http.StatusUnprocessableEntity, licencesPage(v))
		return
	}
	http.Redirect(w, r, paperPath(l.Number, "", code), http.StatusSeeOther)
}

func paperPath(number, page, code string) string {
	at := "/kiosk/licences/" + url.PathEscape(number)
	if page != "" {
		at += "/" + page
	}
	return at + "?code=" + url.QueryEscape(code)
}

// readable is a licence whose newest version the code is of, and that is valid:
// who holds an older one has a right to its status, not to the newer document.
func (k *Kiosk) readable(ctx context.Context, r *http.Request) (licence.Public, error) {
	seen, err := k.Licences.Verify(ctx, r.PathValue("number"), r.URL.Query().Get("code"))
	if err == nil && (seen.Seen != seen.Version || seen.Status != licence.Valid) {
		err = licence.ErrUnknown
	}
	return seen, err
}

// paper are the pages of the licence of the address; it answers itself when
// there are none.
func (k *Kiosk) paper(w http.ResponseWriter, r *http.Request) (licence.Public, [][]byte, bool) {
	l, err := k.readable(r.Context(), r)
	var pages [][]byte
	if err == nil {
		pages, err = k.Paper(r.Context(), l.Number)
	}
	switch {
	case errors.Is(err, licence.ErrUnknown), errors.Is(err, licence.ErrEnded), errors.Is(err, licence.ErrNoDocument):
		web.Fail(w, r, http.StatusNotFound, "这份证照打印不了：二维码不是最新的，或者证照已经失效。登录后从“电子证照”里打印最新的。")
		return l, nil, false
	case errors.Is(err, licence.ErrCharacters):
		web.Fail(w, r, http.StatusServiceUnavailable, licence.ErrCharacters.Error())
		return l, nil, false
	case err != nil:
		panic(err)
	}
	return l, pages, true
}

// licence is the page that is printed.
func (k *Kiosk) licence(w http.ResponseWriter, r *http.Request) {
	l, pages, ok := k.paper(w, r)
	if !ok {
		return
	}
	v := paperView{Licence: l}
	for i := range pages {
		v.Pages = append(v.Pages, paperPath(l.Number, strconv.Itoa(i+1)+".png", r.URL.Query().Get("code")))
	}
	web.Render(w, r, http.StatusOK, paperPage(v))
}

// page is one page of it as a picture.
func (k *Kiosk) page(w http.ResponseWriter, r *http.Request) {
	digits, isPNG := strings.CutSuffix(r.PathValue("page"), ".png")
	n, err := strconv.Atoi(digits)
	if err != nil || !isPNG || n < 1 {
		web.NotFound(w, r)
		return
	}
	_, pages, ok := k.paper(w, r)
	if !ok {
		return
	}
	if n > len(pages) {
		web.NotFound(w, r)
		return
	}
	w.Header().Set("Content-Type", "image/png")
	_, _ = w.Write(pages[n-1])
}
