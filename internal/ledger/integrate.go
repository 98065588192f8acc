package ledger

import (
	"bytes"
	"cmp"
	"context"
	"database/sql"
	"encoding/binary"
	"errors"
	"fmt"
	"slices"
	"strings"

	"golang.org/x/mod/sumdb/tlog"

	"wangban/internal/casework"
	"wangban/internal/db"
)

// atOnce is how many records one transaction takes into the tree. On SQLite
// acts wait for it, so it is kept to some 10 ms.
const atOnce = 512

// Integrate moves the records of all committed acts into the tree, signs a
// checkpoint for each batch, and tells how many they were. Any number of
// processes may run it at once; callers do so about once a second.
//
// A record is found because its row is there, never because of its place in
// an order: transactions commit in another order than they begin, and what is
// not visible yet is simply still there the next time.
func (r *Room) Integrate(ctx context.Context) (total int, err error) {
	var waiting int
	if err := r.db.Read().QueryRowContext(ctx, `SELECT count(*) FROM (SELECT 1 FROM ledger_pending LIMIT 1) AS any_pending`).Scan(&waiting); err != nil || waiting == 0 {
		return 0, err
	}
	k, err := r.signingKey(ctx)
	if err != nil {
		return 0, err
	}
	for {
		n := 0
		err := r.db.Write(ctx, func(ctx context.Context, tx db.Tx) (err error) {
			n, err = r.integrate(ctx, tx, k)
			return err
		})
		total += n
		if err != nil || n < atOnce {
			return total, err
		}
	}
}

// ErrInconsistent stops the log: what is in the database does not continue
// what was signed before. `wangban verify log` names the row.
var ErrInconsistent = errors.New("ledger: the tree in the database does not continue the last checkpoint; nothing more is signed")

// entry is a record with the act it is of.
type entry struct {
	caseID string
	seq    int
	record []byte
}

func (r *Room) integrate(ctx context.Context, tx db.Tx, k *key) (int, error) {
	var size int64
	// Whoever holds this row integrates; on PostgreSQL the others wait here,
	// and then see what the first one has done.
	if err := tx.QueryRowContext(ctx, `UPDATE ledger_head SET size = size WHERE one = 1 RETURNING size`).Scan(&size); err != nil {
		return 0, fmt.Errorf("ledger: the head of the log: %w", err)
	}
	entries, err := takePending(ctx, tx)
	if err != nil || len(entries) == 0 {
		return 0, err
	}
	last, n, err := continues(ctx, tx, k, size)
	if err != nil {
		return 0, err
	}
	t := openTree(ctx, tx, size)
	for _, e := range entries {
		if err := t.add(e.record); err != nil {
			return 0, err
		}
	}
	next := Checkpoint{Origin: k.verifier.Name(), Size: t.size}
	if next.Root, err = t.root(); err != nil {
		return 0, err
	}
	if err := extends(t, next, last); err != nil {
		return 0, err
	}
	if err := insertEntries(ctx, tx, size, entries); err != nil {
		return 0, err
	}
	if err := t.keep(tx, size); err != nil {
		return 0, err
	}
	return len(entries), r.publish(ctx, tx, k, next, n+1)
}

func takePending(ctx context.Context, tx db.Tx) ([]entry, error) {
	entries, err := list(ctx, tx, func(rows *sql.Rows, e *entry) error { return rows.Scan(&e.caseID, &e.seq, &e.record) },
		`DELETE FROM ledger_pending WHERE (case_id, seq) IN (SELECT case_id, seq FROM ledger_pending ORDER BY case_id, seq LIMIT $1)
		RETURNING case_id, seq, record`, atOnce)
	slices.SortFunc(entries, func(a, b entry) int {
		return cmp.Or(strings.Compare(a.caseID, b.caseID), cmp.Compare(a.seq, b.seq))
	})
	return entries, err
}

// continues makes sure that the tiles still give the root that was signed
// last, and tells that checkpoint and its number.
func continues(ctx context.Context, tx db.Tx, k *key, size int64) (last Checkpoint, n int64, err error) {
	c, err := newest(ctx, tx)
	if errors.Is(err, sql.ErrNoRows) && size == 0 {
		return Checkpoint{}, 0, nil
	}
	if err != nil {
		return last, 0, errors.Join(ErrInconsistent, err)
	}
	if last, err = OpenCheckpoint(c.note, k.verifier); err != nil || last.Size != size || c.size != size {
		return last, 0, errors.Join(ErrInconsistent, err)
	}
	root, err := openTree(ctx, tx, size).root()
	if err != nil || root != last.Root {
		return last, 0, errors.Join(ErrInconsistent, err)
	}
	return last, c.n, nil
}

