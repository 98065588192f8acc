package casework_test

import (
	"path/filepath"
	"slices"
	"testing"

	"wangban/internal/casework"
	"wangban/internal/db/dbtest"
	"wangban/internal/vault"
)

// Clients can invent names of acts: those that no item has are not counted by
// name, with whatever else is wrong.
func TestInventedActsHaveNoName(t *testing.T) {
	v, err := vault.Open(filepath.Join(t.TempDir(), "key"))
	must(t, err)
	lib, err := library()
	must(t, err)
	var heard []string
	door, err := casework.New(t.Context(), casework.Options{DB: dbtest.SQLite(t, casework.Migrations), Vault: v, Items: lib,
		House: func() casework.House { return testHouse }, Now: startOfStory.UTC, Observe: func(act, _ string) { heard = append(heard, act) }})
	must(t, err)
	owner := casework.Actor{Kind: casework.Applicant, ID: "owner", Session: "owner"}
	r, err := door.Create(t.Context(), casework.Creation{Item: "acts", Key: "k", Actor: owner, Created: casework.Created{Owner: "owner", Channel: "web"}})
	must(t, err)
	for _, key := range []string{"", "a:b", "k", "fresh"} {
		if _, err := door.Do(t.Context(), r.Case, casework.Input{Act: "invented", Key: key, Actor: owner}); err == nil {
			t.Errorf("key %q: an act that is not there was done", key)
		}
	}
	if slices.Contains(heard, "invented") || len(heard) != 4 {
		t.Errorf("heard of %q", heard)
	}
}
