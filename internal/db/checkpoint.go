package db

import (
	"context"
	"database/sql"
)

// How many pages of the write-ahead log may wait to be moved into the database
// file, and how many the log may have before nobody writes until all are moved:
// only then it begins anew from its start.
const (
	pagesToMove = 4000
	pagesInLog  = 4 * pagesToMove
)

// mover moves pages from SQLite's write-ahead log into the database file
// (checkpoint), on a connection of its own, while others write. SQLite would
// move them within the commit that makes the log too long, and every writer
// would wait for it and for the disk, twice.
//
// What is in the log is in the database: a move that fails loses nothing, and is
// tried again after the next commit.
type mover struct {
	pool       *sql.DB
	pen        *pen
	move, most int

	work chan struct{}
	quit chan struct{}
	done chan struct{}
}

func newMover(pool *sql.DB, pen *pen, move, most int) *mover {
	m := &mover{pool: pool, pen: pen, move: move, most: most, work: make(chan struct{}, 1), quit: make(chan struct{}), done: make(chan struct{})}
	go m.run()
	return m
}

// wake tells that something was committed.
func (m *mover) wake() {
	select {
	case m.work <- struct{}{}:
	default: // it will look anyway
	}
}

func (m *mover) run() {
	defer close(m.done)
	for {
		select {
		case <-m.quit:
			return
		case <-m.work:
			m.look()
		}
	}
}

func (m *mover) look() {
	log, moved, err := m.checkpoint("NOOP")
	if err != nil || log-moved < m.move {
		return
	}
	if log, _, err = m.checkpoint("PASSIVE"); err != nil || log < m.most {
		return
	}
	m.pen.Lock()
	defer m.pen.Unlock()
	_, _, _ = m.checkpoint("PASSIVE")
}

// checkpoint tells how many pages the log has and how many of them have been
// moved.
func (m *mover) checkpoint(mode string) (log, moved int, err error) {
	var busy int
	err = m.pool.QueryRowContext(context.Background(), `PRAGMA wal_checkpoint(`+mode+`)`).Scan(&busy, &log, &moved)
	return log, moved, err
}

// close waits until nothing is being moved.
func (m *mover) close() error {
	close(m.quit)
	<-m.done
	return m.pool.Close()
}
