package blob_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"wangban/internal/blob"
	"wangban/internal/db"
	"wangban/internal/db/dbtest"
)

// counted runs a test on a counted store in a folder and on one in S3,
// with a clock to move.
func counted(t *testing.T, test func(t *testing.T, s *blob.Store, d *db.DB, clock *atomic.Int64)) {
	t.Helper()
	dbtest.Both(t, []db.Migrations{blob.Migrations}, func(t *testing.T, d *db.DB) {
		for name, address := range map[string]string{"folder": "folder:" + filepath.Join(t.TempDir(), "files"), "s3": startS3(t).home(t).address} {
			t.Run(name, func(t *testing.T) {
				if err := d.Write(t.Context(), func(ctx context.Context, tx db.Tx) error {
					_, err := tx.ExecContext(ctx, `DELETE FROM blob_use`)
					return err
				}); err != nil {
					t.Fatal(err)
				}
				s, err := blob.Open(t.Context(), address, testVault(t, 7))
				if err != nil {
					t.Fatal(err)
				}
				var clock atomic.Int64
				clock.Store(time.Date(2026, 11, 24, 9, 0, 0, 0, time.UTC).UnixMicro())
				s.Count(d, func() time.Time { return time.UnixMicro(clock.Load()) })
				test(t, s, d, &clock)
			})
		}
	})
}

func use(t *testing.T, s *blob.Store, d *db.DB, holder string, hashes ...string) error {
	t.Helper()
	return d.Write(t.Context(), func(ctx context.Context, tx db.Tx) error { return s.Use(ctx, tx, holder, hashes...) })
}

func release(t *testing.T, s *blob.Store, d *db.DB, holder string) {
	t.Helper()
	if err := d.Write(t.Context(), func(ctx context.Context, tx db.Tx) error { return s.Release(ctx, tx, holder) }); err != nil {
		t.Fatal(err)
	}
}

// A file goes when nobody uses it any more, and no earlier; one that was brought
// and never used goes after a while.
func TestUses(t *testing.T) {
	counted(t, func(t *testing.T, s *blob.Store, d *db.DB, clock *atomic.Int64) {
		later := func() { clock.Add((blob.Grace + time.Minute).Microseconds()) }
		there := func(what string, b []byte, want bool) {
			t.Helper()
			if _, err := s.Sweep(t.Context()); err != nil {
				t.Fatal(err)
			}
			if ok, err := s.Has(t.Context(), sum(b)); err != nil || ok != want {
				t.Errorf("%s: there %v, want %v (%v)", what, ok, want, err)
			}
		}
		shared, own, never := []byte("a licence that two cases have"), []byte("a picture of one"), []byte("a picture of nobody's")
		for _, b := range [][]byte{shared, own, never} {
			put(t, s, b)
		}
		if err := errors.Join(use(t, s, d, "case/1", sum(shared), sum(own)), use(t, s, d, "case/2", sum(shared)), use(t, s, d, "case/1", sum(own))); err != nil {
			t.Fatal(err)
		}
		if n, of, err := s.Held(t.Context(), "case/1"); n != 2 || of != 1 || err != nil {
			t.Errorf("case 1 has %d files, %d shared: %v", n, of, err)
		}
		there("just brought", never, true)
		later()
		there("never used", never, false)
		there("used", own, true)
		release(t, s, d, "case/1")
		there("its only user is gone", own, false)
		there("one user is left", shared, true)
		if err := use(t, s, d, "case/3", sum(own)); !errors.Is(err, blob.ErrNotFound) {
			t.Errorf("a file that is gone is used: %v", err)
		}
		release(t, s, d, "case/2")
		put(t, s, shared) // somebody brings it again, and has not said yet what for
		there("brought again", shared, true)
		if err := use(t, s, d, "case/4", sum(shared)); err != nil {
			t.Fatal(err)
		}
		later()
		there("and used", shared, true)
		if n, err := s.Waiting(t.Context()); n != 0 || err != nil {
			t.Errorf("%d files wait: %v", n, err)
		}
	})
}

// Files from before uses were counted are counted once, and stay for those who
// use them.
func TestCountOnce(t *testing.T) {
	counted(t, func(t *testing.T, s *blob.Store, d *db.DB, clock *atomic.Int64) {
		b := []byte("from before")
		old := *s
		old.Count(nil, nil)
		ref, err := old.Put(t.Context(), bytes.NewReader(b), 100)
		if err != nil {
			t.Fatal(err)
		}
		asked := 0
		source := func(_ context.Context, use blob.Uses) error {
			asked++
			return use("case/1", ref.Hash, sum([]byte("missing since long ago")))
		}
		for range 2 {
			if err := s.CountOnce(t.Context(), source); err != nil {
				t.Fatal(err)
			}
		}
		if asked != 1 {
			t.Errorf("asked %d times", asked)
		}
		release(t, s, d, "case/1")
		clock.Add((blob.Grace + time.Minute).Microseconds())
		if n, err := s.Sweep(t.Context()); n != 1 || err != nil {
			t.Errorf("%d removed: %v", n, err)
		}
	})
}

// While some store, use and let go the same content again and again, others
// sweep without any time of grace left to help. Whoever has been told that they
// use a file can read it.
func TestStoredWhileSwept(t *testing.T) {
	counted(t, func(t *testing.T, s *blob.Store, d *db.DB, clock *atomic.Int64) {
		b := content(3000)
		var people, sweepers sync.WaitGroup
		done := make(chan struct{})
		for range 3 {
			sweepers.Go(func() {
				for {
					select {
					case <-done:
						return
					default:
					}
					if _, err := s.Sweep(t.Context()); err != nil {
						t.Error(err)
						return
					}
				}
			})
		}
		var gone atomic.Int64
		for p := range 4 {
			people.Go(func() {
				for n := range 15 {
					holder := fmt.Sprintf("case/%d-%d", p, n)
					if _, err := s.Put(t.Context(), bytes.NewReader(b), 1<<20); err != nil {
						t.Error(err)
						return
					}
					clock.Add((blob.Grace + time.Minute).Microseconds()) // all that was claimed is old
					err := use(t, s, d, holder, sum(b))
					if errors.Is(err, blob.ErrNotFound) { // swept before: a refusal, and nothing dangles
						gone.Add(1)
						continue
					}
					if err != nil {
						t.Error(err)
						return
					}
					clock.Add((blob.Grace + time.Minute).Microseconds())
					if got, _, err := read(s, sum(b)); err != nil || !bytes.Equal(got, b) {
						t.Errorf("%s uses a file that it cannot read: %v", holder, err)
					}
					release(t, s, d, holder)
				}
			})
		}
		people.Wait()
		close(done)
		sweepers.Wait()
		t.Logf("%d of 60 came too late", gone.Load())
		clock.Add((blob.Grace + time.Minute).Microseconds())
		if _, err := s.Sweep(t.Context()); err != nil {
			t.Error(err)
		}
		if ok, err := s.Has(t.Context(), sum(b)); ok || err != nil {
			t.Errorf("it is left behind: %v", err)
		}
	})
}
