package casework

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"reflect"
	"time"
)

// Wholeness is what looking over every case has found.
type Wholeness struct {
	Cases, Events, Forgotten int
	Problems                 []string // one line each, without personal data
}

// Verify looks over every case: the events follow each other without a gap,
// each still gives the leaf it was recorded with, together they lead to the
// case as it stands, and its row and its timers say what the case says.
// progress hears how many cases have been looked at. The installation may be at
// work meanwhile.
func (d *Door) Verify(ctx context.Context, progress func(cases int)) (Wholeness, error) {
	var found Wholeness
	after := ""
	for {
		ids, err := caseIDs(ctx, d.db.Read(), after)
		if err != nil || len(ids) == 0 {
			return found, err
		}
		for _, id := range ids {
			if err := d.verify(ctx, id, &found); err != nil {
				return found, err
			}
			after = id
		}
		if progress != nil {
			progress(found.Cases)
		}
	}
}

func caseIDs(ctx context.Context, q Queryer, after string) ([]string, error) {
	rows, err := q.QueryContext(ctx, `SELECT id FROM cases WHERE id > $1 ORDER BY id LIMIT 200`, after)
	if err != nil {
		return nil, err
	}
	defer func() { _ = rows.Close() }()
	var ids []string
	for rows.Next() {
		var id string
		if err := rows.Scan(&id); err != nil {
			return nil, err
		}
		ids = append(ids, id)
	}
	return ids, rows.Err()
}

// verify looks a case over as the database has it, and again when somebody
// acted on it meanwhile.
func (d *Door) verify(ctx context.Context, id string, found *Wholeness) error {
	found.Cases++
	for {
		c, err := d.read(ctx, d.db.Read(), id)
		var refusal *Refusal
		if errors.As(err, &refusal) { // its content is gone
			return d.verifyForgotten(ctx, id, found)
		}
		if err != nil && ctx.Err() == nil {
			found.Problems = append(found.Problems, "case "+id+": "+err.Error())
			return nil
		}
		if err != nil {
			return err
		}
		events, problems, err := d.inspect(ctx, c)
		if err != nil {
			return err
		}
		if len(problems) > 0 {
			if now, err := d.read(ctx, d.db.Read(), id); err == nil && now.state.Version != c.state.Version {
				continue
			}
		}
		found.Events += events
		for _, p := range problems {
			found.Problems = append(found.Problems, "case "+id+": "+p)
		}
		return nil
	}
}

// verifyForgotten asks that the erasure of a case is on record.
func (d *Door) verifyForgotten(ctx context.Context, id string, found *Wholeness) error {
	k, err := d.keptCase(ctx, d.db.Read(), id)
	if err != nil {
		return err
	}
	found.Forgotten++
	found.Events += len(k.Events)
	for _, w := range k.Wrong {
		found.Problems = append(found.Problems, "case "+id+": "+w.String())
	}
	return nil
}

// inspect holds a case against its events, its row, its timers and its
// questions to other units.
func (d *Door) inspect(ctx context.Context, c stored) (n int, problems []string, err error) {
	events, err := d.History(ctx, c.state.ID)
	if err != nil {
		return 0, []string{err.Error()}, nil
	}
	problems = follow(events, c.state)
	for _, look := range []func(context.Context, stored) ([]string, error){d.inspectRow, d.inspectTimers, d.inspectConsults} {
		more, err := look(ctx, c)
		if err != nil {
			return 0, nil, err
		}
		problems = append(problems, more...)
	}
	return len(events), problems, nil
}

// follow tells where the events do not lead to the state.
func follow(events []Event, as State) (problems []string) {
	wrong := func(text string, args ...any) { problems = append(problems, fmt.Sprintf(text, args...)) }
	var s State
	for i, e := range events {
		if e.Seq != i+1 {
			wrong("event %d is missing", i+1)
			return problems
		}
		if e.From != s.Stage {
			wrong("event %d begins in %q, the one before ended in %q", e.Seq, e.From, s.Stage)
		}
		s = Apply(s, e)
		if _, leaf := leafOf(e, s); !bytes.Equal(leaf, e.Leaf) {
			wrong("event %d is not what was recorded: its leaf differs", e.Seq)
		}
	}
	if s.Version != as.Version {
		wrong("the events lead to version %d, the case stands at %d", s.Version, as.Version)
		return problems
	}
	if field := differs(s, as); field != "" {
		wrong("the events do not lead to the case as it stands (%s)", field)
	}
	return problems
}

// differs names the first part in which two states of a case differ; "" when
// none does.
func differs(a, b State) string {
	x, y := parts(a), parts(b)
	for _, name := range sortedKeys(x) {
		if !reflect.DeepEqual(x[name], y[name]) {
			return name
		}
	}
	if len(x) != len(y) {
		return "its parts"
	}
	return ""
}

// parts are those of a state as it is stored: instants without the zone they
// were read in, and nothing that is empty.
func parts(s State) map[string]any {
	text, err := json.Marshal(s)
	if err != nil {
		panic(err) // nothing in a state is unmarshalable
	}
	var out map[string]any
	if err := json.Unmarshal(text, &out); err != nil {
		panic(err)
	}
	plain, _ := plainly(out).(map[string]any)
	return plain
}

func plainly(v any) any {
	switch v := v.(type) {
	case map[string]any:
		for name, inner := range v {
			if v[name] = plainly(inner); v[name] == nil {
				delete(v, name)
			}
		}
		if len(v) > 0 {
			return v
		}
	case []any:
		for i := range v {
			v[i] = plainly(v[i])
		}
		if len(v) > 0 {
			return v
		}
	case string:
		if at, err := time.Parse(time.RFC3339Nano, v); err == nil {
			return at.UTC().String()
		}
		return v
	default:
		return v
	}
	return nil
}
