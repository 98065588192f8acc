package ledger

import (
	"context"
	"database/sql"
	"encoding/binary"
	"errors"
	"strings"
	"time"

	"golang.org/x/mod/sumdb/tlog"

	"wangban/internal/casework"
	"wangban/internal/db"
)

// ErrNoFile is a file that the log does not have, or not yet.
var ErrNoFile = errors.New("ledger: there is no such file")

// Newest is the checkpoint that was signed last, as it is published.
func (r *Room) Newest(ctx context.Context) (signed string, err error) {
	c, err := r.published(ctx)
	if errors.Is(err, sql.ErrNoRows) {
		return "", ErrNoFile
	}
	return c.note, err
}

// published is the newest checkpoint, once it is on the disk: after a power
// failure another one of that size may not be signed.
func (r *Room) published(ctx context.Context) (kept, error) {
	c, err := newest(ctx, r.db.Read())
	if err != nil {
		return c, err
	}
	return c, r.db.Settled(ctx)
}

// Tile is a published file: hashes of a level ("0/x001/234", "1/000.p/17") or
// entries ("entries/000.p/5"). Its content never changes.
func (r *Room) Tile(ctx context.Context, path string) ([]byte, error) {
	if rest, ok := strings.CutPrefix(path, "entries/"); ok {
		path = "data/" + rest
	} else if strings.HasPrefix(path, "data/") {
		return nil, ErrNoFile
	}
	t, err := tlog.ParseTilePath("tile/8/" + path)
	if err != nil || t.N > maxSize/tileWide {
		return nil, ErrNoFile
	}
	if t.L < 0 {
		return bundle(ctx, r.db.Read(), t)
	}
	hashes, err := readTile(ctx, r.db.Read(), place{t.L, t.N})
	if errors.Is(err, sql.ErrNoRows) || err == nil && len(hashes) < t.W*tlog.HashSize {
		return nil, ErrNoFile
	}
	if err != nil {
		return nil, err
	}
	return hashes[:t.W*tlog.HashSize], nil
}

// bundle are entries, each with its length before it.
func bundle(ctx context.Context, q casework.Queryer, t tlog.Tile) ([]byte, error) {
	first := t.N * tileWide
	records, err := list(ctx, q, func(rows *sql.Rows, b *[]byte) error { return rows.Scan(b) },
		`SELECT record FROM ledger_leaf WHERE idx >= $1 AND idx < $2 ORDER BY idx`, first, first+int64(t.W))
	if err != nil {
		return nil, err
	}
	if len(records) < t.W {
		return nil, ErrNoFile
	}
	var out []byte
	for _, record := range records {
		out = append(binary.BigEndian.AppendUint16(out, uint16(len(record))), record...)
	}
	return out, nil
}

// Standing is what the log's page tells.
type Standing struct {
	Origin, Verifier string
	Begun            bool
	Checkpoint       Checkpoint
	Signed           string    // the checkpoint as it is published
	Made             time.Time // when; zero when that cannot be told
}

// Standing tells how the log stands.
func (r *Room) Standing(ctx context.Context) (Standing, error) {
	k, err := r.signingKey(ctx)
	if err != nil {
		return Standing{}, err
	}
	s := Standing{Origin: k.verifier.Name(), Verifier: k.text}
	c, err := r.published(ctx)
	if errors.Is(err, sql.ErrNoRows) {
		return s, nil
	}
	if err != nil {
		return s, err
	}
	s.Begun, s.Signed = true, c.note
	s.Made, _ = r.made(c)
	s.Checkpoint, err = OpenCheckpoint(c.note, k.verifier)
	return s, err
}

func (r *Room) made(c kept) (time.Time, error) {
	plain, err := r.vault.Open(c.made, madePlace(c.n, c.note))
	if err != nil || len(plain) != 8 {
		return time.Time{}, errors.Join(errMade, err)
	}
	return db.Time(int64(binary.BigEndian.Uint64(plain))), nil
}

var errMade = errors.New("ledger: when the checkpoint was made cannot be read")
