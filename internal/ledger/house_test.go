package ledger_test

import (
	"bytes"
	"context"
	"fmt"
	"sync"
	"testing"
	"time"

	"wangban/internal/casework"
	"wangban/internal/db"
	"wangban/internal/form"
	"wangban/internal/item"
	"wangban/internal/ledger"
	"wangban/internal/vault"
	"wangban/internal/workday"
	"wangban/items"
)

var tables = []db.Migrations{casework.Migrations, ledger.Migrations}

var library = sync.OnceValues(func() (*item.Library, error) { return item.NewLibrary(items.Files, "") })

// house is a door whose acts are logged.
type house struct {
	testing.TB
	db   *db.DB
	door *casework.Door
	log  *ledger.Room
	it   *item.Item
	now  time.Time
}

func openHouse(t testing.TB, d *db.DB) *house {
	t.Helper()
	h := &house{TB: t, db: d, now: time.Date(2026, 11, 25, 9, 0, 0, 0, form.Shanghai)}
	lib, err := library()
	h.must(err)
	h.it, _ = lib.Get("legal-person-account")
	v := h.vault()
	h.log = ledger.New(ledger.Options{DB: d, Vault: v, Now: h.clock, Origin: "wb.example.cn/log"})
	none := func(context.Context, db.Tx, casework.Call, casework.State, casework.State, casework.Event) (map[string]string, error) {
		return nil, nil
	}
	fine := func(context.Context, casework.Queryer, casework.Call, casework.State, *item.Item) (casework.Finding, error) {
		return casework.Finding{Level: casework.Fine}, nil
	}
	h.door, err = casework.New(t.Context(), casework.Options{
		DB: d, Vault: v, Items: lib, Now: h.clock, Log: h.log.Log,
		House: func() casework.House {
			return casework.House{BaseURL: "https://wb.example.cn", Region: "341523", Department: "31", CountyUnit: "county",
				Towns: map[string]casework.Town{"341523100": {Name: "城关镇", Unit: "chengguan"}},
				Count: func(start time.Time, l item.Limit, pauses []workday.Pause) (workday.Due, error) {
					return workday.Default().Count(start, l, pauses, workday.DefaultOffice)
				}}
		},
		Effects: map[string]casework.Effect{"account.open": none, "signing.invite": none, "signing.revoke": none, "licence.issue": none},
		Checks:  map[string]casework.Check{"registry.unit": fine, "account.unit": fine, "account.shared-number": fine, "account.many-units": fine},
		Outbox:  func(context.Context, db.Tx, string, int, []casework.Message) error { return nil },
	})
	h.must(err)
	return h
}

func (h *house) clock() time.Time { return h.now }

func (h *house) vault() *vault.Vault {
	h.Helper()
	v, err := vault.New(bytes.Repeat([]byte{7}, vault.KeySize))
	h.must(err)
	return v
}

func (h *house) must(err error) {
	h.Helper()
	if err != nil {
		h.Fatal(err)
	}
}

var owner = casework.Actor{Kind: casework.Applicant, ID: "owner", Session: "owner"}

// begin makes a case with one event.
func (h *house) begin(name string) string {
	h.Helper()
	values, err := h.it.Answers("rep-complete", func(name string) form.File {
		return form.File{Hash: fmt.Sprintf("%064x", name), Name: name + ".jpg", Type: "image/jpeg", Size: 100}
	})
	h.must(err)
	r, err := h.door.Create(h.Context(), casework.Creation{Item: h.it.Name, Key: name, Actor: owner, Created: casework.Created{Owner: "owner", Channel: "web", Values: values}})
	h.must(err)
	return r.Case
}

// save is one more event.
func (h *house) save(id, key string) {
	h.Helper()
	_, err := h.door.Do(h.Context(), id, casework.Input{Act: casework.ActSave, Key: key, Actor: owner, Data: casework.Data{Values: form.Values{h.it.Flow.Title: "公司 " + key}}})
	h.must(err)
}

// fill makes cases of some events each.
func (h *house) fill(cases, events int) (ids []string) {
	h.Helper()
	for i := range cases {
		id := h.begin(fmt.Sprintf("case-%d", i))
		for n := 1; n < events; n++ {
			h.save(id, fmt.Sprintf("save-%d", n))
		}
		ids = append(ids, id)
	}
	return ids
}

func (h *house) integrate() int {
	h.Helper()
	n, err := h.log.Integrate(h.Context())
	h.must(err)
	return n
}

// verify recomputes everything.
func (h *house) verify() ledger.Report {
	h.Helper()
	var report ledger.Report
	h.must(h.db.Snapshot(h.Context(), func(ctx context.Context, tx db.Tx) (err error) {
		report, err = h.log.Verify(ctx, tx, h.door.KeptCases)
		return err
	}))
	return report
}

func (h *house) whole() ledger.Report {
	h.Helper()
	report := h.verify()
	for _, p := range report.Problems {
		h.Error(p)
	}
	return report
}

func (h *house) exec(query string, args ...any) {
	h.Helper()
	h.must(h.db.Write(h.Context(), func(ctx context.Context, tx db.Tx) error {
		_, err := tx.ExecContext(ctx, query, args...)
		return err
	}))
}

// openings are what opens the events of a case.
func (h *house) openings(id string) (out []casework.Opening) {
	h.Helper()
	events, err := h.door.History(h.Context(), id)
	h.must(err)
	var s casework.State
	for _, e := range events {
		s = casework.Apply(s, e)
		out = append(out, e.Open(s))
	}
	return out
}
