package account

import (
	"context"
	"fmt"
	"time"

	"wangban/internal/db"
)

// Absence is a time in which a member of staff is away (请假) and another
// stands in (代办).
type Absence struct {
	ID, Staff, Substitute string
	From, Until           time.Time // away from one instant to before the other
	By                    string    // who put it down
}

// PutDownAbsence records an absence, and tells who stands in (see Options.StandIn).
// Who may, is the caller's matter.
func (r *Room) PutDownAbsence(ctx context.Context, a Absence) error {
	now := r.now()
	switch {
	case !a.From.Before(a.Until):
		return refuse("最后一天不能早于第一天。改正日期。")
	case !a.Until.After(now):
		return refuse("这段时间已经过去。改正日期。")
	case a.Until.After(now.AddDate(1, 0, 0)):
		return refuse("请假最多登记到一年以内。改正日期。")
	case a.Substitute == a.Staff:
		return refuse("不能由自己代办。另选一位。")
	}
	if m, ok, err := r.Member(ctx, a.Substitute); err != nil {
		return err
	} else if !ok || m.Left {
		return refuse("选一位在岗的同事代办。")
	}
	return r.db.Write(ctx, func(ctx context.Context, tx db.Tx) error {
		if err := tx.Alone(ctx, "absence\x00"+a.Staff); err != nil {
			return err
		}
		var taken int
		if err := tx.QueryRowContext(ctx, `SELECT count(*) FROM account_absence WHERE staff = $1 AND begins < $2 AND ends > $3`,
			a.Staff, db.Micros(a.Until), db.Micros(a.From)).Scan(&taken); err != nil {
			return err
		}
		if taken > 0 {
			return refuse("这段时间里已经登记过请假。先结束那一次，再重新登记。")
		}
		a.ID = newID()
		if _, err := tx.ExecContext(ctx, `INSERT INTO account_absence (id, staff, substitute, begins, ends, by_staff, made) VALUES ($1, $2, $3, $4, $5, $6, $7)`,
			a.ID, a.Staff, a.Substitute, db.Micros(a.From), db.Micros(a.Until), a.By, db.Micros(now)); err != nil || r.standIn == nil {
			return err
		}
		return r.standIn(ctx, tx, a)
	})
}

// EndAbsence lets somebody be back from now on; one that has not begun is taken
// away.
func (r *Room) EndAbsence(ctx context.Context, id string) error {
	return r.db.Write(ctx, func(ctx context.Context, tx db.Tx) error {
		now := db.Micros(r.now())
		if _, err := tx.ExecContext(ctx, `DELETE FROM account_absence WHERE id = $1 AND begins >= $2`, id, now); err != nil {
			return err
		}
		_, err := tx.ExecContext(ctx, `UPDATE account_absence SET ends = $2 WHERE id = $1 AND ends > $2`, id, now)
		return err
	})
}

// Absences are those that last or are to come, the earliest first.
func (r *Room) Absences(ctx context.Context) ([]Absence, error) {
	rows, err := r.db.Read().QueryContext(ctx, `SELECT id, staff, substitute, begins, ends, by_staff FROM account_absence WHERE ends > $1 ORDER BY begins, id`, db.Micros(r.now()))
	if err != nil {
		return nil, fmt.Errorf("who is away: %w", err)
	}
	defer func() { _ = rows.Close() }()
	var all []Absence
	for rows.Next() {
		var a Absence
		var from, until int64
		if err := rows.Scan(&a.ID, &a.Staff, &a.Substitute, &from, &until, &a.By); err != nil {
			return nil, err
		}
		a.From, a.Until = db.Time(from), db.Time(until)
		all = append(all, a)
	}
	return all, rows.Err()
}

// SubstituteOf is who stands in for a member of staff who is away now; "" when
// they are here.
func (r *Room) SubstituteOf(ctx context.Context, staff string) (substitute string, err error) {
	err = r.db.Read().QueryRowContext(ctx, `SELECT substitute FROM account_absence WHERE staff = $1 AND ends > $2 AND begins <= $2 ORDER BY begins LIMIT 1`,
		staff, db.Micros(r.now())).Scan(&substitute)
	if noRows(err) {
		return "", nil
	}
	return substitute, err
}

// StandsInFor are the members of staff who are away now and for whom somebody
// stands in.
func (r *Room) StandsInFor(ctx context.Context, substitute string) (ids []string, err error) {
	rows, err := r.db.Read().QueryContext(ctx, `SELECT staff FROM account_absence WHERE substitute = $1 AND ends > $2 AND begins <= $2 ORDER BY staff`,
		substitute, db.Micros(r.now()))
	if err != nil {
		return nil, fmt.Errorf("whom %s stands in for: %w", substitute, err)
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
