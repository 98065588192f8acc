package notify

import (
	"context"

	"wangban/internal/db"
)

// Tidy forgets whom old codes went to and what they said, and the counts of
// days gone by. It follows the installation's clock: callers run it about once
// a second.
func (o *Outbox) Tidy(ctx context.Context) error {
	now := o.now()
	before := now.Add(-o.settings.KeepCodes)
	old, err := oldCodes(ctx, o.db.Read(), before)
	if err != nil {
		return err
	}
	day := date(now)
	newDay := o.tidied.Swap(&day)
	if !old && newDay != nil && *newDay == day {
		return nil
	}
	return o.db.Write(ctx, func(ctx context.Context, tx db.Tx) error {
		if err := dropShares(ctx, tx, day); err != nil {
			return err
		}
		return forgetCodes(ctx, tx, before)
	})
}

// Forget drops numbers and texts of a case's messages; that they were sent
// stays on record. Messages still waiting are not sent any more.
func (o *Outbox) Forget(ctx context.Context, tx db.Tx, caseID string) error {
	return forgetCase(ctx, tx, caseID, o.now())
}

// Again puts a message that failed back on its way, when what stood against it
// has been mended.
func (o *Outbox) Again(ctx context.Context, id string) error {
	return o.db.Write(ctx, func(ctx context.Context, tx db.Tx) error { return reopen(ctx, tx, id, o.now()) })
}
