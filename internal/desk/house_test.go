package desk_test

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"image"
	"image/color"
	"image/jpeg"
	"io"
	"log/slog"
	"maps"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/goccy/go-yaml"

	"wangban/county"
	"wangban/internal/account"
	"wangban/internal/casework"
	shucheng "wangban/internal/county"
	"wangban/internal/db"
	"wangban/internal/db/dbtest"
	"wangban/internal/desk"
	"wangban/internal/form"
	"wangban/internal/item"
	"wangban/internal/licence"
	"wangban/internal/notice"
	"wangban/internal/notify"
	"wangban/internal/phrase"
	"wangban/internal/rating"
	"wangban/internal/vault"
	"wangban/internal/web"
	"wangban/internal/workday"
	"wangban/items"
)

// friday is a working morning; the Monday after is a workday too.
var friday = time.Date(2020, 9, 4, 9, 0, 0, 0, form.Shanghai)

var library = sync.OnceValues(func() (*item.Library, error) { return item.NewLibrary(items.Files, "") })

// house is a workbench with cases, a clock that is set, and no other room.
type house struct {
	*testing.T
	ratings *rating.Room
	notices *notice.Room
	door    *casework.Door
	items   *item.Library
	server  *httptest.Server
	mu      sync.Mutex
	now     time.Time
	blind   bool // the calendar lacks every year
	missing int  // year that the calendar will lack soon
	away    []account.Absence
	licence licence.Status // of every licence; "" there is none
	sent    map[string][]notify.Message
	staff   map[string]web.Officer
	log     bytes.Buffer
}

var staff = map[string]web.Officer{
	"chenyan": {ID: "chenyan", Name: "陈䶮", Unit: "chengguan", UnitName: "城关市场监管所", Roles: []string{"reviewer"}, Units: []string{"chengguan"}},
	"hangbu":  {ID: "hangbu", Name: "赵杭", Unit: "hangbu", UnitName: "杭埠市场监管所", Roles: []string{"reviewer"}, Units: []string{"hangbu"}},
	"sunli":   {ID: "sunli", Name: "孙丽", Unit: "approval", UnitName: "行政审批股", Roles: []string{"helper", "reviewer"}, Units: []string{"*"}},
	"zhouwei": {ID: "zhouwei", Name: "周伟", Unit: "inspection", UnitName: "监察室", Roles: []string{"supervisor"}, Units: []string{"*"}},
	"food":    {ID: "food", Name: "钱斌", Unit: "food", UnitName: "食品安全监管室", Roles: []string{"reviewer"}, Units: []string{"food"}},
	"head":    {ID: "head", Name: "高所长", Unit: "chengguan", UnitName: "城关市场监管所", Roles: []string{"leader"}, Units: []string{"chengguan"}},
	"nobody":  {ID: "nobody", Name: "无单位", Unit: "office", UnitName: "办公室", Roles: []string{"reviewer"}},
}

// colleagues are the staff as the door sees them.
var colleagues = func() (all []casework.Actor) {
	for _, id := range slices.Sorted(maps.Keys(staff)) {
		o := staff[id]
		all = append(all, casework.Actor{Kind: casework.Staff, ID: o.ID, Name: o.Name, Unit: o.Unit, Roles: o.Roles, Units: o.Units})
	}
	return all
}()

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

