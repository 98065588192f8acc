package casework

import (
	"slices"

	"wangban/internal/item"
)

// Routine tells whether an act decides nothing and asks nothing, so that an
// officer can do it on many cases at once: taking a case, or giving it to a
// colleague (does: assign). Everything that has a reason, a judgement, a sheet,
// a statement, an effect, a document or an end to it is done case by case. The
// item's words decide; the door still looks at each case.
func Routine(it *item.Item, stage item.Stage, act item.Act) bool {
	switch {
	case act.Reason != "" || act.Judged || act.Sheet != "" || act.Complete || act.Letter || act.Proves != "":
		return false
	case len(act.Confirm)+len(act.Declare)+len(act.Identity)+len(act.Effects)+len(act.Papers) > 0:
		return false
	case act.Does != "" && act.Does != item.Assign:
		return false
	}
	for _, r := range act.To {
		to, ok := it.Flow.Stage(r.Stage)
		leaves := to.Name != stage.Name && len(stage.Leave)+len(to.Enter) > 0
		if !ok || to.End != "" || leaves || !ForStaff(to.By) {
			return false
		}
	}
	return act.Does == item.Assign || claims(it, stage, act)
}

// claims tells whether an act takes a case that nobody holds.
func claims(it *item.Item, stage item.Stage, act item.Act) bool {
	return len(act.To) > 0 && !stage.Held && !slices.ContainsFunc(act.To, func(r item.Route) bool {
		to, _ := it.Flow.Stage(r.Stage)
		return !to.Held
	})
}

// RoutineNamed finds an act that is routine wherever the item's flow has it.
func RoutineNamed(it *item.Item, name string) (found item.Act, ok bool) {
	for _, stage := range it.Flow.Stages {
		act, has := stage.Act(name)
		if !has {
			continue
		}
		if !Routine(it, stage, act) {
			return item.Act{}, false
		}
		found, ok = act, true
	}
	return found, ok
}

// RoutineOn are the routine acts that an officer may try on a case, as far as a
// row of a list and the item as it is now can tell.
func RoutineOn(it *item.Item, row Row, a Actor) []item.Act {
	stage, ok := it.Flow.Stage(row.Stage)
	if !ok || !Handles(a, row.Unit) || row.Helper == a.ID {
		return nil
	}
	var acts []item.Act
	for _, act := range stage.Acts {
		by := act.By
		if len(by) == 0 {
			by = []string{stage.By}
		}
		post := slices.ContainsFunc(by, func(role string) bool { return slices.Contains(a.Roles, role) })
		if _, routine := RoutineNamed(it, act.Name); routine && post {
			acts = append(acts, act)
		}
	}
	return acts
}
