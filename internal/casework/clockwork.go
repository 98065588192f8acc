package casework

import (
	"context"
	"errors"
	"fmt"
	"time"

	"wangban/internal/db"
	"wangban/internal/item"
)

// Sweep lets the clock act on every case whose timer is due and tells how many
// it moved. It is safe to run on several processes at once. Callers run it
// about once a second, and at once when the demo's clock has been moved.
func (d *Door) Sweep(ctx context.Context) (int, error) {
	moved := 0
	for {
		due, err := d.dueTimers(ctx, d.now())
		if err != nil || len(due) == 0 {
			return moved, err
		}
		for _, t := range due {
			if err := d.ring(ctx, t); err != nil {
				return moved, fmt.Errorf("timer %s of case %s: %w", t.Name, t.caseID, err)
			}
			moved++
		}
	}
}

type dueTimer struct {
	caseID string
	Timer
}

func (d *Door) dueTimers(ctx context.Context, now time.Time) ([]dueTimer, error) {
	const batch = 200
	rows, err := d.db.Read().QueryContext(ctx, `SELECT case_id, name, at FROM case_timer WHERE at <= $1 ORDER BY at, case_id LIMIT $2`, db.Micros(now), batch)
	if err != nil {
		return nil, err
	}
	defer func() { _ = rows.Close() }()
	var due []dueTimer
	for rows.Next() {
		var t dueTimer
		var at int64
		if err := rows.Scan(&t.caseID, &t.Name, &at); err != nil {
			return nil, err
		}
		t.At = db.Time(at)
		due = append(due, t)
	}
	return due, rows.Err()
}

// ring does what a timer is for. A timer that has nothing to do any more is
// taken away.
func (d *Door) ring(ctx context.Context, t dueTimer) error {
	c, it, err := d.current(ctx, t.caseID)
	if err == nil {
		err = d.tick(ctx, it, c, t.Name, t.At)
	}
	var r *Refusal
	if err != nil && !errors.Is(err, errRaced) && !errors.As(err, &r) {
		return err
	}
	return d.db.Write(ctx, func(ctx context.Context, tx db.Tx) error {
		_, err := tx.ExecContext(ctx, `DELETE FROM case_timer WHERE case_id = $1 AND name = $2 AND at = $3`, t.caseID, t.Name, db.Micros(t.At))
		return err
	})
}

// tick is an act of the clock, done at most once for an instant.
func (d *Door) tick(ctx context.Context, it *item.Item, c stored, name string, at time.Time) error {
	in := Input{Act: name, Key: fmt.Sprintf("timer:%s:%d", name, at.UnixMicro()), Actor: Actor{Kind: System, ID: "timer"}}
	o, r := Decide(d.house(), it, c.state, in, Outside{Now: d.now(), Token: NewToken()})
	if r != nil {
		return r
	}
	_, err := d.record(ctx, it, c, o)
	if db.Unique(err) {
		return errRaced
	}
	return err
}
