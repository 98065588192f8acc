package vault

import (
	"bytes"
	"context"
	"database/sql"
	"embed"
	"errors"
	"fmt"
	"io/fs"

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
	return db.Migrations{Room: "vault", Files: files}
}()

// ErrOtherKey is returned by Match for a database that was begun with another
// key: nothing in it could be read, and what is written now could not be read
// with the right one.
var ErrOtherKey = errors.New("the database belongs to another key")

const matchText = "this database belongs to this key"

// Match makes sure that a database belongs to this key. The first key that
// comes to a new database is its key from then on; every process of an
// installation needs the same one.
func (v *Vault) Match(ctx context.Context, d *db.DB) error {
	sealed := v.Seal([]byte(matchText), "vault match")
	return d.Write(ctx, func(ctx context.Context, tx db.Tx) error {
		if _, err := tx.ExecContext(ctx, `INSERT INTO vault_match (id, sealed) VALUES (1, $1) ON CONFLICT (id) DO NOTHING`, sealed); err != nil {
			return fmt.Errorf("match the key with the database: %w", err)
		}
		var kept []byte
		if err := tx.QueryRowContext(ctx, `SELECT sealed FROM vault_match WHERE id = 1`).Scan(&kept); err != nil && !errors.Is(err, sql.ErrNoRows) {
			return fmt.Errorf("match the key with the database: %w", err)
		}
		if text, err := v.Open(kept, "vault match"); err != nil || !bytes.Equal(text, []byte(matchText)) {
			return ErrOtherKey
		}
		return nil
	})
}
