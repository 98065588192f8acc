package db

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"sync"
	"sync/atomic"
	"testing"
)

// disk is a disk whose writes end when the test says so.
type disk struct {
	asked chan struct{}
	ends  chan error
}

func (d disk) flush() error {
	d.asked <- struct{}{}
	return <-d.ends
}

// openOn opens a database whose writes go to the given disk.
func openOn(t *testing.T) (*DB, disk) {
	t.Helper()
	opened, err := Open(t.Context(), "sqlite:"+filepath.Join(t.TempDir(), "x.db"))
	if err != nil {
		t.Fatal(err)
	}
	if err := opened.Write(t.Context(), func(ctx context.Context, tx Tx) error {
		_, err := tx.ExecContext(ctx, "CREATE TABLE probe (id BIGINT PRIMARY KEY)")
		return err
	}); err != nil {
		t.Fatal(err)
	}
	opened.batch.close()
	slow := disk{make(chan struct{}), make(chan error)}
	opened.batch = newBatcher(opened.write, &pen{flush: slow.flush})
	return opened, slow
}

func insertInto(d *DB, id int) error {
	return d.Write(context.Background(), func(ctx context.Context, tx Tx) error {
		_, err := tx.ExecContext(ctx, "INSERT INTO probe VALUES ($1)", id)
		return err
	})
}

func count(t *testing.T, d *DB) (n int) {
	t.Helper()
	if err := d.Read().QueryRow("SELECT count(*) FROM probe").Scan(&n); err != nil {
		t.Fatal(err)
	}
	return n
}

func TestNobodyHearsOfSuccessBeforeTheDisk(t *testing.T) {
	d, slow := openOn(t)
	result := make(chan error, 1)
	go func() { result <- insertInto(d, 1) }()
	<-slow.asked // it has been committed
	settled := make(chan error, 1)
	go func() { settled <- d.Settled(context.Background()) }()
	if n := count(t, d); n != 1 {
		t.Errorf("%d rows are committed", n)
	}
	select {
	case err := <-result:
		t.Fatalf("the write came back with %v before the disk had it", err)
	case err := <-settled:
		t.Fatalf("all is said to be on the disk (%v) before it is", err)
	default:
	}
	slow.ends <- nil
	if err := errors.Join(<-result, <-settled); err != nil {
		t.Error(err)
	}
	if err := d.Close(); err != nil {
		t.Error(err)
	}
}

// While one batch is on its way to the disk the next is gathered, and all of
// it goes there at once.
func TestWritesGatherWhileTheDiskIsBusy(t *testing.T) {
	d, slow := openOn(t)
	var wg sync.WaitGroup
	var ran atomic.Int64
	const writers = 50
	write := func(id int) {
		wg.Go(func() {
			err := d.Write(context.Background(), func(ctx context.Context, tx Tx) error {
				defer ran.Add(1)
				_, err := tx.ExecContext(ctx, "INSERT INTO probe VALUES ($1)", id)
				return err
			})
			if err != nil {
				t.Error(err)
			}
		})
	}
	write(0)
	<-slow.asked
	for id := range writers {
		write(1 + id)
	}
	for ran.Load() < 1+writers {
		runtime.Gosched()
	}
	if n := count(t, d); n != 1 {
		t.Errorf("%d rows are committed before the disk is free", n)
	}
	slow.ends <- nil
	<-slow.asked
	if n := count(t, d); n != 1+writers {
		t.Errorf("%d rows went to the disk at once", n)
	}
	slow.ends <- nil
	wg.Wait()
	if err := d.Close(); err != nil {
		t.Error(err)
	}
}

// A write runs again when another of its batch has failed.
func TestOneThatFailsLeavesItsBatchStanding(t *testing.T) {
	d, slow := openOn(t)
	first, others := make(chan error, 1), make(chan error, 3)
	go func() { first <- insertInto(d, 0) }()
	<-slow.asked
	wrong := errors.New("turned down")
	var runs [3]atomic.Int64
	for i := range runs {
		go func() {
			others <- d.Write(context.Background(), func(ctx context.Context, tx Tx) error {
				runs[i].Add(1)
				if _, err := tx.ExecContext(ctx, "INSERT INTO probe VALUES ($1)", 1+i); err != nil || i != 2 {
					return err
				}
				return wrong
			})
		}()
		for runs[i].Load() == 0 {
			runtime.Gosched()
		}
	}
	if err := <-others; !errors.Is(err, wrong) {
		t.Errorf("what failed says %v", err)
	}
	slow.ends <- nil
	<-slow.asked
	slow.ends <- nil
	if err := errors.Join(<-first, <-others, <-others); err != nil {
		t.Error(err)
	}
	if n := count(t, d); n != 3 {
		t.Errorf("%d rows stand", n)
	}
	for i := range runs {
		if n := runs[i].Load(); n != 2 {
			t.Errorf("write %d ran %d times", i, n)
		}
	}
	if err := d.Close(); err != nil {
		t.Error(err)
	}
}

