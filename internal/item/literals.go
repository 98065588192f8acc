package item

import (
	"slices"

	"github.com/expr-lang/expr/ast"
	"github.com/expr-lang/expr/parser"

	"wangban/internal/form"
)

// literals are the values that conditions compare one name with.
type literals struct {
	texts   []string
	numbers []int // of the value itself
	lengths []int // of its length
	null    bool
	ordered bool // texts are compared by < and >
	vague   bool // something else is asked too, which these values need not decide
}

// compareWith adds what a condition compares names with.
func compareWith(cond form.Cond, found map[string]*literals) {
	if cond.Empty() {
		return
	}
	if tree, err := parser.Parse(cond.Source); err == nil {
		literalFinder(found).logical(tree.Node)
	}
}

type literalFinder map[string]*literals

func (l literalFinder) of(ref string) *literals {
	if l[ref] == nil {
		l[ref] = &literals{}
	}
	return l[ref]
}

// logical goes down to the comparisons.
func (l literalFinder) logical(n ast.Node) {
	switch n := n.(type) {
	case *ast.UnaryNode:
		l.logical(n.Node)
		return
	case *ast.ConditionalNode:
		l.logical(n.Cond)
		l.logical(n.Exp1)
		l.logical(n.Exp2)
		return
	case *ast.BinaryNode:
		switch n.Operator {
		case "&&", "||", "and", "or":
			l.logical(n.Left)
			l.logical(n.Right)
			return
		case "==", "!=", "<", "<=", ">", ">=", "in":
			if l.comparison(n.Operator, n.Left, n.Right) || l.comparison(n.Operator, n.Right, n.Left) {
				return
			}
		}
	case *ast.IdentifierNode, *ast.BoolNode:
		return
	case *ast.MemberNode:
		if _, ok := form.Path(n); ok {
			return
		}
	}
	l.vague(n)
}

// comparison takes "name op literal", where the name may be in len(), int() or
// float().
func (l literalFinder) comparison(operator string, side, other ast.Node) bool {
	function := ""
	if call, ok := side.(*ast.BuiltinNode); ok && len(call.Arguments) == 1 && slices.Contains([]string{"len", "int", "float"}, call.Name) {
		function, side = call.Name, call.Arguments[0]
	}
	ref, ok := form.Path(side)
	values, literal := literalsIn(other)
	if !ok || !literal {
		return false
	}
	to := l.of(ref)
	for _, v := range values {
		to.add(v, function == "len")
	}
	to.ordered = to.ordered || operator != "==" && operator != "!=" && operator != "in"
	return true
}

// add takes one literal.
func (l *literals) add(v any, length bool) {
	switch v := v.(type) {
	case nil:
		l.null = true
	case string:
		l.texts = append(l.texts, v)
	case int:
		if length {
			l.lengths = append(l.lengths, v)
		} else {
			l.numbers = append(l.numbers, v)
		}
	}
}

// literalsIn are the values of a literal or of a list of them.
func literalsIn(n ast.Node) (values []any, ok bool) {
	switch n := n.(type) {
	case *ast.NilNode:
		return []any{nil}, true
	case *ast.StringNode:
		return []any{n.Value}, true
	case *ast.IntegerNode:
		return []any{n.Value}, true
	case *ast.FloatNode:
		return []any{int(max(min(n.Value, 1<<40), -1<<40))}, true
	case *ast.BoolNode:
		return []any{n.Value}, true
	case *ast.UnaryNode:
		if i, ok := n.Node.(*ast.IntegerNode); ok && n.Operator == "-" {
			return []any{-i.Value}, true
		}
	case *ast.ArrayNode:
		for _, e := range n.Nodes {
			v, ok := literalsIn(e)
			if !ok {
				return nil, false
			}
			values = append(values, v...)
		}
		return values, true
	}
	return nil, false
}

// vague gives every name in an expression every literal in it: worth a try,
// but no proof.
func (l literalFinder) vague(n ast.Node) {
	var all everything
	ast.Walk(&n, &all)
	for _, ref := range all.refs {
		to := l.of(ref)
		to.vague = true
		for _, v := range all.values {
			to.add(v, false)
			to.add(v, true)
		}
	}
}

type everything struct {
	refs   []string
	values []any
}

func (e *everything) Visit(node *ast.Node) {
	if ref, ok := form.Path(*node); ok {
		e.refs = append(e.refs, ref)
	} else if values, ok := literalsIn(*node); ok {
		e.values = append(e.values, values...)
	}
}
