// Package jobs runs work that follows an act: sending its messages, making its
// documents. A job is inserted in the transaction of the act (River, in the
// same database), so it exists exactly when the act does and outlives a crash.
//
// Jobs are told what to look at, not what to do: their arguments are ids, the
// rows they work on belong to the rooms. A job may run twice; the room's row
// says whether there is still something to do. Limits of cases are no jobs
// (they follow the product's clock, see casework).
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

	"wangban/internal/db"
)

// Queues. A flood of notices must not stand before a code somebody waits for.
const (
	Urgent = "urgent"
	Normal = river.QueueDefault
)

const (
	poll     = 200 * time.Millisecond // what a person in a demo does not notice
	cooldown = 50 * time.Millisecond  // between fetches while there is work
	atOnce   = 16                     // jobs of one queue: 300 short ones a second
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
		Queues:               map[string]river.QueueConfig{Normal: {MaxWorkers: atOnce}, Urgent: {MaxWorkers: atOnce}},
		FetchCooldown:        cooldown,
		FetchPollInterval:    poll,
		PollOnly:             true, // the same on both engines; one writer less on SQLite
		JobTimeout:           timeout,
		RescueStuckJobsAfter: rescue,
	})
	if err != nil {
		return fmt.Errorf("start the job queue: %w", err)
	}
	if err := client.Start(context.WithoutCancel(ctx)); err != nil {
		return fmt.Errorf("start the job queue: %w", err)
	}
	q.mu.Lock()
	q.working = client
	q.mu.Unlock()
	return nil
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
