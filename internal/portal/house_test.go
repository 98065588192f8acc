package portal_test

import (
	"bytes"
	"context"
	"crypto/ed25519"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"mime/multipart"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/goccy/go-yaml"

	"wangban/county"
	"wangban/internal/account"
	"wangban/internal/blob"
	"wangban/internal/casework"
	"wangban/internal/cn"
	shucheng "wangban/internal/county"
	"wangban/internal/db"
	"wangban/internal/db/dbtest"
	"wangban/internal/document/pdf"
	"wangban/internal/form"
	"wangban/internal/item"
	"wangban/internal/ledger"
	"wangban/internal/licence"
	"wangban/internal/material"
	"wangban/internal/notify"
	"wangban/internal/portal"
	"wangban/internal/rating"
	"wangban/internal/vault"
	"wangban/internal/web"
	"wangban/internal/workday"
	"wangban/items"
)

// friday is a working morning.
var friday = time.Date(2020, 9, 4, 9, 0, 0, 0, form.Shanghai)

var library = sync.OnceValues(func() (*item.Library, error) { return item.NewLibrary(items.Files, "") })

const (
	baseURL    = "https://wb.example.cn"
	unit       = "91341523TXT000020Y"
	secondUnit = "92341523TXT000030K"
	repCell    = "13800138000"
	agentCell  = "15912345678"
	secret     = "Longshu-2020"
)

// house is the portal with the rooms behind it, a clock that is set, and a
// phone that shows codes.
type house struct {
	*testing.T
	db       *db.DB
	door     *casework.Door
	items    *item.Library
	accounts *account.Room
	licences *licence.Room
	log      *ledger.Room
	ratings  *rating.Room
	files    *blob.Store
	server   *httptest.Server
	mu       sync.Mutex
	now      time.Time
	codes    map[string]string
	sent     []casework.Message
	box      *notify.Outbox
	registry casework.Finding // what the entity base says of every unit; nothing against it
	officer  *web.Officer     // whoever is logged in to the workbench, in every browser
}

func (h *house) clock() time.Time {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.now
}

func (h *house) wait(d time.Duration) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.now = h.now.Add(d)
}

func (h *house) must(err error) {
	h.Helper()
	if err != nil {
		h.Fatal(err)
	}
}

func open(t *testing.T) *house {
	t.Helper()
	return openAt(t, baseURL)
}

// openAt is the house at some address.
func openAt(t *testing.T, address string) *house {
	t.Helper()
	lib, err := library()
	if err != nil {
		t.Fatal(err)
	}
	return openWith(t, address, lib)
}

