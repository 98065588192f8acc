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
	"wangban/internal/signing/face"
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
	_, err := tx.ExecContext(ctx, `INSERT INTO sign_link (token, case_id, made, ended) VALUES ($1, $2, $3, 0)`,
		hash(after.Token), after.ID, db.Micros(e.At))
	return nil, err
}

// Revoke is the effect signing.revoke: the stage is left, the link is dead.
func Revoke(ctx context.Context, tx db.Tx, _ casework.Call, before, _ casework.State, e casework.Event) (map[string]string, error) {
	_, err := tx.ExecContext(ctx, `UPDATE sign_link SET ended = $2 WHERE token = $1`, hash(before.Token), db.Micros(e.At))
	return nil, err
}

// caseOf finds the case of a link, dead or alive.
func (r *Room) caseOf(ctx context.Context, token string) (caseID string, alive bool, err error) {
	var ended int64
	err = r.db.Read().QueryRowContext(ctx, `SELECT case_id, ended FROM sign_link WHERE token = $1`, hash(token)).Scan(&caseID, &ended)
	if errors.Is(err, sql.ErrNoRows) {
		return "", false, ErrNoLink
	}
	return caseID, ended == 0, err
}

// Opening is one time that somebody opened the link.
type Opening struct {
	At     time.Time
	Device string
	Own    bool // by the session that asks
}

func (r *Room) addOpening(ctx context.Context, token, session, device string) error {
	return r.db.Write(ctx, func(ctx context.Context, tx db.Tx) error {
		_, err := tx.ExecContext(ctx, `INSERT INTO sign_opening (token, at, session, device) VALUES ($1, $2, $3, $4)`,
			hash(token), db.Micros(r.now()), session, device)
		return err
	})
}

// openings lists the newest openings of a link first. Only so many: a link
// passed around a chat group must not make the page endless.
func (r *Room) openings(ctx context.Context, token, session string) ([]Opening, error) {
	rows, err := r.db.Read().QueryContext(ctx, `SELECT at, device, session FROM sign_opening WHERE token = $1 ORDER BY at DESC LIMIT 20`, hash(token))
	if err != nil {
		return nil, err
	}
	defer func() { _ = rows.Close() }()
	var out []Opening
	for rows.Next() {
		var at int64
		var device, by string
		if err := rows.Scan(&at, &device, &by); err != nil {
			return nil, err
		}
		out = append(out, Opening{db.Time(at), device, by == session})
	}
	return out, rows.Err()
}

// progress is how far a session has come.
type progress struct {
	smsAt   time.Time
	faceID  string
	method  face.Method
	proofAt time.Time
	detail  map[string]any
}

func (r *Room) progress(ctx context.Context, token, session string) (progress, error) {
	var p progress
	var smsAt, proofAt int64
	var sealed []byte
	err := r.db.Read().QueryRowContext(ctx, `SELECT sms_at, face_id, method, proof_at, detail FROM sign_progress WHERE token = $1 AND session = $2`,
		hash(token), session).Scan(&smsAt, &p.faceID, &p.method, &proofAt, &sealed)
	if errors.Is(err, sql.ErrNoRows) {
		return p, nil
	}
	if err != nil {
		return p, err
	}
	p.smsAt, p.proofAt = db.Time(smsAt), db.Time(proofAt)
	plain, err := r.vault.Open(sealed, "sign/"+hash(token)+"/"+session)
	if err != nil {
		return p, fmt.Errorf("signing progress: %w", err)
	}
	return p, json.Unmarshal(plain, &p.detail)
}

func (r *Room) saveProgress(ctx context.Context, token, session string, p progress) error {
	plain, err := json.Marshal(p.detail)
	if err != nil {
		return err
	}
	sealed := r.vault.Seal(plain, "sign/"+hash(token)+"/"+session)
	return r.db.Write(ctx, func(ctx context.Context, tx db.Tx) error {
		_, err := tx.ExecContext(ctx, `INSERT INTO sign_progress (token, session, sms_at, face_id, method, proof_at, detail)
			VALUES ($1, $2, $3, $4, $5, $6, $7)
			ON CONFLICT (token, session) DO UPDATE SET sms_at = excluded.sms_at, face_id = excluded.face_id,
				method = excluded.method, proof_at = excluded.proof_at, detail = excluded.detail`,
			hash(token), session, db.Micros(p.smsAt), p.faceID, string(p.method), db.Micros(p.proofAt), sealed)
		return err
	})
}