// After a disk has failed nothing is said to be durable any more: a system may
// report such a failure only once.
func TestDiskThatFails(t *testing.T) {
	d, slow := openOn(t)
	full := errors.New("no space left on device")
	result := make(chan error, 1)
	go func() { result <- insertInto(d, 1) }()
	<-slow.asked
	slow.ends <- full
	if err := <-result; !errors.Is(err, full) {
		t.Errorf("the write says %v", err)
	}
	if err := insertInto(d, 2); !errors.Is(err, full) {
		t.Errorf("the next one says %v", err)
	}
	if err := d.Settled(t.Context()); !errors.Is(err, full) {
		t.Errorf("what can be read is said to be on the disk: %v", err)
	}
	if n := count(t, d); n != 1 {
		t.Errorf("%d rows", n)
	}
	if err := d.Close(); err != nil {
		t.Error(err)
	}
}

// The log's file is another one after everybody has closed the database.
func TestLogFileIsFoundAgain(t *testing.T) {
	w := walFile{path: filepath.Join(t.TempDir(), "x.db-wal")}
	if err := w.flush(); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("no log, and flushing says %v", err)
	}
	for range 2 {
		if err := os.WriteFile(w.path, []byte("frames"), 0o600); err != nil {
			t.Fatal(err)
		}
		if err := w.flush(); err != nil {
			t.Fatal(err)
		}
		named, err := os.Stat(w.path)
		if err != nil {
			t.Fatal(err)
		}
		if opened, err := w.file.Stat(); err != nil || !os.SameFile(named, opened) {
			t.Errorf("another file was flushed (%v)", err)
		}
		if err := os.Rename(w.path, w.path+".old"); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.close(); err != nil {
		t.Error(err)
	}
}

func TestParametersWithoutNames(t *testing.T) {
	for query, want := range map[string]string{
		`SELECT 1`: `SELECT 1`,
		`INSERT INTO t VALUES ($1, $2, '$3 it''s', $3)`: `INSERT INTO t VALUES (?, ?, '$3 it''s', ?)`,
		`SELECT "a$1" FROM t WHERE x = $1 LIMIT 10`:     `SELECT "a$1" FROM t WHERE x = ? LIMIT 10`,
		`SELECT $1, $2, $1`:                             `SELECT $1, $2, $1`,
		`SELECT $2, $1`:                                 `SELECT $2, $1`,
		`SELECT $1, $name`:                              `SELECT $1, $name`,
		`SELECT $01`:                                    `SELECT $01`,
		`SELECT $1, 'never ends`:                        `SELECT $1, 'never ends`,
		`$1$2$3$4$5$6$7$8$9$10 `:                        `?????????? `,
	} {
		if got := unnamed(query); got != want {
			t.Errorf("%s becomes %s, want %s", query, got, want)
		}
	}
}

// After an update of the driver this tells that lists have become slower.
func TestConnectionsAreTuned(t *testing.T) {
	d, err := Open(t.Context(), "sqlite:"+filepath.Join(t.TempDir(), "x.db"))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = d.Close() }()
	c, err := d.read.Conn(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = c.Close() }()
	if err := c.Raw(func(opened any) error {
		if !tune(opened.(*conn).sqliteConn) {
			t.Error("a reader's connection does not look as it did")
		}
		return nil
	}); err != nil {
		t.Error(err)
	}
	w, err := d.jobs.Conn(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = w.Close() }()
	if err := w.Raw(func(opened any) error {
		if !tune(opened.(*conn).sqliteConn.(*share).sqliteConn) {
			t.Error("the writing connection does not look as it did")
		}
		return nil
	}); err != nil {
		t.Error(err)
	}
	if tune(opaque{}) || tune(&opaque{db: 1}) || tune(nil) {
		t.Error("something was written into what is no connection")
	}
}

type opaque struct{ db uint8 }
