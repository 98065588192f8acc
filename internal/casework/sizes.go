package casework

import (
	"context"
	"fmt"
)

// Sizes tells how many bytes rows take on average, keys and instants apart: the
// event of an act, and a case. It is for measuring what writing them alone
// would cost.
func (d *Door) Sizes(ctx context.Context, act string) (event, state int, err error) {
	var e, s float64
	err = d.db.Read().QueryRowContext(ctx, `SELECT
		(SELECT avg(length(sealed) + length(salt) + length(leaf)) FROM case_event WHERE act = $1),
		(SELECT avg(length(state) + length(wrapped) + length(hash) + length(item) + length(title) + length(owner) + length(applicant)) FROM cases)`, act).
		Scan(&e, &s)
	if err != nil {
		return 0, 0, fmt.Errorf("how long are the rows of %s? %w", act, err)
	}
	return int(e), int(s), nil
}
