package desk

import (
	"context"
	"time"

	"wangban/internal/casework"
	"wangban/internal/item"
	"wangban/internal/web"
	"wangban/internal/workday"
)

// light is how a case's limit stands.
type light = web.Lamp

// lightOf is the light of a limit that runs, counted in a unit.
func (d *Desk) lightOf(ctx context.Context, near, due time.Time, unit item.Unit) light {
	return web.LampOf(ctx, d.House(), web.Lit{Near: near, Due: due, Unit: unit}, d.Now())
}

// limit is a case's own limit with how it came about.
type limit struct {
	light
	Due       string // in words; empty while nobody knows
	Reasons   []string
	Statutory string // end of the limit that the law sets
	Law       []string
	Step      web.Step // the stage's own limit
	StepLight light
}

func (d *Desk) limitOf(ctx context.Context, s casework.State, it *item.Item) limit {
	l := limit{}
	if step, ok := web.ExplainStep(ctx, d.House(), it, s); ok {
		l.Step, l.StepLight = step, d.lightOf(ctx, step.Near, step.At, step.Limit.Unit)
	}
	state := web.ClockOf(it, s)
	if state == web.ClockNone {
		return l
	}
	limits, err := web.Explain(ctx, d.House(), it, s)
	if err != nil {
		l.Reasons = []string{web.T(ctx, "工作日历里缺少要用到的年份，算不出期限。联系系统管理员导入放假安排。")}
		return l
	}
	l.light, l.Reasons = d.lampOf(ctx, s, it, state), limits.Promised
	if !limits.Limits.Promised.At.IsZero() {
		l.Due = web.Moment(ctx, limits.Limits.Promised.At)
	}
	if law := limits.Limits.Statutory; !law.At.IsZero() {
		l.Statutory, l.Law = web.Moment(ctx, law.At), limits.Statutory
	}
	return l
}

func (d *Desk) lampOf(ctx context.Context, s casework.State, it *item.Item, state web.ClockState) light {
	unit := it.Flow.Clock.Limit.Unit
	switch state {
	case web.ClockPaused:
		return light{Colour: workday.PausedLight, Text: web.T(ctx, "暂停计时")}
	case web.ClockRuns:
		return d.lightOf(ctx, s.ClockNear, s.ClockDue, unit)
	case web.ClockWaiting:
		return light{Colour: workday.PausedLight, Text: web.T(ctx, "暂停 · 等申请人修改")}
	}
	if !s.ClockDue.IsZero() && s.ClockEnd.After(s.ClockDue) {
		return light{Colour: workday.Red, Text: web.Tf(ctx, "超期办结 · 超 %s", web.LeftOf(ctx, d.House(), unit, s.ClockDue, s.ClockEnd))}
	}
	return light{Colour: workday.Green, Text: web.T(ctx, "按时办结")}
}
