package account

import (
	"context"
	"time"

	"wangban/internal/db"
)

// OfferTakeover makes the link's token with which the applicant takes over a
// case that an officer has begun (帮办, R-027), and tells until when it is
// good. A new one replaces the old; only its hash is kept.
func (r *Room) OfferTakeover(ctx context.Context, caseID string) (token string, until time.Time, err error) {
	token, until = newCookie()[:22], r.now().Add(r.limits.Takeover) // 132 bits
	err = r.db.Write(ctx, func(ctx context.Context, tx db.Tx) error {
		_, err := tx.ExecContext(ctx, `INSERT INTO account_takeover (case_id, token, made, expires) VALUES ($1, $2, $3, $4)
			ON CONFLICT (case_id) DO UPDATE SET token = excluded.token, made = excluded.made, expires = excluded.expires`,
			caseID, hashCookie(token), db.Micros(r.now()), db.Micros(until))
		return err
	})
	return token, until, err
}

// Takeover tells the case of a link. It changes nothing: chat programs open
// links to preview them.
func (r *Room) Takeover(ctx context.Context, token string) (caseID string, err error) {
	var expires int64
	err = r.db.Read().QueryRowContext(ctx, `SELECT case_id, expires FROM account_takeover WHERE token = $1`, hashCookie(token)).Scan(&caseID, &expires)
	switch {
	case noRows(err):
		return "", refuse("这个链接已经用过，或者换了新的。让工作人员重新出示二维码。")
	case err != nil:
		return "", err
	case !r.now().Before(db.Time(expires)):
		return "", refuse("这个链接过了有效期。让工作人员重新出示二维码。")
	}
	return caseID, nil
}

// UseTakeover opens the case to the session that has taken it over, and ends
// the link, in one transaction.
func (r *Room) UseTakeover(ctx context.Context, token, session, caseID string) error {
	return r.db.Write(ctx, func(ctx context.Context, tx db.Tx) error {
		if err := grant(ctx, tx, session, caseID); err != nil {
			return err
		}
		_, err := tx.ExecContext(ctx, `DELETE FROM account_takeover WHERE token = $1 AND case_id = $2`, hashCookie(token), caseID)
		return err
	})
}
