package material

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"embed"
	"encoding/hex"
	"errors"
	"io/fs"
	"time"

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
	return db.Migrations{Room: "material", Files: files}
}()

func hash(token string) string {
	sum := sha256.Sum256([]byte(token))
	return hex.EncodeToString(sum[:])
}

// putHandover keeps a hand-over in the place of an older one, and forgets
// those that ended long ago.
func (m *Room) putHandover(ctx context.Context, token string, h Handover) error {
	return m.DB.Write(ctx, func(ctx context.Context, tx db.Tx) error {
		if _, err := tx.ExecContext(ctx, `DELETE FROM material_handover WHERE expires < $1`,
			db.Micros(h.Created.Add(-24*time.Hour))); err != nil {
			return err
		}
		_, err := tx.ExecContext(ctx, `INSERT INTO material_handover (case_id, field, token, owner, created, expires, uses)
			VALUES ($1, $2, $3, $4, $5, $6, 0)
			ON CONFLICT (case_id, field) DO UPDATE SET token = excluded.token, owner = excluded.owner,
				created = excluded.created, expires = excluded.expires, uses = 0`,
			h.Case, h.Field, hash(token), h.Owner, db.Micros(h.Created), db.Micros(h.Expires))
		return err
	})
}

// Handover looks a name up and changes nothing. It returns *Refusal when there
// is no such hand-over or it is over.
func (m *Room) Handover(ctx context.Context, token string) (Handover, error) {
	return readHandover(m.DB.Read().QueryRowContext(ctx, `SELECT case_id, field, owner, created, expires, uses
		FROM material_handover WHERE token = $1 AND expires > $2`, hash(token), db.Micros(m.Now())))
}

// UseHandover counts a use, before the file is taken in. It returns *Refusal
// when there is no such hand-over, or it is over or used up.
func (m *Room) UseHandover(ctx context.Context, token string) (h Handover, err error) {
	err = m.DB.Write(ctx, func(ctx context.Context, tx db.Tx) error {
		h, err = readHandover(tx.QueryRowContext(ctx, `UPDATE material_handover SET uses = uses + 1
			WHERE token = $1 AND expires > $2 AND uses < $3
			RETURNING case_id, field, owner, created, expires, uses`, hash(token), db.Micros(m.Now()), handoverUses))
		return err
	})
	return h, err
}

// RevokeHandovers ends the hand-over of a question, or with field "" all of a
// case. None there is no error.
func (m *Room) RevokeHandovers(ctx context.Context, caseID, field string) error {
	return m.DB.Write(ctx, func(ctx context.Context, tx db.Tx) error {
		_, err := tx.ExecContext(ctx, `DELETE FROM material_handover WHERE case_id = $1 AND ($2 = '' OR field = $2)`, caseID, field)
		return err
	})
}

func readHandover(row *sql.Row) (h Handover, err error) {
	var created, expires int64
	err = row.Scan(&h.Case, &h.Field, &h.Owner, &created, &expires, &h.Uses)
	if errors.Is(err, sql.ErrNoRows) {
		return Handover{}, errOver()
	}
	h.Created, h.Expires = db.Time(created), db.Time(expires)
	return h, err
}
