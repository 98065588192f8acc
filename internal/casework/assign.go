package casework

import (
	"slices"

	"wangban/internal/item"
)

// fit tells whether an officer can be given something to do with the case, in
// a role when one is named.
func (d *decision) fit(id, role string) *Refusal {
	a, ok := d.out.Officers[id]
	switch {
	case !ok:
		return refuse(CodeIncomplete, "没有这名工作人员，或者已经离岗。另选一位。")
	case !Handles(a, d.s.Unit):
		return refuse(CodeIncomplete, "“%s”不负责这个单位的事。另选一位。", a.Name)
	case role != "" && !slices.Contains(a.Roles, role):
		return refuse(CodeIncomplete, "“%s”的岗位不能办这一步。另选一位。", a.Name)
	case d.s.Helper != nil && d.s.Helper.ID == id:
		return refuse(CodeHelper, "“%s”帮办过这件申请，不能再由他办。另选一位。", a.Name)
	}
	return nil
}

// assigned checks that whoever is to have the case can have it.
func (d *decision) assigned() *Refusal {
	in := d.in.Data
	switch d.act.Does {
	case item.Assign:
		if len(in.Officers) != 1 {
			return refuse(CodeIncomplete, "选一位承办人。")
		}
		role := d.stage.By
		if to, ok := d.leadsTo(); ok {
			role = to.By
		}
		return d.fit(in.Officers[0], role)
	case item.Transfer:
		_, known := d.house.Units[in.Unit]
		switch {
		case !known:
			return refuse(CodeIncomplete, "选要移交给哪个单位。")
		case in.Unit == d.s.Unit:
			return refuse(CodeIncomplete, "已经归“%s”办理，不用移交。", d.house.Units[in.Unit])
		case in.Text == "":
			return refuse(CodeReason, "写一句移交的理由，会记录在案。")
		}
	}
	return nil
}

// leadsTo is the stage the act leads to as things stand.
func (d *decision) leadsTo() (item.Stage, bool) {
	for _, r := range d.act.To {
		if r.When.Holds(d.env) {
			return d.it.Flow.Stage(r.Stage)
		}
	}
	return item.Stage{}, false
}

// another asks that a second pair of eyes sees the case.
func (d *decision) another() *Refusal {
	for _, name := range d.act.Differs {
		if who, ok := d.s.Acted[name]; ok && who.ID == d.in.Actor.ID {
			return refuse(CodeSamePerson, "前面的一步是你办的，这一步由另一位同事办。")
		}
	}
	return nil
}

// Often tells that an act was done as often as the item allows. All acts that
// ask for a correction count as one: the law lets the office name once what is
// missing (行政许可法 32), whichever way it is said.
func (s State) Often(it *item.Item, act item.Act) bool {
	if act.Times == 0 {
		return false
	}
	done := s.Done[act.Name]
	if act.Does == item.Correct {
		done = 0
		for _, name := range it.Flow.ActsThat(item.Correct) {
			done += s.Done[name]
		}
	}
	return done >= act.Times
}

// onlySoOften keeps an act to so many times in a case.
func (d *decision) onlySoOften() *Refusal {
	if d.s.Often(d.it, d.act) {
		if d.act.Does == item.Correct {
			return refuse(CodeTimes, "已经一次性告知过补正，不能再要求补正。按现有材料作出决定。")
		}
		return refuse(CodeTimes, "“%s”最多 %d 次，已经办过。", d.act.Label, d.act.Times)
	}
	return nil
}
