package ledger

import (
	"context"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"

	"wangban/internal/casework"
)

// Proven is what a receipt proves: that a log which holds the private key has
// signed a tree in which this record stands at this place. Whether that log is
// the one of the administration depends on where Key was had from.
type Proven struct {
	Header     casework.Header
	Index      int64
	Checkpoint Checkpoint
	Signed     string // the checkpoint, for comparing with others
	Key        string // what the signature was checked with
}

// Check checks a receipt. key is the log's public key, had from elsewhere; when
// it is empty the key in the receipt itself is used, which shows that the
// receipt is sound in itself and not whose log it is from.
func (r Receipt) Check(key string) (Proven, error) {
	if key == "" {
		key = r.Log
	}
	v, err := note.NewVerifier(key)
	if err != nil {
		return Proven{}, ErrLogKey
	}
	h, err := casework.ReadHeader([]byte(r.Said))
	if err != nil {
		return Proven{}, ErrReceipt
	}
	p, err := parseProof(r.Proof)
	if err != nil {
		return Proven{}, err
	}
	c, err := OpenCheckpoint(p.signed, v)
	if err != nil {
		return Proven{}, ErrLogKey
	}
	if p.index >= c.Size {
		return Proven{}, ErrForged
	}
	leaf := tlog.RecordHash(casework.Record([]byte(r.Said), r.Salt))
	if err := tlog.CheckRecord(p.path, c.Size, c.Root, p.index, leaf); err != nil {
		return Proven{}, ErrForged
	}
	return Proven{Header: h, Index: p.index, Checkpoint: c, Signed: p.signed, Key: key}, nil
}

// Holds tells whether the log as it is published now still contains the tree
// that a receipt of it was given from.
func (r *Room) Holds(ctx context.Context, p Proven) (bool, error) {
	now, err := r.published(ctx)
	if err != nil || p.Checkpoint.Size > now.size {
		return false, err
	}
	root, err := openTree(ctx, r.db.Read(), p.Checkpoint.Size).root()
	return err == nil && root == p.Checkpoint.Root, err
}
