package document

import (
	"bytes"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/parser"

	"wangban/internal/form"
	"wangban/internal/item"
)

// layout is a document before it is filled in.
type layout struct {
	Title  string  `yaml:"title"`
	EN     string  `yaml:"en"`     // what screens call it in English; item.Document has it
	Number string  `yaml:"number"` // the kind's word in official numbers; item.Document has it
	Margin float64 `yaml:"margin"`
	Footer string  `yaml:"footer"`
	Each   string  `yaml:"each"` // a document for each record of this list
	Blocks []block `yaml:"blocks"`
}

// block is one thing on a page; exactly one of the first nine is set.
type block struct {
	Heading string `yaml:"heading"`
	Text    string `yaml:"text"`
	Facts   []fact `yaml:"facts"`
	Sign    string `yaml:"sign"`
	Blank   string `yaml:"blank"`
	Picture string `yaml:"picture"`
	Line    bool   `yaml:"line"`
	Page    bool   `yaml:"page"` // what follows begins on a new page
	Rows    string `yaml:"rows"`

	Columns []column `yaml:"columns"`

	Label  string  `yaml:"label"`
	Align  string  `yaml:"align"`
	When   string  `yaml:"when"`
	Size   float64 `yaml:"size"`
	Space  float64 `yaml:"space"`
	Indent float64 `yaml:"indent"`
	Width  float64 `yaml:"width"`
	Height float64 `yaml:"height"`

	table records // what Rows is filled in with
}

// fact is a row of a table.
type fact struct {
	Label string `yaml:"label"`
	Value string `yaml:"value"`
	When  string `yaml:"when"`
}

// column is one of a list of records.
type column struct {
	Label string  `yaml:"label"`
	Value string  `yaml:"value"`
	Width float64 `yaml:"width"`
}

// kind is what a block is: the key that says so, or "" when none or several do.
func (b block) kind() string {
	found := ""
	for _, k := range []struct {
		name string
		set  bool
	}{
		{"heading", b.Heading != ""}, {"text", b.Text != ""}, {"facts", len(b.Facts) > 0}, {"sign", b.Sign != ""},
		{"blank", b.Blank != ""}, {"picture", b.Picture != ""}, {"line", b.Line}, {"page", b.Page},
		{"rows", b.Rows != ""},
	} {
		switch {
		case k.set && found != "":
			return ""
		case k.set:
			found = k.name
		}
	}
	return found
}

// measure is a length or size of a block: what it may be, and the kinds of
// blocks that know it.
type measure struct {
	name     string
	value    float64
	min, max float64
	kinds    string
}

func (b block) measures() []measure {
	return []measure{
		{"size", b.Size, 6, 80, "heading text facts sign blank picture rows"},
		{"space", b.Space, 0, 150, "heading text facts sign blank picture line rows"},
		{"indent", b.Indent, 0, 10, "text"},
		{"width", b.Width, 10, 170, "sign blank"},
		{"height", b.Height, 10, 100, "sign"},
	}
}

// Bounds of a layout.
const (
	maxBlocks  = 300
	maxRows    = 100
	maxColumns = 12
)

// Check tells what is wrong with a layout, with its lines. The file is named as
// item.Problem names files.
func Check(file string, source []byte) []item.Problem {
	_, problems := read(file, source)
	return problems
}

// read reads a layout. What it returns beside an item.Error is good for
// nothing.
func read(file string, source []byte) (l layout, problems []item.Problem) {
	c := &checker{file: file}
	defer func() { // the parser is somebody else's
		if r := recover(); r != nil {
			problems = append(c.problems, item.Problem{File: file, Severity: item.Error, Text: "这个文件读不懂：%v。", Suggestion: "对照其他事项的文件模板改正。", Args: []any{r}})
		}
	}()
	if line := item.TooDeep(source); line > 0 {
		c.report(line, "这里套得太深。", "少套几层：括号、缩进和短横都不超过 %[1]d 层。", item.MaxDepth)
		return l, c.problems
	}
	tree, err := parser.ParseBytes(source, 0)
	if err != nil {
		c.syntax(err)
		return l, c.problems
	}
	c.tree = tree
	if err := yaml.NewDecoder(bytes.NewReader(source), yaml.Strict()).Decode(&l); err != nil {
		c.syntax(err)
		return l, c.problems
	}
	c.layout(l)
	return l, c.problems
}

type checker struct {
	file     string
	tree     *ast.File
	problems []item.Problem
}

func (c *checker) report(line int, text, suggestion string, args ...any) {
	c.problems = append(c.problems, item.Problem{File: c.file, Line: line, Text: text, Suggestion: suggestion, Args: args, Severity: item.Error})
}

func (c *checker) syntax(err error) {
	var e yaml.Error
	if errors.As(err, &e) {
		line := 0
		if t := e.GetToken(); t != nil && t.Position != nil {
			line = t.Position.Line
		}
		c.report(line, "这里写错了：%s。", "可以写的键见说明：heading、text、facts、sign、blank、picture、line、rows、page。", e.GetMessage())
		return
	}
	c.report(0, "这个文件读不懂：%v。", "对照其他事项的文件模板改正。", err)
}

// line finds where a path such as $.blocks[3] stands.
func (c *checker) line(path string) int {
	p, err := yaml.PathString(path)
	if err != nil {
		return 0
	}
	n, err := p.FilterFile(c.tree)
	if err != nil || n == nil || n.GetToken() == nil || n.GetToken().Position == nil {
		return 0
	}
	return n.GetToken().Position.Line
}

