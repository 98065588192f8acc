package blob

import (
	"context"
	"database/sql"
	"embed"
	"fmt"
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
	return db.Migrations{Room: "blob", Files: files}
}()

// Grace is how long a file stays that nobody uses yet: between bringing it and
// the act that says what it is for there may be a person who thinks. It is
// longer than any proof or page of the house lives.
const Grace = 2 * time.Hour

// Count lets the store count who uses its files, in tables of a database. From
// then on every file that is put is known, and one that nobody uses is removed
// by Sweep.
func (s *Store) Count(d *db.DB, now func() time.Time) { s.db, s.now = d, now }

// claim is on record before a file is placed: who removes files looks at it
// under the lock of the row, so that one that is just being stored again is not
// taken away.
func (s *Store) claim(ctx context.Context, name string) error {
	if s.db == nil {
		return nil
	}
	return s.db.Write(ctx, func(ctx context.Context, tx db.Tx) error {
		_, err := tx.ExecContext(ctx, `INSERT INTO blob_file (name, claimed, loose) VALUES ($1, $2, 1)
			ON CONFLICT (name) DO UPDATE SET claimed = excluded.claimed`, name, db.Micros(s.now()))
		return err
	})
}

// Use records in a transaction that a holder uses files, by their hashes. It
// returns ErrNotFound when one of them is not there any more.
func (s *Store) Use(ctx context.Context, tx db.Tx, holder string, hashes ...string) error {
	if s.db == nil {
		return nil
	}
	for _, hash := range hashes {
		if !isHash(hash) {
			return ErrNotFound
		}
		name := s.name(hash)
		// The lock comes first: whoever is about to remove the file has looked
		// at its uses under it, and is done with it when it is ours.
		if _, err := tx.ExecContext(ctx, `INSERT INTO blob_file (name, claimed, loose) VALUES ($1, $2, 0)
			ON CONFLICT (name) DO UPDATE SET claimed = excluded.claimed, loose = 0`, name, db.Micros(s.now())); err != nil {
			return err
		}
		switch there, err := s.shelf.has(ctx, name); {
		case err != nil:
			return err
		case !there:
			return ErrNotFound
		}
		if _, err := tx.ExecContext(ctx, `INSERT INTO blob_use (name, holder) VALUES ($1, $2) ON CONFLICT DO NOTHING`, name, holder); err != nil {
			return fmt.Errorf("record the use of a file: %w", err)
		}
	}
	return nil
}

// Release ends all uses of a holder, in a transaction. What nobody else uses
// then is removed by Sweep.
func (s *Store) Release(ctx context.Context, tx db.Tx, holder string) error {
	if s.db == nil {
		return nil
	}
	if _, err := tx.ExecContext(ctx, `UPDATE blob_file SET loose = 1 WHERE name IN (SELECT name FROM blob_use WHERE holder = $1)`, holder); err != nil {
		return err
	}
	_, err := tx.ExecContext(ctx, `DELETE FROM blob_use WHERE holder = $1`, holder)
	return err
}

// Held counts the files that a holder uses, and those among them that others
// use too.
func (s *Store) Held(ctx context.Context, holder string) (files, shared int, err error) {
	if s.db == nil {
		return 0, 0, nil
	}
	err = s.db.Read().QueryRowContext(ctx, `SELECT count(*), coalesce(sum(CASE WHEN EXISTS (SELECT 1 FROM blob_use o WHERE o.name = u.name AND o.holder <> u.holder) THEN 1 ELSE 0 END), 0)
		FROM blob_use u WHERE u.holder = $1`, holder).Scan(&files, &shared)
	return files, shared, err
}

// sweepMost bounds how many files one sweep removes.
const sweepMost = 200

