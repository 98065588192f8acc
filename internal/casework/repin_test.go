package casework_test

import (
	"context"
	"maps"
	"slices"
	"strings"
	"testing"

	"wangban/internal/casework"
	"wangban/internal/db"
	"wangban/internal/db/dbtest"
	"wangban/internal/form"
	"wangban/internal/item"
)

// another is a version of an item with something changed.
func another(t *testing.T, it *item.Item, hash string, change func(*item.Item)) *item.Item {
	t.Helper()
	v := *it
	v.Hash = hash
	v.Form.Pages, v.Flow.Stages = slices.Clone(v.Form.Pages), slices.Clone(v.Flow.Stages)
	for i := range v.Form.Pages {
		v.Form.Pages[i].Fields = slices.Clone(v.Form.Pages[i].Fields)
	}
	change(&v)
	lib, err := library()
	if err != nil {
		t.Fatal(err)
	}
	lib.Remember(&v)
	return &v
}

// eachField lets a test change the fields of a version.
func eachField(it *item.Item, change func(*form.Field)) {
	for i := range it.Form.Pages {
		for j := range it.Form.Pages[i].Fields {
			change(&it.Form.Pages[i].Fields[j])
		}
	}
}

func without(it *item.Item, id string) {
	for i := range it.Form.Pages {
		it.Form.Pages[i].Fields = slices.DeleteFunc(it.Form.Pages[i].Fields, func(f form.Field) bool { return f.ID == id })
	}
}

// A case is moved when it can be, with an event that says why; a look changes
// nothing, and what cannot be moved stays.
func TestRepin(t *testing.T) {
	dbtest.Both(t, []db.Migrations{casework.Migrations}, func(t *testing.T, store *db.DB) {
		d, it := openDoor(t, store), registration(t)
		ctx := context.Background()
		owner := casework.Actor{Kind: casework.Applicant, ID: "owner", Session: "owner"}
		draft := d.begin(t, it, trace{}, "draft")
		review := d.begin(t, it, trace{}, "review")
		d.do(t, review, "submit", owner, casework.Data{})
		signing, agent := d.asAgent(t, "agent", "13800138111")
		d.do(t, signing, "submit", agent, casework.Data{})
		ended := d.begin(t, it, trace{}, "ended")
		d.do(t, ended, "discard", owner, casework.Data{})

		longer := another(t, it, "longer", func(v *item.Item) { v.Flow.Clock.Limit.N++ })
		ids, err := d.Outdated(ctx, longer)
		if err != nil || len(ids) != 3 || slices.Contains(ids, ended) || !slices.IsSorted(ids) {
			t.Fatal(ids, err)
		}
		// what tells why a case stays or what changes, by version
		var named string
		for _, tt := range []struct {
			name          string
			to            *item.Item
			id            string
			stays, change string
		}{
			{"a longer limit", longer, review, "", "promised until"},
			{"a longer limit of a draft", longer, draft, "", ""},
			{"a signature is awaited", longer, signing, "waits for a signature", ""},
			{"no such stage", another(t, it, "stage", func(v *item.Item) {
				i := slices.IndexFunc(v.Flow.Stages, func(s item.Stage) bool { return s.Name == d.stage(t, review) })
				v.Flow.Stages[i].Name = "renamed"
			}), review, "no stage", ""},
			{"a field that is gone", another(t, it, "gone", func(v *item.Item) { named = v.Flow.Rep; without(v, v.Flow.Rep) }), draft, "", "is gone"},
			{"a field of another type", another(t, it, "typed", func(v *item.Item) {
				eachField(v, func(f *form.Field) {
					if f.ID == v.Flow.Subject {
						f.Type = form.TypeYesNo
					}
				})
			}), draft, "was uscc and is yesno", ""},
			{"a stricter rule after handing in", another(t, it, "strict", func(v *item.Item) { stricter(v) }), review, "field extra.note", ""},
			{"a stricter rule while filling in", another(t, it, "strict2", func(v *item.Item) { stricter(v) }), draft, "", "field extra.note"},
			{"a limit that does not run", another(t, it, "still", func(v *item.Item) { v.Flow.Clock.Runs = nil }), review, "runs in stage", ""},
		} {
			r, err := d.Repin(ctx, tt.id, tt.to, "", true)
			if err != nil || r.Moved || (tt.stays == "") != (len(r.Stays) == 0) || !strings.Contains(strings.Join(r.Stays, ";"), tt.stays) || !strings.Contains(strings.Join(r.Changes, ";"), tt.change) {
				t.Errorf("%s: %v %+v", tt.name, err, r)
			}
			if s, _, err := d.Get(ctx, tt.id); err != nil || s.Hash != it.Hash {
				t.Errorf("%s: a look has moved the case", tt.name)
			}
		}
		if named == "" {
			t.Error("no field was taken away")
		}
		before, _, err := d.Get(ctx, review)
		if err != nil {
			t.Fatal(err)
		}
		for _, id := range ids {
			r, err := d.Repin(ctx, id, longer, "承诺时限调整", false)
			if err != nil || r.Moved != (id != signing) {
				t.Errorf("%v %+v", err, r)
			}
		}
		s, now, err := d.Get(ctx, review)
		if err != nil || s.Hash != "longer" || now.Flow.Clock.Limit.N != longer.Flow.Clock.Limit.N || !s.ClockDue.After(before.ClockDue) || s.Stage != before.Stage {
			t.Errorf("%v %+v", err, s)
		}
		events, err := d.History(ctx, review)
		if last := events[len(events)-1]; err != nil || last.Act != casework.ActRepin || last.Data.Reason != "承诺时限调整" || last.Data.Hash != "longer" {
			t.Errorf("%v %+v", err, last)
		}
		if left, err := d.Outdated(ctx, longer); err != nil || !slices.Equal(left, []string{signing}) {
			t.Error(left, err)
		}
		if found, err := d.Verify(ctx, nil); err != nil || len(found.Problems) > 0 {
			t.Error(found.Problems, err)
		}
		// The case goes on by its new version.
		d.do(t, review, "claim", reviewer, casework.Data{})
	})
}

