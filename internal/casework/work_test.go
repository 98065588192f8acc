package casework_test

import (
	"io/fs"
	"os"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/google/go-cmp/cmp"

	"wangban/internal/casework"
	"wangban/internal/db"
	"wangban/internal/db/dbtest"
	"wangban/internal/form"
	"wangban/internal/item"
	"wangban/internal/workday"
)

// variant is the test item with something written otherwise, pair by pair.
func variant(t *testing.T, pairs ...string) *item.Item {
	t.Helper()
	files := fstest.MapFS{}
	source := os.DirFS("../item/testdata/items")
	if err := fs.WalkDir(source, "acts", func(p string, e fs.DirEntry, err error) error {
		if err != nil || e.IsDir() {
			return err
		}
		b, err := fs.ReadFile(source, p)
		if p == "acts/flow.yaml" {
			for i := 0; i < len(pairs); i += 2 {
				if strings.Count(string(b), pairs[i]) != 1 {
					t.Fatalf("%q is not once in the flow", pairs[i])
				}
				b = []byte(strings.Replace(string(b), pairs[i], pairs[i+1], 1))
			}
		}
		files[p] = &fstest.MapFile{Data: b}
		return err
	}); err != nil {
		t.Fatal(err)
	}
	it, problems := item.Read(files, "acts")
	if item.Broken(problems) {
		t.Fatal(problems)
	}
	return it
}

// tale is a case of an item in the pure core.
type tale struct {
	*testing.T
	it  *item.Item
	s   casework.State
	now time.Time
	n   int
}

func tell(t *testing.T, it *item.Item) *tale {
	owner := casework.Actor{Kind: casework.Applicant, ID: "owner", Session: "owner"}
	o := casework.Begin(it, "341523-tale", casework.Created{Owner: "owner", Channel: "web", Values: complete(it)}, owner, "create", startOfStory)
	return &tale{T: t, it: it, s: o.State, now: startOfStory}
}

// try does a deed, with whatever more it brings.
func (c *tale) try(d deed, more ...func(*casework.Input)) (casework.Outcome, *casework.Refusal) {
	c.n++
	in := d.input(c.it, c.s, c.n, c.now)
	for _, m := range more {
		m(&in)
	}
	o, r := casework.Decide(testHouse, c.it, c.s, in, outsideFor(in, c.now))
	if r == nil {
		c.s = o.State
	}
	return o, r
}

// all does deeds, each as "who act". A visit waits for its appointment.
func (c *tale) all(deeds ...string) *tale {
	c.Helper()
	for _, line := range deeds {
		who, act, _ := strings.Cut(line, " ")
		if v, ok := c.s.Booked(); ok && act == "visit" && c.now.Before(v.At) {
			c.now = v.At
		}
		if _, r := c.try(deed{who: who, act: act, unit: "hangbu", good: true, officers: []string{"ann", "both"}}); r != nil {
			c.Fatalf("%s: %v", line, r)
		}
	}
	return c
}

func (c *tale) due() string {
	if c.s.ClockDue.IsZero() {
		return "none"
	}
	return c.s.ClockDue.In(form.Shanghai).Format("2006-01-02 15:04")
}

var toExamination = []string{"contact submit", "clerk accept", "ann claim"}

// A limit that begins anew knows nothing of the extension and the pauses of the
// one before.
func TestLimitThatBeginsAnew(t *testing.T) {
	it := variant(t, "limit: 10 workdays}", "limit: 10 workdays, reset: true}", "past: 已退回审查, to: waiting}", "past: 已退回审查, to: draft}")
	c := tell(t, it).all(toExamination...).all("lea extend", "ann pause", "ann resume", "ann propose", "lea back")
	c.now = time.Date(2020, 9, 21, 9, 0, 0, 0, form.Shanghai)
	if c.all("contact submit", "clerk accept"); c.due() != "2020-10-10 17:30" || len(c.s.Pauses) != 0 {
		t.Errorf("it ends %s; pauses %v", c.due(), c.s.Pauses)
	}
	if c.s.ClockDue.After(c.s.ClockStatutory) {
		t.Error("the promise ends after the law's limit")
	}
}

