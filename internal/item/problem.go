package item

import (
	_ "embed"
	"fmt"
	"io"
	"slices"
	"strings"
	"sync"

	"github.com/goccy/go-yaml"
)

// Problem is something wrong with an item, for its author: where, what, and
// what to do. Text and Suggestion are Chinese and hold fmt verbs for Args.
type Problem struct {
	File       string // path from the items folder, e.g. "items/food-filing/flow.yaml"
	Line       int    // 0 when no line can be named
	Text       string
	Suggestion string
	Args       []any
	Severity   Severity
}

// Name is an argument of a Problem that is to be translated.
type Name string

// Severity of a Problem.
type Severity string

// Severities. An item with an Error is not used; a Warning is for its author
// to think about.
const (
	Error   Severity = "error"
	Warning Severity = "warning"
)

func broken(file string, line int, text, suggestion string, args ...any) Problem {
	return Problem{File: file, Line: line, Text: text, Suggestion: suggestion, Args: args, Severity: Error}
}

// String is the problem in one line of Chinese.
func (p Problem) String() string { return p.in(func(s string) string { return s }, "%s建议：%s") }

// English is the problem in one line of English.
func (p Problem) English() string {
	return p.in(func(s string) string {
		if en, ok := englishTexts()[s]; ok {
			return en
		}
		return s
	}, "%s Suggestion: %s")
}

func (p Problem) in(tr func(string) string, both string) string {
	args := slices.Clone(p.Args)
	for i, a := range args {
		if name, ok := a.(Name); ok {
			args[i] = tr(string(name))
		}
	}
	text := fill(tr(p.Text), args)
	if p.Suggestion != "" {
		text = fmt.Sprintf(both, text, fill(tr(p.Suggestion), args))
	}
	if p.Line == 0 {
		return fmt.Sprintf("%s: %s", p.File, text)
	}
	return fmt.Sprintf("%s:%d: %s", p.File, p.Line, text)
}

// fill formats a text that may use only the first of its arguments.
func fill(text string, args []any) string {
	verbs := strings.Count(text, "%") - 2*strings.Count(text, "%%")
	if !strings.Contains(text, "%[") {
		args = args[:min(verbs, len(args))]
	}
	return fmt.Sprintf(text, args...)
}

// Broken tells whether any problem keeps the item from being used.
func Broken(problems []Problem) bool {
	return slices.ContainsFunc(problems, func(p Problem) bool { return p.Severity == Error })
}

// Report writes problems, a line each, in the order of files and lines.
func Report(w io.Writer, problems []Problem, english bool) error {
	for _, p := range sorted(problems) {
		text := p.String()
		if english {
			text = p.English()
		}
		if _, err := fmt.Fprintln(w, text); err != nil {
			return err
		}
	}
	return nil
}

func sorted(problems []Problem) []Problem {
	out := slices.Clone(problems)
	slices.SortStableFunc(out, func(a, b Problem) int {
		if c := strings.Compare(a.File, b.File); c != 0 {
			return c
		}
		return a.Line - b.Line
	})
	return slices.CompactFunc(out, func(a, b Problem) bool { return a.String() == b.String() })
}

// English is the table of this room's texts: Chinese to English.
//
//go:embed en.yaml
var English []byte

var englishTexts = sync.OnceValue(func() map[string]string {
	table := map[string]string{}
	if err := yaml.Unmarshal(English, &table); err != nil {
		panic(fmt.Sprintf("item/en.yaml: %v", err)) // embedded: a test reads it
	}
	return table
})