func (c *checker) layout(l layout) {
	if l.Title == "" {
		c.report(1, "没有写 title。", "写上文件的名称，例如 title: 法定代表人授权委托书。")
	}
	if l.Margin != 0 && (l.Margin < 10 || l.Margin > 60) {
		c.report(c.line("$.margin"), "margin 要在 10 和 60 毫米之间。", "常用 25。")
	}
	if len(l.Blocks) == 0 || len(l.Blocks) > maxBlocks {
		c.report(c.line("$.blocks"), "blocks 要有 1 到 %d 项。", "每一项是一段文字、一张表或者一个签名处。", maxBlocks)
		return
	}
	c.text("$.footer", l.Footer)
	signs := map[string]bool{}
	for i, b := range l.Blocks {
		c.block(fmt.Sprintf("$.blocks[%d]", i), b)
		if b.Sign != "" && signs[b.Sign] {
			c.report(c.line(fmt.Sprintf("$.blocks[%d].sign", i)), "签名处“%s”写了两次。", "每个签名处用不同的名字。", b.Sign)
		}
		signs[b.Sign] = true
	}
}

var placeName = regexp.MustCompile(`^[a-z][a-z0-9-]*$`)

func (c *checker) block(at string, b block) {
	kind := b.kind()
	if kind == "" {
		c.report(c.line(at), "这一项要写 heading、text、facts、sign、blank、picture、line、rows、page 之中的一个。", "一项只写一个，几样内容分成几项。")
		return
	}
	for _, n := range b.measures() {
		switch known := slices.Contains(strings.Fields(n.kinds), kind); {
		case n.value == 0:
		case !known:
			c.report(c.line(at+"."+n.name), "%s 用不上 %s。", "删去。", kind, n.name)
		case n.value < n.min || n.value > n.max:
			c.report(c.line(at+"."+n.name), "%s 要在 %v 和 %v 之间。", "改成这个范围里的数。", n.name, n.min, n.max)
		}
	}
	if !slices.Contains([]string{"", "left", "center", "right"}, b.Align) {
		c.report(c.line(at+".align"), "不认识“%s”。", "可以写 left、center、right。", b.Align)
	}
	if name := b.Sign + b.Picture; name != "" && !placeName.MatchString(name) {
		c.report(c.line(at), "名字“%s”不合规。", "只用小写字母、数字和连字符，例如 rep。", name)
	}
	if b.Label != "" && kind != "sign" && kind != "picture" {
		c.report(c.line(at+".label"), "%s 用不上 %s。", "删去。", kind, "label")
	}
	c.when(at+".when", b.When)
	for _, t := range []struct{ key, text string }{{"heading", b.Heading}, {"text", b.Text}, {"blank", b.Blank}, {"label", b.Label}} {
		c.text(at+"."+t.key, t.text)
	}
	if len(b.Columns) > 0 && kind != "rows" {
		c.report(c.line(at+".columns"), "%s 用不上 %s。", "删去。", kind, "columns")
	}
	if len(b.Columns) > maxColumns {
		c.report(c.line(at+".columns"), "一张表最多 %d 列。", "去掉几列，或者分成几张表。", maxColumns)
	}
	for i, column := range b.Columns {
		one := fmt.Sprintf("%s.columns[%d]", at, i)
		if column.Label == "" {
			c.report(c.line(one), "表里的这一列没有 label。", "写成 {label: 姓名, value: \"{{name}}\"}。")
		}
		if column.Width < 0 || column.Width > 150 {
			c.report(c.line(one+".width"), "%s 要在 %v 和 %v 之间。", "改成这个范围里的数。", "width", 0, 150)
		}
		c.text(one+".value", column.Value)
	}
	if len(b.Facts) > maxRows {
		c.report(c.line(at), "一张表最多 %d 行。", "分成几张表。", maxRows)
	}
	for i, f := range b.Facts {
		row := fmt.Sprintf("%s.facts[%d]", at, i)
		if f.Label == "" {
			c.report(c.line(row), "表里的这一行没有 label。", "写成 {label: 单位名称, value: \"{{unit.name}}\"}。")
		}
		c.text(row+".label", f.Label)
		c.text(row+".value", f.Value)
		c.when(row+".when", f.When)
	}
}

func (c *checker) when(at, source string) {
	if _, err := form.ParseCond(source); err != nil {
		c.report(c.line(at), "条件写错了：%s。", "例如 role == \"agent\"；并且用 &&，或者用 ||。", oneLine(err))
	}
}

func (c *checker) text(at, source string) {
	if _, err := parseText(source); err != nil {
		c.report(c.line(at), "{{…}} 写错了：%s。", "写字段的名字，例如 {{unit.name}}。", oneLine(err))
	}
}

func oneLine(err error) string { return strings.ReplaceAll(err.Error(), "\n", " ") }

// segment is literal text, or an expression.
type segment struct {
	literal string
	is      form.Cond
}

// parseText cuts a text at its {{expressions}}.
func parseText(source string) ([]segment, error) {
	var out []segment
	for source != "" {
		before, rest, found := strings.Cut(source, "{{")
		out = append(out, segment{literal: before})
		if !found {
			break
		}
		inside, after, closed := strings.Cut(rest, "}}")
		if !closed || strings.TrimSpace(inside) == "" {
			return nil, errors.New("{{ 和 }} 之间要有内容")
		}
		is, err := form.ParseCond(strings.TrimSpace(inside))
		if err != nil {
			return nil, err
		}
		out = append(out, segment{is: is})
		source = after
	}
	return out, nil
}