// A limit is extended before it runs out (行政许可法 42): afterwards it is too
// late, and a promise that was broken stays broken when the law's own limit is
// still extended.
//
func TestExtensionComesInTime(t *testing.T) {
	it := theActs(t) // promises 10 working days where the law gives 20
	day := func(month time.Month, d, hour, minute int) time.Time {
		return time.Date(2020, month, d, hour, minute, 0, 0, form.Shanghai)
	}
	first := tell(t, it).all(toExamination...)
	promised, law := first.s.ClockDue, first.s.ClockStatutory
	for _, c := range []struct {
		name                string
		at                  time.Time
		promised, statutory string // empty: refused
	}{
		{"in time", promised.Add(-time.Minute), "2020-10-09 17:30", "2020-10-22 17:30"},
		{"the promise is broken", promised, "2020-09-18 17:30", "2020-10-22 17:30"},
		{"at the last minute of the law", law.Add(-time.Minute), "2020-09-18 17:30", "2020-10-22 17:30"},
		{"too late", law, "", ""},
		{"much too late", day(11, 2, 9, 0), "", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			k := tell(t, it).all("contact submit", "clerk accept")
			k.now = c.at
			k.all("ann claim")
			was := workday.LightOf(k.s.ClockNear, k.s.ClockDue, k.now, false)
			_, r := k.try(deed{who: "lea", act: "extend"})
			if c.promised == "" {
				if r == nil || r.Code != casework.CodeLimitOver || r.Code.Status() != 409 {
					t.Fatalf("%v", r)
				}
				return
			}
			if r != nil {
				t.Fatal(r)
			}
			say := func(at time.Time) string { return at.In(form.Shanghai).Format("2006-01-02 15:04") }
			if k.due() != c.promised || say(k.s.ClockStatutory) != c.statutory {
				t.Errorf("they end %s and %s, want %s and %s", k.due(), say(k.s.ClockStatutory), c.promised, c.statutory)
			}
			if is := workday.LightOf(k.s.ClockNear, k.s.ClockDue, k.now, false); was == workday.Red && is != was {
				t.Errorf("the light has turned from red to %s", is)
			}
			// A pause on a later day does not mend what was broken.
			k.now = k.now.Add(24 * time.Hour)
			k.all("ann pause")
			k.now = k.now.Add(time.Hour)
			if k.all("ann resume"); c.name != "in time" && k.due() != c.promised {
				t.Errorf("after a pause the broken promise ends %s", k.due())
			}
		})
	}
}

// However many acts of an item ask for a correction, the office does so once
// (行政许可法 32: 一次告知).
//
func TestCorrectionIsAskedOnceByWhicheverAct(t *testing.T) {
	it := variant(t, "      correct:\n", "      correct_plan: {label: 平面图要补正, past: 已告知补正平面图, does: correct, reason: correction, required: true, to: correcting, papers: [correction]}\n      correct:\n")
	for _, acts := range [][2]string{{"correct", "correct_plan"}, {"correct_plan", "correct"}} {
		c := tell(t, it).all("contact submit")
		ask := func(act string) *casework.Refusal {
			_, r := c.try(deed{who: "clerk", act: act}, func(in *casework.Input) { in.Data.Reasons = []string{"PLAN_UNCLEAR"} })
			return r
		}
		if r := ask(acts[0]); r != nil {
			t.Fatal(r)
		}
		c.all("contact supplement")
		if r := ask(acts[1]); r == nil || r.Code != casework.CodeTimes {
			t.Errorf("%s after %s: %v", acts[1], acts[0], r)
		}
		for _, a := range casework.Offers(testHouse, it, c.s, people["clerk"]) {
			if a.Does == item.Correct {
				t.Errorf("%s is offered after %s", a.Name, acts[0])
			}
		}
	}
}

