package signing

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"embed"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"time"

	"wangban/internal/casework"
	"wangban/internal/db"
)

//go:embed migrations
var migrations embed.FS

// Migrations are the room's tables.
var Migrations = func() db.Migrations {
	files, err := fs.Sub(migrations, "migrations")
	if err != nil {
		panic(err)
	}
	return db.Migrations{Room: "signing", Files: files}
}()

func hash(token string) string {
	sum := sha256.Sum256([]byte(token))
	return hex.EncodeToString(sum[:])
}

// Invite is the effect signing.invite: the case has entered a stage that
// signs, its link comes to life.
func Invite(ctx context.Context, tx db.Tx, _ casework.Call, _, after casework.State, e casework.Event) (map[string]string, error) {
	_, err := tx.ExecContext(ctx, `INSERT INTO sign_link (token, case_id, made, ended, ended_by) VALUES ($1, $2, $3, 0, '')`,
		hash(after.Token), after.ID, db.Micros(e.At))
	return nil, err
}

// Revoke is the effect signing.revoke: the stage is left, the link is dead.
func Revoke(ctx context.Context, tx db.Tx, _ casework.Call, before, _ casework.State, e casework.Event) (map[string]string, error) {
	_, err := tx.ExecContext(ctx, `UPDATE sign_link SET ended = $2, ended_by = $3 WHERE token = $1`, hash(before.Token), db.Micros(e.At), string(endOf(e)))
	return nil, err
}

// endOf tells how the act that left the stage ended its link.
func endOf(e casework.Event) End {
	switch {
	case e.Act == "sign":
		return Signed
	case e.Act == "refuse":
		return Refused
	case e.Act == casework.ActLapse:
		return Lapsed
	case e.Actor.Kind == casework.Applicant:
		return Recalled
	}
	return Closed
}

// link is what is known of a name of a link, dead or alive.
type link struct {
	caseID string
	end    End // empty while it lives
	ended  time.Time
}

func (r *Room) link(ctx context.Context, token string) (link, error) {
	var l link
	var ended int64
	err := r.db.Read().QueryRowContext(ctx, `SELECT case_id, ended, ended_by FROM sign_link WHERE token = $1`, hash(token)).Scan(&l.caseID, &ended, &l.end)
	if errors.Is(err, sql.ErrNoRows) {
		return l, ErrNoLink
	}
	l.ended = db.Time(ended)
	return l, err
}

// progress reads how far a session has come with a link.
func (r *Room) progress(ctx context.Context, token string, v Visitor) (progress, error) {
	var p progress
	var smsAt, proofAt int64
	var sealed []byte
	err := r.db.Read().QueryRowContext(ctx, `SELECT sms_at, face_id, method, proof_at, detail FROM sign_progress WHERE token = $1 AND session = $2`,
		hash(token), v.Session).Scan(&smsAt, &p.faceID, &p.method, &proofAt, &sealed)
	if errors.Is(err, sql.ErrNoRows) {
		return p, nil
	}
	if err != nil {
		return p, err
	}
	p.smsAt, p.proofAt = db.Time(smsAt), db.Time(proofAt)
	plain, err := r.vault.Open(sealed, "sign/"+hash(token)+"/"+v.Session)
	if err != nil {
		return p, fmt.Errorf("signing progress: %w", err)
	}
	return p, json.Unmarshal(plain, &p.detail)
}

func (r *Room) saveProgress(ctx context.Context, token string, v Visitor, p progress) error {
	plain, err := json.Marshal(p.detail)
	if err != nil {
		return err
	}
	sealed := r.vault.Seal(plain, "sign/"+hash(token)+"/"+v.Session)
	return r.db.Write(ctx, func(ctx context.Context, tx db.Tx) error {
		_, err := tx.ExecContext(ctx, `INSERT INTO sign_progress (token, session, sms_at, face_id, method, proof_at, detail)
			VALUES ($1, $2, $3, $4, $5, $6, $7)
			ON CONFLICT (token, session) DO UPDATE SET sms_at = excluded.sms_at, face_id = excluded.face_id,
				method = excluded.method, proof_at = excluded.proof_at, detail = excluded.detail`,
			hash(token), v.Session, db.Micros(p.smsAt), p.faceID, string(p.method), db.Micros(p.proofAt), sealed)
		return err
	})
}
