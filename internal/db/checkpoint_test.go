package db

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"sync"
	"testing"
)

// However much is written, and by however many, the log begins anew when it has
// become long, and nothing is lost by that.
func TestLogBeginsAnew(t *testing.T) {
	path := filepath.Join(t.TempDir(), "x.db")
	d, err := Open(t.Context(), "sqlite:"+path)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = d.Close() }()
	d.mover.move, d.mover.most = 50, 200 // nothing has been committed that it would look at
	if _, err := d.JobPool().Exec("CREATE TABLE probe (id INTEGER PRIMARY KEY, filler BLOB NOT NULL)"); err != nil {
		t.Fatal(err)
	}
	const writers, each = 8, 250
	filler := bytes.Repeat([]byte{1}, 4000) // a page each: 8 MB in all
	var all sync.WaitGroup
	for w := range writers {
		all.Go(func() {
			for n := range each {
				if err := d.Write(context.Background(), func(ctx context.Context, tx Tx) error {
					_, err := tx.ExecContext(ctx, "INSERT INTO probe VALUES ($1, $2)", w*each+n, filler)
					return err
				}); err != nil {
					t.Error(err)
				}
			}
		})
	}
	all.Wait()
	log, err := os.Stat(path + "-wal")
	if err != nil {
		t.Fatal(err)
	}
	if most := int64(len(filler)) * writers * each / 2; log.Size() > most {
		t.Errorf("the log has become %d KB long", log.Size()>>10)
	}
	if n := count(t, d); n != writers*each {
		t.Errorf("%d rows", n)
	}
}