// openWith is the house with some items.
func openWith(t *testing.T, address string, lib *item.Library) *house {
	t.Helper()
	h := &house{T: t, now: friday, codes: map[string]string{}}
	place, err := shucheng.Read(county.Shucheng)
	h.must(err)
	calendar := workday.Default()
	rules := func() casework.House { return place.House(baseURL, calendar) }
	h.items = lib
	keys, err := vault.Open(filepath.Join(t.TempDir(), "key"))
	h.must(err)
	h.db = dbtest.SQLite(t, casework.Migrations, account.Migrations, material.Migrations, licence.Migrations, ledger.Migrations, rating.Migrations, notify.Migrations)
	h.files, err = blob.Open(t.Context(), "folder:"+t.TempDir(), nil)
	h.must(err)
	h.accounts = account.New(account.Options{DB: h.db, Vault: keys, Now: h.clock, Send: h.keepCode, URL: address, Name: place.Portal.ZH})
	materials := material.New(material.Options{DB: h.db, Files: h.files, Now: h.clock})
	nothing := func(context.Context, db.Tx, casework.Call, casework.State, casework.State, casework.Event) (map[string]string, error) {
		return nil, nil
	}
	fine := func(context.Context, casework.Queryer, casework.Call, casework.State, *item.Item) (casework.Finding, error) {
		if h.registry.Level != "" {
			return h.registry, nil
		}
		return casework.Finding{Level: casework.Fine}, nil
	}
	h.log = ledger.New(ledger.Options{DB: h.db, Vault: keys, Now: h.clock, Origin: ledger.OriginOf(address) + "/log"})
	h.door, err = casework.New(t.Context(), casework.Options{
		DB: h.db, Vault: keys, Items: h.items, Now: h.clock, House: rules, Log: h.log.Log,
		Effects: map[string]casework.Effect{"account.open": h.accounts.OpenAccount, "signing.invite": nothing, "signing.revoke": nothing, "licence.issue": nothing},
		Checks: map[string]casework.Check{"registry.unit": fine, "account.unit": h.accounts.UnitFree, "account.shared-number": h.accounts.SharedNumber, "account.many-units": h.accounts.ManyUnits,
			licence.NameHeld: func(ctx context.Context, q casework.Queryer, call casework.Call, s casework.State, it *item.Item) (casework.Finding, error) {
				return h.licences.Held(ctx, q, call, s, it)
			}},
		Staff: func(_ context.Context, id string) (casework.Actor, bool, error) {
			return casework.Actor{Kind: casework.Staff, ID: id, Name: id, Unit: "chengguan", Units: []string{"chengguan"}}, true, nil
		},
		Outbox: func(ctx context.Context, tx db.Tx, id string, seq int, m []casework.Message) error {
			h.mu.Lock()
			h.sent = append(h.sent, m...)
			h.mu.Unlock()
			return h.box.Enqueue(ctx, tx, id, seq, m)
		},
	})
	h.must(err)
	h.licences = licence.New(licence.Options{DB: h.db, Items: h.items, Now: h.clock, Region: func() string { return place.Region },
		Office: func() string { return place.Name.ZH }, BaseURL: func() string { return baseURL }, Case: h.door.Get, Make: layOut, Keep: h.keep,
		Sign: func(content []byte) ([]byte, error) { return ed25519.Sign(qrKey, content), nil }, Key: qrPublic,
		Keys:         func() []ed25519.PublicKey { return []ed25519.PublicKey{qrPublic()} },
		Certificates: func() []byte { return []byte("-----BEGIN CERTIFICATE-----") }, Inspect: inspect, Workdays: calendar.Between})
	h.ratings = rating.New(rating.Options{DB: h.db, Vault: keys, Now: h.clock, Limits: rating.DefaultLimits, Count: rules().Count,
		Reach: func(context.Context, string) (rating.Rater, error) { return rating.Rater{}, nil }, URL: func(string) string { return "" }})
	// It is not started: messages only stand in the box.
	h.box, err = notify.New(notify.Options{DB: h.db, Vault: keys, Demo: true, Sign: func() string { return "舒城市监" }, Now: h.clock})
	h.must(err)
	p := &portal.Portal{Ratings: h.ratings, Box: h.box,
		Door: h.door, Items: h.items, House: rules, Now: h.clock, Intake: h.intake(materials), Open: h.files.Open,
		SendCode: h.accounts.SendFor, CheckCode: h.accounts.Check, Grant: h.accounts.Grant,
		Accounts: h.accounts, Session: sessionOf, SetCookie: setCookie, Unit: func(code string) string { return place.Units[code].Name },
		Messages:  func(context.Context, string) ([]notify.Message, error) { return nil, nil },
		Materials: materials, Licences: h.licences, Log: h.log, ReceiptPDF: paper, SealedHere: func(pdf []byte) bool { return !bytes.Contains(pdf, []byte("forged")) },
	}
	mux := &web.Mux{}
	p.Routes(mux)
	frame := &web.Frame{Site: &web.Site{Portal: place.Portal.ZH, Hotline: "0564-8620000"}, Log: slog.New(slog.DiscardHandler), Now: h.clock}
	h.server = httptest.NewServer(frame.Wrap(h.visitors(mux)))
	t.Cleanup(h.server.Close)
	return h
}

func (h *house) keepCode(_ context.Context, _ db.Tx, mobile, code string) error {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.codes[mobile] = code
	return nil
}

func layOut(_ context.Context, p licence.Paper) ([]byte, error) {
	return append([]byte("%PDF of "+p.Document+" "), p.Data...), nil
}

// inspect believes every document that begins as those of layOut do.
func inspect(file []byte) (licence.Inspected, error) {
	data, ours := bytes.CutPrefix(file, []byte("%PDF of certificate "))
	if !ours {
		return licence.Inspected{}, errors.New("not ours")
	}
	return licence.Inspected{Signer: "舒城县市场监督管理局", At: friday, Genuine: true, Test: true, Data: data}, nil
}

var qrKey = ed25519.NewKeyFromSeed(bytes.Repeat([]byte{3}, ed25519.SeedSize))

func qrPublic() ed25519.PublicKey { return qrKey.Public().(ed25519.PublicKey) }

