package workday

import (
	"fmt"
	"time"
)

// Pause is a time that does not count. Note says who paused and why, for the
// explanation.
type Pause struct {
	From time.Time
	To   time.Time // zero: it still lasts
	Note string
}

// Due is the end of a limit with all that led to it.
type Due struct {
	Limit       Limit
	Start       time.Time
	At          time.Time // zero while paused: nobody knows
	Near        time.Time // when little is left: the light turns amber
	Paused      bool      // a pause lasts, and the limit was not over before it
	Left        int       // while paused: whole units left; of a limit in months, days
	Periods     []Period  // in order, from the start to the end
	Provisional bool      // a year was counted whose notice is not out yet
}

// Period is a stretch of the same kind within a limit: days when days are
// counted, instants when time is.
type Period struct {
	From, To time.Time // first and last day, or instants
	Why      Why
	Holiday  string // name, for Holiday and MakeUp
	Note     string // of the pause
	Counted  int    // units that count in it
	Sum      int    // units that have counted at its end
}

// Why a stretch counts or does not, beside those of a Day.
const (
	Started Why = "started" // the day or half day of the start (民法典 201)
	Paused  Why = "paused"
	Running Why = "running" // time runs
	Natural Why = "natural" // days that count, whatever they are
)

// Rest is what is left of a limit while it is paused.
func (d Due) Rest() Limit {
	if d.Limit.Unit == Months {
		return Limit{d.Left, Days}
	}
	return Limit{d.Left, d.Limit.Unit}
}

// NoYear is the error of a calendar that lacks a year: a limit is never
// guessed.
type NoYear struct{ Year int }

func (e NoYear) Error() string {
	return fmt.Sprintf("the working-day calendar has no year %d; import the State Council's notice for it", e.Year)
}

// Count is the end of a limit that starts at an instant and stands still in
// the pauses, which are in order and do not overlap.
//
// The day of the start is not counted, nor is any day that a pause touches
// (K-2, K-8); the office's closing time ends the last day (K-3). A pause that
// begins when the limit has run out changes nothing. Half days follow the same
// rules by sessions; months as countMonths tells. Work hours and natural time
// stand still for exactly as long as the pause. An error is a NoYear.
func (c *Calendar) Count(start time.Time, limit Limit, pauses []Pause, office Office) (Due, error) {
	start = start.In(Shanghai)
	due := Due{Limit: limit, Start: start}
	limit.N = min(limit.N, MostWorkdays)
	switch limit.Unit {
	case Workdays, HalfDays:
		return c.countSlots(due, limit, pauses, office)
	case Months:
		return c.countMonths(due, limit, pauses, office)
	case WorkHours:
		return c.countHours(due, time.Duration(limit.N)*time.Hour, pauses, office)
	}
	return countTime(due, limit.Span(), pauses), nil
}

// MostWorkdays is how far a limit is counted, some forty years: what is longer
// is a mistake, and must not keep anyone waiting.
const MostWorkdays = 10_000

// day is Day for a year that the calendar must have.
func (c *Calendar) day(t time.Time, due *Due) (Day, error) {
	y, ok := c.years[t.Year()]
	if !ok {
		return Day{}, NoYear{t.Year()}
	}
	if y.Status != "official" {
		due.Provisional = true
	}
	return c.On(t), nil
}

// slot is what is counted as one: a day, or half of one.
type slot struct {
	day  time.Time // midnight
	half int       // 0 or 1; always 0 when whole days are counted
}

func (s slot) less(o slot) bool { return s.day.Before(o.day) || s.day.Equal(o.day) && s.half < o.half }

type slots struct {
	halves bool
	office Office
}

func (k slots) of(t time.Time) slot {
	s := slot{day: midnight(t)}
	if k.halves && !t.Before(k.office.Morning.Until.on(s.day)) {
		s.half = 1
	}
	return s
}

func (k slots) next(s slot) slot {
	if k.halves && s.half == 0 {
		return slot{s.day, 1}
	}
	return slot{day: s.day.AddDate(0, 0, 1)}
}

func (k slots) end(s slot) time.Time {
	if k.halves && s.half == 0 {
		return k.office.Morning.Until.on(s.day)
	}
	return k.office.Afternoon.Until.on(s.day)
}

// begin is when a slot's light may turn: midnight, or the afternoon's start.
func (k slots) begin(s slot) time.Time {
	if s.half == 1 {
		return k.office.Afternoon.From.on(s.day)
	}
	return s.day
}

func (c *Calendar) countSlots(due Due, limit Limit, pauses []Pause, office Office) (Due, error) {
	k := slots{limit.Unit == HalfDays, office}
	at := k.of(due.Start)
	due.add(Period{From: at.day, To: at.day, Why: Started})
	near := nearSlot(limit.N)
	for counted := 0; counted < limit.N; {
		at = k.next(at)
		day, err := c.day(at.day, &due)
		if err != nil {
			return due, err
		}
		p := Period{From: at.day, To: at.day, Why: day.Why, Holiday: day.Holiday, Sum: counted}
		switch pause, open := k.touched(at, pauses, day.Workday && counted+1 == limit.N); {
		case open:
			due.stand(at.day, *pause, limit.N, counted)
			return due, nil
		case pause != nil:
			p.Why, p.Holiday, p.Note = Paused, "", pause.Note
		case day.Workday:
			counted++
			p.Counted, p.Sum = 1, counted
			if counted == near {
				due.Near = k.begin(at)
			}
		}
		due.add(p)
	}
	due.At = k.end(at)
	if limit.N == 1 { // for one-day items the last two working hours
		due.Near = due.At.Add(-2 * time.Hour)
	}
	return due, nil
}

