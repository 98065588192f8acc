// Package desk is the workbench (工作台) of the staff: log-in, the queue, all
// cases, the page on which a case is judged, and helping people to apply
// (帮办). A screen is a file: its data, its handler, its form reading, beside
// its template.
//
// It decides nothing: handlers read the request, call a room, and render. Who
// may do what is the door's matter; the desk only keeps cases of other units
// out of sight.
package desk

import (
	"context"
	_ "embed"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"net/url"
	"slices"
	"time"

	"wangban/internal/account"
	"wangban/internal/casework"
	"wangban/internal/form"
	"wangban/internal/item"
	"wangban/internal/licence"
	"wangban/internal/notice"
	"wangban/internal/notify"
	"wangban/internal/paper"
	"wangban/internal/phrase"
	"wangban/internal/rating"
	"wangban/internal/web"
)

//go:embed en.yaml
var english []byte

// Desk serves the staff.
type Desk struct {
	Door  *casework.Door
	Items *item.Library
	House func() casework.House
	Now   func() time.Time
	Log   *slog.Logger

	// Units are the names of the administration's units by their codes.
	Units func() map[string]string
	// MissingYear is the year that the workday calendar will lack soon; 0: none.
	// nil: nobody is told.
	MissingYear func() int
	// UnitKind is the kind of a unit (机关股室, 派出所 …) by its code.
	UnitKind func(code string) string
	// Name is what a member of staff is called; empty when there is none.
	Name func(ctx context.Context, staff string) string
	// Lacks are the characters of a text that no font for documents has. nil: it is
	// not looked at.
	Lacks func(text string) []rune
	// Open reads a stored file by its hash.
	Open web.OpenFile
	// Messages are what has been sent about a case, oldest first.
	Messages func(ctx context.Context, caseID string) ([]notify.Message, error)

	// Colleagues are the members of staff at work, as they would act.
	Colleagues func(ctx context.Context) ([]casework.Actor, error)
	// Absences are those that last or are to come. PutDownAbsence records one,
	// EndAbsence ends one; the desk has asked who may.
	Absences       func(ctx context.Context) ([]account.Absence, error)
	PutDownAbsence func(ctx context.Context, a account.Absence) error
	EndAbsence     func(ctx context.Context, id string) error
	// Phrases are the sentences that staff write again and again.
	Phrases *phrase.Room
	// Intake takes in a file of a sheet, such as a photograph of a visit; what
	// it says in notes is advice, an error is why it was not taken.
	Intake func(ctx context.Context, name string, r io.Reader, f form.Field) (file form.File, notes []string, err error)
	// Papers are the documents of acts; nil: none are made.
	Papers *paper.Room

	// Licence reads a licence with all its versions by its number.
	Licence func(ctx context.Context, number string) (licence.Licence, bool, error)

	// Notices are what the staff are told of what colleagues do; nil: nothing.
	Notices *notice.Room
	// Ratings are what people say, and the follow-up of bad ratings.
	Ratings *rating.Room

	// SignIn takes the password and sends a code; it tells the number
	// that the code went to. Enter takes the code and sets the session's new
	// cookie. Leave logs out.
	SignIn func(ctx context.Context, session, login, password string) (mobile string, err error)
	Enter  func(w http.ResponseWriter, r *http.Request, code string) error
	Leave  func(w http.ResponseWriter, r *http.Request) error

	// OfferTakeover makes the link with which the applicant takes over a case
	// that the officer has begun; a newer one replaces it. TextTakeover sends
	// it; nil where no message can be sent.
	OfferTakeover func(ctx context.Context, caseID string) (url string, until time.Time, err error)
	TextTakeover  func(ctx context.Context, caseID, mobile, url string) error
}

