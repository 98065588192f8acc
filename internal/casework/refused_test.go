package casework_test

import (
	"testing"
	"time"

	"wangban/internal/casework"
	"wangban/internal/form"
	"wangban/internal/item"
	"wangban/internal/workday"
)

// Each row is a deed in a case that has come so far, and why it is turned
// down; empty: it is not. What stories say (internal/item/testdata/items/acts)
// is not said again.
func TestRefusalsOfActs(t *testing.T) {
	type brings = func(*casework.Input)
	data := func(set func(*casework.Data)) brings { return func(in *casework.Input) { set(&in.Data) } }
	house := func(in *casework.Input) { in.Actor = casework.Actor{Kind: casework.System, ID: "timer"} }
	asked, paused, booked, there := []string{"ann consult"}, []string{"ann pause"}, []string{"ann appoint"}, []string{"ann appoint", "the hour of the visit"}
	for _, c := range []struct {
		name  string
		first []string // beyond coming to examination
		deed  deed
		with  brings
		want  casework.Code
	}{
		{"a second officer too many", nil, deed{who: "lea", act: "reassign"}, data(func(d *casework.Data) { d.Officers = []string{"ann", "ben"} }), casework.CodeIncomplete},
		{"given to whoever has it", nil, deed{who: "lea", act: "reassign", officers: []string{"ann"}}, nil, ""},
		{"by somebody without the role", nil, deed{who: "ben", act: "transfer", unit: "hangbu"}, nil, casework.CodeNotYours},
		{"handed over while paused", paused, deed{who: "lea", act: "transfer", unit: "hangbu"}, nil, casework.CodePaused},
		{"asked by somebody who does not have it", nil, deed{who: "ben", act: "consult", unit: "hangbu"}, nil, casework.CodeHeld},
		{"one unit twice", nil, deed{who: "ann", act: "consult"}, data(func(d *casework.Data) { d.Units = []string{"hangbu", "hangbu"} }), casework.CodeIncomplete},
		{"asked while paused", paused, deed{who: "ann", act: "consult", unit: "hangbu"}, nil, ""},
		{"an answer to no question", asked, deed{who: "hans", act: "answer", unit: "hangbu", good: true}, data(func(d *casework.Data) { d.Consult = 9 }), casework.CodeIncomplete},
		{"an answer of somebody who may see everything", asked, deed{who: "lea", act: "answer", unit: "hangbu", good: true}, nil, casework.CodeNotYours},
		{"an answer of the applicant", asked, deed{who: "contact", act: "answer", unit: "hangbu", good: true}, nil, casework.CodeNotYours},
		{"agreed without a word", asked, deed{who: "hans", act: "answer", unit: "hangbu", good: true}, data(func(d *casework.Data) { d.Text = "" }), ""},
		{"an answer given again", append(asked, "hans answer"), deed{who: "hans", act: "answer", unit: "hangbu"}, nil, casework.CodeGuard},
		{"recalled once answered", append(asked, "hans answer"), deed{who: "ann", act: "recall", unit: "hangbu"}, nil, casework.CodeGuard},
		{"recalled by the unit that is asked", asked, deed{who: "hans", act: "recall", unit: "hangbu"}, nil, casework.CodeJurisdiction},
		{"reminded by a member of staff", asked, deed{who: "ann", act: casework.ActRemindUnit, unit: "hangbu"}, nil, casework.CodeNotYours},
		{"reminded by the clock", asked, deed{who: "", act: casework.ActRemindUnit, unit: "hangbu"}, house, ""},
		{"reminded of an answer", append(asked, "hans answer"), deed{who: "", act: casework.ActRemindUnit, unit: "hangbu"}, house, casework.CodeStage},
		{"appointed for this moment", nil, deed{who: "ann", act: "appoint", officers: []string{"ann", "both"}}, data(func(d *casework.Data) { d.At = startOfStory }), casework.CodeIncomplete},
		{"appointed with somebody of another unit", nil, deed{who: "ann", act: "appoint", officers: []string{"ann", "hans"}}, nil, casework.CodeIncomplete},
		{"visited by somebody with the role but not the appointment", there, deed{who: "ben", act: "visit", good: true}, nil, casework.CodeNotYours},
		{"visited before its hour", booked, deed{who: "both", act: "visit", good: true}, nil, casework.CodeNotYet},
		{"visited at its hour", there, deed{who: "both", act: "visit", good: true}, nil, ""},
		{"visited at the hour of an appointment that was moved", append(there, "ann appoint"), deed{who: "both", act: "visit", good: true}, nil, casework.CodeNotYet},
		{"visited with what the sheet does not ask", there, deed{who: "both", act: "visit", good: true}, data(func(d *casework.Data) { d.Sheet["site.area"] = "3" }), casework.CodeIncomplete},
		{"visited while paused", append(there, paused...), deed{who: "both", act: "visit", good: true}, nil, ""},
		{"a sheet with an act that has none", nil, deed{who: "ann", act: "check_again"}, data(func(d *casework.Data) { d.Sheet = form.Values{"onsite.result": "pass"} }), casework.CodeIncomplete},
		{"a draft of the opinion by somebody who does not have it", nil, deed{who: "ben", act: casework.ActDraft}, data(func(d *casework.Data) { d.For, d.Sheet = "opinion", form.Values{"opinion.text": "半截"} }), casework.CodeStage},
		{"a draft of the opinion", nil, deed{who: "ann", act: casework.ActDraft}, data(func(d *casework.Data) { d.For, d.Sheet = "opinion", form.Values{"opinion.text": "半截"} }), ""},
		{"a draft of what the sheet does not ask", nil, deed{who: "ann", act: casework.ActDraft}, data(func(d *casework.Data) { d.For, d.Sheet = "opinion", form.Values{"site.area": "3"} }), casework.CodeIncomplete},
		{"a reason from another list", nil, deed{who: "ann", act: "pause"}, data(func(d *casework.Data) { d.Reasons = []string{"COMPLEX"} }), casework.CodeReason},
		{"paused for nobody knows how long", nil, deed{who: "ann", act: "pause"}, data(func(d *casework.Data) { d.Text = "" }), casework.CodeReason},
		{"resumed by the leader", paused, deed{who: "lea", act: "resume"}, nil, casework.CodeNotYours},
		{"extended while somebody has it", nil, deed{who: "lea", act: "extend"}, nil, ""},
		{"extended by whoever examines", nil, deed{who: "ann", act: "extend"}, nil, casework.CodeNotYours},
		{"corrected once accepted", nil, deed{who: "clerk", act: "correct"}, nil, casework.CodeStage},
		{"withdrawn while paused", paused, deed{who: "contact", act: "withdraw"}, nil, ""},
		{"approved by whoever proposed", []string{"ann appoint", "both visit", "lea reassign", "lea reassign-to-both", "both propose"}, deed{who: "both", act: "approve"}, nil, casework.CodeSamePerson},
		{"approved against another unit", []string{"ann consult", "hans disagree", "ann appoint", "both visit", "ann propose"}, deed{who: "leo", act: "approve"}, nil, casework.CodeGuard},
	} {
		t.Run(c.name, func(t *testing.T) {
			k := tell(t, theActs(t)).all(toExamination...)
			for _, line := range c.first {
				switch line {
				case "lea reassign-to-both":
					k.must(deed{who: "lea", act: "reassign", officers: []string{"both"}})
				case "the hour of the visit":
					v, _ := k.s.Booked()
					k.now = v.At
				case "hans disagree":
					k.must(deed{who: "hans", act: "answer", unit: "hangbu"})
				default:
					k.all(line)
				}
			}
			with := c.with
			if with == nil {
				with = func(*casework.Input) {}
			}
			before := k.s
			switch _, r := k.try(c.deed, with); {
			case r == nil && c.want != "":
				t.Errorf("it passes; it is to be refused: %s", c.want)
			case r != nil && r.Code != c.want:
				t.Errorf("%v; want %q", r, c.want)
			case r != nil && k.s.Version != before.Version:
				t.Error("refused, and yet something changed")
			}
		})
	}
}

