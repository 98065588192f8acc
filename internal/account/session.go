package account

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"time"

	"wangban/internal/db"
)

// Session is a browser's session. ID names it everywhere; the cookie that
// opens it is known to the browser only.
type Session struct {
	ID      string
	Person  string
	Staff   string
	Pending string
	Cases   []string  // opened by a code
	Entered time.Time // the last log-in, or proof of being who logged in
}

// seenEvery is how often a session's being seen is written down: not with
// every request.
const seenEvery = time.Minute

// Open reads the session of a cookie; false when there is none any more.
func (r *Room) Open(ctx context.Context, cookie string) (Session, bool, error) {
	s, seen, err := r.find(ctx, cookie)
	if err != nil || s.ID == "" {
		return Session{}, false, err
	}
	idle := r.now().Sub(seen)
	if idle > r.limits.SessionLife {
		return Session{}, false, nil
	}
	if s.Staff != "" && idle > r.limits.StaffIdle {
		s.Staff = ""
	}
	if s.Person != "" && idle > r.limits.PersonIdle {
		s.Person = ""
	}
	if idle > seenEvery {
		err = r.db.Write(ctx, func(ctx context.Context, tx db.Tx) error {
			_, err := tx.ExecContext(ctx, `UPDATE account_session SET seen = $2, staff = $3, person = $4 WHERE id = $1 AND cookie = $5`,
				s.ID, db.Micros(r.now()), s.Staff, s.Person, hashCookie(cookie))
			return err
		})
	}
	return s, true, err
}

// find reads a session with the cases that were opened in it, in one query:
// every request asks for it.
func (r *Room) find(ctx context.Context, cookie string) (s Session, seen time.Time, err error) {
	if cookie == "" {
		return Session{}, time.Time{}, nil
	}
	rows, err := r.db.Read().QueryContext(ctx, `SELECT s.id, s.person, s.staff, s.pending, s.seen, s.entered, coalesce(g.case_id, '')
		FROM account_session s LEFT JOIN account_grant g ON g.session = s.id WHERE s.cookie = $1`, hashCookie(cookie))
	if err != nil {
		return Session{}, time.Time{}, err
	}
	defer func() { _ = rows.Close() }()
	for rows.Next() {
		var at, entered int64
		var granted string
		if err := rows.Scan(&s.ID, &s.Person, &s.Staff, &s.Pending, &at, &entered, &granted); err != nil {
			return Session{}, time.Time{}, err
		}
		seen, s.Entered = db.Time(at), db.Time(entered)
		if granted != "" {
			s.Cases = append(s.Cases, granted)
		}
	}
	return s, seen, rows.Err()
}

// Begin makes a session and the cookie that opens it.
func (r *Room) Begin(ctx context.Context) (cookie string, s Session, err error) {
	cookie, s = newCookie(), Session{ID: newID()}
	now := db.Micros(r.now())
	err = r.db.Write(ctx, func(ctx context.Context, tx db.Tx) error {
		_, err := tx.ExecContext(ctx, `INSERT INTO account_session (id, cookie, person, staff, pending, created, seen) VALUES ($1, $2, '', '', '', $3, $3)`,
			s.ID, hashCookie(cookie), now)
		return err
	})
	return cookie, s, err
}

// Grant lets a session act on a case as its applicant, after a code has shown
// that it may.
func (r *Room) Grant(ctx context.Context, session, caseID string) error {
	return r.db.Write(ctx, func(ctx context.Context, tx db.Tx) error { return grant(ctx, tx, session, caseID) })
}

func grant(ctx context.Context, tx db.Tx, session, caseID string) error {
	_, err := tx.ExecContext(ctx, `INSERT INTO account_grant (session, case_id) VALUES ($1, $2) ON CONFLICT DO NOTHING`, session, caseID)
	return err
}

// End ends a session: whoever uses the browser next starts with nothing, not
// even the cases that were opened in it.
func (r *Room) End(ctx context.Context, session string) error {
	return r.db.Write(ctx, func(ctx context.Context, tx db.Tx) error {
		if _, err := tx.ExecContext(ctx, `DELETE FROM account_grant WHERE session = $1`, session); err != nil {
			return err
		}
		_, err := tx.ExecContext(ctx, `DELETE FROM account_session WHERE id = $1`, session)
		return err
	})
}

// StepOut logs a session out and leaves the browser its cases: in the demo one
// browser plays several people.
func (r *Room) StepOut(ctx context.Context, session string) error {
	return r.db.Write(ctx, func(ctx context.Context, tx db.Tx) error {
		_, err := tx.ExecContext(ctx, `UPDATE account_session SET person = '', staff = '', pending = '' WHERE id = $1`, session)
		return err
	})
}

// endAll logs a person out on every device.
func (r *Room) endAll(ctx context.Context, tx db.Tx, person string) error {
	_, err := tx.ExecContext(ctx, `UPDATE account_session SET person = '', pending = '' WHERE person = $1 OR pending = $2`, person, "person:"+person)
	return err
}

// enter gives a session new rights under a new cookie, so that one planted
// before the log-in is worth nothing after it.
func (r *Room) enter(ctx context.Context, tx db.Tx, session, person, staff string) (cookie string, err error) {
	cookie = newCookie()
	res, err := tx.ExecContext(ctx, `UPDATE account_session SET cookie = $2, person = $3, staff = $4, pending = '', seen = $5, entered = $5 WHERE id = $1`,
		session, hashCookie(cookie), person, staff, db.Micros(r.now()))
	if err != nil {
		return "", err
	}
	n, err := res.RowsAffected()
	if err == nil && n == 0 {
		err = expiredLogin()
	}
	return cookie, err
}

// expiredLogin says that there is no log-in under way.
func expiredLogin() *Refusal { return refuse("登录已经过时。回到登录页重新开始。") }

func newCookie() string {
	b := make([]byte, 32)
	_, _ = rand.Read(b)
	return base64.RawURLEncoding.EncodeToString(b)
}

func hashCookie(cookie string) string {
	sum := sha256.Sum256([]byte(cookie))
	return hex.EncodeToString(sum[:])
}
