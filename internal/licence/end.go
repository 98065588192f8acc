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

// Revoke is the effect licence.revoke: the administration takes it back, for a
// reason, which is kept for the house and not shown to the public. It should
// not have been issued (撤销, 行政许可法 69), or, with the setting penalty, its
// holder loses it as a penalty that was decided elsewhere (吊销).
func (r *Room) Revoke(ctx context.Context, tx db.Tx, call casework.Call, _, after casework.State, e casework.Event) (map[string]string, error) {
	to := Revoked
	if call.With["penalty"] == yes {
		to = Struck
	}
	return r.over(ctx, tx, ActRevoke, to, call, after, e)
}

const yes = "yes"

func (r *Room) over(ctx context.Context, tx db.Tx, act Act, to Status, call casework.Call, after casework.State, e casework.Event) (map[string]string, error) {
	all, err := r.grants(call, after, e)
	if err != nil {
		return nil, err
	}
	numbers, err := r.doEach(ctx, tx, act, all, func(g grant, l Licence) (string, error) {
		if l.Number == "" { // nothing on record to end
			return g.named(), nil
		}
		reason := g.reason()
		if act == ActRevoke && reason == "" {
			return "", refuse("撤销证照要写明原因。写上原因再办。")
		}
		if err := end(ctx, tx, l.Number, to, reason, e.At, after.ID, ""); err != nil {
			return "", fmt.Errorf("%s licence %s: %w", act, l.Number, err)
		}
		return l.Number, nil
	})
	if err != nil {
		return nil, err
	}
	return results(call, "licence_ended", numbers), nil
}
