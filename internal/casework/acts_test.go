package casework_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"pgregory.net/rapid"

	"wangban/internal/casework"
	"wangban/internal/db"
	"wangban/internal/db/dbtest"
	"wangban/internal/form"
	"wangban/internal/item"
)

// actsItem is the test item that uses every act of staff.
var actsItem = sync.OnceValues(func() (*item.Item, error) {
	it, problems := item.Read(os.DirFS("../item/testdata/items"), "acts")
	if item.Broken(problems) {
		return nil, &item.BrokenError{Problems: problems}
	}
	return it, nil
})

func theActs(t testing.TB) *item.Item {
	t.Helper()
	it, err := actsItem()
	if err != nil {
		t.Fatal(err)
	}
	return it
}

// complete are the answers of the test item.
func complete(it *item.Item) form.Values {
	v, err := it.Answers("full", photo)
	if err != nil {
		panic(err)
	}
	return v
}

func roster(_ context.Context, id string) (casework.Actor, bool, error) {
	a, ok := people[id]
	return a, ok, nil
}

var deeds = []string{
	"submit", "supplement", "save", "withdraw", "accept", "correct", "correct", "supplement", "supplement", "save", "claim", "claim", "claim", "assign", "reassign", "check_again", "propose", "propose",
	"approve", "approve", "deny", "deny", "back", "transfer", "consult", "consult", "answer", "answer", "answer", "answer", "recall", "appoint", "appoint", "visit", "visit", "pause", "resume", "resume", "extend",
}

// drawLife is a random life of a case. Whoever is likely to be allowed is
// drawn more often, so that lives get somewhere.
func drawLife(t *rapid.T, longest int) []deed {
	waits := rapid.OneOf(rapid.Just(time.Duration(0)), rapid.Just(time.Minute), rapid.Just(3*time.Hour), rapid.Just(20*time.Hour),
		rapid.Just(26*time.Hour), rapid.Just(72*time.Hour), rapid.Just(9*24*time.Hour), rapid.Just(31*24*time.Hour))
	anybody := rapid.SampledFrom([]string{"contact", "clerk", "ann", "ben", "hans", "lea", "leo", "both"})
	fitting := map[string][]string{
		"submit": {"contact"}, "supplement": {"contact"}, "save": {"contact"}, "withdraw": {"contact"}, "accept": {"clerk"}, "correct": {"clerk"},
		"assign": {"lea", "both"}, "reassign": {"lea", "both"}, "approve": {"leo", "both"}, "deny": {"leo", "both"}, "back": {"leo"}, "transfer": {"lea"}, "extend": {"lea"},
		"answer": {"hans", "lea"},
	}
	out := []deed{{act: "submit", who: "contact"}}
	straight := []deed{{act: "accept", who: "clerk"}, {act: "claim", who: "ann"}, {act: "appoint", who: "ann", officers: []string{"ann", "both"}},
		{act: "visit", who: "ann", good: true, wait: rapid.SampledFrom([]time.Duration{24 * time.Hour, 25 * time.Hour, 23 * time.Hour}).Draw(t, "until the visit")}, {act: "propose", who: "ann", good: rapid.Bool().Draw(t, "in favour")}}
	out = append(out, straight[:rapid.IntRange(0, len(straight)).Draw(t, "straight")]...)
	for range rapid.IntRange(1, longest).Draw(t, "steps") {
		d := deed{act: rapid.SampledFrom(deeds).Draw(t, "act"), who: anybody.Draw(t, "who"), wait: waits.Draw(t, "wait"), good: rapid.IntRange(0, 3).Draw(t, "good") > 0,
			unit: rapid.SampledFrom([]string{"hangbu", "county", "chengguan"}).Draw(t, "unit"), officers: []string{anybody.Draw(t, "officer"), anybody.Draw(t, "other officer")}}
		if names := fitting[d.act]; rapid.IntRange(0, 4).Draw(t, "fitting") > 0 {
			if names == nil {
				names = []string{"ann", "ann", "both"}
			}
			d.who = rapid.SampledFrom(names).Draw(t, "who fits")
			if d.act == "answer" {
				d.unit = people[d.who].Unit
			}
			d.officers = []string{rapid.SampledFrom([]string{"ann", "hans"}).Draw(t, "officer fits"), "both"}
		}
		out = append(out, d)
	}
	return out
}

