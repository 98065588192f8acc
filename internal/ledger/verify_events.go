package ledger

import (
	"bytes"
	"database/sql"
	"fmt"
	"strconv"

	"wangban/internal/casework"
)

// logged is an entry, or one that waits, by its event.
type logged struct {
	entry
	index int64 // -1: waits
}

func (l logged) name() (table, row string) {
	if l.index < 0 {
		return "ledger_pending", fmt.Sprintf("%s/%d", l.caseID, l.seq)
	}
	return "ledger_leaf", strconv.FormatInt(l.index, 10)
}

func scanLogged(rows *sql.Rows, l *logged) error {
	return rows.Scan(&l.caseID, &l.seq, &l.record, &l.index)
}

// events holds every event against its entry.
func (v *verifier) events(cases Cases) error {
	matched := int64(0)
	err := cases(v.ctx, v.q, func(k casework.Kept) error {
		v.Cases++
		v.Problems = append(v.Problems, k.Wrong...)
		if len(k.Events) == 0 {
			return nil
		}
		entries, err := list(v.ctx, v.q, scanLogged, `SELECT case_id, seq, record, idx FROM ledger_leaf WHERE case_id = $1
			UNION ALL SELECT case_id, seq, record, -1 FROM ledger_pending WHERE case_id = $1`, k.Case)
		if err != nil {
			return err
		}
		of := map[int]logged{}
		for _, e := range entries {
			of[e.seq] = e
		}
		for _, e := range k.Events {
			v.Events++
			if e.Erased {
				v.Erased++
			}
			l, ok := of[e.Seq]
			if !ok {
				v.wrong("case_event", fmt.Sprintf("%s/%d", k.Case, e.Seq), "it is not in the log")
				continue
			}
			matched++
			v.match(e, l)
		}
		return nil
	})
	if err != nil {
		return err
	}
	leaves, err := v.count("ledger_leaf")
	if err != nil {
		return err
	}
	if v.Pending, err = v.count("ledger_pending"); err != nil || leaves+v.Pending == matched {
		return err
	}
	return v.strangers(cases)
}

func (v *verifier) match(e casework.KeptEvent, l logged) {
	own := bytes.Equal(e.Leaf, casework.Leaf(l.record))
	if own && (e.Record == nil || bytes.Equal(e.Record, l.record)) {
		return
	}
	if e.Record != nil && !bytes.Equal(casework.Leaf(e.Record), e.Leaf) {
		return // the event itself has been named
	}
	table, row := l.name()
	v.wrong(table, row, "it is not the record of event %s/%d", l.caseID, l.seq)
}

// strangers are entries without an event, or two of one.
func (v *verifier) strangers(cases Cases) error {
	events := map[string]map[int]bool{}
	if err := cases(v.ctx, v.q, func(k casework.Kept) error {
		of := map[int]bool{}
		for _, e := range k.Events {
			of[e.Seq] = true
		}
		events[k.Case] = of
		return nil
	}); err != nil {
		return err
	}
	entries, err := list(v.ctx, v.q, scanLogged, `SELECT case_id, seq, record, idx FROM ledger_leaf
		UNION ALL SELECT case_id, seq, record, -1 FROM ledger_pending ORDER BY 4 DESC, 1, 2`)
	if err != nil {
		return err
	}
	for _, l := range entries {
		if !events[l.caseID][l.seq] {
			table, row := l.name()
			v.wrong(table, row, "there is no event %s/%d, or it is logged twice", l.caseID, l.seq)
			continue
		}
		delete(events[l.caseID], l.seq)
	}
	return nil
}
