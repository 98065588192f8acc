package casework_test

import (
	"slices"
	"testing"

	"wangban/internal/casework"
	"wangban/internal/form"
	"wangban/internal/item"
)

// What makes an act one to be done case by case.
func TestRoutine(t *testing.T) {
	flow := &item.Item{}
	flow.Flow.Stages = []item.Stage{
		{Name: "waiting", By: "reviewer"}, {Name: "held", By: "reviewer", Held: true}, {Name: "open", By: "reviewer"},
		{Name: "entered", By: "reviewer", Held: true, Enter: []item.EffectUse{{Name: "x"}}},
		{Name: "applicant", By: "applicant"}, {Name: "done", End: item.EndSuccess},
	}
	to := func(stages ...string) (routes []item.Route) {
		for _, s := range stages {
			routes = append(routes, item.Route{Stage: s})
		}
		return routes
	}
	for name, c := range map[string]struct {
		act  item.Act
		want bool
	}{
		"claim":           {item.Act{To: to("held")}, true},
		"claim two ways":  {item.Act{To: to("held", "open")}, false},
		"claim and tell":  {item.Act{To: to("held"), Tell: []item.Tell{{}}}, true},
		"assign":          {item.Act{Does: item.Assign}, true},
		"assign onwards":  {item.Act{Does: item.Assign, To: to("open")}, true},
		"save":            {item.Act{}, false},
		"pass on":         {item.Act{To: to("open")}, false},
		"end":             {item.Act{Does: item.Assign, To: to("done")}, false},
		"to applicant":    {item.Act{Does: item.Assign, To: to("applicant")}, false},
		"effect on entry": {item.Act{To: to("entered")}, false},
		"transfer":        {item.Act{Does: item.Transfer}, false},
		"resume":          {item.Act{Does: item.Resume}, false},
		"reason":          {item.Act{To: to("held"), Reason: "r"}, false},
		"judged":          {item.Act{To: to("held"), Judged: true}, false},
		"effect":          {item.Act{To: to("held"), Effects: []item.EffectUse{{Name: "x"}}}, false},
		"paper":           {item.Act{Does: item.Assign, Papers: []string{"p"}}, false},
		"sheet":           {item.Act{To: to("held"), Sheet: "s"}, false},
		"question":        {item.Act{To: to("held"), Confirm: []item.Confirm{{When: form.Cond{}, Text: "?"}}}, false},
		"statement":       {item.Act{To: to("held"), Declare: []string{"s"}}, false},
		"nowhere":         {item.Act{To: to("missing")}, false},
	} {
		if got := casework.Routine(flow, flow.Flow.Stages[0], c.act); got != c.want {
			t.Errorf("%s: %v", name, got)
		}
	}
	if casework.Routine(flow, flow.Flow.Stages[1], item.Act{To: to("held")}) {
		t.Error("what is held cannot be taken")
	}
}

// A row tells what may be tried: by post, unit and the item's words.
func TestRoutineOnRows(t *testing.T) {
	it := &item.Item{}
	it.Flow.Stages = []item.Stage{
		{Name: "waiting", By: "reviewer", Acts: []item.Act{{Name: "claim", To: []item.Route{{Stage: "held"}}}, {Name: "give", Does: item.Assign, By: []string{"leader"}}, {Name: "odd", Does: item.Assign, By: []string{"reviewer"}}}},
		{Name: "held", By: "reviewer", Held: true, Acts: []item.Act{{Name: "odd", Reason: "r"}}},
	}
	row := casework.Row{Stage: "waiting", Unit: "a", Helper: "helper"}
	for _, c := range []struct {
		actor casework.Actor
		stage string
		want  []string
	}{
		{casework.Actor{ID: "one", Roles: []string{"reviewer"}, Units: []string{"a"}}, "waiting", []string{"claim"}},
		{casework.Actor{ID: "one", Roles: []string{"reviewer", "leader"}, Units: []string{"*"}}, "waiting", []string{"claim", "give"}},
		{casework.Actor{ID: "one", Roles: []string{"reviewer"}, Units: []string{"b"}}, "waiting", nil},
		{casework.Actor{ID: "one", Roles: []string{"supervisor"}, Units: []string{"*"}}, "waiting", nil},
		{casework.Actor{ID: "helper", Roles: []string{"reviewer"}, Units: []string{"a"}}, "waiting", nil},
		{casework.Actor{ID: "one", Roles: []string{"reviewer"}, Units: []string{"a"}}, "gone", nil},
	} {
		row.Stage = c.stage
		var got []string
		for _, act := range casework.RoutineOn(it, row, c.actor) {
			got = append(got, act.Name)
		}
		if !slices.Equal(got, c.want) {
			t.Errorf("%+v at %s: %v", c.actor, c.stage, got)
		}
	}
}
