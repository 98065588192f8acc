package licence_test

import (
	"context"
	"errors"
	"maps"
	"slices"
	"strings"
	"sync"
	"testing"

	"wangban/internal/casework"
	"wangban/internal/db"
	"wangban/internal/db/dbtest"
	"wangban/internal/form"
	"wangban/internal/item"
	"wangban/internal/licence"
	"wangban/internal/registry"
)

func (o *office) undo(t testing.TB, batch string, asked licence.Asked, dry bool) (licence.TakenBack, error) {
	t.Helper()
	cases := func(context.Context, casework.Queryer) (licence.Asked, error) { return asked, nil }
	return o.Undo(t.Context(), licence.Undoing{Batch: batch, ByID: "hejun", ByName: "何军", Reason: "文件拿错了", Asked: cases, DryRun: dry})
}

// An import of the wrong file is taken back whole, leaves a trace, and the right
// file can follow.
func TestImportIsTakenBack(t *testing.T) {
	dbtest.Rehearsed(t, rooms, func(t *testing.T, d *db.DB) {
		o, ctx := importing(t, d), t.Context()
		file := headings + oldRow(oldNumber("2", 41)) + oldRow(oldNumber("2", 42))
		stays := o.loaded(t, headings+oldRow(oldNumber("2", 7)))
		wrong := o.loaded(t, file)
		if wrong.Batch == "" || wrong.Batch == stays.Batch {
			t.Fatalf("batches %q and %q", stays.Batch, wrong.Batch)
		}
		if again := o.loaded(t, file); again.Batch != "" {
			t.Errorf("nothing was written, and it is called %s", again.Batch)
		}
		before := o.count(t)
		out, err := o.undo(t, wrong.Batch, nil, true)
		if err != nil || out.Licences != 2 || len(out.Series) != 1 || out.Series[0].Last != 7 || o.count(t) != before {
			t.Fatalf("%+v %v", out, err)
		}
		if out, err = o.undo(t, wrong.Batch, nil, false); err != nil || out.Licences != 2 || len(out.Standing) > 0 {
			t.Fatalf("%+v %v", out, err)
		}
		if _, ok, err := o.Find(ctx, oldNumber("2", 41)); ok || err != nil {
			t.Error("it is still on record", err)
		}
		o.found(t, oldNumber("2", 7))
		all, err := o.Batches(ctx)
		if err != nil || len(all) != 2 {
			t.Fatalf("%+v %v", all, err)
		}
		for _, b := range all {
			switch u := b.Undone; {
			case b.Name == stays.Batch && u != nil:
				t.Error("another import went with it")
			case b.Name == wrong.Batch && (u == nil || u.ByID != "hejun" || u.ByName != "何军" || u.Reason != "文件拿错了" || u.Licences != 2 || !u.At.Equal(o.now) || b.ByName != "孙丽"):
				t.Errorf("the trace says %+v of %+v", u, b)
			}
		}
		if _, err := o.undo(t, wrong.Batch, nil, false); !errors.Is(err, licence.ErrUndone) {
			t.Error(err)
		}
		if _, err := o.undo(t, "nothing", nil, true); !errors.Is(err, licence.ErrNoBatch) {
			t.Error(err)
		}
		if next, err := o.issue(ctx, "case-1", nil); err != nil || next[9:15] != "000008" {
			t.Errorf("the next number is %s, %v", next, err)
		}
		if right := o.loaded(t, file); right.Added != 2 || right.Series[0].Last != 42 {
			t.Errorf("%+v", right)
		}
	})
}

