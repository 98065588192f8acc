package account_test

import (
	"context"
	"errors"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"wangban/internal/account"
	"wangban/internal/casework"
	"wangban/internal/db"
	"wangban/internal/db/dbtest"
	"wangban/internal/form"
	"wangban/internal/vault"
)

// friday is the morning on which the tests begin.
var friday = time.Date(2020, 9, 4, 9, 0, 0, 0, form.Shanghai)

// house is the room with a clock that is set and a phone that shows codes.
type house struct {
	*testing.T
	*account.Room
	db    *db.DB
	mu    sync.Mutex
	now   time.Time
	codes map[string][]string // by number
	cut   bool                // messages cannot be handed over
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

// quick limits codes as the domain sheet does; what tests vary, they set.
func open(t *testing.T, d *db.DB, limits account.Limits) *house {
	t.Helper()
	keys, err := vault.Open(filepath.Join(t.TempDir(), "key"))
	if err != nil {
		t.Fatal(err)
	}
	h := &house{T: t, db: d, now: friday, codes: map[string][]string{}}
	h.Room = account.New(account.Options{DB: d, Vault: keys, Now: h.clock, Limits: limits, URL: site, Name: "网上办事大厅", Send: func(_ context.Context, _ db.Tx, mobile, code string) error {
		h.mu.Lock()
		defer h.mu.Unlock()
		if h.cut {
			return errors.New("the outbox is shut")
		}
		h.codes[mobile] = append(h.codes[mobile], code)
		return nil
	}})
	return h
}

// both runs a test on each database.
func both(t *testing.T, test func(h *house)) {
	t.Helper()
	dbtest.Both(t, []db.Migrations{account.Migrations}, func(t *testing.T, d *db.DB) { test(open(t, d, account.Limits{})) })
}

func (h *house) must(err error) {
	h.Helper()
	if err != nil {
		h.Fatal(err)
	}
}

// refused wants an act turned down with words that tell what to do.
func (h *house) refused(err error, words string) {
	h.Helper()
	var refusal *account.Refusal
	if !errors.As(err, &refusal) || !strings.Contains(err.Error(), words) {
		h.Errorf("the answer is %v, not a refusal with %q", err, words)
	}
}

// code is the newest code of a number.
func (h *house) code(mobile string) string {
	h.Helper()
	h.mu.Lock()
	defer h.mu.Unlock()
	if len(h.codes[mobile]) == 0 {
		h.Fatalf("no code has come to %s", mobile)
	}
	return h.codes[mobile][len(h.codes[mobile])-1]
}

// wrong is six digits that are not the code.
func wrong(code string) string {
	if code == "000000" {
		return "000001"
	}
	return "000000"
}

const (
	site     = "https://wb.example.cn"
	unit     = "91341523TXT000020Y"
	repCell  = "13800138000"
	agntCell = "15912345678"
	secret   = "Longshu-2020"
)

// hash is made once: it is slow by design.
var hash = sync.OnceValue(func() string { return form.HashPassword(secret) })

// with is how the registration names its answers to the effect.
var with = casework.Call{Name: "account.open", With: map[string]string{"unit": "unit", "owner": "rep", "agent": "agent", "mandate": "letter", "password": "account.password"}}

// byRep are the answers of a legal representative.
func byRep(uscc string) form.Values {
	return form.Values{
		"unit.uscc": uscc, "unit.name": "舒城县龙舒茶业有限公司", "unit.kind": "enterprise", "unit.town": "341523100",
		"rep.name": "龚䶮", "rep.id_type": "resident_id", "rep.id_no": "342425197803120008", "rep.mobile": repCell,
		"account.password": hash(),
	}
}

// byAgent are the answers of an agent with a letter for a year.
func byAgent(uscc string) form.Values {
	v := byRep(uscc)
	for id, a := range (form.Values{
		"agent.name": "王𠅤", "agent.id_type": "resident_id", "agent.id_no": "341523199006150002", "agent.mobile": agntCell,
		"letter.scope": []string{"register", "apply"}, "letter.from": "2020-09-04", "letter.to": "2021-09-03",
	}) {
		v[id] = a
	}
	return v
}

// approve runs the effect of an approved registration.
func (h *house) approve(v form.Values) error {
	return h.db.Write(h.Context(), func(ctx context.Context, tx db.Tx) error {
		s := casework.State{ID: "case", Number: "34152331202009040001", Unit: "chengguan", Values: v}
		_, err := h.OpenAccount(ctx, tx, with, casework.State{}, s, casework.Event{At: h.clock(), Actor: casework.Actor{ID: "chenyan"}})
		return err
	})
}

func (h *house) begin() (cookie string, s account.Session) {
	h.Helper()
	cookie, s, err := h.Begin(h.Context())
	h.must(err)
	return cookie, s
}

func (h *house) session(cookie string) (account.Session, bool) {
	h.Helper()
	s, ok, err := h.Open(h.Context(), cookie)
	h.must(err)
	return s, ok
}

// logIn goes through both halves of a log-in.
func (h *house) logIn(login, password string) (cookie string, s account.Session) {
	h.Helper()
	_, begun := h.begin()
	waiting, err := h.LogIn(h.Context(), begun.ID, login, password)
	h.must(err)
	mobile, err := h.SendLoginCode(h.Context(), waiting)
	h.must(err)
	cookie, err = h.Enter(h.Context(), waiting, h.code(mobile))
	h.must(err)
	s, ok := h.session(cookie)
	if !ok || s.Person == "" {
		h.Fatalf("nobody is logged in after the log-in of %s", login)
	}
	h.wait(account.DefaultLimits.CodePause)
	return cookie, s
}

func (h *house) mandates(uscc string) []account.Mandate {
	h.Helper()
	m, err := h.MandatesOf(h.Context(), uscc)
	h.must(err)
	return m
}

func (h *house) mandate(uscc string, role account.Role) account.Mandate {
	h.Helper()
	all := h.mandates(uscc)
	i := slices.IndexFunc(all, func(m account.Mandate) bool { return m.Role == role })
	if i < 0 {
		h.Fatalf("the unit has no %s", role)
	}
	return all[i]
}
