package casework

import (
	"bytes"
	"context"
	"fmt"

	"wangban/internal/vault"
)

// Kept is a case as the transparency log is held against it.
type Kept struct {
	Case   string
	Events []KeptEvent
	Wrong  []Wrong
}

// KeptEvent is an event's record as it follows from the event; nil when it
// cannot be told, as of an erased one, of which only the leaf is left.
type KeptEvent struct {
	Seq          int
	Record, Leaf []byte
	Erased       bool
}

// Wrong is a row that is not what was recorded.
type Wrong struct{ Table, Row, Text string }

func (w Wrong) String() string { return w.Table + " " + w.Row + ": " + w.Text }

// KeptCases recomputes the record of every event there is and tells which rows
// do not give what was recorded, case by case.
func (d *Door) KeptCases(ctx context.Context, q Queryer, each func(Kept) error) error {
	events := 0
	after := ""
	for {
		ids, err := caseIDs(ctx, q, after)
		if err != nil {
			return err
		}
		if len(ids) == 0 {
			break
		}
		for _, id := range ids {
			k, err := d.keptCase(ctx, q, id)
			if err != nil {
				return err
			}
			events += len(k.Events)
			if err := each(k); err != nil {
				return err
			}
			after = id
		}
	}
	return lonely(ctx, q, events, each)
}

// lonely tells of events whose case is not there.
func lonely(ctx context.Context, q Queryer, seen int, each func(Kept) error) error {
	var n int
	if err := q.QueryRowContext(ctx, `SELECT count(*) FROM case_event`).Scan(&n); err != nil || n == seen {
		return err
	}
	rows, err := q.QueryContext(ctx, `SELECT case_id, seq FROM case_event e WHERE NOT EXISTS (SELECT 1 FROM cases c WHERE c.id = e.case_id) ORDER BY case_id, seq LIMIT 20`)
	if err != nil {
		return err
	}
	defer func() { _ = rows.Close() }()
	for rows.Next() {
		var id string
		var seq int
		if err := rows.Scan(&id, &seq); err != nil {
			return err
		}
		if err := each(Kept{Case: id, Wrong: []Wrong{{"case_event", eventName(id, seq), "there is no such case"}}}); err != nil {
			return err
		}
	}
	return rows.Err()
}

func eventName(id string, seq int) string { return fmt.Sprintf("%s/%d", id, seq) }

func (d *Door) keptCase(ctx context.Context, q Queryer, id string) (Kept, error) {
	var wrapped []byte
	var s State // as far as headers know it
	if err := q.QueryRowContext(ctx, `SELECT wrapped, item, number FROM cases WHERE id = $1`, id).Scan(&wrapped, &s.Item, &s.Number); err != nil {
		return Kept{}, err
	}
	rows, err := rowsOf(ctx, q, id)
	if err != nil {
		return Kept{}, err
	}
	k := Kept{Case: id}
	wrong := func(table, row, text string) { k.Wrong = append(k.Wrong, Wrong{table, row, text}) }
	if len(rows) == 0 {
		wrong("cases", id, "it has no events")
	}
	for i, r := range rows {
		if r.Seq != i+1 && len(k.Wrong) == 0 {
			wrong("case_event", eventName(id, i+1), "it is missing")
		}
	}
	if n := len(rows); n > 0 && rows[n-1].Act == ActForget && len(wrapped) == 0 {
		d.keptForgotten(&k, rows, s)
		return k, nil
	}
	key, err := d.vault.Unwrap(wrapped)
	if err != nil {
		wrong("cases", id, "its key cannot be opened, and no erasure is on record")
		for _, r := range rows {
			k.Events = append(k.Events, KeptEvent{Seq: r.Seq, Leaf: r.Leaf})
		}
		return k, nil
	}
	s = State{}
	for _, r := range rows {
		k.Events = append(k.Events, keptEvent(&k, key, r, &s))
	}
	return k, nil
}

func keptEvent(k *Kept, key *vault.Key, r eventRow, s *State) KeptEvent {
	wrong := func(text string) {
		k.Wrong = append(k.Wrong, Wrong{"case_event", eventName(r.Case, r.Seq), text})
	}
	e, err := openEvent(key, r.sealed, r.Event)
	if err != nil {
		wrong("what is sealed in it was altered, or is another event's")
		return KeptEvent{Seq: r.Seq, Leaf: r.Leaf}
	}
	*s = Apply(*s, e)
	record, leaf := leafOf(e, *s)
	switch {
	case r.kind != string(e.Actor.Kind):
		wrong("it says another kind of actor than was recorded")
	case !bytes.Equal(leaf, r.Leaf):
		wrong("it is not what was recorded: its leaf differs")
	}
	return KeptEvent{Seq: r.Seq, Record: record, Leaf: r.Leaf}
}

// keptForgotten holds what is left of a forgotten case against what its
// erasure says.
func (d *Door) keptForgotten(k *Kept, rows []eventRow, s State) {
	last := rows[len(rows)-1]
	before := rows[:len(rows)-1]
	for _, r := range before {
		k.Events = append(k.Events, KeptEvent{Seq: r.Seq, Leaf: r.Leaf, Erased: true})
	}
	wrong := func(text string) {
		k.Wrong = append(k.Wrong, Wrong{"case_event", eventName(last.Case, last.Seq), text})
	}
	e, err := openEvent(d.vault, last.sealed, last.Event)
	if err != nil {
		wrong("it is not the erasure that was recorded")
		k.Events = append(k.Events, KeptEvent{Seq: last.Seq, Leaf: last.Leaf})
		return
	}
	record, leaf := leafOf(e, s)
	k.Events = append(k.Events, KeptEvent{Seq: last.Seq, Record: record, Leaf: last.Leaf})
	if last.kind != string(e.Actor.Kind) || !bytes.Equal(leaf, last.Leaf) {
		wrong("it is not the erasure that was recorded: its leaf differs")
		return
	}
	left := remains(before)
	for i, r := range before {
		row := eventName(r.Case, r.Seq)
		switch {
		case r.Salt != nil:
			k.Wrong = append(k.Wrong, Wrong{"case_event", row, "it was erased and has a salt again"})
		case i >= len(e.Data.Erased) || left[i] != e.Data.Erased[i]:
			k.Wrong = append(k.Wrong, Wrong{"case_event", row, "it was altered since it was erased"})
		}
	}
	if len(before) < len(e.Data.Erased) {
		wrong("an event that it has erased is gone")
	}
}