// What rests on a licence keeps its whole import, and each is told by its line.
func TestImportThatSomethingRestsOnStays(t *testing.T) {
	dbtest.Rehearsed(t, rooms, func(t *testing.T, d *db.DB) {
		o := importing(t, d)
		var numbers []string
		file := headings
		for n := range 6 {
			numbers = append(numbers, oldNumber("2", n+1))
			file += oldRow(numbers[n])
		}
		batch := o.loaded(t, file).Batch
		for n, act := range []string{"change", "revoke", "suspend"} {
			if _, err := o.act(t.Context(), act, numbers[n], nil, func(s *casework.State, e *casework.Event) {
				s.Values = maps.Clone(o.values)
				maps.Copy(s.Values, form.Values{o.it.Flow.Subject: shop, o.it.Flow.Title: "舒城县老街饭店", numberField: numbers[n]})
				e.Data.Reason = "虚假"
			}); err != nil {
				t.Fatal(act, err)
			}
		}
		if err := d.Write(t.Context(), func(ctx context.Context, tx db.Tx) error {
			return licence.ForgetImported(ctx, tx, numbers[3], "孙丽 2026-11-20 保管期满", func(string) error { return nil })
		}); err != nil {
			t.Fatal(err)
		}
		before := o.count(t)
		for _, dry := range []bool{true, false} {
			out, err := o.undo(t, batch, licence.Asked{numbers[4]: "办-1"}, dry)
			if err != nil || out.Licences != 6 || len(out.Standing) != 5 || len(out.Series) > 0 || o.count(t) != before {
				t.Fatalf("%+v %v", out, err)
			}
			for n, says := range []string{"变更", "撤销", "停用", "删除", "办-1"} {
				if p := out.Standing[n]; p.Line != n+2 || !strings.Contains(p.String(), says) || !strings.Contains(p.String(), numbers[n]) {
					t.Errorf("%s: %s", says, p)
				}
			}
		}
		if all, err := o.Batches(t.Context()); err != nil || all[0].Undone != nil {
			t.Errorf("%+v %v", all, err)
		}
	})
}

// Numbers that were given behind those of a wrong file stay their holders', and
// the series fills up what the file had passed over: each number once, none left
// out.
func TestSeriesFillsUpWhenAnImportIsTakenBack(t *testing.T) {
	dbtest.Rehearsed(t, rooms, func(t *testing.T, d *db.DB) {
		o, given := importing(t, d), []string{}
		issue := func(want ...string) {
			t.Helper()
			for _, sequence := range want {
				number, err := o.issue(t.Context(), "case", nil)
				if err != nil || number[9:15] != sequence {
					t.Fatalf("%s instead of %s: %v", number, sequence, err)
				}
				given = append(given, number)
			}
		}
		issue("000001", "000002")
		batch := o.loaded(t, headings+oldRow(oldNumber("2", 5))).Batch
		later := o.loaded(t, headings+oldRow(oldNumber("2", 8))).Batch
		issue("000009")
		if out, err := o.undo(t, batch, nil, false); err != nil || len(out.Series) > 0 {
			t.Fatalf("the later import still stands: %+v %v", out, err)
		}
		issue("000010")
		if out, err := o.undo(t, later, nil, false); err != nil || len(out.Series) != 1 || out.Series[0].Last != 2 {
			t.Fatalf("%+v %v", out, err)
		}
		issue("000003", "000004", "000005", "000006", "000007", "000008", "000011", "000012")
		slices.Sort(given)
		if len(slices.Compact(given)) != 12 {
			t.Error(given)
		}
	})
}

// A case is about the licences that its item finds by a field, also in a list.
func TestNamed(t *testing.T) {
	o := importing(t, dbtest.SQLite(t, rooms...))
	asks := 0
	for _, it := range o.Items.All() {
		for name := range it.Fixtures {
			v, err := it.Answers(name, func(name string) form.File { return form.File{Name: name, Hash: name} })
			if err != nil {
				continue
			}
			numbers := licence.Named(it, casework.State{Values: v})
			if len(numbers) > 0 {
				asks++
			}
			if !licence.Asks(it) && len(numbers) > 0 {
				t.Errorf("%s is about %v and does not ask", it.Name, numbers)
			}
		}
	}
	if asks < 10 {
		t.Errorf("%d examples of answers are about a licence", asks)
	}
	all := listed(t, o.Items)
	if len(licence.Named(all, casework.State{Values: form.Values{"certificates": []form.Row{{"cert_no": "梯11皖N00017(20)"}, {"cert_no": "梯11皖N00018（20）"}, {}}}})) != 2 {
		t.Error("a list has names")
	}
}

