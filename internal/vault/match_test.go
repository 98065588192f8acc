package vault_test

import (
	"errors"
	"path/filepath"
	"testing"

	"wangban/internal/db"
	"wangban/internal/db/dbtest"
	"wangban/internal/vault"
)

// A database knows its key: another one is refused before anything is written
// that the right one could not read.
func TestMatch(t *testing.T) {
	dbtest.Rehearsed(t, []db.Migrations{vault.Migrations}, func(t *testing.T, d *db.DB) {
		file := filepath.Join(t.TempDir(), "key")
		open := func(file string) *vault.Vault {
			v, err := vault.Open(file)
			if err != nil {
				t.Fatal(err)
			}
			return v
		}
		for range 2 {
			if err := open(file).Match(t.Context(), d); err != nil {
				t.Fatal(err)
			}
		}
		if err := open(filepath.Join(t.TempDir(), "another")).Match(t.Context(), d); !errors.Is(err, vault.ErrOtherKey) {
			t.Errorf("another key: %v", err)
		}
		if err := open(file).Match(t.Context(), d); err != nil {
			t.Errorf("the right key, after another was tried: %v", err)
		}
	})
}
