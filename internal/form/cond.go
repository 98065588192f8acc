package form

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/expr-lang/expr"
	"github.com/expr-lang/expr/ast"
	"github.com/expr-lang/expr/parser"
	"github.com/expr-lang/expr/vm"

	"wangban/internal/cn"
)

// Cond is an expression over the answers of a case and the facts of its item,
// in the language of github.com/expr-lang/expr. The empty Cond holds always.
// As a text expression (message variables, defaults) it gives a string.
type Cond struct {
	Source  string
	program *vm.Program
	refs    []string
}

// Env is what an expression sees: answers as nested maps ("unit.name"), facts
// and whatever casework adds by name.
type Env map[string]any

// ParseCond compiles an expression. The error is the compiler's, with a
// position in source.
func ParseCond(source string) (Cond, error) {
	if strings.TrimSpace(source) == "" {
		return Cond{}, nil
	}
	if err := measured(source); err != nil {
		return Cond{}, err
	}
	tree, err := parser.Parse(source)
	if err != nil {
		return Cond{}, fmt.Errorf("%q: %w", source, err)
	}
	program, err := expr.Compile(source, options...)
	if err != nil {
		return Cond{}, fmt.Errorf("%q: %w", source, err)
	}
	refs := refCollector{}
	ast.Walk(&tree.Node, &refs)
	return Cond{Source: source, program: program, refs: refs.paths()}, nil
}

// Bounds of an expression: the compiler calls itself for each level.
const (
	longestCond = 2000
	deepestCond = 40
)

func measured(source string) error {
	if len(source) > longestCond {
		return fmt.Errorf("an expression of %d characters is too long, %d are allowed", len(source), longestCond)
	}
	open := 0
	for _, r := range source {
		switch r {
		case '(', '[', '{':
			if open++; open > deepestCond {
				return fmt.Errorf("brackets are nested more than %d deep", deepestCond)
			}
		case ')', ']', '}':
			open = max(open-1, 0)
		}
	}
	return nil
}

// MustCond is ParseCond for expressions in tests and tables.
func MustCond(source string) Cond {
	c, err := ParseCond(source)
	if err != nil {
		panic(err)
	}
	return c
}

var options = []expr.Option{
	expr.AllowUndefinedVariables(),
	expr.Function("mask", func(args ...any) (any, error) {
		return cn.MaskName(text(args[0])), nil
	}, new(func(any) string)),
	expr.Function("short", func(args ...any) (any, error) {
		return Short(text(args[0]), args[1].(int)), nil
	}, new(func(any, int) string)),
	expr.Function("moment", func(args ...any) (any, error) {
		return moment(args[0])
	}, new(func(any) string)),
	expr.Function("checked", func(args ...any) (any, error) {
		return checked(text(args[0]))
	}, new(func(any) string)),
	expr.Function("padded", func(args ...any) (any, error) {
		return padded(text(args[0]), args[1].(int)), nil
	}, new(func(any, int) string)),
	expr.Function("checked_uscc", func(args ...any) (any, error) {
		return uscc(text(args[0]), text(args[1]))
	}, new(func(any, any) string)),
}

// functionNames are not references to fields or facts.
var functionNames = map[string]bool{"mask": true, "short": true, "moment": true, "checked": true, "padded": true, "checked_uscc": true}

// Functions are those that expressions can call, for whoever mistypes one.
func Functions() []string {
	return append(slices.Sorted(maps.Keys(functionNames)), "len", "int", "any", "all", "none")
}

// Short cuts a text to n characters, the last being an ellipsis when it was
// longer: SMS variables are short on some platforms (domain sheet 2.6).
func Short(s string, n int) string {
	r := []rune(s)
	if len(r) <= n {
		return s
	}
	return string(r[:n-1]) + "…"
}

// moment writes an instant as messages do: 8月23日16:00, Asia/Shanghai.
func moment(v any) (string, error) {
	t, ok := v.(time.Time)
	if !ok {
		return "", fmt.Errorf("moment wants an instant, not %T", v)
	}
	return t.In(Shanghai).Format("1月2日15:04"), nil
}

