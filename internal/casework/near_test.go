package casework_test

import (
	"context"
	"errors"
	"path/filepath"
	"testing"

	"wangban/internal/casework"
	"wangban/internal/db"
	"wangban/internal/db/dbtest"
	"wangban/internal/form"
	"wangban/internal/vault"
)

// Two processes on one database each keep cases near. What another has done is
// seen all the same, and nobody is turned down because of what is old.
func TestWhatIsNearIsNeverTheTruth(t *testing.T) {
	dbtest.Both(t, []db.Migrations{casework.Migrations}, func(t *testing.T, store *db.DB) {
		ctx := context.Background()
		v, err := vault.Open(filepath.Join(t.TempDir(), "key"))
		if err != nil {
			t.Fatal(err)
		}
		one, other := openDoorWith(t, store, v), openDoorWith(t, store, v)
		it := registration(t)
		id := one.begin(t, it, trace{}, "near")
		owner := casework.Actor{Kind: casework.Applicant, ID: "owner", Session: "owner"}
		look := func(d *testDoor) casework.State {
			t.Helper()
			s, _, err := d.Get(ctx, id)
			if err != nil {
				t.Fatal(err)
			}
			return s
		}
		act := func(d *testDoor, act, key string, expect int, values form.Values) (casework.State, error) {
			_, s, err := d.Act(ctx, id, casework.Input{Act: act, Key: key, Actor: owner, Expect: expect, Data: casework.Data{Values: values}})
			return s, err
		}
		old := look(one)
		if _, err := act(other, "save", "a", 0, form.Values{"unit.name": "舒城县甲食品经营部"}); err != nil {
			t.Fatal(err)
		}
		// Whoever saw the old answers is shown the new ones.
		var refusal *casework.Refusal
		if _, err := act(one, "save", "b", old.Version, form.Values{"unit.name": "舒城县乙食品经营部"}); !errors.As(err, &refusal) || refusal.Code != casework.CodeStale {
			t.Errorf("saving over what was not seen: %v", err)
		} else if refusal.Fresh.Values["unit.name"] != "舒城县甲食品经营部" {
			t.Errorf("shown as fresh: %v", refusal.Fresh.Values["unit.name"])
		}
		// The other goes on; what was refused in the old stage is done in the new one.
		if s := look(one); s.Version != old.Version+1 {
			t.Errorf("read version %d after %d", s.Version, old.Version)
		}
		if _, err := act(other, "submit", "c", 0, nil); err != nil {
			t.Fatal(err)
		}
		if s, err := act(one, "withdraw", "d", 0, nil); err != nil || s.Stage != "draft" {
			t.Errorf("taken back to %q: %v", s.Stage, err)
		}
		// The same key means the same act, wherever it was done.
		if s, err := act(other, "withdraw", "d", 0, nil); err != nil || s.Version != look(one).Version {
			t.Errorf("again: version %d, %v", s.Version, err)
		}
		// Who is forgotten is forgotten here too, and nothing is written any more.
		look(one)
		if err := store.Write(ctx, func(ctx context.Context, tx db.Tx) error {
			_, err := tx.ExecContext(ctx, `UPDATE cases SET wrapped = $2, state = $2 WHERE id = $1`, id, []byte{})
			return err
		}); err != nil {
			t.Fatal(err)
		}
		if _, err := act(one, "save", "e", 0, form.Values{"unit.name": "舒城县丙食品经营部"}); !errors.As(err, &refusal) || refusal.Code != casework.CodeNotFound {
			t.Errorf("acting on what is forgotten: %v", err)
		}
		if _, _, err := one.Get(ctx, id); !errors.As(err, &refusal) {
			t.Errorf("reading what is forgotten: %v", err)
		}
	})
}
