package desk

import (
	"context"
	"strings"

	"wangban/internal/casework"
	"wangban/internal/item"
	"wangban/internal/web"
)

// timeline is the case's whole history, newest first, with who did what.
func (d *Desk) timeline(ctx context.Context, it *item.Item, events []casework.Event) []web.TimelineItem {
	out := make([]web.TimelineItem, 0, len(events))
	for i := len(events) - 1; i >= 0; i-- {
		e := events[i]
		past := actPast(it, e)
		if past == "" {
			continue
		}
		entry := web.TimelineItem{Title: web.T(ctx, past), Detail: d.who(ctx, it, e), At: e.At}
		if ret := e.Data.Return; ret != nil {
			entry.Tag, entry.TagKind = web.Words(ctx, reasonLabels(it, ret.Reasons)), web.Bad
			if ret.Text != "" {
				entry.Detail += " · " + ret.Text
			}
		}
		if detail := d.told(ctx, it, e); detail != "" {
			entry.Detail += " · " + detail
		}
		if sub := e.Data.Submit; sub != nil && sub.Carried {
			entry.Tag, entry.TagKind = web.T(ctx, "沿用原签名"), web.Good
		}
		out = append(out, entry)
	}
	return out
}

// told is what an event says beside who did it.
func (d *Desk) told(ctx context.Context, it *item.Item, e casework.Event) string {
	unit := func(code string) string { return web.T(ctx, d.Units()[code]) }
	var parts []string
	for _, c := range e.Data.Consults {
		parts = append(parts, unit(c.Unit))
	}
	if v := e.Data.Visit; v != nil && v.Done.IsZero() {
		parts = append(parts, web.Moment(ctx, v.At))
	}
	if p := e.Data.Pause; p != nil {
		parts = append(parts, web.Words(ctx, reasonLabels(it, []string{p.Reason})))
	}
	if x := e.Data.Extension; x != nil {
		parts = append(parts, web.LimitText(ctx, x.Limit))
	}
	if stage, _ := it.Flow.Stage(e.From); e.Data.Unit != "" && e.Data.Submit == nil && stage.Name != "" {
		parts = append(parts, unit(e.Data.Unit))
	}
	if act, ok := actOf(it, e); ok && act.Does == item.Assign && e.Data.Holder != nil {
		parts = append(parts, e.Data.Holder.Name)
	}
	if act, ok := actOf(it, e); ok && act.Does != "" && e.Data.Reason != "" && e.Data.Return == nil {
		parts = append(parts, e.Data.Reason)
	}
	return strings.Join(parts, web.T(ctx, "，"))
}

func actOf(it *item.Item, e casework.Event) (item.Act, bool) {
	stage, _ := it.Flow.Stage(e.From)
	return stage.Act(e.Act)
}

// who did it, as colleagues know them.
func (d *Desk) who(ctx context.Context, it *item.Item, e casework.Event) string {
	switch e.Actor.Kind {
	case casework.Staff:
		who := web.Tf(ctx, "%s（%s）", e.Actor.Name, web.T(ctx, d.Units()[e.Actor.Unit]))
		if e.Actor.Behalf != "" {
			return web.Tf(ctx, "%s代%s", who, d.Name(ctx, e.Actor.Behalf))
		}
		return who
	case casework.Signer:
		return web.T(ctx, "签名人")
	case casework.System:
		return web.T(ctx, "系统")
	}
	if it.Flow.ExOfficio() { // nobody has applied
		return web.T(ctx, "当事人")
	}
	return web.T(ctx, "申请人")
}

// actPast is how the history says an event. Saving page by page is left out:
// what counts is what was handed in.
func actPast(it *item.Item, e casework.Event) string {
	switch e.Act {
	case casework.ActCreate:
		return "开始填写"
	case casework.ActSave, casework.ActVerify:
		return ""
	case casework.ActRemind:
		return "已发送提醒短信"
	case casework.ActReveal:
		return "查看了完整号码"
	case casework.ActRepin:
		return "转到事项的新版本"
	case casework.ActHandOver:
		return "移交给另一位承办"
	case casework.ActTakeOver:
		return "申请人从帮办人手里接手"
	case casework.ActRemindUnit:
		return "催办了征求的意见"
	}
	stage, _ := it.Flow.Stage(e.From)
	switch {
	case e.Act == casework.ActLapse && stage.Lapse != nil:
		return stage.Lapse.Label
	case e.Act == casework.ActIdle && stage.Idle != nil:
		return stage.Idle.Label
	}
	if act, ok := stage.Act(e.Act); ok {
		return act.Past
	}
	act, _ := it.Flow.HouseAct(e.Act)
	return act.Past
}

func reasonLabels(it *item.Item, codes []string) []string {
	var labels []string
	seen := map[string]bool{}
	for _, code := range codes {
		for _, catalogue := range it.Flow.Reasons {
			for _, reason := range catalogue {
				if reason.Code == code && !seen[code] {
					seen[code] = true
					labels = append(labels, reason.Label)
				}
			}
		}
	}
	return labels
}
