package rating

import (
	"context"
	"encoding/json"

	"wangban/internal/db"
)

// Forget drops what was written with the ratings of a case, in a transaction:
// the rater's words and those of the follow-up. Levels and reasons stay; they
// name nobody, and published figures must not change.
func (r *Room) Forget(ctx context.Context, tx db.Tx, caseID string) error {
	all, err := r.read(ctx, tx, ` WHERE case_id = $1`, caseID)
	if err != nil {
		return err
	}
	for _, statement := range []string{`DELETE FROM rating_ask WHERE case_id = $1`, `DELETE FROM rating_link WHERE case_id = $1`} { // nobody is reminded any more
		if _, err := tx.ExecContext(ctx, statement, caseID); err != nil {
			return err
		}
	}
	plain, err := json.Marshal(Said{})
	if err != nil {
		return err
	}
	for _, n := range all {
		if _, err := tx.ExecContext(ctx, `UPDATE rating SET sealed = $2 WHERE id = $1`, n.ID, r.Vault.Seal(plain, "rating/"+n.ID)); err != nil {
			return err
		}
	}
	return nil
}
