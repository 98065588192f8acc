package workday

import "time"

// Left is how many whole units of a limit lie between two instants, for lists
// that tell at a glance: workdays after the day of the first up to the day of
// the second, half days likewise, full work hours, full units of natural time.
// Of a limit in months it counts days. 0 means less than one, or that nobody
// knows because the calendar lacks a year. It costs the same however far the
// instants lie apart.
func (c *Calendar) Left(from, to time.Time, unit Unit, office Office) int {
	from, to = from.In(Shanghai), to.In(Shanghai)
	if !from.Before(to) {
		return 0
	}
	switch unit {
	case Workdays, HalfDays, WorkHours:
	case Months:
		return daysBetween(midnight(from), midnight(to))
	default:
		return int(to.Sub(from) / Limit{1, unit}.Span())
	}
	if unit == HalfDays {
		to = to.Add(-1) // noon ends the morning, midnight the day before
	}
	workdays, unknown := c.Between(from, to)
	switch {
	case unknown > 0:
		return 0
	case unit == Workdays:
		return workdays
	case unit == HalfDays:
		return 2*workdays + c.half(from, office) - c.half(to, office)
	}
	left := time.Duration(workdays)*office.length() + c.worked(to, office) - c.worked(from, office)
	return int(left / time.Hour)
}

// half is 1 in the morning of a workday, where the afternoon is still to come.
func (c *Calendar) half(t time.Time, office Office) int {
	if c.IsWorkday(t) && t.Before(office.Morning.Until.on(midnight(t))) {
		return 1
	}
	return 0
}

func (o Office) length() time.Duration { return o.Morning.length() + o.Afternoon.length() }

// worked is the office's time on the day of an instant that is over then; on a
// day off all of it, as none is to come.
func (c *Calendar) worked(t time.Time, office Office) time.Duration {
	if !c.IsWorkday(t) {
		return office.length()
	}
	return office.Morning.gone(t) + office.Afternoon.gone(t)
}
