package licence

import (
	"context"
	"fmt"

	"wangban/internal/casework"
	"wangban/internal/db"
)

// Cancel is the effect licence.cancel (注销): the holder gives it up, or its
// time is over. Its number is not used again.
func (r *Room) Cancel(ctx context.Context, tx db.Tx, call casework.Call, _, after casework.State, e casework.Event) (map[string]string, error) {
	return r.over(ctx, tx, ActCancel, Cancelled, call, after, e)
}

// Revoke is the effect licence.revoke (撤销、吊销): the administration takes it
// back, for a reason, which is kept for the house and not shown to the public.
func (r *Room) Revoke(ctx context.Context, tx db.Tx, call casework.Call, _, after casework.State, e casework.Event) (map[string]string, error) {
	return r.over(ctx, tx, ActRevoke, Revoked, call, after, e)
}

func (r *Room) over(ctx context.Context, tx db.Tx, act Act, to Status, call casework.Call, after casework.State, e casework.Event) (map[string]string, error) {
	g, err := r.grant(call, after, e)
	if err != nil {
		return nil, err
	}
	l, err := r.take(ctx, tx, g, act)
	if err != nil {
		return nil, err
	}
	if l.Number == "" { // nothing on record to end
		return map[string]string{"licence_ended": g.named()}, nil
	}
	reason := g.reason()
	if act == ActRevoke && reason == "" {
		return nil, refuse("撤销证照要写明原因。写上原因再办。")
	}
	if err := end(ctx, tx, l.Number, to, reason, e.At, after.ID, ""); err != nil {
		return nil, fmt.Errorf("%s licence %s: %w", act, l.Number, err)
	}
	return map[string]string{"licence_ended": l.Number}, nil
}
