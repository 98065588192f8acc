package db

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"sync"
)

// batchLimit bounds how many writes share one commit: large enough to hide
// the disk's latency, small enough that nobody waits long behind others.
const batchLimit = 128

// ErrClosed is returned for writes that come after Close.
var ErrClosed = errors.New("the database is closed")

// batcher is SQLite's one writer. It runs the writes that have queued up
// while the last commit was on its way to the disk, each in a savepoint, and
// commits them together.
type batcher struct {
	pool  *sql.DB
	queue chan *write
	done  chan struct{}

	mu     sync.RWMutex // held for reading while a write is being queued
	closed bool
}

type write struct {
	ctx      context.Context
	fn       func(context.Context, Tx) error
	result   chan error
	panicked any
}

func newBatcher(pool *sql.DB) *batcher {
	b := &batcher{pool: pool, queue: make(chan *write, batchLimit), done: make(chan struct{})}
	go b.run()
	return b
}

func (b *batcher) do(ctx context.Context, fn func(context.Context, Tx) error) error {
	w := &write{ctx: context.WithoutCancel(ctx), fn: fn, result: make(chan error, 1)}
	b.mu.RLock()
	if b.closed {
		b.mu.RUnlock()
		return ErrClosed
	}
	b.queue <- w
	b.mu.RUnlock()
	// Once queued the write happens; waiting for its outcome is the only way
	// to tell the truth about it.
	err := <-w.result
	if w.panicked != nil {
		panic(w.panicked)
	}
	return err
}

func (b *batcher) close() {
	b.mu.Lock()
	if !b.closed {
		b.closed = true
		close(b.queue)
	}
	b.mu.Unlock()
	<-b.done
}

func (b *batcher) run() {
	defer close(b.done)
	for first := range b.queue {
		b.commit(first)
	}
}

// commit runs first and whatever else is waiting in one transaction.
func (b *batcher) commit(first *write) {
	tx, err := b.pool.BeginTx(context.Background(), nil)
	if err != nil {
		first.result <- fmt.Errorf("begin: %w", err)
		return
	}
	var ran []*write
	w := first
	for {
		if err := w.run(tx); err != nil {
			w.result <- err
		} else {
			ran = append(ran, w)
		}
		if len(ran) >= batchLimit {
			break
		}
		next, ok := b.waiting()
		if !ok {
			break
		}
		w = next
	}
	err = tx.Commit()
	if err != nil {
		err = errors.Join(fmt.Errorf("commit: %w", err), ignoreDone(tx.Rollback()))
	}
	for _, w := range ran {
		w.result <- err
	}
}

func (b *batcher) waiting() (*write, bool) {
	select {
	case w, ok := <-b.queue:
		return w, ok
	default:
		return nil, false
	}
}

// run executes one write in a savepoint of the shared transaction.
func (w *write) run(tx *sql.Tx) (err error) {
	ctx := context.Background()
	if _, err := tx.ExecContext(ctx, "SAVEPOINT w"); err != nil {
		return fmt.Errorf("savepoint: %w", err)
	}
	defer func() {
		if p := recover(); p != nil {
			w.panicked = p
			err = errors.New("panic in a transaction")
		}
		end := "RELEASE w"
		if err != nil {
			end = "ROLLBACK TO w; RELEASE w"
		}
		if _, e := tx.ExecContext(ctx, end); e != nil {
			err = errors.Join(err, e)
		}
	}()
	return w.fn(w.ctx, Tx{tx})
}

func ignoreDone(err error) error {
	if errors.Is(err, sql.ErrTxDone) {
		return nil
	}
	return err
}