// paper is a receipt as a document that says nothing beside what is attached.
func paper(_ context.Context, r portal.ReceiptPaper) ([]byte, error) {
	w := pdf.NewWriter()
	pages := w.Reserve()
	w.Set(pages, pdf.Dict{"Type": pdf.Name("Pages"), "Kids": pdf.Array{}, "Count": 0})
	return ledger.Attach(w.Bytes(w.Add(pdf.Dict{"Type": pdf.Name("Catalog"), "Pages": pages}), pdf.Ref{}), r.Receipt, friday)
}

func (h *house) keep(ctx context.Context, name, kind string, content []byte) (form.File, error) {
	ref, err := h.files.Put(ctx, bytes.NewReader(content), int64(len(content)))
	return form.File{Hash: ref.Hash, Name: name, Type: kind, Size: ref.Size}, err
}

func (h *house) intake(m *material.Room) func(context.Context, string, io.Reader, form.Field) (form.File, []string, error) {
	return func(ctx context.Context, name string, r io.Reader, _ form.Field) (form.File, []string, error) {
		file, _, err := m.Intake(ctx, name, r, material.DefaultRules())
		return file, nil, err
	}
}

func (h *house) session(r *http.Request) (account.Session, bool) {
	cookie, err := r.Cookie("wb")
	if err != nil {
		return account.Session{}, false
	}
	s, ok, err := h.accounts.Open(r.Context(), cookie.Value)
	h.must(err)
	return s, ok
}

type sessionKey struct{}

func sessionOf(ctx context.Context) account.Session {
	s, _ := ctx.Value(sessionKey{}).(account.Session)
	return s
}

func setCookie(w http.ResponseWriter, value string) {
	http.SetCookie(w, &http.Cookie{Name: "wb", Value: value, Path: "/"})
}

// visitors tells who comes, by the session.
func (h *house) visitors(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		s, ok := h.session(r)
		if !ok {
			cookie, begun, err := h.accounts.Begin(r.Context())
			h.must(err)
			setCookie(w, cookie)
			s = begun
		}
		v := web.Visitor{Session: s.ID, Person: s.Person, Cases: s.Cases, Staff: h.officer}
		if s.Person != "" {
			mandates, err := h.accounts.MandatesFor(r.Context(), s.Person)
			h.must(err)
			for _, m := range mandates {
				if m.Live(h.clock()) {
					v.Units = append(v.Units, m.USCC)
				}
			}
		}
		next.ServeHTTP(w, r.WithContext(context.WithValue(web.WithVisitor(r.Context(), v), sessionKey{}, s)))
	})
}

// answers are a fixture of an item, changed where the test wants it.
func (h *house) answers(it *item.Item, fixture string, change form.Values) form.Values {
	h.Helper()
	var doc struct{ Answers map[string]any }
	h.must(yaml.Unmarshal(it.Fixtures[fixture], &doc))
	v := form.Values{}
	for id, a := range doc.Answers {
		field, _ := it.Form.Field(id)
		v[id] = a
		if list, ok := a.([]any); ok {
			texts := make([]string, len(list))
			for i, e := range list {
				texts[i] = fmt.Sprint(e)
			}
			v[id] = texts
		}
		if field.Type == form.TypeFile {
			delete(v, id)
		}
	}
	for id, a := range change {
		v[id] = a
	}
	return v
}

// begin begins a case of an item with answers and returns its ID.
func (h *house) begin(name, fixture, owner string, helper *casework.Officer, change form.Values) string {
	h.Helper()
	it, _ := h.items.Get(name)
	a := casework.Actor{Kind: casework.Applicant, ID: owner, Session: owner}
	if helper != nil {
		a = casework.Actor{Kind: casework.Staff, ID: helper.ID, Name: helper.Name, Unit: helper.Unit, Roles: []string{"helper"}}
	}
	receipt, err := h.door.Create(h.Context(), casework.Creation{Item: name, Key: web.NewKey(), Actor: a,
		Created: casework.Created{Owner: owner, Channel: "web", Helper: helper, Values: h.answers(it, fixture, change)}})
	h.must(err)
	return receipt.Case
}

// openAccount brings a unit's account about, as the approval of its
// registration by the agent does.
func (h *house) openAccount(change form.Values) {
	h.Helper()
	id := h.begin("legal-person-account", "agent-complete", "somebody", nil, change)
	s, _, err := h.door.Get(h.Context(), id)
	h.must(err)
	s.Number, s.Unit = "34152331202009040001", "chengguan"
	h.must(h.db.Write(h.Context(), func(ctx context.Context, tx db.Tx) error {
		_, err := h.accounts.OpenAccount(ctx, tx, casework.Call{With: map[string]string{"unit": "unit", "owner": "rep", "agent": "agent", "mandate": "letter", "password": "account.password"}},
			casework.State{}, s, casework.Event{At: h.clock()})
		return err
	}))
}

