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
// by themselves, any of them may be a workday or not.
func (c *Calendar) Between(start, end time.Time) (workdays, unknown int) {
	for day := midnight(start).AddDate(0, 0, 1); !day.After(midnight(end)); day = day.AddDate(0, 0, 1) {
		switch known, _ := c.Known(day.Year()); {
		case !known:
			unknown++
		case c.IsWorkday(day):
			workdays++
		}
	}
	return workdays, unknown
}

func midnight(t time.Time) time.Time {
	t = t.In(Shanghai)
	return time.Date(t.Year(), t.Month(), t.Day(), 0, 0, 0, 0, Shanghai)
}
