package casework

import (
	"slices"
	"strings"
	"time"

	"wangban/internal/item"
	"wangban/internal/workday"
)

// Pause is a time in which the case's limit stands still: a special procedure
// (特别程序, 行政许可法 45) for which an officer stopped it, or a stage in which
// the office waits for the applicant.
type Pause struct {
	From   time.Time `json:"from"`
	To     time.Time `json:"to,omitzero"`
	By     *Officer  `json:"by,omitempty"`     // nil: it stands still by itself
	Reason string    `json:"reason,omitempty"` // code in the act's catalogue
	Text   string    `json:"text,omitempty"`
	Stage  string    `json:"stage,omitempty"` // the stage that does not count
}

// Extension is a limit made longer with the approval of a leader, who says why
// (行政许可法 42).
type Extension struct {
	At     time.Time  `json:"at"`
	By     Officer    `json:"by"`
	Limit  item.Limit `json:"limit"`
	Reason string     `json:"reason,omitempty"`
	Text   string     `json:"text,omitempty"`
}

// Clock is what an act does to the case's own limit: where it ends from now
// on.
type Clock struct {
	Start     time.Time `json:"start"`
	Due       time.Time `json:"due,omitzero"`
	Near      time.Time `json:"near,omitzero"`
	Statutory time.Time `json:"statutory,omitzero"`
	End       time.Time `json:"end,omitzero"`
	Pauses    []Pause   `json:"pauses,omitempty"`
}

// Paused tells whether the case's limit stands still because an officer
// stopped it.
func (s State) Paused() bool {
	n := len(s.Pauses)
	return n > 0 && s.Pauses[n-1].To.IsZero() && s.Pauses[n-1].Stage == ""
}

// running tells that the case's limit has begun and not ended; it may be paused.
func (s State) running() bool { return !s.ClockStart.IsZero() && s.ClockEnd.IsZero() }

// Limits are the promised and the statutory limit of a case with how they came
// about; a limit that the item does not have is zero. Extended are the
// extensions that each has got.
type Limits struct {
	Promised, Statutory workday.Due
	Extended            struct{ Promised, Statutory []Extension }
}

// LimitsOf counts the limits of a case anew from what is on record. The note
// of a pause is made by say.
func LimitsOf(house House, it *item.Item, s State, say func(Pause) string) (l Limits, err error) {
	if s.ClockStart.IsZero() {
		return l, nil
	}
	if l.Promised, l.Extended.Promised, err = countLimit(house, ClockLimit(house, it, s), s, say); err != nil {
		return Limits{}, err
	}
	l.Statutory, l.Extended.Statutory, err = countLimit(house, it.Guide.Statutory.Limit, s, say)
	return l, err
}

// ClockLimit is how long the office gives itself for a case as it stands: some
// take longer than others.
func ClockLimit(house House, it *item.Item, s State) item.Limit {
	if len(it.Flow.Clock.Longer) > 0 {
		env := Env(house, it, s)
		for _, l := range it.Flow.Clock.Longer {
			if l.When.Holds(env) {
				return l.Limit
			}
		}
	}
	return it.Flow.Clock.Limit
}

func countLimit(house House, l item.Limit, s State, say func(Pause) string) (due workday.Due, longer []Extension, err error) {
	if l.N == 0 {
		return workday.Due{}, nil, nil
	}
	for _, x := range s.Extensions {
		if x.Limit.Unit != l.Unit || x.At.Before(s.ClockStart) { // of a limit that has begun anew since
			continue
		}
		over, err := overBy(house, l, s, x.At)
		if err != nil {
			return workday.Due{}, nil, err
		}
		if !over {
			l.N += x.Limit.N
			longer = append(longer, x)
		}
	}
	var pauses []workday.Pause
	for _, p := range s.Pauses {
		pause := workday.Pause{From: p.From, To: p.To}
		if say != nil {
			pause.Note = say(p)
		}
		pauses = append(pauses, pause)
	}
	due, err = house.Count(s.ClockStart, l, pauses)
	return due, longer, err
}