// checked appends the check digit of ISO 7064 MOD 11,10, which official numbers
// end with.
func checked(digits string) (string, error) {
	if digits == "" || strings.Trim(digits, "0123456789") != "" {
		return "", fmt.Errorf("checked wants digits, not %q", digits)
	}
	return digits + string(cn.Mod11_10(digits)), nil
}

// uscc completes a unified social credit code with its check characters: from
// the first eight characters and the unit's own eight.
func uscc(head, own string) (string, error) {
	code, ok := cn.CompleteUSCC(head, own)
	if !ok {
		return "", fmt.Errorf("checked_uscc wants twice eight characters of such codes, not %q and %q", head, own)
	}
	return code, nil
}

// padded writes a number with n digits: with leading noughts, or without some
// of those it has. A longer number stays whole.
func padded(digits string, n int) string {
	digits = strings.TrimLeft(digits, "0")
	return strings.Repeat("0", min(max(n-len(digits), 0), 40)) + digits
}

// Shanghai is the zone in which everything is shown.
var Shanghai = time.FixedZone("Asia/Shanghai", 8*60*60)

func text(v any) string {
	switch v := v.(type) {
	case nil:
		return ""
	case float64: // an amount, as people write it
		return strconv.FormatFloat(v, 'f', -1, 64)
	}
	return fmt.Sprint(v)
}

// Empty tells that there is no condition.
func (c Cond) Empty() bool { return c.program == nil }

// Refs are the dotted paths the expression reads.
func (c Cond) Refs() []string { return c.refs }

// Holds evaluates a condition. An expression that cannot be evaluated, for
// instance because an answer is still missing, does not hold.
func (c Cond) Holds(env Env) bool {
	if c.Empty() {
		return true
	}
	v, err := expr.Run(c.program, map[string]any(env))
	if err != nil {
		return false
	}
	b, ok := v.(bool)
	return ok && b
}

// Text evaluates a text expression.
func (c Cond) Text(env Env) (string, error) {
	if c.Empty() {
		return "", nil
	}
	v, err := expr.Run(c.program, map[string]any(env))
	if err != nil {
		return "", err
	}
	return text(v), nil
}

// Set puts a value at a dotted path.
func (e Env) Set(path string, value any) {
	group := map[string]any(e)
	for {
		name, rest, more := strings.Cut(path, ".")
		if !more {
			group[name] = value
			return
		}
		inner, ok := group[name].(map[string]any)
		if !ok {
			inner = map[string]any{}
			group[name] = inner
		}
		group, path = inner, rest
	}
}

// Get is the value at a dotted path; nil when there is none.
func (e Env) Get(path string) any {
	group := map[string]any(e)
	for {
		name, rest, more := strings.Cut(path, ".")
		if !more {
			return group[name]
		}
		inner, ok := group[name].(map[string]any)
		if !ok {
			return nil
		}
		group, path = inner, rest
	}
}

// refCollector gathers the dotted paths an expression reads.
type refCollector struct{ found map[string]bool }

func (r *refCollector) Visit(node *ast.Node) {
	if r.found == nil {
		r.found = map[string]bool{}
	}
	switch n := (*node).(type) {
	case *ast.IdentifierNode:
		if !functionNames[n.Value] {
			r.found[n.Value] = true
		}
	case *ast.MemberNode:
		if path, ok := memberPath(n); ok {
			root, _, _ := strings.Cut(path, ".")
			delete(r.found, root)
			for p := range r.found { // a longer path replaces its beginnings
				if strings.HasPrefix(path, p+".") {
					delete(r.found, p)
				}
			}
			r.found[path] = true
		}
	}
}

func (r *refCollector) paths() []string { return slices.Sorted(maps.Keys(r.found)) }

func memberPath(n *ast.MemberNode) (string, bool) {
	prop, ok := n.Property.(*ast.StringNode)
	if !ok {
		return "", false
	}
	switch left := n.Node.(type) {
	case *ast.IdentifierNode:
		return left.Value + "." + prop.Value, true
	case *ast.MemberNode:
		path, ok := memberPath(left)
		return path + "." + prop.Value, ok
	}
	return "", false
}
