package material

import (
	"context"
	"errors"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"wangban/internal/db"
	"wangban/internal/db/dbtest"
)

func over(err error) bool {
	var r *Refusal
	return errors.As(err, &r) && r.Code == CodeOver
}

func TestHandover(t *testing.T) {
	dbtest.Rehearsed(t, []db.Migrations{Migrations}, func(t *testing.T, d *db.DB) {
		ctx := context.Background()
		now := time.Date(2026, 11, 23, 4, 0, 0, 0, time.UTC)
		m := New(Options{DB: d, Now: func() time.Time { return now }})
		offer := func(caseID, field string) string {
			t.Helper()
			token, h, err := m.OfferHandover(ctx, Handover{Case: caseID, Field: field, Owner: "p1"})
			if err != nil || !h.Expires.Equal(now.Add(15*time.Minute)) {
				t.Fatal(h, err)
			}
			return token
		}
		works := func(token string) bool {
			t.Helper()
			_, err := m.Handover(ctx, token)
			if err != nil && !over(err) {
				t.Fatal(err)
			}
			return err == nil
		}

		token := offer("c1", "licence")
		want := Handover{Case: "c1", Field: "licence", Owner: "p1", Created: now, Expires: now.Add(15 * time.Minute)}
		for range 3 {
			if h, err := m.Handover(ctx, token); err != nil || h != want { // looking changes nothing
				t.Fatal(h, err)
			}
		}
		want.Uses = 1
		if h, err := m.UseHandover(ctx, token); err != nil || h != want {
			t.Error(h, err)
		}
		var kept string
		if err := d.Read().QueryRowContext(ctx, `SELECT token FROM material_handover`).Scan(&kept); err != nil || strings.Contains(kept, token) {
			t.Error("the database tells the code", err)
		}

		other := offer("c1", "letter")
		newer := offer("c1", "licence")
		if works(token) || !works(newer) || !works(other) {
			t.Error("a new one ends the older of the same question, and no other")
		}
		if _, err := m.UseHandover(ctx, token); !over(err) {
			t.Error(err)
		}
		if err := m.RevokeHandovers(ctx, "c1", "letter"); err != nil || works(other) || !works(newer) {
			t.Error("revoking one question", err)
		}
		foreign := offer("c2", "licence")
		if err := m.RevokeHandovers(ctx, "c1", ""); err != nil || works(newer) || !works(foreign) {
			t.Error("revoking all of a case", err)
		}
		for _, unknown := range []string{"", "x", strings.Repeat("A", 26), hash(foreign)} {
			if _, err := m.UseHandover(ctx, unknown); !over(err) {
				t.Errorf("%q: %v", unknown, err)
			}
		}

		now = now.Add(15*time.Minute - time.Microsecond)
		if !works(foreign) {
			t.Error("it ends too early")
		}
		now = now.Add(time.Microsecond)
		if _, err := m.UseHandover(ctx, foreign); !over(err) || works(foreign) {
			t.Error("it never ends", err)
		}
		now = now.Add(25 * time.Hour)
		offer("c3", "licence")
		var n int
		if err := d.Read().QueryRowContext(ctx, `SELECT COUNT(*) FROM material_handover`).Scan(&n); err != nil || n != 1 {
			t.Errorf("%d rows are kept: %v", n, err)
		}
	})
}

func TestHandoverIsUsedUp(t *testing.T) {
	dbtest.Rehearsed(t, []db.Migrations{Migrations}, func(t *testing.T, d *db.DB) {
		ctx := context.Background()
		m := New(Options{DB: d, Now: time.Now})
		token, _, err := m.OfferHandover(ctx, Handover{Case: "c1", Field: "licence", Owner: "p1"})
		if err != nil {
			t.Fatal(err)
		}
		var used atomic.Int64
		var wg sync.WaitGroup
		for range handoverUses + 10 {
			wg.Go(func() {
				switch _, err := m.UseHandover(ctx, token); {
				case err == nil:
					used.Add(1)
				case !over(err):
					t.Error(err)
				}
			})
		}
		wg.Wait()
		if used.Load() != handoverUses {
			t.Errorf("used %d times", used.Load())
		}
	})
}
