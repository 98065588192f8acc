package ledger_test

import (
	"strings"
	"testing"

	"wangban/internal/casework"
	"wangban/internal/db"
	"wangban/internal/db/dbtest"
)

// A log that was set back as a whole, or built anew by whoever has the key, is
// whole in itself; a checkpoint that somebody has kept shows it.
func TestCheckpointsKeptElsewhere(t *testing.T) {
	dbtest.Rehearsed(t, tables, func(t *testing.T, d *db.DB) {
		h := openHouse(t, d)
		ids := h.fill(3, 3)
		h.integrate()
		early, err := h.log.Newest(t.Context())
		h.must(err)
		h.save(ids[0], "later")
		h.integrate()
		late, err := h.log.Newest(t.Context())
		h.must(err)
		verify := func(says string, witnessed ...string) {
			t.Helper()
			r, err := h.log.Verify(t.Context(), d.Read(), h.door.KeptCases, witnessed...)
			h.must(err)
			switch {
			case says == "" && len(r.Problems) > 0 || len(r.Problems) > 1:
				t.Error(r.Problems)
			case says != "" && (len(r.Problems) == 0 || !strings.Contains(r.Problems[0].String(), says)):
				t.Errorf("does not say %q: %v", says, r.Problems)
			}
		}
		verify("", early, late)
		verify("not signed with the key of this log", strings.Replace(early, "wb.", "wx.", 2))

		// Built anew: the same key, the same cases, in another order.
		order := []string{`DELETE FROM ledger_leaf`, `DELETE FROM ledger_tile`, `DELETE FROM ledger_checkpoint`, `UPDATE ledger_head SET size = 0`}
		for _, query := range order {
			h.exec(query)
		}
		for _, id := range []string{ids[2], ids[0], ids[1]} {
			for i, o := range h.openings(id) {
				h.exec(`INSERT INTO ledger_pending (case_id, seq, record) VALUES ($1, $2, $3)`, id, i+1, casework.Record(o.Said, o.Salt))
				h.integrate()
			}
		}
		verify("")
		verify("it was built anew", early)
		verify("it was built anew", late)

		// Set back: what came last is gone from every table.
		for _, query := range order {
			h.exec(query)
		}
		h.exec(`DELETE FROM case_event WHERE case_id <> $1`, ids[0])
		h.exec(`DELETE FROM cases WHERE id <> $1`, ids[0])
		o := h.openings(ids[0])
		for i := range o {
			h.exec(`INSERT INTO ledger_pending (case_id, seq, record) VALUES ($1, $2, $3)`, ids[0], i+1, casework.Record(o[i].Said, o[i].Salt))
		}
		h.integrate()
		verify("")
		verify("it was set back", early)
	})
}
