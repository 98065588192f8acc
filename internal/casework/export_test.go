package casework

import "context"

// Relist fills in lists as the start does.
func (d *Door) Relist(ctx context.Context) error { return d.relist(ctx) }

// Statement is SQL with its arguments.
type Statement struct {
	Text string
	Args []any
}

// ListSQL is how a page is read, for looking at its plan.
func (d *Door) ListSQL(ctx context.Context, q Query) ([]Statement, error) {
	r, err := d.route(ctx, q, "")
	switch {
	case err != nil || r.empty:
		return nil, err
	case r.look == nil:
		return []Statement{{r.sql(q.Limit + 1), r.args}}, nil
	}
	text, args := r.these([]place{{id: "x"}}, q.Limit+1)
	return []Statement{{r.sieved(walks[0]), r.args}, {text, args}}, nil
}

// Roster changes who is at work.
func (d *Door) Roster(staff Roster) { d.staff = staff }

// CountsAge is how long counts are kept.
const CountsAge = countsAge

// Informing changes who is told of acts beside what items say.
func (d *Door) Informing(inform Inform) { d.inform = []Inform{inform} }

// Joining changes which messages can be sent as one.
func (d *Door) Joining(joins func(template, text string) bool) { d.joins = joins }

// CountSQL is how the cases of a list are counted.
func (d *Door) CountSQL(q Query) Statement {
	text, args := countsSQL(100, []Query{q})
	return Statement{text, args}
}
