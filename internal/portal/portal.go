// Package portal is the public's screens: home, items and guides, applying
// page by page, the status of a case, signing, result query, log-in, the
// organisation's page. A screen is a file: its data, its handler, its form
// reading, beside its template.
//
// It decides nothing: handlers read the request, call a room, and render.
package portal

import (
	"context"
	_ "embed"
	"errors"
	"io"
	"net/http"
	"time"

	"wangban/internal/account"
	"wangban/internal/casework"
	"wangban/internal/form"
	"wangban/internal/item"
	"wangban/internal/ledger"
	"wangban/internal/licence"
	"wangban/internal/material"
	"wangban/internal/notify"
	"wangban/internal/paper"
	"wangban/internal/rating"
	"wangban/internal/web"
)

//go:embed en.yaml
var english []byte

// Portal serves the public.
type Portal struct {
	Door  *casework.Door
	Items *item.Library
	House func() casework.House
	Now   func() time.Time

	// Intake takes in an uploaded document; what it says in notes is advice to
	// the person, an error is why it was not taken.
	Intake func(ctx context.Context, name string, r io.Reader, f form.Field) (file form.File, notes []string, err error)
	// Open reads a stored file by its hash.
	Open web.OpenFile
	// SendCode and CheckCode are one-time codes for a purpose. Who asks for one
	// is counted: the numbers are typed by whoever comes.
	SendCode  func(ctx context.Context, by account.Asker, mobile, purpose string) error
	CheckCode func(ctx context.Context, mobile, purpose, code string) error
	// Grant lets the visitor's browser act on a case as its applicant.
	Grant func(ctx context.Context, session, caseID string) error
	// Accounts are people and their units. Session is the one of the request,
	// SetCookie gives it a new cookie after a log-in.
	Accounts  *account.Room
	Session   func(ctx context.Context) account.Session
	SetCookie func(w http.ResponseWriter, cookie string)
	// Unit is what a unit of the administration is called.
	Unit func(code string) string
	// Materials hands questions over to phones; Licences is what was issued.
	Materials *material.Room
	Licences  *licence.Room
	// Papers are the documents of acts; nil: none are made.
	Papers *paper.Room
	// Log is the public log; ReceiptPDF makes the sealed document of a receipt.
	Log        *ledger.Room
	ReceiptPDF func(ctx context.Context, r ReceiptPaper) ([]byte, error)
	// Roots are the root certificates of the installation's seals, PEM; nil:
	// they are not given out.
	Roots func() []byte
	// SealedHere tells whether a PDF bears an unbroken seal of this installation.
	SealedHere func(pdf []byte) bool
	// Messages are what was sent about a case, oldest first.
	Messages func(ctx context.Context, caseID string) ([]notify.Message, error)
	// Box is the messages of accounts.
	Box *notify.Outbox
	// Document makes a document of the case's item, as PDF.
	Document func(ctx context.Context, s casework.State, it *item.Item, name string) ([]byte, error)
	// Ratings are what people say of how they were served.
	Ratings *rating.Room

	finder openFinder // what the search reads of the items
}

