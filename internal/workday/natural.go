package workday

import "time"

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

// Between counts the workdays after the day of start up to the day of end. Of
// days in years that the calendar does not have nobody knows: they are counted
// by themselves, any of them may be a workday or not. It costs the same however
// far the days lie apart.
func (c *Calendar) Between(start, end time.Time) (workdays, unknown int) {
	day, last := midnight(start).AddDate(0, 0, 1), midnight(end)
	for y := day.Year(); y <= last.Year() && !day.After(last); y++ {
		until := time.Date(y, 12, 31, 0, 0, 0, 0, Shanghai)
		if until.After(last) {
			until = last
		}
		if known := c.years[y]; known.until != nil {
			workdays += known.until[until.YearDay()] - known.until[day.YearDay()-1]
		} else {
			unknown += daysBetween(day, until) + 1
		}
		day = until.AddDate(0, 0, 1)
	}
	return workdays, unknown
}

func daysBetween(from, to time.Time) int { return int(to.Sub(from) / (24 * time.Hour)) }

func midnight(t time.Time) time.Time {
	t = t.In(Shanghai)
	return time.Date(t.Year(), t.Month(), t.Day(), 0, 0, 0, 0, Shanghai)
}