func (c *tale) must(d deed) {
	c.Helper()
	if _, r := c.try(d); r != nil {
		c.Fatalf("%+v: %v", d, r)
	}
}

// Who has helped the applicant with the case is given no part in it.
func TestHelperIsGivenNothing(t *testing.T) {
	c := tell(t, theActs(t)).all(toExamination...)
	c.s.Helper = &casework.Officer{ID: "both"}
	for _, d := range []deed{{who: "lea", act: "reassign", officers: []string{"both"}}, {who: "ann", act: "appoint", officers: []string{"ann", "both"}}} {
		if _, r := c.try(d); r == nil || r.Code != casework.CodeHelper {
			t.Errorf("%s: %v", d.act, r)
		}
	}
}

// A calendar that lacks a year refuses what needs it, and guesses nothing.
func TestActsWithoutACalendar(t *testing.T) {
	blind := testHouse
	blind.Count = func(start time.Time, _ item.Limit, _ []workday.Pause) (workday.Due, error) {
		return workday.Due{}, workday.NoYear{Year: start.Year()}
	}
	for act, first := range map[string][]string{"consult": nil, "extend": nil, "pause": nil, "resume": {"ann pause"}} {
		c := tell(t, theActs(t)).all(toExamination...).all(first...)
		who := map[string]string{"extend": "lea"}[act]
		if who == "" {
			who = "ann"
		}
		in := deed{who: who, act: act, unit: "hangbu"}.input(c.it, c.s, 1, c.now)
		if _, r := casework.Decide(blind, c.it, c.s, in, outsideFor(in, c.now)); r == nil || r.Code != casework.CodeCalendar {
			t.Errorf("%s: %v", act, r)
		}
	}
}