// nearSlot is the counted slot with which the light turns amber: a fifth of
// the limit is left, at least one (domain sheet 4.5).
func nearSlot(n int) int { return n - max(1, n/5) + 1 }

// stand ends the counting in a pause that still lasts.
func (d *Due) stand(day time.Time, p Pause, n, counted int) {
	d.Paused, d.Left, d.Near = true, n-counted, time.Time{}
	d.add(Period{From: day, To: day, Why: Paused, Note: p.Note, Sum: counted})
}

// touched finds the pause that touches a slot, and whether it still lasts. The
// slot that ends the limit has ended it for whatever begins afterwards.
func (k slots) touched(at slot, pauses []Pause, last bool) (pause *Pause, open bool) {
	for i, p := range pauses {
		if at.less(k.of(p.From)) || last && !p.From.Before(k.end(at)) {
			continue
		}
		if p.To.IsZero() {
			return &pauses[i], true
		}
		if !k.of(p.To).less(at) {
			return &pauses[i], false
		}
	}
	return nil, false
}

// add appends a period, joined with the one before when it is of its kind.
func (d *Due) add(p Period) {
	if n := len(d.Periods); n > 0 {
		last := &d.Periods[n-1]
		if last.Why == p.Why && last.Holiday == p.Holiday && last.Note == p.Note {
			last.To, last.Sum = p.To, p.Sum
			last.Counted += p.Counted
			return
		}
	}
	d.Periods = append(d.Periods, p)
}

// countTime counts natural time around the pauses.
func countTime(due Due, span time.Duration, pauses []Pause) Due {
	at, left := due.Start, span
	for _, p := range pauses {
		if !p.To.IsZero() && (!p.To.After(at) || !p.To.After(p.From)) {
			continue
		}
		run := max(p.From.Sub(at), 0)
		if run >= left {
			break
		}
		left -= run
		due.run(at, at.Add(run))
		at = at.Add(run)
		if p.To.IsZero() {
			due.Paused, due.Left = true, units(left, due.Limit.Unit)
			due.Periods = append(due.Periods, Period{From: at, To: at, Why: Paused, Note: p.Note})
			return due
		}
		due.Periods = append(due.Periods, Period{From: at, To: p.To.In(Shanghai), Why: Paused, Note: p.Note})
		at = p.To.In(Shanghai)
	}
	due.run(at, at.Add(left))
	due.At = at.Add(left)
	due.Near = due.At.Add(-span / 5)
	return due
}

func (d *Due) run(from, to time.Time) {
	if to.After(from) {
		d.Periods = append(d.Periods, Period{From: from, To: to, Why: Running})
	}
}

func units(left time.Duration, u Unit) int {
	one := Limit{1, u}.Span()
	if u == WorkHours {
		one = time.Hour
	}
	if one == 0 {
		return 0
	}
	return int((left + one - 1) / one)
}

// countHours counts the time of the office's sessions around the pauses.
func (c *Calendar) countHours(due Due, span time.Duration, pauses []Pause, office Office) (Due, error) {
	left := span
	for day := midnight(due.Start); ; day = day.AddDate(0, 0, 1) {
		d, err := c.day(day, &due)
		if err != nil {
			return due, err
		}
		if !d.Workday {
			due.add(Period{From: day, To: day, Why: d.Why, Holiday: d.Holiday})
			continue
		}
		for _, s := range []Session{office.Morning, office.Afternoon} {
			from, until := s.From.on(day), s.Until.on(day)
			if from.Before(due.Start) {
				from = due.Start
			}
			if !from.Before(until) {
				continue
			}
			// The session's time without its pauses is counted as a limit of its own.
			part := countTime(Due{Start: from}, left, pauses)
			if !part.Paused && !part.At.After(until) {
				due.Periods = append(due.Periods, part.Periods...)
				due.At = part.At
				due.Near = due.At.Add(-span / 5)
				return due, nil
			}
			ran := time.Duration(0)
			for i, p := range part.Periods {
				if !p.From.Before(until) {
					break
				}
				open := part.Paused && i == len(part.Periods)-1
				p.To = earlier(p.To, until)
				due.Periods = append(due.Periods, p)
				if open {
					left -= ran
					due.Paused, due.Left = true, units(left, WorkHours)
					return due, nil
				}
				if p.Why == Running {
					ran += p.To.Sub(p.From)
				}
			}
			left -= ran
		}
	}
}

func earlier(a, b time.Time) time.Time {
	if b.Before(a) {
		return b
	}
	return a
}
