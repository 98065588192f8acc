package casework_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"wangban/internal/casework"
	"wangban/internal/db"
	"wangban/internal/db/dbtest"
	"wangban/internal/form"
)

// examined is a case that ann examines.
func (d *testDoor) examined(t *testing.T, key string) string {
	t.Helper()
	owner := casework.Actor{Kind: casework.Applicant, ID: "owner", Session: "owner"}
	r, err := d.Create(t.Context(), casework.Creation{Item: "acts", Key: key, Actor: owner, Created: casework.Created{Owner: "owner", Channel: "web", Values: complete(theActs(t))}})
	if err != nil {
		t.Fatal(err)
	}
	d.do(t, r.Case, "submit", owner, casework.Data{})
	s, it, err := d.Get(t.Context(), r.Case)
	if err != nil {
		t.Fatal(err)
	}
	stage, _ := it.Flow.Stage(s.Stage)
	d.do(t, r.Case, "accept", people["clerk"], casework.Data{Judgements: allRight(casework.ToJudge(it, stage, s))})
	d.do(t, r.Case, "claim", people["ann"], casework.Data{})
	return r.Case
}

func (d *testDoor) whole(t *testing.T) {
	t.Helper()
	found, err := d.Verify(t.Context(), nil)
	if err != nil || len(found.Problems) > 0 {
		t.Errorf("%s, %v", strings.Join(found.Problems, "\n"), err)
	}
}

// eventsOf counts the events of a case by act.
func (d *testDoor) eventsOf(t *testing.T, id string) map[string]int {
	t.Helper()
	events, err := d.History(t.Context(), id)
	if err != nil {
		t.Fatal(err)
	}
	n := map[string]int{}
	for _, e := range events {
		n[e.Act]++
	}
	return n
}

func (d *testDoor) sweepAt(t *testing.T, at time.Time) {
	t.Helper()
	d.now = at
	if _, err := d.Sweep(t.Context()); err != nil {
		t.Fatalf("at %v: %v", at, err)
	}
}

// A consulted unit is reminded once, a working day before its limit ends; one
// that has answered, or is asked no more, is not.
func TestConsultedUnitIsRemindedOnce(t *testing.T) {
	dbtest.Both(t, []db.Migrations{casework.Migrations}, func(t *testing.T, store *db.DB) {
		d := openDoor(t, store)
		id := d.examined(t, "reminded") // Friday, 4 September 2020
		d.do(t, id, "consult", people["ann"], casework.Data{Units: []string{"hangbu", "county", "food"}, Text: "可以吗？"})
		d.sameQuestions(t, id)
		d.do(t, id, "answer", people["hans"], casework.Data{Consult: 1, Agree: true})
		d.do(t, id, "recall", people["ann"], casework.Data{Consult: 3, Text: "不用了"})
		d.whole(t)
		d.sweepAt(t, time.Date(2020, 9, 10, 17, 29, 0, 0, form.Shanghai))
		if n := d.eventsOf(t, id)["remind_unit"]; n != 0 {
			t.Fatalf("%d reminders too early", n)
		}
		for units, want := range map[string]int{"hangbu": 0, "county": 1, "food": 0, "county food": 1, "": 0} {
			if n, err := d.Asked(t.Context(), strings.Fields(units), 10); err != nil || n != want {
				t.Errorf("%d opinions asked of %q, not %d (%v)", n, units, want, err)
			}
		}
		for range 2 {
			d.sweepAt(t, time.Date(2020, 9, 10, 17, 30, 0, 0, form.Shanghai))
		}
		s, _, err := d.Get(t.Context(), id)
		if err != nil {
			t.Fatal(err)
		}
		if n := d.eventsOf(t, id)["remind_unit"]; n != 1 || s.Consults[1].Reminded.IsZero() || !s.Consults[0].Reminded.IsZero() {
			t.Errorf("%d reminders; %+v", n, s.Consults)
		}
		d.whole(t)
	})
}

