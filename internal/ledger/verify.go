package ledger

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"golang.org/x/mod/sumdb/note"

	"wangban/internal/casework"
)

// Report is what recomputing the log has found.
type Report struct {
	Origin, Verifier                          string
	Leaves, Pending                           int64
	Checkpoints, Tiles, Cases, Events, Erased int
	Problems                                  []casework.Wrong // the first altered row first
}

// Cases tells of every case what its events say now; see
// casework.Door.KeptCases.
type Cases func(ctx context.Context, q casework.Queryer, each func(casework.Kept) error) error

// Verify recomputes everything from the database: entries, tree, tiles,
// checkpoints and their signatures, and from every event its record. q should
// stand still meanwhile (db.Snapshot).
//
// The database alone cannot show that it was set back as a whole to an earlier
// state, nor that whoever holds the installation's key has built the tree
// anew. Checkpoints that were kept elsewhere, such as those in receipts, show
// both: witnessed are some, as they were signed.
func (r *Room) Verify(ctx context.Context, q casework.Queryer, cases Cases, witnessed ...string) (Report, error) {
	v := &verifier{ctx: ctx, q: q, room: r, witnessed: witnessed}
	for _, step := range []func() error{v.key, v.tree, v.head, func() error { return v.events(cases) }} {
		if err := step(); err != nil {
			return v.Report, err
		}
	}
	return v.Report, nil
}

// verifier is one run of Verify.
type verifier struct {
	Report
	ctx  context.Context
	q    casework.Queryer
	room *Room
	note note.Verifier // nil: there is none to check with

	witnessed []string
	built
}

func (v *verifier) wrong(table, row, text string, args ...any) {
	v.Problems = append(v.Problems, casework.Wrong{Table: table, Row: row, Text: fmt.Sprintf(text, args...)})
}

func (v *verifier) count(table string) (n int64, err error) {
	err = v.q.QueryRowContext(v.ctx, `SELECT count(*) FROM `+table).Scan(&n)
	return n, err
}

// key looks at the log's key. A log that has not begun has none.
func (v *verifier) key() error {
	n, err := v.count("ledger_key")
	if err != nil {
		return err
	}
	if n == 0 {
		if n, err = v.count("ledger_checkpoint"); err == nil && n > 0 {
			v.wrong("ledger_key", "1", "it is missing")
		}
		return err
	}
	k, err := v.room.readKey(v.ctx, v.q)
	switch {
	case n != 1 || errors.Is(err, sql.ErrNoRows) || errors.Is(err, errKey):
		v.wrong("ledger_key", "1", "it is not the key that was made for this log")
	case err != nil:
		return err
	default:
		v.note, v.Origin, v.Verifier = k.verifier, k.verifier.Name(), k.text
	}
	return nil
}
