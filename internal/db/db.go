package db

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"hash/fnv"
	"net/url"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"time"

	"github.com/jackc/pgx/v5/pgconn"
	_ "github.com/jackc/pgx/v5/stdlib" // the "pgx" driver
	"modernc.org/sqlite"
)

// Dialect names the engine behind a DB.
type Dialect string

// The two engines.
const (
	SQLite   Dialect = "sqlite"
	Postgres Dialect = "postgres"
)

// DB is an open database. It is safe for concurrent use.
type DB struct {
	dialect Dialect
	read    *sql.DB // any number of readers
	write   *sql.DB // PostgreSQL: the same pool; SQLite: the one writing connection
	jobs    *sql.DB // SQLite: the job queue's use of the writing connection
	batch   *batcher
	mover   *mover
	wal     *walFile
}

// Tx is one transaction. Callers never commit or roll it back: returning nil
// or an error from the function given to Write does.
type Tx struct {
	*sql.Tx
	turns bool // others write at the same time
}

// Alone waits until every other transaction that has asked for the same name
// is over, and makes those that ask for it later wait for this one. What is
// read after it is what they have left behind: so it comes before a look that
// must still be true when this transaction commits. On SQLite, where one
// transaction writes at a time, it is nothing.
func (t Tx) Alone(ctx context.Context, name string) error {
	return t.turn(ctx, `SELECT pg_advisory_xact_lock($1)`, name)
}

// Together waits until whoever has asked to be alone by the name is over, and
// makes who asks for that later wait for this transaction. Those who are
// together do not wait for each other.
func (t Tx) Together(ctx context.Context, name string) error {
	return t.turn(ctx, `SELECT pg_advisory_xact_lock_shared($1)`, name)
}

func (t Tx) turn(ctx context.Context, statement, name string) error {
	if !t.turns {
		return nil
	}
	h := fnv.New64a()
	_, _ = h.Write([]byte(name))
	_, err := t.ExecContext(ctx, statement, int64(h.Sum64())) // two names that meet only wait for each other
	return err
}

// Open opens the database that url names: "sqlite:PATH" (the file and its
// folder are made when missing) or "postgres://…". It does not migrate.
func Open(ctx context.Context, url string) (*DB, error) {
	switch {
	case strings.HasPrefix(url, "sqlite:"):
		return openSQLite(ctx, strings.TrimPrefix(url, "sqlite:"))
	case strings.HasPrefix(url, "postgres://"), strings.HasPrefix(url, "postgresql://"):
		return openPostgres(ctx, url)
	default:
		return nil, fmt.Errorf("database address %q is neither sqlite:PATH nor postgres://…", redact(url))
	}
}

func openSQLite(ctx context.Context, path string) (*DB, error) {
	if dir := filepath.Dir(path); dir != "." {
		if err := os.MkdirAll(dir, 0o700); err != nil {
			return nil, fmt.Errorf("make the folder of the database: %w", err)
		}
	}
	keepPages()
	sqlite.Fdatasync(true) // see syncData
	connector := func(extra string) (driver.Connector, error) {
		return sqlite.NewConnector("file:" + (&url.URL{Path: path}).EscapedPath() +
			"?_pragma=busy_timeout(10000)&_pragma=journal_mode(WAL)&_pragma=wal_autocheckpoint(0)" +
			"&_pragma=foreign_keys(1)&_pragma=cache_size(-32000)&_pragma=temp_store(MEMORY)&_pragma=secure_delete(FAST)" + extra)
	}
	writing, err := connector("&_pragma=synchronous(NORMAL)&_txlock=immediate") // who writes flushes
	if err != nil {
		return nil, fmt.Errorf("open %s: %w", path, err)
	}
	reading, err := connector("&_pragma=query_only(1)")
	if err != nil {
		return nil, fmt.Errorf("open %s: %w", path, err)
	}
	d := &DB{dialect: SQLite, wal: &walFile{path: path + "-wal"}}
	pen, one := &pen{}, &sole{Connector: writing}
	open := func(into **sql.DB, conns int, k keeper) error {
		*into = sql.OpenDB(k)
		(*into).SetMaxOpenConns(conns)
		(*into).SetMaxIdleConns(conns)
		return (*into).PingContext(ctx)
	}
	var moving *sql.DB
	for _, o := range []struct {
		into  **sql.DB
		conns int
		keeper
	}{
		{&d.write, 1, keeper{one, nil}}, // the batcher holds the pen
		{&d.jobs, 1, keeper{one, pen}},
		{&d.read, max(4, runtime.GOMAXPROCS(0)*2), keeper{reading, nil}},
		{&moving, 1, keeper{writing, nil}},
	} {
		if err := open(o.into, o.conns, o.keeper); err != nil {
			if moving != nil {
				err = errors.Join(err, moving.Close())
			}
			return nil, errors.Join(fmt.Errorf("open %s: %w", path, err), d.Close())
		}
	}
	d.mover = newMover(moving, pen, pagesToMove, pagesInLog)
	pen.flush = func() error {
		defer d.mover.wake()
		return d.wal.flush()
	}
	d.batch = newBatcher(d.write, pen)
	return d, nil
}

func openPostgres(ctx context.Context, dsn string) (*DB, error) {
	p, err := sql.Open("pgx", dsn)
	if err != nil {
		return nil, fmt.Errorf("database address %q: %w", redact(dsn), err)
	}
	p.SetMaxOpenConns(max(16, runtime.GOMAXPROCS(0)*8))
	p.SetMaxIdleConns(max(16, runtime.GOMAXPROCS(0)*8))
	p.SetConnMaxIdleTime(5 * time.Minute)
	if err := p.PingContext(ctx); err != nil {
		return nil, errors.Join(fmt.Errorf("no answer from the database at %s: %w", redact(dsn), err), p.Close())
	}
	return &DB{dialect: Postgres, read: p, write: p, jobs: p}, nil
}

