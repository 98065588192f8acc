package casework

import (
	"context"
	"fmt"
	"maps"
	"slices"

	"wangban/internal/db"
	"wangban/internal/item"
)

// keepVersions stores every item version now in the library.
func (d *Door) keepVersions(ctx context.Context) error {
	return d.db.Write(ctx, func(ctx context.Context, tx db.Tx) error {
		for _, it := range d.items.All() {
			if err := d.keepVersion(ctx, tx, it); err != nil {
				return err
			}
		}
		return nil
	})
}

func (d *Door) keepVersion(ctx context.Context, tx db.Tx, it *item.Item) error {
	_, err := tx.ExecContext(ctx, `INSERT INTO item_version (hash, name, pack, since) VALUES ($1, $2, $3, $4) ON CONFLICT (hash) DO NOTHING`,
		it.Hash, it.Name, item.Pack(it), db.Micros(d.now()))
	if err != nil {
		return fmt.Errorf("keep item %s: %w", it.Name, err)
	}
	return nil
}

// version is the item version a case is pinned to, from the library or from
// storage.
func (d *Door) version(ctx context.Context, s State) (*item.Item, error) {
	it, err := d.Version(ctx, s.Hash)
	if err != nil {
		return nil, fmt.Errorf("case %s: %w", s.ID, err)
	}
	return it, nil
}

// Version is an item version by its content, from the library or from storage.
func (d *Door) Version(ctx context.Context, hash string) (*item.Item, error) {
	if it, ok := d.items.Version(hash); ok {
		return it, nil
	}
	var pack []byte
	if err := d.db.Read().QueryRowContext(ctx, `SELECT pack FROM item_version WHERE hash = $1`, hash).Scan(&pack); err != nil {
		return nil, fmt.Errorf("item version %s: %w", hash, err)
	}
	it, err := item.Unpack(pack)
	if err != nil {
		return nil, fmt.Errorf("item version %s: %w", hash, err)
	}
	d.items.Remember(it)
	return it, nil
}

// ItemOf is the item version that a case in a list is pinned to: its stages have
// the names and its limits the units under which it is handled, whatever was
// published since. A version is read from storage once, however many cases have
// it. Where it cannot be read it is the current one, so that one case out of
// order does not take the list away.
func (d *Door) ItemOf(ctx context.Context, r Row) (*item.Item, bool) {
	if r.Hash != "" {
		if it, err := d.Version(ctx, r.Hash); err == nil {
			return it, true
		}
	}
	return d.items.Get(r.Item)
}

func sortedKeys[V any](m map[string]V) []string { return slices.Sorted(maps.Keys(m)) }