// Routes adds the portal's addresses.
func (p *Portal) Routes(mux *web.Mux) {
	web.AddEnglish(english)
	mux.HandleFunc("GET /{$}", p.home)
	mux.HandleFunc("GET /items", p.items)
	mux.HandleFunc("GET /items/{item}", p.guide)
	mux.HandleFunc("POST /items/{item}/start", p.start)
	mux.HandleFunc("GET /cases/{id}", p.status)
	mux.HandleFunc("GET /cases/{id}/clock.json", p.clock)
	mux.HandleFunc("GET /cases/{id}/tasks", p.tasks)
	mux.HandleFunc("GET /cases/{id}/form/{page}", p.page)
	mux.HandleFunc("POST /cases/{id}/form/{page}", p.savePage)
	mux.HandleFunc("GET /cases/{id}/form/{page}/{field}/{row}", p.row)
	mux.HandleFunc("POST /cases/{id}/form/{page}/{field}/{row}", p.saveRow)
	mux.HandleFunc("GET /cases/{id}/form/{page}/{field}/{row}/remove", p.askRemoveRow)
	mux.HandleFunc("POST /cases/{id}/form/{page}/{field}/{row}/remove", p.removeRow)
	mux.HandleFunc("GET /cases/{id}/form/{page}/{field}/sheet", p.sheet)
	mux.HandleFunc("POST /cases/{id}/form/{page}/{field}/sheet", p.readSheet)
	mux.HandleFunc("GET /cases/{id}/form/{page}/{field}/sheet/template", p.sheetTemplate)
	mux.HandleFunc("GET /cases/{id}/again/{field}", p.askAgain)
	mux.HandleFunc("POST /cases/{id}/again/{field}", p.useAgain)
	mux.HandleFunc("GET /cases/{id}/verify/{field}", p.verify)
	mux.HandleFunc("POST /cases/{id}/verify/{field}", p.checkNumber)
	mux.HandleFunc("GET /cases/{id}/check", p.answers)
	mux.HandleFunc("GET /cases/{id}/acts/{act}", p.askAct)
	mux.HandleFunc("POST /cases/{id}/acts/{act}", p.doAct)
	mux.HandleFunc("GET /cases/{id}/files/{field}/{n}", p.file)
	mux.HandleFunc("GET /cases/{id}/document/{name}", p.document)
	mux.HandleFunc("GET /cases/{id}/signed", p.signed)
	mux.HandleFunc("GET /cases/{id}/receipts/{n}", p.receipt)
	mux.HandleFunc("GET /cases/{id}/papers/{seq}/{place}", p.actPaper)
	mux.HandleFunc("GET /log", p.logPage)
	mux.HandleFunc("GET /log/key", p.logKey)
	mux.HandleFunc("GET /log/checkpoint", p.checkpoint)
	mux.HandleFunc("GET /log/tile/{path...}", p.tile)
	mux.HandleFunc("GET /log/verify", p.askReceipt)
	mux.HandleFunc("POST /log/verify", p.checkReceipt)
	mux.HandleFunc("GET /result", p.query)
	mux.HandleFunc("POST /result", p.askResult)
	mux.HandleFunc("POST /result/code", p.showResult)
	mux.HandleFunc("GET /my", p.mine)
	mux.HandleFunc("GET /my/messages", p.messages)
	mux.HandleFunc("POST /my/messages", p.readMessages)
	mux.HandleFunc("POST /my/messages/{message}", p.readMessage)
	mux.HandleFunc("GET /items/{item}/sheet", p.flowSheet)
	mux.HandleFunc("GET /help/{topic}", p.help)
	mux.HandleFunc("GET /cases/{id}/handover/{field}", p.handover)
	mux.HandleFunc("POST /cases/{id}/handover/{field}", p.offerHandover)
	mux.HandleFunc("GET /cases/{id}/handover/{field}/files", p.handoverFiles)
	mux.HandleFunc("GET /h/{token}", web.Address("/h/", p.phone))
	mux.HandleFunc("POST /h/{token}", p.phoneUpload)
	mux.HandleFunc("GET /t/{token}", web.Address("/t/", p.askTakeover))
	mux.HandleFunc("POST /t/{token}", p.takeOver)
	mux.HandleFunc("GET /login", p.askLogin)
	mux.HandleFunc("POST /login", p.login)
	mux.HandleFunc("POST /login/code", p.loginCode)
	mux.HandleFunc("GET /login/password", p.askPassword)
	mux.HandleFunc("POST /login/password", p.sendPasswordCode)
	mux.HandleFunc("POST /login/password/new", p.setPassword)
	mux.HandleFunc("POST /login/passkey", p.passkeyLogin)
	mux.HandleFunc("POST /login/passkey/question", p.askPasskeyLogin)
	mux.HandleFunc("POST /logout", p.logout)
	mux.HandleFunc("GET /organisation", p.organisation)
	mux.HandleFunc("GET /organisation/login-ways", p.loginWays)
	mux.HandleFunc("POST /organisation/login-ways", p.addPasskey)
	mux.HandleFunc("POST /organisation/login-ways/question", p.askPasskey)
	mux.HandleFunc("POST /organisation/login-ways/code", p.confirmPerson)
	mux.HandleFunc("GET /organisation/login-ways/passkeys/{passkey}", p.askRemovePasskey)
	mux.HandleFunc("POST /organisation/login-ways/passkeys/{passkey}", p.removePasskey)
	mux.HandleFunc("GET /organisation/{uscc}", p.oneOrganisation)
	mux.HandleFunc("GET /organisation/{uscc}/mandates/{mandate}", p.askRevoke)
	mux.HandleFunc("POST /organisation/{uscc}/mandates/{mandate}", p.revoke)
	mux.HandleFunc("GET /organisation/{uscc}/mandates/{mandate}/letter", p.mandateLetter)
	mux.HandleFunc("GET /licences", p.licences)
	mux.HandleFunc("GET /licences/{number}", p.licence)
	mux.HandleFunc("GET /licences/{number}/pdf", p.licencePDF)
	mux.HandleFunc("GET /licences/{number}/show", p.licenceShow)
	mux.HandleFunc("GET /licences/all", p.licenceList)
	mux.HandleFunc("GET /licences/all.csv", p.licenceCSV)
	mux.HandleFunc("GET /licences/offline", p.offline)
	mux.HandleFunc("GET /licences/keys.pem", p.licenceKeys)
	mux.HandleFunc("GET /licences/roots.pem", p.rootCertificates)
	mux.HandleFunc("POST /licences/check", p.checkLicence)
	mux.HandleFunc("GET /v/{code}", p.shortLicence)
	mux.HandleFunc("GET /my/licences", p.wallet)
	mux.HandleFunc("GET /r/{token}", web.Address("/r/", p.toRating))
	mux.HandleFunc("GET /my/cases/{id}/rate", p.askRating)
	mux.HandleFunc("POST /my/cases/{id}/rate", p.rate)
	mux.HandleFunc("GET /ratings", p.ratings)
}

