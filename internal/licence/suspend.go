package licence

import (
	"context"

	"wangban/internal/casework"
	"wangban/internal/db"
)

// Suspend is the effect licence.suspend (停用、暂停): the licence stays, but does
// not count until it is resumed. Its document cannot be had meanwhile.
func (r *Room) Suspend(ctx context.Context, tx db.Tx, call casework.Call, _, after casework.State, e casework.Event) (map[string]string, error) {
	return r.renewed(ctx, tx, ActSuspend, call, after, e)
}

// Resume is the effect licence.resume (启用、恢复): a suspended licence counts
// again. The setting public names what is new since then, such as the day of the
// next inspection; the other facts stay.
func (r *Room) Resume(ctx context.Context, tx db.Tx, call casework.Call, _, after casework.State, e casework.Event) (map[string]string, error) {
	return r.renewed(ctx, tx, ActResume, call, after, e)
}

// after is the status in which an act leaves a licence that goes on.
func (a Act) after(before Status) Status {
	switch a {
	case ActSuspend:
		return Suspended
	case ActResume:
		return Valid
	}
	return before
}
