package account

import (
	"context"
	"time"

	"wangban/internal/db"
	"wangban/internal/form"
)

// loginName is how tries under a log-in name are counted. Names that nobody
// has count and lock like others: being locked tells nothing.
func (r *Room) loginName(kind, login string) string { return r.vault.Index("login", kind+":"+login) }

// takeTry counts a try before the password is looked at, so that many at once
// are not more than many in a row. With the last one the name is locked; a
// right password unlocks it again.
func (r *Room) takeTry(ctx context.Context, name string) error {
	now := r.now()
	var refusal error
	err := r.db.Write(ctx, func(ctx context.Context, tx db.Tx) error {
		refusal = nil
		if _, err := tx.ExecContext(ctx, `DELETE FROM account_try WHERE at <= $1 AND locked <= $2`, db.Micros(now.Add(-24*time.Hour)), db.Micros(now)); err != nil {
			return err
		}
		var wrong, locked int64
		err := tx.QueryRowContext(ctx, `INSERT INTO account_try (login, wrong, locked, at) VALUES ($1, 1, 0, $2)
			ON CONFLICT (login) DO UPDATE SET at = excluded.at,
				wrong = CASE WHEN account_try.locked > excluded.at THEN account_try.wrong ELSE account_try.wrong + 1 END
			RETURNING wrong, locked`, name, db.Micros(now)).Scan(&wrong, &locked)
		switch {
		case err != nil:
			return err
		case locked > db.Micros(now):
			refusal = refuse("密码错的次数太多，账号锁到 %s。到时再试，或者用验证码重新设置密码。", db.Time(locked).In(form.Shanghai).Format("15:04"))
			return nil
		case int(wrong) < r.limits.Passwords:
			return nil
		}
		_, err = tx.ExecContext(ctx, `UPDATE account_try SET wrong = 0, locked = $2 WHERE login = $1`, name, db.Micros(now.Add(r.limits.LockedFor)))
		return err
	})
	if err != nil {
		return err
	}
	return refusal
}

// forgetTries unlocks a log-in name after a right password or a new one.
func (r *Room) forgetTries(ctx context.Context, tx db.Tx, name string) error {
	_, err := tx.ExecContext(ctx, `DELETE FROM account_try WHERE login = $1`, name)
	return err
}