// StageLimit is until when the stage that a case is in lasts, with how that came
// about: the days for accepting it, or for correcting it. It is zero where the
// stage has no such limit, or one that other words tell of: a signature awaited,
// a case held by an officer.
func StageLimit(house House, it *item.Item, s State) (workday.Due, error) {
	stage, ok := it.Flow.Stage(s.Stage)
	if !ok || stage.End != "" || stage.Signs != "" || stage.Held || stage.Within.N == 0 || s.Due.IsZero() {
		return workday.Due{}, nil
	}
	due, err := house.Count(s.Since, stage.Within, nil)
	if err == nil && !micro(due.At).Equal(s.Due) { // decided under another version of the item, or another calendar
		due = workday.Due{Limit: due.Limit, At: s.Due, Near: s.Due}
	}
	return due, err
}

// overBy tells whether a limit had run out at an instant at which nothing was
// paused. An extension revives none: a promise that was broken stays broken,
// though the law's own limit may still be made longer.
func overBy(house House, l item.Limit, s State, at time.Time) (bool, error) {
	var before []workday.Pause
	for _, p := range s.Pauses {
		if p.From.Before(at) {
			before = append(before, workday.Pause{From: p.From, To: p.To})
		}
	}
	due, err := house.Count(s.ClockStart, l, before)
	return err == nil && !due.At.IsZero() && !at.Before(due.At), err
}

// PastExtension tells that it is too late to make a case's limit longer: the
// law allows it to whoever cannot decide within the limit, not to whoever has
// not (行政许可法 42: 二十日内不能作出决定的……可以延长十日). Where the law sets no
// limit, the office's own counts.
func PastExtension(s State, now time.Time) bool {
	last := s.ClockStatutory
	if last.IsZero() {
		last = s.ClockDue
	}
	return !last.IsZero() && !now.Before(last)
}

// running works out what becomes of the case's limit with the event.
func (d *decision) running(data *EventData, to item.Stage, moved bool) *Refusal {
	clock, s, now := d.it.Flow.Clock, d.s, d.out.Now
	was, is := slices.Contains(clock.Runs, d.stage.Name), slices.Contains(clock.Runs, to.Name)
	s.Pauses = slices.Clone(s.Pauses)
	touched := true
	switch {
	case data.Pause != nil:
		s.Pauses = append(s.Pauses, *data.Pause)
	case d.act.Does == item.Resume:
		s.Pauses[len(s.Pauses)-1].To = now
	case data.Extension != nil:
		s.Extensions = append(slices.Clone(s.Extensions), *data.Extension)
	default:
		touched = false
	}
	switch {
	case !moved || was == is:
		if !touched {
			return nil
		}
	case is && (clock.Reset || s.ClockStart.IsZero()):
		s.ClockStart, s.ClockEnd, s.Pauses = now, time.Time{}, nil
		if d.backdated() {
			s.ClockStart = s.Since
		}
	case is: // goes on: what lies between did not count
		s.Pauses = append(s.Pauses, Pause{From: s.ClockEnd, To: now, Stage: d.stage.Name})
		s.ClockEnd = time.Time{}
	default:
		if s.Paused() { // what comes now does not count anyway
			s.Pauses[len(s.Pauses)-1].To = now
		}
		data.Clock = &Clock{Start: s.ClockStart, Due: s.ClockDue, Near: s.ClockNear, Statutory: s.ClockStatutory, End: now, Pauses: s.Pauses}
		return nil
	}
	limits, err := LimitsOf(d.house, d.it, s, nil)
	if err != nil {
		return refuse(CodeCalendar, "算不出办理期限：工作日历里缺少要用到的年份。联系系统管理员导入放假安排后再办。")
	}
	data.Clock = &Clock{Start: s.ClockStart, Due: micro(limits.Promised.At), Near: micro(limits.Promised.Near), Statutory: micro(limits.Statutory.At), Pauses: s.Pauses}
	return nil
}

// Note says who paused and why, in the language of tr; of a stage that does not
// count, its name.
func (p Pause) Note(house House, it *item.Item, tr func(string) string) string {
	if p.Stage != "" {
		stage, _ := it.Flow.Stage(p.Stage)
		return tr(stage.Label)
	}
	var parts []string
	if p.By != nil {
		parts = append(parts, tr(house.Units[p.By.Unit])+" "+p.By.Name)
	}
	if r, ok := reasonOf(it, p.Reason); ok {
		parts = append(parts, tr(r.Label))
	}
	if p.Text != "" {
		parts = append(parts, p.Text)
	}
	return strings.Join(parts, tr("，"))
}

// Deadline is the limit that a case's light tells of: of those that the office
// has to keep, the one that ends first.
type Deadline struct {
	Near, Due time.Time // when little of it is left, and its end; zero: none runs
	Stage     bool      // it is the limit of the stage, not the case's own
	Paused    bool      // the case's limit stands still, and no other runs
}

