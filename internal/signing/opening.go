package signing

import (
	"context"
	"errors"
	"slices"
	"time"

	"wangban/internal/casework"
	"wangban/internal/db"
)

// Opening is one time that somebody opened the link. Each is kept and shown to
// the signer (T7, C-03).
type Opening struct {
	At     time.Time
	Device string // what kind of device, not which
	Here   bool   // by the session that asks
	Agent  bool   // by a session that has handled the case for the agent
}

const (
	sameOpening   = 10 * time.Minute // within which a page loaded again is the same opening
	keptOpenings  = 500              // of one link: a link passed around must not fill the table
	shownOpenings = 20
)

// Opened writes down that somebody opened the link. The page says so itself
// after it has been shown, so that link previews, which only fetch it, do not
// count.
func (r *Room) Opened(ctx context.Context, token string, v Visitor, device string) error {
	l, err := r.link(ctx, token)
	if errors.Is(err, ErrNoLink) || l.end != "" {
		return nil
	}
	if err != nil {
		return err
	}
	now := r.now()
	return r.db.Write(ctx, func(ctx context.Context, tx db.Tx) error {
		_, err := tx.ExecContext(ctx, `INSERT INTO sign_opening (token, at, session, device)
			SELECT CAST($1 AS TEXT), CAST($2 AS BIGINT), CAST($3 AS TEXT), CAST($4 AS TEXT)
			WHERE NOT EXISTS (SELECT 1 FROM sign_opening WHERE token = $1 AND session = $3 AND at > $5)
				AND (SELECT count(*) FROM sign_opening WHERE token = $1) < $6`,
			hash(token), db.Micros(now), v.Session, device, db.Micros(now.Add(-sameOpening)), keptOpenings)
		return err
	})
}

// openings lists the newest openings of a link first.
func (r *Room) openings(ctx context.Context, token string, v Visitor, s casework.State) ([]Opening, error) {
	rows, err := r.db.Read().QueryContext(ctx, `SELECT at, device, session FROM sign_opening WHERE token = $1 ORDER BY at DESC LIMIT $2`, hash(token), shownOpenings)
	if err != nil {
		return nil, err
	}
	defer func() { _ = rows.Close() }()
	var out []Opening
	for rows.Next() {
		var at int64
		var o Opening
		var session string
		if err := rows.Scan(&at, &o.Device, &session); err != nil {
			return nil, err
		}
		o.At, o.Here, o.Agent = db.Time(at), session == v.Session, slices.Contains(s.Sessions, session)
		out = append(out, o)
	}
	return out, rows.Err()
}
