package casework_test

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"wangban/internal/casework"
	"wangban/internal/db"
	"wangban/internal/db/dbtest"
	"wangban/internal/form"
	"wangban/internal/item"
	"wangban/internal/vault"
	"wangban/internal/workday"
)

// A case that cannot be read holds up no other: its limits are put off, told
// to the operator, and followed once it can be read again.
func TestOneBrokenCaseHoldsUpNoOther(t *testing.T) {
	dbtest.Both(t, []db.Migrations{casework.Migrations}, func(t *testing.T, store *db.DB) {
		v, err := vault.Open(filepath.Join(t.TempDir(), "key"))
		if err != nil {
			t.Fatal(err)
		}
		before := openDoorWith(t, store, v)
		broken, agent := before.asAgent(t, "first", "15912345678")
		before.do(t, broken, "submit", agent, casework.Data{})
		before.now = before.now.Add(time.Minute)
		whole, agent := before.asAgent(t, "second", "15912345679")
		before.do(t, whole, "submit", agent, casework.Data{})
		d := openDoorWith(t, store, v) // one that has not read them yet
		d.now = before.now
		state := func(to []byte) (was []byte) {
			t.Helper()
			if err := store.Write(t.Context(), func(ctx context.Context, tx db.Tx) error {
				if err := tx.QueryRowContext(ctx, `SELECT state FROM cases WHERE id = $1`, broken).Scan(&was); err != nil {
					return err
				}
				_, err := tx.ExecContext(ctx, `UPDATE cases SET state = $2 WHERE id = $1`, broken, to)
				return err
			}); err != nil {
				t.Fatal(err)
			}
			return was
		}
		kept := state([]byte("nonsense"))
		d.now = d.now.Add(49 * time.Hour)
		if _, err := d.Sweep(t.Context()); err == nil || !strings.Contains(err.Error(), broken) {
			t.Errorf("nobody hears of it: %v", err)
		}
		if s, _, err := d.Get(t.Context(), whole); err != nil || s.Stage != "sign_expired" {
			t.Errorf("the other case stands in %s, %v", s.Stage, err)
		}
		if n, err := d.Stuck(t.Context()); err != nil || n == 0 {
			t.Errorf("%d timers are stuck, %v", n, err)
		}
		if _, err := d.Sweep(t.Context()); err != nil {
			t.Errorf("the next sweep tries at once again: %v", err)
		}
		found, err := d.Verify(t.Context(), nil)
		if err != nil || found.Cases != 2 || len(found.Problems) != 1 || !strings.Contains(found.Problems[0], broken) {
			t.Errorf("looking everything over found %+v, %v", found, err)
		}
		state(kept)
		d.now = d.now.Add(2 * time.Minute)
		if _, err := d.Sweep(t.Context()); err != nil {
			t.Fatal(err)
		}
		if n, err := d.Stuck(t.Context()); err != nil || n != 0 {
			t.Errorf("%d timers are still stuck, %v", n, err)
		}
	})
}

// Whoever goes on with a draft puts off the day on which it is given up, though
// its timer is not moved with every page: one that rings too early is set again.
func TestTimerThatRingsTooEarly(t *testing.T) {
	dbtest.Both(t, []db.Migrations{casework.Migrations}, func(t *testing.T, store *db.DB) {
		d := openDoor(t, store)
		id, agent := d.asAgent(t, "first", "15912345678")
		timer := func() (at int64) {
			t.Helper()
			must(t, store.Read().QueryRow(`SELECT at FROM case_timer WHERE case_id = $1 AND name = 'idle'`, id).Scan(&at))
			return at
		}
		set := timer()
		d.now = d.now.Add(10 * 24 * time.Hour)
		saved := d.now
		d.do(t, id, casework.ActSave, agent, casework.Data{})
		if timer() != set {
			t.Error("the timer was written for nothing")
		}
		if found, err := d.Verify(t.Context(), nil); err != nil || len(found.Problems) > 0 {
			t.Errorf("looking it over found %v, %v", found.Problems, err)
		}
		sweep := func(now time.Time) (moved int, stage string) {
			t.Helper()
			d.now = now
			moved, err := d.Sweep(t.Context())
			must(t, err)
			s, _, err := d.Get(t.Context(), id)
			must(t, err)
			return moved, s.Stage
		}
		given := db.Time(timer())
		if n, stage := sweep(given); n != 0 || stage != "draft" || !db.Time(timer()).After(given) {
			t.Errorf("at first it moved %d, to %s, and rings again at %s", n, stage, db.Time(timer()))
		}
		over := db.Time(timer())
		if want := saved.Add(given.Sub(saved.Add(-10 * 24 * time.Hour))); over.Sub(want).Abs() > time.Minute {
			t.Errorf("it ends at %s, want %s", over, want)
		}
		if n, stage := sweep(over.Add(-time.Microsecond)); n != 0 || stage != "draft" {
			t.Errorf("too early it moved %d, to %s", n, stage)
		}
		if n, stage := sweep(over); n != 1 || stage == "draft" {
			t.Errorf("in the end it moved %d, to %s", n, stage)
		}
	})
}

