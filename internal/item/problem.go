package item

import (
	_ "embed"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"

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

// Words are an argument that lists words of the item, which stay as they are.
type Words []string

// Phrase is an argument that is a text of its own, with its own arguments.
type Phrase struct {
	Text string
	Args []any
}

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
func (p Problem) String() string { return p.place() + p.Say(nil) }

// place is where the problem stands, as editors read it.
func (p Problem) place() string {
	if p.Line == 0 {
		return p.File + ": "
	}
	return fmt.Sprintf("%s:%d: ", p.File, p.Line)
}

// Say is what is wrong and what to do. tr translates a Chinese text; nil leaves
// it.
func (p Problem) Say(tr func(string) string) string {
	if tr == nil {
		tr = func(s string) string { return s }
	}
	text := spell(p.Text, p.Args, tr)
	if p.Suggestion == "" {
		return text
	}
	return fmt.Sprintf(tr("%s建议：%s"), text, spell(p.Suggestion, p.Args, tr))
}

// spell translates a text and its arguments and puts them together.
func spell(text string, args []any, tr func(string) string) string {
	args = slices.Clone(args)
	for i, a := range args {
		switch a := a.(type) {
		case Name:
			args[i] = tr(string(a))
		case Words:
			args[i] = strings.Join(a, tr("、"))
		case Phrase:
			args[i] = spell(a.Text, a.Args, tr)
		}
	}
	return fill(tr(text), args)
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

// Report writes problems, a line each, in the order of files and lines. tr
// translates a Chinese text; nil leaves it.
func Report(w io.Writer, problems []Problem, tr func(string) string) error {
	say := tr
	if say == nil {
		say = func(s string) string { return s }
	}
	for _, p := range sorted(problems) {
		severity := say("错误：")
		if p.Severity == Warning {
			severity = say("提醒：")
		}
		if _, err := fmt.Fprintln(w, p.place()+severity+p.Say(tr)); err != nil {
			return err
		}
	}
	return nil
}

// InEnglish translates texts by the tables of several rooms; a text that none
// of them has stays as it is.
func InEnglish(tables ...[]byte) func(string) string {
	all := map[string]string{}
	for _, t := range append([][]byte{English}, tables...) {
		table := map[string]string{}
		if err := yaml.Unmarshal(t, &table); err != nil {
			panic(fmt.Sprintf("a table of English: %v", err)) // embedded: a test reads it
		}
		maps.Copy(all, table)
	}
	return func(zh string) string {
		if en, ok := all[zh]; ok {
			return en
		}
		return zh
	}
}

func sorted(problems []Problem) []Problem {
	out := slices.Clone(problems)
	slices.SortStableFunc(out, func(a, b Problem) int {
		if c := strings.Compare(a.File, b.File); c != 0 {
			return c
		}
		return a.Line - b.Line
	})
	said := map[string]bool{} // what is written once is told once, in however many stages it holds
	return slices.DeleteFunc(out, func(p Problem) bool {
		again := said[p.String()]
		said[p.String()] = true
		return again
	})
}

// English is the table of this room's texts: Chinese to English.
//
//go:embed en.yaml
var English []byte
