package workday_test

import (
	"testing"
	"time"

	"pgregory.net/rapid"

	"wangban/internal/workday"
)

// What is left is what the wall calendar has between two instants.
func TestLeft(t *testing.T) {
	c := workday.Default()
	rapid.Check(t, func(t *rapid.T) {
		from := drawStart(t)
		to := from.Add(time.Duration(rapid.IntRange(1, 40*24*60).Draw(t, "for")) * time.Minute)
		if edge := to.Add(time.Duration(-to.Hour()*60-to.Minute()) * time.Minute); edge.After(from) && rapid.Bool().Draw(t, "midnight") {
			to = edge
		}
		want := map[workday.Unit]int{workday.Hours: int(to.Sub(from).Hours()), workday.Days: int(to.Sub(from).Hours() / 24)}
		for i := halfOf(from) + 1; i <= halfOf(to.Add(-time.Nanosecond)); i++ { // noon is the end of the morning
			if wall[halves[i].day] {
				want[workday.HalfDays]++
			}
		}
		minutes := 0
		for at := from; at.Before(to); at = at.Add(time.Minute) {
			if inOffice(at) {
				minutes++
			}
		}
		want[workday.WorkHours] = minutes / 60
		name := func(t time.Time) string { return t.In(workday.Shanghai).Format(time.DateOnly) }
		for _, h := range halves {
			if !h.after && h.day > name(from) && h.day <= name(to) {
				want[workday.Months]++
				if wall[h.day] {
					want[workday.Workdays]++
				}
			}
		}
		for unit, n := range want {
			if got := c.Left(from, to, unit, workday.DefaultOffice); got != n {
				t.Fatalf("%v to %v: %d %s, by the wall %d", from, to, got, unit, n)
			}
		}
	})
	if n := c.Left(date(t, "2027-12-01"), date(t, "2028-01-15"), workday.Workdays, workday.DefaultOffice); n != 0 {
		t.Errorf("%d workdays through a year that nobody knows", n)
	}
	if n := c.Left(date(t, "2027-01-02"), date(t, "2027-01-01"), workday.Days, workday.DefaultOffice); n != 0 {
		t.Errorf("%d days back", n)
	}
}

// Between costs the same however far the days lie apart, and tells the same as
// asking day by day.
func TestBetweenDayByDay(t *testing.T) {
	c := workday.Default()
	rapid.Check(t, func(t *rapid.T) {
		from := drawStart(t).AddDate(-rapid.IntRange(0, 1).Draw(t, "before"), 0, 0)
		to := from.Add(time.Duration(rapid.IntRange(-1000, 4*365*24*60).Draw(t, "for")) * time.Minute)
		days, lacking := 0, 0
		for day := from.AddDate(0, 0, 1); day.Format(time.DateOnly) <= to.Format(time.DateOnly); day = day.AddDate(0, 0, 1) {
			if open, known := wall[day.Format(time.DateOnly)]; !known {
				lacking++
			} else if open {
				days++
			}
		}
		if got, unknown := c.Between(from, to); got != days || unknown != lacking {
			t.Fatalf("%v to %v: %d and %d unknown, day by day %d and %d", from, to, got, unknown, days, lacking)
		}
	})
}
