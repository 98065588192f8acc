package db

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
)

// batchLimit bounds how many writes share one commit: large enough to hide
// the disk's latency, small enough that nobody waits long behind others.
const batchLimit = 128

// ErrClosed is returned for writes that come after Close.
var ErrClosed = errors.New("the database is closed")

// batcher is SQLite's one writer. It runs the writes that come while the last
// commit is on its way to the disk and commits them together. The disk is
// waited for beside the next batch, not before it: SQLite itself does not wait
// (synchronous NORMAL), flush does, and nobody hears of success before it.
type batcher struct {
	pool  *sql.DB
	pen   *pen
	queue chan *write
	done  chan struct{}

	rehearse atomic.Bool // see DB.Rehearse

	mu     sync.RWMutex // held for reading while a write is being queued
	closed bool

	flushing sync.Mutex
	last     *flight
}

// flight is a batch between its commit and the disk.
type flight struct {
	landed chan struct{}
	err    error // once landed
}

type write struct {
	ctx      context.Context
	fn       func(context.Context, Tx) error
	result   chan error
	panicked any
}

func newBatcher(pool *sql.DB, pen *pen) *batcher {
	b := &batcher{pool: pool, pen: pen, queue: make(chan *write, batchLimit), done: make(chan struct{}),
		last: &flight{landed: make(chan struct{})}}
	close(b.last.landed)
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
	<-b.flying().landed
}

// flying is the batch that was committed last.
func (b *batcher) flying() *flight {
	b.flushing.Lock()
	defer b.flushing.Unlock()
	return b.last
}

// settled waits until everything that can be read is on the disk.
func (b *batcher) settled(ctx context.Context) error {
	f := b.flying()
	select {
	case <-f.landed:
		return f.err
	case <-ctx.Done():
		return ctx.Err()
	}
}

func (b *batcher) run() {
	defer close(b.done)
	for first := range b.queue {
		b.together(first)
	}
}

// together runs first, and whatever comes until the batch before is on the
// disk, in one transaction. They run as if all went well, which spares each a
// savepoint; when one fails, all are run again, each for itself.
func (b *batcher) together(first *write) {
	before := b.flying()
	b.pen.Lock()
	tx, err := b.pool.BeginTx(context.Background(), nil)
	if err != nil {
		b.pen.Unlock()
		first.result <- fmt.Errorf("begin: %w", err)
		return
	}
	var ran []*write
	for w := first; w != nil; w = b.next(before, len(ran)) {
		ran = append(ran, w)
		if b.rehearse.Load() {
			err = w.rehearse(tx)
		}
		if err == nil {
			err = w.run(tx)
		}
		if err != nil {
			break
		}
	}
	if err == nil {
		b.commit(tx, ran, before)
		return
	}
	rolled := tx.Rollback()
	switch {
	case rolled != nil:
		b.pen.Unlock()
		answer(ran, errors.Join(err, rolled))
	case len(ran) == 1:
		b.pen.Unlock()
		answer(ran, err)
	default:
		b.apart(ran, before)
	}
}

// next is the write that joins the batch, nil when it is complete.
func (b *batcher) next(before *flight, ran int) *write {
	if ran >= batchLimit {
		return nil
	}
	select {
	case w := <-b.queue: // nil once it is closed
		return w
	default:
	}
	select {
	case w := <-b.queue:
		return w
	case <-before.landed:
		return nil
	}
}

// apart runs the writes again, each in a savepoint, so that one that fails
// leaves the others standing.
func (b *batcher) apart(writes []*write, before *flight) {
	tx, err := b.pool.BeginTx(context.Background(), nil)
	if err != nil {
		b.pen.Unlock()
		answer(writes, fmt.Errorf("begin: %w", err))
		return
	}
	var ran []*write
	for _, w := range writes {
		if err := w.apart(tx); err != nil {
			w.result <- err
		} else {
			ran = append(ran, w)
		}
	}
	b.commit(tx, ran, before)
}

// commit ends the transaction, lets go of the pen, and answers the writes once
// they are on the disk. One batch at a time is on its way there.
func (b *batcher) commit(tx *sql.Tx, ran []*write, before *flight) {
	<-before.landed
	f := &flight{landed: make(chan struct{}), err: before.err}
	b.flushing.Lock() // known before it can be read
	b.last = f
	b.flushing.Unlock()
	end := func(err error) {
		answer(ran, err)
		close(f.landed)
	}
	if f.err != nil {
		// After a disk has failed once, that it says nothing later proves nothing.
		err := errors.Join(f.err, ignoreDone(tx.Rollback()))
		b.pen.Unlock()
		end(err)
		return
	}
	err := tx.Commit()
	if err != nil {
		err = errors.Join(fmt.Errorf("commit: %w", err), ignoreDone(tx.Rollback()))
	}
	b.pen.Unlock()
	if err != nil {
		end(err)
		return
	}
	go func() {
		if err := b.pen.flush(); err != nil {
			f.err = fmt.Errorf("the database cannot be written to the disk: %w", err)
		}
		end(f.err)
	}()
}

func answer(writes []*write, err error) {
	for _, w := range writes {
		w.result <- err
	}
}

// run executes one write. What it panics with is kept for its caller.
func (w *write) run(tx *sql.Tx) (err error) {
	defer func() {
		if w.panicked = recover(); w.panicked != nil {
			err = errors.New("panic in a transaction")
		}
	}()
	return w.fn(w.ctx, Tx{Tx: tx})
}

// apart executes one write in a savepoint of the shared transaction.
func (w *write) apart(tx *sql.Tx) error {
	ctx := context.Background()
	if _, err := tx.ExecContext(ctx, "SAVEPOINT w"); err != nil {
		return fmt.Errorf("savepoint: %w", err)
	}
	err := w.run(tx)
	end := "RELEASE w"
	if err != nil {
		end = "ROLLBACK TO w; RELEASE w"
	}
	if _, e := tx.ExecContext(ctx, end); e != nil {
		err = errors.Join(err, e)
	}
	return err
}

// rehearse executes one write for nothing.
func (w *write) rehearse(tx *sql.Tx) error {
	if _, err := tx.ExecContext(context.Background(), "SAVEPOINT r"); err != nil {
		return err
	}
	err := w.run(tx)
	if err != nil {
		return err
	}
	_, err = tx.ExecContext(context.Background(), "ROLLBACK TO r; RELEASE r")
	return err
}

func ignoreDone(err error) error {
	if errors.Is(err, sql.ErrTxDone) {
		return nil
	}
	return err
}
