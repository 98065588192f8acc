package signing

import (
	"context"
	"fmt"

	"wangban/internal/db"
)

// Forget drops the links of a case in a transaction, with who has opened them
// and how far they came in proving who they are. The signature itself is the
// case's.
func Forget(ctx context.Context, tx db.Tx, caseID string) error {
	for _, table := range []string{"sign_opening", "sign_progress"} {
		if _, err := tx.ExecContext(ctx, `DELETE FROM `+table+` WHERE token IN (SELECT token FROM sign_link WHERE case_id = $1)`, caseID); err != nil {
			return fmt.Errorf("forget signing: %w", err)
		}
	}
	_, err := tx.ExecContext(ctx, `DELETE FROM sign_link WHERE case_id = $1`, caseID)
	return err
}

// Links counts the links of a case.
func (r *Room) Links(ctx context.Context, caseID string) (n int, err error) {
	err = r.db.Read().QueryRowContext(ctx, `SELECT count(*) FROM sign_link WHERE case_id = $1`, caseID).Scan(&n)
	return n, err
}
