package casework_test

import (
	"testing"

	"wangban/internal/casework"
	"wangban/internal/form"
	"wangban/internal/item"
)

// Jurisdiction: the answers decide first, then the township, then the county's
// own unit; a unit that the installation does not have receives nothing.
//
func TestWhoReceives(t *testing.T) {
	when := func(source string) form.Cond {
		c, err := form.ParseCond(source)
		if err != nil {
			t.Fatal(err)
		}
		return c
	}
	mine, others := when(`role == "rep"`), when(`role == "agent"`)
	me := casework.Actor{Kind: casework.Applicant, ID: "owner", Session: "owner"}
	for _, c := range []struct {
		units []item.ToUnit
		town  string
		want  string
	}{
		{nil, "341523100", "chengguan"},
		{nil, "341523999", "county"},
		{[]item.ToUnit{{When: mine, Unit: "food"}}, "341523100", "food"},
		{[]item.ToUnit{{When: others, Unit: "food"}}, "341523100", "chengguan"},
		{[]item.ToUnit{{When: others, Unit: "food"}, {Unit: "equipment"}}, "341523100", "equipment"},
		{[]item.ToUnit{{When: mine, Unit: "unheard-of"}}, "341523100", "chengguan"},
	} {
		it := *registration(t)
		it.Flow.Units = c.units
		v := answers(&it, "rep-complete")
		v["unit.town"] = c.town
		house := testHouse
		house.Towns = map[string]casework.Town{"341523100": {Name: "城关镇", Unit: "chengguan"}, "341523999": {Name: "别处"}}
		o := casework.Begin(&it, "341523-unit", casework.Created{Owner: "owner", Channel: "web", Values: v}, me, "create", startOfStory)
		for _, in := range []casework.Input{{Act: casework.ActVerify, Data: casework.Data{Verified: verified(&it, v)}}, {Act: "submit"}} {
			in.Key, in.Actor = in.Act, me
			found := map[string]casework.Finding{}
			stage, _ := it.Flow.Stage(o.State.Stage)
			act, _ := stage.Act(in.Act)
			for _, name := range act.Checks {
				found[name] = casework.Finding{Level: casework.Fine}
			}
			var r *casework.Refusal
			if o, r = casework.Decide(house, &it, o.State, in, casework.Outside{Now: startOfStory, Number: "1", Findings: found}); r != nil {
				t.Fatalf("%s: %v", in.Act, r)
			}
		}
		if o.State.Unit != c.want {
			t.Errorf("%v of %s: received by %s, want %s", c.units, c.town, o.State.Unit, c.want)
		}
	}
}