// Light is how it stands at an instant.
func (l Deadline) Light(now time.Time) workday.Light {
	return workday.LightOf(l.Near, l.Due, now, l.Paused)
}

// DeadlineOf is what the light of a case tells of. What an applicant has to keep
// is no concern of the office's, nor is how long an officer holds a case. A limit
// that had run out before it was stopped stays over.
func DeadlineOf(it *item.Item, s State) Deadline {
	stage, _ := it.Flow.Stage(s.Stage)
	var l Deadline
	if s.running() && !s.ClockDue.IsZero() {
		l = Deadline{Near: s.ClockNear, Due: s.ClockDue}
	}
	if l.Due.IsZero() && s.Paused() {
		return Deadline{Paused: true}
	}
	if officeKeeps(stage) && !s.Due.IsZero() && (l.Due.IsZero() || s.Due.Before(l.Due)) {
		l = Deadline{Near: s.DueNear, Due: s.Due, Stage: true}
		if l.Near.IsZero() { // entered before cases remembered it
			l.Near = lastDay(stage.Within, s.Due)
		}
	}
	if l.Due.IsZero() {
		l.Paused = stage.End == "" && !it.Flow.Clock.Reset && !s.ClockStart.IsZero() && !s.ClockEnd.IsZero()
	} else if l.Near.IsZero() {
		l.Near = l.Due
	}
	return l
}

// officeKeeps tells that a stage has a limit, and that it binds the office.
func officeKeeps(stage item.Stage) bool {
	return stage.Within.N > 0 && stage.End == "" && ForStaff(stage.By) && !stage.Edit && !stage.Held && stage.Signs == ""
}

// lastDay is when little of a limit is left, as far as its end alone can tell.
func lastDay(l item.Limit, due time.Time) time.Time {
	if span := l.Span(); span > 0 {
		return due.Add(-span / 5)
	}
	y, m, d := due.In(workday.Shanghai).Date()
	return time.Date(y, m, d, 0, 0, 0, 0, workday.Shanghai)
}

func micro(t time.Time) time.Time { return t.Truncate(time.Microsecond) }

// backdated tells that the stage lapsed into one in which the limit runs from
// the day of receipt (行政许可法 32: 逾期不告知的，自收到申请材料之日起即为受理).
func (d *decision) backdated() bool {
	return d.in.Act == ActLapse && d.stage.Lapse != nil && d.stage.Lapse.Backdate
}

// timed asks what acts on the limit need.
func (d *decision) timed() *Refusal {
	switch d.act.Does {
	case item.Pause, item.Extend:
		switch {
		case !d.s.running():
			return refuse(CodeGuard, "现在没有在计时，不用%s。", d.act.Label)
		case d.s.Paused():
			return refuse(CodePaused, "这件事已经暂停计时。先恢复计时，再%s。", d.act.Label)
		case d.act.Does == item.Extend && PastExtension(d.s, d.out.Now):
			return refuse(CodeLimitOver, "办理期限已经过了，不能再“%s”：延长要在期限届满前批准。尽快作出决定。", d.act.Label)
		}
	case item.Resume:
		if !d.s.Paused() {
			return refuse(CodeGuard, "这件事没有暂停计时。")
		}
	}
	if d.s.Paused() && len(d.act.To) > 0 && d.in.Actor.Kind == Staff && d.act.Does != item.Resume {
		return refuse(CodePaused, "这件事正在暂停计时。先恢复计时，再%s。", d.act.Label)
	}
	return nil
}

// timing writes down a pause or an extension.
func (d *decision) timing(data *EventData) {
	reason := ""
	if len(d.in.Data.Reasons) > 0 {
		reason = d.in.Data.Reasons[0]
	}
	who := d.officer()
	switch d.act.Does {
	case item.Pause:
		data.Pause = &Pause{From: d.out.Now, By: &who, Reason: reason, Text: d.in.Data.Text}
	case item.Extend:
		data.Extension = &Extension{At: d.out.Now, By: who, Limit: d.act.Extends, Reason: reason, Text: d.in.Data.Text}
	}
}

// officer is the acting member of staff.
func (d *decision) officer() Officer {
	a := d.in.Actor
	return Officer{ID: a.ID, Name: a.Name, Unit: a.Unit}
}
