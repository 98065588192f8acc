package casework

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"golang.org/x/sync/singleflight"

	"wangban/internal/db"
)

// countsAge is how long counts are good where nothing was done by this process.
// What other processes do, and limits that end, are counted that much later.
const countsAge = time.Second

// countedAmong is among how many cases those of a list are counted, where each
// has to be looked at.
const countedAmong = 3000

// counted keeps what was counted last: the numbers beside the filters are the
// same for everybody of a unit, and counting them is half the work of a list.
type counted struct {
	changes atomic.Uint64 // of cases, by this process
	flights singleflight.Group

	mu    sync.Mutex
	valid uint64 // changes when what is kept was counted
	at    time.Time
	kept  map[string][]int
}

// Counts tells how many cases each query finds, up to a most: counting stops
// there, so that it costs the same however many there are. Where cases have to
// be looked at one by one, no more than the first 3,000 are. A text is not
// looked for.
func (d *Door) Counts(ctx context.Context, most int, queries ...Query) ([]int, error) {
	if len(queries) == 0 {
		return nil, nil
	}
	asked := make([]Query, len(queries))
	for i, q := range queries {
		asked[i], asked[i].Now = q, time.Time{} // what is kept is young enough
	}
	text, args := countsSQL(most, asked)
	return d.counted.once(ctx, text+fmt.Sprintf("%q", args), d.now(), func(ctx context.Context) ([]int, error) { return d.count(ctx, most, queries) })
}

func (d *Door) count(ctx context.Context, most int, queries []Query) ([]int, error) {
	counts := make([]int, len(queries))
	into := make([]any, len(queries))
	for i := range counts {
		into[i] = &counts[i]
	}
	text, args := countsSQL(most, queries)
	if err := d.db.Read().QueryRowContext(ctx, text, args...).Scan(into...); err != nil {
		return nil, fmt.Errorf("count cases: %w", err)
	}
	return counts, nil
}

// countsSQL counts along the ways that lists are read by. Without an order a
// database could look for the few that wait among all that have ended.
func countsSQL(most int, queries []Query) (text string, args []any) {
	w := &where{}
	parts := make([]string, len(queries))
	for i, q := range queries {
		b := &builder{q: q, w: w}
		b.choose()
		if b.r.empty {
			parts[i] = "0"
			continue
		}
		cases := b.r.keys(most)
		if b.looks() {
			b.look(w)
			cases = `SELECT 1 FROM (` + b.r.keys(countedAmong) + `) AS w CROSS JOIN cases c WHERE c.id = w.id AND ` +
				strings.TrimPrefix(w.sql(), " WHERE ") + ` LIMIT ` + strconv.Itoa(most)
		}
		parts[i] = `(SELECT count(*) FROM (` + cases + `) AS n)`
	}
	return `SELECT ` + strings.Join(parts, ", "), w.args
}

// once is what is kept under key, or what count finds. Of those who ask at the
// same instant one counts, for all: whoever hangs up must not end it for the
// others.
func (c *counted) once(ctx context.Context, key string, now time.Time, count func(context.Context) ([]int, error)) ([]int, error) {
	changes := c.changes.Load()
	if counts, ok := c.find(key, changes, now); ok {
		return slices.Clone(counts), nil
	}
	got, err, _ := c.flights.Do(strconv.FormatUint(changes, 10)+" "+key, func() (any, error) {
		counts, err := count(context.WithoutCancel(ctx))
		if err == nil {
			c.keep(key, changes, now, counts)
		}
		return counts, err
	})
	if err != nil {
		return nil, err
	}
	return slices.Clone(got.([]int)), nil
}

func (c *counted) find(key string, changes uint64, now time.Time) ([]int, bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.valid != changes || now.Sub(c.at) >= countsAge || now.Before(c.at) {
		return nil, false
	}
	counts, ok := c.kept[key]
	return counts, ok
}

// keep keeps counts that were begun after so many changes. All that is kept is
// of one moment: the age of the oldest is that of all.
func (c *counted) keep(key string, changes uint64, now time.Time, counts []int) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.valid != changes || now.Sub(c.at) >= countsAge || now.Before(c.at) {
		if c.valid > changes {
			return // counted before what has been kept since
		}
		c.valid, c.at, c.kept = changes, now, map[string][]int{}
	}
	c.kept[key] = counts
}

// writeCases is a durable transaction that changes cases.
func (d *Door) writeCases(ctx context.Context, fn func(context.Context, db.Tx) error) error {
	err := d.db.Write(ctx, fn)
	d.counted.changes.Add(1) // before anybody hears of it
	return err
}
