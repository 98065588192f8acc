package casework

import (
	"slices"

	"wangban/internal/item"
)

// permit asks whether the actor may do the act on the case as it stands.
func permit(stage item.Stage, act item.Act, s State, a Actor) *Refusal {
	by := act.By
	if len(by) == 0 {
		by = []string{stage.By}
	}
	var first *Refusal
	for _, role := range by {
		r := permitRole(role, stage, act, s, a)
		if r == nil {
			return nil
		}
		if first == nil || first.Code == CodeNotYours {
			first = r
		}
	}
	return first
}

func permitRole(role string, stage item.Stage, act item.Act, s State, a Actor) *Refusal {
	notYours := refuse(CodeNotYours, "这件事不归你办。换成有权办理的人登录后再试。")
	switch role {
	case "applicant":
		if (act.Name == ActSave || act.Name == ActVerify) && ForStaff(stage.By) {
			// What the office writes, nobody else does: the party least of all.
			if begunBy(s, a) {
				return nil
			}
			return notYours
		}
		if a.Kind == Staff && s.Owner == HelperOwner(a.ID) {
			if assisted[act.Name] {
				return nil
			}
			return refuse(CodeHelper, "帮办人只能帮忙填写，提交由申请人本人完成。把二维码交给申请人接手。")
		}
		if a.Kind == Applicant && OwnedBy(s, a) {
			return nil
		}
		return notYours
	case "signer":
		if a.Kind != Signer {
			return notYours
		}
		if slices.Contains(s.Sessions, a.Session) || OwnedBy(s, a) {
			return refuse(CodeOwnSession, "这台设备上的代理人正在办理这件事，不能代替法定代表人签名。请法定代表人用自己的手机打开链接。")
		}
		return nil
	case "visitor":
		return nil
	case staffOfUnit:
		if a.Kind == Staff && MaySee(s, a) {
			return nil
		}
		return notYours
	case item.RoleConsulted:
		if a.Kind == Staff && slices.ContainsFunc(s.Consults, func(c Consult) bool { return c.Recalled == nil && speaksFor(a, c.Unit) }) {
			return nil
		}
		return notYours
	case "system":
		if a.Kind == System {
			return nil
		}
		return notYours
	}
	return permitStaff(role, stage, act, s, a)
}

func permitStaff(role string, stage item.Stage, act item.Act, s State, a Actor) *Refusal {
	switch {
	case a.Kind != Staff || !slices.Contains(a.Roles, role):
		return refuse(CodeNotYours, "你的岗位不能办这件事。")
	case stage.Edit && !begunBy(s, a):
		return refuse(CodeNotYours, "这件由另一位同事开始，还在起草。")
	case !stage.Edit && !Handles(a, s.Unit):
		return refuse(CodeJurisdiction, "这件事归别的单位办理。")
	case s.Helper != nil && s.Helper.ID == a.ID:
		return refuse(CodeHelper, "你帮办过这件申请，不能再由你审核。交给其他同事处理。")
	case stage.Held && s.Holder != nil && s.Holder.ID != a.ID && standsIn(s, a) == "" && !reassigns(act):
		return refuse(CodeHeld, "%s正在处理这件事。", s.Holder.Name)
	}
	return nil
}

// begunBy tells whether an officer has begun the case in the name of the office.
func begunBy(s State, a Actor) bool {
	return a.Kind == Staff && s.Helper == nil && s.Owner == HelperOwner(a.ID)
}

// standsIn is who holds the case and is away, when the actor stands in for
// them: they may do what their own post allows, and the event says for whom.
func standsIn(s State, a Actor) string {
	if s.Holder != nil && s.Holder.ID != a.ID && slices.Contains(a.For, s.Holder.ID) {
		return s.Holder.ID
	}
	return ""
}

// actingOn is the actor as an event on the case remembers them.
func (a Actor) actingOn(s State) Actor {
	a.Behalf = standsIn(s, a)
	return a
}

// ForStaff tells whether a role of a flow is one that staff have.
func ForStaff(role string) bool {
	return !slices.Contains([]string{"", "applicant", "signer", "visitor", "system"}, role)
}

// reassigns tells that an act is there for whoever does not hold the case.
func reassigns(act item.Act) bool {
	return act.Does == item.Assign || act.Does == item.Transfer || act.Does == item.Extend || act.Does == item.Visit
}

// MaySee tells whether a member of staff may see a case: it is their unit's,
// or their unit is asked about it.
func MaySee(s State, a Actor) bool {
	return Handles(a, s.Unit) || s.asked(append(slices.Clone(a.Units), a.Unit))
}

// speaksFor tells whether a member of staff can give a unit's opinion: being
// allowed to see everybody's cases is not being everybody.
func speaksFor(a Actor, unit string) bool { return a.Unit == unit || slices.Contains(a.Units, unit) }

// Handles tells whether a staff member may see and handle a unit's cases.
func Handles(a Actor, unit string) bool {
	return slices.Contains(a.Units, "*") || slices.Contains(a.Units, unit)
}

// OwnedBy tells whether the actor is the case's applicant: the account or
// browser that owns it, or a session for which a code by SMS has opened it.
func OwnedBy(s State, a Actor) bool {
	return s.Owner != "" && (a.ID == s.Owner || a.Session == s.Owner) || slices.Contains(a.Cases, s.ID)
}

// HelperOwner is the owner of a case that a staff member fills in for somebody
// who has not taken it over yet (帮办).
func HelperOwner(staff string) string { return "staff:" + staff }

// Offered tells whether a case waits for somebody to take it over: one that an
// officer has begun for them (帮办), or one begun at a kiosk that goes on at the
// phone. Nobody takes over twice; and what was handed in at the kiosk has found
// its applicant: whoever has seen the code on the screen comes too late.
func Offered(s State) bool {
	if s.Helper != nil {
		return s.Owner == HelperOwner(s.Helper.ID)
	}
	return s.Channel == ChannelKiosk && s.Submitted == nil && s.Done[ActTakeOver] == 0
}

// ChannelKiosk is where cases are started that were begun at a kiosk (自助机).
const ChannelKiosk = "kiosk"

// assisted are the acts a helper may do for the applicant: filling in, not
// submitting.
var assisted = map[string]bool{ActSave: true, ActVerify: true}