// Routes adds the workbench's addresses.
func (d *Desk) Routes(mux *web.Mux) {
	web.AddEnglish(english)
	mux.HandleFunc("GET /desk/login", d.askLogin)
	mux.HandleFunc("POST /desk/login", d.login)
	mux.HandleFunc("POST /desk/login/code", d.loginCode)
	mux.HandleFunc("POST /desk/logout", d.logout)
	for pattern, handler := range map[string]http.HandlerFunc{
		"GET /desk":                                        d.queue,
		"GET /desk/all":                                    d.all,
		"POST /desk/bulk":                                  d.doBulk,
		"GET /desk/consults":                               d.consults,
		"GET /desk/cases/{id}":                             d.show,
		"GET /desk/cases/{id}/clock.json":                  d.clock,
		"GET /desk/cases/{id}/acts/{act}":                  d.askAct,
		"POST /desk/cases/{id}/reveal":                     d.reveal,
		"POST /desk/cases/{id}/acts/{act}":                 d.act,
		"GET /desk/cases/{id}/files/{field}/{n}":           d.file,
		"GET /desk/cases/{id}/letter":                      d.letter,
		"GET /desk/cases/{id}/evidence/{n}":                d.evidence,
		"GET /desk/assist":                                 helpersOnly(d.assist),
		"POST /desk/assist":                                helpersOnly(d.startAssist),
		"GET /desk/cases/{id}/handover":                    d.handover,
		"POST /desk/cases/{id}/handover":                   d.offerHandover,
		"GET /desk/help/keys":                              d.keys,
		"GET /desk/licences":                               d.licence,
		"GET /desk/cases/{id}/papers/{seq}/{place}":        d.paper,
		"POST /desk/cases/{id}/papers/{seq}/{place}/again": d.paperAgain,
		"GET /desk/absence":                                d.absence,
		"POST /desk/absence":                               d.putDownAbsence,
		"POST /desk/absence/{id}/end":                      d.endAbsence,
		"POST /desk/absence/hand-over":                     d.handOverAll,
		"GET /desk/notices":                                d.notices,
		"POST /desk/notices":                               d.readNotices,
		"POST /desk/notices/choice":                        d.chooseNotices,
		"POST /desk/notices/{notice}":                      d.readNotice,
		"GET /desk/ratings":                                followersOnly(d.ratings),
		"GET /desk/ratings/{rating}":                       followersOnly(d.rating),
		"POST /desk/ratings/{rating}":                      followersOnly(d.handleRating),
		"GET /desk/phrases":                                d.phrases,
		"POST /desk/phrases":                               d.keepPhrase,
		"POST /desk/phrases/{phrase}":                      d.keepPhrase,
		"POST /desk/cases/{id}/phrases":                    d.insertOnCase,
	} {
		mux.HandleFunc(pattern, staffOnly(handler))
	}
}

// staffOnly lets members of staff in, leads others to the log-in, and turns
// away who is logged in as somebody else.
func staffOnly(next http.HandlerFunc) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		switch v := web.VisitorOf(r.Context()); {
		case v.Staff != nil:
			next(w, r)
		case v.Person != "":
			web.Fail(w, r, http.StatusForbidden, "这里是工作人员的工作台。你现在登录的是单位账号，退出后用工号登录。")
		case r.Method == http.MethodGet:
			http.Redirect(w, r, "/desk/login?next="+url.QueryEscape(r.URL.RequestURI()), http.StatusSeeOther)
		default:
			web.Fail(w, r, http.StatusForbidden, "登录已经超时，这次操作没有受理。在新窗口登录工作台，再回到这一页重新提交，填的内容还在。")
		}
	}
}

// helpersOnly lets in whose post it is to help people apply.
func helpersOnly(next http.HandlerFunc) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		if !slices.Contains(officer(r.Context()).Roles, casework.RoleHelper) {
			web.Fail(w, r, http.StatusForbidden, "帮办由有帮办岗位的工作人员开始。")
			return
		}
		next(w, r)
	}
}

func officer(ctx context.Context) *web.Officer { return web.VisitorOf(ctx).Staff }

// actor is the visitor as a member of staff.
func actor(ctx context.Context) casework.Actor {
	o := officer(ctx)
	return casework.Actor{Kind: casework.Staff, ID: o.ID, Name: o.Name, Unit: o.Unit, Roles: o.Roles, Units: o.Units, For: o.For,
		Session: web.VisitorOf(ctx).Session}
}

// see reads a case the officer may see: one that has been handed in to a unit
// whose cases they handle, or on which their unit's opinion is asked. For
// anybody else it does not exist.
func (d *Desk) see(w http.ResponseWriter, r *http.Request) (casework.State, *item.Item, bool) {
	s, it, ok := d.get(w, r)
	if ok && (s.Submitted == nil || !casework.MaySee(s, actor(r.Context()))) {
		noCase(w, r)
		ok = false
	}
	return s, it, ok
}

func (d *Desk) get(w http.ResponseWriter, r *http.Request) (casework.State, *item.Item, bool) {
	s, it, err := d.Door.Get(r.Context(), r.PathValue("id"))
	var refusal *casework.Refusal
	switch {
	case errors.As(err, &refusal):
		noCase(w, r)
	case err != nil:
		panic(err)
	default:
		web.Speak(r.Context(), it.English)
	}
	return s, it, err == nil
}

func noCase(w http.ResponseWriter, r *http.Request) {
	web.Fail(w, r, http.StatusNotFound, "没有这件办件，或者它归别的单位办理。在“全部办件”里按编号或名称找一找。")
}

// say is why somebody was turned down, in the reader's language; false for
// errors that are nobody's doing.
func say(ctx context.Context, err error) (string, bool) {
	var act *casework.Refusal
	var person *account.Refusal
	switch {
	case errors.As(err, &act):
		return web.Tf(ctx, act.Text, act.Args...), true
	case errors.As(err, &person):
		return web.Tf(ctx, person.Text, person.Args...), true
	}
	return "", false
}
