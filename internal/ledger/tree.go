package ledger

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"golang.org/x/mod/sumdb/tlog"

	"wangban/internal/casework"
)

// height of a tile: 2^8 hashes (c2sp.org/tlog-tiles).
const (
	height   = 8
	tileWide = 1 << height
)

// place of a tile.
type place struct {
	level int
	n     int64
}

// tree is the Merkle tree as its tiles tell it, and what is being added. It
// reads hashes for package tlog.
type tree struct {
	ctx   context.Context
	q     casework.Queryer
	size  int64
	tiles map[place][]byte
	fresh map[int64]tlog.Hash // by the index of package tlog
}

func openTree(ctx context.Context, q casework.Queryer, size int64) *tree {
	return &tree{ctx: ctx, q: q, size: size, tiles: map[place][]byte{}, fresh: map[int64]tlog.Hash{}}
}

// add puts a record behind the others.
func (t *tree) add(record []byte) error {
	hashes, err := tlog.StoredHashesForRecordHash(t.size, tlog.RecordHash(record), t)
	if err != nil {
		return err
	}
	first := tlog.StoredHashCount(t.size)
	for i, h := range hashes {
		t.fresh[first+int64(i)] = h
	}
	t.size++
	return nil
}

func (t *tree) root() (tlog.Hash, error) { return tlog.TreeHash(t.size, t) }

// ReadHashes is what package tlog asks for.
func (t *tree) ReadHashes(indexes []int64) ([]tlog.Hash, error) {
	out := make([]tlog.Hash, len(indexes))
	for i, index := range indexes {
		h, ok := t.fresh[index]
		if !ok {
			var err error
			if h, err = t.old(index); err != nil {
				return nil, err
			}
		}
		out[i] = h
	}
	return out, nil
}

func (t *tree) old(index int64) (tlog.Hash, error) {
	at := tlog.TileForIndex(height, index)
	hashes, err := t.tile(place{at.L, at.N})
	if err != nil {
		return tlog.Hash{}, err
	}
	if len(hashes) < at.W*tlog.HashSize {
		return tlog.Hash{}, fmt.Errorf("ledger: tile %d/%d is cut short", at.L, at.N)
	}
	return tlog.HashFromTile(at, hashes[:at.W*tlog.HashSize], index)
}

func (t *tree) tile(at place) ([]byte, error) {
	if hashes, ok := t.tiles[at]; ok {
		return hashes, nil
	}
	hashes, err := readTile(t.ctx, t.q, at)
	if errors.Is(err, sql.ErrNoRows) {
		return nil, fmt.Errorf("ledger: tile %d/%d is missing", at.level, at.n)
	}
	if err == nil {
		t.tiles[at] = hashes
	}
	return hashes, err
}

func readTile(ctx context.Context, q casework.Queryer, at place) ([]byte, error) {
	var hashes []byte
	err := q.QueryRowContext(ctx, `SELECT hashes FROM ledger_tile WHERE level = $1 AND n = $2`, at.level, at.n).Scan(&hashes)
	return hashes, err
}