// Who withdraws a case that was paused does not leave its clock standing: when
// it comes back, it runs on.
func TestPauseEndsWhereNothingRuns(t *testing.T) {
	it := variant(t, "by: [applicant], from: *examined, to: closed}", "by: [applicant], from: *examined, to: draft}")
	c := tell(t, it).all(toExamination...).all("ann pause")
	if c.due() != "none" || !c.s.Paused() {
		t.Fatalf("paused, it ends %s", c.due())
	}
	c.now = time.Date(2020, 9, 7, 9, 0, 0, 0, form.Shanghai)
	if c.all("contact withdraw"); c.s.Paused() || c.s.ClockEnd.IsZero() {
		t.Errorf("%+v", c.s.Pauses)
	}
	c.now = time.Date(2020, 9, 9, 9, 0, 0, 0, form.Shanghai)
	if c.all("contact submit", "clerk accept"); c.due() != "2020-09-23 17:30" { // from the 10th, ten days: 10, 11, 14–18, 21–23
		t.Errorf("it ends %s", c.due())
	}
}

// A pause can lead on at once; the limit stands still and the officer who
// resumes leads back.
func TestPauseThatLeadsOn(t *testing.T) {
	it := variant(t, "required: true, papers: [pause], from: *examined}", "required: true, from: *examined, to: refusal}", "does: resume, from: *examined}", "does: resume, from: *examined, to: waiting}")
	c := tell(t, it).all(toExamination...).all("ann pause")
	if c.s.Stage != "refusal" || !c.s.Paused() || c.due() != "none" {
		t.Errorf("in %s, paused %v, ends %s", c.s.Stage, c.s.Paused(), c.due())
	}
	c.now = time.Date(2020, 9, 9, 10, 0, 0, 0, form.Shanghai)
	if c.all("ann resume"); c.s.Stage != "waiting" || c.s.Paused() || c.due() != "2020-09-23 17:30" {
		t.Errorf("in %s, paused %v, ends %s", c.s.Stage, c.s.Paused(), c.due())
	}
}

// A case that was handed over comes back to where it was handed to, unless it
// names another town.
func TestHandedOverCaseStays(t *testing.T) {
	it := variant(t, "by: [applicant], from: *examined, to: closed}", "by: [applicant], from: *examined, to: draft}")
	for town, want := range map[string]string{"": "hangbu", "341523100": "hangbu", "341523101": "xiaotian"} {
		c := tell(t, it).all(toExamination...).all("lea transfer", "contact withdraw")
		if c.s.Holder != nil || c.s.Unit != "hangbu" {
			t.Fatalf("%s has %+v", c.s.Unit, c.s.Holder)
		}
		if town != "" {
			if _, r := c.try(deed{who: "contact", act: "save"}, func(in *casework.Input) { in.Data.Values = form.Values{"unit.town": town} }); r != nil {
				t.Fatal(r)
			}
		}
		if _, r := c.try(deed{who: "contact", act: "submit"}); r != nil {
			t.Fatal(r)
		}
		if c.s.Unit != want {
			t.Errorf("with town %q it goes to %s, want %s", town, c.s.Unit, want)
		}
	}
}

// An act changes nothing that it is not there for, whatever comes with it.
func TestActBringsNothingAlong(t *testing.T) {
	c := tell(t, theActs(t))
	smuggle := func(in *casework.Input) {
		in.Data.Values, in.Data.Owner = form.Values{"site.area": "1"}, "somebody"
		in.Data.Verified, in.Data.Confirmed = map[string]string{"contact.mobile": "17712345678"}, map[string]string{"site.area": "120"}
		if in.Actor.Kind == casework.Applicant {
			in.Data.Judgements = map[string]casework.Judgement{"site.area": {Right: true}}
		}
		in.Data.Consult = 0
	}
	for _, line := range toExamination {
		who, act, _ := strings.Cut(line, " ")
		if _, r := c.try(deed{who: who, act: act}, smuggle); r != nil {
			t.Fatalf("%s: %v", line, r)
		}
		if act == "submit" && len(c.s.Judgements) > 0 {
			t.Error("the applicant has judged")
		}
	}
	if c.s.Values["site.area"] != "120" || c.s.Owner != "owner" || c.s.Verified != nil || c.s.Confirmed != nil {
		t.Errorf("%v, %s, %v, %v", c.s.Values["site.area"], c.s.Owner, c.s.Verified, c.s.Confirmed)
	}
}

