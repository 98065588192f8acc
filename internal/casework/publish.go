package casework

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"wangban/internal/db"
	"wangban/internal/item"
)

// Publish makes versions the current ones of their items, for every process of
// the installation: each finds them with Publications and takes them up. A
// version that is current already is left; those that were not come back. The
// caller has checked them. All are published, or none.
func (d *Door) Publish(ctx context.Context, versions ...*item.Item) (news []*item.Item, err error) {
	for n := 1; ; n++ {
		err = d.db.Write(ctx, func(ctx context.Context, tx db.Tx) error {
			news, err = d.publish(ctx, tx, versions)
			return err
		})
		if err == nil || n == attempts || !db.Unique(err) { // two at once take the same number
			return news, err
		}
	}
}

func (d *Door) publish(ctx context.Context, tx db.Tx, versions []*item.Item) (news []*item.Item, err error) {
	var last int64
	if err := tx.QueryRowContext(ctx, `SELECT coalesce(max(n), 0) FROM item_publication`).Scan(&last); err != nil {
		return nil, err
	}
	for _, it := range versions {
		var now string
		err := tx.QueryRowContext(ctx, `SELECT hash FROM item_publication WHERE name = $1 ORDER BY n DESC LIMIT 1`, it.Name).Scan(&now)
		if err != nil && !errors.Is(err, sql.ErrNoRows) {
			return nil, err
		}
		if now == it.Hash {
			continue
		}
		if err := d.keepVersion(ctx, tx, it); err != nil {
			return nil, err
		}
		last++
		if _, err := tx.ExecContext(ctx, `INSERT INTO item_publication (n, name, hash, at) VALUES ($1, $2, $3, $4)`, last, it.Name, it.Hash, db.Micros(d.now())); err != nil {
			return nil, fmt.Errorf("publish item %s: %w", it.Name, err)
		}
		news = append(news, it)
	}
	return news, nil
}

// Publications are what was published after number n: of each item the version
// that is current now, by the item's name. last is the newest number.
func (d *Door) Publications(ctx context.Context, n int64) (current map[string]string, last int64, err error) {
	rows, err := d.db.Read().QueryContext(ctx, `SELECT n, name, hash FROM item_publication WHERE n > $1 ORDER BY n`, n)
	if err != nil {
		return nil, n, fmt.Errorf("look for new versions of items: %w", err)
	}
	defer func() { _ = rows.Close() }()
	current, last = map[string]string{}, n
	for rows.Next() {
		var name, hash string
		if err := rows.Scan(&last, &name, &hash); err != nil {
			return nil, n, err
		}
		current[name] = hash
	}
	return current, last, rows.Err()
}

// Published tells whether a version was ever published.
func (d *Door) Published(ctx context.Context, it *item.Item) (bool, error) {
	var n int
	err := d.db.Read().QueryRowContext(ctx, `SELECT count(*) FROM item_publication WHERE name = $1 AND hash = $2`, it.Name, it.Hash).Scan(&n)
	return n > 0, err
}
