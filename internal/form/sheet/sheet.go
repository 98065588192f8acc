// Package sheet turns a list of records of a form into a spreadsheet to be
// filled in, and a filled one back into records: a unit with a hundred lifts
// does not type them one by one.
//
// It reads what people really send: headings in any order, codes in full width,
// dates as serial numbers or as text, numbers that Excel has spoilt. What a cell
// holds is never dropped: a record with something wrong in it is still a record,
// to be put right on the page. Whether it is right, form says.
package sheet

import (
	_ "embed"
	"fmt"

	"wangban/internal/form"
)

// Bounds of a filled-in spreadsheet. A file unpacks to no more than unpacked,
// whatever it says of itself; a part larger than inMemory waits on disk.
const (
	MaxFile  = 2 << 20
	unpacked = 12 << 20
	inMemory = 2 << 20

	maxLines   = 20_000 // looked at, empty ones included
	maxColumns = 200
	maxCell    = 4000 // characters
)

// English is the table of this room's texts: Chinese to English.
//
//go:embed en.yaml
var English []byte

// Unusable is a file of which nothing can be read: what is wrong and what to
// do, in Chinese, with fmt verbs for Args.
type Unusable struct {
	Text string
	Args []any
}

func (u *Unusable) Error() string { return fmt.Sprintf(u.Text, u.Args...) }

func unusable(text string, args ...any) *Unusable { return &Unusable{text, args} }

// Reading is what a filled-in spreadsheet holds.
type Reading struct {
	Lines []Line
	Notes []form.Problem // about the whole, such as columns that are not known
}

// Line is one record.
type Line struct {
	Number   int // of the row in the spreadsheet, from 1
	Row      form.Row
	Problems []form.Problem // what is wrong with cells themselves, by Problem.Sub
}

// Columns are the sub-fields that a spreadsheet asks for.
func columns(f form.Field) []form.Field { return f.Fields }

// noteMark begins the row under the headings that explains them.
const noteMark = "说明："
