package workday

import "time"

// MostMonths is how far a limit in months is counted, a hundred years.
const MostMonths = 1200

// corresponding is the day so many months after a day (民法典 202): the day of
// the same number in the last month, or where there is none that month's last.
func corresponding(day time.Time, months int) time.Time {
	first := time.Date(day.Year(), day.Month()+time.Month(months), 1, 0, 0, 0, 0, Shanghai)
	return first.AddDate(0, 0, min(day.Day(), first.AddDate(0, 1, -1).Day())-1)
}

// span is the days of a limit in months that starts on a day: from the day
// after it to the corresponding day.
func span(day time.Time, months int) int { return daysBetween(day, corresponding(day, months)) }

// countMonths counts calendar months: the day of the start is not counted
// (民法典 201), the corresponding day of the last month ends them (202), or the
// next workday where that is a day off (203). No law says how months stand
// still: here the end moves by every day that a pause touches, as it does when
// days are counted.
func (c *Calendar) countMonths(due Due, limit Limit, pauses []Pause, office Office) (Due, error) {
	k := slots{office: office}
	at := k.of(due.Start)
	due.add(Period{From: at.day, To: at.day, Why: Started})
	days := span(at.day, min(limit.N, MostMonths))
	near, counted := nearSlot(days), 0
	for {
		at = k.next(at)
		var day Day
		var err error
		if counted+1 >= days { // only the end asks what day it is
			if day, err = c.day(at.day, &due); err != nil {
				return due, err
			}
		}
		p := Period{From: at.day, To: at.day, Why: Natural, Sum: counted}
		switch pause, open := k.touched(at, pauses, day.Workday); {
		case open:
			due.stand(at.day, *pause, days, counted)
			return due, nil
		case pause != nil:
			p.Why, p.Note = Paused, pause.Note
		case counted < days:
			counted++
			p.Counted, p.Sum = 1, counted
			if counted == near {
				due.Near = at.day
			}
		default: // the corresponding day was a day off
			p.Why, p.Holiday = day.Why, day.Holiday
		}
		due.add(p)
		if counted == days && day.Workday && p.Why != Paused {
			due.At = k.end(at)
			return due, nil
		}
	}
}
