package main

import (
	"os"
	"path/filepath"
	"testing"
)

// A demo begun anew does not throw away the key of a database that it leaves
// as it is.
func TestFreshDemoOnPostgreSQL(t *testing.T) {
	c := demoCmd{Fresh: true}
	c.Data = t.TempDir()
	key := filepath.Join(c.Data, "key")
	for _, file := range []string{key, filepath.Join(c.Data, demoMark)} {
		if err := os.WriteFile(file, nil, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	c.Database = "postgres://localhost/demo"
	if err := c.claim(); err == nil {
		t.Error("it is not refused")
	}
	if _, err := os.Stat(key); err != nil {
		t.Errorf("the key: %v", err)
	}
	c.Database = ""
	if err := c.claim(); err != nil {
		t.Error(err)
	}
	if _, err := os.Stat(key); err == nil {
		t.Error("the folder was not emptied")
	}
}
