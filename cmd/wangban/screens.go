package main

import (
	"context"
	"net/http"
	"time"

	"wangban/internal/account"
	"wangban/internal/db"
	"wangban/internal/desk"
	"wangban/internal/notify"
	"wangban/internal/phrase"
	"wangban/internal/web"
)

// screens are all pages of an installation behind the common frame.
func (in *installation) screens(observe func(route string, status int, took time.Duration), more ...func(*web.Mux)) http.Handler {
	mux := &web.Mux{}
	mux.Handle("GET /static/", web.StaticFiles())
	mux.HandleFunc("POST /display", web.SetDisplay)
	mux.HandleFunc("/", web.NotFound)
	staff := in.desk()
	in.portal().Routes(mux)
	in.signPages().Routes(mux)
	in.kiosk().Routes(mux)
	staff.Routes(mux)
	in.reports(mux)
	for _, add := range more {
		add(mux)
	}
	in.addEnglish()
	waiting := func(r *http.Request, o *web.Officer) (cases, asked int) {
		cases, asked, err := staff.Waiting(r.Context(), *o)
		if err != nil {
			panic(err)
		}
		return cases, asked
	}
	frame := &web.Frame{Site: in.site(), Log: in.log, Now: in.now, Observe: observe, MaxBody: maxBody}
	if in.clock != nil {
		frame.Shifted = in.clock.Moved
	}
	unread := func(r *http.Request, o *web.Officer) int {
		n, err := in.notices.Unread(r.Context(), o.ID)
		if err != nil {
			panic(err)
		}
		return n
	}
	return frame.Wrap(in.visitors(waiting, unread, mux))
}

// maxBody bounds a request: ten documents of 10 MB are sent one by one, so one
// and its form is the most there is.
const maxBody = 12 << 20

func (in *installation) site() *web.Site {
	c := in.county
	var legal []string
	for _, line := range c.Legal {
		legal = append(legal, line.ZH)
	}
	return &web.Site{Portal: c.Portal.ZH, PortalEN: c.Portal.EN, Office: c.Name.ZH, OfficeEN: c.Name.EN, Hotline: c.Hotline,
		Hours: c.Hours.ZH, HoursEN: c.Hours.EN, Address: c.Address.ZH, AddressEN: c.Address.EN, Legal: legal, Demo: in.demo}
}

func (in *installation) desk() *desk.Desk {
	units := map[string]string{}
	for code, u := range in.county.Units {
		units[code] = u.Name
	}
	return &desk.Desk{
		Door: in.door, Items: in.items, House: in.house, Now: in.now, Log: in.log,
		Units: func() map[string]string { return units }, UnitKind: func(code string) string { return in.county.Units[code].Kind },
		Name: func(ctx context.Context, id string) string {
			m, _, err := in.accounts.Member(ctx, id)
			if err != nil {
				panic(err)
			}
			return m.Name
		},
		Lacks: in.typeface.Lacks,
		Open:  in.files.Open, Messages: in.outbox.Of, Papers: in.acts, Phrases: phrase.New(in.db, in.now), Licence: in.licences.Find, Intake: in.intake, Ratings: in.ratings, Notices: in.notices,
		Colleagues: in.colleagues, Absences: in.accounts.Absences, PutDownAbsence: in.accounts.PutDownAbsence, EndAbsence: in.accounts.EndAbsence,
		SignIn: in.staffSignIn, Enter: in.enter, Leave: in.leave,
		OfferTakeover: in.offerTakeover, TextTakeover: in.textTakeover, MissingYear: in.missingYear,
	}
}

// staffSignIn is the first half of a staff log-in: password, then a code.
func (in *installation) staffSignIn(ctx context.Context, session, login, password string) (mobile string, err error) {
	if err := in.accounts.StaffLogIn(ctx, session, login, password); err != nil {
		return "", err
	}
	return in.accounts.SendLoginCode(ctx, account.Session{ID: session, Pending: "staff:" + login})
}

// enter takes the code of a log-in; the session goes on under a new cookie.
func (in *installation) enter(w http.ResponseWriter, r *http.Request, code string) error {
	cookie, err := in.accounts.Enter(r.Context(), sessionOf(r.Context()), code)
	if err == nil {
		in.setCookie(w, cookie)
	}
	return err
}

func (in *installation) leave(_ http.ResponseWriter, r *http.Request) error {
	return in.accounts.End(r.Context(), web.VisitorOf(r.Context()).Session)
}

// offerTakeover makes the link with which an applicant takes over a case that
// an officer has begun.
func (in *installation) offerTakeover(ctx context.Context, caseID string) (url string, until time.Time, err error) {
	token, until, err := in.accounts.OfferTakeover(ctx, caseID)
	return in.settings.URL + "/t/" + token, until, err
}

// textTakeover sends that link. It goes the way of codes: it opens something,
// so its text is not kept.
func (in *installation) textTakeover(ctx context.Context, caseID, mobile, url string) error {
	return in.db.Write(ctx, func(ctx context.Context, tx db.Tx) error {
		_, err := in.outbox.SendCode(ctx, tx, notify.Code{Case: caseID, To: mobile, Template: "takeover", Params: map[string]string{"url": url},
			Text: "工作人员已为您开始填写申请，请点击 " + url + " 接着办理。"})
		return err
	})
}
