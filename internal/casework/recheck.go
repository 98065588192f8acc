package casework

import (
	"context"
	"slices"

	"wangban/internal/db"
	"wangban/internal/item"
)

// recheck asks the checks about other cases, and those that Options.Again names,
// once more in the transaction that hands a case in. The first look was before
// it: of cases that are handed in at one instant, none would have seen another.
// Whoever comes second is refused in the same words as by the first look. Acts
// that hand nothing in lay no new claim and are spared it.
func (d *Door) recheck(ctx context.Context, tx db.Tx, e entry) error {
	stage, _ := e.item.Flow.Stage(e.was.state.Stage)
	act, ok := stage.Act(e.o.Event.Act)
	if !ok || !act.Complete {
		return nil
	}
	for _, name := range act.Checks {
		var err error
		switch use := e.use(name); {
		case e.turn(use) != "":
			err = tx.Alone(ctx, e.turn(use))
		case slices.Contains(d.again, use.Name):
			err = tx.Together(ctx, use.Name)
		default:
			continue
		}
		if err != nil {
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
func (e entry) turn(use item.EffectUse) string {
	switch {
	case use.Name == CheckSameApplicant && e.row.applicant != "":
		return "same-applicant\x00" + e.item.Name + "\x00" + e.row.subject + "\x00" + e.row.applicant
	case use.Name == CheckUnclaimed && use.With["found"] != string(Warn):
		return "claim\x00" + use.With["claim"]
	}
	return ""
}

// use is a check with the settings that the item gives it.
func (e entry) use(check string) item.EffectUse {
	if use, own := e.item.Flow.Checks[check]; own {
		return use
	}
	return item.EffectUse{Name: check}
}
