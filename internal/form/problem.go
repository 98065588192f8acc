package form

import (
	_ "embed"
	"fmt"
	"time"
)

// Problem is one thing wrong with an answer: what happened and what to do. Text
// is Chinese and may hold fmt verbs for Args, so that it can be translated;
// an argument that is a Label is to be translated too.
type Problem struct {
	Field string `json:"field"`
	Text  string `json:"text"`
	Args  []any  `json:"args,omitempty"`
	Code  Code   `json:"code,omitempty"`
	Warn  bool   `json:"warn,omitempty"`  // odd but possible: may be confirmed
	Value string `json:"value,omitempty"` // the odd value: what the box "<field>.confirm" has to send
	Row   int    `json:"row,omitempty"`   // of a list of records: which one, from 1
	Sub   string `json:"sub,omitempty"`   // and which of its sub-fields
}

// Label is a text of the item or of this room, as an argument of a Problem.
type Label string

// Code tells kinds of problems apart that screens treat differently.
type Code string

// Codes.
const (
	NotAnswered Code = "missing"
	Unverified  Code = "unverified" // a number not yet proven by a code
)

// Date is a calendar day as an argument of a Problem, "2006-01-02"; each
// language writes it in its own way.
type Date string

// dateLayout is how Chinese writes a day; tables of other languages translate
// the layout.
const dateLayout = "2006年1月2日"

func (d Date) in(tr func(string) string) string {
	t, err := time.Parse(time.DateOnly, string(d))
	if err != nil {
		return string(d)
	}
	return t.Format(tr(dateLayout))
}

func (d Date) String() string { return d.in(untranslated) }

// Say is the problem as people read it. tr translates a Chinese text; nil
// leaves it.
func (p Problem) Say(tr func(string) string) string {
	if tr == nil {
		tr = untranslated
	}
	args := make([]any, len(p.Args))
	for i, a := range p.Args {
		switch a := a.(type) {
		case Label:
			args[i] = tr(string(a))
		case Date:
			args[i] = a.in(tr)
		default:
			args[i] = a
		}
	}
	if p.Row > 0 {
		return fmt.Sprintf(tr("第 %d 条：%s"), p.Row, fmt.Sprintf(tr(p.Text), args...))
	}
	return fmt.Sprintf(tr(p.Text), args...)
}

func untranslated(s string) string { return s }

// English is the table of this room's texts: Chinese to English.
//
//go:embed en.yaml
var English []byte
