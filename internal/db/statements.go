package db

import (
	"context"
	"database/sql/driver"
	"fmt"
	"strconv"
	"strings"
	"sync"
)

// SQLite's connections keep the statements they have prepared: parsing and
// planning cost more than running a small statement. database/sql prepares
// anew for every call, and a prepared sql.Stmt would have to be carried
// through every room's store. (pgx keeps PostgreSQL's by itself.)

const (
	keptStatements = 256     // per connection, more than the rooms have
	keptLength     = 4 << 10 // bytes of SQL; longer ones are made up for one call
)

// keeper makes connections that keep their statements and, where there is a
// pen, hold it while they write.
type keeper struct {
	driver.Connector
	pen *sync.Mutex
}

func (k keeper) Connect(ctx context.Context) (driver.Conn, error) {
	c, err := k.Connector.Connect(ctx)
	if err != nil {
		return nil, err
	}
	inner, ok := c.(sqliteConn)
	if !ok {
		return nil, fmt.Errorf("the SQLite driver's %T does not do what is needed", c)
	}
	withoutMutex(inner)
	return &conn{sqliteConn: inner, kept: map[string]sqliteStmt{}, pen: k.pen}, nil
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

	// Two connections that write would meet at SQLite's lock, where whoever
	// comes second looks again after ever longer pauses.
	pen    *sync.Mutex // nil: needs none
	within bool        // a transaction, which holds the pen until its end
}

// hold takes the pen for one statement, unless the transaction around it has it.
func (c *conn) hold() (drop func()) {
	if c.pen == nil || c.within {
		return func() {}
	}
	c.pen.Lock()
	return c.pen.Unlock
}

func (c *conn) BeginTx(ctx context.Context, opts driver.TxOptions) (driver.Tx, error) {
	if c.pen == nil {
		return c.sqliteConn.BeginTx(ctx, opts)
	}
	c.pen.Lock()
	tx, err := c.sqliteConn.BeginTx(ctx, opts)
	if err != nil {
		c.pen.Unlock()
		return nil, err
	}
	c.within = true
	return penned{tx, c}, nil
}

// penned is a transaction that drops the pen when it ends.
type penned struct {
	driver.Tx
	conn *conn
}

func (p penned) Commit() error   { defer p.drop(); return p.Tx.Commit() }
func (p penned) Rollback() error { defer p.drop(); return p.Tx.Rollback() }

func (p penned) drop() {
	if p.conn.within {
		p.conn.within = false
		p.conn.pen.Unlock()
	}
}

func (c *conn) ExecContext(ctx context.Context, query string, args []driver.NamedValue) (driver.Result, error) {
	defer c.hold()()
	s, err := c.take(ctx, query)
	if err != nil {
		return nil, err
	}
	result, err := s.ExecContext(ctx, args)
	return result, c.give(query, s, err)
}

func (c *conn) QueryContext(ctx context.Context, query string, args []driver.NamedValue) (_ driver.Rows, err error) {
	drop := c.hold()
	defer func() {
		if err != nil {
			drop()
		}
	}()
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
	return &rows{sqliteRows: inner, conn: c, query: query, stmt: s, drop: drop}, nil
}

// take gives a statement to the caller alone: while its rows are being read,
// the same text needs another one.
func (c *conn) take(ctx context.Context, query string) (sqliteStmt, error) {
	if s, ok := c.kept[query]; ok {
		delete(c.kept, query)
		return s, nil
	}
	s, err := c.PrepareContext(ctx, unnamed(query))
	if err != nil {
		return nil, err
	}
	inner, ok := s.(sqliteStmt)
	if !ok {
		return nil, fmt.Errorf("the SQLite driver's %T does not do what is needed", s)
	}
	return inner, nil
}

// unnamed writes ? for parameters that come as $1, $2, $3 and so on, each once.
// To SQLite $1 is a name, and the driver looks each name up among all of them
// whenever the statement runs.
func unnamed(query string) string {
	var b strings.Builder
	n, rest := 0, query
	for {
		i := strings.IndexAny(rest, "$'\"")
		if i < 0 {
			return b.String() + rest
		}
		if rest[i] != '$' { // a text or a quoted name
			end := strings.IndexByte(rest[i+1:], rest[i])
			if end < 0 {
				return query
			}
			end += i + 2
			b.WriteString(rest[:end])
			rest = rest[end:]
			continue
		}
		digits := i + 1
		for digits < len(rest) && rest[digits] >= '0' && rest[digits] <= '9' {
			digits++
		}
		n++
		if rest[i+1:digits] != strconv.Itoa(n) {
			return query
		}
		b.WriteString(rest[:i])
		b.WriteByte('?')
		rest = rest[digits:]
	}
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
	drop  func()
}

func (r *rows) Close() error {
	defer r.drop()
	return r.conn.give(r.query, r.stmt, r.sqliteRows.Close())
}
