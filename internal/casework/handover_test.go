package casework_test

import (
	"context"
	"errors"
	"slices"
	"testing"

	"wangban/internal/casework"
	"wangban/internal/db"
	"wangban/internal/db/dbtest"
)

// What an officer holds is handed over by acts: by himself, by the head of the
// unit or by the house, and only to somebody who can have it.
func TestHandingOver(t *testing.T) {
	dbtest.Both(t, []db.Migrations{casework.Migrations}, func(t *testing.T, d *db.DB) {
		ctx := t.Context()
		door := openDoor(t, d)
		colleague := func(id string, roles, units []string) casework.Actor {
			return casework.Actor{Kind: casework.Staff, ID: id, Name: id, Unit: "chengguan", Roles: roles, Units: units}
		}
		people := []casework.Actor{colleague("other", []string{"reviewer"}, []string{"*"}), colleague("clerk", []string{"helper"}, []string{"*"}),
			colleague("elsewhere", []string{"reviewer"}, []string{"food"}), colleague("head", []string{casework.RoleLeader}, []string{"chengguan"})}
		door.Roster(func(_ context.Context, id string) (casework.Actor, bool, error) {
			i := slices.IndexFunc(people, func(a casework.Actor) bool { return a.ID == id })
			if i < 0 {
				return casework.Actor{}, false, nil
			}
			return people[i], true, nil
		})
		id := door.begin(t, registration(t), trace{}, "one")
		owner := casework.Actor{Kind: casework.Applicant, ID: "owner", Session: "owner"}
		door.do(t, id, "submit", owner, casework.Data{})
		try := func(key string, by casework.Actor, to ...string) casework.Code {
			_, err := door.Do(ctx, id, casework.Input{Act: casework.ActHandOver, Key: key, Actor: by, Data: casework.Data{Officers: to}})
			var r *casework.Refusal
			if errors.As(err, &r) {
				return r.Code
			}
			must(t, err)
			return ""
		}
		if got := try("early", reviewer, "other"); got != casework.CodeStage {
			t.Errorf("nobody holds it, and handing over says %q", got)
		}
		door.do(t, id, "claim", reviewer, casework.Data{})
		for _, c := range []struct {
			key  string
			by   casework.Actor
			to   []string
			want casework.Code
		}{
			{"1", people[0], []string{"other"}, casework.CodeNotYours},
			{"2", reviewer, nil, casework.CodeIncomplete},
			{"3", reviewer, []string{reviewer.ID}, casework.CodeIncomplete},
			{"4", reviewer, []string{"clerk"}, casework.CodeIncomplete},
			{"5", reviewer, []string{"elsewhere"}, casework.CodeIncomplete},
			{"6", reviewer, []string{"unheard-of"}, casework.CodeIncomplete},
			{"7", owner, []string{"other"}, casework.CodeNotYours},
			{"8", people[3], []string{"other"}, ""},
		} {
			if got := try(c.key, c.by, c.to...); got != c.want {
				t.Errorf("%s to %v: %q, want %q", c.by.ID, c.to, got, c.want)
			}
		}
		s, _, err := door.Get(ctx, id)
		must(t, err)
		if s.Holder == nil || s.Holder.ID != "other" || s.Stage != "in_review" || s.Holder.Until.IsZero() {
			t.Fatalf("held by %+v in %s", s.Holder, s.Stage)
		}
		system := casework.Actor{Kind: casework.System, ID: "roster"}
		if done, err := door.HandOver(ctx, system, "other", "clerk"); err != nil || len(done.Moved) != 0 || done.Kept[s.Number] == nil {
			t.Errorf("to one who cannot: %+v, %v", done, err)
		}
		people = append(people, colleague("officer", reviewer.Roles, reviewer.Units))
		if done, err := door.HandOver(ctx, system, "other", "officer"); err != nil || !slices.Equal(done.Moved, []string{s.Number}) {
			t.Errorf("handed over %+v, %v", done, err)
		}
		if whole, err := door.Verify(ctx, nil); err != nil || len(whole.Problems) > 0 {
			t.Errorf("%v, %v", whole.Problems, err)
		}
	})
}
