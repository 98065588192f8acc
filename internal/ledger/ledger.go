package ledger

import (
	"context"
	"database/sql"
	"embed"
	_ "embed"
	"io/fs"
	"sync"
	"time"

	"wangban/internal/casework"
	"wangban/internal/db"
	"wangban/internal/vault"
)

//go:embed migrations
var migrations embed.FS

// Migrations are the room's tables.
var Migrations = func() db.Migrations {
	files, err := fs.Sub(migrations, "migrations")
	if err != nil {
		panic(err)
	}
	return db.Migrations{Room: "ledger", Files: files}
}()

// English are this room's messages in English.
//
//go:embed en.yaml
var English []byte

// Room keeps the log.
type Room struct {
	db     *db.DB
	vault  *vault.Vault
	now    func() time.Time
	origin string

	mu  sync.Mutex
	key *key // once it is known
}

// Options wires a Room.
type Options struct {
	DB    *db.DB
	Vault *vault.Vault
	Now   func() time.Time
	// Origin names the log to the world: the address of its files without the
	// scheme. It counts when the log begins, and stays.
	Origin string
}

// New opens the log. Its key is made when it is first needed.
func New(o Options) *Room {
	return &Room{db: o.DB, vault: o.Vault, now: o.Now, origin: o.Origin}
}

// Log takes the record of an event, in the transaction of the act. Acts wait
// for nobody here: no row is shared between them.
func (r *Room) Log(ctx context.Context, tx db.Tx, caseID string, seq int, record []byte) error {
	_, err := tx.ExecContext(ctx, `INSERT INTO ledger_pending (case_id, seq, record) VALUES ($1, $2, $3)`, caseID, seq, record)
	return err
}

// Waiting counts the records that are not in the tree yet, for the operator.
func (r *Room) Waiting(ctx context.Context) (n int, err error) {
	err = r.db.Read().QueryRowContext(ctx, `SELECT count(*) FROM ledger_pending`).Scan(&n)
	return n, err
}

// list reads rows to their end, so that the next statement finds the
// connection free.
func list[T any](ctx context.Context, q casework.Queryer, scan func(*sql.Rows, *T) error, query string, args ...any) ([]T, error) {
	rows, err := q.QueryContext(ctx, query, args...)
	if err != nil {
		return nil, err
	}
	defer func() { _ = rows.Close() }()
	var out []T
	for rows.Next() {
		var v T
		if err := scan(rows, &v); err != nil {
			return nil, err
		}
		out = append(out, v)
	}
	return out, rows.Err()
}
