package account

import (
	"context"
	"time"

	"wangban/internal/db"
)

// Asker is who asks for codes to numbers they have typed: a browser at an
// address. Neither is kept, only their blind indexes, for a day. The zero
// Asker is not counted: members of staff, who help many, and acts whose number
// is on record.
type Asker struct {
	Session string
	Address string // IP address, or an IPv6 network; empty where it tells nothing
}

// count keeps one client from having codes sent to many numbers. A number
// counts once a day however often it is asked for; it has budgets of its own.
// The refusal says nothing about the number.
func (r *Room) count(ctx context.Context, tx db.Tx, by Asker, target string, now time.Time) error {
	if by == (Asker{}) {
		return nil
	}
	if _, err := tx.ExecContext(ctx, `DELETE FROM account_asked WHERE at <= $1`, db.Micros(now.Add(-24*time.Hour))); err != nil {
		return err
	}
	if err := r.countOne(ctx, tx, "address:", by.Address, target, r.limits.Address, now); err != nil {
		return err
	}
	return r.countOne(ctx, tx, "session:", by.Session, target, r.limits.Session, now)
}

func (r *Room) countOne(ctx context.Context, tx db.Tx, kind, name, target string, limit int, now time.Time) error {
	if name == "" {
		return nil
	}
	asker := r.vault.Index("asker", kind+name)
	for _, t := range []string{"", target} {
		_, err := tx.ExecContext(ctx, `INSERT INTO account_asked (asker, target, at) VALUES ($1, $2, $3) ON CONFLICT (asker, target) DO UPDATE SET at = excluded.at`,
			asker, t, db.Micros(now))
		if err != nil {
			return err
		}
	}
	var numbers int
	if err := tx.QueryRowContext(ctx, `SELECT count(*) FROM account_asked WHERE asker = $1 AND target <> ''`, asker).Scan(&numbers); err != nil {
		return err
	}
	if numbers > limit {
		return refuse("从这里要验证码的号码今天太多了。明天再试，或者到窗口办理。")
	}
	return nil
}