// What the clock has to do is not lost with the calendar: it waits for the year
// that is missing, the operator is told, and silence is acceptance all the same,
// from the day of receipt.
func TestTheClockWaitsForTheCalendar(t *testing.T) {
	dbtest.Both(t, []db.Migrations{casework.Migrations}, func(t *testing.T, store *db.DB) {
		d := openDoor(t, store)
		owner := casework.Actor{Kind: casework.Applicant, ID: "owner", Session: "owner"}
		r, err := d.Create(t.Context(), casework.Creation{Item: "acts", Key: "silent", Actor: owner, Created: casework.Created{Owner: "owner", Channel: "web", Values: complete(theActs(t))}})
		must(t, err)
		d.do(t, r.Case, "submit", owner, casework.Data{})
		whole := testHouse
		testHouse.Count = func(start time.Time, _ item.Limit, _ []workday.Pause) (workday.Due, error) {
			return workday.Due{}, workday.NoYear{Year: start.Year()}
		}
		defer func() { testHouse = whole }()
		d.now = time.Date(2020, 9, 11, 17, 30, 0, 0, form.Shanghai)
		if _, err := d.Sweep(t.Context()); err == nil || !strings.Contains(err.Error(), r.Case) {
			t.Errorf("nobody hears of it: %v", err)
		}
		if n, err := d.Stuck(t.Context()); err != nil || n != 1 {
			t.Errorf("%d timers are stuck, %v", n, err)
		}
		if s, _, err := d.Get(t.Context(), r.Case); err != nil || s.Stage != "received" {
			t.Errorf("it cannot be read: %s, %v", s.Stage, err)
		}
		if _, err := d.Do(t.Context(), r.Case, casework.Input{Act: "accept", Key: "late", Actor: people["clerk"]}); code(err) != casework.CodeCalendar {
			t.Errorf("somebody acts before the clock: %v", err)
		}
		testHouse = whole
		d.sweepAt(t, d.now.Add(2*time.Minute))
		if n := d.eventsOf(t, r.Case)[casework.ActLapse]; n != 1 {
			t.Fatalf("the limit has run out %d times", n)
		}
		if s, _, err := d.Get(t.Context(), r.Case); err != nil || s.Stage != "waiting" || !s.ClockStart.Equal(startOfStory) {
			t.Errorf("%s from %v, %v", s.Stage, s.ClockStart, err)
		}
		d.whole(t)
	})
}

// The house's own keys cannot be taken by a client, who would keep the clock
// from acting.
func TestKeysOfTheHouse(t *testing.T) {
	dbtest.Both(t, []db.Migrations{casework.Migrations}, func(t *testing.T, store *db.DB) {
		d := openDoor(t, store)
		id, agent := d.asAgent(t, "agent", "15912345678")
		d.do(t, id, "submit", agent, casework.Data{})
		s, _, err := d.Get(t.Context(), id)
		if err != nil {
			t.Fatal(err)
		}
		for _, key := range []string{"", strings.Repeat("k", 101), fmt.Sprintf("timer:lapse:%d", s.Due.UnixMicro())} {
			_, err := d.Do(t.Context(), id, casework.Input{Act: "resend", Key: key, Actor: agent})
			var refusal *casework.Refusal
			if !errors.As(err, &refusal) || refusal.Code != casework.CodeKey {
				t.Errorf("key %.20q: %v", key, err)
			}
		}
	})
}

// A form sent just before midnight UTC comes again just after it: one case.
func TestOneCaseForAKeyAlsoAtMidnight(t *testing.T) {
	dbtest.Both(t, []db.Migrations{casework.Migrations}, func(t *testing.T, store *db.DB) {
		d := openDoor(t, store)
		d.now = time.Date(2020, 8, 21, 23, 59, 59, 0, time.UTC)
		owner := casework.Actor{Kind: casework.Applicant, ID: "owner", Session: "owner"}
		creation := casework.Creation{Item: registration(t).Name, Key: "k", Actor: owner, Created: casework.Created{Owner: "owner", Channel: "web"}}
		first, err := d.Create(t.Context(), creation)
		if err != nil {
			t.Fatal(err)
		}
		d.now = d.now.Add(2 * time.Second)
		second, err := d.Create(t.Context(), creation)
		if err != nil || second.Case != first.Case || !second.Replayed {
			t.Errorf("%+v, then %+v, %v", first, second, err)
		}
	})
}
