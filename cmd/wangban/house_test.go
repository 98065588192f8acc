package main

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"testing"

	"wangban/internal/account"
	"wangban/internal/casework"
	"wangban/internal/cn"
	"wangban/internal/demo"
	"wangban/internal/form"
	"wangban/internal/item"
	"wangban/internal/signing"
	"wangban/internal/web"
)

// house is a demo installation as it runs, with its pages on a socket.
type house struct {
	*testing.T
	*installation
	mux    *web.Mux
	server *httptest.Server
	book   *book

	mu    sync.Mutex
	n     int               // what makes units and numbers different from each other
	other map[string]string // see unit
}

// book keeps the log.
type book struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (l *book) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.Write(p)
}

// wrong are the lines that tell of something that is nobody's doing.
func (l *book) wrong() []string {
	l.mu.Lock()
	defer l.mu.Unlock()
	var lines []string
	for line := range strings.Lines(l.b.String()) {
		if strings.Contains(line, `"level":"ERROR"`) {
			lines = append(lines, line)
		}
	}
	return lines
}

// openHouse opens a demo of its own; whatever it logs as an error fails the
// test.
func openHouse(t *testing.T) *house { return openHouseOn(t, "") }

// openHouseOn opens it on a database of an address.
func openHouseOn(t *testing.T, database string) *house {
	t.Helper()
	h := &house{T: t, book: &book{}}
	h.server = httptest.NewUnstartedServer(nil)
	address := address(h.server.Listener.Addr())
	in, err := open(t.Context(), settings{Data: t.TempDir(), Database: database, URL: address, Fonts: []string{"none"}, SMS: smsSettings{Hook: "hook-secret"}}, true, slog.New(slog.NewJSONHandler(h.book, nil)))
	h.must(err)
	h.installation = in
	h.must(in.seed(t.Context()))
	// A helper who reviews nothing, beside the people of the demo.
	_, err = in.accounts.ImportStaff(t.Context(), []byte(`staff: [{id: wangling, name: 王玲, unit: chengguan, mobile: "13900000009", roles: [helper], units: []}]`))
	h.must(err)
	h.server.Config.Handler = in.screens(nil, stage(in), func(m *web.Mux) { h.mux = m })
	h.server.Config.ErrorLog = slog.NewLogLogger(slog.DiscardHandler, slog.LevelError)
	h.server.Start()
	t.Cleanup(func() {
		h.server.Close()
		h.must(in.close())
		for _, line := range h.book.wrong() {
			t.Error(line)
		}
	})
	return h
}

func (h *house) must(err error) {
	h.Helper()
	if err != nil {
		h.Fatal(err)
	}
}

// next is a number that no one has had yet.
func (h *house) next() int {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.n++
	return h.n
}

// browser is somebody's, with a session of its own.
type browser struct {
	*house
	client  *http.Client
	session account.Session
}

func (h *house) browser() *browser {
	h.Helper()
	jar, err := cookiejar.New(nil)
	h.must(err)
	cookie, s, err := h.accounts.Begin(h.Context())
	h.must(err)
	b := &browser{h, &http.Client{Jar: jar, Transport: h.server.Client().Transport,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}, s}
	b.keep(cookie)
	return b
}

func (b *browser) keep(cookie string) {
	at, err := url.Parse(b.server.URL)
	b.must(err)
	b.client.Jar.SetCookies(at, []*http.Cookie{{Name: "wb", Value: cookie, Path: "/"}})
}

// as is a browser in which a person or a member of staff has logged in.
func (h *house) as(kind, id string) *browser {
	h.Helper()
	b := h.browser()
	cookie, err := h.accounts.LetIn(h.Context(), b.session.ID, kind, id)
	h.must(err)
	b.keep(cookie)
	return b
}

// answer is what the server has answered.
type answer struct {
	status         int
	header         http.Header
	body           string
	acted, changed bool // an act, or anything at all, was recorded meanwhile
}

func (b *browser) read(r *http.Response, err error) answer {
	b.Helper()
	b.must(err)
	defer func() { _ = r.Body.Close() }()
	body, err := io.ReadAll(r.Body)
	b.must(err)
	return answer{status: r.StatusCode, header: r.Header, body: string(body)}
}

func (b *browser) get(path string) answer {
	b.Helper()
	return b.read(b.client.Get(b.server.URL + path))
}

func (b *browser) post(path string, values url.Values) answer {
	b.Helper()
	return b.read(b.client.PostForm(b.server.URL+path, values))
}

// sample is a stand-in for a document.
func (h *house) sample(name string) form.File {
	h.Helper()
	f, err := h.samplePicture(h.Context(), demo.Specimen{Name: name, Title: name})
	h.must(err)
	return f
}

