package item

import (
	"maps"
	"slices"
	"strings"

	"github.com/expr-lang/expr/ast"
	"github.com/expr-lang/expr/parser"

	"wangban/internal/form"
)

// condition is one expression of an item with where it stands.
type condition struct {
	at     spot
	cond   form.Cond
	before []string    // fields that may be referred to; nil for all
	facts  []string    // facts that may be referred to
	text   bool        // gives a text, not yes or no
	row    *form.Field // of a list of records, when it is about one of them
}

// conditions looks at every expression: what it refers to must exist and, in
// a form, be asked before.
func (c *check) conditions() {
	for _, e := range conditionsOf(c.it) {
		if c.refs(e) {
			c.typed(e)
		}
		c.compared(e)
	}
	seen := map[string]bool{}
	for _, f := range c.it.Flow.Facts {
		at := inFile("flow", "facts", f.Name)
		root := func(id string) bool { r, _, _ := strings.Cut(id, "."); return r == f.Name }
		if seen[f.Name] || slices.ContainsFunc(c.fieldIDs(), root) || slices.ContainsFunc(envNames, root) {
			c.wrong(at, "“%s”已经有别的意思。", "给这个条件换个名字。", f.Name)
		}
		seen[f.Name] = true
		if f.Is.Empty() {
			c.wrong(at, "条件“%s”是空的。", "写出它什么时候成立。", f.Name)
		}
	}
}

// refs reports names that do not exist, or not yet.
func (c *check) refs(e condition) bool {
	before := len(c.problems)
	fields := e.before
	if fields == nil {
		fields = slices.Concat(c.fieldIDs(), c.columnNames())
	}
	names := slices.Concat(fields, e.facts)
	if e.row != nil && e.before == nil {
		names = append(names, rowNames(*e.row)...)
	}
	inForm, later := e.at.file == "form.yaml", c.fieldIDs()
	if strings.HasPrefix(e.at.file, "sheets/") {
		inForm, later = true, c.it.sheetFieldIDs()
	}
	if !inForm {
		names = slices.Concat(names, envNames, c.it.workNames())
	}
	for _, ref := range e.cond.Refs() {
		switch {
		case nameable(ref, names):
		case inForm && slices.Contains(later, ref):
			c.wrong(e.at, "“%s”在后面才问到。", "只能引用前面问过的字段，调整顺序。", ref)
		case inForm && slices.ContainsFunc(c.it.Flow.Facts, func(f Fact) bool { return f.Name == ref }):
			c.wrong(e.at, "表单里不能用流程的条件“%s”。", "直接写出条件，例如 role == \"agent\"。", ref)
		default:
			c.unknownRef(e.at, ref, names)
		}
	}
	return len(c.problems) == before
}

// typed reports what can never be worked out, such as a text that is compared
// with a number.
func (c *check) typed(e condition) {
	kinds := maps.Clone(houseKinds)
	for _, name := range c.o.Document {
		kinds[name] = form.Any
	}
	for _, f := range c.it.Flow.Facts {
		kinds[f.Name] = form.Truth
	}
	maps.Copy(kinds, c.it.workKinds())
	maps.Copy(kinds, c.it.Form.Kinds())
	if e.row != nil {
		maps.Copy(kinds, e.row.Rows())
	}
	want := form.Truth
	if e.text {
		want = form.Any
	}
	if err := e.cond.TypeError(kinds, want); err != nil {
		what, _, _ := strings.Cut(err.Error(), "\n")
		c.wrong(e.at, "条件永远算不出来：%s。", "文字、数字和是否要和同一类的比：文字加引号，数字不加。", what)
	}
}

func (c *check) unknownRef(at spot, ref string, names []string) {
	if near, ok := nearest(ref, slices.Concat(names, form.Functions())); ok {
		c.wrong(at, "条件里的“%s”不存在。", "改成“%[2]s”。", ref, near)
		return
	}
	c.wrong(at, "条件里的“%s”不存在。", "写表单里的字段，或者 facts 里的名字。", ref)
}

// compared reports values that a choice never has.
func (c *check) compared(e condition) {
	for _, cmp := range comparisons(e.cond) {
		f, ok := c.it.Field(cmp.ref)
		if e.row != nil && !ok {
			f, ok = e.row.Sub(cmp.ref)
		}
		if !ok || len(f.Options) == 0 {
			continue
		}
		var values []string
		for _, o := range f.Options {
			values = append(values, o.Value)
		}
		for _, v := range cmp.values {
			c.known(e.at, "选项", v, values)
		}
	}
}

type comparison struct {
	ref    string
	values []string
}

// comparisons are the values that an expression compares fields with.
func comparisons(cond form.Cond) []comparison {
	if cond.Empty() {
		return nil
	}
	tree, err := parser.Parse(cond.Source)
	if err != nil {
		return nil
	}
	var found comparisonFinder
	ast.Walk(&tree.Node, &found)
	return found
}

type comparisonFinder []comparison

func (f *comparisonFinder) Visit(node *ast.Node) {
	n, ok := (*node).(*ast.BinaryNode)
	if !ok || !slices.Contains([]string{"==", "!=", "in"}, n.Operator) {
		return
	}
	left, err := form.ParseCond(n.Left.String())
	if err != nil || len(left.Refs()) != 1 || left.Refs()[0] != n.Left.String() {
		return
	}
	cmp := comparison{ref: left.Refs()[0]}
	switch right := n.Right.(type) {
	case *ast.StringNode:
		cmp.values = []string{right.Value}
	case *ast.ArrayNode:
		for _, e := range right.Nodes {
			if s, ok := e.(*ast.StringNode); ok {
				cmp.values = append(cmp.values, s.Value)
			}
		}
	}
	*f = append(*f, cmp)
}

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
