package account

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"crypto/subtle"
	"database/sql"
	"encoding/hex"
	"errors"
	"fmt"
	"math/big"
	"strings"
	"time"

	"wangban/internal/db"
)

// Limits bound one-time codes and log-in (domain sheet 2.2, T13, 8.4). They are
// settings, by name.
type Limits struct {
	CodeLife    time.Duration // how long a code is good
	CodeTries   int           // wrong entries until it is dead
	CodePause   time.Duration // between two codes of a kind to one number
	CodesPerDay int           // to one number, for each kind of purpose
	Session     int           // numbers that one browser may ask codes for in a day
	Address     int           // numbers that one client address may ask codes for in a day
	Passwords   int           // wrong passwords until the log-in name is locked
	LockedFor   time.Duration
	StaffIdle   time.Duration // without activity, until a member of staff is logged out
	PersonIdle  time.Duration // without activity, until a person is logged out
	SessionLife time.Duration // of a browser session without activity
	Takeover    time.Duration // how long the link to take a case over is good
	Challenge   time.Duration // how long a device has to answer with a passkey
	Recent      time.Duration // how old a log-in may be to change the ways to log in
	Passkeys    int           // of one person
}

// DefaultLimits are the domain sheet's.
var DefaultLimits = Limits{
	CodeLife: 5 * time.Minute, CodeTries: 5, CodePause: time.Minute, CodesPerDay: 20,
	Session: 5, Address: 20, Passwords: 5, LockedFor: 30 * time.Minute, StaffIdle: 30 * time.Minute, PersonIdle: 2 * time.Hour,
	SessionLife: 30 * 24 * time.Hour, Takeover: 24 * time.Hour,
	Challenge: 5 * time.Minute, Recent: 10 * time.Minute, Passkeys: 10,
}

// Send makes a code for a purpose and has it sent to a number that is on
// record, such as that of a log-in or of a signer. A purpose ties a code to
// what it is for: one sent for a log-in signs nothing. What stands before its
// colon is its kind, and each kind has a budget of its own.
func (r *Room) Send(ctx context.Context, mobile, purpose string) error {
	return r.SendFor(ctx, Asker{}, mobile, purpose)
}

// SendFor sends a code to a number that somebody has typed, so that it counts
// against the asker too. It answers alike for every number, known or not.
func (r *Room) SendFor(ctx context.Context, by Asker, mobile, purpose string) error {
	target := r.vault.Index("mobile", mobile)
	kind, _, _ := strings.Cut(purpose, ":")
	now := r.now()
	n, err := rand.Int(rand.Reader, big.NewInt(1_000_000))
	if err != nil {
		return err
	}
	code := fmt.Sprintf("%06d", n)
	return r.db.Write(ctx, func(ctx context.Context, tx db.Tx) error {
		if err := r.count(ctx, tx, by, target, now); err != nil {
			return err
		}
		if err := r.mayAsk(ctx, tx, target, purpose, now); err != nil {
			return err
		}
		_, err := tx.ExecContext(ctx, `INSERT INTO account_code (target, purpose, hash, sent, tries) VALUES ($1, $2, $3, $4, 0)
			ON CONFLICT (target, purpose) DO UPDATE SET hash = excluded.hash, sent = excluded.sent, tries = 0`,
			target, purpose, hashCode(target, purpose, code), db.Micros(now))
		if err != nil {
			return err
		}
		if _, err := tx.ExecContext(ctx, `INSERT INTO account_code_sent (target, kind, at) VALUES ($1, $2, $3)`, target, kind, db.Micros(now)); err != nil {
			return err
		}
		return r.send(ctx, tx, mobile, code)
	})
}

// mayAsk keeps codes from being used to pester a number. Kinds do not share a
// budget, so that who asks for one kind in another's name stops only that.
func (r *Room) mayAsk(ctx context.Context, tx db.Tx, target, purpose string, now time.Time) error {
	kind, _, _ := strings.Cut(purpose, ":")
	_, err := tx.ExecContext(ctx, `INSERT INTO account_number (target, asked) VALUES ($1, $2) ON CONFLICT (target) DO UPDATE SET asked = excluded.asked`,
		target, db.Micros(now))
	if err != nil {
		return err
	}
	dayAgo := db.Micros(now.Add(-24 * time.Hour))
	if _, err := tx.ExecContext(ctx, `DELETE FROM account_code_sent WHERE target = $1 AND at <= $2`, target, dayAgo); err != nil {
		return err
	}
	var last, today int64
	err = tx.QueryRowContext(ctx, `SELECT coalesce(max(at), 0), count(*) FROM account_code_sent WHERE target = $1 AND kind = $2 AND at > $3`,
		target, kind, dayAgo).Scan(&last, &today)
	if err != nil {
		return err
	}
	if wait := r.limits.CodePause - now.Sub(db.Time(last)); last > 0 && wait > 0 {
		var good int // the last one may have been for something else, or is used
		err := tx.QueryRowContext(ctx, `SELECT count(*) FROM account_code WHERE target = $1 AND purpose = $2 AND sent > $3 AND tries < $4`,
			target, purpose, db.Micros(now.Add(-r.limits.CodeLife)), r.limits.CodeTries).Scan(&good)
		if err != nil {
			return err
		}
		return &Refusal{Text: "刚刚发过验证码，%d 秒后可以再发。", Args: []any{int(wait.Seconds() + 0.999)}, Pause: good > 0}
	}
	if int(today) >= r.limits.CodesPerDay {
		return refuse("这个号码今天收的验证码太多了，明天再试，或者到窗口办理。")
	}
	return nil
}

// Check takes a code. It is good once.
func (r *Room) Check(ctx context.Context, mobile, purpose, code string) error {
	target := r.vault.Index("mobile", mobile)
	var verdict error
	err := r.db.Write(ctx, func(ctx context.Context, tx db.Tx) error {
		verdict = nil
		var hash string
		var sent, tries int64
		err := tx.QueryRowContext(ctx, `UPDATE account_code SET tries = tries + 1 WHERE target = $1 AND purpose = $2 RETURNING hash, sent, tries`,
			target, purpose).Scan(&hash, &sent, &tries)
		if errors.Is(err, sql.ErrNoRows) {
			verdict = deadCode()
			return nil
		}
		if err != nil {
			return err
		}
		right := subtle.ConstantTimeCompare([]byte(hash), []byte(hashCode(target, purpose, code))) == 1
		left := r.limits.CodeTries - int(tries)
		switch {
		case r.now().Sub(db.Time(sent)) >= r.limits.CodeLife, !right && left <= 0:
			verdict = deadCode()
		case !right:
			verdict = refuse("验证码不对，还可以试 %d 次。核对短信里的 6 位数字。", left)
			return nil // the try counts
		}
		_, err = tx.ExecContext(ctx, `DELETE FROM account_code WHERE target = $1 AND purpose = $2`, target, purpose)
		return err
	})
	if err != nil {
		return err
	}
	return verdict
}

// deadCode is the one answer to a code that is used up, too old, or was never
// sent.
func deadCode() *Refusal {
	return refuse("验证码不对或者已经过期。点“再发一次”，用新收到的。")
}

func hashCode(target, purpose, code string) string {
	sum := sha256.Sum256([]byte(target + "\x00" + purpose + "\x00" + code))
	return hex.EncodeToString(sum[:])
}
