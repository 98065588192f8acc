// Package dbtest gives a test both engines: a fresh SQLite file and a fresh
// database in a private PostgreSQL cluster. The cluster is the one named by
// WANGBAN_TEST_POSTGRES, or one that the first test of the machine starts
// (Debian's postgresql-15) and all test processes share; nothing of it is
// durable or secret.
package dbtest

import (
	"context"
	"crypto/rand"
	"database/sql"
	"encoding/hex"
	"fmt"
	"net/url"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"wangban/internal/db"
)

// EnvPostgres names the variable that holds the address of a cluster whose
// user may create databases.
const EnvPostgres = "WANGBAN_TEST_POSTGRES"

// Both runs test once on each engine, on migrated, empty tables. Writes are
// rehearsed (see db.DB.Rehearse).
func Both(t *testing.T, rooms []db.Migrations, test func(t *testing.T, d *db.DB)) {
	t.Helper()
	for _, engine := range []struct {
		name string
		open func(testing.TB, ...db.Migrations) *db.DB
	}{{"sqlite", SQLite}, {"postgres", Postgres}} {
		t.Run(engine.name, func(t *testing.T) {
			d := engine.open(t, rooms...)
			d.Rehearse()
			test(t, d)
		})
	}
}

// SQLite opens a fresh file that lives as long as the test.
func SQLite(t testing.TB, rooms ...db.Migrations) *db.DB {
	t.Helper()
	return open(t, "sqlite:"+filepath.Join(t.TempDir(), "test.db"), rooms)
}

// Postgres opens a fresh database that is dropped after the test.
func Postgres(t testing.TB, rooms ...db.Migrations) *db.DB {
	t.Helper()
	return open(t, PostgresURL(t), rooms)
}

// PostgresURL makes an empty database and returns its address, for tests that
// start the product itself.
func PostgresURL(t testing.TB) string {
	t.Helper()
	cluster := os.Getenv(EnvPostgres)
	if cluster == "" {
		var err error
		if cluster, err = sharedCluster(); err != nil {
			t.Fatalf("these tests run on PostgreSQL too: set %s to a cluster's address, or install Debian's package postgresql-15: %v", EnvPostgres, err)
		}
	}
	admin, err := sql.Open("pgx", cluster)
	if err != nil {
		t.Fatal(err)
	}
	b := make([]byte, 8)
	_, _ = rand.Read(b)
	name := "wangban_test_" + hex.EncodeToString(b)
	if _, err := admin.Exec("CREATE DATABASE " + name); err != nil {
		t.Fatalf("make a test database: %v", err)
	}
	t.Cleanup(func() {
		if _, err := admin.Exec("DROP DATABASE " + name + " WITH (FORCE)"); err != nil {
			t.Errorf("drop the test database: %v", err)
		}
		_ = admin.Close()
	})
	u, err := url.Parse(cluster)
	if err != nil {
		t.Fatal(err)
	}
	u.Path = "/" + name
	return u.String()
}

func open(t testing.TB, address string, rooms []db.Migrations) *db.DB {
	t.Helper()
	ctx := context.Background()
	d, err := db.Open(ctx, address)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := d.Close(); err != nil {
			t.Errorf("close the database: %v", err)
		}
	})
	if err := d.Migrate(ctx, rooms...); err != nil {
		t.Fatal(err)
	}
	return d
}

// sharedCluster starts, once for the machine's user, a throw-away cluster on
// a Unix socket, and returns its address. A lock file keeps test processes
// from starting it twice.
func sharedCluster() (string, error) {
	dir := filepath.Join(os.TempDir(), fmt.Sprintf("wangban-test-postgres-%d", os.Getuid()))
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return "", err
	}
	lock, err := os.OpenFile(filepath.Join(dir, "lock"), os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return "", err
	}
	defer func() { _ = lock.Close() }()
	if err := syscall.Flock(int(lock.Fd()), syscall.LOCK_EX); err != nil {
		return "", err
	}
	bin, err := binaries()
	if err != nil {
		return "", err
	}
	data := filepath.Join(dir, "data")
	owner := "" // PostgreSQL refuses to run as root
	if os.Getuid() == 0 {
		owner = "postgres"
		if err := giveTo(dir, owner); err != nil {
			return "", err
		}
	}
	run := func(args ...string) error {
		if owner != "" {
			args = append([]string{"runuser", "-u", owner, "--"}, args...)
		}
		cmd := exec.Command(args[0], args[1:]...)
		cmd.Dir = dir
		if out, err := cmd.CombinedOutput(); err != nil {
			return fmt.Errorf("%s: %w: %s", args[len(args)-1], err, strings.TrimSpace(string(out)))
		}
		return nil
	}
	if _, err := os.Stat(filepath.Join(data, "PG_VERSION")); err != nil {
		if err := run(filepath.Join(bin, "initdb"), "-D", data, "-A", "trust", "-U", "wangban", "-E", "UTF8", "--locale=C.UTF-8", "--no-sync"); err != nil {
			return "", err
		}
	}
	if run(filepath.Join(bin, "pg_ctl"), "-D", data, "status") != nil {
		err := run(filepath.Join(bin, "pg_ctl"), "-D", data, "-w", "-s", "-l", filepath.Join(dir, "log"), "-o",
			"-c listen_addresses='' -c unix_socket_directories="+dir+" -c fsync=off -c full_page_writes=off -c max_connections=400", "start")
		if err != nil {
			return "", err
		}
	}
	return "postgres://wangban@/postgres?host=" + url.QueryEscape(dir), nil
}

func binaries() (string, error) {
	found, err := filepath.Glob("/usr/lib/postgresql/*/bin/pg_ctl")
	if err != nil || len(found) == 0 {
		return "", fmt.Errorf("no pg_ctl below /usr/lib/postgresql")
	}
	return filepath.Dir(found[len(found)-1]), nil
}

func giveTo(dir, owner string) error {
	u, err := user.Lookup(owner)
	if err != nil {
		return err
	}
	var uid, gid int
	if _, err := fmt.Sscan(u.Uid+" "+u.Gid, &uid, &gid); err != nil {
		return err
	}
	return os.Chown(dir, uid, gid)
}
