package casework

import (
	"context"

	"wangban/internal/db"
	"wangban/internal/item"
)

// recheck asks the checks about other cases once more, in the transaction that
// hands a case in. The first look was before it: of cases that are handed in at
// one instant, none would have seen another. Whoever comes second is refused in
// the same words as by the first look. Acts that hand nothing in lay no new
// claim and are spared it.
func (d *Door) recheck(ctx context.Context, tx db.Tx, e entry) error {
	stage, _ := e.item.Flow.Stage(e.was.state.Stage)
	act, ok := stage.Act(e.o.Event.Act)
	if !ok || !act.Complete {
		return nil
	}
	for _, name := range act.Checks {
		turn := e.turn(name)
		if turn == "" {
			continue
		}
		if err := tx.Alone(ctx, turn); err != nil {
			return err
		}
		f, err := d.check(ctx, tx, name, e.was.state, e.item)
		if err != nil {
			return err
		}
		if f.Level == Refuse {
			return found(f)
		}
	}
	return nil
}

// turn is what cases take turns in because of a check; "" when it is none about
// other cases, or one that only warns. Those who lay claim to a kind of thing
// take turns in the kind: one case can be about hundreds of things.
func (e entry) turn(check string) string {
	use, own := e.item.Flow.Checks[check]
	if !own {
		use = item.EffectUse{Name: check}
	}
	switch {
	case use.Name == CheckSameApplicant && e.row.applicant != "":
		return "same-applicant\x00" + e.item.Name + "\x00" + e.row.subject + "\x00" + e.row.applicant
	case use.Name == CheckUnclaimed && use.With["found"] != string(Warn):
		return "claim\x00" + use.With["claim"]
	}
	return ""
}
