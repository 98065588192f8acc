package casework

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"slices"

	"wangban/internal/db"
)

// ActForget erases what is personal in a case. It is no act of any item.
const ActForget = "forget"

// Forget erases a case for good: its key, its state, the salts of its events
// and what was sealed in them, and what lists know of its people. The leaves
// stay, so every proof of the log holds. That it was done, by whom and why, is
// an event of its own: it keeps its salt, knows a digest of what is left of
// each event before it, and is sealed with the installation's key, so that nobody
// without that key can pass a deletion off as an erasure.
//
// What other rooms keep of the case goes in the same transaction (Forgets).
// Whoever calls it has made sure that the law allows it.
func (d *Door) Forget(ctx context.Context, id string, by Actor, key, reason string) (Receipt, error) {
	if err := checkKey(key); err != nil {
		return Receipt{}, err
	}
	for n := 1; ; n++ {
		c, _, err := d.current(ctx, id)
		if err != nil {
			return Receipt{}, err
		}
		r, err := d.forget(ctx, c.state, by, key, reason)
		if err == nil || n == attempts || !errors.Is(err, errRaced) && !db.Unique(err) {
			return r, err
		}
	}
}

func (d *Door) forget(ctx context.Context, s State, by Actor, key, reason string) (done Receipt, err error) {
	err = d.writeCases(ctx, func(ctx context.Context, tx db.Tx) error {
		e := Event{Case: s.ID, Seq: s.Version + 1, Act: ActForget, Actor: by, At: d.now(), Key: key, From: s.Stage, To: s.Stage, Salt: make([]byte, SaltSize)}
		_, _ = rand.Read(e.Salt)
		if err := eraseRows(ctx, tx, s); err != nil {
			return err
		}
		if d.forgets != nil {
			if err := d.forgets(ctx, tx, s.ID); err != nil {
				return fmt.Errorf("forget case %s: %w", s.ID, err)
			}
		}
		left, err := rowsOf(ctx, tx, s.ID)
		if err != nil {
			return err
		}
		e.Data = EventData{Reason: reason, Erased: remains(left)}
		e.said = e.personal()
		var record []byte
		record, e.Leaf = leafOf(e, s)
		if err := insertEvent(ctx, tx, e, d.vault.Seal(e.said, e.place())); err != nil {
			return err
		}
		done = receipt(Outcome{Event: e, State: s})
		return d.log(ctx, tx, s.ID, e.Seq, record)
	})
	return done, err
}

func eraseRows(ctx context.Context, tx db.Tx, s State) error {
	var title string
	if err := tx.QueryRowContext(ctx, `SELECT title FROM cases WHERE id = $1`, s.ID).Scan(&title); err != nil {
		return fmt.Errorf("forget case %s: %w", s.ID, err)
	}
	if err := keepGrams(ctx, tx, s.ID, called{title, s.Unit}, called{unit: s.Unit}); err != nil {
		return err
	}
	n, err := tx.ExecContext(ctx, `UPDATE cases SET wrapped = $3, state = $3, version = $2 + 1, subject = '', title = '', applicant = '', owner = '', due = 0, clock_start = 0, clock_due = 0, near = 0, desk = 0
		WHERE id = $1 AND version = $2 AND length(wrapped) > 0`, s.ID, s.Version, []byte{})
	if err != nil {
		return err
	}
	if rows, err := n.RowsAffected(); err != nil || rows != 1 {
		return fmt.Errorf("forget case %s: %w", s.ID, errRaced)
	}
	if _, err := tx.ExecContext(ctx, `UPDATE case_event SET salt = NULL, sealed = $2 WHERE case_id = $1`, s.ID, []byte{}); err != nil {
		return err
	}
	for _, table := range []string{"case_timer", "case_consult", "case_claim"} {
		if _, err := tx.ExecContext(ctx, `DELETE FROM `+table+` WHERE case_id = $1`, s.ID); err != nil {
			return err
		}
	}
	return nil
}

// remains are the digests of what is left of a forgotten case's events.
func remains(rows []eventRow) (out []string) {
	for _, r := range rows {
		h := sha256.New()
		fmt.Fprintf(h, "%d %q %q %d %q %q %q %x %x", r.Seq, r.Act, r.kind, db.Micros(r.At), r.Key, r.From, r.To, r.sealed, r.Leaf)
		out = append(out, hex.EncodeToString(h.Sum(nil)))
	}
	return out
}

// eventRow is an event as the database has it, nothing opened.
type eventRow struct {
	Event
	kind   string
	sealed []byte
}

// rowsOf reads the events of a case, those of a forgotten one too.
func rowsOf(ctx context.Context, q Queryer, id string) ([]eventRow, error) {
	rows, err := q.QueryContext(ctx, `SELECT seq, act, actor_kind, at, key, stage_from, stage_to, sealed, salt, leaf
		FROM case_event WHERE case_id = $1 ORDER BY seq`, id)
	if err != nil {
		return nil, err
	}
	defer func() { _ = rows.Close() }()
	var out []eventRow
	for rows.Next() {
		r := eventRow{Event: Event{Case: id}}
		var at int64
		if err := rows.Scan(&r.Seq, &r.Act, &r.kind, &at, &r.Key, &r.From, &r.To, &r.sealed, &r.Salt, &r.Leaf); err != nil {
			return nil, err
		}
		r.At = db.Time(at)
		out = append(out, r)
	}
	return slices.Clip(out), rows.Err()
}
