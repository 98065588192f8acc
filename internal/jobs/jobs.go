// Package jobs runs work that follows an act, such as making its documents. A
// job is inserted in the transaction of the act (River, in the
// same database), so it exists exactly when the act does and outlives a crash.
//
// Jobs are told what to look at, not what to do: their arguments are ids, the
// rows they work on belong to the rooms. A job may run twice; the room's row
// says whether there is still something to do. Limits of cases are no jobs
// (they follow the product's clock, see casework), nor are messages (see notify).
package jobs

import (
	"context"
	"database/sql"
	"fmt"
	"log/slog"
	"sync"
	"time"

	"github.com/riverqueue/river"
	"github.com/riverqueue/river/riverdriver"
	"github.com/riverqueue/river/riverdriver/riverdatabasesql"
	"github.com/riverqueue/river/riverdriver/riversqlite"
	"github.com/riverqueue/river/rivertype"

	"wangban/internal/db"
)

const (
	poll     = 200 * time.Millisecond // what a person in a demo does not notice
	cooldown = 50 * time.Millisecond  // between fetches while there is work
	atOnce   = 16                     // jobs: 300 short ones a second
	timeout  = time.Minute            // of one job
	rescue   = 2 * time.Minute        // after a crash: when a job counts as abandoned
)

// Queue inserts jobs, and works them after Start.
type Queue struct {
	insert  *river.Client[*sql.Tx]
	driver  riverdriver.Driver[*sql.Tx]
	engine  db.Dialect
	logger  *slog.Logger
	mu      sync.Mutex
	working *river.Client[*sql.Tx]
}

// Open gives a queue that can insert jobs and works none yet.
func Open(d *db.DB, logger *slog.Logger) (*Queue, error) {
	q := &Queue{engine: d.Dialect(), logger: logger}
	if q.engine == db.SQLite {
		q.driver = riversqlite.New(d.JobPool())
	} else {
		q.driver = riverdatabasesql.New(d.JobPool())
	}
	var err error
	// Nobody listens (see Start), so inserts need not notify: River does so at
	// most once in this client's fetch cool-down.
	config := &river.Config{Logger: logger, FetchCooldown: time.Hour, FetchPollInterval: time.Hour}
	if q.insert, err = river.NewClient(q.driver, config); err != nil {
		return nil, fmt.Errorf("open the job queue: %w", err)
	}
	return q, nil
}

// InsertTx adds jobs in the transaction: they run when it commits, and never
// when it does not.
func (q *Queue) InsertTx(ctx context.Context, tx db.Tx, args ...river.JobArgs) error {
	params := make([]river.InsertManyParams, len(args))
	for i, a := range args {
		params[i].Args = a
	}
	// The fast form leaves out reading the rows back.
	if _, err := q.insert.InsertManyFastTx(ctx, tx.Tx, params); err != nil {
		return fmt.Errorf("insert a job: %w", err)
	}
	return nil
}

// Start works jobs with what the rooms register. The context bounds only the
// start; Stop ends the work.
func (q *Queue) Start(ctx context.Context, register ...func(*river.Workers)) error {
	workers := river.NewWorkers()
	for _, r := range register {
		r(workers)
	}
	client, err := river.NewClient(q.driver, &river.Config{
		Logger:               q.logger,
		Workers:              workers,
		Queues:               map[string]river.QueueConfig{river.QueueDefault: {MaxWorkers: atOnce}},
		FetchCooldown:        cooldown,
		FetchPollInterval:    poll,
		PollOnly:             true, // the same on both engines; one writer less on SQLite
		JobTimeout:           timeout,
		RescueStuckJobsAfter: rescue,
	})
	if err != nil {
		return fmt.Errorf("start the job queue: %w", err)
	}
	if err := dropRetired(ctx, client); err != nil {
		return fmt.Errorf("drop jobs of an earlier version: %w", err)
	}
	if err := client.Start(context.WithoutCancel(ctx)); err != nil {
		return fmt.Errorf("start the job queue: %w", err)
	}
	q.mu.Lock()
	q.working = client
	q.mu.Unlock()
	return nil
}

// retired are kinds of jobs that earlier versions have inserted and nobody works
// any more: messages are taken up from their own rows.
var retired = []string{"notify.deliver"}

func dropRetired(ctx context.Context, client *river.Client[*sql.Tx]) error {
	const batch = 1000
	for {
		dropped, err := client.JobDeleteMany(ctx, river.NewJobDeleteManyParams().Kinds(retired...).First(batch).
			States(rivertype.JobStateAvailable, rivertype.JobStateRetryable, rivertype.JobStateScheduled))
		if err != nil || len(dropped.Jobs) < batch {
			return err
		}
	}
}

// Stop takes no more jobs and waits for running ones until ctx ends; then it
// cancels them. A cancelled job runs again after the next start.
func (q *Queue) Stop(ctx context.Context) error {
	q.mu.Lock()
	client := q.working
	q.working = nil
	q.mu.Unlock()
	if client == nil {
		return nil
	}
	if err := client.Stop(ctx); err != nil {
		q.logger.Warn("jobs did not end in time and are cancelled", "err", err)
		return client.StopAndCancel(context.WithoutCancel(ctx))
	}
	return nil
}