// Sweep removes files that nobody uses, but those brought a moment ago, and
// tells how many. Several processes may sweep at once, and files may be stored
// meanwhile.
func (s *Store) Sweep(ctx context.Context) (removed int, err error) {
	if s.db == nil {
		return 0, nil
	}
	before := db.Micros(s.now().Add(-Grace))
	names, err := s.loose(ctx, before)
	if err != nil {
		return 0, fmt.Errorf("look for files that nobody uses: %w", err)
	}
	for _, name := range names {
		gone := false
		err := s.db.Write(ctx, func(ctx context.Context, tx db.Tx) error {
			gone, err = s.drop(ctx, tx, name, before)
			return err
		})
		if err != nil {
			return removed, fmt.Errorf("remove a file that nobody uses: %w", err)
		}
		if gone {
			removed++
		}
	}
	return removed, nil
}

// Waiting counts the files that nobody uses and Sweep has not removed yet.
func (s *Store) Waiting(ctx context.Context) (n int, err error) {
	if s.db == nil {
		return 0, nil
	}
	err = s.db.Read().QueryRowContext(ctx, `SELECT count(*) FROM blob_file WHERE loose = 1`).Scan(&n)
	return n, err
}

func (s *Store) loose(ctx context.Context, before int64) (names []string, err error) {
	rows, err := s.db.Read().QueryContext(ctx, `SELECT name FROM blob_file WHERE loose = 1 AND claimed < $1 ORDER BY claimed LIMIT $2`, before, sweepMost)
	if err != nil {
		return nil, err
	}
	defer func() { _ = rows.Close() }()
	for rows.Next() {
		var name string
		if err := rows.Scan(&name); err != nil {
			return nil, err
		}
		names = append(names, name)
	}
	return names, rows.Err()
}

// drop removes a file while its row is locked. The file goes before the
// transaction ends, so that whoever waits for the row to store it again finds
// it gone and places it; when the transaction fails, nobody misses it, and the
// next sweep tries again.
func (s *Store) drop(ctx context.Context, tx db.Tx, name string, before int64) (bool, error) {
	mine, err := one(tx.ExecContext(ctx, `UPDATE blob_file SET loose = 0 WHERE name = $1 AND loose = 1 AND claimed < $2`, name, before))
	if err != nil || !mine {
		return false, err
	}
	var uses int
	if err := tx.QueryRowContext(ctx, `SELECT count(*) FROM blob_use WHERE name = $1`, name).Scan(&uses); err != nil || uses > 0 {
		return false, err
	}
	if _, err := tx.ExecContext(ctx, `DELETE FROM blob_file WHERE name = $1`, name); err != nil {
		return false, err
	}
	return true, s.shelf.remove(ctx, name)
}

// counted is the holder that says that the uses of before this count are on
// record.
const counted = "counted"

// Uses tells a file's holder and hashes.
type Uses func(holder string, hashes ...string) error

// CountOnce records the uses of files that were stored before uses were
// counted. It asks each of the sources once in the life of an installation, all
// of them or, after an error, all again.
func (s *Store) CountOnce(ctx context.Context, sources ...func(context.Context, Uses) error) error {
	var n int
	if err := s.db.Read().QueryRowContext(ctx, `SELECT count(*) FROM blob_use WHERE holder = $1`, counted).Scan(&n); err != nil || n > 0 {
		return err
	}
	use := func(holder string, hashes ...string) error {
		return s.db.Write(ctx, func(ctx context.Context, tx db.Tx) error {
			for _, hash := range hashes {
				// A file that is missing was missing before.
				there, err := s.Has(ctx, hash)
				if err == nil && there {
					err = s.Use(ctx, tx, holder, hash)
				}
				if err != nil {
					return err
				}
			}
			return nil
		})
	}
	for _, source := range sources {
		if err := source(ctx, use); err != nil {
			return fmt.Errorf("count the uses of files: %w", err)
		}
	}
	return s.db.Write(ctx, func(ctx context.Context, tx db.Tx) error {
		_, err := tx.ExecContext(ctx, `INSERT INTO blob_use (name, holder) VALUES ('', $1) ON CONFLICT DO NOTHING`, counted)
		return err
	})
}

// one tells whether a statement has met a row.
func one(r sql.Result, err error) (bool, error) {
	if err != nil {
		return false, err
	}
	n, err := r.RowsAffected()
	return n == 1, err
}
