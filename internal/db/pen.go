package db

import (
	"context"
	"database/sql/driver"
	"fmt"
	"sync"
)

// pen is held by whoever uses SQLite's writing connection: the batcher for a
// batch, the job queue for a statement or a transaction of its own.
type pen struct {
	sync.Mutex
	flush func() error // what has been committed is on the disk
}

// sole is a connector whose connections are one and the same, so that the job
// queue's bookkeeping runs on the connection that the batcher writes on. With
// two, each would see after every commit of the other that its pages are old,
// drop them all and read them again; and they would meet at SQLite's lock,
// where whoever comes second looks again after ever longer pauses. Users take
// turns by the pen and never interrupt a statement.
type sole struct {
	driver.Connector
	mu    sync.Mutex
	conn  sqliteConn
	users int
}

func (s *sole) Connect(ctx context.Context) (driver.Conn, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.users == 0 {
		c, err := s.Connector.Connect(ctx)
		if err != nil {
			return nil, err
		}
		inner, ok := c.(sqliteConn)
		if !ok {
			return nil, fmt.Errorf("the SQLite driver's %T does not do what is needed", c)
		}
		tune(inner)
		s.conn = inner
	}
	s.users++
	return &share{s.conn, s}, nil
}

// share is one user's hold on the connection.
type share struct {
	sqliteConn
	of *sole
}

// ResetSession and IsValid would ask the connection whether it was interrupted,
// while another user may be at work with it.
func (s *share) ResetSession(context.Context) error { return nil }
func (s *share) IsValid() bool                      { return true }

// Close closes the connection when its last user lets go.
func (s *share) Close() error {
	s.of.mu.Lock()
	defer s.of.mu.Unlock()
	if s.of.users--; s.of.users > 0 {
		return nil
	}
	return s.sqliteConn.Close()
}