func open(t *testing.T) *house {
	t.Helper()
	h := &house{T: t, now: friday, sent: map[string][]notify.Message{}, staff: staff}
	place, err := shucheng.Read(county.Shucheng)
	h.must(err)
	calendar := workday.Default()
	h.items, err = library()
	h.must(err)
	keys, err := vault.Open(filepath.Join(t.TempDir(), "key"))
	h.must(err)
	nothing := func(context.Context, db.Tx, casework.Call, casework.State, casework.State, casework.Event) (map[string]string, error) {
		return nil, nil
	}
	tables := dbtest.SQLite(t, casework.Migrations, rating.Migrations, phrase.Migrations, notice.Migrations)
	h.ratings = rating.New(rating.Options{DB: tables, Vault: keys, Now: h.clock, Limits: rating.DefaultLimits, Count: place.House("", calendar).Count,
		Reach: func(context.Context, string) (rating.Rater, error) { return rating.Rater{}, nil }, URL: func(string) string { return "" }})
	h.notices = notice.New(notice.Options{DB: tables, Now: h.clock, Of: h.workingIn, Who: h.told, Whom: func(string) notice.Whom { return notice.Everybody },
		Send: h.keep})
	h.door, err = casework.New(t.Context(), casework.Options{
		DB: tables, Vault: keys, Items: h.items, Now: h.clock,
		House: func() casework.House {
			house := place.House("https://wb.example.cn", calendar)
			if h.blind {
				house.Count = func(start time.Time, _ item.Limit, _ []workday.Pause) (workday.Due, error) {
					return workday.Due{}, workday.NoYear{Year: start.Year()}
				}
			}
			return house
		},
		Effects: map[string]casework.Effect{"account.open": nothing, "signing.invite": nothing, "signing.revoke": nothing, "licence.issue": nothing},
		Checks:  map[string]casework.Check{"registry.unit": registered, "account.unit": unused, "account.shared-number": shared, "account.many-units": unused},
		Outbox:  h.keep,
		Inform:  []casework.Inform{h.notices.Inform},
		Staff: func(_ context.Context, id string) (casework.Actor, bool, error) {
			i := slices.IndexFunc(colleagues, func(a casework.Actor) bool { return a.ID == id })
			if i < 0 {
				return casework.Actor{}, false, nil
			}
			return colleagues[i], true, nil
		},
	})
	h.must(err)
	names := map[string]string{}
	for code, u := range place.Units {
		names[code] = u.Name
	}
	d := &desk.Desk{
		Ratings: h.ratings,
		Notices: h.notices,
		Door:    h.door, Items: h.items, Now: h.clock, Log: slog.New(slog.NewTextHandler(&h.log, nil)),
		House:       func() casework.House { return place.House("https://wb.example.cn", calendar) },
		Units:       func() map[string]string { return names },
		MissingYear: func() int { return h.missing },
		UnitKind:    func(code string) string { return place.Units[code].Kind },
		Name:        func(_ context.Context, id string) string { return staff[id].Name },
		Open:        picture,
		Phrases:     phrase.New(tables, h.clock),
		Colleagues:  func(context.Context) ([]casework.Actor, error) { return colleagues, nil },
		Absences:    func(context.Context) ([]account.Absence, error) { return h.away, nil },
		PutDownAbsence: func(_ context.Context, a account.Absence) error {
			if !a.From.Before(a.Until) {
				return &account.Refusal{Text: "最后一天不能早于第一天。改正日期。"}
			}
			a.ID = fmt.Sprint(len(h.away))
			h.away = append(h.away, a)
			return tables.Write(t.Context(), func(ctx context.Context, tx db.Tx) error {
				return h.notices.StandIn(ctx, tx, a.ID, a.Staff, a.Substitute, a.From, a.Until)
			})
		},
		EndAbsence: func(_ context.Context, id string) error {
			h.away = slices.DeleteFunc(h.away, func(a account.Absence) bool { return a.ID == id })
			return nil
		},
		Intake: func(_ context.Context, name string, _ io.Reader, _ form.Field) (form.File, []string, error) {
			return photo(name), nil, nil
		},
		Licence: func(_ context.Context, number string) (licence.Licence, bool, error) {
			var l licence.Licence
			l.Number, l.Status = number, h.licence
			return l, h.licence != "", nil
		},
		Messages: func(_ context.Context, id string) ([]notify.Message, error) { return h.sent[id], nil },
		SignIn: func(_ context.Context, _, login, password string) (string, error) {
			if staff[login].ID == "" || password != "good" {
				return "", &account.Refusal{Text: "工号或密码不对。核对后再试。"}
			}
			return "13900000002", nil
		},
		Enter: func(w http.ResponseWriter, _ *http.Request, code string) error {
			if code != "123456" {
				return &account.Refusal{Text: "验证码不对。"}
			}
			http.SetCookie(w, &http.Cookie{Name: "as", Value: "chenyan", Path: "/"})
			return nil
		},
		Leave: func(w http.ResponseWriter, _ *http.Request) error {
			http.SetCookie(w, &http.Cookie{Name: "as", Path: "/", MaxAge: -1})
			return nil
		},
		OfferTakeover: func(_ context.Context, id string) (string, time.Time, error) {
			return "https://wb.example.cn/take/" + id, h.clock().Add(24 * time.Hour), nil
		},
		TextTakeover: func(_ context.Context, id, mobile, url string) error {
			h.sent[id] = append(h.sent[id], notify.Message{Case: id, To: mobile, Text: url, State: notify.Sent})
			return nil
		},
	}
	mux := &web.Mux{}
	d.Routes(mux)
	mux.Handle("GET /static/", web.StaticFiles())
	mux.HandleFunc("POST /display", web.SetDisplay)
	frame := &web.Frame{Site: &web.Site{Portal: "舒城县市场监管网上办事大厅"}, Log: slog.New(slog.DiscardHandler), Now: h.clock}
	h.server = httptest.NewServer(frame.Wrap(h.visitors(d, mux)))
	t.Cleanup(h.server.Close)
	return h
}

