package casework_test

import (
	"path/filepath"
	"testing"

	"wangban/internal/casework"
	"wangban/internal/db"
	"wangban/internal/db/dbtest"
	"wangban/internal/vault"
)

// What this process does is counted at once, what another does within a second.
func TestCountsAreYoung(t *testing.T) {
	dbtest.Both(t, []db.Migrations{casework.Migrations}, func(t *testing.T, d *db.DB) {
		v, err := vault.Open(filepath.Join(t.TempDir(), "key"))
		must(t, err)
		here, there := openDoorWith(t, d, v), openDoorWith(t, d, v)
		applicant := casework.Actor{Kind: casework.Applicant, ID: "owner", Session: "owner"}
		id := here.begin(t, registration(t), trace{}, "one")
		counted := func(want int, when string) {
			t.Helper()
			n, err := here.Counts(t.Context(), 100, casework.Query{Desk: true, Now: here.now}, casework.Query{Desk: true, Stage: "nowhere"})
			if err != nil || n[0] != want || n[1] != 0 {
				t.Errorf("%s: counted %v, %v; want %d", when, n, err, want)
			}
			n[0] = -1 // the caller's own
		}
		counted(0, "at the beginning")
		here.do(t, id, "submit", applicant, casework.Data{})
		counted(1, "after an act here")
		there.do(t, id, "withdraw", applicant, casework.Data{})
		counted(1, "after an act elsewhere, at the same instant")
		here.now = here.now.Add(casework.CountsAge)
		counted(0, "a second later")
	})
}
