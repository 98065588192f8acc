package notify

import (
	"context"
	"fmt"
	"slices"
	"testing"
	"time"

	"wangban/internal/casework"
	"wangban/internal/db"
)

// The box holds what was told to the reader as the applicant of their cases,
// and to their part in cases that a code has opened, whatever became of the SMS,
// and nothing else; it is read through page by page, however many cases there
// are.
func TestBox(t *testing.T) {
	both(t, func(t *testing.T, d *db.DB) {
		k, ctx := newDesk(t, d, nil), t.Context()
		tell := func(caseID string, seq int, party, owner string) {
			t.Helper()
			err := d.Write(ctx, func(ctx context.Context, tx db.Tx) error {
				return k.Enqueue(ctx, tx, caseID, seq, []casework.Message{{Template: "x", Party: party, Owner: owner, To: "13800138000", Text: fmt.Sprint(caseID, " ", seq)}})
			})
			if err != nil {
				t.Fatal(err)
			}
			k.advance(time.Minute)
		}
		const many = 2*BoxPage + 4 // one in each case
		var want []string
		for i := range many {
			owner := "person"
			if i%3 == 0 {
				owner = "session"
			}
			id := fmt.Sprint("case", i)
			tell(id, 1, "agent", owner)
			tell(id, 2, "rep", "")
			want = append([]string{id + " 1"}, want...)
		}
		tell("other", 1, "agent", "somebody")
		tell("opened", 1, "rep", "somebody")
		tell("opened", 2, "agent", "")
		want = append([]string{"opened 1"}, want...)
		me := Reader{ID: "person", Owners: []string{"person", "session", ""}, Parties: map[string]string{"opened": "rep", "case0": "agent"}}
		var seen []string
		first, after := Boxed{}, ""
		for more := true; more; {
			var page []Boxed
			var err error
			if page, more, err = k.Box(ctx, me, after); err != nil || len(page) == 0 || more && len(page) != BoxPage {
				t.Fatal(err, len(page), more)
			}
			if after == "" {
				first = page[0]
			}
			for _, m := range page {
				seen = append(seen, m.Text)
			}
			after = page[len(page)-1].ID
		}
		if !slices.Equal(seen, want) {
			t.Errorf("read through %d, not %d: %v", len(seen), len(want), seen)
		}
		if first.Read || first.To != "138****8000" {
			t.Errorf("the first is %+v", first)
		}
		you := me
		you.ID = "you"
		unread := func(r Reader) int {
			t.Helper()
			n, err := k.Unread(ctx, r)
			if err != nil {
				t.Fatal(err)
			}
			return n
		}
		if n := unread(me); n != many+1 {
			t.Errorf("%d unread", n)
		}
		for range 2 { // the second changes nothing
			if id, err := k.MarkRead(ctx, me, first.ID); id != "opened" || err != nil || unread(me) != many || unread(you) != many+1 {
				t.Error(id, err, unread(me), unread(you))
			}
		}
		theirs, _, err := k.Box(ctx, Reader{ID: "x", Parties: map[string]string{"other": "agent"}}, "")
		if err != nil || len(theirs) != 1 {
			t.Fatal(theirs, err)
		}
		for _, id := range []string{theirs[0].ID, "nothing"} {
			if found, err := k.MarkRead(ctx, me, id); found != "" || err != nil {
				t.Errorf("%q of somebody else is read: %q, %v", id, found, err)
			}
		}
		if _, err := k.MarkRead(ctx, me, ""); err != nil || unread(me) != 0 || unread(you) != many+1 {
			t.Error(err, unread(me), unread(you))
		}
		for _, nobody := range []Reader{{ID: "x"}, {ID: "x", Owners: []string{""}}} {
			if page, _, err := k.Box(ctx, nobody, ""); len(page) != 0 || err != nil {
				t.Error(page, err)
			}
		}
	})
}

// What a case's applicant was told goes with the case to whoever takes it over;
// messages from before they said whose they are learn it.
func TestBoxOfACaseThatIsTakenOver(t *testing.T) {
	both(t, func(t *testing.T, d *db.DB) {
		k, ctx := newDesk(t, d, nil), t.Context()
		write := func(fn func(ctx context.Context, tx db.Tx) error) {
			t.Helper()
			if err := d.Write(ctx, fn); err != nil {
				t.Fatal(err)
			}
		}
		write(func(ctx context.Context, tx db.Tx) error {
			return k.Enqueue(ctx, tx, "case", 1, []casework.Message{{Template: "x", Party: "agent", Owner: "kiosk", To: "13800138000", Text: "a"}, {Template: "x", Party: "rep", To: "13800138001", Text: "b"}})
		})
		has := func(owner string, want int) {
			t.Helper()
			if page, _, err := k.Box(ctx, Reader{ID: owner, Owners: []string{owner}}, ""); err != nil || len(page) != want {
				t.Errorf("%s has %d messages, not %d (%v)", owner, len(page), want, err)
			}
		}
		has("kiosk", 1)
		write(func(ctx context.Context, tx db.Tx) error { return k.Own(ctx, tx, "case", "phone", "agent") })
		has("kiosk", 0)
		has("phone", 1)
		write(func(ctx context.Context, tx db.Tx) error {
			_, err := tx.ExecContext(ctx, `UPDATE message SET owner = NULL`)
			return err
		})
		has("phone", 0)
		if cases, err := k.Unowned(ctx, 10); err != nil || !slices.Equal(cases, []string{"case"}) {
			t.Errorf("unowned are %v, %v", cases, err)
		}
		write(func(ctx context.Context, tx db.Tx) error { return k.Own(ctx, tx, "case", "phone", "agent") })
		has("phone", 1)
		if cases, err := k.Unowned(ctx, 10); err != nil || len(cases) > 0 {
			t.Errorf("unowned are %v, %v", cases, err)
		}
	})
}
