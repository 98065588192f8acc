package casework

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"wangban/internal/db"
)

// relist fills in what lists read of cases that were written before these
// columns were there. With nothing left to do it costs one look into an empty
// index. Cases that somebody acts on meanwhile are taken again.
func (d *Door) relist(ctx context.Context) error {
	for {
		ids, err := unlisted(ctx, d.db.Read())
		if err != nil || len(ids) == 0 {
			return err
		}
		err = d.writeCases(ctx, func(ctx context.Context, tx db.Tx) error {
			for _, id := range ids {
				if err := d.relistOne(ctx, tx, id); err != nil {
					return fmt.Errorf("list case %s anew: %w", id, err)
				}
			}
			return nil
		})
		if err != nil {
			return err
		}
	}
}

func unlisted(ctx context.Context, q Queryer) (ids []string, err error) {
	rows, err := q.QueryContext(ctx, `SELECT id FROM cases WHERE listed = 0 ORDER BY id LIMIT 200`)
	if err != nil {
		return nil, err
	}
	defer func() { _ = rows.Close() }()
	for rows.Next() {
		var id string
		if err := rows.Scan(&id); err != nil {
			return nil, err
		}
		ids = append(ids, id)
	}
	return ids, rows.Err()
}

func (d *Door) relistOne(ctx context.Context, tx db.Tx, id string) error {
	c, err := d.read(ctx, tx, id)
	var gone *Refusal
	if errors.As(err, &gone) { // forgotten: it is in no list
		_, err := tx.ExecContext(ctx, `UPDATE cases SET listed = 1 WHERE id = $1`, id)
		return err
	}
	if err != nil {
		return err
	}
	it, err := d.version(ctx, c.state)
	if err != nil {
		return err
	}
	r := d.row(it, c.state)
	args := []any{id, c.state.Version}
	var set strings.Builder
	for i, value := range caseValues(c.state, r) {
		args = append(args, value)
		fmt.Fprintf(&set, ", %s = $%d", caseColumnNames[i], len(args))
	}
	done, err := tx.ExecContext(ctx, `UPDATE cases SET listed = 1`+set.String()+` WHERE id = $1 AND version = $2`, args...)
	if err != nil {
		return err
	}
	if n, err := done.RowsAffected(); err != nil || n == 0 {
		return err
	}
	if err := d.keepClaims(ctx, tx, c.state, nil, d.allClaims(it, c.state)); err != nil {
		return err
	}
	now := r.called(c.state)
	return keepGrams(ctx, tx, id, called{name: now.name}, now) // whatever unit was noted
}
