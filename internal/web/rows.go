package web

import (
	"context"
	"fmt"
	"strings"

	"wangban/internal/form"
)

// RowsView is a list of records on a page of a form: each is filled in on a
// page of its own.
type RowsView struct {
	Label      string // what one record is
	Items      []RowItem
	All, Wrong int
	Prev, Next string // addresses of the rest of a long list
	Full       bool   // no more records can be added
	Limit      int
	Sheet      string // address of filling in by spreadsheet
}

// RowItem is one record in the list.
type RowItem struct {
	N        int // from 1
	Title    string
	Facts    []Fact
	Problems []string
}

// RowTable is a list of records to be read.
type RowTable struct {
	Head  []string
	Lines []RowLine
	More  int // how many are left out
}

// RowLine is one record.
type RowLine struct {
	N     int
	Cells []string
}

// LongTable is how many records a page shows that is about other things too.
const LongTable = 200

// RowsTable lays out records: a column for each sub-field that anybody has
// answered. show writes one answer.
func RowsTable(ctx context.Context, f form.Field, rows []form.Row, show func(sub form.Field, v any) string) RowTable {
	var t RowTable
	var columns []form.Field
	for _, sub := range f.Fields {
		for _, row := range rows {
			if form.Answered(row[sub.ID]) {
				columns = append(columns, sub)
				t.Head = append(t.Head, T(ctx, sub.Label))
				break
			}
		}
	}
	for i, row := range rows[:min(len(rows), LongTable)] {
		line := RowLine{N: i + 1}
		for _, sub := range columns {
			line.Cells = append(line.Cells, show(sub, row[sub.ID]))
		}
		t.Lines = append(t.Lines, line)
	}
	t.More = len(rows) - len(t.Lines)
	return t
}

// Anchor is where on a page the trouble with an answer is shown.
func Anchor(p form.Problem) string {
	if p.Row > 0 {
		return fmt.Sprintf("%s.%d", p.Field, p.Row)
	}
	return p.Field
}

// MostProblems is how many problems a summary lists; the rest waits until
// these are mended.
const MostProblems = 20

// catalogueView is a catalogue as far as a page shows it.
type catalogueView struct {
	Query  string
	Chosen []form.Entry
	Found  []form.Entry
	All    int // how many a search has found
	Way    []form.Entry
	Inside bool // below a heading, rather than at the top
}

// mostFound is how many entries a search shows.
const mostFound = 40

// lookUp is what a page shows of a catalogue: what was found, or what lies
// below the heading that was opened.
func lookUp(v FormView, f form.Drawn) catalogueView {
	c := catalogueView{Query: strings.TrimSpace(v.Inputs.Get(f.ID + ".q"))}
	for _, code := range v.Inputs[f.ID] {
		if e, ok := f.Catalogue.Entry(code); ok {
			c.Chosen = append(c.Chosen, e)
		}
	}
	in := v.Inputs.Get(f.ID + ".in")
	if _, ok := f.Catalogue.Entry(in); ok {
		c.Way, c.Inside = f.Catalogue.Way(in), true
	}
	if _, opened := v.Inputs[f.ID+".in"]; opened {
		c.Query = ""
	}
	if c.Query != "" {
		c.Found, c.All = f.Catalogue.Search(c.Query, mostFound)
	} else {
		c.Found = f.Catalogue.Below(in)
	}
	return c
}

func (c catalogueView) chosen(code string) bool {
	for _, e := range c.Chosen {
		if e.Code == code {
			return true
		}
	}
	return false
}

// above is where an entry stands, for one that was found by searching.
func above(ctx context.Context, c *form.Catalogue, code string) string {
	way := c.Way(code)
	names := make([]string, 0, len(way))
	for _, e := range way[:max(len(way)-1, 0)] {
		names = append(names, T(ctx, e.Name))
	}
	return strings.Join(names, " / ")
}

func boxOf(f form.Drawn) string {
	if f.Many > 0 {
		return "checkbox"
	}
	return "radio"
}
