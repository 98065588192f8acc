package casework_test

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/goccy/go-yaml"
	"pgregory.net/rapid"

	"wangban/internal/casework"
	"wangban/internal/db"
	"wangban/internal/form"
	"wangban/internal/item"
	"wangban/internal/vault"
	"wangban/internal/workday"
	"wangban/items"
)

// startOfStory is a Friday morning in the seed's season.
var startOfStory = time.Date(2020, 9, 4, 9, 0, 0, 0, form.Shanghai)

// calendar is the shipped one, read once.
var calendar = workday.Default()

var testHouse = casework.House{
	BaseURL: "https://wb.example.cn", Region: "341523", Department: "31", CountyUnit: "county",
	Towns: map[string]casework.Town{"341523100": {Name: "城关镇", Unit: "chengguan"}, "341523101": {Name: "晓天镇", Unit: "xiaotian"}},
	Units: map[string]string{"county": "行政审批股", "chengguan": "城关所", "hangbu": "杭埠所", "xiaotian": "晓天所", "food": "食品安全监管室", "equipment": "特种设备股"},
	Count: func(start time.Time, l item.Limit, pauses []workday.Pause) (workday.Due, error) {
		return calendar.Count(start, l, pauses, workday.DefaultOffice)
	},
}

// library is every shipped item and the one that uses every act, read once.
var library = sync.OnceValues(func() (*item.Library, error) {
	lib, err := item.NewLibrary(items.Files, "")
	if err != nil {
		return nil, err
	}
	it, err := actsItem()
	if err != nil {
		return nil, err
	}
	lib.Add(it)
	return lib, nil
})

func shipped(t testing.TB, name string) *item.Item {
	t.Helper()
	lib, err := library()
	if err != nil {
		t.Fatal(err)
	}
	it, ok := lib.Get(name)
	if !ok {
		t.Fatalf("no item %s", name)
	}
	return it
}

func registration(t testing.TB) *item.Item { return shipped(t, "legal-person-account") }

func photo(name string) form.File {
	sum := sha256.Sum256([]byte(name))
	hash := hex.EncodeToString(sum[:])
	return form.File{Hash: hash, View: hash, Name: name + ".jpg", Type: "image/jpeg", Size: 100_000, Width: 1200, Height: 900}
}

// answers are the complete answers of a fixture of the item.
func answers(it *item.Item, fixture string) form.Values {
	var doc struct{ Answers map[string]any }
	if err := yaml.Unmarshal(it.Fixtures[fixture], &doc); err != nil {
		panic(err)
	}
	v := form.Values{}
	for id, a := range doc.Answers {
		field, _ := it.Form.Field(id)
		switch a := a.(type) {
		case []any:
			list := make([]string, len(a))
			for i, e := range a {
				list[i] = e.(string)
			}
			v[id] = list
		default:
			v[id] = a
		}
		if field.Type == form.TypeFile {
			v[id] = []form.File{photo(a.(string))}
		}
	}
	return v
}

// fixtureOf names the answers with which a trace begins.
func (tr trace) fixture() string {
	switch {
	case !tr.agent:
		return "rep-complete"
	case tr.idCard:
		return "agent-complete"
	}
	return "agent-passport"
}

func verified(it *item.Item, v form.Values) map[string]string {
	env, out := it.Form.Env(v), map[string]string{}
	for _, p := range it.Form.Pages {
		for _, f := range p.Fields {
			if number, ok := v[f.ID].(string); ok && f.Type == form.TypeMobile && !f.Verify.Empty() && f.Verify.Holds(env) {
				out[f.ID] = number
			}
		}
	}
	return out
}

func allRight(ids []string) map[string]casework.Judgement {
	out := map[string]casework.Judgement{}
	for _, id := range ids {
		out[id] = casework.Judgement{Right: true}
	}
	return out
}