// input is a deed as it comes through the door.
func (d deed) input(it *item.Item, s casework.State, n int, now time.Time) casework.Input {
	in := casework.Input{Act: d.act, Key: fmt.Sprintf("k%d", n), Actor: casework.Actor{Kind: casework.Applicant, ID: "owner", Session: "owner"}}
	if a, ok := people[d.who]; ok {
		in.Actor = a
	}
	in.Data.Officers, in.Data.Unit, in.Data.Units, in.Data.Agree = d.officers, d.unit, []string{d.unit}, d.good
	if d.act != "extend" {
		in.Data.Text = "因为"
	}
	for _, c := range s.Consults {
		if c.Unit == d.unit {
			in.Data.Consult = c.N
		}
	}
	stage, _ := it.Flow.Stage(s.Stage)
	switch d.act {
	case "save":
		in.Data.Values = form.Values{"site.area": "130"}
		if d.good {
			in.Data.Values = form.Values{"site.address": fmt.Sprintf("测试路 %d 号", n)}
		}
	case "accept":
		in.Data.Judgements = allRight(casework.ToJudge(it, stage, s))
	case "correct":
		in.Data.Reasons, in.Data.Judgements = []string{"PLAN_UNCLEAR"}, map[string]casework.Judgement{"site.address": {Note: "写到门牌号"}}
	case "appoint":
		in.Data.At = now.Add(24 * time.Hour)
	case "assign", "reassign":
		in.Data.Officers = d.officers[:min(len(d.officers), 1)]
	case "visit":
		in.Data.Sheet = form.Values{"onsite.result": "pass", "onsite.photos": []form.File{photo("place")}}
		if !d.good {
			in.Data.Sheet["onsite.result"], in.Data.Sheet["onsite.problem"] = "fail", "太小"
		}
	case "propose":
		in.Data.Sheet = form.Values{"opinion.advice": "deny", "opinion.text": "看过了"}
		if d.good {
			in.Data.Sheet["opinion.advice"] = "approve"
		}
	case "pause":
		in.Data.Reasons = []string{"TESTING"}
	case "extend":
		in.Data.Reasons = []string{"COMPLEX"}
	case "deny":
		in.Data.Reasons = []string{"UNFIT"}
	}
	return in
}

func outsideFor(in casework.Input, now time.Time) casework.Outside {
	out := casework.Outside{Now: now, Token: "tok", Number: "1", Officers: map[string]casework.Actor{}}
	for _, id := range in.Data.Officers {
		if a, ok := people[id]; ok {
			out.Officers[id] = a
		}
	}
	return out
}

// TestModelOfActs holds the acts of staff against the plain model, on random
// lives of a case. What the model says once holds always: nothing happens to a
// case that is over, paused time does not count, nobody is his own second pair
// of eyes, nothing is done more often than the item allows, a question closes
// once.
func TestModelOfActs(t *testing.T) {
	it := theActs(t)
	rapid.Check(t, func(t *rapid.T) {
		now := startOfStory
		owner := casework.Actor{Kind: casework.Applicant, ID: "owner", Session: "owner"}
		o := casework.Begin(it, "341523-acts", casework.Created{Owner: "owner", Channel: "web", Values: complete(it)}, owner, "create", now)
		s, timers, m := o.State, o.Timers, newWorkModel(now)
		for n, d := range drawLife(t, 40) {
			now = now.Add(d.wait)
			s, timers = runTimers(it, s, timers, now)
			m.clock(now)
			m.agrees(t, it, s, fmt.Sprintf("step %d, before %s by %s", n, d.act, d.who))
			in := d.input(it, s, n, now)
			was := m.stage
			want := m.step(d, now)
			o, r := casework.Decide(testHouse, it, s, in, outsideFor(in, now))
			if (r == nil) != want {
				t.Fatalf("step %d, %s by %s in %s (%+v): the engine says %v, the model %v", n, d.act, d.who, was, d, r, want)
			}
			if r != nil {
				continue
			}
			if o.Retimed {
				timers = o.Timers
			}
			s = o.State
			m.agrees(t, it, s, fmt.Sprintf("step %d, after %s by %s in %s", n, d.act, d.who, was))
		}
	})
}

