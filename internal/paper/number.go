package paper

import (
	"context"
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"time"

	"wangban/internal/db"
	"wangban/internal/form"
)

// Pattern is how official numbers are written, from the installation's
// description:
//
//	（舒市监{unit}）{word}〔{year}〕第{n}号
//
// {n} is the next of its series, {word} the kind of document as its layout
// says (许受), {year} the year of the act in Shanghai, {unit} the mark of the
// unit that handles the case. What is counted together is what looks alike:
// the series is the number without {n}. So two units without a mark share a
// series and never a number, and a pattern without {year} runs on.
type Pattern struct {
	Text  string
	Marks map[string]string // of units, by code
}

var placeholder = regexp.MustCompile(`\{[^{}]*\}`)

// Check tells what is wrong with a pattern.
func (p Pattern) Check() error {
	count := false
	for _, name := range placeholder.FindAllString(p.Text, -1) {
		switch name {
		case "{n}":
			if count {
				return fmt.Errorf("{n} stands in %q twice", p.Text)
			}
			count = true
		case "{word}", "{year}", "{unit}":
		default:
			return fmt.Errorf("%q knows no %s: it can have {word}, {year}, {unit} and {n}", p.Text, name)
		}
	}
	if !count {
		return fmt.Errorf("%q has no {n}, the place of the number", p.Text)
	}
	return nil
}

// series is the number but for what counts.
func (p Pattern) series(word, unit string, at time.Time) string {
	return strings.NewReplacer("{word}", word, "{year}", strconv.Itoa(at.In(form.Shanghai).Year()), "{unit}", p.Marks[unit]).Replace(p.Text)
}

func numbered(series string, n int64) string {
	return strings.Replace(series, "{n}", strconv.FormatInt(n, 10), 1)
}

// next takes the next number of a series. Others who want one of the same
// series wait until this transaction ends.
func next(ctx context.Context, tx db.Tx, series string) (n int64, err error) {
	err = tx.QueryRowContext(ctx, `INSERT INTO paper_series (series, last) VALUES ($1, 1)
		ON CONFLICT (series) DO UPDATE SET last = paper_series.last + 1 RETURNING last`, series).Scan(&n)
	return n, err
}
