package account

import (
	"context"

	"wangban/internal/db"
)

// Organisations lists the units with an account, the newest first.
func (r *Room) Organisations(ctx context.Context, limit int) ([]Organisation, error) {
	rows, err := r.db.Read().QueryContext(ctx, `SELECT uscc, name, kind, town, unit, state, case_id, opened FROM account_org ORDER BY opened DESC, uscc LIMIT $1`, limit)
	if err != nil {
		return nil, err
	}
	defer func() { _ = rows.Close() }()
	var list []Organisation
	for rows.Next() {
		var o Organisation
		var opened int64
		if err := rows.Scan(&o.USCC, &o.Name, &o.Kind, &o.Town, &o.Unit, &o.State, &o.Case, &opened); err != nil {
			return nil, err
		}
		o.Opened = db.Time(opened)
		list = append(list, o)
	}
	return list, rows.Err()
}
