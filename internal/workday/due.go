package workday

import (
	"fmt"
	"strings"
	"time"
)

// Office is when the administration's day ends for limits in workdays (K-3),
// a time of day in Shanghai.
type Office struct{ Hour, Minute int }

// DefaultOffice ends at 17:30.
var DefaultOffice = Office{17, 30}

// Due is the end of a limit with the days that led to it.
type Due struct {
	At          time.Time
	Days        []Day // every day looked at, in order
	Provisional bool  // a year without an official calendar was counted
}

// MostWorkdays is how far a limit is counted, some forty years: what is longer
// is a mistake, and must not keep anyone waiting.
const MostWorkdays = 10_000

// Workdays is the end of the n-th workday after start: the day of the start is
// not counted (民法典 201, K-2), the office's closing time ends it (K-3). Of more
// than MostWorkdays it counts so many.
func (c *Calendar) Workdays(start time.Time, n int, office Office) Due {
	var due Due
	day := midnight(start)
	for counted := 0; counted < min(n, MostWorkdays); {
		day = day.AddDate(0, 0, 1)
		d := c.On(day)
		due.Days = append(due.Days, d)
		if d.Workday {
			counted++
		}
		if _, official := c.Known(day.Year()); !official {
			due.Provisional = true
		}
	}
	due.At = day.Add(time.Duration(office.Hour)*time.Hour + time.Duration(office.Minute)*time.Minute)
	return due
}

// NaturalDays is the last day of a period of natural days (公告, 公示): the
// first day is not counted. With roll, a last day that is a day off moves to
// the next workday (民法典 203).
func (c *Calendar) NaturalDays(start time.Time, n int, roll bool) time.Time {
	day := midnight(start).AddDate(0, 0, n)
	for roll && !c.IsWorkday(day) {
		day = day.AddDate(0, 0, 1)
	}
	return day
}

// Hours is the end of a limit in hours: they run from the instant on, through
// nights and days off (民法典 201 para 2). The window is half-open: at the
// end itself it is over (C-04, C-06).
func Hours(start time.Time, n int) time.Time {
	return start.Add(time.Duration(min(n, MostWorkdays*24)) * time.Hour)
}

// Between counts the workdays after the day of start up to the day of end.
func (c *Calendar) Between(start, end time.Time) int {
	n := 0
	for day := midnight(start).AddDate(0, 0, 1); !day.After(midnight(end)); day = day.AddDate(0, 0, 1) {
		if c.IsWorkday(day) {
			n++
		}
	}
	return n
}

func midnight(t time.Time) time.Time {
	t = t.In(Shanghai)
	return time.Date(t.Year(), t.Month(), t.Day(), 0, 0, 0, 0, Shanghai)
}

// Explain tells how the due date came about, a clause a day, in Chinese or
// English.
func (d Due) Explain(english bool) string {
	parts := make([]string, len(d.Days))
	n := 0
	for i, day := range d.Days {
		if day.Workday {
			n++
		}
		parts[i] = day.explain(n, english)
	}
	sep := "，"
	if english {
		sep = "; "
	}
	if text := strings.Join(parts, sep); !d.Provisional {
		return text
	} else if english {
		return text + " (the official calendar of that year is not out yet)"
	} else {
		return text + "（那一年的放假安排还没有公布）"
	}
}

func (d Day) explain(n int, english bool) string {
	t, _ := time.Parse(time.DateOnly, d.Date)
	if english {
		date := t.Format("2 Jan")
		switch d.Why {
		case Weekend:
			return date + " is a weekend"
		case Holiday:
			return date + " is a public holiday"
		case MakeUp:
			return fmt.Sprintf("%s is a make-up workday, workday %d", date, n)
		}
		return fmt.Sprintf("%s is workday %d", date, n)
	}
	date := t.Format("1月2日")
	switch d.Why {
	case Weekend:
		return date + "周末不计"
	case Holiday:
		return date + d.Holiday + "放假不计"
	case MakeUp:
		return fmt.Sprintf("%s调休上班，第 %d 个工作日", date, n)
	}
	return fmt.Sprintf("%s第 %d 个工作日", date, n)
}
