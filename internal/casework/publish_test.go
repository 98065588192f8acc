package casework_test

import (
	"context"
	"fmt"
	"sync"
	"testing"

	"wangban/internal/casework"
	"wangban/internal/db"
	"wangban/internal/db/dbtest"
	"wangban/internal/item"
)

// Two processes publish at once: every version is on record once and in one
// order for both, the newest of each item is the current one, and what is
// current already is not published again.
func TestPublish(t *testing.T) {
	dbtest.Both(t, []db.Migrations{casework.Migrations}, func(t *testing.T, store *db.DB) {
		ctx := context.Background()
		doors := []*testDoor{openDoor(t, store), openDoor(t, store)}
		a, b := registration(t), shipped(t, "acts")
		var wg sync.WaitGroup
		for i, d := range doors {
			for n := range 10 {
				v := another(t, a, fmt.Sprintf("version-%d-%d", i, n), func(*item.Item) {})
				wg.Go(func() {
					news, err := d.Publish(ctx, v, b)
					if err != nil || len(news) == 0 || news[0] != v {
						t.Errorf("%d versions are new: %v", len(news), err)
					}
				})
			}
		}
		wg.Wait()
		first, last, err := doors[0].Publications(ctx, 0)
		if err != nil || last != 21 || first[b.Name] != b.Hash {
			t.Fatalf("%v, the newest is number %d (%v)", first, last, err)
		}
		second, _, err := doors[1].Publications(ctx, last-1)
		if err != nil || len(second) != 1 {
			t.Errorf("since the one before the last: %v (%v)", second, err)
		}
		for name, hash := range second {
			if first[name] != hash {
				t.Errorf("of %s one process takes %s, the other %s", name, first[name], hash)
			}
		}
		if news, err := doors[0].Publish(ctx, b); err != nil || len(news) != 0 {
			t.Errorf("current already: %d are new (%v)", len(news), err)
		}
		for v, want := range map[*item.Item]bool{b: true, shipped(t, "food-filing"): false} {
			if known, err := doors[1].Published(ctx, v); err != nil || known != want {
				t.Errorf("%s was published: %v (%v)", v.Name, known, err)
			}
		}
		// Back to an older one: it counts again.
		old := another(t, a, "version-0-0", func(*item.Item) {})
		if _, err := doors[1].Publish(ctx, old); err != nil {
			t.Fatal(err)
		}
		if now, _, err := doors[0].Publications(ctx, 0); err != nil || now[a.Name] != "version-0-0" {
			t.Errorf("gone back to version-0-0, %s counts (%v)", now[a.Name], err)
		}
	})
}