// start begins a case in the pure core and fills it in.
func start(t *rapid.T, it *item.Item, tr trace) (casework.State, time.Time, []casework.Timer) {
	owner := casework.Actor{Kind: casework.Applicant, ID: "owner", Session: "owner"}
	v := answers(it, tr.fixture())
	o := casework.Begin(it, "341523-model", casework.Created{Owner: "owner", Channel: "web", Values: v}, owner, "create", startOfStory)
	verify := casework.Input{Act: casework.ActVerify, Key: "verify", Actor: owner, Data: casework.Data{Verified: verified(it, v)}}
	done, r := casework.Decide(testHouse, it, o.State, verify, casework.Outside{Now: startOfStory})
	if r != nil {
		t.Fatal(r)
	}
	return done.State, startOfStory, done.Timers
}

// runTimers lets the clock act up to now.
func runTimers(it *item.Item, s casework.State, timers []casework.Timer, now time.Time) (casework.State, []casework.Timer) {
	for {
		next := -1
		for i, tm := range timers {
			if !tm.At.After(now) && (next < 0 || tm.At.Before(timers[next].At)) {
				next = i
			}
		}
		if next < 0 {
			return s, timers
		}
		tm := timers[next]
		timers = append(append([]casework.Timer{}, timers[:next]...), timers[next+1:]...)
		if o, r := casework.Decide(testHouse, it, s, tm.Input(), casework.Outside{Now: now, Token: "tok"}); r == nil {
			s = o.State
			if o.Retimed {
				timers = o.Timers
			}
		}
	}
}

// testDoor is a door with a clock to move and an outbox to look into.
type testDoor struct {
	*casework.Door
	db   *db.DB
	now  time.Time
	mu   sync.Mutex
	sent []casework.Message
}

func openDoor(t testing.TB, d *db.DB) *testDoor {
	t.Helper()
	v, err := vault.Open(filepath.Join(t.TempDir(), "key"))
	if err != nil {
		t.Fatal(err)
	}
	return openDoorWith(t, d, v)
}

func openDoorWith(t testing.TB, d *db.DB, v *vault.Vault) *testDoor {
	t.Helper()
	lib, err := library()
	if err != nil {
		t.Fatal(err)
	}
	td := &testDoor{db: d, now: startOfStory}
	none := func(context.Context, db.Tx, casework.Call, casework.State, casework.State, casework.Event) (map[string]string, error) {
		return nil, nil
	}
	fine := func(context.Context, casework.Queryer, casework.Call, casework.State, *item.Item) (casework.Finding, error) {
		return casework.Finding{Level: casework.Fine}, nil
	}
	td.Door, err = casework.New(context.Background(), casework.Options{
		DB: d, Vault: v, Items: lib, House: func() casework.House { return testHouse }, Now: func() time.Time { return td.now },
		Effects: map[string]casework.Effect{"account.open": none, "signing.invite": none, "signing.revoke": none, "licence.issue": none},
		Checks:  map[string]casework.Check{"registry.unit": fine, "account.unit": fine, "account.shared-number": fine, "account.many-units": fine, "licence.held": fine},
		Staff:   roster,
		Outbox: func(_ context.Context, _ db.Tx, _ string, _ int, m []casework.Message) error {
			td.mu.Lock()
			defer td.mu.Unlock()
			td.sent = append(td.sent, m...)
			return nil
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	return td
}

// fataler is a *testing.T or a *rapid.T.
type fataler interface {
	Fatal(...any)
	Helper()
}

// begin creates a filled-in case and proves its numbers.
func (d *testDoor) begin(t fataler, it *item.Item, tr trace, key string) string {
	t.Helper()
	ctx := context.Background()
	owner := casework.Actor{Kind: casework.Applicant, ID: "owner", Session: "owner"}
	v := answers(it, tr.fixture())
	r, err := d.Create(ctx, casework.Creation{Item: it.Name, Key: key, Actor: owner,
		Created: casework.Created{Owner: "owner", Channel: "web", Values: v}})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := d.Do(ctx, r.Case, casework.Input{Act: casework.ActVerify, Key: "verify", Actor: owner,
		Data: casework.Data{Verified: verified(it, v)}}); err != nil {
		t.Fatal(err)
	}
	return r.Case
}
