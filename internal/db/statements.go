package db

import (
	"context"
	"database/sql/driver"
	"fmt"
)

// SQLite's connections keep the statements they have prepared: parsing and
// planning cost more than running a small statement. database/sql prepares
// anew for every call, and a prepared sql.Stmt would have to be carried
// through every room's store. (pgx keeps PostgreSQL's by itself.)

const (
	keptStatements = 256     // per connection, more than the rooms have
	keptLength     = 4 << 10 // bytes of SQL; longer ones are made up for one call
)

// keeper makes connections that keep their statements.
type keeper struct{ driver.Connector }

func (k keeper) Connect(ctx context.Context) (driver.Conn, error) {
	c, err := k.Connector.Connect(ctx)
	if err != nil {
		return nil, err
	}
	inner, ok := c.(sqliteConn)
	if !ok {
		return nil, fmt.Errorf("the SQLite driver's %T does not do what is needed", c)
	}
	return &conn{sqliteConn: inner, kept: map[string]sqliteStmt{}}, nil
}

// sqliteConn, sqliteStmt and sqliteRows are what database/sql uses of the
// driver.
type (
	sqliteConn interface {
		driver.Conn
		driver.ConnBeginTx
		driver.ConnPrepareContext
		driver.ExecerContext
		driver.QueryerContext
		driver.Pinger
		driver.SessionResetter
		driver.Validator
	}
	sqliteStmt interface {
		driver.Stmt
		driver.StmtExecContext
		driver.StmtQueryContext
	}
	sqliteRows interface {
		driver.RowsColumnTypeDatabaseTypeName
		driver.RowsColumnTypeLength
		driver.RowsColumnTypeNullable
		driver.RowsColumnTypePrecisionScale
		driver.RowsColumnTypeScanType
	}
)

// conn is one connection. database/sql lets one goroutine at a time use it.
type conn struct {
	sqliteConn
	kept map[string]sqliteStmt // not in use
}

func (c *conn) ExecContext(ctx context.Context, query string, args []driver.NamedValue) (driver.Result, error) {
	s, err := c.take(ctx, query)
	if err != nil {
		return nil, err
	}
	result, err := s.ExecContext(ctx, args)
	return result, c.give(query, s, err)
}

func (c *conn) QueryContext(ctx context.Context, query string, args []driver.NamedValue) (driver.Rows, error) {
	s, err := c.take(ctx, query)
	if err != nil {
		return nil, err
	}
	r, err := s.QueryContext(ctx, args)
	if err != nil {
		return nil, c.give(query, s, err)
	}
	inner, ok := r.(sqliteRows)
	if !ok {
		return nil, fmt.Errorf("the SQLite driver's %T does not do what is needed", r)
	}
	return &rows{sqliteRows: inner, conn: c, query: query, stmt: s}, nil
}

// take gives a statement to the caller alone: while its rows are being read,
// the same text needs another one.
func (c *conn) take(ctx context.Context, query string) (sqliteStmt, error) {
	if s, ok := c.kept[query]; ok {
		delete(c.kept, query)
		return s, nil
	}
	s, err := c.PrepareContext(ctx, query)
	if err != nil {
		return nil, err
	}
	inner, ok := s.(sqliteStmt)
	if !ok {
		return nil, fmt.Errorf("the SQLite driver's %T does not do what is needed", s)
	}
	return inner, nil
}

// give takes a statement back; one that has failed is not used again.
func (c *conn) give(query string, s sqliteStmt, failed error) error {
	if _, twice := c.kept[query]; failed != nil || twice || len(query) > keptLength {
		err := s.Close()
		if failed != nil {
			return failed
		}
		return err
	}
	if len(c.kept) >= keptStatements {
		for other, old := range c.kept { // any
			delete(c.kept, other)
			if err := old.Close(); err != nil {
				return err
			}
			break
		}
	}
	c.kept[query] = s
	return nil
}

func (c *conn) Close() error {
	for query, s := range c.kept {
		delete(c.kept, query)
		_ = s.Close() // the connection's own closing says what is wrong
	}
	return c.sqliteConn.Close()
}

// rows gives its statement back when it is closed.
type rows struct {
	sqliteRows
	conn  *conn
	query string
	stmt  sqliteStmt
}

func (r *rows) Close() error {
	return r.conn.give(r.query, r.stmt, r.sqliteRows.Close())
}