// A unit that gives its opinion judges nothing for those who decide.
func TestOpinionJudgesNothing(t *testing.T) {
	c := tell(t, theActs(t)).all(toExamination...).all("ann consult")
	before := c.s.Judgements
	smuggle := func(in *casework.Input) {
		in.Data.Judgements = map[string]casework.Judgement{"site.area": {Note: "太小"}, "files.plan": {Right: true}}
	}
	if _, r := c.try(deed{who: "hans", act: "answer", unit: "hangbu", good: true}, smuggle); r != nil {
		t.Fatal(r)
	}
	if diff := cmp.Diff(before, c.s.Judgements); diff != "" {
		t.Errorf("the opinion has judged:\n%s", diff)
	}
	if _, r := c.try(deed{who: "ann", act: "check_again"}, smuggle); r != nil || c.s.Judgements["site.area"].Note != "太小" {
		t.Errorf("who examines does not judge: %v", r)
	}
}

// What somebody writes with an act has an end.
func TestTextHasAnEnd(t *testing.T) {
	c := tell(t, theActs(t)).all(toExamination...)
	for n, want := range map[int]bool{10_000: true, 10_001: false} {
		c := *c
		if _, r := c.try(deed{who: "contact", act: "withdraw"}, func(in *casework.Input) { in.Data.Text = strings.Repeat("长", n) }); (r == nil) != want {
			t.Errorf("%d characters: %v", n, r)
		}
	}
}

// What is to be corrected is told once and completely (行政许可法 32): each mark
// says what is wrong, also one that was made before.
func TestMarksHaveWords(t *testing.T) {
	for name, before := range map[string]map[string]casework.Judgement{"now": nil, "before": {"site.address": {}}} {
		c := tell(t, theActs(t)).all("contact submit")
		c.s.Judgements = before
		mute := func(in *casework.Input) {
			if in.Data.Judgements = nil; before == nil {
				in.Data.Judgements = map[string]casework.Judgement{"site.address": {}}
			}
		}
		if _, r := c.try(deed{who: "clerk", act: "correct"}, mute); r == nil || r.Code != casework.CodeReason {
			t.Errorf("marked %s without a word: %v", name, r)
		}
	}
}

// Who comes after a stage has run out is told how things stand: only a
// signature is asked for anew by submitting again.
func TestTooLateSaysWhatToDo(t *testing.T) {
	c := tell(t, theActs(t)).all("contact submit")
	lapse := casework.Timer{Name: casework.ActLapse, At: c.s.Due}
	c.now = c.s.Due
	o, r := casework.Decide(testHouse, c.it, c.s, lapse.Input(), casework.Outside{Now: c.now})
	if r != nil {
		t.Fatal(r)
	}
	c.s = o.State
	_, r = c.try(deed{who: "clerk", act: "accept"})
	if r == nil || r.Code != casework.CodeLapsed || !strings.Contains(r.Error(), "已受理") || strings.Contains(r.Error(), "重新提交") {
		t.Errorf("after it was accepted by silence: %v", r)
	}
}

// The second appointment takes the place of the first, and both stay on record.
func TestAppointmentMoves(t *testing.T) {
	c := tell(t, theActs(t)).all(toExamination...).all("ann appoint")
	c.now = c.now.Add(time.Hour)
	c.all("ann appoint")
	if v := c.s.Visits; len(v) != 2 || !v[0].Moved.Equal(c.now) || !v[1].Moved.IsZero() {
		t.Errorf("%+v", v)
	}
	c.all("both visit")
	if v, ok := c.s.Booked(); ok || c.s.Visits[1].Done.IsZero() || c.s.Visits[1].Sheet != "onsite" {
		t.Errorf("%+v", v)
	}
}

// What the screens offer has something to work on.
func TestOffersOfActs(t *testing.T) {
	c := tell(t, theActs(t)).all(toExamination...)
	offers := func(who string) string {
		var names []string
		for _, a := range casework.Offers(testHouse, c.it, c.s, people[who]) {
			names = append(names, a.Name)
		}
		return strings.Join(names, " ")
	}
	for _, step := range []struct{ deed, who, want string }{
		{"", "ann", "check_again propose consult appoint pause"},
		{"", "ben", ""},
		{"", "lea", "reassign transfer extend"},
		{"ann consult", "ann", "check_again consult recall appoint pause"},
		{"", "hans", "answer"},
		{"", "both", "reassign transfer extend"},
		{"hans answer", "hans", ""},
		{"ann appoint", "both", "reassign transfer visit extend"},
		{"both visit", "both", "reassign transfer extend"},
		{"lea extend", "lea", "reassign transfer"},
		{"ann pause", "ann", "check_again consult appoint resume"},
		{"ann check_again", "ann", "check_again consult appoint resume"},
		{"ann check_again", "ann", "consult appoint resume"},
	} {
		if step.deed != "" {
			c.all(step.deed)
		}
		if got := offers(step.who); got != step.want {
			t.Errorf("after %q %s is offered %q, want %q", step.deed, step.who, got, step.want)
		}
	}
}

