package notify

import (
	"context"
	"fmt"

	"wangban/internal/db"
)

// Sweep puts messages whose instant has come back on their way: after a night,
// at the next day's share, for another try, or because their job or process
// was lost. It tells how many, and drops the text of old codes. It follows the
// installation's clock: callers run it about once a second, and at once when
// the demo's clock was moved. Several processes may sweep at once.
func (o *Outbox) Sweep(ctx context.Context) (int, error) {
	const batch = 200
	moved := 0
	for {
		now := o.now()
		due, err := dueMessages(ctx, o.db.Read(), now, batch)
		if err != nil {
			return moved, fmt.Errorf("sweep the outbox: %w", err)
		}
		for _, m := range due {
			mine := false
			err := o.db.Write(ctx, func(ctx context.Context, tx db.Tx) (err error) {
				if mine, err = requeue(ctx, tx, m, now.Add(o.settings.Lost)); err != nil || !mine {
					return err
				}
				return o.jobs.InsertTx(ctx, tx, deliver{IDs: []string{m.id}, Urgent: m.kind == code})
			})
			if err != nil {
				return moved, fmt.Errorf("sweep the outbox: %w", err)
			}
			if mine {
				moved++
			}
		}
		if len(due) < batch {
			return moved, o.tidy(ctx)
		}
	}
}

// tidy forgets whom old codes went to and what they said, and the counts of
// days gone by.
func (o *Outbox) tidy(ctx context.Context) error {
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
	now := o.now()
	return o.db.Write(ctx, func(ctx context.Context, tx db.Tx) error {
		mine, err := reopen(ctx, tx, id, now, now.Add(o.settings.Lost))
		if err != nil || !mine {
			return err
		}
		return o.jobs.InsertTx(ctx, tx, deliver{IDs: []string{id}})
	})
}
