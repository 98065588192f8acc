package rating

import (
	"context"
	"slices"
	"strings"

	"wangban/internal/casework"
	"wangban/internal/db"
)

// Handler is a member of staff who follows up bad ratings.
type Handler struct {
	ID           string
	Roles, Units []string // "*": every unit
}

// Roles that follow up bad ratings: the head of a unit, and the supervision
// office. Only the latter decides on disputes and sees which case it was.
const (
	Leader     = "leader"
	Supervisor = "supervisor"
)

// Follows tells whether following up ratings is somebody's post.
func (h Handler) Follows() bool {
	return slices.Contains(h.Roles, Leader) || slices.Contains(h.Roles, Supervisor)
}

// Supervises tells whether somebody decides on disputes.
func (h Handler) Supervises() bool { return slices.Contains(h.Roles, Supervisor) }

// may tells whether a rating is the handler's to see: of their units, and not
// of their own work.
func (h Handler) may(n Rating) bool {
	return h.Follows() && (slices.Contains(h.Units, "*") || slices.Contains(h.Units, n.Unit)) && !slices.Contains(n.Officers, h.ID)
}

// Act of the follow-up.
type Act string

// Acts.
const (
	Confirm Act = "confirm" // 属实: it is true and will be put right
	Settle  Act = "settle"  // 整改完成: what was done, told to the rater
	Dispute Act = "dispute" // 不属实、恶意: asks for it not to count
	Uphold  Act = "uphold"  // 维持: it counts and is to be put right
	Exclude Act = "exclude" // 剔除: it does not count
)

// moves lead from state to state.
var moves = map[State]map[Act]State{
	Open:      {Confirm: Confirmed, Dispute: Disputed},
	Confirmed: {Settle: Done},
	Disputed:  {Uphold: Confirmed, Exclude: Excluded},
}

// Acts are what a handler can do with a rating now.
func Acts(h Handler, n Rating) []Act {
	var out []Act
	if !h.may(n) {
		return nil
	}
	for _, act := range []Act{Confirm, Settle, Dispute, Uphold, Exclude} {
		if _, ok := moves[n.State][act]; ok && (n.State != Disputed || h.Supervises() && n.DisputedBy != h.ID) {
			out = append(out, act)
		}
	}
	return out
}

// Handle takes a step of the follow-up; the rater is told how it ended. It
// returns *Refusal when the step is not the handler's to take, or not now.
func (r *Room) Handle(ctx context.Context, h Handler, id string, act Act, text string) error {
	text = strings.TrimSpace(text)
	n, err := r.Get(ctx, h, id)
	if err != nil {
		return err
	}
	to, err := r.Reach(ctx, n.Case)
	if err != nil {
		return err
	}
	return r.write(ctx, func(ctx context.Context, tx db.Tx) error {
		n, ok, err := r.find(ctx, tx, `id = $1`, id)
		switch {
		case err != nil:
			return err
		case !ok || !h.may(n):
			return notYours()
		case !slices.Contains(Acts(h, n), act):
			return refuse(CodeState, "", "这个评价已经由别人处理，或者这一步不归你办。刷新页面看最新状态。")
		case text == "" && act != Confirm && act != Uphold:
			return refuse(CodeIncomplete, "text", "写明做了什么或者为什么，评价人会看到。")
		case len([]rune(text)) > LongestText:
			return refuse(CodeIncomplete, "text", "最多写 %d 个字，现在是 %d 个。", LongestText, len([]rune(text)))
		}
		old := n
		n.State = moves[n.State][act]
		switch act {
		case Dispute:
			n.DisputedBy, n.Why = h.ID, text
		case Settle, Exclude:
			n.Answer, n.Ended = text, r.Now()
			if err := r.tell(ctx, tx, n, to); err != nil {
				return err
			}
		}
		return r.update(ctx, tx, n, old)
	})
}

// tell says to the rater that there is an answer.
func (r *Room) tell(ctx context.Context, tx db.Tx, n Rating, to Rater) error {
	if to.Mobile == "" {
		return nil
	}
	if err := r.keepLink(ctx, tx, n.Case); err != nil {
		return err
	}
	// Messages of a case's acts have positive numbers.
	return r.Send(ctx, tx, n.Case, -1-VisitOf(n.Moment), []casework.Message{message("rating_answered", to, map[string]string{"url": r.link(n.Case)})})
}

func notYours() *Refusal {
	return refuse(CodeNotYours, "", "没有这条评价，或者它不归你处理。经办人看不到对自己的评价。")
}
