package casework

import "context"

// Relist fills in lists as the start does.
func (d *Door) Relist(ctx context.Context) error { return d.relist(ctx) }

// ListSQL is how a page is read, for looking at its plan.
func (d *Door) ListSQL(ctx context.Context, q Query) (string, []any, error) {
	r, err := d.route(ctx, q, "")
	steps := q.Limit + 1
	if r.rest != "" {
		steps = walks[0]
	}
	return r.sql(steps, q.Limit+1), r.args, err
}

// Roster changes who is at work.
func (d *Door) Roster(staff Roster) { d.staff = staff }

// CountsAge is how long counts are kept.
const CountsAge = countsAge

// Informing changes who is told of acts beside what items say.
func (d *Door) Informing(inform Inform) { d.inform = []Inform{inform} }

// Joining changes which messages can be sent as one.
func (d *Door) Joining(joins func(template, text string) bool) { d.joins = joins }
