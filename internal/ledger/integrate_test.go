package ledger_test

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"sync"
	"testing"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"

	"wangban/internal/db"
	"wangban/internal/db/dbtest"
	"wangban/internal/ledger"
)

// What is committed gets into the tree, in batches, and every checkpoint
// continues the one before it.
func TestIntegrate(t *testing.T) {
	dbtest.Rehearsed(t, tables, func(t *testing.T, d *db.DB) {
		h := openHouse(t, d)
		if h.integrate() != 0 {
			t.Error("something was integrated before anything was done")
		}
		h.whole()
		id := h.begin("a")
		if r := h.whole(); r.Pending != 1 || r.Leaves != 0 {
			t.Errorf("%+v", r)
		}
		var roots []ledger.Checkpoint
		for n := range 7 {
			h.save(id, fmt.Sprint("first-", n))
			h.save(id, fmt.Sprint("second-", n))
			if got := h.integrate(); got < 2 {
				t.Errorf("%d records integrated", got)
			}
			s, err := h.log.Standing(t.Context())
			h.must(err)
			if !s.Made.Equal(h.now) {
				t.Errorf("made at %v", s.Made)
			}
			roots = append(roots, s.Checkpoint)
		}
		r := h.whole()
		if r.Leaves != 15 || r.Checkpoints != 7 || r.Pending != 0 || r.Events != 15 || r.Cases != 1 || r.Origin != "wb.example.cn/log" {
			t.Errorf("%+v", r)
		}
		if roots[6].Size != 15 || roots[0].Size != 3 {
			t.Errorf("%+v", roots)
		}
	})
}

// Records of transactions that commit late, and in another order than they
// began, are taken in all the same; so are those of several processes, by
// several processes at once.
func TestNothingIsMissed(t *testing.T) {
	dbtest.Rehearsed(t, tables, func(t *testing.T, d *db.DB) {
		h := openHouse(t, d)
		refused := errors.New("refused")
		const writers, each = 8, 60
		var wg, integrators sync.WaitGroup
		done := make(chan struct{})
		for range 3 {
			room := ledger.New(ledger.Options{DB: d, Vault: h.vault(), Now: h.clock, Origin: "wb.example.cn/log"})
			integrators.Go(func() {
				for {
					if _, err := room.Integrate(t.Context()); err != nil {
						t.Error(err)
					}
					select {
					case <-done:
						return
					default:
					}
				}
			})
		}
		for w := range writers {
			wg.Go(func() {
				for n := range each {
					err := d.Write(t.Context(), func(ctx context.Context, tx db.Tx) error {
						record := sha256.Sum256(fmt.Append(nil, w, n))
						if err := h.log.Log(ctx, tx, fmt.Sprintf("case-%d-%d", w, n/2), n, record[:]); err != nil {
							return err
						}
						if n%7 == 6 {
							return refused
						}
						return nil
					})
					if err != nil && !errors.Is(err, refused) {
						t.Error(err)
					}
				}
			})
		}
		wg.Wait()
		close(done)
		integrators.Wait()
		h.integrate()
		var n, top int64
		h.must(d.Read().QueryRowContext(t.Context(), `SELECT count(*), max(idx) + 1 FROM ledger_leaf`).Scan(&n, &top))
		if want := int64(writers * (each - each/7)); n != want || top != want {
			t.Errorf("%d entries up to %d, want %d", n, top, want)
		}
		s, err := h.log.Standing(t.Context())
		h.must(err)
		if s.Checkpoint.Size != n {
			t.Errorf("the last checkpoint is of %d entries", s.Checkpoint.Size)
		}
	})
}

// On PostgreSQL a transaction that began before others may commit after the
// integrator has passed by.
func TestLateCommit(t *testing.T) {
	d := dbtest.Postgres(t, tables...)
	h := openHouse(t, d)
	early, err := d.Read().BeginTx(t.Context(), nil)
	h.must(err)
	record := make([]byte, 32)
	h.must(h.log.Log(t.Context(), db.Tx{Tx: early}, "a", 1, record)) // the smallest of all
	h.must(d.Write(t.Context(), func(ctx context.Context, tx db.Tx) error { return h.log.Log(ctx, tx, "b", 1, record) }))
	if n := h.integrate(); n != 1 {
		t.Errorf("%d", n)
	}
	h.must(early.Commit())
	if n := h.integrate(); n != 1 {
		t.Errorf("the late one: %d", n)
	}
}