// visitors tells who comes by a cookie: a member of staff, or "person".
func (h *house) visitors(d *desk.Desk, next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		v := web.Visitor{Session: "browser"}
		who := ""
		if c, err := r.Cookie("as"); err == nil {
			who = c.Value
		}
		if o, ok := h.staff[who]; ok {
			for _, a := range h.away {
				if a.Substitute == o.ID && !a.From.After(h.clock()) && h.clock().Before(a.Until) {
					o.For = append(slices.Clone(o.For), a.Staff)
				}
			}
			v.Staff, v.Session = &o, "session:"+who
			waiting := func() (int, int) {
				cases, asked, err := d.Waiting(r.Context(), o)
				if err != nil {
					panic(err)
				}
				return cases, asked
			}
			unread := func() int {
				n, err := h.notices.Unread(r.Context(), o.ID)
				if err != nil {
					panic(err)
				}
				return n
			}
			web.ChromeOf(r.Context()).Staff = &web.StaffUser{Name: o.Name, Unit: o.UnitName, Waiting: waiting, Notices: unread}
		} else if who == "person" {
			v.Person = "person"
		}
		next.ServeHTTP(w, r.WithContext(web.WithVisitor(r.Context(), v)))
	})
}

// workingIn and told are the staff as they can be told something.
func (h *house) workingIn(_ context.Context, unit string) (all []notice.Colleague, err error) {
	for _, a := range colleagues {
		if a.Unit == unit {
			all = append(all, notice.Colleague{ID: a.ID, Mobile: "13800138000"})
		}
	}
	return all, nil
}

func (h *house) told(_ context.Context, id string) (notice.Colleague, bool, error) {
	return notice.Colleague{ID: id, Mobile: "13800138000"}, staff[id].ID != "", nil
}

func (h *house) keep(_ context.Context, _ db.Tx, id string, seq int, msgs []casework.Message) error {
	for _, m := range msgs {
		h.sent[id] = append(h.sent[id], notify.Message{Case: id, Seq: seq, To: "138****8000", Text: m.Text, State: notify.Delivered, Created: h.clock()})
	}
	return nil
}

func (h *house) must(err error) {
	h.Helper()
	if err != nil {
		h.Fatal(err)
	}
}

// registered stands for the entity base: it knows the unit under another
// address of the name.
func registered(_ context.Context, _ casework.Queryer, _ casework.Call, s casework.State, _ *item.Item) (casework.Finding, error) {
	name, _ := s.Values["unit.name"].(string)
	code, _ := s.Values["unit.uscc"].(string)
	known := strings.Replace(name, "有限公司", "有限责任公司", 1)
	f := casework.Finding{Level: casework.Fine, Code: "SAME", Text: "与登记信息一致。", Compare: []casework.Comparison{
		{Field: "unit.uscc", Label: "统一社会信用代码", Given: code, Known: code, Same: true},
		{Field: "unit.name", Label: "单位名称", Given: name, Known: known, Same: name == known},
	}}
	if name != known {
		f.Level, f.Code, f.Text = casework.Warn, "NAME", "单位名称和登记信息不一样，对照营业执照核对。"
	}
	return f, nil
}

func unused(context.Context, casework.Queryer, casework.Call, casework.State, *item.Item) (casework.Finding, error) {
	return casework.Finding{Level: casework.Fine}, nil
}

// sharedCell is a number that somebody else's account has.
const sharedCell = "13900000001"

func shared(_ context.Context, _ casework.Queryer, _ casework.Call, s casework.State, _ *item.Item) (casework.Finding, error) {
	if s.Values["rep.mobile"] != sharedCell {
		return casework.Finding{Level: casework.Fine}, nil
	}
	return casework.Finding{Level: casework.Warn, Code: "SHARED_NUMBER", Text: "%s的手机号，另一个人的账号也在用。", Args: []any{"法定代表人"}}, nil
}

