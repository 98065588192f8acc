package db_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"testing/fstest"
	"time"

	"wangban/internal/db"
	"wangban/internal/db/dbtest"
)

var tables = []db.Migrations{{Room: "probe", Files: fstest.MapFS{
	"202601010000_probe_first.sql": {Data: []byte("-- +goose Up\nCREATE TABLE probe (id BIGINT PRIMARY KEY, note TEXT NOT NULL, raw BYTEA, fine BOOLEAN NOT NULL DEFAULT true, doc JSONB);\n")},
}}}

func insert(ctx context.Context, tx db.Tx, id int, note string) error {
	_, err := tx.ExecContext(ctx, `INSERT INTO probe (id, note, raw, doc) VALUES ($1, $2, $3, $4)`,
		id, note, []byte{0, 1, 0xff}, `{"a":{"b":"丙"}}`)
	return err
}

func TestOneSQLTextOnBothEngines(t *testing.T) {
	dbtest.Rehearsed(t, tables, func(t *testing.T, d *db.DB) {
		ctx := context.Background()
		if err := d.Write(ctx, func(ctx context.Context, tx db.Tx) error { return insert(ctx, tx, 1, "𬱖") }); err != nil {
			t.Fatal(err)
		}
		var note, inner string
		var raw []byte
		var fine bool
		row := d.Read().QueryRowContext(ctx, `SELECT note, raw, fine, doc->'a'->>'b' FROM probe WHERE id = $1`, 1)
		if err := row.Scan(&note, &raw, &fine, &inner); err != nil {
			t.Fatal(err)
		}
		if note != "𬱖" || string(raw) != "\x00\x01\xff" || !fine || inner != "丙" {
			t.Errorf("read back %q %x %v %q", note, raw, fine, inner)
		}
	})
}

// Instants are kept, not times of day: an hour that a clock shows twice is two
// hours, and what was written in any zone is read in UTC.
// covers: R-144, C-43
func TestInstantsAreKept(t *testing.T) {
	berlin, err := time.LoadLocation("Europe/Berlin")
	if err != nil {
		t.Fatal(err)
	}
	summer := time.Date(2020, 10, 25, 0, 30, 0, 789_000, time.UTC).In(berlin)
	winter := summer.Add(time.Hour)
	if summer.Format(time.TimeOnly) != winter.Format(time.TimeOnly) {
		t.Fatal("the clock does not show this hour twice")
	}
	dbtest.Rehearsed(t, tables, func(t *testing.T, d *db.DB) {
		for _, at := range []time.Time{summer, winter, {}} {
			if err := d.Write(t.Context(), func(ctx context.Context, tx db.Tx) error { return insert(ctx, tx, int(db.Micros(at)), "x") }); err != nil {
				t.Fatal(err)
			}
		}
		rows, err := d.Read().QueryContext(t.Context(), `SELECT id FROM probe ORDER BY id`)
		if err != nil {
			t.Fatal(err)
		}
		defer func() { _ = rows.Close() }()
		for _, want := range []time.Time{{}, summer, winter} {
			var micros int64
			if !rows.Next() {
				t.Fatal(rows.Err())
			}
			if err := rows.Scan(&micros); err != nil {
				t.Fatal(err)
			}
			if got := db.Time(micros); !got.Equal(want) || got.Location() != time.UTC {
				t.Errorf("%v is read as %v", want, got)
			}
		}
	})
}

