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
	"wangban/internal/workday"
)

// The light of a case tells of the limit that the office has to keep first: the
// stage's own or the case's, never what the applicant has to keep.
func TestLightTellsOfWhatEndsFirst(t *testing.T) {
	plain := theActs(t)
	decided := func(within string) []string {
		return []string{"    label: 待决定\n    by: leader\n", "    label: 待决定\n    by: leader\n    within: " + within + "\n"}
	}
	toDecision := []string{"contact submit", "clerk accept", "ann claim", "ann propose"}
	for _, c := range []struct {
		name      string
		change    []string
		deeds     []string
		after     time.Duration // of the last deed
		near, due string
		stage     bool
		paused    bool
	}{
		{"nothing runs", nil, nil, 0, "", "", false, false},
		{"to be accepted", nil, []string{"contact submit"}, 0, "2020-09-11 00:00", "2020-09-11 17:30", true, false},
		{"the applicant corrects", []string{"    edit: marked\n", "    edit: marked\n    within: 5 days\n    lapse: {to: closed, label: 没有补正}\n"}, []string{"contact submit", "clerk correct"}, 0, "", "", false, false},
		{"accepted", nil, []string{"contact submit", "clerk accept"}, 0, "2020-09-17 00:00", "2020-09-18 17:30", false, false},
		{"held by an officer", nil, []string{"contact submit", "clerk accept", "ann claim"}, 0, "2020-09-17 00:00", "2020-09-18 17:30", false, false},
		{"to be decided soon", decided("3 workdays"), toDecision, 0, "2020-09-09 00:00", "2020-09-09 17:30", true, false},
		{"to be decided within the day", decided("1 workday"), toDecision, 0, "2020-09-07 15:30", "2020-09-07 17:30", true, false},
		{"to be decided some time", decided("12 workdays"), toDecision, 0, "2020-09-17 00:00", "2020-09-18 17:30", false, false},
		{"stopped", decided("3 workdays"), append(toDecision, "ann pause"), 0, "", "", false, true},
		{"stopped when it was over", decided("3 workdays"), append(toDecision, "ann pause"), 30 * 24 * time.Hour, "2020-09-09 00:00", "2020-09-09 17:30", true, false},
		{"stopped at the last minute", nil, []string{"contact submit", "clerk accept", "ann pause"}, 14*24*time.Hour + 8*time.Hour + 29*time.Minute, "", "", false, true},
		{"stopped in the evening of the last day", nil, []string{"contact submit", "clerk accept", "ann pause"}, 14*24*time.Hour + 9*time.Hour, "2020-09-17 00:00", "2020-09-18 17:30", false, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			it := plain
			if c.change != nil {
				it = variant(t, c.change...)
			}
			k := tell(t, it)
			for i, deed := range c.deeds {
				if i == len(c.deeds)-1 {
					k.now = k.now.Add(c.after)
				}
				who, act, _ := strings.Cut(deed, " ")
				in := func(in *casework.Input) {
					if act == "correct" {
						in.Data.Reasons = []string{"PLAN_UNCLEAR"}
					}
				}
				if _, r := k.try(does(who, act), in); r != nil {
					t.Fatalf("%s: %v", deed, r)
				}
			}
			say := func(at time.Time) string {
				if at.IsZero() {
					return ""
				}
				return at.In(form.Shanghai).Format("2006-01-02 15:04")
			}
			got := casework.DeadlineOf(it, k.s)
			if say(got.Near) != c.near || say(got.Due) != c.due || got.Stage != c.stage || got.Paused != c.paused {
				t.Errorf("near %s, due %s, of the stage %v, paused %v; want %s, %s, %v, %v", say(got.Near), say(got.Due), got.Stage, got.Paused, c.near, c.due, c.stage, c.paused)
			}
			k.s.DueNear = time.Time{} // as it was written before cases knew
			if old := casework.DeadlineOf(it, k.s); !old.Due.Equal(got.Due) || got.Stage && say(old.Near) != c.due[:10]+" 00:00" {
				t.Errorf("of an older case near is %s and due %s", say(old.Near), say(old.Due))
			}
		})
	}
}

func does(who, act string) deed {
	return deed{who: who, act: act, unit: "hangbu", good: true, officers: []string{"ann", "both"}}
}

// Lists, filters and counts go by the same, also of cases that were listed before
// they did.
func TestListsKnowTheStagesLimit(t *testing.T) {
	dbtest.Both(t, []db.Migrations{casework.Migrations}, func(t *testing.T, store *db.DB) {
		d := openDoor(t, store)
		owner := casework.Actor{Kind: casework.Applicant, ID: "owner", Session: "owner"}
		r, err := d.Create(t.Context(), casework.Creation{Item: "acts", Key: "late", Actor: owner, Created: casework.Created{Owner: "owner", Channel: "web", Values: complete(theActs(t))}})
		must(t, err)
		d.do(t, r.Case, "submit", owner, casework.Data{})
		due := time.Date(2020, 9, 11, 17, 30, 0, 0, form.Shanghai)
		look := func() {
			t.Helper()
			for at, want := range map[time.Time]workday.Light{startOfStory: workday.Green, due.Add(-9 * time.Hour): workday.Amber, due: workday.Red} {
				d.now = at
				for _, light := range []workday.Light{workday.Green, workday.Amber, workday.Red, workday.PausedLight} {
					q := casework.Query{Desk: true, Light: light, Now: at}
					rows, _, err := d.List(t.Context(), q)
					must(t, err)
					n, err := d.Counts(t.Context(), 10, q)
					must(t, err)
					if (len(rows) == 1) != (light == want) || n[0] != len(rows) {
						t.Errorf("at %v %d are %s, counted %d, want it %s", at, len(rows), light, n[0], want)
					}
					if len(rows) == 1 && (rows[0].Deadline.Light(at) != want || !rows[0].Deadline.Due.Equal(due) || !rows[0].Deadline.Stage) {
						t.Errorf("at %v the list says %+v", at, rows[0].Deadline)
					}
				}
			}
		}
		look()
		must(t, store.Write(t.Context(), func(ctx context.Context, tx db.Tx) error {
			_, err := tx.ExecContext(ctx, `UPDATE cases SET listed = 0, near = 0`)
			return err
		}))
		must(t, d.Relist(t.Context()))
		look()
		d.whole(t)
	})
}
