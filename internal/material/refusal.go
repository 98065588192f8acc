package material

import "fmt"

// Code types a Refusal.
type Code string

// Why a file is not taken in, or a hand-over does not work.
const (
	CodeEmpty     Code = "empty"
	CodeTooLarge  Code = "too-large"
	CodeKind      Code = "kind"      // not one of the kinds asked for
	CodeCut       Code = "cut-off"   // the end is missing
	CodeDamaged   Code = "damaged"   // cannot be read
	CodeMixed     Code = "mixed"     // another file or a program hides in it
	CodeEncrypted Code = "encrypted" // needs a password, or forbids copying
	CodePixels    Code = "too-many-pixels"
	CodePages     Code = "too-many-pages"
	CodeBomb      Code = "bomb" // unpacks to far more than it should
	CodeVirus     Code = "virus"
	CodeTrouble   Code = "trouble" // our fault: see Cause
	CodeOver      Code = "handover-over"
)

// Refusal is a file not taken in: what happened and what to do, in Chinese,
// with fmt verbs for Args. It is an error.
type Refusal struct {
	Code  Code
	Text  string
	Args  []any
	Cause error // what the operator should know; may be nil
}

func (r *Refusal) Error() string { return fmt.Sprintf(r.Text, r.Args...) }

func (r *Refusal) Unwrap() error { return r.Cause }

func refuse(code Code, text string, args ...any) *Refusal {
	return &Refusal{Code: code, Text: text, Args: args}
}

func (r *Refusal) because(err error) *Refusal {
	r.Cause = err
	return r
}

// Hint is advice about a file that was taken in, in Chinese with fmt verbs for
// Args. It never blocks.
type Hint struct {
	Code string // "small", "blurred", "dark", "blank"
	Text string
	Args []any
}

func (h Hint) String() string { return fmt.Sprintf(h.Text, h.Args...) }