// What was told to be corrected stays told: a version that no longer has the
// reason would leave the applicant without its words, and without what may be
// put right by it. So with the reasons of pauses, extensions and judgements.
func TestRepinKeepsReasons(t *testing.T) {
	it := theActs(t)
	corrected := tell(t, it).all("contact submit", "clerk correct").s
	examined := tell(t, it).all(toExamination...).all("lea extend", "ann pause").s
	judged := tell(t, it).all("contact submit").s
	judged.Judgements = map[string]casework.Judgement{"files.plan": {Reason: "PLAN_UNCLEAR"}}
	for catalogue, c := range map[string]struct {
		s    casework.State
		code string
	}{"correction": {corrected, "PLAN_UNCLEAR"}, "procedure": {examined, "TESTING"}, "extension": {examined, "COMPLEX"}, "correction ": {judged, "PLAN_UNCLEAR"}} {
		other := *it
		other.Flow.Reasons = maps.Clone(it.Flow.Reasons)
		delete(other.Flow.Reasons, strings.TrimSpace(catalogue))
		r := casework.Repinned(testHouse, it, &other, c.s, startOfStory)
		if len(r.Stays) != 1 || !strings.Contains(r.Stays[0], `no reason "`+c.code+`"`) {
			t.Errorf("without %s: %q", catalogue, r.Stays)
		}
		if r := casework.Repinned(testHouse, it, it, c.s, startOfStory); len(r.Stays) > 0 {
			t.Errorf("with %s: %q", catalogue, r.Stays)
		}
	}
}

// stricter asks for more than anybody has answered.
func stricter(v *item.Item) {
	v.Form.Pages[0].Fields = append(v.Form.Pages[0].Fields, form.Field{ID: "extra.note", Label: "说明", Type: form.TypeText})
}

func (d *testDoor) stage(t *testing.T, id string) string {
	t.Helper()
	s, _, err := d.Get(t.Context(), id)
	if err != nil {
		t.Fatal(err)
	}
	return s.Stage
}
