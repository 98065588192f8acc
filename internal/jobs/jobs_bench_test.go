package jobs_test

import (
	"context"
	"fmt"
	"log/slog"
	"sync/atomic"
	"testing"
	"testing/fstest"

	"github.com/riverqueue/river"

	"wangban/internal/db"
	"wangban/internal/db/dbtest"
	"wangban/internal/jobs"
)

type note struct {
	ID string `json:"id"`
}

func (note) Kind() string { return "note" }

var probe = db.Migrations{Room: "probe", Files: fstest.MapFS{
	"202601010000_probe.sql": {Data: []byte("-- +goose Up\nCREATE TABLE probe (id TEXT PRIMARY KEY, n BIGINT NOT NULL);\n")},
}}

type worker struct {
	river.WorkerDefaults[note]
	work func(string) error
}

func (w *worker) Work(_ context.Context, j *river.Job[note]) error { return w.work(j.Args.ID) }

// BenchmarkInsert compares a small durable transaction without and with a job,
// and with the job queue at work beside it: what a job costs an act.
func BenchmarkInsert(b *testing.B) {
	for name, open := range map[string]func(testing.TB, ...db.Migrations) *db.DB{"sqlite": dbtest.SQLite, "postgres": dbtest.Postgres} {
		for _, mode := range []string{"row", "row+job", "row+job, working"} {
			b.Run(name+"/"+mode, func(b *testing.B) {
				d := open(b, probe)
				q, err := jobs.Open(d, slog.New(slog.DiscardHandler))
				if err != nil {
					b.Fatal(err)
				}
				var worked atomic.Int64
				if mode == "row+job, working" {
					if err := q.Start(context.Background(), func(w *river.Workers) {
						river.AddWorker(w, &worker{work: func(string) error { worked.Add(1); return nil }})
					}); err != nil {
						b.Fatal(err)
					}
					defer func() { _ = q.Stop(context.Background()) }()
				}
				var n atomic.Int64
				b.SetParallelism(32)
				b.ResetTimer()
				b.RunParallel(func(pb *testing.PB) {
					for pb.Next() {
						id := fmt.Sprint(n.Add(1))
						err := d.Write(context.Background(), func(ctx context.Context, tx db.Tx) error {
							if _, err := tx.ExecContext(ctx, "INSERT INTO probe VALUES ($1, 0)", id); err != nil || mode == "row" {
								return err
							}
							return q.InsertTx(ctx, tx, note{id})
						})
						if err != nil {
							b.Error(err)
						}
					}
				})
				b.StopTimer()
				b.ReportMetric(float64(worked.Load())/float64(max(1, b.N)), "worked/op")
			})
		}
	}
}
