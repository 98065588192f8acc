package account

import (
	"context"

	"wangban/internal/db"
)

// ForgetCase drops in a transaction who may open a case, and the link with
// which it can be taken over. Accounts are not the case's: they have an end of
// their own.
func ForgetCase(ctx context.Context, tx db.Tx, caseID string) error {
	for _, table := range []string{"account_grant", "account_takeover"} {
		if _, err := tx.ExecContext(ctx, `DELETE FROM `+table+` WHERE case_id = $1`, caseID); err != nil {
			return err
		}
	}
	return nil
}

// RestsOn tells the units for which somebody acts today on the strength of a
// letter that is kept with the case of that number.
func (r *Room) RestsOn(ctx context.Context, number string) (units []string, err error) {
	if number == "" {
		return nil, nil
	}
	all, err := r.mandates(ctx, `m.letter = $1 ORDER BY m.uscc`, number)
	for _, m := range all {
		if m.Live(r.now()) {
			units = append(units, m.USCC)
		}
	}
	return units, err
}