// extends proves to ourselves what others will ask for: that the new head
// contains everything that the old one did.
func extends(t *tree, next, last Checkpoint) error {
	if last.Size == 0 {
		return nil
	}
	proof, err := tlog.ProveTree(next.Size, last.Size, t)
	if err == nil {
		err = tlog.CheckTree(proof, next.Size, next.Root, last.Size, last.Root)
	}
	if err != nil {
		return errors.Join(ErrInconsistent, err)
	}
	return nil
}

func insertEntries(ctx context.Context, tx db.Tx, from int64, entries []entry) error {
	const rows = 64
	for len(entries) > 0 {
		part := entries[:min(rows, len(entries))]
		entries = entries[len(part):]
		var text strings.Builder
		var args []any
		text.WriteString(`INSERT INTO ledger_leaf (idx, case_id, seq, record) VALUES `)
		for i, e := range part {
			if i > 0 {
				text.WriteString(", ")
			}
			fmt.Fprintf(&text, "($%d, $%d, $%d, $%d)", 4*i+1, 4*i+2, 4*i+3, 4*i+4)
			args = append(args, from, e.caseID, e.seq, e.record)
			from++
		}
		if _, err := tx.ExecContext(ctx, text.String(), args...); err != nil {
			return err
		}
	}
	return nil
}

// keep writes the tiles that have changed.
func (t *tree) keep(tx db.Tx, before int64) error {
	for _, tile := range tlog.NewTiles(height, before, t.size) {
		hashes, err := tlog.ReadTileData(tile, t)
		if err != nil {
			return err
		}
		if _, err := tx.ExecContext(t.ctx, `INSERT INTO ledger_tile (level, n, hashes) VALUES ($1, $2, $3)
			ON CONFLICT (level, n) DO UPDATE SET hashes = excluded.hashes`, tile.L, tile.N, hashes); err != nil {
			return err
		}
	}
	return nil
}

func (r *Room) publish(ctx context.Context, tx db.Tx, k *key, c Checkpoint, n int64) error {
	signed, err := c.sign(k.signer)
	if err != nil {
		return err
	}
	made := r.vault.Seal(binary.BigEndian.AppendUint64(nil, uint64(db.Micros(r.now()))), madePlace(n, signed))
	if _, err := tx.ExecContext(ctx, `INSERT INTO ledger_checkpoint (n, size, note, made) VALUES ($1, $2, $3, $4)`, n, c.Size, signed, made); err != nil {
		return err
	}
	_, err = tx.ExecContext(ctx, `UPDATE ledger_head SET size = $1 WHERE one = 1`, c.Size)
	return err
}

func madePlace(n int64, signed string) string {
	return fmt.Sprintf("ledger/checkpoint/%d/%s", n, signed)
}

// kept is a checkpoint as the database has it.
type kept struct {
	n, size int64
	note    string
	made    []byte
}

func scanKept(rows *sql.Rows, c *kept) error { return rows.Scan(&c.n, &c.size, &c.note, &c.made) }

func newest(ctx context.Context, q casework.Queryer) (kept, error) {
	found, err := list(ctx, q, scanKept, `SELECT n, size, note, made FROM ledger_checkpoint ORDER BY n DESC LIMIT 1`)
	if err == nil && len(found) == 0 {
		err = sql.ErrNoRows
	}
	if err != nil {
		return kept{}, err
	}
	return found[0], nil
}

// treeHash is the root over whole tiles and the like: hashes in pairs.
func treeHash(hashes []byte) tlog.Hash {
	level := make([]tlog.Hash, 0, len(hashes)/tlog.HashSize)
	for h := range slices.Chunk(hashes, tlog.HashSize) {
		level = append(level, tlog.Hash(bytes.Clone(h)))
	}
	for len(level) > 1 {
		for i := range len(level) / 2 {
			level[i] = tlog.NodeHash(level[2*i], level[2*i+1])
		}
		level = level[:len(level)/2]
	}
	return level[0]
}
