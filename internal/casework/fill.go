package casework

import (
	"cmp"
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"wangban/internal/db"
)

// Fill puts rows into the lists that no case stands behind, each with so many
// bytes of noise for a state. It is for measuring lists and for their tests, on
// a database without cases only. Cases that have not ended wait for the staff.
func (d *Door) Fill(ctx context.Context, rows []Row, size int) error {
	var real int
	if err := d.db.Read().QueryRowContext(ctx, `SELECT count(*) FROM (SELECT 1 FROM case_event LIMIT 1) AS e`).Scan(&real); err != nil {
		return err
	}
	if real > 0 {
		return errors.New("invented cases are put into a database without cases only")
	}
	noise := make([]byte, size)
	_, _ = rand.Read(noise)
	const together = 20 // SQLite finds each parameter by its name: more at once takes longer
	return d.writeCases(ctx, func(ctx context.Context, tx db.Tx) error {
		for from := 0; from < len(rows); from += together {
			part := rows[from:min(from+together, len(rows))]
			if err := fillCases(ctx, tx, part, noise); err != nil {
				return fmt.Errorf("invent cases: %w", err)
			}
		}
		if err := fillGrams(ctx, tx, rows); err != nil {
			return fmt.Errorf("invent cases: %w", err)
		}
		return nil
	})
}

// Filled is how many invented cases there are.
func (d *Door) Filled(ctx context.Context) (n int, err error) {
	if err = d.db.Read().QueryRowContext(ctx, `SELECT count(*) FROM cases`).Scan(&n); err != nil {
		err = fmt.Errorf("count invented cases: %w", err)
	}
	return n, err
}

// Analyze lets the database count what its tables hold, as it does by itself
// some time after many rows have come at once.
func (d *Door) Analyze(ctx context.Context) error {
	return d.db.Write(ctx, func(ctx context.Context, tx db.Tx) error {
		_, err := tx.ExecContext(ctx, `ANALYZE`)
		return err
	})
}

func fillCases(ctx context.Context, tx db.Tx, rows []Row, noise []byte) error {
	w := &where{}
	for _, r := range rows {
		row := row{ended: r.Ended, subject: r.Subject, title: r.Title, desk: r.Ended == "", light: r.Deadline}
		s := State{ID: r.ID, Item: r.Item, Number: r.Number, Stage: r.Stage, Version: 1, Unit: r.Unit, Channel: r.Channel, Due: r.Due,
			ClockStart: r.ClockStart, ClockDue: r.Deadline.Due, CreatedAt: r.Created, UpdatedAt: r.Updated}
		if r.Deadline.Stage { // the case's own limit ends later
			s.ClockDue = s.ClockDue.Add(time.Hour)
		}
		if r.Holder != "" {
			s.Holder = &Officer{ID: r.Holder}
		}
		values := append([]any{s.ID, noise[:min(32, len(noise))], noise, 1}, caseValues(s, row)...)
		w.add("(?"+strings.Repeat(", ?", len(values)-1)+")", values...)
	}
	_, err := tx.ExecContext(ctx, `INSERT INTO cases (id, wrapped, state, listed, `+caseColumns+`) VALUES `+strings.Join(w.parts, ", "), w.args...)
	return err
}

// fillGrams puts pairs in by their order, so that neighbours meet in one page
// of the table.
func fillGrams(ctx context.Context, tx db.Tx, rows []Row) error {
	type pair struct {
		gram     int64
		id, unit string
	}
	var all []pair
	for _, r := range rows {
		for _, g := range grams(r.Title) {
			all = append(all, pair{g, r.ID, r.Unit})
		}
	}
	slices.SortFunc(all, func(a, b pair) int { return cmp.Or(cmp.Compare(a.gram, b.gram), cmp.Compare(a.id, b.id)) })
	for some := range slices.Chunk(all, 100) {
		w := &where{}
		for _, p := range some {
			w.add("(?, ?, ?)", p.gram, p.id, p.unit)
		}
		if _, err := tx.ExecContext(ctx, `INSERT INTO case_gram (gram, case_id, unit) VALUES `+strings.Join(w.parts, ", "), w.args...); err != nil {
			return err
		}
	}
	return nil
}
