package item

import (
	"bytes"
	"errors"
	"strings"

	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/parser"
	"github.com/goccy/go-yaml/token"
)

// node is a piece of YAML with the line it stands on. Scalars keep their text
// as written, so that a code such as 0123 or 34E5 is never read as a number.
// Anchors, aliases and merges (<<) are resolved: a node may be shared.
type node struct {
	kind  kind
	line  int
	text  string  // of a scalar
	plain bool    // of a scalar: not quoted
	keys  []key   // of a map, in order of writing
	items []*node // of a list; of a map, the values
	size  int     // how many nodes it is, itself and those in it, however often they are shared
	file  string  // where it stands when that is a shared file
}

type key struct {
	name   string
	line   int
	file   string // as of a node
	merged bool   // comes from <<
}

type kind int

const (
	nothing kind = iota // null, or an empty value
	scalar
	list
	mapping
)

// get is the value of a map's key, or nil.
func (n *node) get(name string) *node {
	if n == nil || n.kind != mapping {
		return nil
	}
	for i, k := range n.keys {
		if k.name == name {
			return n.items[i]
		}
	}
	return nil
}

// maxNodes bounds a file after its aliases are resolved.
const maxNodes = 50_000

func newTree(file string) *yamlTree {
	return &yamlTree{file: file, anchors: map[string]*node{}, open: map[string]bool{}, used: map[string]bool{}}
}

// parse reads one document; nil when it cannot be read.
func (t *yamlTree) parse(source []byte) (root *node) {
	// The parser is somebody else's: a panic in it is a file we cannot read,
	// not a reason to die.
	defer func() {
		if r := recover(); r != nil {
			root = nil
			t.report(0, "这个文件读不懂：%v。", "对照其他事项的同名文件改正。", r)
		}
	}()
	if line := TooDeep(source); line > 0 {
		t.report(line, "这里套得太深。", "少套几层：括号、缩进和短横都不超过 %[1]d 层。", MaxDepth)
		return nil
	}
	parsed, err := parser.ParseBytes(source, 0, parser.AllowDuplicateMapKey())
	if err != nil {
		line, what := syntaxError(err)
		t.report(line, "不是正确的 YAML：%s。", "检查缩进、冒号后的空格和引号。", what)
		return nil
	}
	switch docs := bodies(parsed); len(docs) {
	case 0:
		return &node{kind: nothing, line: 1, file: t.from}
	case 1:
		body := docs[0]
		if body, t.whole = t.include(body); t.whole != nil {
			return t.whole.root
		}
		root = t.node(body)
		t.idle()
	default:
		t.report(line(docs[1]), "一个文件只写一份内容，这里用 --- 又开始了一份。", "删去 ---，或分成两个文件。")
	}
	return root
}

// MaxDepth is how deep an item nests at most. The parser calls itself for each
// level, so that the level must be known to be low before it starts.
const MaxDepth = 60

// TooDeep finds the line from which on a YAML file nests too deep, by brackets,
// dashes or indentation; 0 for none.
func TooDeep(source []byte) int {
	open, n := 0, 0
	for line := range bytes.Lines(source) {
		n++
		text := bytes.TrimLeft(line, " ")
		marks := 0
		for rest := text; len(rest) > 1 && strings.ContainsRune("-?:&!", rune(rest[0])); marks++ {
			_, after, _ := bytes.Cut(rest, []byte(" "))
			rest = bytes.TrimLeft(after, " ")
		}
		if len(line)-len(text) > 4*MaxDepth || marks > MaxDepth {
			return n
		}
		for _, b := range text {
			switch b {
			case '[', '{':
				if open++; open > MaxDepth {
					return n
				}
			case ']', '}':
				open = max(open-1, 0)
			}
		}
	}
	return 0
}

func bodies(f *ast.File) []ast.Node {
	var out []ast.Node
	for _, d := range f.Docs {
		if d.Body != nil && d.Body.Type() != ast.CommentType {
			out = append(out, d.Body)
		}
	}
	return out
}

func syntaxError(err error) (line int, text string) {
	var e yaml.Error
	if errors.As(err, &e) {
		if t := e.GetToken(); t != nil && t.Position != nil {
			line = t.Position.Line
		}
		return line, e.GetMessage()
	}
	return 0, err.Error()
}

func line(n ast.Node) int {
	if n == nil || n.GetToken() == nil || n.GetToken().Position == nil {
		return 0
	}
	return n.GetToken().Position.Line
}

type yamlTree struct {
	file     string
	problems []Problem
	anchors  map[string]*node
	open     map[string]bool // anchors being read: an alias to one of them has no end
	count    int
	told     bool // that there is too much

	from     string // the shared file that is read, if it is one
	shared   func(name string) (*sharedFile, *Problem)
	includes []included
	missed   bool            // a file to be included is not there
	whole    *sharedFile     // the one that stands for all of this file
	used     map[string]bool // names that aliases have used
}

func (t *yamlTree) report(line int, text, advice string, args ...any) *node {
	t.problems = append(t.problems, broken(t.file, line, text, advice, args...))
	return &node{line: line}
}

