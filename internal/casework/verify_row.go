package casework

import (
	"context"
	"fmt"
	"slices"

	"wangban/internal/db"
)

// inspectRow tells which columns that lists read say something else than the
// case.
func (d *Door) inspectRow(ctx context.Context, c stored) (problems []string, err error) {
	it, err := d.version(ctx, c.state)
	if err != nil {
		return nil, err
	}
	want := caseValues(c.state, d.row(it, c.state))
	got := make([]any, len(want))
	into := make([]any, len(want))
	for i := range got {
		into[i] = &got[i]
	}
	if err := d.db.Read().QueryRowContext(ctx, `SELECT `+caseColumns+` FROM cases WHERE id = $1`, c.state.ID).Scan(into...); err != nil {
		return nil, fmt.Errorf("read the row of case %s: %w", c.state.ID, err)
	}
	for i, name := range caseColumnNames {
		if fmt.Sprint(got[i]) != fmt.Sprint(want[i]) {
			problems = append(problems, fmt.Sprintf("its row says something else than the case (%s)", name))
		}
	}
	return problems, nil
}

// inspectTimers tells which timers are missing, too late or too many. One may be
// set earlier than it need be (see replaceTimers); one whose instant has come,
// by the clock or by what was done since, may have rung and be gone.
func (d *Door) inspectTimers(ctx context.Context, c stored) (problems []string, err error) {
	it, err := d.version(ctx, c.state)
	if err != nil {
		return nil, err
	}
	rows, err := d.db.Read().QueryContext(ctx, `SELECT name, at FROM case_timer WHERE case_id = $1 ORDER BY name`, c.state.ID)
	if err != nil {
		return nil, fmt.Errorf("read the timers of case %s: %w", c.state.ID, err)
	}
	defer func() { _ = rows.Close() }()
	set := map[string]int64{}
	for rows.Next() {
		var name string
		var at int64
		if err := rows.Scan(&name, &at); err != nil {
			return nil, err
		}
		set[name] = at
	}
	stage, _ := it.Flow.Stage(c.state.Stage)
	for _, t := range timers(stage, c.state) {
		at, ok := set[t.Name]
		rung := !t.At.After(d.now()) || !t.At.After(c.state.UpdatedAt)
		if ok && at > db.Micros(t.At) || !ok && !rung {
			problems = append(problems, fmt.Sprintf("its timer %q is missing or set too late", t.Name))
		}
		delete(set, t.Name)
	}
	for _, name := range sortedKeys(set) {
		problems = append(problems, fmt.Sprintf("it has a timer %q that nothing in its stage asks for", name))
	}
	return problems, rows.Err()
}

// inspectConsults tells when lists read something else of the questions to
// other units than the case says.
func (d *Door) inspectConsults(ctx context.Context, c stored) ([]string, error) {
	rows, err := d.db.Read().QueryContext(ctx, `SELECT n, unit, due, open FROM case_consult WHERE case_id = $1 ORDER BY n`, c.state.ID)
	if err != nil {
		return nil, fmt.Errorf("read the questions of case %s: %w", c.state.ID, err)
	}
	defer func() { _ = rows.Close() }()
	var got, want []consultRow
	for rows.Next() {
		var r consultRow
		if err := rows.Scan(&r.n, &r.unit, &r.due, &r.open); err != nil {
			return nil, err
		}
		got = append(got, r)
	}
	for _, q := range c.state.Consults {
		want = append(want, rowOf(q))
	}
	if err := rows.Err(); err != nil || slices.Equal(got, want) {
		return nil, err
	}
	return []string{"lists read something else of its questions to other units than the case says"}, nil
}
