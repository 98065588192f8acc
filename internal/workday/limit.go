package workday

import "time"

// Limit is how long something may take.
type Limit struct {
	N    int
	Unit Unit
}

// Unit of a limit.
type Unit string

// Units of limits. Workdays, half days and work hours follow the State
// Council's calendar and the office's sessions, months the civil calendar
// (民法典 201–203); the others are natural time.
const (
	Seconds   Unit = "seconds"
	Minutes   Unit = "minutes"
	Hours     Unit = "hours"
	Days      Unit = "days"
	Months    Unit = "months"
	Workdays  Unit = "workdays"
	HalfDays  Unit = "halfdays"
	WorkHours Unit = "workhours"
)

// Span is the length of a limit in natural time; 0 for what only a calendar
// can measure, and for no limit.
func (l Limit) Span() time.Duration {
	n := time.Duration(l.N)
	switch l.Unit {
	case Seconds:
		return n * time.Second
	case Minutes:
		return n * time.Minute
	case Hours:
		return n * time.Hour
	case Days:
		return n * 24 * time.Hour
	}
	return 0
}

// Office is the two sessions of a working day, each from until, times of day
// in Shanghai (K-3, K-11).
type Office struct{ Morning, Afternoon Session }

// Session is one half of a working day.
type Session struct{ From, Until Clock }

// Clock is a time of day.
type Clock struct{ Hour, Minute int }

// DefaultOffice is 8:00–12:00 and 14:30–17:30.
var DefaultOffice = Office{Session{Clock{8, 0}, Clock{12, 0}}, Session{Clock{14, 30}, Clock{17, 30}}}

// Valid tells whether the sessions follow each other.
func (o Office) Valid() bool {
	at := []Clock{o.Morning.From, o.Morning.Until, o.Afternoon.From, o.Afternoon.Until}
	for i, c := range at {
		if c.Hour < 0 || c.Hour > 23 || c.Minute < 0 || c.Minute > 59 || i > 0 && c.minutes() <= at[i-1].minutes() {
			return false
		}
	}
	return true
}

func (c Clock) minutes() int { return c.Hour*60 + c.Minute }

func (c Clock) on(day time.Time) time.Time {
	return day.Add(time.Duration(c.minutes()) * time.Minute)
}

// length is how long a session lasts.
func (s Session) length() time.Duration {
	return time.Duration(s.Until.minutes()-s.From.minutes()) * time.Minute
}

// gone is how much of a session has passed at an instant of its day.
func (s Session) gone(t time.Time) time.Duration {
	return min(max(t.Sub(s.From.on(midnight(t))), 0), s.length())
}
