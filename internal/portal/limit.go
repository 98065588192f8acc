package portal

import (
	"context"
	"net/http"

	"wangban/internal/casework"
	"wangban/internal/item"
	"wangban/internal/web"
)

// limitView is until when the office has promised an answer, and how that date
// came about: what was counted, days off, pauses, who paused and why.
type limitView struct {
	Text       string
	Promised   []string
	UntilByLaw string
	ByLaw      []string
	Step       web.Step // the stage's own limit
}

func (p *Portal) limitOf(ctx context.Context, it *item.Item, s casework.State) limitView {
	step, _ := web.ExplainStep(ctx, p.House(), it, s)
	state := web.ClockOf(it, s)
	if state == web.ClockNone {
		return limitView{Step: step}
	}
	e, err := web.Explain(ctx, p.House(), it, s)
	if err != nil { // the calendar lacks a year; no date is better than a guess
		return limitView{Step: step}
	}
	v := limitView{Promised: e.Promised, ByLaw: e.Statutory, Step: step}
	if law := e.Limits.Statutory; !law.At.IsZero() {
		v.UntilByLaw = web.Moment(ctx, law.At)
	}
	switch due := e.Limits.Promised; {
	case state == web.ClockPaused && due.Paused:
		v.Text = web.Tf(ctx, "现在暂停计时，还剩 %s。", web.LimitText(ctx, due.Rest()))
	case state == web.ClockWaiting:
		v.Text = web.T(ctx, "等你修改的时间不计入办理期限。")
	case state == web.ClockRuns && !due.At.IsZero():
		v.Text = web.Tf(ctx, "承诺在 %s 前给出结果。", web.Moment(ctx, due.At))
	}
	return v
}

// clock tells programs how the limits of a case came about; who may see the
// case may know.
func (p *Portal) clock(w http.ResponseWriter, r *http.Request) {
	if s, it, _, ok := p.seen(w, r); ok {
		web.ServeClock(w, r, p.House(), it, s, p.Now())
	}
}

// bookedVisits tells of the appointment that stands.
func (p *Portal) bookedVisits(ctx context.Context, s casework.State) []string {
	visit, ok := s.Booked()
	if !ok {
		return nil
	}
	lines := []string{web.Tf(ctx, "%s，%s来 %d 名工作人员到现场核查。", web.Moment(ctx, visit.At), web.T(ctx, p.Unit(visit.By.Unit)), len(visit.Officers))}
	if visit.Text != "" {
		lines = append(lines, visit.Text)
	}
	return lines
}