func TestSnapshotStandsStill(t *testing.T) {
	dbtest.Rehearsed(t, tables, func(t *testing.T, d *db.DB) {
		add := func(id int) {
			if err := d.Write(t.Context(), func(ctx context.Context, tx db.Tx) error { return insert(ctx, tx, id, "x") }); err != nil {
				t.Fatal(err)
			}
		}
		add(1)
		err := d.Snapshot(t.Context(), func(ctx context.Context, tx db.Tx) error {
			for id := range 2 {
				var n int
				if err := tx.QueryRowContext(ctx, `SELECT count(*) FROM probe`).Scan(&n); err != nil || n != 1 {
					t.Errorf("%d rows, %v", n, err)
				}
				add(2 + id)
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	})
}

func TestConcurrentWritesAreIsolated(t *testing.T) {
	dbtest.Rehearsed(t, tables, func(t *testing.T, d *db.DB) {
		ctx := context.Background()
		refusal := errors.New("refused")
		const writers = 200
		var wg sync.WaitGroup
		for i := range writers {
			wg.Go(func() {
				err := d.Write(ctx, func(ctx context.Context, tx db.Tx) error {
					if err := insert(ctx, tx, i, "kept"); err != nil {
						return err
					}
					if i%3 == 0 {
						return refusal
					}
					return nil
				})
				if want := i%3 == 0; errors.Is(err, refusal) != want || (err != nil) != want {
					t.Errorf("write %d: %v", i, err)
				}
			})
		}
		wg.Wait()
		var n, bad int
		if err := d.Read().QueryRow(`SELECT count(*), count(*) FILTER (WHERE id % 3 = 0) FROM probe`).Scan(&n, &bad); err != nil {
			t.Fatal(err)
		}
		if n != writers-67 || bad != 0 {
			t.Errorf("%d rows stand, %d of them refused", n, bad)
		}
	})
}

func TestUniqueIsRecognised(t *testing.T) {
	dbtest.Rehearsed(t, tables, func(t *testing.T, d *db.DB) {
		ctx := context.Background()
		add := func(ctx context.Context, tx db.Tx) error { return insert(ctx, tx, 7, "x") }
		if err := d.Write(ctx, add); err != nil {
			t.Fatal(err)
		}
		if err := d.Write(ctx, add); !db.Unique(err) {
			t.Errorf("second insert: %v", err)
		}
	})
}

func TestPanicLeavesOthersStanding(t *testing.T) {
	dbtest.Rehearsed(t, tables, func(t *testing.T, d *db.DB) {
		ctx := context.Background()
		func() {
			defer func() {
				if recover() == nil {
					t.Error("the panic did not reach the caller")
				}
			}()
			_ = d.Write(ctx, func(ctx context.Context, tx db.Tx) error {
				_ = insert(ctx, tx, 1, "gone")
				panic("boom")
			})
		}()
		if err := d.Write(ctx, func(ctx context.Context, tx db.Tx) error { return insert(ctx, tx, 1, "here") }); err != nil {
			t.Fatal(err)
		}
	})
}

func TestCallerWhoHangsUpDoesNotAbortTheBatch(t *testing.T) {
	d := dbtest.SQLite(t, tables...)
	ctx, cancel := context.WithCancel(context.Background())
	err := d.Write(ctx, func(ctx context.Context, tx db.Tx) error {
		cancel()
		return insert(ctx, tx, 1, "stands")
	})
	if err != nil {
		t.Fatal(err)
	}
}

func TestWriteAfterCloseIsRefused(t *testing.T) {
	d, err := db.Open(context.Background(), "sqlite:"+t.TempDir()+"/x.db")
	if err != nil {
		t.Fatal(err)
	}
	if err := d.Close(); err != nil {
		t.Fatal(err)
	}
	err = d.Write(context.Background(), func(context.Context, db.Tx) error { return nil })
	if !errors.Is(err, db.ErrClosed) {
		t.Error(err)
	}
}

func TestOpenSaysWhatIsWrong(t *testing.T) {
	for address, secret := range map[string]string{
		"mysql://root:geheim@localhost/x":                   "geheim",
		"postgres://u:geheim@127.0.0.1:1/x?sslmode=disable": "geheim",
	} {
		_, err := db.Open(context.Background(), address)
		if err == nil {
			t.Fatalf("%s opened", address)
		}
		if strings.Contains(err.Error(), secret) {
			t.Errorf("the password leaks: %v", err)
		}
	}
}

// BenchmarkWrite compares one writer with many that share commits.
func BenchmarkWrite(b *testing.B) {
	for _, engine := range []struct {
		name string
		open func(testing.TB, ...db.Migrations) *db.DB
	}{{"sqlite", dbtest.SQLite}, {"postgres", dbtest.Postgres}} {
		for _, writers := range []int{1, 64} {
			b.Run(fmt.Sprintf("%s/%d", engine.name, writers), func(b *testing.B) {
				d := engine.open(b, tables...)
				b.SetParallelism(max(1, writers/2))
				var mu sync.Mutex
				id := 0
				b.RunParallel(func(pb *testing.PB) {
					for pb.Next() {
						mu.Lock()
						id++
						n := id
						mu.Unlock()
						if err := d.Write(context.Background(), func(ctx context.Context, tx db.Tx) error { return insert(ctx, tx, n, "x") }); err != nil {
							b.Error(err)
						}
					}
				})
			})
		}
	}
}

// Those who ask for one name take turns, and see what the one before has left.
func TestAlone(t *testing.T) {
	dbtest.Both(t, tables, func(t *testing.T, d *db.DB) {
		const crowd = 32
		errs := make([]error, crowd)
		var done sync.WaitGroup
		for n := range crowd {
			done.Go(func() {
				errs[n] = d.Write(t.Context(), func(ctx context.Context, tx db.Tx) error {
					if err := tx.Alone(ctx, "next"); err != nil {
						return err
					}
					var last int
					if err := tx.QueryRowContext(ctx, `SELECT coalesce(max(id), 0) FROM probe`).Scan(&last); err != nil {
						return err
					}
					return insert(ctx, tx, last+1, "")
				})
			})
		}
		done.Wait()
		if err := errors.Join(errs...); err != nil {
			t.Fatal(err)
		}
		var all, last int
		if err := d.Read().QueryRow(`SELECT count(*), max(id) FROM probe`).Scan(&all, &last); err != nil || all != crowd || last != crowd {
			t.Errorf("%d rows up to %d, %v", all, last, err)
		}
	})
}

// Those who are together go on at the same time; who is alone waits for all of
// them, and they for whoever is alone. (On SQLite one transaction writes at a
// time, and nobody could be together.)
func TestTogether(t *testing.T) {
	d := dbtest.Postgres(t, tables...)
	const crowd = 3
	var in, done sync.WaitGroup
	in.Add(crowd)
	errs := make([]error, crowd+1)
	for n := range crowd {
		arrive := sync.OnceFunc(in.Done) // a transaction may be run again
		done.Go(func() {
			errs[n] = d.Write(t.Context(), func(ctx context.Context, tx db.Tx) error {
				if err := tx.Together(ctx, "next"); err != nil {
					return err
				}
				arrive()
				in.Wait() // all of them have come this far, so none waits for another
				return insert(ctx, tx, n+1, "")
			})
		})
	}
	in.Wait()
	var seen int
	errs[crowd] = d.Write(t.Context(), func(ctx context.Context, tx db.Tx) error {
		if err := tx.Alone(ctx, "next"); err != nil {
			return err
		}
		return tx.QueryRowContext(ctx, `SELECT count(*) FROM probe`).Scan(&seen)
	})
	done.Wait()
	if err := errors.Join(errs...); err != nil {
		t.Fatal(err)
	}
	if seen != crowd {
		t.Errorf("whoever was alone saw %d of %d", seen, crowd)
	}
}
