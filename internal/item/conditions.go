package item

import (
	"slices"

	"wangban/internal/form"
)

// Where the conditions, acts and messages of an item stand.

// conditionsOf are all expressions of an item.
func conditionsOf(it *Item) []condition {
	var all []condition
	facts := make([]string, len(it.Flow.Facts))
	for i, f := range it.Flow.Facts {
		facts[i] = f.Name
	}
	add := func(at spot, cond form.Cond, before []string, facts []string) {
		if !cond.Empty() {
			all = append(all, condition{at: at, cond: cond, before: before, facts: facts})
		}
	}
	say := func(at spot, text form.Cond, facts []string) {
		if !text.Empty() {
			all = append(all, condition{at: at, cond: text, facts: facts, text: true})
		}
	}
	asked := []string{}
	for i, p := range it.Form.Pages {
		add(inFile("form", "pages", i, "when"), p.When, slices.Clone(asked), nil)
		for _, f := range p.Fields {
			before := slices.Clone(asked)
			add(fieldSpot(i, f.ID, "when"), f.When, before, nil)
			add(fieldSpot(i, f.ID, "optional_when"), f.OptionalWhen, before, nil)
			add(fieldSpot(i, f.ID, "verify"), f.Verify, before, nil)
			for _, o := range f.Options {
				add(fieldSpot(i, f.ID, "options", o.Value, "when"), o.When, before, nil)
			}
			for j := range f.Fields {
				for _, w := range whenOf(it.Form.Pages[i].Fields, f.ID, j) {
					w.at, w.before = fieldSpot(i, f.ID, append([]any{"fields", f.Fields[j].ID}, w.at.path...)...), slices.Concat(before, w.before)
					all = append(all, w)
				}
			}
			asked = append(append(asked, f.ID), columnRefs(f)...)
		}
	}
	all = append(all, sheetConditions(it)...)
	for i, f := range it.Flow.Facts {
		add(inFile("flow", "facts", f.Name), f.Is, nil, facts[:i])
	}
	flow := func(cond form.Cond, path ...any) { add(inFile("flow", path...), cond, nil, facts) }
	for _, p := range it.Flow.Parties {
		flow(p.When, "parties", p.Name, "when")
	}
	for i, u := range it.Flow.Units {
		flow(u.When, "unit", i, "when")
	}
	for i, a := range it.Flow.Applicant {
		flow(a.When, "applicant", i, "when")
	}
	for i, l := range it.Flow.Clock.Longer {
		flow(l.When, "clock", "longer", i, "when")
	}
	for _, p := range it.Flow.Protected {
		flow(p.When, "protected", p.Name, "when")
	}
	for _, a := range actsOf(it) {
		flow(a.When, a.at.under("when").path...)
		for i, r := range a.To {
			flow(r.When, a.at.under("to", i, "when").path...)
		}
		for i, q := range a.Confirm {
			flow(q.When, a.at.under("confirm", i, "when").path...)
		}
	}
	for _, t := range tellsOf(it) {
		flow(t.When, t.at.under("when").path...)
	}
	for _, name := range sortedNames(it.Messages) {
		for _, v := range sortedNames(it.Messages[name].Vars) {
			say(inFile("messages", name, "vars", v), it.Messages[name].Vars[v], facts)
		}
	}
	number := NumberNames()
	for _, name := range sortedNames(it.Flow.Numbers) {
		if at := inFile("flow", "numbers", name); !it.Flow.Numbers[name].Empty() {
			all = append(all, condition{at: at, cond: it.Flow.Numbers[name], facts: slices.Concat(facts, number), text: true, row: rowsNumbered(it, name)})
		}
	}
	return all
}

// rowNames are those by which an expression about one record speaks of it.
func rowNames(f form.Field) []string {
	var names []string
	for _, sub := range f.Fields {
		names = append(append(names, sub.ID), columnRefs(sub)...)
	}
	return names
}

