package paper

import (
	"context"

	"wangban/internal/db"
)

// Forget drops the documents of a case in a transaction: their files and why
// they could not be made. That there were documents, of which kind and number,
// stays, for a series has no gaps. One that is being made is not kept.
func (r *Room) Forget(ctx context.Context, tx db.Tx, caseID string) error {
	_, err := tx.ExecContext(ctx, `UPDATE paper SET state = 'erased', file = '', problem = $2 WHERE case_id = $1`, caseID, []byte{})
	return err
}

// Files tells the case and the file of every document that is made, in order to
// count who uses files.
func (r *Room) Files(ctx context.Context, each func(caseID, hash string) error) error {
	all, err := list(ctx, r.DB.Read(), r.Vault, `state = 'made' ORDER BY case_id, seq, place`)
	if err != nil {
		return err
	}
	for _, p := range all {
		if err := each(p.Case, p.File.Hash); err != nil {
			return err
		}
	}
	return nil
}
