package casework

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"wangban/internal/db"
	"wangban/internal/workday"
)

// Row is a case as lists show it; nothing personal.
type Row struct {
	ID, Item, Number, Stage, Ended string
	Hash                           string // of the item version that the case is pinned to, see Door.ItemOf
	Subject, Title                 string
	Unit, Holder, Helper           string
	HelperUnit, Channel            string
	Due                            time.Time // of the stage
	ClockStart                     time.Time // of the case's own limit, while it runs
	Deadline                       Deadline  // what its light tells of
	Created, Updated               time.Time
}

// Query narrows a list. Empty fields do not narrow.
//
// What is most selective leads: whose the cases are (Mine, Subject, Owner,
// Applicant, Helper, Number), what is looked for (Text), who asks for an
// opinion (Consulted), who holds them (Holders), and otherwise units with
// stage or item. Each has an index, see route; the rest is looked at row by
// row, and no page looks at more than some thousands.
type Query struct {
	Units     []string // cases of these units; "*" or none means all
	Desk      bool     // the staff act next; most urgent first
	Stage     string
	Item      string
	Light     workday.Light // see Deadline, at Now; with Desk
	Now       time.Time     // what lights are measured by
	Live      bool
	Ended     bool
	Turn      bool  // neither ended nor waiting for the staff: somebody else acts next
	Mine      *Mine // somebody's own cases; Text is a part of the title or the beginning of a number then
	HandedIn  bool  // submitted at least once
	Subject   string
	Owner     string
	Applicant string // see Door.ApplicantIndex
	Helper    string
	Number    string   // the whole number
	Holders   []string // held by one of these; with Desk
	Text      string   // beginning of a number or code, or a part of the title
	Consulted []string // cases on which the opinion of one of these units is awaited
	After     string   // where the page before ended
	Limit     int      // at most 200; default 50
}

// walks are how many cases are looked at, one after the other, where not all of
// them belong to the list, before a page is given out as it is: few at first,
// as most often they are enough.
var walks = []int{200, 1000, 2000}

const listColumns = `c.id, c.item, c.hash, c.number, c.stage, c.ended, c.subject, c.title, c.unit, c.holder, c.helper, c.helper_unit, c.channel,
	c.due, c.clock_start, c.clock_due, c.near, c.queued, c.created, c.updated`

// List reads a page of cases by keyset: the cost of a page grows neither with
// the number of cases before it nor with the number of all cases. next is
// empty on the last page. A page can be short, or empty, and have a next one:
// where what is looked for is rare among what has to be looked through, the
// search goes on there.
func (d *Door) List(ctx context.Context, q Query) (page []Row, next string, err error) {
	limit := q.Limit
	if limit <= 0 || limit > 200 {
		limit = 50
	}
	if !storable(q.After) {
		return nil, "", ErrPage
	}
	if !storable(q.Text + q.Item + q.Stage + q.Number) {
		return nil, "", nil // nothing is called so
	}
	after := q.After
	for _, steps := range walks {
		rows, mark, err := d.walk(ctx, q, after, steps, limit-len(page))
		if err != nil {
			return nil, "", err
		}
		page, after = append(page, rows...), mark
		if mark == "" || len(page) == limit {
			break
		}
	}
	return page, after, nil
}

// storable tells that a text could be in the database at all: PostgreSQL takes
// neither broken UTF-8 nor NUL.
func storable(s string) bool { return utf8.ValidString(s) && !strings.Contains(s, "\x00") }

