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
func lightOf(ctx context.Context, start, due, now time.Time) light {
	l := light{Colour: workday.LightOf(start, due, now)}
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
	Due     string // in words
	Reasons []string
}

func (d *Desk) limitOf(ctx context.Context, s casework.State, it *item.Item) limit {
	if s.ClockDue.IsZero() {
		return limit{}
	}
	clock := it.Flow.Clock
	stage, _ := it.Flow.Stage(s.Stage)
	if !s.ClockEnd.IsZero() && !decided(stage, s) && (stage.End != "" || clock.Reset) {
		return limit{}
	}
	l := limit{Due: web.Moment(ctx, s.ClockDue)}
	switch {
	case s.ClockEnd.IsZero():
		l.light = lightOf(ctx, s.ClockStart, s.ClockDue, d.Now())
	case stage.End == "" && !clock.Reset:
		l.light = light{workday.Paused, web.T(ctx, "暂停 · 等申请人修改")}
	case s.ClockEnd.After(s.ClockDue):
		l.light = light{workday.Red, web.Tf(ctx, "超期办结 · 超 %s", web.Left(ctx, s.ClockEnd.Sub(s.ClockDue)))}
	default:
		l.light = light{workday.Green, web.T(ctx, "按时办结")}
	}
	l.Reasons = d.explain(ctx, s, clock.Limit)
	return l
}

// decided tells that the office has stopped the limit itself: by an act that
// ended the case, or by returning it. What an applicant has taken back was not
// concluded, neither in time nor late.
func decided(stage item.Stage, s casework.State) bool {
	return stage.End != "" && s.ClockEnd.Equal(s.Since) || s.Return != nil && s.Return.At.Equal(s.ClockEnd)
}

// explain tells how the due date came about, for officers and for those who
// check on them.
func (d *Desk) explain(ctx context.Context, s casework.State, promised item.Limit) []string {
	lines := []string{web.Tf(ctx, "从 %s 起算，当天不计。", web.Moment(ctx, s.ClockStart))}
	end := s.ClockStart.Add(promised.Span())
	if promised.Unit == item.Workdays {
		due := d.Workdays(s.ClockStart, promised.N)
		end = due.At
		lines = append(lines, due.Explain(web.LangOf(ctx) == web.English))
	} else {
		lines[0] = web.Tf(ctx, "从 %s 起连续计算，夜间和节假日都计入。", web.Moment(ctx, s.ClockStart))
	}
	if s.ClockDue.After(end) {
		lines = append(lines, web.Tf(ctx, "等申请人修改的时间不计，顺延 %s。", web.Left(ctx, s.ClockDue.Sub(end))))
	}
	return append(lines, web.Tf(ctx, "应在 %s 前办结。", web.Moment(ctx, s.ClockDue)))
}
