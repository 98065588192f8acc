package db

import (
	"context"
	"errors"
	"path/filepath"
	"sync"
	"testing"
	"time"
)

// The job queue works on the connection that the batcher writes on, by turns:
// neither reads what the other has not committed, nor undoes it.
func TestJobsTakeTurnsWithTheBatcher(t *testing.T) {
	d, err := Open(t.Context(), "sqlite:"+filepath.Join(t.TempDir(), "x.db"))
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := d.Close(); err != nil {
			t.Error(err)
		}
	}()
	if _, err := d.JobPool().Exec("CREATE TABLE probe (id BIGINT PRIMARY KEY, by TEXT NOT NULL)"); err != nil {
		t.Fatal(err)
	}
	const each = 200
	undone := errors.New("undone")
	var all sync.WaitGroup
	for w := range 4 {
		all.Go(func() {
			for n := range each {
				err := d.Write(context.Background(), func(ctx context.Context, tx Tx) error {
					if _, err := tx.ExecContext(ctx, "INSERT INTO probe VALUES ($1, 'write')", w*each+n); err != nil {
						return err
					}
					if n%10 == 9 {
						return undone
					}
					return nil
				})
				if err != nil && !errors.Is(err, undone) {
					t.Error(err)
				}
			}
		})
	}
	all.Go(func() {
		ctx, cancel := context.WithCancel(context.Background())
		defer cancel()
		for n := range each {
			tx, err := d.JobPool().BeginTx(ctx, nil)
			if err != nil {
				t.Error(err)
				return
			}
			var odd int
			if err := tx.QueryRow("SELECT count(*) FROM probe WHERE by = 'write' AND id % 10 = 9").Scan(&odd); err != nil || odd > 0 {
				t.Errorf("%d rows are read that were never committed (%v)", odd, err)
			}
			if _, err := tx.Exec("INSERT INTO probe VALUES ($1, 'job')", -1-n); err != nil {
				t.Error(err)
			}
			if n%2 == 1 {
				err = tx.Rollback()
			} else {
				err = tx.Commit()
			}
			if err != nil {
				t.Error(err)
			}
		}
	})
	all.Wait()
	for by, want := range map[string]int{"write": 4 * each * 9 / 10, "job": each / 2} {
		var n int
		if err := d.Read().QueryRow("SELECT count(*) FROM probe WHERE by = $1", by).Scan(&n); err != nil || n != want {
			t.Errorf("%d rows by %s, want %d (%v)", n, by, want, err)
		}
	}
}

// A job whose time is up leaves the connection as it was, to the batcher too.
func TestJobThatIsCutOff(t *testing.T) {
	d, err := Open(t.Context(), "sqlite:"+filepath.Join(t.TempDir(), "x.db"))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = d.Close() }()
	if _, err := d.JobPool().Exec("CREATE TABLE probe (id BIGINT PRIMARY KEY)"); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 5*time.Millisecond)
	defer cancel()
	var n int
	_ = d.JobPool().QueryRowContext(ctx, `WITH RECURSIVE c(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM c WHERE n < 300000) SELECT count(*) FROM c`).Scan(&n)
	<-ctx.Done()
	tx, err := d.JobPool().BeginTx(t.Context(), nil)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := tx.Exec("INSERT INTO probe VALUES (1)"); err != nil {
		t.Error(err)
	}
	if err := tx.Rollback(); err != nil {
		t.Error(err)
	}
	if err := insertInto(d, 2); err != nil {
		t.Error(err)
	}
	if n := count(t, d); n != 1 {
		t.Errorf("%d rows", n)
	}
}

// What the job queue has committed is on the disk, and it hears when that fails.
func TestJobsHearOfTheDisk(t *testing.T) {
	d, err := Open(t.Context(), "sqlite:"+filepath.Join(t.TempDir(), "x.db"))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = d.Close() }()
	full := errors.New("no space left on device")
	d.wal.mu.Lock()
	d.wal.failed = full
	d.wal.mu.Unlock()
	if _, err := d.JobPool().Exec("CREATE TABLE probe (id BIGINT PRIMARY KEY)"); !errors.Is(err, full) {
		t.Errorf("a statement says %v", err)
	}
	tx, err := d.JobPool().Begin()
	if err != nil {
		t.Fatal(err)
	}
	if _, err := tx.Exec("INSERT INTO probe VALUES (1)"); err != nil {
		t.Error(err)
	}
	if err := tx.Commit(); !errors.Is(err, full) {
		t.Errorf("a commit says %v", err)
	}
	rows, err := d.JobPool().Query("-- what :many\nUPDATE probe SET id = 2 RETURNING id")
	if err != nil {
		t.Fatal(err)
	}
	if err := rows.Close(); !errors.Is(err, full) {
		t.Errorf("rows that were written say %v", err)
	}
	var n int
	if err := d.JobPool().QueryRow("-- what :one\n\tSELECT count(*) FROM probe").Scan(&n); err != nil {
		t.Errorf("reading says %v", err)
	}
}
