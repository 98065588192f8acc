package casework

import (
	"context"
	"errors"
	"fmt"
	"slices"
)

// ActHandOver gives what an officer holds to another (移交): when he leaves or
// is away for long, he himself, a leader of the unit, or the house does it. The
// case stays where it is; only who holds it changes.
const ActHandOver = "hand_over"

// RoleLeader is the role of those who lead a unit (负责人).
const RoleLeader = "leader"

// handedOver checks a handing-over.
func (d *decision) handedOver() *Refusal {
	if d.in.Act != ActHandOver {
		return nil
	}
	a, holder := d.in.Actor, d.s.Holder
	switch {
	case a.Kind == Staff && a.ID != holder.ID && standsIn(d.s, a) == "" && !(slices.Contains(a.Roles, RoleLeader) && Handles(a, d.s.Unit)):
		return refuse(CodeNotYours, "在办的事由承办人自己或者单位负责人移交。")
	case len(d.in.Data.Officers) != 1:
		return refuse(CodeIncomplete, "选一位接手的工作人员。")
	case d.in.Data.Officers[0] == holder.ID:
		return refuse(CodeIncomplete, "“%s”已经是承办人。另选一位。", holder.Name)
	}
	return d.fit(d.in.Data.Officers[0], d.stage.By)
}

// HandedOver is what became of the cases of somebody who hands over.
type HandedOver struct {
	Moved []string            // numbers
	Kept  map[string]*Refusal // by number: those that the other cannot have
}

// HandOver gives everything that an officer holds to another, one act for each
// case. Cases that the other cannot take stay, with the reason.
func (d *Door) HandOver(ctx context.Context, by Actor, from, to string) (HandedOver, error) {
	done := HandedOver{Kept: map[string]*Refusal{}}
	q := Query{Desk: true, Holders: []string{from}, Limit: 200}
	for {
		rows, next, err := d.List(ctx, q)
		if err != nil {
			return done, err
		}
		for _, row := range rows {
			_, err := d.Do(ctx, row.ID, Input{Act: ActHandOver, Key: "hand-over-" + NewToken(), Actor: by, Data: Data{Officers: []string{to}}})
			var refusal *Refusal
			switch {
			case errors.As(err, &refusal):
				done.Kept[row.Number] = refusal
			case err != nil:
				return done, fmt.Errorf("hand over case %s: %w", row.ID, err)
			default:
				done.Moved = append(done.Moved, row.Number)
			}
		}
		if next == "" {
			return done, nil
		}
		q.After = next
	}
}
