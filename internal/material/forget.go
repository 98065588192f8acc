package material

import (
	"context"

	"wangban/internal/db"
)

// Forget drops the hand-overs of a case in a transaction. The files are the
// store's, which counts who uses them.
func Forget(ctx context.Context, tx db.Tx, caseID string) error {
	_, err := tx.ExecContext(ctx, `DELETE FROM material_handover WHERE case_id = $1`, caseID)
	return err
}