// listed is an item that is about a list of licences.
func listed(t *testing.T, lib *item.Library) *item.Item {
	t.Helper()
	for _, it := range lib.All() {
		if f, ok := it.Form.Field("certificates"); ok && licence.Asks(it) && f.Type == form.TypeRows {
			return it
		}
	}
	t.Fatal("no such item")
	return nil
}

// Of an act and the undoing of its licence's import at once, one finds what the
// other has done: nobody changes what is gone, nothing goes that was changed.
func TestUndoingMeetsAnAct(t *testing.T) {
	dbtest.Both(t, rooms, func(t *testing.T, d *db.DB) {
		o := importing(t, d)
		for n := range 6 {
			number := oldNumber("2", n+1)
			batch := o.loaded(t, headings+oldRow(number)).Batch
			var changed error
			var all sync.WaitGroup
			all.Go(func() {
				_, changed = o.act(t.Context(), "change", number, nil, func(s *casework.State, _ *casework.Event) {
					maps.Copy(s.Values, form.Values{o.it.Flow.Subject: shop, o.it.Flow.Title: "舒城县老街饭店"})
				})
			})
			out, err := o.undo(t, batch, nil, false)
			all.Wait()
			var refused *casework.Refusal
			_, there, _ := o.Find(t.Context(), number)
			switch {
			case err != nil || changed != nil && !errors.As(changed, &refused):
				t.Fatal(err, changed)
			case there != (changed == nil) || there != (len(out.Standing) == 1):
				t.Errorf("it is there: %t; the act: %v; in the way: %v", there, changed, out.Standing)
			}
		}
	})
}

// A case that is handed in while an import is taken back finds no licence any
// more, even when it had found one an instant before; and one that was handed in
// is seen from within the transaction that takes the import back.
func TestUndoingMeetsACase(t *testing.T) {
	dbtest.Rehearsed(t, append([]db.Migrations{casework.Migrations, registry.Migrations}, rooms...), func(t *testing.T, d *db.DB) {
		o := importing(t, d)
		batch := o.loaded(t, headings+oldRow(oldNumber("2", 1))).Batch
		changes, _ := o.Items.Get("food-licence-change")
		v, err := changes.Answers("name", func(name string) form.File { return form.File{Name: name, Hash: name} })
		if err != nil {
			t.Fatal(err)
		}
		maps.Copy(v, form.Values{numberField: oldNumber("2", 1), changes.Flow.Subject: shop})
		issues, values := o.it, o.values
		o.it, o.values = changes, v
		c := openCounterWith(t, o)
		c.at = o.now
		asked := func(ctx context.Context, q casework.Queryer) (licence.Asked, error) {
			found := licence.Asked{}
			running, err := c.door.Running(ctx, q, changes.Name)
			for id := range running {
				s, it, err := c.door.Peek(ctx, q, id)
				if err != nil {
					return nil, err
				}
				for _, number := range licence.Named(it, s) {
					found[number] = s.Number
				}
			}
			return found, err
		}
		undo := func() licence.TakenBack {
			out, err := o.Undo(t.Context(), licence.Undoing{Batch: batch, ByID: "hejun", ByName: "何军", Reason: "文件拿错了", Asked: asked})
			c.must(err)
			return out
		}
		first := c.begin("first")
		c.must(c.do(first, "submit", applicant, casework.Data{}))
		if out := undo(); len(out.Standing) != 1 {
			t.Fatalf("the case is not in the way: %+v", out)
		}
		c.must(c.do(first, "withdraw", applicant, casework.Data{}))

		second := c.begin("second")
		c.seen = sync.OnceFunc(func() {
			if out := undo(); len(out.Standing) != 0 {
				t.Errorf("in the way: %+v", out.Standing)
			}
		})
		var refused *casework.Refusal
		if err := c.do(second, "submit", applicant, casework.Data{}); !errors.As(err, &refused) || refused.Finding.Code != licence.FoundNone {
			t.Errorf("handed in about a licence that is gone: %v", err)
		}
		o.it, o.values = issues, values
	})
}
