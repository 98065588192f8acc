package casework_test

import (
	"context"
	"strings"
	"testing"

	"wangban/internal/casework"
	"wangban/internal/db"
	"wangban/internal/db/dbtest"
)

// Whatever is changed behind the door's back, Verify sees it.
//
func TestVerifySeesWhatWasChanged(t *testing.T) {
	dbtest.Both(t, []db.Migrations{casework.Migrations}, func(t *testing.T, store *db.DB) {
		ctx := context.Background()
		d := openDoor(t, store)
		it := registration(t)
		d.now = d.now.Add(789) // a clock that knows more than is stored
		whole := d.begin(t, it, trace{}, "whole")
		for name, tamper := range map[string]struct{ sql, says string }{
			"a leaf":              {`UPDATE case_event SET leaf = salt WHERE case_id = $1 AND seq = 2`, "its leaf differs"},
			"the act of an event": {`UPDATE case_event SET act = 'approve' WHERE case_id = $1 AND seq = 2`, "its leaf differs"},
			"the time of one":     {`UPDATE case_event SET at = at - 1 WHERE case_id = $1 AND seq = 1`, "its leaf differs"},
			"a missing event":     {`DELETE FROM case_event WHERE case_id = $1 AND seq = 1`, "is missing"},
			"a lost last event":   {`DELETE FROM case_event WHERE case_id = $1 AND seq = 2`, "the case stands at"},
			"another's data":      {`UPDATE case_event SET sealed = (SELECT sealed FROM case_event WHERE case_id = $1 AND seq = 1) WHERE case_id = $1 AND seq = 2`, "cannot be read"},
			"what lists show":     {`UPDATE cases SET stage = 'approved' WHERE id = $1`, "its row says something else than the case (stage)"},
			"a lost timer":        {`DELETE FROM case_timer WHERE case_id = $1`, `its timer "idle" is missing`},
			"a moved timer":       {`UPDATE case_timer SET at = at + 1 WHERE case_id = $1`, `its timer "idle" is missing or set too late`},
			"a timer too many":    {`INSERT INTO case_timer (case_id, name, at) VALUES ($1, 'lapse', 1)`, `a timer "lapse" that nothing in its stage asks for`},
		} {
			id := d.begin(t, it, trace{}, name)
			if err := store.Write(ctx, func(ctx context.Context, tx db.Tx) error {
				_, err := tx.ExecContext(ctx, tamper.sql, id)
				return err
			}); err != nil {
				t.Fatal(err)
			}
			found, err := d.Verify(ctx, nil)
			if err != nil {
				t.Fatal(err)
			}
			said := strings.Join(found.Problems, "\n")
			if !strings.Contains(said, id) || !strings.Contains(said, tamper.says) {
				t.Errorf("%s: %q", name, said)
			}
			if strings.Contains(said, whole) {
				t.Errorf("an untouched case is reported: %q", said)
			}
		}
	})
}
