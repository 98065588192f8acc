package notify

import (
	"context"
	"errors"

	"wangban/internal/db"
	"wangban/internal/notify/sms"
)

// errNotYet makes the carrier push a report again: its message's number at the
// carrier may not be on record yet.
var errNotYet = errors.New("no message with this number on record")

// Report takes a delivery report (回执). The same report twice, or late, or a
// worse one after a better one, changes nothing. One without our own id that
// fits no message is an error, so that the carrier pushes it again: it may have
// been faster than our own record.
func (o *Outbox) Report(ctx context.Context, r sms.Report) error {
	now := o.now()
	return o.db.Write(ctx, func(ctx context.Context, tx db.Tx) error {
		id := r.OutID
		if id == "" {
			var ok bool
			var err error
			if id, ok, err = findByProvider(ctx, tx, r.Provider, r.ProviderID); err != nil {
				return err
			} else if !ok {
				return errNotYet
			}
		}
		if r.Delivered {
			return recordDelivered(ctx, tx, id, now)
		}
		return recordUndelivered(ctx, tx, id, r.Code, now)
	})
}
