package account

import (
	"context"
	"encoding/json"

	"github.com/go-webauthn/webauthn/webauthn"

	"wangban/internal/db"
)

// What a device is asked to sign a challenge for.
const (
	toLogIn = "login"
	toAdd   = "add"
)

// keepChallenge keeps what a session's device is asked; a new question
// replaces the one before. What nobody has answered in time is swept out.
func (r *Room) keepChallenge(ctx context.Context, session, purpose string, asked *webauthn.SessionData) error {
	plain, err := json.Marshal(asked)
	if err != nil {
		return err
	}
	now := r.now()
	return r.db.Write(ctx, func(ctx context.Context, tx db.Tx) error {
		if _, err := tx.ExecContext(ctx, `DELETE FROM account_challenge WHERE made <= $1`, db.Micros(now.Add(-r.limits.Challenge))); err != nil {
			return err
		}
		_, err := tx.ExecContext(ctx, `INSERT INTO account_challenge (session, purpose, asked, made) VALUES ($1, $2, $3, $4)
			ON CONFLICT (session, purpose) DO UPDATE SET asked = excluded.asked, made = excluded.made`, session, purpose, string(plain), db.Micros(now))
		return err
	})
}

// takeChallenge takes what the session's device was asked. It is gone then,
// whatever becomes of the answer.
func (r *Room) takeChallenge(ctx context.Context, session, purpose string) (asked webauthn.SessionData, err error) {
	var plain string
	var made int64
	err = r.db.Write(ctx, func(ctx context.Context, tx db.Tx) error {
		return tx.QueryRowContext(ctx, `DELETE FROM account_challenge WHERE session = $1 AND purpose = $2 RETURNING asked, made`, session, purpose).Scan(&plain, &made)
	})
	if noRows(err) || err == nil && r.now().Sub(db.Time(made)) >= r.limits.Challenge {
		return asked, refuse("这次验证已经过时，或者已经用过。再点一次按钮，重新开始。")
	}
	if err != nil {
		return asked, err
	}
	return asked, json.Unmarshal([]byte(plain), &asked)
}