// agrees holds the engine's case against the model's.
func (m *workModel) agrees(t *rapid.T, it *item.Item, s casework.State, when string) {
	t.Helper()
	same := func(what string, got, want any) {
		t.Helper()
		if diff := cmp.Diff(want, got, cmpopts.EquateEmpty()); diff != "" {
			t.Fatalf("%s: %s differs (-model +engine):\n%s", when, what, diff)
		}
	}
	holder := ""
	if s.Holder != nil {
		holder = s.Holder.ID
	}
	var open, booked []string
	for _, c := range s.Consults {
		if c.Open() {
			open = append(open, c.Unit)
		}
		if c.Answer != nil && c.Recalled != nil {
			t.Fatalf("%s: question %d is answered and recalled", when, c.N)
		}
	}
	if v, ok := s.Booked(); ok {
		for _, o := range v.Officers {
			booked = append(booked, o.ID)
		}
	}
	same("stage", s.Stage, m.stage)
	same("holder", holder, m.holder)
	same("open questions", open, m.open())
	same("booked officers", booked, m.booked)
	same("paused", s.Paused(), m.paused)
	if m.start.IsZero() {
		return
	}
	same("unit", s.Unit, m.unit)
	same("start", s.ClockStart.Equal(m.start), true)
	same("end", s.ClockEnd.Equal(m.ended), true)
	if m.over() {
		return
	}
	for _, c := range []struct {
		what string
		got  time.Time
		n    int
	}{{"promised limit", s.ClockDue, 10}, {"statutory limit", s.ClockStatutory, 20}} {
		if want := m.due(c.n); !c.got.Equal(want) {
			t.Fatalf("%s: the %s ends at %v, in the model at %v", when, c.what, c.got, want)
		}
	}
}

// TestModelOfActsOnBothDatabases plays lives through the door: what lists read
// of questions is what the case says, every case verifies, and SQLite and
// PostgreSQL agree.
func TestModelOfActsOnBothDatabases(t *testing.T) {
	it := theActs(t)
	doors := []*testDoor{openDoor(t, dbtest.SQLite(t, casework.Migrations)), openDoor(t, dbtest.Postgres(t, casework.Migrations))}
	life := 0
	rapid.Check(t, func(t *rapid.T) {
		ds := drawLife(t, 15)
		life++
		var logs [2][]string
		for i, d := range doors {
			logs[i] = d.liveActs(t, it, ds, fmt.Sprintf("acts-%d", life))
		}
		if diff := cmp.Diff(logs[0], logs[1]); diff != "" {
			t.Fatalf("SQLite and PostgreSQL disagree:\n%s", diff)
		}
	})
	for _, d := range doors {
		found, err := d.Verify(context.Background(), nil)
		if err != nil || len(found.Problems) > 0 || found.Cases != life {
			t.Errorf("after %d lives: %d cases, %.500s, %v", life, found.Cases, strings.Join(found.Problems, "\n"), err)
		}
	}
}

func (d *testDoor) liveActs(t *rapid.T, it *item.Item, ds []deed, key string) (log []string) {
	ctx := context.Background()
	d.now, d.sent = startOfStory, nil
	r, err := d.Create(ctx, casework.Creation{Item: it.Name, Key: key, Actor: casework.Actor{Kind: casework.Applicant, ID: "owner", Session: "owner"},
		Created: casework.Created{Owner: "owner", Channel: "web", Values: complete(it)}})
	if err != nil {
		t.Fatal(err)
	}
	for n, x := range ds {
		d.now = d.now.Add(x.wait)
		if n%2 == 0 {
			if _, err := d.Sweep(ctx); err != nil {
				t.Fatal(err)
			}
		}
		s, _, err := d.Get(ctx, r.Case)
		if err != nil {
			t.Fatal(err)
		}
		done, err := d.Do(ctx, r.Case, x.input(it, s, n, d.now))
		var refused *casework.Refusal
		switch {
		case errors.As(err, &refused):
			log = append(log, x.act+" refused "+string(refused.Code))
		case err != nil:
			t.Fatal(err)
		default:
			log = append(log, fmt.Sprintf("%s %d %s→%s", x.act, done.Seq, done.From, done.To))
		}
		d.sameQuestions(t, r.Case)
	}
	return append(log, d.story(t, it, r.Case)...)
}

// sameQuestions holds what lists read of questions against the case.
func (d *testDoor) sameQuestions(t fataler, id string) {
	t.Helper()
	ctx := context.Background()
	s, _, err := d.Get(ctx, id)
	if err != nil {
		t.Fatal(err)
	}
	rows, err := d.db.Read().QueryContext(ctx, `SELECT n, unit, due, open FROM case_consult WHERE case_id = $1 ORDER BY n`, id)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = rows.Close() }()
	var got, want []string
	for rows.Next() {
		var n, open int
		var unit string
		var due int64
		if err := rows.Scan(&n, &unit, &due, &open); err != nil {
			t.Fatal(err)
		}
		got = append(got, fmt.Sprint(n, unit, due, open))
	}
	for _, c := range s.Consults {
		open := 0
		if c.Open() {
			open = 1
		}
		want = append(want, fmt.Sprint(c.N, c.Unit, db.Micros(c.Due), open))
	}
	if err := rows.Err(); err != nil || !slices.Equal(got, want) {
		t.Fatal("the rows of questions are ", got, ", the case says ", want, err)
	}
}
