package workday_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"wangban/internal/workday"
)

// leaves are the days of the wall calendar, in order.
var leaves = func() (all []string) {
	for _, h := range halves {
		if !h.after {
			all = append(all, h.day)
		}
	}
	return all
}()

// lastOf is the last day of each month, by the knuckles.
func lastOf(year, month int) int {
	switch {
	case slices.Contains([]int{4, 6, 9, 11}, month):
		return 30
	case month != 2:
		return 31
	case year%4 == 0:
		return 29
	}
	return 28
}

// wallMonths turns the leaves of the wall calendar: to the same number in the
// last month, or its last leaf; a day further for every leaf a pause is on; and
// on to the next day on which the office is open. days are how many counted.
func wallMonths(start time.Time, n int, pauses []workday.Pause) (end string, days int, ends bool) {
	leaf := func(t time.Time) string { return t.In(workday.Shanghai).Format(time.DateOnly) }
	var y, m, d int
	_, _ = fmt.Sscanf(leaf(start), "%d-%d-%d", &y, &m, &d)
	for range n {
		if m++; m > 12 {
			y, m = y+1, 1
		}
	}
	last := fmt.Sprintf("%04d-%02d-%02d", y, m, min(d, lastOf(y, m)))
	var stands [][2]string
	for _, p := range pauses {
		if p.To.IsZero() {
			stands = append(stands, [2]string{leaf(p.From), "9999"})
		} else {
			stands = append(stands, [2]string{leaf(p.From), leaf(p.To)})
		}
	}
	paused := func(day string) bool {
		return slices.ContainsFunc(stands, func(s [2]string) bool { return s[0] <= day && day <= s[1] })
	}
	from, _ := slices.BinarySearch(leaves, leaf(start))
	to, ok := slices.BinarySearch(leaves, last)
	if !ok {
		return "", 0, false
	}
	days = to - from
	left := days
	for _, day := range leaves[from+1:] {
		if paused(day) {
			continue
		}
		if left--; left <= 0 && wall[day] {
			return day + " 17:30", days, true
		}
	}
	return "", days, false
}

func compareMonths(t fataler, c *workday.Calendar, start time.Time, n int, pauses []workday.Pause) {
	t.Helper()
	due, err := c.Count(start, workday.Limit{N: n, Unit: workday.Months}, pauses, workday.DefaultOffice)
	_, days, _ := wallMonths(start, n, nil)
	want, ends := naive(pauses, func(some []workday.Pause) (string, bool) {
		end, _, ends := wallMonths(start, n, some)
		return end, ends
	})
	switch {
	case (err != nil || due.Paused) && ends:
		t.Fatalf("%v + %d months, pauses %v: %v, paused %v; by the wall %s", start, n, pauses, err, due.Paused, want)
	case err == nil && !due.Paused && due.At.Format("2006-01-02 15:04") != want:
		t.Fatalf("%v + %d months, pauses %v: %v, by the wall %s", start, n, pauses, due.At, want)
	case err == nil && !due.Paused && (due.Near.After(due.At) || due.Near.Before(due.Start)):
		t.Fatalf("%v + %d months: near at %v, due at %v", start, n, due.Near, due.At)
	}
	if days > 0 {
		explained(t, due, err, days)
	}
}

// Every day of eight years plus months, with pauses here and there.
func TestMonthsOfEveryDay(t *testing.T) {
	c := workday.Default()
	for day, i := time.Date(2020, 1, 1, 0, 0, 0, 0, workday.Shanghai), 0; day.Year() < 2028; day, i = day.AddDate(0, 0, 1), i+1 {
		start := day.Add(time.Duration([]int{0, 9, 20}[i%3]) * time.Hour)
		at := func(days, hour int) time.Time { return day.AddDate(0, 0, days).Add(time.Duration(hour) * time.Hour) }
		for _, pauses := range [][]workday.Pause{nil,
			{{From: at(i%40+1, 10), To: at(i%40+1+i%9, 15)}},
			{{From: at(27+i%5, 11), To: at(27+i%5, 16)}, {From: at(89+i%8, 18), To: at(99, 9)}},
			{{From: at(i%100+1, 18)}},
		} {
			for _, n := range []int{1, 2, 3, 6, 14} {
				compareMonths(t, c, start, n, pauses)
			}
		}
	}
}

func TestMonthsWithAnyPauses(t *testing.T) {
	c := workday.Default()
	rapid.Check(t, func(t *rapid.T) {
		start := drawStart(t)
		compareMonths(t, c, start, rapid.IntRange(1, 24).Draw(t, "months"), drawPauses(t, start))
	})
}

// What the Civil Code says, by hand.
func TestMonths(t *testing.T) {
	for _, v := range []struct {
		start string
		n     int
		end   string
	}{
		{"2023-05-08", 3, "2023-08-08"}, // a Tuesday
		{"2022-11-30", 3, "2023-02-28"}, // no 30th: the last day of February
		{"2023-11-30", 3, "2024-02-29"}, // a leap year
		{"2021-01-31", 1, "2021-03-01"}, // 28 February is a Sunday
		{"2020-07-01", 3, "2020-10-09"}, // 1 October, and the days off after it
		{"2022-12-31", 6, "2023-06-30"}, // and no 31st
		{"2021-02-28", 3, "2021-05-28"}, // not the last day of May
		{"2020-06-27", 3, "2020-09-27"}, // a Sunday on which people work
	} {
		for _, hour := range []int{0, 12, 23} {
			if got := count(t, date(t, v.start).Add(time.Duration(hour)*time.Hour), workday.Limit{N: v.n, Unit: workday.Months}).At.Format("2006-01-02 15:04"); got != v.end+" 17:30" {
				t.Errorf("%s at %d and %d months end %s, want %s", v.start, hour, v.n, got, v.end)
			}
		}
	}
	due := count(t, date(t, "2020-07-01"), workday.Limit{N: 3, Unit: workday.Months})
	if got, want := strings.Join(due.Explain(false), "|"), "7月1日起算，当天不计|3 个月到 2020年10月1日为止，共 92 天|7月2日至10月1日第 1 到第 92 天|10月2日至10月8日国庆节放假，期满日顺延|10月9日是最后一天"; got != want {
		t.Errorf("%s\nwant %s", got, want)
	}
	if got := due.Near.Format("2006-01-02"); got != "2020-09-14" { // 18 of 92 days are left
		t.Errorf("near at %s", got)
	}
	pause := []workday.Pause{{From: date(t, "2023-06-01").Add(10 * time.Hour), To: date(t, "2023-06-10").Add(9 * time.Hour), Note: "诉讼"}}
	due, err := workday.Default().Count(date(t, "2023-05-08"), workday.Limit{N: 3, Unit: workday.Months}, pause, workday.DefaultOffice)
	if err != nil {
		t.Fatal(err)
	}
	if got, want := strings.Join(due.Explain(true), "|"), "8 May: the start is not counted|3 months end with 8 Aug 2023: 92 days|9 May to 31 May: days 1 to 23|1 Jun to 10 Jun: paused, not counted (诉讼)|11 Jun to 18 Aug: days 24 to 92"; got != want {
		t.Errorf("%s\nwant %s", got, want)
	}
}
