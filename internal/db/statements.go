package db

import (
	"context"
	"database/sql/driver"
	"errors"
	"fmt"
	"strconv"
	"strings"
)

// SQLite's connections keep the statements they have prepared: parsing and
// planning cost more than running a small statement. database/sql prepares
// anew for every call, and a prepared sql.Stmt would have to be carried
// through every room's store. (pgx keeps PostgreSQL's by itself.)

const (
	keptStatements = 256      // per connection, more than the rooms have
	keptLength     = 16 << 10 // bytes of SQL; longer ones are made up for one call
)

// keeper makes connections that keep their statements and, where there is a
// pen, hold it while they work.
type keeper struct {
	driver.Connector
	pen *pen
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
	tune(inner)
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

	pen    *pen // nil: needs none
	within bool // a transaction, which holds the pen until its end
}

// hold takes the pen for one statement, unless the transaction around it has
// it. What is returned puts it down and, where the statement may have written,
// waits for the disk.
func (c *conn) hold(query string) (drop func() error) {
	if c.pen == nil || c.within {
		return func() error { return nil }
	}
	c.pen.Lock()
	return func() error {
		c.pen.Unlock()
		if reads(query) {
			return nil
		}
		return c.pen.flush()
	}
}

// BeginTx takes the pen until the transaction ends. Whoever holds the pen is
// not interrupted by a context that ends: the connection is others' too.
func (c *conn) BeginTx(ctx context.Context, opts driver.TxOptions) (driver.Tx, error) {
	if c.pen == nil {
		return c.sqliteConn.BeginTx(ctx, opts)
	}
	c.pen.Lock()
	tx, err := c.sqliteConn.BeginTx(context.WithoutCancel(ctx), opts)
	if err != nil {
		c.pen.Unlock()
		return nil, err
	}
	c.within = true
	return penned{tx, c}, nil
}

// penned is a transaction that puts the pen down when it ends, and whose commit
// waits for the disk.
type penned struct {
	driver.Tx
	conn *conn
}

func (p penned) Commit() error {
	err := p.Tx.Commit()
	if p.drop(); err != nil {
		return err
	}
	return p.conn.pen.flush()
}

func (p penned) Rollback() error { defer p.drop(); return p.Tx.Rollback() }

func (p penned) drop() {
	if p.conn.within {
		p.conn.within = false
		p.conn.pen.Unlock()
	}
}

func (c *conn) ExecContext(ctx context.Context, query string, args []driver.NamedValue) (_ driver.Result, err error) {
	drop := c.hold(query)
	defer func() { err = errors.Join(err, drop()) }()
	s, err := c.take(ctx, query)
	if err != nil {
		return nil, err
	}
	result, err := s.ExecContext(c.uninterrupted(ctx), args)
	return result, c.give(query, s, err)
}

func (c *conn) QueryContext(ctx context.Context, query string, args []driver.NamedValue) (_ driver.Rows, err error) {
	drop := c.hold(query)
	defer func() {
		if err != nil {
			err = errors.Join(err, drop())
		}
	}()
	s, err := c.take(ctx, query)
	if err != nil {
		return nil, err
	}
	r, err := s.QueryContext(c.uninterrupted(ctx), args)
	if err != nil {
		return nil, c.give(query, s, err)
	}
	inner, ok := r.(sqliteRows)
	if !ok {
		return nil, fmt.Errorf("the SQLite driver's %T does not do what is needed", r)
	}
	return &rows{sqliteRows: inner, conn: c, query: query, stmt: s, drop: drop}, nil
}

// Ping asks the database something.
func (c *conn) Ping(ctx context.Context) error {
	drop := c.hold("SELECT")
	return errors.Join(c.sqliteConn.Ping(c.uninterrupted(ctx)), drop())
}

func (c *conn) uninterrupted(ctx context.Context) context.Context {
	if c.pen == nil {
		return ctx
	}
	return context.WithoutCancel(ctx)
}

// reads tells whether a statement surely writes nothing.
func reads(query string) bool {
	for {
		query = strings.TrimLeft(query, " \t\n")
		comment, ok := strings.CutPrefix(query, "--")
		if !ok {
			return len(query) >= 6 && strings.EqualFold(query[:6], "select")
		}
		_, query, _ = strings.Cut(comment, "\n")
	}
}

// take gives a statement to the caller alone: while its rows are being read,
// the same text needs another one.
func (c *conn) take(ctx context.Context, query string) (sqliteStmt, error) {
	if s, ok := c.kept[query]; ok {
		delete(c.kept, query)
		return s, nil
	}
	s, err := c.PrepareContext(c.uninterrupted(ctx), unnamed(query))
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
	drop  func() error
}

func (r *rows) Close() error {
	return errors.Join(r.conn.give(r.query, r.stmt, r.sqliteRows.Close()), r.drop())
}