// filled are the answers of a fixture, for a unit and people that no other
// case has.
func (h *house) filled(it *item.Item, fixture string) form.Values {
	h.Helper()
	values, err := it.Answers(fixture, h.sample)
	h.must(err)
	n := h.next()
	for id := range values {
		f, _ := it.Form.Field(id)
		switch {
		case f.Type == form.TypeMobile:
			values[id] = fmt.Sprintf("13%02d%07d", 70+len(id), n)
		case f.Type == form.TypeIDNumber:
			given, _ := values[id].(string)
			birth, _ := cn.BirthOf(given)
			values[id] = cn.MakeCitizenID(given[:6], birth, 1+n%998)
		case f.Type == form.TypeDate && f.Default != "":
			values[id] = form.Default(it.Form, f, values, casework.FormContext(h.house(), casework.State{}, h.now()))
		}
	}
	uscc, _ := values[it.Flow.Subject].(string)
	values[it.Flow.Subject] = cn.MakeUSCC(cn.USCCKind(uscc), "341523", 5000+n)
	return values
}

// applicant is the browser's owner as the door sees them.
func (b *browser) applicant() casework.Actor {
	return casework.Actor{Kind: casework.Applicant, ID: b.session.ID, Session: b.session.ID}
}

// officer is a member of staff as the door sees them.
func (h *house) officer(id string) casework.Actor {
	h.Helper()
	m, ok, err := h.accounts.Member(h.Context(), id)
	h.must(err)
	if !ok {
		h.Fatalf("there is no %s", id)
	}
	return casework.Actor{Kind: casework.Staff, ID: m.ID, Name: m.Name, Unit: m.Unit, Roles: m.Roles, Units: m.Units, Session: "desk-" + id}
}

// do passes an act through the door.
func (h *house) do(id, act string, a casework.Actor, data casework.Data) {
	h.Helper()
	_, err := h.door.Do(h.Context(), id, casework.Input{Act: act, Key: web.NewKey(), Actor: a, Data: data})
	h.must(err)
}

// draft is a case that is filled in, with numbers proven.
func (h *house) draft(name, fixture string, a casework.Actor, created casework.Created) string {
	h.Helper()
	it, ok := h.items.Get(name)
	if !ok {
		h.Fatalf("there is no item %s", name)
	}
	created.Channel, created.Values = "web", h.filled(it, fixture)
	receipt, err := h.door.Create(h.Context(), casework.Creation{Item: name, Key: web.NewKey(), Actor: a, Created: created})
	h.must(err)
	verified := map[string]string{}
	env := it.Form.Env(created.Values)
	for _, page := range it.Form.Pages {
		for _, f := range page.Fields {
			if number, ok := created.Values[f.ID].(string); ok && !f.Verify.Empty() && f.Verify.Holds(env) {
				verified[f.ID] = number
			}
		}
	}
	if len(verified) > 0 {
		h.do(receipt.Case, casework.ActVerify, a, casework.Data{Verified: verified})
	}
	return receipt.Case
}

// allRight judges everything right that is to be judged.
func (h *house) allRight(id string) casework.Data {
	h.Helper()
	s, it, err := h.door.Get(h.Context(), id)
	h.must(err)
	stage, _ := it.Flow.Stage(s.Stage)
	right := map[string]casework.Judgement{}
	for _, field := range casework.ToJudge(it, stage, s) {
		right[field] = casework.Judgement{Right: true}
	}
	return casework.Data{Judgements: right}
}

// codeTaken lets a browser stand where the signer's code has been taken, and
// proven where a picture was taken too. Codes themselves are tested elsewhere.
func (h *house) codeTaken(token string, b *browser) {
	h.Helper()
	trusting := *h.signing
	trusting.CheckCode = func(context.Context, string, string, string) error { return nil }
	h.must(trusting.TakeCode(h.Context(), token, signing.Visitor{Session: b.session.ID}, ""))
}

func (h *house) proven(token string, b *browser) {
	h.Helper()
	h.codeTaken(token, b)
	content, _, err := h.files.Open(h.Context(), h.sample("face.jpg").Hash)
	h.must(err)
	defer func() { _ = content.Close() }()
	picture, err := io.ReadAll(content)
	h.must(err)
	h.must(h.signing.TakePicture(h.Context(), token, signing.Visitor{Session: b.session.ID}, picture, true))
}

// sign signs by typing the signer's name.
func (h *house) sign(id, token string, b *browser) {
	h.Helper()
	h.proven(token, b)
	v := signing.Visitor{Session: b.session.ID}
	s, it, err := h.door.Get(h.Context(), id)
	h.must(err)
	signer, _ := casework.PartyOf(it, it.Form.Env(s.Values), "signer")
	name, _ := s.Values[signer.PersonName].(string)
	_, digest, err := h.signing.Read(h.Context(), token, v)
	h.must(err)
	_, err = h.signing.Sign(h.Context(), token, v, signing.Signing{Key: web.NewKey(), Digest: digest, Name: name, Agreed: true})
	h.must(err)
}

// state is a case as it stands.
func (h *house) state(id string) casework.State {
	h.Helper()
	s, _, err := h.door.Get(h.Context(), id)
	h.must(err)
	return s
}
