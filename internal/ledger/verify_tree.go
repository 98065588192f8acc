package ledger

import (
	"bytes"
	"database/sql"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strconv"

	"golang.org/x/mod/sumdb/tlog"
)

// built is the tree as the entries give it, while it grows.
type built struct {
	stack  []tlog.Hash // roots of the whole subtrees so far, the largest first
	levels [][]byte    // of each level the tile that is being filled
	stray  []string    // tiles that differ from the entries
	longer []string    // tiles that go on where the entries end
	cut    bool        // entries that were signed are missing at the end
	first  int64       // entry that differs from its place in a tile; -1: none
	broken bool        // the entries do not give a root that was signed

	seen map[int64][]Checkpoint // kept elsewhere, by their size, as long as the tree is smaller

	ahead  []signed // checkpoints read and not yet reached
	after  int64    // what number the next ones have at least
	number int64    // of the last one read
	size   int64    // its size
}

// lowest is below any number that a row can have, whoever has put it there.
const lowest = -1 << 63

// tree walks the entries in their order, builds the tree, and holds tiles and
// checkpoints against it.
func (v *verifier) tree() error {
	v.first, v.after = -1, lowest
	v.openWitnessed()
	const page = 4096
	after := int64(lowest)
	for {
		entries, err := list(v.ctx, v.q, func(rows *sql.Rows, e *indexed) error { return rows.Scan(&e.index, &e.record) },
			`SELECT idx, record FROM ledger_leaf WHERE idx > $1 ORDER BY idx LIMIT $2`, after, page)
		if err != nil {
			return err
		}
		for _, e := range entries {
			if e.index != v.Leaves {
				v.wrong("ledger_leaf", strconv.FormatInt(min(v.Leaves, e.index), 10), "an entry is missing, or is not one of the log")
				return nil // what comes behind it stands in other places
			}
			if err := v.entry(tlog.RecordHash(e.record)); err != nil {
				return err
			}
			after = e.index
		}
		if len(entries) < page {
			break
		}
	}
	return errors.Join(v.edge(), v.setBack(), v.beyond(), v.strayTiles(), v.blame())
}

type indexed struct {
	index  int64
	record []byte
}

// entry takes the next entry in.
func (v *verifier) entry(leaf tlog.Hash) error {
	if err := v.put(0, leaf); err != nil {
		return err
	}
	h := leaf
	for n := v.Leaves; n&1 == 1; n >>= 1 {
		top := len(v.stack) - 1
		h, v.stack = tlog.NodeHash(v.stack[top], h), v.stack[:top]
	}
	v.stack = append(v.stack, h)
	v.Leaves++
	for _, c := range v.seen[v.Leaves] {
		if c.Root != v.root() {
			v.wrong("checkpoint", strconv.FormatInt(c.Size, 10), "the log once had another root at %d entries: it was built anew", c.Size)
		}
	}
	delete(v.seen, v.Leaves)
	return v.reach()
}

func (v *verifier) root() tlog.Hash {
	h := v.stack[len(v.stack)-1]
	for i := len(v.stack) - 2; i >= 0; i-- {
		h = tlog.NodeHash(v.stack[i], h)
	}
	return h
}

// put adds a hash to a level; a tile that is full is compared and goes up.
func (v *verifier) put(level int, h tlog.Hash) error {
	if level == len(v.levels) {
		v.levels = append(v.levels, nil)
	}
	v.levels[level] = append(v.levels[level], h[:]...)
	if len(v.levels[level]) < tileWide*tlog.HashSize {
		return nil
	}
	full := v.levels[level]
	if err := v.compare(level, v.Leaves>>(height*(level+1)), full); err != nil {
		return err
	}
	v.levels[level] = full[:0]
	return v.put(level+1, treeHash(full))
}

// edge compares the tiles that are not full.
func (v *verifier) edge() error {
	for level, hashes := range v.levels {
		if len(hashes) > 0 {
			if err := v.compare(level, v.Leaves>>(height*(level+1)), hashes); err != nil {
				return err
			}
		}
	}
	return nil
}

func (v *verifier) compare(level int, n int64, want []byte) error {
	v.Tiles++
	got, err := readTile(v.ctx, v.q, place{level, n})
	if err != nil && !errors.Is(err, sql.ErrNoRows) {
		return err
	}
	if bytes.Equal(got, want) {
		return nil
	}
	row := fmt.Sprintf("%d/%d", level, n)
	if len(got) > len(want) && bytes.HasPrefix(got, want) {
		v.longer = append(v.longer, row)
		return nil
	}
	v.stray = append(v.stray, row)
	if level == 0 && v.first < 0 {
		at := 0
		for at < len(want) && at < len(got) && got[at] == want[at] {
			at++
		}
		v.first = n*tileWide + int64(at/tlog.HashSize)
	}
	return nil
}

// strayTiles tells of tiles that no entries make.
func (v *verifier) strayTiles() error {
	tiles, err := list(v.ctx, v.q, func(rows *sql.Rows, p *place) error { return rows.Scan(&p.level, &p.n) }, `SELECT level, n FROM ledger_tile ORDER BY level, n`)
	for _, t := range tiles {
		made := int64(0)
		if t.level >= 0 && t.level < len(v.levels) {
			made = (v.Leaves>>(height*t.level) + tileWide - 1) / tileWide
		}
		if t.n < 0 || t.n >= made {
			v.wrong("ledger_tile", fmt.Sprintf("%d/%d", t.level, t.n), "no entries make this tile")
		}
	}
	return err
}