// picture stands for the store of files: a page in grey.
func picture(_ context.Context, hash string) (io.ReadCloser, int64, error) {
	img := image.NewGray(image.Rect(0, 0, 600, 420))
	for i := range img.Pix {
		img.Pix[i] = color.Gray{Y: 228}.Y
		if x, y := i%600, i/600; y%40 == 20 && x > 60 && x < 540 {
			img.Pix[i] = 120
		}
	}
	var b bytes.Buffer
	if err := jpeg.Encode(&b, img, nil); err != nil {
		return nil, 0, err
	}
	return io.NopCloser(&b), int64(b.Len()), nil
}

func photo(name string) form.File {
	sum := sha256.Sum256([]byte(name))
	hash := hex.EncodeToString(sum[:])
	return form.File{Hash: hash, View: hash, Name: name, Type: "image/jpeg", Size: 100_000, Width: 1200, Height: 900}
}

// answersOf are a fixture of an item, changed where the test wants it.
func (h *house) answersOf(it *item.Item, fixture string, change form.Values) form.Values {
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
			v[id] = []form.File{photo(fmt.Sprint(a))}
		}
	}
	for id, a := range change {
		v[id] = a
	}
	return v
}

// submit brings a registration to the reviewers and returns its ID.
func (h *house) submit(key string, change form.Values) string {
	h.Helper()
	it, _ := h.items.Get("legal-person-account")
	v := h.answersOf(it, "rep-complete", change)
	me := casework.Actor{Kind: casework.Applicant, ID: "owner:" + key, Session: "owner:" + key}
	receipt, err := h.door.Create(h.Context(), casework.Creation{Item: it.Name, Key: key, Actor: me,
		Created: casework.Created{Owner: me.ID, Channel: "web", Values: v}})
	h.must(err)
	h.do(receipt.Case, casework.Input{Act: casework.ActVerify, Actor: me, Data: casework.Data{Verified: map[string]string{"rep.mobile": v["rep.mobile"].(string)}}})
	h.do(receipt.Case, casework.Input{Act: "submit", Actor: me})
	return receipt.Case
}

func (h *house) do(id string, in casework.Input) {
	h.Helper()
	if in.Key == "" {
		in.Key = web.NewKey()
	}
	if _, err := h.door.Do(h.Context(), id, in); err != nil {
		h.Fatal(err)
	}
}

func (h *house) stage(id string) string {
	h.Helper()
	s, _, err := h.door.Get(h.Context(), id)
	h.must(err)
	return s.Stage
}

// browser is somebody at the workbench.
type browser struct {
	*house
	client *http.Client
}

func (h *house) as(who string) *browser {
	jar, err := cookiejar.New(nil)
	h.must(err)
	u, err := url.Parse(h.server.URL)
	h.must(err)
	if who != "" {
		jar.SetCookies(u, []*http.Cookie{{Name: "as", Value: who, Path: "/"}})
	}
	return &browser{h, &http.Client{Jar: jar}}
}

// page is an answer of the server.
type page struct {
	*testing.T
	status int
	path   string
	body   string
}

func (b *browser) read(res *http.Response, err error) page {
	b.Helper()
	b.must(err)
	defer func() { _ = res.Body.Close() }()
	body, err := io.ReadAll(res.Body)
	b.must(err)
	return page{b.T, res.StatusCode, res.Request.URL.RequestURI(), string(body)}
}

func (b *browser) get(path string) page {
	b.Helper()
	return b.read(b.client.Get(b.server.URL + path))
}

func (b *browser) post(path string, values url.Values) page {
	b.Helper()
	return b.read(b.client.PostForm(b.server.URL+path, values))
}

var hiddenInput = regexp.MustCompile(`<input type="hidden" name="(key|version)" value="([^"]*)"`)

// act presses a button of a case's page, with what is typed.
func (b *browser) act(from page, id, act string, typed url.Values) page {
	b.Helper()
	values := url.Values{}
	for _, m := range hiddenInput.FindAllStringSubmatch(from.body, -1) {
		values.Set(m[1], m[2])
	}
	for name, v := range typed {
		values[name] = v
	}
	return b.post("/desk/cases/"+id+"/acts/"+act, values)
}

var radio = regexp.MustCompile(`name="(judge:[^"]+)" value="right"`)

// allRight is the judging of a page with everything right.
func (p page) allRight() url.Values {
	values := url.Values{}
	for _, m := range radio.FindAllStringSubmatch(p.body, -1) {
		values.Set(m[1], "right")
	}
	return values
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