// browser is somebody at the portal.
type browser struct {
	*house
	client *http.Client
}

func (h *house) browser() *browser {
	jar, err := cookiejar.New(nil)
	h.must(err)
	return &browser{h, &http.Client{Jar: jar}}
}

// page is an answer of the server.
type page struct {
	*testing.T
	status int
	path   string
	body   string
	header http.Header
}

func (b *browser) read(res *http.Response, err error) page {
	b.Helper()
	b.must(err)
	defer func() { _ = res.Body.Close() }()
	body, err := io.ReadAll(res.Body)
	b.must(err)
	return page{b.T, res.StatusCode, res.Request.URL.RequestURI(), string(body), res.Header}
}

func (b *browser) get(path string) page {
	b.Helper()
	return b.read(b.client.Get(b.server.URL + strings.TrimPrefix(path, baseURL)))
}

func (b *browser) post(path string, pairs ...string) page {
	b.Helper()
	values := url.Values{}
	for i := 0; i < len(pairs); i += 2 {
		values.Add(pairs[i], pairs[i+1])
	}
	return b.read(b.client.PostForm(b.server.URL+strings.TrimPrefix(path, baseURL), values))
}

// upload sends a file the way a form with a file does.
func (b *browser) upload(path, field, name string, content []byte, pairs ...string) page {
	b.Helper()
	var body bytes.Buffer
	w := multipart.NewWriter(&body)
	for i := 0; i < len(pairs); i += 2 {
		b.must(w.WriteField(pairs[i], pairs[i+1]))
	}
	part, err := w.CreateFormFile(field, name)
	b.must(err)
	_, err = part.Write(content)
	b.must(err)
	b.must(w.Close())
	return b.read(b.client.Post(b.server.URL+strings.TrimPrefix(path, baseURL), w.FormDataContentType(), &body))
}

var hiddenInput = regexp.MustCompile(`<input type="hidden" name="([^"]*)" value="([^"]*)"`)

// hidden are the hidden inputs of a page as pairs, to be sent back.
func (p page) hidden(pairs ...string) []string {
	for _, m := range hiddenInput.FindAllStringSubmatch(p.body, -1) {
		pairs = append(pairs, m[1], m[2])
	}
	return pairs
}

// find is what a pattern's group matches on the page.
func (p page) find(pattern string) string {
	p.Helper()
	m := regexp.MustCompile(pattern).FindStringSubmatch(p.body)
	if m == nil {
		p.Fatalf("%s: nothing on the page is like %s", p.path, pattern)
	}
	return m[1]
}

func (p page) is(status int, texts ...string) page {
	p.Helper()
	if p.status != status {
		p.Errorf("%s: status %d, not %d", p.path, p.status, status)
	}
	for _, text := range texts {
		if !strings.Contains(p.body, text) {
			p.Errorf("%s: the page does not say %q", p.path, text)
		}
	}
	return p
}

func (p page) lacks(texts ...string) page {
	p.Helper()
	for _, text := range texts {
		if strings.Contains(p.body, text) {
			p.Errorf("%s: the page says %q", p.path, text)
		}
	}
	return p
}

func (p page) at(path string) page {
	p.Helper()
	if p.path != path {
		p.Errorf("the way leads to %s, not to %s", p.path, path)
	}
	return p
}

// logIn goes through both halves of a log-in.
func (b *browser) logIn(login, password, mobile string) page {
	b.Helper()
	p := b.post("/login", "login", login, "password", password).is(http.StatusOK, cn.MaskMobile(mobile)).lacks(mobile)
	in := b.post("/login/code", p.hidden("code", b.codes[mobile])...)
	b.wait(account.DefaultLimits.CodePause)
	return in
}

// owner logs the legal representative in, who chooses a password first.
func (b *browser) owner() page {
	b.Helper()
	p := b.post("/login/password", "mobile", repCell).is(http.StatusOK)
	in := b.post("/login/password/new", p.hidden("code", b.codes[repCell], "password", secret, "again", secret)...)
	b.wait(account.DefaultLimits.CodePause)
	return in
}