// actor is the visitor as applicant.
func actor(r *http.Request) casework.Actor {
	v := web.VisitorOf(r.Context())
	a := casework.Actor{Kind: casework.Applicant, ID: v.Session, Session: v.Session, Cases: v.Cases}
	if v.Person != "" {
		a.ID = v.Person
	}
	if v.Staff != nil {
		return casework.Actor{Kind: casework.Staff, ID: v.Staff.ID, Name: v.Staff.Name, Unit: v.Staff.Unit,
			Roles: v.Staff.Roles, Units: v.Staff.Units, Session: v.Session}
	}
	return a
}

// asker is the visitor as one who asks for codes. Members of staff, who help
// many people, are not counted.
func asker(r *http.Request) account.Asker {
	v := web.VisitorOf(r.Context())
	if v.Staff != nil {
		return account.Asker{}
	}
	return account.Asker{Session: v.Session, Address: v.Address}
}

// own reads the visitor's own case. For anybody else the case does not exist.
func (p *Portal) own(w http.ResponseWriter, r *http.Request) (casework.State, *item.Item, bool) {
	s, it, mine, err := p.mineToOpen(r)
	if err != nil {
		panic(err)
	}
	if !mine {
		noCase(w, r)
	}
	return s, it, mine
}

// mineToOpen is own where what is said to others is not the same as everywhere.
func (p *Portal) mineToOpen(r *http.Request) (s casework.State, it *item.Item, mine bool, err error) {
	s, it, err = p.Door.Get(r.Context(), r.PathValue("id"))
	var refusal *casework.Refusal
	if errors.As(err, &refusal) {
		return s, it, false, nil
	}
	if err == nil {
		mine, err = p.letIn(r, s, it)
	}
	if mine {
		web.Speak(r.Context(), it.English)
	}
	return s, it, mine, err
}

func noCase(w http.ResponseWriter, r *http.Request) {
	web.Fail(w, r, http.StatusNotFound, "没有这件申请，或者这台设备还不能打开它。从“办件查询”输入手机号和验证码，就能继续办理。")
}

// refused shows why an act was turned down as a page of its own, for acts
// that have no form to come back to.
func refused(w http.ResponseWriter, r *http.Request, err error) {
	var refusal *casework.Refusal
	if !errors.As(err, &refusal) {
		panic(err)
	}
	if heading := goneTitles[refusal.Code]; heading != "" {
		web.FailAs(w, r, refusal.Code.Status(), heading, refusal.Text, refusal.Args...)
		return
	}
	web.Fail(w, r, refusal.Code.Status(), refusal.Text, refusal.Args...)
}

// goneTitles head the pages of what is over without being a link.
var goneTitles = map[casework.Code]string{
	casework.CodeClosed: "这个事项不接收新申请",
	casework.CodePaper:  "这个事项不收纸质申请了",
	casework.CodeLapsed: "办这一步的时间已过",
}