// redact keeps a password out of messages and logs.
func redact(dsn string) string {
	if u, err := url.Parse(dsn); err == nil && u.User != nil {
		return u.Redacted()
	}
	return dsn
}

// Dialect tells which engine is open.
func (d *DB) Dialect() Dialect { return d.dialect }

// Read is the pool for queries outside a transaction. On SQLite it refuses
// writes.
func (d *DB) Read() *sql.DB { return d.read }

// Snapshot lets fn read the database as it is at one moment, however long it
// takes and whatever is written meanwhile.
func (d *DB) Snapshot(ctx context.Context, fn func(ctx context.Context, tx Tx) error) error {
	tx, err := d.read.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer func() { _ = tx.Rollback() }() // nothing was written
	if d.dialect == Postgres {
		if _, err := tx.ExecContext(ctx, `SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY`); err != nil {
			return err
		}
	}
	return fn(ctx, Tx{Tx: tx})
}

// JobPool is the pool for the job queue's own bookkeeping; jobs are inserted
// in the transaction of the act that causes them, not through it.
func (d *DB) JobPool() *sql.DB { return d.jobs }

// Write runs fn in a durable transaction: when Write returns nil the change
// has reached the disk. On SQLite concurrent writes share one commit (group
// commit); each is isolated, so that one failing leaves the others standing.
// fn may run again: on SQLite after another of the batch has failed, on
// PostgreSQL after a serialisation failure or deadlock. So it must have no
// effect outside the transaction. fn must use the context it
// is given: a caller who hangs up does not abort a transaction that others
// share.
func (d *DB) Write(ctx context.Context, fn func(ctx context.Context, tx Tx) error) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	if d.batch != nil {
		return d.batch.do(ctx, fn)
	}
	const attempts = 8
	for n := 1; ; n++ {
		err := writeOnce(ctx, d.write, fn)
		if err != nil && ctx.Err() != nil {
			// The driver says only that the transaction is over.
			return errors.Join(ctx.Err(), err)
		}
		if err == nil || n == attempts || !retryable(err) {
			return err
		}
	}
}

// Rehearse makes SQLite run every write twice, the first time for nothing. It
// is for tests: a function that has an effect outside its transaction fails
// them, and not only on the day when somebody else's write makes it run again.
func (d *DB) Rehearse() {
	if d.batch != nil {
		d.batch.rehearse.Store(true)
	}
}

func writeOnce(ctx context.Context, pool *sql.DB, fn func(context.Context, Tx) error) error {
	tx, err := pool.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer func() { _ = tx.Rollback() }() // no effect after a commit
	if err := fn(ctx, Tx{Tx: tx, turns: true}); err != nil {
		return err
	}
	return tx.Commit()
}

func retryable(err error) bool {
	var pg *pgconn.PgError
	return errors.As(err, &pg) && (pg.Code == "40001" || pg.Code == "40P01")
}

// Scrub empties the journal of what was overwritten, so that what was erased is
// not left in it. On SQLite, rows that are deleted or changed are overwritten
// with zeros where they stood; the write-ahead log is emptied here, unless
// somebody reads from it for long. On PostgreSQL dead rows stay until it is
// vacuumed, and its log until it is recycled: that is the operator's.
func (d *DB) Scrub(ctx context.Context) error {
	if d.dialect != SQLite {
		return nil
	}
	var busy, log, moved int
	if err := d.jobs.QueryRowContext(ctx, `PRAGMA wal_checkpoint(TRUNCATE)`).Scan(&busy, &log, &moved); err != nil {
		return err
	}
	if busy != 0 {
		return errors.New("somebody reads from the database's journal")
	}
	return nil
}

// Unique tells whether err is a violated uniqueness rule, in either engine.
func Unique(err error) bool {
	var pg *pgconn.PgError
	if errors.As(err, &pg) {
		return pg.Code == "23505"
	}
	var lite *sqlite.Error
	return errors.As(err, &lite) && (lite.Code() == 2067 || lite.Code() == 1555) // UNIQUE, PRIMARYKEY
}

// Settled waits until everything that could be read when it was called has
// reached the disk. On SQLite others can read a change some milliseconds before
// its Write returns; what is shown to the public as final, and must never be
// taken back, is shown after Settled. Jobs need not ask: taking one up is a
// durable write after it.
func (d *DB) Settled(ctx context.Context) error {
	if d.batch == nil {
		return nil
	}
	return d.batch.settled(ctx)
}

// Close ends all connections after running writes have finished.
func (d *DB) Close() error {
	if d.batch != nil {
		d.batch.close()
	}
	var errs []error
	if d.mover != nil {
		errs = append(errs, d.mover.close())
	}
	seen := map[*sql.DB]bool{}
	for _, p := range []*sql.DB{d.read, d.jobs, d.write} {
		if p != nil && !seen[p] {
			seen[p] = true
			errs = append(errs, p.Close())
		}
	}
	if d.wal != nil {
		errs = append(errs, d.wal.close())
	}
	return errors.Join(errs...)
}

// Micros is how an instant is stored: microseconds since 1970 UTC. The zero
// time is stored as 0.
func Micros(t time.Time) int64 {
	if t.IsZero() {
		return 0
	}
	return t.UnixMicro()
}

// Time reads what Micros stored.
func Time(micros int64) time.Time {
	if micros == 0 {
		return time.Time{}
	}
	return time.UnixMicro(micros).UTC()
}
