package ledger_test

import (
	"testing"

	"wangban/internal/casework"
	"wangban/internal/db"
	"wangban/internal/db/dbtest"
)

// An erased case keeps its leaves and breaks no proof; that it was erased is on
// record, and a deletion that only looks like an erasure is found.
func TestForgotten(t *testing.T) {
	dbtest.Rehearsed(t, tables, func(t *testing.T, d *db.DB) {
		h := openHouse(t, d)
		ids := h.fill(3, 4)
		h.integrate()
		before, err := h.log.Receipt(t.Context(), h.openings(ids[0])[2])
		h.must(err)
		key, err := h.log.Verifier(t.Context())
		h.must(err)

		archivist := casework.Actor{Kind: casework.Staff, ID: "archivist", Name: "档案员"}
		r, err := h.door.Forget(t.Context(), ids[0], archivist, "forget", "期限已满")
		h.must(err)
		if r.Act != casework.ActForget || r.Seq != 5 {
			t.Errorf("%+v", r)
		}
		if _, err := h.door.Forget(t.Context(), ids[0], archivist, "again", ""); err == nil {
			t.Error("forgotten twice")
		}
		if _, _, err := h.door.Get(t.Context(), ids[0]); err == nil {
			t.Error("a forgotten case can be read")
		}
		h.integrate()
		if r := h.whole(); r.Erased != 4 || r.Events != 13 || r.Leaves != 13 {
			t.Errorf("%+v", r)
		}
		if proven, err := before.Check(key); err != nil {
			t.Error("a receipt from before no longer proves anything:", err)
		} else if held, err := h.log.Holds(t.Context(), proven); err != nil || !held {
			t.Error("the log no longer holds what it has proven", err)
		}
		found, err := h.door.Verify(t.Context(), nil)
		h.must(err)
		if found.Forgotten != 1 || len(found.Problems) > 0 {
			t.Errorf("%+v", found)
		}

		// The same done by hand, behind the door's back.
		h.exec(`UPDATE cases SET wrapped = $2, state = $2 WHERE id = $1`, ids[1], []byte{})
		h.exec(`UPDATE case_event SET salt = NULL, sealed = $2 WHERE case_id = $1`, ids[1], []byte{})
		report := h.verify()
		if len(report.Problems) == 0 || report.Problems[0].Table != "cases" || report.Problems[0].Row != ids[1] || report.Erased != 4 {
			t.Errorf("%+v", report)
		}
		if found, err := h.door.Verify(t.Context(), nil); err != nil || len(found.Problems) == 0 {
			t.Errorf("%+v %v", found, err)
		}
		// And with the real erasure of another case beside it.
		h.exec(`INSERT INTO case_event SELECT $2, seq, act, actor_kind, at, key, stage_from, stage_to, sealed, salt, leaf FROM case_event WHERE case_id = $1 AND seq = 5`, ids[0], ids[1])
		report = h.verify()
		if len(report.Problems) == 0 || report.Problems[0].Row != ids[1]+"/5" {
			t.Errorf("%+v", report.Problems)
		}
	})
}