// blame tells whether tiles or entries were altered where they differ: what
// was signed is with the others.
func (v *verifier) blame() error {
	switch {
	case v.broken && v.first >= 0:
		v.first = min(v.first, v.Leaves-1)
		v.front("ledger_leaf", strconv.FormatInt(v.first, 10), "the entry is not the one that was logged")
	case v.broken:
	default:
		if !v.cut { // otherwise they hold what the missing entries gave
			v.stray = slices.Concat(v.stray, v.longer)
		}
		for i := len(v.stray) - 1; i >= 0; i-- {
			v.front("ledger_tile", v.stray[i], "the tile is missing or altered: the entries give other hashes, which were signed")
		}
	}
	return nil
}

// front puts a cause before its consequences.
func (v *verifier) front(table, row, text string) {
	consequences := v.Problems
	v.Problems = nil
	v.wrong(table, row, "%s", text)
	v.Problems = append(v.Problems, consequences...)
}

// signed is a checkpoint that is what was signed.
type signed struct {
	n int64
	Checkpoint
}

// next is the checkpoint that comes next, if there is one.
func (v *verifier) next() (signed, bool, error) {
	for len(v.ahead) == 0 {
		const page = 512
		found, err := list(v.ctx, v.q, scanKept, `SELECT n, size, note, made FROM ledger_checkpoint WHERE n > $1 ORDER BY n LIMIT $2`, v.after, page)
		if err != nil || len(found) == 0 {
			return signed{}, false, err
		}
		for _, c := range found {
			v.signature(c)
		}
	}
	return v.ahead[0], true, nil
}

// signature checks a checkpoint by itself.
func (v *verifier) signature(c kept) {
	v.Checkpoints++
	row := strconv.FormatInt(c.n, 10)
	switch {
	case c.n != v.number+1:
		v.wrong("ledger_checkpoint", strconv.FormatInt(v.number+1, 10), "it is missing")
	case c.size <= v.size:
		v.wrong("ledger_checkpoint", row, "it is of %d entries, the one before of %d", c.size, v.size)
	}
	v.after, v.number, v.size = c.n, c.n, c.size
	if v.note == nil {
		return
	}
	opened, err := OpenCheckpoint(c.note, v.note)
	if err != nil || opened.Size != c.size {
		v.wrong("ledger_checkpoint", row, "it is not what was signed")
	}
	if err != nil {
		return
	}
	if _, err := v.room.made(c); err != nil {
		v.wrong("ledger_checkpoint", row, "when it was made was altered")
	}
	v.size = opened.Size
	v.ahead = append(v.ahead, signed{c.n, opened})
}

// reach holds the tree as it is now against the checkpoint of its size.
func (v *verifier) reach() error {
	for {
		c, ok, err := v.next()
		if err != nil || !ok || c.Size > v.Leaves {
			return err
		}
		if v.ahead = v.ahead[1:]; c.Size == v.Leaves && c.Root != v.root() {
			v.broken = true
			v.wrong("ledger_checkpoint", strconv.FormatInt(c.n, 10), "the first %d entries do not give the root that was signed", c.Size)
		}
	}
}

// openWitnessed opens the checkpoints that were kept elsewhere.
func (v *verifier) openWitnessed() {
	v.seen = map[int64][]Checkpoint{}
	for i, text := range v.witnessed {
		if v.note == nil {
			v.wrong("checkpoint", strconv.Itoa(i+1), "there is no key to check it with")
			continue
		}
		c, err := OpenCheckpoint(text, v.note)
		if err != nil {
			v.wrong("checkpoint", strconv.Itoa(i+1), "it is not signed with the key of this log")
			continue
		}
		v.seen[c.Size] = append(v.seen[c.Size], c)
	}
	delete(v.seen, 0)
}

// setBack tells of checkpoints kept elsewhere of more entries than there are.
func (v *verifier) setBack() error {
	for _, size := range slices.Sorted(maps.Keys(v.seen)) {
		v.wrong("checkpoint", strconv.FormatInt(size, 10), "the log once had %d entries and has %d now: it was set back", size, v.Leaves)
	}
	return nil
}

// beyond tells of checkpoints that no entries lead to.
func (v *verifier) beyond() error {
	for {
		c, ok, err := v.next()
		if err != nil || !ok {
			return err
		}
		v.ahead, v.cut = v.ahead[1:], true
		v.wrong("ledger_leaf", strconv.FormatInt(v.Leaves, 10), "it is missing: checkpoint %d is of %d entries", c.n, c.Size)
	}
}

// head holds the head of the log against the last checkpoint.
func (v *verifier) head() error {
	heads, err := v.count("ledger_head")
	if err != nil {
		return err
	}
	var size int64
	err = v.q.QueryRowContext(v.ctx, `SELECT size FROM ledger_head WHERE one = 1`).Scan(&size)
	switch {
	case errors.Is(err, sql.ErrNoRows) || err == nil && heads != 1:
		v.wrong("ledger_head", "1", "it is missing, or not the only one")
	case err != nil:
		return err
	case size != v.size && size == v.Leaves:
		v.wrong("ledger_checkpoint", strconv.FormatInt(v.number+1, 10), "it is missing: there are %d entries, the last checkpoint is of %d", size, v.size)
	case size != v.size:
		v.wrong("ledger_head", "1", "it says %d entries, the last checkpoint %d", size, v.size)
	case v.Leaves > v.size:
		v.wrong("ledger_leaf", strconv.FormatInt(v.size, 10), "it stands behind the last checkpoint")
	}
	return nil
}
