package casework

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"wangban/internal/db"
)

// Row is a case as lists show it; nothing personal.
type Row struct {
	ID, Item, Number, Stage, Ended string
	Subject, Title                 string
	Unit, Holder, Helper           string
	HelperUnit, Channel            string
	Due                            time.Time // of the stage
	ClockStart, ClockDue           time.Time // of the case's own limit, while it runs
	Created, Updated               time.Time
	queued                         int64
}

// Query narrows a list. Empty fields do not narrow.
type Query struct {
	Units     []string // cases of these units; "*" or none means all
	Stages    []string
	Item      string
	Live      bool
	HandedIn  bool // submitted at least once
	Subject   string
	Owner     string
	Applicant string // see Door.ApplicantIndex
	Helper    string
	Holder    string
	Text      string // beginning of number, subject or title
	DueBefore time.Time
	Consulted []string // cases on which the opinion of one of these units is awaited
	Newest    bool     // newest first, instead of most urgent first
	After     string   // where the page before ended
	Limit     int      // at most 200; default 50
}

// List reads a page of cases by keyset: the cost of a page does not grow with
// the number of cases before it. next is empty on the last page.
func (d *Door) List(ctx context.Context, q Query) (page []Row, next string, err error) {
	limit := q.Limit
	if limit <= 0 || limit > 200 {
		limit = 50
	}
	where, err := q.where()
	if err != nil {
		return nil, "", err
	}
	order := "queued, id"
	if q.Newest {
		order = "queued DESC, id DESC"
	}
	text := `SELECT id, item, number, stage, ended, subject, title, unit, holder, helper, helper_unit, channel, due, clock_start, clock_due, created, updated, queued
		FROM cases` + where.sql() + ` ORDER BY ` + order + ` LIMIT ` + strconv.Itoa(limit+1)
	rows, err := d.db.Read().QueryContext(ctx, text, where.args...)
	if err != nil {
		return nil, "", fmt.Errorf("list cases: %w", err)
	}
	defer func() { _ = rows.Close() }()
	for rows.Next() {
		r, err := scanRow(rows)
		if err != nil {
			return nil, "", err
		}
		page = append(page, r)
	}
	if len(page) > limit {
		page = page[:limit]
		last := page[limit-1]
		next = strconv.FormatInt(last.queued, 36) + "." + last.ID
	}
	return page, next, rows.Err()
}

func scanRow(rows *sql.Rows) (Row, error) {
	var r Row
	var due, clockStart, clockDue, created, updated int64
	err := rows.Scan(&r.ID, &r.Item, &r.Number, &r.Stage, &r.Ended, &r.Subject, &r.Title, &r.Unit, &r.Holder, &r.Helper,
		&r.HelperUnit, &r.Channel, &due, &clockStart, &clockDue, &created, &updated, &r.queued)
	r.Due, r.ClockStart, r.ClockDue, r.Created, r.Updated = db.Time(due), db.Time(clockStart), db.Time(clockDue), db.Time(created), db.Time(updated)
	return r, err
}

// where collects conditions and their arguments.
type where struct {
	parts []string
	args  []any
}

// add takes a condition in which each ? stands for the next argument.
func (w *where) add(condition string, args ...any) {
	for _, a := range args {
		w.args = append(w.args, a)
		condition = strings.Replace(condition, "?", "$"+strconv.Itoa(len(w.args)), 1)
	}
	w.parts = append(w.parts, condition)
}

func (w *where) in(column string, values []string) {
	if len(values) == 0 {
		return
	}
	args := make([]any, len(values))
	for i, v := range values {
		args[i] = v
	}
	w.add(column+" IN (?"+strings.Repeat(", ?", len(values)-1)+")", args...)
}

func (w *where) sql() string {
	if len(w.parts) == 0 {
		return ""
	}
	return " WHERE " + strings.Join(w.parts, " AND ")
}

// ErrPage is returned for a page mark that List did not make.
var ErrPage = errors.New("the page mark is damaged; start again from the first page")

func (q Query) where() (*where, error) {
	w := &where{}
	if len(q.Units) > 0 && q.Units[0] != "*" {
		w.in("unit", q.Units)
	}
	w.in("stage", q.Stages)
	for _, is := range [][2]string{{"item", q.Item}, {"subject", q.Subject}, {"owner", q.Owner},
		{"applicant", q.Applicant}, {"helper", q.Helper}, {"holder", q.Holder}} {
		if is[1] != "" {
			w.add(is[0]+" = ?", is[1])
		}
	}
	if q.Live {
		w.add("ended = ''")
	}
	if q.HandedIn {
		w.add("number <> ''")
	}
	if q.Text != "" {
		like := likePrefix(q.Text)
		w.add(`(number LIKE ? ESCAPE '\' OR subject LIKE ? ESCAPE '\' OR title LIKE ? ESCAPE '\')`, like, like, "%"+like)
	}
	if !q.DueBefore.IsZero() {
		w.add("clock_due > 0 AND clock_due < ?", db.Micros(q.DueBefore))
	}
	if len(q.Consulted) > 0 {
		inner := &where{args: w.args}
		inner.add("open = 1")
		if q.Consulted[0] != "*" {
			inner.in("unit", q.Consulted)
		}
		w.args = inner.args
		w.parts = append(w.parts, "id IN (SELECT case_id FROM case_consult"+inner.sql()+")")
	}
	if q.After == "" {
		return w, nil
	}
	mark, id, ok := strings.Cut(q.After, ".")
	queued, err := strconv.ParseInt(mark, 36, 64)
	if !ok || err != nil {
		return nil, ErrPage
	}
	if q.Newest {
		w.add("(queued, id) < (?, ?)", queued, id)
	} else {
		w.add("(queued, id) > (?, ?)", queued, id)
	}
	return w, nil
}

func likePrefix(s string) string {
	return strings.NewReplacer(`\`, `\\`, `%`, `\%`, `_`, `\_`).Replace(s) + "%"
}

// Counts tells how many live cases stand in each stage, for the units a staff
// member may see.
func (d *Door) Counts(ctx context.Context, units []string) (map[string]int, error) {
	w := &where{}
	w.add("ended = ''")
	if len(units) > 0 && units[0] != "*" {
		w.in("unit", units)
	}
	rows, err := d.db.Read().QueryContext(ctx, `SELECT stage, count(*) FROM cases`+w.sql()+` GROUP BY stage`, w.args...)
	if err != nil {
		return nil, err
	}
	defer func() { _ = rows.Close() }()
	counts := map[string]int{}
	for rows.Next() {
		var stage string
		var n int
		if err := rows.Scan(&stage, &n); err != nil {
			return nil, err
		}
		counts[stage] = n
	}
	return counts, rows.Err()
}
