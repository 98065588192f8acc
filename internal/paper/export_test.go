package paper

import "context"

// Try is what the job does.
func (r *Room) Try(ctx context.Context, p Paper, last bool) error {
	return r.work(ctx, makePaper{p.Case, p.Seq, p.Place}, last)
}
