package web

import (
	"context"
	"encoding/json"
	"net/http"
	"time"

	"wangban/internal/casework"
	"wangban/internal/item"
	"wangban/internal/workday"
)

// Explained are the limits of a case with how they came about, a line each, in
// the reader's language.
type Explained struct {
	casework.Limits
	Promised, Statutory []string
}

// Explain counts the limits of a case anew and tells how they came about: what
// was counted, what not, who paused or extended and why. An error is a year
// that the calendar lacks.
func Explain(ctx context.Context, house casework.House, it *item.Item, s casework.State) (Explained, error) {
	tr := func(zh string) string { return T(ctx, zh) }
	limits, err := casework.LimitsOf(house, it, s, func(p casework.Pause) string { return p.Note(house, it, tr) })
	if err != nil {
		return Explained{}, err
	}
	lines := func(due workday.Due, longer []casework.Extension) []string {
		if due.Start.IsZero() {
			return nil
		}
		out := due.Explain(LangOf(ctx) == English)
		for _, x := range longer {
			note := casework.Pause{By: &x.By, Reason: x.Reason, Text: x.Text}.Note(house, it, tr)
			out = append(out, Tf(ctx, "%s 延长 %s（%s）", Moment(ctx, x.At), LimitText(ctx, x.Limit), note))
		}
		return out
	}
	return Explained{limits, lines(limits.Promised, limits.Extended.Promised), lines(limits.Statutory, limits.Extended.Statutory)}, nil
}

// Step is the limit of the stage that a case is in.
type Step struct {
	workday.Due
	Text  string   // until when, and what happens then
	Lines []string // how that came about
}

// ExplainStep tells until when the stage that a case is in lasts and how that
// came about; false where nothing is to be told.
func ExplainStep(ctx context.Context, house casework.House, it *item.Item, s casework.State) (Step, bool) {
	due, err := casework.StageLimit(house, it, s)
	if err != nil || due.At.IsZero() {
		return Step{}, false
	}
	stage, _ := it.Flow.Stage(s.Stage)
	step := Step{Due: due, Text: Tf(ctx, "“%s”最晚到 %s。", T(ctx, stage.Label), Moment(ctx, due.At)), Lines: due.Explain(LangOf(ctx) == English)}
	if stage.Lapse != nil {
		step.Text = Tf(ctx, "“%s”最晚到 %s，到时没有办的：%s。", T(ctx, stage.Label), Moment(ctx, due.At), T(ctx, stage.Lapse.Label))
	}
	return step, true
}

// LimitText writes a limit in words.
func LimitText(ctx context.Context, l item.Limit) string {
	if l.N == 1 { // English has a word of its own for one
		return T(ctx, map[item.Unit]string{item.Workdays: "1 个工作日", item.HalfDays: "半天", item.WorkHours: "1 个工作小时", item.Months: "1 个月", item.Days: "1 天", item.Hours: "1 小时", item.Minutes: "1 分钟", item.Seconds: "1 秒"}[l.Unit])
	}
	return Tf(ctx, map[item.Unit]string{item.Workdays: "%d 个工作日", item.HalfDays: "%d 个半天", item.WorkHours: "%d 个工作小时", item.Months: "%d 个月", item.Days: "%d 天", item.Hours: "%d 小时", item.Minutes: "%d 分钟", item.Seconds: "%d 秒"}[l.Unit], l.N)
}

// ClockState tells how a case's own limit stands.
type ClockState string

// States of the limit of a case.
const (
	ClockNone    ClockState = "none" // it has not begun, or the applicant has taken the case back
	ClockRuns    ClockState = "running"
	ClockPaused  ClockState = "paused"  // an officer has stopped it
	ClockWaiting ClockState = "waiting" // the office waits for the applicant
	ClockStopped ClockState = "stopped" // the case was decided
)

// ClockOf tells how the limit of a case stands.
func ClockOf(it *item.Item, s casework.State) ClockState {
	stage, _ := it.Flow.Stage(s.Stage)
	switch {
	case s.ClockStart.IsZero():
		return ClockNone
	case s.Paused() && s.ClockDue.IsZero(): // what was over before stays over
		return ClockPaused
	case s.ClockEnd.IsZero():
		return ClockRuns
	case stage.End == "" && !it.Flow.Clock.Reset:
		return ClockWaiting
	case decided(stage, s):
		return ClockStopped
	}
	return ClockNone
}