// What has rung does not ring again because somebody acts: a unit that answers
// sets the timers anew.
func TestAnswerAfterTheReminder(t *testing.T) {
	dbtest.Both(t, []db.Migrations{casework.Migrations}, func(t *testing.T, store *db.DB) {
		d := openDoor(t, store)
		id := d.examined(t, "late")
		d.do(t, id, "consult", people["ann"], casework.Data{Units: []string{"hangbu"}, Text: "可以吗？"})
		d.sent = nil
		d.sweepAt(t, time.Date(2020, 9, 10, 18, 0, 0, 0, form.Shanghai)) // the stage ends on the 11th
		d.do(t, id, "answer", people["hans"], casework.Data{Consult: 1, Agree: true})
		d.sweepAt(t, time.Date(2020, 9, 10, 19, 0, 0, 0, form.Shanghai))
		if n := d.eventsOf(t, id)["remind"]; n != 1 || len(d.sent) != 1 {
			t.Errorf("reminded %d times, %d messages", n, len(d.sent))
		}
		if n, err := d.Stuck(t.Context()); n != 0 || err != nil {
			t.Errorf("%d timers are stuck (%v)", n, err)
		}
		d.whole(t)
	})
}

// A unit that lends its opinion does not keep the case in the hands of whoever
// examines it.
func TestAnswerDoesNotProlongTheClaim(t *testing.T) {
	dbtest.Both(t, []db.Migrations{casework.Migrations}, func(t *testing.T, store *db.DB) {
		d := openDoor(t, store)
		id := d.examined(t, "prolonged")
		d.do(t, id, "consult", people["ann"], casework.Data{Units: []string{"hangbu"}, Text: "可以吗？"})
		d.now = d.now.Add(72 * time.Hour)
		before, _, _ := d.Get(t.Context(), id)
		d.do(t, id, "answer", people["hans"], casework.Data{Consult: 1, Agree: true})
		after, _, err := d.Get(t.Context(), id)
		if err != nil || !before.Due.Equal(after.Due) {
			t.Errorf("the claim ended at %v, now at %v (%v)", before.Due, after.Due, err)
		}
	})
}

// A case that is erased leaves no question behind.
func TestForgottenCaseAsksNobody(t *testing.T) {
	dbtest.Both(t, []db.Migrations{casework.Migrations}, func(t *testing.T, store *db.DB) {
		d := openDoor(t, store)
		id := d.examined(t, "forgotten")
		d.do(t, id, "consult", people["ann"], casework.Data{Units: []string{"hangbu"}, Text: "可以吗？"})
		if _, err := d.Forget(t.Context(), id, people["lea"], "forget", "到期"); err != nil {
			t.Fatal(err)
		}
		var n int
		if err := store.Read().QueryRowContext(t.Context(), `SELECT count(*) FROM case_consult WHERE case_id = $1`, id).Scan(&n); err != nil || n != 0 {
			t.Errorf("%d questions are left (%v)", n, err)
		}
	})
}

// Verify notices when what lists read of questions was altered.
func TestVerifyNoticesQuestions(t *testing.T) {
	dbtest.Both(t, []db.Migrations{casework.Migrations}, func(t *testing.T, store *db.DB) {
		d := openDoor(t, store)
		id := d.examined(t, "altered")
		d.do(t, id, "consult", people["ann"], casework.Data{Units: []string{"hangbu", "county"}, Text: "可以吗？"})
		d.whole(t)
		for _, alter := range []string{
			`UPDATE case_consult SET open = 0 WHERE n = 1`, `UPDATE case_consult SET open = 1, unit = 'food' WHERE n = 1`, `DELETE FROM case_consult WHERE n = 1`,
			`INSERT INTO case_consult (case_id, n, unit, due, open) SELECT case_id, 3, unit, due, 1 FROM case_consult WHERE n = 2`,
		} {
			if err := store.Write(t.Context(), func(ctx context.Context, tx db.Tx) error { _, err := tx.ExecContext(ctx, alter); return err }); err != nil {
				t.Fatal(err)
			}
			if found, err := d.Verify(t.Context(), nil); err != nil || len(found.Problems) != 1 {
				t.Errorf("%s: %v, %v", alter, found.Problems, err)
			}
		}
	})
}
