package notify

import (
	"context"
	"fmt"
	"testing"
	"time"

	"wangban/internal/casework"
	"wangban/internal/db"
)

// The box holds what was told to the reader's part in their cases, whatever
// became of the SMS, and nothing else.
func TestBox(t *testing.T) {
	both(t, func(t *testing.T, d *db.DB) {
		k, ctx := newDesk(t, d, nil), t.Context()
		tell := func(caseID string, seq int, party string) {
			t.Helper()
			err := d.Write(ctx, func(ctx context.Context, tx db.Tx) error {
				return k.Enqueue(ctx, tx, caseID, seq, []casework.Message{{Template: "x", Party: party, To: "13800138000", Text: fmt.Sprint(caseID, " ", seq)}})
			})
			if err != nil {
				t.Fatal(err)
			}
			k.advance(time.Minute)
		}
		const many = BoxPage + 4
		for i := range many {
			tell("mine", i+1, "agent")
		}
		tell("mine", 90, "rep")
		tell("other", 1, "agent")
		tell("second", 1, "rep")
		mine := map[string]string{"mine": "agent", "second": "rep"}
		first, more, err := k.Box(ctx, "me", mine, "")
		if err != nil || !more || len(first) != BoxPage || first[0].Text != "second 1" || first[0].Read || first[0].To != "138****8000" {
			t.Fatalf("%v %v %+v", err, more, first)
		}
		rest, more, err := k.Box(ctx, "me", mine, first[BoxPage-1].ID)
		if err != nil || more || len(rest) != many+1-BoxPage || rest[len(rest)-1].Text != "mine 1" {
			t.Errorf("%v %v %+v", err, more, rest)
		}
		unread := func(reader string) int {
			t.Helper()
			n, err := k.Unread(ctx, reader, mine)
			if err != nil {
				t.Fatal(err)
			}
			return n
		}
		if n := unread("me"); n != many+1 {
			t.Errorf("%d unread", n)
		}
		for range 2 { // the second changes nothing
			if id, err := k.MarkRead(ctx, "me", mine, first[0].ID); id != "second" || err != nil || unread("me") != many || unread("you") != many+1 {
				t.Error(id, err, unread("me"), unread("you"))
			}
		}
		theirs, _, err := k.Box(ctx, "me", map[string]string{"other": "agent"}, "")
		if err != nil || len(theirs) != 1 {
			t.Fatal(theirs, err)
		}
		for _, id := range []string{theirs[0].ID, "nothing"} {
			if found, err := k.MarkRead(ctx, "me", mine, id); found != "" || err != nil {
				t.Errorf("%q of somebody else is read: %q, %v", id, found, err)
			}
		}
		if _, err := k.MarkRead(ctx, "me", mine, ""); err != nil || unread("me") != 0 || unread("you") != many+1 {
			t.Error(err, unread("me"), unread("you"))
		}
		if page, _, err := k.Box(ctx, "me", nil, ""); len(page) != 0 || err != nil {
			t.Error(page, err)
		}
	})
}