// decided tells that the office has stopped the limit itself: by an act that
// ended the case, or by returning it. What an applicant has taken back was not
// concluded, neither in time nor late.
func decided(stage item.Stage, s casework.State) bool {
	return stage.End != "" && stage.End != item.EndNone && s.ClockEnd.Equal(s.Since) || s.Return != nil && s.Return.At.Equal(s.ClockEnd)
}

// clockDue is one limit as programs read it.
type clockDue struct {
	Limit       clockLimit    `json:"limit"`
	Due         time.Time     `json:"due,omitzero"` // absent while it is paused
	Near        time.Time     `json:"near,omitzero"`
	Left        int           `json:"left,omitempty"` // units that are left while it is paused; of months, days
	Provisional bool          `json:"provisional,omitempty"`
	Periods     []clockPeriod `json:"periods"`
	Explanation []string      `json:"explanation"`
}

type clockLimit struct {
	N    int       `json:"n"`
	Unit item.Unit `json:"unit"`
}

// clockPeriod is a stretch that counts or does not: from the first to the last
// day, or between two instants where why is running.
type clockPeriod struct {
	From    time.Time   `json:"from"`
	To      time.Time   `json:"to"`
	Why     workday.Why `json:"why"`
	Holiday string      `json:"holiday,omitempty"`
	Note    string      `json:"note,omitempty"`
	Counted int         `json:"counted"`
	Sum     int         `json:"sum"`
}

// clockReport is how the limits of a case came about.
type clockReport struct {
	Number    string        `json:"number"`
	State     ClockState    `json:"state"`
	Light     workday.Light `json:"light,omitempty"` // while it runs or is paused
	Started   time.Time     `json:"started,omitzero"`
	Ended     time.Time     `json:"ended,omitzero"`
	Promised  *clockDue     `json:"promised,omitempty"`
	Statutory *clockDue     `json:"statutory,omitempty"`
	Stage     *clockStage   `json:"stage,omitempty"`
}

// clockStage is the limit of the stage that a case is in, beside its own.
type clockStage struct {
	Name  string        `json:"name"`
	Label string        `json:"label"`
	Light workday.Light `json:"light"`
	*clockDue
}

// ServeClock answers programs with how the limits of a case came about. Who
// may know is for the caller to see to.
func ServeClock(w http.ResponseWriter, r *http.Request, house casework.House, it *item.Item, s casework.State, now time.Time) {
	e, err := Explain(r.Context(), house, it, s)
	if err != nil {
		r.Header.Set("Accept", "application/problem+json")
		Fail(w, r, http.StatusServiceUnavailable, "工作日历里缺少要用到的年份，算不出期限。联系系统管理员导入放假安排。")
		return
	}
	report := clockReport{Number: s.Number, State: ClockOf(it, s)}
	if report.State != ClockNone {
		report.Started, report.Ended = s.ClockStart, s.ClockEnd
		report.Promised, report.Statutory = dueOf(e.Limits.Promised, e.Promised), dueOf(e.Limits.Statutory, e.Statutory)
	}
	switch report.State {
	case ClockRuns:
		report.Light = workday.LightOf(s.ClockNear, s.ClockDue, now, false)
	case ClockPaused, ClockWaiting:
		report.Light = workday.PausedLight
	}
	if step, ok := ExplainStep(r.Context(), house, it, s); ok {
		stage, _ := it.Flow.Stage(s.Stage)
		report.Stage = &clockStage{stage.Name, T(r.Context(), stage.Label), workday.LightOf(step.Near, step.At, now, false), dueOf(step.Due, step.Lines)}
	}
	w.Header().Set("Content-Type", "application/json")
	_ = json.NewEncoder(w).Encode(report)
}

func dueOf(d workday.Due, lines []string) *clockDue {
	if d.Start.IsZero() && d.At.IsZero() {
		return nil
	}
	out := &clockDue{Limit: clockLimit{d.Limit.N, d.Limit.Unit}, Due: d.At, Near: d.Near, Left: d.Left, Provisional: d.Provisional, Explanation: lines}
	for _, p := range d.Periods {
		out.Periods = append(out.Periods, clockPeriod{p.From, p.To, p.Why, p.Holiday, p.Note, p.Counted, p.Sum})
	}
	return out
}