// The published files are all an outsider needs: from tiles alone the
// checkpoint's root follows, and entries hash to the tiles.
func TestTilesAreTheTree(t *testing.T) {
	dbtest.Rehearsed(t, tables, func(t *testing.T, d *db.DB) {
		h := openHouse(t, d)
		const size = 700
		for n := range size {
			record := sha256.Sum256(fmt.Append(nil, n))
			h.must(d.Write(t.Context(), func(ctx context.Context, tx db.Tx) error { return h.log.Log(ctx, tx, "case", n, record[:]) }))
			if n%97 == 0 {
				h.integrate()
			}
		}
		h.integrate()
		key, err := h.log.Verifier(t.Context())
		h.must(err)
		v, err := note.NewVerifier(key)
		h.must(err)
		text, err := h.log.Newest(t.Context())
		h.must(err)
		c, err := ledger.OpenCheckpoint(text, v)
		h.must(err)
		if c.Size != size {
			t.Fatalf("%d entries", c.Size)
		}
		outside := tlog.TileHashReader(tlog.Tree{N: c.Size, Hash: c.Root}, reader{h})
		indexes := make([]int64, size)
		for n := range indexes {
			indexes[n] = tlog.StoredHashIndex(0, int64(n))
		}
		leaves, err := outside.ReadHashes(indexes) // checks all tiles against the root
		h.must(err)
		n := 0
		for _, path := range []string{"entries/000", "entries/001", "entries/002.p/188"} {
			bundle, err := h.log.Tile(t.Context(), path)
			h.must(err)
			for len(bundle) > 0 {
				length := int(bundle[0])<<8 | int(bundle[1])
				if tlog.RecordHash(bundle[2:2+length]) != leaves[n] {
					t.Fatalf("entry %d is another one", n)
				}
				bundle = bundle[2+length:]
				n++
			}
		}
		if n != size {
			t.Errorf("%d entries are published", n)
		}
		for _, path := range []string{"0/002", "0/002.p/189", "entries/003", "2/000.p/1", "1/000", "1/000.p/3", "data/000", "0/000.p/0", "0/000.p/256", "00/000", "0/0", "0/x000/000", "", "0", "-1/000", "64/000", "0/x999/x999/x999/x999/x999/x999/999"} {
			if _, err := h.log.Tile(t.Context(), path); !errors.Is(err, ledger.ErrNoFile) {
				t.Errorf("%q: %v", path, err)
			}
		}
		for path, want := range map[string]int{"0/000": 8192, "0/000.p/17": 17 * 32, "0/002.p/188": 188 * 32, "1/000.p/2": 64} {
			if got, err := h.log.Tile(t.Context(), path); err != nil || len(got) != want {
				t.Errorf("%s: %d bytes, %v", path, len(got), err)
			}
		}
	})
}

// reader reads tiles as an outsider does.
type reader struct{ *house }

func (reader) Height() int { return 8 }

func (r reader) ReadTiles(tiles []tlog.Tile) (out [][]byte, err error) {
	for _, tile := range tiles {
		data, err := r.log.Tile(r.Context(), tile.Path()[len("tile/8/"):])
		if err != nil {
			return nil, err
		}
		out = append(out, data)
	}
	return out, nil
}

func (reader) SaveTiles([]tlog.Tile, [][]byte) {}

// A log whose past was altered signs nothing more.
func TestAlteredPastIsNotSigned(t *testing.T) {
	for name, query := range map[string]string{
		"a hash":             `UPDATE ledger_tile SET hashes = (SELECT zeroblob(length(hashes))) WHERE level = 0`,
		"a tile is gone":     `DELETE FROM ledger_tile`,
		"the last is gone":   `DELETE FROM ledger_checkpoint WHERE n = 2`,
		"the head":           `UPDATE ledger_head SET size = 1`,
		"the last signature": `UPDATE ledger_checkpoint SET note = replace(note, 'wb.example', 'wb.elsewhere') WHERE n = 2`,
	} {
		t.Run(name, func(t *testing.T) {
			h := openHouse(t, dbtest.SQLite(t, tables...))
			id := h.begin("a")
			h.integrate()
			h.save(id, "b")
			h.integrate()
			h.exec(query)
			h.save(id, "c")
			if _, err := h.log.Integrate(t.Context()); !errors.Is(err, ledger.ErrInconsistent) {
				t.Errorf("signed: %v", err)
			}
		})
	}
}

// BenchmarkIntegrate takes 100,000 records into the tree.
func BenchmarkIntegrate(b *testing.B) {
	for _, engine := range []struct {
		name string
		open func(testing.TB, ...db.Migrations) *db.DB
	}{{"sqlite", dbtest.SQLite}, {"postgres", dbtest.Postgres}} {
		b.Run(engine.name, func(b *testing.B) {
			const size = 100_000
			for b.Loop() {
				b.StopTimer()
				d := engine.open(b, tables...)
				h := openHouse(b, d)
				for from := 0; from < size; from += 1000 {
					h.must(d.Write(b.Context(), func(ctx context.Context, tx db.Tx) error {
						for n := from; n < from+1000; n++ {
							record := sha256.Sum256(fmt.Append(nil, n))
							if err := h.log.Log(ctx, tx, fmt.Sprintf("341523-261125-%020d", n/4), n%4+1, record[:]); err != nil {
								return err
							}
						}
						return nil
					}))
				}
				b.StartTimer()
				if n := h.integrate(); n != size {
					b.Fatalf("%d records", n)
				}
			}
			b.ReportMetric(size*float64(b.N)/b.Elapsed().Seconds(), "leaves/s")
		})
	}
}

// BenchmarkVerify recomputes a log of 6,000 events.
func BenchmarkVerify(b *testing.B) {
	h := openHouse(b, dbtest.SQLite(b, tables...))
	const cases, each = 1000, 6
	h.fill(cases, each)
	h.integrate()
	for b.Loop() {
		if r := h.verify(); len(r.Problems) > 0 || r.Events != cases*each {
			b.Fatalf("%+v", r)
		}
	}
	b.ReportMetric(cases*each*float64(b.N)/b.Elapsed().Seconds(), "events/s")
}
