package story

import (
	"slices"
	"strings"

	"wangban/internal/casework"
	"wangban/internal/item"
)

// actor casts the person of a line. The people of the case are told by the
// item's parties: the one who applies acts as applicant, the one who signs as
// signer with proofs of person; anyone else is a member of staff in a role of
// the item, a stranger, or the house itself.
func (t *telling) actor(step item.Step) casework.Actor {
	switch {
	case step.Who == "house":
		return casework.Actor{Kind: casework.System, ID: "house"}
	case staff(t.it, step.Who):
		return officer(t.it, step.Who)
	}
	a := casework.Actor{Kind: casework.Applicant, ID: session(step.Who), Session: session(step.Who)}
	if step.Who == "stranger" {
		return a
	}
	if t.it.Flow.ExOfficio() { // the party, whom the code by SMS lets in
		a.Cases = []string{t.state.ID}
	}
	stage, _ := t.it.Flow.Stage(t.state.Stage)
	if act, ok := t.findAct(step.Act); ok && slices.Contains(performers(stage, act), "signer") {
		a.Kind = casework.Signer
		a.Proofs = t.proofs("sms", "face-provider")
	}
	return a
}

// findAct looks in the case's stage first: a line may try an act that is only
// offered elsewhere.
func (t *telling) findAct(name string) (item.Act, bool) {
	if stage, ok := t.it.Flow.Stage(t.state.Stage); ok {
		if act, ok := stage.Act(name); ok {
			return act, true
		}
	}
	for _, stage := range t.it.Flow.Stages {
		if act, ok := stage.Act(name); ok {
			act.By = performers(stage, act)
			return act, true
		}
	}
	return item.Act{}, false
}

func performers(stage item.Stage, act item.Act) []string {
	if len(act.By) > 0 {
		return act.By
	}
	return []string{stage.By}
}

// staff tells whether a name is a role in which staff act in the item, a
// numbered member of it ("reviewer2"), one of another unit ("reviewer@food"), or
// the helper.
func staff(it *item.Item, who string) bool {
	role := roleOf(who)
	if role == "helper" {
		return true
	}
	for _, s := range it.Flow.Stages {
		for _, a := range s.Acts {
			if by := performers(s, a); slices.Contains(by, role) && !slices.Contains([]string{"applicant", "signer", "visitor", "system"}, role) {
				return true
			}
		}
	}
	return false
}

func roleOf(who string) string {
	who, _, _ = strings.Cut(who, "@")
	for len(who) > 0 && who[len(who)-1] >= '0' && who[len(who)-1] <= '9' {
		who = who[:len(who)-1]
	}
	return who
}

func officer(it *item.Item, who string) casework.Actor {
	roles := []string{roleOf(who)}
	if roles[0] == "helper" { // helpers are reviewers who happened to help
		for _, s := range it.Flow.Stages {
			roles = append(roles, s.By)
		}
	}
	a := casework.Actor{Kind: casework.Staff, ID: who, Name: who, Unit: "county", Roles: roles, Units: []string{"*"}, Session: session(who)}
	if _, unit, ok := strings.Cut(who, "@"); ok {
		a.Unit, a.Units = unit, []string{unit}
	}
	return a
}

func session(who string) string { return "session:" + who }

func (t *telling) proofs(methods ...string) []casework.Proof {
	out := make([]casework.Proof, len(methods))
	for i, m := range methods {
		out[i] = casework.Proof{Method: m, At: t.now}
	}
	return out
}
