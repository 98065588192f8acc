package phrase_test

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"wangban/internal/db"
	"wangban/internal/db/dbtest"
	"wangban/internal/english"
	"wangban/internal/phrase"
)

func TestEnglishIsComplete(t *testing.T) { english.Complete(t, phrase.English) }

func both(t *testing.T, test func(t *testing.T, r *phrase.Room)) {
	dbtest.Rehearsed(t, []db.Migrations{phrase.Migrations}, func(t *testing.T, d *db.DB) {
		now := time.Date(2020, 9, 4, 1, 0, 0, 0, time.UTC)
		test(t, phrase.New(d, func() time.Time { now = now.Add(time.Second); return now }))
	})
}

func texts(t *testing.T, r *phrase.Room, shelves ...phrase.Shelf) []string {
	t.Helper()
	all, err := r.On(t.Context(), shelves...)
	if err != nil {
		t.Fatal(err)
	}
	var out []string
	for _, p := range all {
		out = append(out, string(p.Shelf)+" "+p.Text)
	}
	return out
}

// Every shelf is its own: what is written, changed or deleted on one shows on
// no other.
func TestShelves(t *testing.T) {
	both(t, func(t *testing.T, r *phrase.Room) {
		ctx := t.Context()
		me, unit, other := phrase.Own("one"), phrase.Unit("one"), phrase.Own("two")
		for _, add := range []struct {
			shelf phrase.Shelf
			text  string
		}{{me, "照片看不清。"}, {unit, "照片看不清。"}, {me, " 少了\n“镇”字 "}, {me, "照片看不清。"}} {
			if err := r.Add(ctx, add.shelf, add.text, "one"); err != nil {
				t.Fatal(err)
			}
		}
		want := []string{"unit:one 照片看不清。", "staff:one 照片看不清。", "staff:one 少了 “镇”字"}
		if got := texts(t, r, unit, me, other); !slices.Equal(got, want) {
			t.Fatalf("%q", got)
		}
		mine, err := r.On(ctx, me)
		if err != nil {
			t.Fatal(err)
		}
		refused(t, 404, r.Change(ctx, other, mine[0].ID, "别人改的", "two"))
		refused(t, 422, r.Change(ctx, me, mine[0].ID, "少了 “镇”字", "one"))
		if err := errors.Join(r.Delete(ctx, other, mine[0].ID), r.Change(ctx, me, mine[0].ID, "重拍一张。", "one"), r.Delete(ctx, me, mine[1].ID), r.Delete(ctx, me, mine[1].ID)); err != nil {
			t.Fatal(err)
		}
		if got := texts(t, r, me, unit); !slices.Equal(got, []string{"staff:one 重拍一张。", "unit:one 照片看不清。"}) {
			t.Errorf("%q", got)
		}
		refused(t, 404, r.Change(ctx, me, mine[1].ID, "删掉以后", "one"))
	})
}

func TestLimits(t *testing.T) {
	both(t, func(t *testing.T, r *phrase.Room) {
		ctx := t.Context()
		me := phrase.Own("one")
		for _, text := range []string{"", " \n ", "a\x00b", "\xff", strings.Repeat("字", phrase.Longest+1)} {
			refused(t, 422, r.Add(ctx, me, text, "one"))
		}
		for i := range phrase.Most {
			if err := r.Add(ctx, me, strings.Repeat("字", phrase.Longest-2)+fmt.Sprintf("%02d", i), "one"); err != nil {
				t.Fatal(err)
			}
		}
		refused(t, 422, r.Add(ctx, me, "多一句", "one"))
		if err := errors.Join(r.Add(ctx, me, strings.Repeat("字", phrase.Longest-2)+"00", "one"), r.Add(ctx, phrase.Own("two"), "别人的不算", "two")); err != nil {
			t.Error(err)
		}
		if n := len(texts(t, r, me)); n != phrase.Most {
			t.Errorf("%d phrases", n)
		}
	})
}

func refused(t *testing.T, status int, err error) {
	t.Helper()
	var r *phrase.Refusal
	if !errors.As(err, &r) || r.Status != status || r.Error() == "" {
		t.Errorf("not refused with %d: %v", status, err)
	}
}
