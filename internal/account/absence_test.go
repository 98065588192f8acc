package account_test

import (
	"context"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"wangban/internal/account"
	"wangban/internal/db"
	"wangban/internal/db/dbtest"
)

func TestAbsence(t *testing.T) {
	dbtest.Both(t, []db.Migrations{account.Migrations}, func(t *testing.T, d *db.DB) {
		ctx := t.Context()
		h := open(t, d, account.DefaultLimits)
		if _, err := h.ImportStaff(ctx, []byte(`staff: [{id: one, name: 甲, unit: a, mobile: "13900000001"}, {id: two, name: 乙, unit: a, mobile: "13900000002"}]`)); err != nil {
			t.Fatal(err)
		}
		day := func(n int) time.Time { return friday.AddDate(0, 0, n) }
		for _, c := range []struct {
			sub         string
			from, until int
			ok          bool
		}{
			{"one", 1, 3, false}, {"nobody", 1, 3, false}, {"two", 3, 1, false}, {"two", -3, -1, false}, {"two", 1, 500, false},
			{"two", 1, 3, true}, {"two", 2, 5, false}, {"two", 3, 5, true},
		} {
			err := h.PutDownAbsence(ctx, account.Absence{Staff: "one", Substitute: c.sub, From: day(c.from), Until: day(c.until), By: "one"})
			if (err == nil) != c.ok {
				t.Errorf("%s from %d until %d: %v", c.sub, c.from, c.until, err)
			}
		}
		standsIn := func(want ...string) {
			t.Helper()
			if got, err := h.StandsInFor(ctx, "two"); err != nil || !slices.Equal(got, want) {
				t.Errorf("stands in for %v, want %v: %v", got, want, err)
			}
		}
		standsIn()
		h.wait(24 * time.Hour)
		standsIn("one")
		all, err := h.Absences(ctx)
		if err != nil || len(all) != 2 || !all[0].From.Equal(day(1)) || all[0].By != "one" {
			t.Fatalf("%+v, %v", all, err)
		}
		h.wait(time.Hour)
		for _, a := range all { // back early, and the second is not needed
			if err := h.EndAbsence(ctx, a.ID); err != nil {
				t.Fatal(err)
			}
		}
		standsIn()
		h.wait(72 * time.Hour)
		standsIn()
		if all, err := h.Absences(ctx); err != nil || len(all) != 0 {
			t.Errorf("%+v, %v", all, err)
		}
	})
}

// However many put one down at the same instant, nobody is away twice at one
// time.
func TestAbsencesAtOneInstant(t *testing.T) {
	dbtest.Both(t, []db.Migrations{account.Migrations}, func(t *testing.T, d *db.DB) {
		h := open(t, d, account.DefaultLimits)
		if _, err := h.ImportStaff(t.Context(), []byte(`staff: [{id: one, name: 甲, unit: a, mobile: "13900000001"}, {id: two, name: 乙, unit: a, mobile: "13900000002"}]`)); err != nil {
			t.Fatal(err)
		}
		var written atomic.Int32
		h.OnStandIn(func(ctx context.Context, tx db.Tx, _ account.Absence) error {
			// Where several write at a time, the first waits until a second has
			// written too, or waits for the first: then they have met for sure.
			written.Add(1)
			for met := d.Dialect() == db.SQLite; !met; {
				var waiting int
				if err := tx.QueryRowContext(ctx, `SELECT count(*) FROM pg_locks WHERE NOT granted
					AND database = (SELECT oid FROM pg_database WHERE datname = current_database())`).Scan(&waiting); err != nil {
					return err
				}
				met = waiting > 0 || written.Load() > 1
			}
			return nil
		})
		const crowd = 32
		errs := make([]error, crowd)
		var ready, done sync.WaitGroup
		ready.Add(crowd)
		for n := range crowd {
			done.Go(func() { // each overlaps with all the others
				a := account.Absence{Staff: "one", Substitute: "two", By: "one", From: friday.AddDate(0, 0, 1).Add(time.Duration(n) * time.Minute), Until: friday.AddDate(0, 0, 3)}
				ready.Done()
				ready.Wait()
				errs[n] = h.PutDownAbsence(t.Context(), a)
			})
		}
		done.Wait()
		passed := 0
		for _, err := range errs {
			if err == nil {
				passed++
			} else {
				h.refused(err, "已经登记过请假")
			}
		}
		if all, err := h.Absences(t.Context()); err != nil || passed != 1 || len(all) != 1 {
			t.Errorf("%d put down, %d on record, %v", passed, len(all), err)
		}
	})
}