// No notice within five working days means accepted, and the limit counts from
// the day of receipt, however late the clock comes (行政许可法 32).
func TestNoNoticeMeansAccepted(t *testing.T) {
	dbtest.Both(t, []db.Migrations{casework.Migrations}, func(t *testing.T, store *db.DB) {
		d := openDoor(t, store)
		owner := casework.Actor{Kind: casework.Applicant, ID: "owner", Session: "owner"}
		r, err := d.Create(t.Context(), casework.Creation{Item: "acts", Key: "silent", Actor: owner, Created: casework.Created{Owner: "owner", Channel: "web", Values: complete(theActs(t))}})
		if err != nil {
			t.Fatal(err)
		}
		d.do(t, r.Case, "submit", owner, casework.Data{})
		d.now = time.Date(2020, 9, 11, 17, 29, 59, 0, form.Shanghai)
		if s, _, err := d.Get(t.Context(), r.Case); err != nil || s.Stage != "received" {
			t.Fatalf("%s, %v", s.Stage, err)
		}
		d.now = time.Date(2020, 9, 15, 8, 0, 0, 0, form.Shanghai) // nobody has looked since
		s, _, err := d.Get(t.Context(), r.Case)
		if err != nil || s.Stage != "waiting" || !s.ClockStart.Equal(startOfStory) || !s.ClockDue.Equal(time.Date(2020, 9, 18, 17, 30, 0, 0, form.Shanghai)) {
			t.Errorf("%s; from %v to %v; %v", s.Stage, s.ClockStart, s.ClockDue, err)
		}
		d.whole(t)
	})
}

// Who has left cannot be given anything: the door asks the list of staff.
func TestRosterDecides(t *testing.T) {
	dbtest.Both(t, []db.Migrations{casework.Migrations}, func(t *testing.T, store *db.DB) {
		d := openDoor(t, store)
		id := d.examined(t, "roster")
		for who, want := range map[string]casework.Code{"nobody": casework.CodeIncomplete, "hans": casework.CodeIncomplete, "clerk": casework.CodeIncomplete, "ben": ""} {
			_, err := d.Do(t.Context(), id, casework.Input{Act: "reassign", Key: "to-" + who, Actor: people["lea"], Data: casework.Data{Officers: []string{who}}})
			if got := code(err); got != want {
				t.Errorf("to %s: %q, want %q (%v)", who, got, want, err)
			}
		}
		if s, _, err := d.Get(t.Context(), id); err != nil || s.Holder == nil || s.Holder.ID != "ben" {
			t.Errorf("%+v, %v", s.Holder, err)
		}
	})
}

func code(err error) casework.Code {
	if r, ok := err.(*casework.Refusal); ok {
		return r.Code
	}
	return ""
}

// A case that is handed over where it stands is in nobody's hands: the unit
// that has it now can work on it.
func TestHandedOverCaseIsNobodys(t *testing.T) {
	it := variant(t, "from: &examined [waiting, examination, decision, refusal], to: waiting}", "from: &examined [waiting, examination, decision, refusal]}")
	c := tell(t, it).all(toExamination...).all("lea transfer")
	if c.s.Stage != "examination" || c.s.Holder != nil || c.s.Unit != "hangbu" {
		t.Errorf("%s of %s, in the hands of %+v", c.s.Stage, c.s.Unit, c.s.Holder)
	}
	if _, r := c.try(deed{who: "ann", act: "check_again"}); r == nil || r.Code != casework.CodeJurisdiction {
		t.Errorf("ann: %v", r)
	}
	c.all("hans check_again")
}