// walk reads up to so many rows among the next so many cases; next tells where
// it stopped.
func (d *Door) walk(ctx context.Context, q Query, after string, steps, limit int) (page []Row, next string, err error) {
	r, err := d.route(ctx, q, after)
	if err != nil || r.empty {
		return nil, "", err
	}
	if r.look == nil {
		page, keys, err := d.rows(ctx, r.sql(limit+1), r.args)
		if err == nil && len(page) > limit {
			page, next = page[:limit], r.mark(keys[limit-1], page[limit-1].ID)
		}
		return page, next, err
	}
	places, err := d.places(ctx, r, steps)
	if err != nil {
		return nil, "", err
	}
	// As many cases are read as are still lacking, and more at a time where few
	// of them belong to the list.
	for size := limit + 1; len(places) > 0; size *= 4 {
		some := places[:min(size, len(places))]
		places = places[len(some):]
		rows, err := d.these(ctx, r, some, size)
		if err != nil {
			return nil, "", err
		}
		for _, p := range some {
			row, ok := rows[p.id]
			if !ok {
				continue
			}
			if len(page) == limit {
				return page, next, nil
			}
			page, next = append(page, row), r.mark(p.key, p.id)
		}
	}
	next, err = d.stopped(ctx, r, steps)
	return page, next, err
}

// place is where a case stands in a list.
type place struct{ key, id string }

// places reads up to so many keys of a route, without those that its sieve
// keeps back.
func (d *Door) places(ctx context.Context, r route, steps int) (found []place, err error) {
	rows, err := d.db.Read().QueryContext(ctx, r.sieved(steps), r.args...)
	if err != nil {
		return nil, fmt.Errorf("list cases: %w", err)
	}
	defer func() { _ = rows.Close() }()
	for rows.Next() {
		var p place
		if err := rows.Scan(&p.key, &p.id); err != nil {
			return nil, err
		}
		found = append(found, p)
	}
	return found, rows.Err()
}

// these reads those cases at some places that belong to the list. The text of
// the query is the same for every size.
func (d *Door) these(ctx context.Context, r route, some []place, size int) (map[string]Row, error) {
	text, args := r.these(some, size)
	rows, _, err := d.rows(ctx, text, args)
	if err != nil {
		return nil, err
	}
	found := make(map[string]Row, len(rows))
	for _, row := range rows {
		found[row.ID] = row
	}
	return found, nil
}

// stopped tells where a walk ended that has not filled its page; empty when
// there was nothing more to look at.
func (d *Door) stopped(ctx context.Context, r route, steps int) (next string, err error) {
	var p place
	err = d.db.Read().QueryRowContext(ctx, `SELECT k, id FROM (`+r.keys(steps)+`) AS w`+r.order("k", "id")+` LIMIT 1 OFFSET `+strconv.Itoa(steps-1), r.args[:r.first]...).Scan(&p.key, &p.id)
	if errors.Is(err, sql.ErrNoRows) {
		return "", nil
	}
	return r.mark(p.key, p.id), err
}

// rows reads cases with their keys.
func (d *Door) rows(ctx context.Context, text string, args []any) (page []Row, keys []string, err error) {
	rows, err := d.db.Read().QueryContext(ctx, text, args...)
	if err != nil {
		return nil, nil, fmt.Errorf("list cases: %w", err)
	}
	defer func() { _ = rows.Close() }()
	for rows.Next() {
		row, key, err := scanRow(rows)
		if err != nil {
			return nil, nil, err
		}
		page, keys = append(page, row), append(keys, key)
	}
	return page, keys, rows.Err()
}

func scanRow(rows *sql.Rows) (r Row, key string, err error) {
	var due, clockStart, clockDue, near, queued, created, updated int64
	err = rows.Scan(&r.ID, &r.Item, &r.Hash, &r.Number, &r.Stage, &r.Ended, &r.Subject, &r.Title, &r.Unit, &r.Holder, &r.Helper,
		&r.HelperUnit, &r.Channel, &due, &clockStart, &clockDue, &near, &queued, &created, &updated, &key)
	r.Due, r.ClockStart, r.Created, r.Updated = db.Time(due), db.Time(clockStart), db.Time(created), db.Time(updated)
	if r.Deadline.Paused = queued >= pausedBand; near > 0 && queued < unlimitedBand {
		r.Deadline = Deadline{Near: db.Time(near), Due: db.Time(queued), Stage: queued != clockDue}
	}
	return r, key, err
}
