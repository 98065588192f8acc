package casework

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"wangban/internal/db"
	"wangban/internal/item"
)

// again is how long a timer rests that could not be followed, so that one case
// that cannot be read does not hold up the others.
const again = time.Minute

// Sweep lets the clock act on every case whose timer is due and tells how many
// it moved. What could not be followed is put off for a minute and told in the
// error; the others are followed all the same. It is safe to run on several
// processes at once. Callers run it about once a second, and at once when the
// demo's clock has been moved.
func (d *Door) Sweep(ctx context.Context) (int, error) {
	moved := 0
	var failed []error
	raced := map[string]bool{} // by somebody who acts on the case right now; the next sweep looks again
	for {
		due, err := d.dueTimers(ctx, d.now())
		if err != nil {
			return moved, errors.Join(append(failed, err)...)
		}
		progress := false
		for _, t := range due {
			acted, err := d.ring(ctx, t)
			switch {
			case err == nil:
				if acted {
					moved++
				}
				progress = true
			case errors.Is(err, errRaced):
				progress = progress || !raced[t.caseID]
				raced[t.caseID] = true
			default:
				failed = append(failed, fmt.Errorf("timer %s of case %s: %w", t.Name, t.caseID, err))
				if err := d.putOff(ctx, t); err != nil {
					return moved, errors.Join(append(failed, err)...)
				}
				progress = true
			}
		}
		if !progress {
			return moved, errors.Join(failed...)
		}
	}
}

// putOff lets a timer that could not be followed rest.
func (d *Door) putOff(ctx context.Context, t dueTimer) error {
	return d.db.Write(ctx, func(ctx context.Context, tx db.Tx) error {
		_, err := tx.ExecContext(ctx, `UPDATE case_timer SET again = $1 WHERE case_id = $2 AND name = $3 AND at = $4`,
			db.Micros(d.now().Add(again)), t.caseID, t.Name, db.Micros(t.At))
		return err
	})
}

// Stuck counts the timers that could not be followed, for the operator.
func (d *Door) Stuck(ctx context.Context) (n int, err error) {
	err = d.db.Read().QueryRowContext(ctx, `SELECT count(*) FROM case_timer WHERE again > 0`).Scan(&n)
	return n, err
}

type dueTimer struct {
	caseID string
	Timer
}

func (d *Door) dueTimers(ctx context.Context, now time.Time) ([]dueTimer, error) {
	const batch = 200
	rows, err := d.db.Read().QueryContext(ctx, `SELECT case_id, name, at FROM case_timer WHERE at <= $1 AND again <= $1 ORDER BY at, case_id LIMIT $2`, db.Micros(now), batch)
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

// ring does what a timer is for. One that rings earlier than the case asks for
// by now is set again (see replaceTimers). A timer that has nothing to do any
// more is taken away; one that only cannot be followed now, as where the
// calendar lacks the year, is not.
func (d *Door) ring(ctx context.Context, t dueTimer) (acted bool, err error) {
	c, it, err := d.current(ctx, t.caseID)
	if err == nil {
		stage, _ := it.Flow.Stage(c.state.Stage)
		for _, now := range timers(stage, c.state) {
			if now.Name == t.Name && now.At.After(t.At) {
				return false, d.setAgain(ctx, t, now.At)
			}
		}
		err = d.tick(ctx, it, c, t.Name, t.At)
	}
	var r *Refusal
	if err != nil && !(errors.As(err, &r) && r.settled()) {
		return false, err
	}
	return true, d.db.Write(ctx, func(ctx context.Context, tx db.Tx) error {
		_, err := tx.ExecContext(ctx, `DELETE FROM case_timer WHERE case_id = $1 AND name = $2 AND at = $3`, t.caseID, t.Name, db.Micros(t.At))
		return err
	})
}

func (d *Door) setAgain(ctx context.Context, t dueTimer, at time.Time) error {
	return d.db.Write(ctx, func(ctx context.Context, tx db.Tx) error {
		_, err := tx.ExecContext(ctx, `UPDATE case_timer SET at = $1, again = 0 WHERE case_id = $2 AND name = $3 AND at = $4`,
			db.Micros(at), t.caseID, t.Name, db.Micros(t.At))
		return err
	})
}

// settled tells that what the clock wanted is over, and not only held up.
func (r *Refusal) settled() bool {
	return slices.Contains([]Code{CodeStage, CodeEnded, CodeUnknownAct, CodeNotFound}, r.Code)
}

// Input is what the clock wants to do when the timer rings.
func (t Timer) Input() Input {
	act, which, _ := strings.Cut(t.Name, ":")
	n, _ := strconv.Atoi(which) // 0: about no consultation
	return Input{Act: act, Key: fmt.Sprintf("timer:%s:%d", t.Name, t.At.UnixMicro()), Actor: Actor{Kind: System, ID: "timer"}, Data: Data{Consult: n}}
}

// tick is an act of the clock, done at most once for an instant.
func (d *Door) tick(ctx context.Context, it *item.Item, c stored, name string, at time.Time) error {
	t := Timer{name, at}
	o, r := Decide(d.house(), it, c.state, t.Input(), Outside{Now: d.now(), Token: NewToken()})
	if r != nil {
		return r
	}
	_, err := d.record(ctx, it, c, o)
	if db.Unique(err) { // it rang before, and was set again with the others
		if _, done, rerr := replay(ctx, d.db.Read(), c.state.ID, o.Event.Key); rerr != nil || done {
			return rerr
		}
	}
	return err
}
