// Package kiosk is what a device in a hall (办照一体机) shows first: what can be
// begun there, the way on to one's own phone, the printing of licences, and the
// wipe that ends each visit. Forms are the portal's own pages; the frame shows
// them larger on such a device.
//
// A device has no rights. It is told a token once, so that a browser at home
// does not wipe itself; everybody at it is a visitor like any other.
package kiosk

import (
	"context"
	_ "embed"
	"errors"
	"net/http"
	"slices"
	"time"

	"wangban/internal/casework"
	"wangban/internal/form"
	"wangban/internal/item"
	"wangban/internal/licence"
	"wangban/internal/web"
)

//go:embed en.yaml
var english []byte

// Kiosk serves the devices.
type Kiosk struct {
	Items *item.Library
	Door  *casework.Door
	Now   func() time.Time
	// Admit lets a browser be a device from now on; false when nobody knows the
	// token.
	Admit func(w http.ResponseWriter, token string) bool
	// Wipe ends the browser's session and what it was told to keep, but for
	// that it is a device.
	Wipe func(w http.ResponseWriter, r *http.Request) error
	// Offer makes the link with which a phone takes a case over, once.
	Offer func(ctx context.Context, caseID string) (url string, until time.Time, err error)
	// Licences are what can be printed; Paper are the pages of one as PNG.
	Licences *licence.Room
	Paper    func(ctx context.Context, number string) ([][]byte, error)
	URL      string // of the installation, for QR codes
}

// Routes adds the addresses.
func (k *Kiosk) Routes(mux *web.Mux) {
	web.AddEnglish(english)
	mux.HandleFunc("GET /kiosk", k.home)
	mux.HandleFunc("POST /kiosk/device", k.admit)
	mux.HandleFunc("POST /kiosk/finish", k.finish)
	mux.HandleFunc("GET /kiosk/wiped", k.finish)
	mux.HandleFunc("GET /kiosk/items/{item}", k.device(k.item))
	mux.HandleFunc("GET /kiosk/cases/{id}/phone", k.device(k.phone))
	mux.HandleFunc("POST /kiosk/cases/{id}/phone", k.device(k.offer))
	mux.HandleFunc("GET /kiosk/licences", k.device(k.licences))
	mux.HandleFunc("GET /kiosk/licences/{number}", k.device(k.licence))
	mux.HandleFunc("GET /kiosk/licences/{number}/{page}", k.device(k.page))
}

// device keeps pages that make sense at a device only from other browsers.
func (k *Kiosk) device(next http.HandlerFunc) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		if web.ChromeOf(r.Context()).Kiosk == nil {
			http.Redirect(w, r, "/kiosk", http.StatusSeeOther)
			return
		}
		next(w, r)
	}
}

// home is what can be done here; or, for a browser that is no device yet, where
// it is told its token.
func (k *Kiosk) home(w http.ResponseWriter, r *http.Request) {
	if web.ChromeOf(r.Context()).Kiosk == nil {
		web.Render(w, r, http.StatusOK, devicePage(nil))
		return
	}
	web.Render(w, r, http.StatusOK, homePage(k.items(), r.URL.Query().Has("wiped")))
}

// items are those that say they can be begun here, and can be now.
func (k *Kiosk) items() []*item.Item {
	var all []*item.Item
	for _, it := range k.Items.All() {
		if it.Guide.Kiosk && it.Guide.Live.Covers(k.Now()) {
			all = append(all, it)
		}
	}
	// What begins something comes first, then what happens to it, in that order.
	slices.SortStableFunc(all, func(a, b *item.Item) int {
		return slices.Index(item.LicenceActs(), a.Guide.Licence.Act) - slices.Index(item.LicenceActs(), b.Guide.Licence.Act)
	})
	return all
}

func (k *Kiosk) admit(w http.ResponseWriter, r *http.Request) {
	if !k.Admit(w, r.PostFormValue("token")) {
		web.Render(w, r, http.StatusUnprocessableEntity, devicePage([]form.Problem{{Field: "token", Text: "没有口令是这个的自助机。对照安装说明里的口令重新输入。"}}))
		return
	}
	http.Redirect(w, r, "/kiosk", http.StatusSeeOther)
}

// finish wipes what the last person has left. It also answers the GET with
// which a page that nobody touches ends, because a page without script can do
// nothing else; a link elsewhere wipes nobody's browser, for only devices are
// wiped so. No case is changed.
func (k *Kiosk) finish(w http.ResponseWriter, r *http.Request) {
	if web.ChromeOf(r.Context()).Kiosk == nil {
		http.Redirect(w, r, "/kiosk", http.StatusSeeOther)
		return
	}
	if err := k.Wipe(w, r); err != nil {
		panic(err)
	}
	w.Header().Set("Clear-Site-Data", `"cache", "storage"`)
	http.Redirect(w, r, "/kiosk?wiped", http.StatusSeeOther)
}

// item tells the four facts and begins.
func (k *Kiosk) item(w http.ResponseWriter, r *http.Request) {
	it, ok := k.Items.Get(r.PathValue("item"))
	if !ok || !it.Guide.Kiosk || !it.Guide.Live.Covers(k.Now()) {
		web.NotFound(w, r)
		return
	}
	web.Speak(r.Context(), it.English)
	web.Render(w, r, http.StatusOK, itemPage(it, k.URL+"/items/"+it.Name, web.NewKey()))
}

// actor is who stands at the device.
func actor(r *http.Request) casework.Actor {
	v := web.VisitorOf(r.Context())
	a := casework.Actor{Kind: casework.Applicant, ID: v.Session, Session: v.Session, Cases: v.Cases}
	if v.Person != "" {
		a.ID = v.Person
	}
	return a
}

// phoneView is the way of a case from the device to a phone.
type phoneView struct {
	State casework.State
	Item  *item.Item
	URL   string // in the QR code; empty until it was asked for
	Until time.Time
}

// own reads the case of who stands here; for anybody else there is none.
func (k *Kiosk) own(w http.ResponseWriter, r *http.Request) (phoneView, bool) {
	s, it, err := k.Door.Get(r.Context(), r.PathValue("id"))
	var refusal *casework.Refusal
	if err != nil && !errors.As(err, &refusal) {
		panic(err)
	}
	if err != nil || !casework.OwnedBy(s, actor(r)) {
		web.Fail(w, r, http.StatusNotFound, "没有这件申请，或者已经转到手机上了。回首页重新开始，或者在手机上接着办。")
		return phoneView{}, false
	}
	web.Speak(r.Context(), it.English)
	return phoneView{State: s, Item: it}, true
}

func (k *Kiosk) phone(w http.ResponseWriter, r *http.Request) {
	if v, ok := k.own(w, r); ok {
		web.Render(w, r, http.StatusOK, phonePage(v))
	}
}

// offer shows the QR code. A new one ends the older; the phone that takes the
// case over takes it away from here.
func (k *Kiosk) offer(w http.ResponseWriter, r *http.Request) {
	v, ok := k.own(w, r)
	if !ok {
		return
	}
	if !casework.Offered(v.State) || v.State.Owner != web.VisitorOf(r.Context()).Session {
		web.Fail(w, r, http.StatusConflict, "这件申请不能扫码转到手机上。在手机上登录，或者从“办件查询”凭验证码打开。")
		return
	}
	var err error
	if v.URL, v.Until, err = k.Offer(r.Context(), v.State.ID); err != nil {
		panic(err)
	}
	web.Render(w, r, http.StatusOK, phonePage(v))
}
