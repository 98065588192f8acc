package casework_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"wangban/internal/casework"
	"wangban/internal/db"
	"wangban/internal/db/dbtest"
	"wangban/internal/form"
	"wangban/internal/item"
)

// Colleagues hear of what others do and what is for them to know or do, and of
// nothing else.
func TestNotices(t *testing.T) {
	dbtest.Both(t, []db.Migrations{casework.Migrations}, func(t *testing.T, store *db.DB) {
		d := openDoor(t, store)
		var said []string
		d.Informing(func(_ context.Context, it *item.Item, before, after casework.State, e casework.Event) ([]casework.Message, func(context.Context, db.Tx) error, error) {
			if it.Name != "acts" || after.Version != e.Seq || before.Version != e.Seq-1 {
				t.Errorf("told of %s, from %d to %d", it.Name, before.Version, after.Version)
			}
			for _, n := range casework.Notices(before, after, e) {
				line := fmt.Sprint(n.Kind, " ", n.Unit, n.Officer)
				if !n.At.IsZero() {
					line += " " + n.At.In(form.Shanghai).Format("01-02 15:04")
				}
				said = append(said, line)
			}
			return nil, nil, nil
		})
		told := func(after string, want ...string) {
			t.Helper()
			if !slices.Equal(said, want) {
				t.Errorf("after %s colleagues hear %q, not %q", after, said, want)
			}
			said = nil
		}
		id := d.examined(t, "noticed")
		told("a claim")
		d.do(t, id, "consult", people["ann"], casework.Data{Units: []string{"hangbu", "county", "food"}, Text: "可以吗？"})
		told("consult", "asked hangbu 09-11 17:30", "asked county 09-11 17:30", "asked food 09-11 17:30")
		d.do(t, id, "answer", people["hans"], casework.Data{Consult: 1, Agree: true})
		told("an answer")
		d.do(t, id, "recall", people["ann"], casework.Data{Consult: 3, Text: "不用了"})
		told("recall", "recalled food")
		d.sweepAt(t, time.Date(2020, 9, 10, 17, 30, 0, 0, form.Shanghai))
		told("the reminder", "reminded county 09-11 17:30")
		d.do(t, id, "appoint", people["ann"], casework.Data{Officers: []string{"ann", "both"}, At: time.Date(2020, 9, 14, 9, 0, 0, 0, form.Shanghai)})
		told("an appointment", "visit both 09-14 09:00")
		d.do(t, id, "reassign", people["lea"], casework.Data{Officers: []string{"both"}})
		told("reassign", "given both")
		d.do(t, id, "transfer", people["lea"], casework.Data{Unit: "hangbu", Text: "在那里"})
		told("transfer", "moved hangbu")
		d.do(t, id, "withdraw", casework.Actor{Kind: casework.Applicant, ID: "owner", Session: "owner"}, casework.Data{})
		told("the end", "recalled county")
	})
}

// What colleagues are told goes out with the act, in its transaction: an act
// that cannot be written tells nobody, and one of whom nobody can be found does
// not happen.
func TestColleaguesAreToldInTheTransaction(t *testing.T) {
	dbtest.Both(t, []db.Migrations{casework.Migrations}, func(t *testing.T, store *db.DB) {
		d := openDoor(t, store)
		id := d.examined(t, "with the act")
		d.sent = nil
		var lookUp, write error
		kept := 0
		d.Informing(func(context.Context, *item.Item, casework.State, casework.State, casework.Event) ([]casework.Message, func(context.Context, db.Tx) error, error) {
			return []casework.Message{{Template: "staff", Text: "有事"}}, func(context.Context, db.Tx) error { kept++; return write }, lookUp
		})
		consult := func() error {
			_, err := d.Do(t.Context(), id, casework.Input{Act: "consult", Key: "consult", Actor: people["ann"], Data: casework.Data{Units: []string{"hangbu"}, Text: "可以吗？"}})
			return err
		}
		broken := errors.New("broken")
		lookUp = broken
		if err := consult(); !errors.Is(err, broken) || kept > 0 {
			t.Errorf("nobody could be found, and the act says %v", err)
		}
		lookUp, write = nil, broken
		if err := consult(); !errors.Is(err, broken) || len(d.sent) > 0 {
			t.Errorf("nothing could be kept, and the act says %v; sent %v", err, d.sent)
		}
		write = nil
		if err := consult(); err != nil || len(d.sent) != 1 || !strings.Contains(d.sent[0].Text, "有事") {
			t.Errorf("%v; sent %v", err, d.sent)
		}
		if n := d.eventsOf(t, id)["consult"]; n != 1 {
			t.Errorf("consulted %d times", n)
		}
	})
}
