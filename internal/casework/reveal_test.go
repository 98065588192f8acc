package casework_test

import (
	"testing"
	"time"

	"wangban/internal/casework"
	"wangban/internal/db"
	"wangban/internal/db/dbtest"
)

// That numbers were shown in full stands in the case, with who asked. Nothing
// else changes: no clock, no place in the queue, and a reviewer whose page is
// open goes on. Only staff of the unit may, and only what was handed in.
func TestRevealedOnRecord(t *testing.T) {
	dbtest.Both(t, []db.Migrations{casework.Migrations}, func(t *testing.T, store *db.DB) {
		d := openDoor(t, store)
		id, agent := d.asAgent(t, "first", "15912345671")
		look := func(a casework.Actor, key string) error {
			_, err := d.Do(t.Context(), id, casework.Input{Act: casework.ActReveal, Key: key, Actor: a})
			return err
		}
		supervisor := casework.Actor{Kind: casework.Staff, ID: "zhouwei", Name: "周伟", Unit: "inspection", Roles: []string{"supervisor"}, Units: []string{"*"}}
		if look(supervisor, "draft") == nil {
			t.Error("a draft was shown")
		}
		d.do(t, id, "submit", agent, casework.Data{})
		d.sign(t, id)
		d.do(t, id, "claim", reviewer, casework.Data{})
		before, it, err := d.Get(t.Context(), id)
		if err != nil {
			t.Fatal(err)
		}
		elsewhere := casework.Actor{Kind: casework.Staff, ID: "other", Unit: "hangbu", Roles: []string{"reviewer"}, Units: []string{"hangbu"}}
		for _, a := range []casework.Actor{elsewhere, agent} {
			if look(a, "not-"+a.ID) == nil {
				t.Errorf("shown to %s", a.ID)
			}
		}
		d.now = d.now.Add(time.Minute)
		for _, key := range []string{"one", "one", "two"} {
			if err := look(supervisor, key); err != nil {
				t.Fatal(err)
			}
		}
		after, _, err := d.Get(t.Context(), id)
		if err != nil {
			t.Fatal(err)
		}
		if after.Version != before.Version+2 || !after.UpdatedAt.Equal(before.UpdatedAt) || !after.Due.Equal(before.Due) || after.Holder == nil || after.Holder.ID != before.Holder.ID {
			t.Errorf("after: version %d, updated %s, due %s", after.Version, after.UpdatedAt, after.Due)
		}
		events, err := d.History(t.Context(), id)
		if err != nil {
			t.Fatal(err)
		}
		if last := events[len(events)-1]; last.Act != casework.ActReveal || last.Actor.ID != "zhouwei" || !last.At.Equal(d.now) {
			t.Errorf("the last event is %s by %s", last.Act, last.Actor.ID)
		}
		stage, _ := it.Flow.Stage(before.Stage)
		judge := casework.Input{Act: "judge", Key: "judge", Actor: reviewer, Expect: before.Version, Data: casework.Data{Judgements: allRight(casework.ToJudge(it, stage, before))}}
		if _, err := d.Do(t.Context(), id, judge); err != nil {
			t.Errorf("the page that was open: %v", err)
		}
		judge.Key = "again" // but what changes something counts as before
		if _, err := d.Do(t.Context(), id, judge); err == nil {
			t.Error("an old page was taken")
		}
		if found, err := d.Verify(t.Context(), nil); err != nil || len(found.Problems) > 0 {
			t.Errorf("%v %v", found.Problems, err)
		}
	})
}