func (t *yamlTree) node(n ast.Node) *node {
	t.count++
	if t.full(n) {
		return &node{line: line(n)}
	}
	if a, ok := n.(*ast.AliasNode); ok {
		return t.alias(a) // what it names stays as it is, and where it is
	}
	out := t.read(n)
	out.size, out.file = 1, t.from
	for _, child := range out.items {
		out.size += child.size
	}
	return out
}

// full tells that no more is read; the first time, it is reported.
func (t *yamlTree) full(n ast.Node) bool {
	if t.count <= maxNodes {
		return false
	}
	if !t.told {
		t.told = true
		t.report(line(n), "内容太多，超过 %d 项。", "拆成几个事项。", maxNodes)
	}
	return true
}

func (t *yamlTree) read(n ast.Node) *node {
	switch n := n.(type) {
	case nil:
		return &node{}
	case *ast.NullNode:
		return &node{line: line(n)}
	case *ast.StringNode:
		quoted := n.Token.Type == token.DoubleQuoteType || n.Token.Type == token.SingleQuoteType
		return &node{kind: scalar, line: line(n), text: n.Value, plain: !quoted}
	case *ast.LiteralNode:
		return &node{kind: scalar, line: line(n), text: strings.TrimRight(n.Value.Value, "\n")}
	case *ast.IntegerNode, *ast.FloatNode, *ast.BoolNode, *ast.InfinityNode, *ast.NanNode:
		return &node{kind: scalar, line: line(n), text: n.GetToken().Value, plain: true}
	case *ast.SequenceNode:
		out := &node{kind: list, line: line(n)}
		for _, v := range n.Values {
			out.items = append(out.items, t.node(v))
		}
		return out
	case *ast.MappingNode:
		return t.mapping(line(n), n.Values)
	case *ast.MappingValueNode:
		return t.mapping(line(n.Key), []*ast.MappingValueNode{n})
	case *ast.AnchorNode:
		name := n.Name.GetToken().Value
		t.open[name] = true
		out := t.node(n.Value)
		delete(t.open, name)
		t.anchors[name] = out
		return out
	}
	return t.report(line(n), "这里的写法（%s）用不上。", "只用键值、清单和文字。", n.Type().String())
}

func (t *yamlTree) alias(n *ast.AliasNode) *node {
	name := n.Value.GetToken().Value
	out, ok := t.anchors[name]
	if !ok || t.open[name] {
		return t.report(line(n), "引用 *%s 前面没有对应的 &%s。", "先用 &%[1]s 写出被引用的内容，再引用。", name, name)
	}
	t.used[name] = true
	if t.count += out.size; t.full(n) {
		return &node{line: line(n)}
	}
	return out
}

func (t *yamlTree) mapping(at int, values []*ast.MappingValueNode) *node {
	out := &node{kind: mapping, line: at}
	if len(values) > 0 {
		out.line = line(values[0].Key)
	}
	for _, v := range values {
		if v.Key.IsMergeKey() {
			t.merge(out, t.node(v.Value), line(v.Key))
			continue
		}
		k, ok := v.Key.(ast.ScalarNode)
		if !ok {
			t.report(line(v.Key), "键要写成一个词。", "把键改成一个词。")
			continue
		}
		out.put(t, key{name: keyText(k), line: line(v.Key), file: t.from}, t.node(v.Value), false)
	}
	return out
}

func keyText(n ast.ScalarNode) string {
	if s, ok := n.(*ast.StringNode); ok {
		return s.Value
	}
	return n.GetToken().Value
}

// merge puts the keys of another map under those written here (<<).
func (t *yamlTree) merge(into, from *node, at int) {
	if from.kind != mapping {
		t.report(at, "<< 后面要引用一组键值。", "写成 <<: *名字。")
		return
	}
	for i, k := range from.keys {
		into.put(t, k, from.items[i], true)
	}
}

// put adds a key. A merged key gives way to one written here, before or after.
func (n *node) put(t *yamlTree, k key, v *node, merged bool) {
	for i, old := range n.keys {
		switch {
		case old.name != k.name:
		case merged:
			return
		case old.merged:
			n.keys[i], n.items[i] = k, v
			return
		default:
			t.report(k.line, "“%s”写了两次，第 %d 行已经有了。", "删去其中一处。", k.name, old.line)
			return
		}
	}
	k.merged = merged
	n.keys, n.items = append(n.keys, k), append(n.items, v)
}

// data is a node as plain Go values: nil, bool, string, []any,
// map[string]any.
func (n *node) data() any {
	switch n.kind {
	case scalar:
		switch {
		case n.plain && n.text == "true":
			return true
		case n.plain && n.text == "false":
			return false
		}
		return n.text
	case list:
		out := make([]any, len(n.items))
		for i, v := range n.items {
			out[i] = v.data()
		}
		return out
	case mapping:
		out := make(map[string]any, len(n.keys))
		for i, k := range n.keys {
			out[k.name] = n.items[i].data()
		}
		return out
	}
	return nil
}

func (k kind) String() string {
	return [...]string{"空", "文字", "清单", "一组键值"}[k]
}
