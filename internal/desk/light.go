package desk

import (
	"context"
	"time"

	"wangban/internal/casework"
	"wangban/internal/item"
	"wangban/internal/web"
	"wangban/internal/workday"
)

// light is how a case's limit stands: colour and shape with words.
type light struct {
	Colour workday.Light
	Text   string
}

// lightOf is the light of a limit that runs.
func lightOf(ctx context.Context, near, due, now time.Time) light {
	l := light{Colour: workday.LightOf(near, due, now, false)}
	switch l.Colour {
	case workday.Green:
		l.Text = web.Tf(ctx, "正常 · 剩 %s", web.Left(ctx, due.Sub(now)))
	case workday.Amber:
		l.Text = web.Tf(ctx, "临期 · 剩 %s", web.Left(ctx, due.Sub(now)))
	case workday.Red:
		l.Text = web.Tf(ctx, "超期 · %s", web.Left(ctx, max(now.Sub(due), time.Minute)))
	}
	return l
}

// limit is a case's own limit with how it came about.
type limit struct {
	light
	Due       string // in words; empty while nobody knows
	Reasons   []string
	Statutory string // end of the limit that the law sets
	Law       []string
}

func (d *Desk) limitOf(ctx context.Context, s casework.State, it *item.Item) limit {
	if s.ClockStart.IsZero() {
		return limit{}
	}
	clock := it.Flow.Clock
	stage, _ := it.Flow.Stage(s.Stage)
	if !s.ClockEnd.IsZero() && !decided(stage, s) && (stage.End != "" || clock.Reset) {
		return limit{}
	}
	limits, err := casework.LimitsOf(d.House(), it, s, func(p casework.Pause) string {
		return p.Note(d.House(), it, func(zh string) string { return web.T(ctx, zh) })
	})
	if err != nil {
		return limit{Reasons: []string{web.T(ctx, "工作日历里缺少要用到的年份，算不出期限。联系系统管理员导入放假安排。")}}
	}
	english := web.LangOf(ctx) == web.English
	l := limit{Reasons: limits.Promised.Explain(english)}
	if !limits.Promised.At.IsZero() {
		l.Due = web.Moment(ctx, limits.Promised.At)
	}
	if law := limits.Statutory; !law.At.IsZero() {
		l.Statutory, l.Law = web.Moment(ctx, law.At), law.Explain(english)
	}
	l.light = d.lampOf(ctx, s, stage, clock)
	return l
}

func (d *Desk) lampOf(ctx context.Context, s casework.State, stage item.Stage, clock item.Clock) light {
	switch {
	case s.Paused():
		return light{workday.PausedLight, web.T(ctx, "暂停计时")}
	case s.ClockEnd.IsZero():
		return lightOf(ctx, s.ClockNear, s.ClockDue, d.Now())
	case stage.End == "" && !clock.Reset:
		return light{workday.PausedLight, web.T(ctx, "暂停 · 等申请人修改")}
	case !s.ClockDue.IsZero() && s.ClockEnd.After(s.ClockDue):
		return light{workday.Red, web.Tf(ctx, "超期办结 · 超 %s", web.Left(ctx, s.ClockEnd.Sub(s.ClockDue)))}
	}
	return light{workday.Green, web.T(ctx, "按时办结")}
}

// decided tells that the office has stopped the limit itself: by an act that
// ended the case, or by returning it. What an applicant has taken back was not
// concluded, neither in time nor late.
func decided(stage item.Stage, s casework.State) bool {
	return stage.End != "" && s.ClockEnd.Equal(s.Since) || s.Return != nil && s.Return.At.Equal(s.ClockEnd)
}
