package jobs_test

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"path/filepath"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/riverqueue/river"

	"wangban/internal/db"
	"wangban/internal/db/dbtest"
	"wangban/internal/jobs"
)

// record notes which jobs ran, in which order.
type record struct {
	mu  sync.Mutex
	ran []string
}

func (r *record) add(id string) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.ran = append(r.ran, id)
	return nil
}

func (r *record) all() []string {
	r.mu.Lock()
	defer r.mu.Unlock()
	return slices.Clone(r.ran)
}

func (r *record) register(w *river.Workers) { river.AddWorker(w, &worker{work: r.add}) }

func openQueue(t testing.TB, d *db.DB) *jobs.Queue {
	t.Helper()
	q, err := jobs.Open(d, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	return q
}

func start(t *testing.T, q *jobs.Queue, register func(*river.Workers)) {
	t.Helper()
	if err := q.Start(context.Background(), register); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := q.Stop(context.Background()); err != nil {
			t.Error(err)
		}
	})
}

func add(t *testing.T, d *db.DB, q *jobs.Queue, fail error, ids ...string) {
	t.Helper()
	err := d.Write(context.Background(), func(ctx context.Context, tx db.Tx) error {
		args := make([]river.JobArgs, len(ids))
		for i, id := range ids {
			args[i] = note{id}
		}
		if err := q.InsertTx(ctx, tx, args...); err != nil {
			return err
		}
		return fail
	})
	if !errors.Is(err, fail) {
		t.Fatal(err)
	}
}

func eventually(t *testing.T, what string, ok func() bool) {
	t.Helper()
	for end := time.Now().Add(30 * time.Second); !ok(); time.Sleep(5 * time.Millisecond) {
		if time.Now().After(end) {
			t.Fatal("waited in vain until ", what)
		}
	}
}

func TestJobRunsExactlyWhenItsTransactionCommits(t *testing.T) {
	dbtest.Rehearsed(t, nil, func(t *testing.T, d *db.DB) {
		q, r := openQueue(t, d), &record{}
		start(t, q, r.register)
		add(t, d, q, errors.New("turned down"), "never")
		add(t, d, q, nil, "one", "two")
		eventually(t, "both have run", func() bool { return len(r.all()) == 2 })
		if ran := r.all(); slices.Contains(ran, "never") {
			t.Error("a job ran whose transaction did not commit")
		}
	})
}

func TestJobOutlivesTheProcess(t *testing.T) {
	for engine, address := range map[string]string{"sqlite": "sqlite:" + filepath.Join(t.TempDir(), "x.db"), "postgres": dbtest.PostgresURL(t)} {
		t.Run(engine, func(t *testing.T) {
			ctx := context.Background()
			open := func() *db.DB {
				d, err := db.Open(ctx, address)
				if err != nil {
					t.Fatal(err)
				}
				if err := d.Migrate(ctx); err != nil {
					t.Fatal(err)
				}
				return d
			}
			d := open()
			add(t, d, openQueue(t, d), nil, "left behind")
			if err := d.Close(); err != nil {
				t.Fatal(err)
			}
			d = open()
			defer func() { _ = d.Close() }()
			q, r := openQueue(t, d), &record{}
			if err := q.Start(ctx, r.register); err != nil {
				t.Fatal(err)
			}
			eventually(t, "it has run", func() bool { return slices.Equal(r.all(), []string{"left behind"}) })
			if err := q.Stop(ctx); err != nil {
				t.Error(err)
			}
		})
	}
}

// old is a job of an earlier version, of a kind that nobody works any more.
type old struct{}

func (old) Kind() string { return "notify.deliver" }

func TestRetiredJobsAreDropped(t *testing.T) {
	dbtest.Rehearsed(t, nil, func(t *testing.T, d *db.DB) {
		q, r := openQueue(t, d), &record{}
		if err := d.Write(t.Context(), func(ctx context.Context, tx db.Tx) error {
			return q.InsertTx(ctx, tx, old{}, note{"kept"}, old{})
		}); err != nil {
			t.Fatal(err)
		}
		start(t, q, r.register)
		var left int
		if err := d.Read().QueryRowContext(t.Context(), `SELECT count(*) FROM river_job WHERE kind = 'notify.deliver'`).Scan(&left); err != nil || left != 0 {
			t.Errorf("%d are left, %v", left, err)
		}
		eventually(t, "the other has run", func() bool { return slices.Equal(r.all(), []string{"kept"}) })
	})
}

func TestStopWaitsForARunningJob(t *testing.T) {
	dbtest.Rehearsed(t, nil, func(t *testing.T, d *db.DB) {
		q := openQueue(t, d)
		begun, finish := make(chan struct{}), make(chan struct{})
		var r record
		start(t, q, func(w *river.Workers) {
			river.AddWorker(w, &worker{work: func(id string) error { close(begun); <-finish; return r.add(id) }})
		})
		add(t, d, q, nil, "slow")
		<-begun
		stopped := make(chan error, 1)
		go func() { stopped <- q.Stop(context.Background()) }()
		close(finish)
		if err := <-stopped; err != nil || len(r.all()) != 1 {
			t.Errorf("stopped with %v, ran %v", err, r.all())
		}
	})
}

// The act's writer and the job queue share SQLite's one write lock. While acts
// come without a pause, jobs must still be worked, and neither may err.
func TestJobsAreWorkedWhileActsPour(t *testing.T) {
	dbtest.Rehearsed(t, []db.Migrations{probe}, func(t *testing.T, d *db.DB) {
		q, r := openQueue(t, d), &record{}
		start(t, q, r.register)
		ctx, stop := context.WithCancel(context.Background())
		var wg sync.WaitGroup
		for w := range 16 {
			wg.Go(func() {
				for i := 0; ctx.Err() == nil; i++ {
					if err := d.Write(context.Background(), func(ctx context.Context, tx db.Tx) error {
						_, err := tx.ExecContext(ctx, "INSERT INTO probe VALUES ($1, 0)", fmt.Sprint(w, ".", i))
						return err
					}); err != nil {
						t.Error(err)
						return
					}
				}
			})
		}
		began := time.Now()
		add(t, d, q, nil, "amid the noise")
		eventually(t, "the job has run", func() bool { return len(r.all()) == 1 })
		t.Logf("a job waited %s", time.Since(began).Round(time.Millisecond))
		stop()
		wg.Wait()
	})
}