// rowsNumbered is the list of records each of which gets a number of its own;
// nil when the case gets one.
func rowsNumbered(it *Item, number string) *form.Field {
	for _, a := range actsOf(it) {
		for _, use := range a.Effects {
			if f, ok := it.Form.Field(use.With[settingEach]); ok && use.With["number"] == number {
				return &f
			}
		}
	}
	return nil
}

// whenOf are the conditions of the j-th sub-field of a list of records, with
// the sub-fields before it; where they stand is told from there.
func whenOf(fields []form.Field, id string, j int) []condition {
	i := slices.IndexFunc(fields, func(f form.Field) bool { return f.ID == id })
	row := &fields[i]
	before := []string{}
	for _, sub := range row.Fields[:j] {
		before = append(append(before, sub.ID), columnRefs(sub)...)
	}
	sub := row.Fields[j]
	out := []condition{
		{at: spot{path: []any{"when"}}, cond: sub.When}, {at: spot{path: []any{"optional_when"}}, cond: sub.OptionalWhen},
	}
	for _, o := range sub.Options {
		out = append(out, condition{at: spot{path: []any{"options", o.Value, "when"}}, cond: o.When})
	}
	out = slices.DeleteFunc(out, func(c condition) bool { return c.cond.Empty() })
	for k := range out {
		out[k].before, out[k].row = before, row
	}
	return out
}

// playedConditions are those that decide what happens to a case, and not only
// what is written about it.
func (c *check) playedConditions() []form.Cond {
	var conds []form.Cond
	for _, e := range conditionsOf(c.it) {
		if !e.text && e.row == nil { // what a row asks decides nothing outside it
			conds = append(conds, e.cond)
		}
	}
	return conds
}

// placedAct is an act with where it stands.
type placedAct struct {
	Act
	at    spot
	stage string // empty for acts of the house
}

func actsOf(it *Item) []placedAct {
	var all []placedAct
	for _, s := range it.Flow.Stages {
		for _, a := range s.Acts {
			at := inFile("flow", "stages", s.Name, "acts", a.Name)
			if a.Across {
				at = inFile("flow", "across", a.Name)
			}
			all = append(all, placedAct{a, at, s.Name})
		}
	}
	for _, a := range it.Flow.House {
		all = append(all, placedAct{a.Act, inFile("flow", "house", a.Name), ""})
	}
	return all
}

// placedTell is a message to send with where it stands.
type placedTell struct {
	Tell
	at     spot
	papers bool // what it tells of makes documents, always
}

func tellsOf(it *Item) []placedTell {
	var all []placedTell
	add := func(tells []Tell, at spot, papers bool) {
		for i, t := range tells {
			all = append(all, placedTell{t, at.under("tell", i), papers})
		}
	}
	for _, s := range it.Flow.Stages {
		at := inFile("flow", "stages", s.Name)
		add(s.Tell, at, enteredWithPapers(it, s.Name))
		for key, m := range moves(s) {
			add(m.Tell, at.under(key), len(m.Papers) > 0)
		}
		if s.Remind != nil {
			add(s.Remind.Tell, at.under("remind"), false)
		}
	}
	for _, a := range actsOf(it) {
		add(a.Tell, a.at, len(a.Papers) > 0)
	}
	return all
}

// enteredWithPapers tells whether every way into a stage makes documents.
func enteredWithPapers(it *Item, stage string) bool {
	for _, a := range actsOf(it) {
		if len(a.Papers) == 0 && slices.ContainsFunc(a.To, func(r Route) bool { return r.Stage == stage }) {
			return false
		}
	}
	for _, s := range it.Flow.Stages {
		for _, m := range moves(s) {
			if len(m.Papers) == 0 && m.To == stage {
				return false
			}
		}
	}
	return true
}

// moves are what happens in a stage without anyone acting.
func moves(s Stage) map[string]*Move {
	out := map[string]*Move{}
	if s.Lapse != nil {
		out["lapse"] = s.Lapse
	}
	if s.Idle != nil {
		out["idle"] = s.Idle
	}
	return out
}
