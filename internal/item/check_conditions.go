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
