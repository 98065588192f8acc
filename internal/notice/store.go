package notice

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"wangban/internal/db"
)

func (r *Room) insert(ctx context.Context, tx db.Tx, all ...Notice) error {
	now := r.Now()
	for _, n := range all {
		texted := 0
		if n.Texted {
			texted = 1
		}
		if _, err := tx.ExecContext(ctx, `INSERT INTO notice (id, staff, kind, case_id, number, item, away, at, until, made, seen, texted)
			VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, 0, $11)`, newID(now), n.Staff, string(n.Kind), n.Case, n.Number, n.Item, n.Away,
			db.Micros(n.At), db.Micros(n.Until), db.Micros(now), texted); err != nil {
			return fmt.Errorf("keep a notice: %w", err)
		}
	}
	return nil
}

// lastTexted is when somebody got the last SMS of a kind; zero: never.
func (r *Room) lastTexted(ctx context.Context, staff string, k Kind) (time.Time, error) {
	var made int64
	err := r.DB.Read().QueryRowContext(ctx, `SELECT coalesce(max(made), 0) FROM notice WHERE staff = $1 AND kind = $2 AND texted = 1`, staff, string(k)).Scan(&made)
	return db.Time(made), err
}

// PageSize is how many notices a page holds.
const PageSize = 30

// Page lists what somebody was told, the newest first. after is the ID of the
// last notice of the page before; more tells that another follows.
func (r *Room) Page(ctx context.Context, staff, after string) (page []Notice, more bool, err error) {
	where, args := "", []any{staff}
	if after != "" {
		where, args = " AND id < $2", append(args, after)
	}
	rows, err := r.DB.Read().QueryContext(ctx, `SELECT id, kind, case_id, number, item, away, at, until, made, seen, texted FROM notice
		WHERE staff = $1`+where+fmt.Sprintf(` ORDER BY id DESC LIMIT %d`, PageSize+1), args...)
	if err != nil {
		return nil, false, fmt.Errorf("list notices: %w", err)
	}
	defer func() { _ = rows.Close() }()
	for rows.Next() {
		n := Notice{Staff: staff}
		var at, until, made, seen, texted int64
		if err := rows.Scan(&n.ID, &n.Kind, &n.Case, &n.Number, &n.Item, &n.Away, &at, &until, &made, &seen, &texted); err != nil {
			return nil, false, err
		}
		n.At, n.Until, n.Made, n.Seen, n.Texted = db.Time(at), db.Time(until), db.Time(made), db.Time(seen), texted == 1
		page = append(page, n)
	}
	if more = len(page) > PageSize; more {
		page = page[:PageSize]
	}
	return page, more, rows.Err()
}

// mostCounted is how far unread notices are counted.
const mostCounted = 100

// Unread counts what somebody has not read, up to a hundred.
func (r *Room) Unread(ctx context.Context, staff string) (n int, err error) {
	err = r.DB.Read().QueryRowContext(ctx, fmt.Sprintf(`SELECT count(*) FROM (SELECT 1 FROM notice WHERE staff = $1 AND seen = 0 LIMIT %d) AS u`, mostCounted), staff).Scan(&n)
	if err != nil {
		return 0, fmt.Errorf("count notices: %w", err)
	}
	return n, nil
}

// MarkRead marks somebody's notices as read: the one with that ID, or all for
// an empty one. It tells the case of the one; ok is false when it is not
// theirs.
func (r *Room) MarkRead(ctx context.Context, staff, id string) (caseID string, ok bool, err error) {
	err = r.DB.Write(ctx, func(ctx context.Context, tx db.Tx) error {
		caseID, ok = "", id == ""
		if id == "" {
			_, err := tx.ExecContext(ctx, `UPDATE notice SET seen = $2 WHERE staff = $1 AND seen = 0`, staff, db.Micros(r.Now()))
			return err
		}
		err := tx.QueryRowContext(ctx, `UPDATE notice SET seen = CASE WHEN seen = 0 THEN $3 ELSE seen END WHERE staff = $1 AND id = $2 RETURNING case_id`,
			staff, id, db.Micros(r.Now())).Scan(&caseID)
		if errors.Is(err, sql.ErrNoRows) {
			return nil
		}
		ok = err == nil
		return err
	})
	return caseID, ok, err
}

// Answer is what somebody has chosen about SMS.
type Answer string

// Answers. AsUnit leaves what is for the unit to the unit; what is for
// themselves comes by SMS then.
const (
	AsUnit Answer = ""
	Yes    Answer = "yes"
	No     Answer = "no"
)

// Choice is what somebody wants an SMS of, kind by kind; what is not in it is
// AsUnit.
type Choice map[Kind]Answer

// Choice reads what somebody has chosen.
func (r *Room) Choice(ctx context.Context, staff string) (Choice, error) {
	rows, err := r.DB.Read().QueryContext(ctx, `SELECT kind, answer FROM notice_answer WHERE staff = $1`, staff)
	if err != nil {
		return nil, fmt.Errorf("what %s wants an SMS of: %w", staff, err)
	}
	defer func() { _ = rows.Close() }()
	c := Choice{}
	for rows.Next() {
		var k Kind
		var a Answer
		if err := rows.Scan(&k, &a); err != nil {
			return nil, err
		}
		c[k] = a
	}
	return c, rows.Err()
}

// Choose keeps what somebody wants, in place of what they wanted before; any
// other answer is AsUnit.
func (r *Room) Choose(ctx context.Context, staff string, c Choice) error {
	return r.DB.Write(ctx, func(ctx context.Context, tx db.Tx) error {
		if _, err := tx.ExecContext(ctx, `DELETE FROM notice_answer WHERE staff = $1`, staff); err != nil {
			return err
		}
		for _, k := range Kinds {
			if a := c[k]; a != Yes && a != No {
				continue
			}
			if _, err := tx.ExecContext(ctx, `INSERT INTO notice_answer (staff, kind, answer) VALUES ($1, $2, $3)
				ON CONFLICT (staff, kind) DO UPDATE SET answer = excluded.answer`, staff, string(k), string(c[k])); err != nil {
				return err
			}
		}
		return nil
	})
}

// keptRead is how long a notice stays after it was read.
const keptRead = 90 * 24 * time.Hour

// Sweep clears away what was read long ago, and tells how many notices went.
// What nobody has read stays. Callers run it about once a second; several
// processes may at once.
func (r *Room) Sweep(ctx context.Context) (cleared int, err error) {
	const batch = 500
	before := db.Micros(r.Now().Add(-keptRead))
	for {
		var due bool // nearly always not, and looking costs no write
		if err := r.DB.Read().QueryRowContext(ctx, `SELECT EXISTS (SELECT 1 FROM notice WHERE seen > 0 AND seen < $1)`, before).Scan(&due); err != nil || !due {
			return cleared, err
		}
		var gone int64
		if err := r.DB.Write(ctx, func(ctx context.Context, tx db.Tx) error {
			done, err := tx.ExecContext(ctx, `DELETE FROM notice WHERE id IN (SELECT id FROM notice WHERE seen > 0 AND seen < $1 ORDER BY seen LIMIT $2)`, before, batch)
			if err == nil {
				gone, err = done.RowsAffected()
			}
			return err
		}); err != nil {
			return cleared, fmt.Errorf("clear notices away: %w", err)
		}
		cleared += int(gone)
	}
}
