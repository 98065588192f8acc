package workday_test

import (
	"encoding/json"
	"os"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"wangban/internal/workday"
)

// wall is the calendar on a clerk's wall: every day of 2020 to 2027 with
// whether the office is open, read straight from the notices.
var wall = func() map[string]bool {
	var doc struct {
		Years map[string]struct{ Off, Work map[string]string }
	}
	b, err := os.ReadFile("calendar.json")
	if err == nil {
		err = json.Unmarshal(b, &doc)
	}
	if err != nil {
		panic(err)
	}
	open := map[string]bool{}
	for day := time.Date(2020, 1, 1, 0, 0, 0, 0, workday.Shanghai); day.Year() < 2028; day = day.Add(24 * time.Hour) {
		name := day.Format(time.DateOnly)
		open[name] = day.Weekday() != time.Saturday && day.Weekday() != time.Sunday
		year := doc.Years[name[:4]]
		if _, ok := year.Off[name]; ok {
			open[name] = false
		}
		if _, ok := year.Work[name]; ok {
			open[name] = true
		}
	}
	return open
}()

// slots are all half days of the wall calendar, in order.
type half struct {
	day   string
	after bool // the afternoon
}

var halves = func() (all []half) {
	for _, name := range slices.Sorted(func(yield func(string) bool) {
		for name := range wall {
			if !yield(name) {
				return
			}
		}
	}) {
		all = append(all, half{name, false}, half{name, true})
	}
	return all
}()

func halfOf(t time.Time) int {
	t = t.In(workday.Shanghai)
	days := int(t.Sub(time.Date(2020, 1, 1, 0, 0, 0, 0, workday.Shanghai)) / (24 * time.Hour))
	if t.Hour() >= 12 {
		return 2*days + 1
	}
	return 2 * days
}

// naive is when a limit ends by the wall, and whether it does. It takes the
// pauses one by one: what begins when the limit has run out changes nothing.
func naive(pauses []workday.Pause, ends func([]workday.Pause) (string, bool)) (string, bool) {
	for i, p := range pauses {
		if end, over := ends(pauses[:i]); over && p.From.In(workday.Shanghai).Format("2006-01-02 15:04") >= end {
			return end, true
		}
	}
	return ends(pauses)
}

// struck strikes out half days on the wall one by one: those of the start, of
// pauses and of days off; every two, or each, count one.
func struck(start time.Time, n, per int, pauses []workday.Pause) (string, bool) {
	type stretch struct{ from, to int }
	var struck []stretch
	strike := func(from, to int) {
		if per == 2 {
			from, to = from/2*2, to/2*2+1
		}
		struck = append(struck, stretch{from, to})
	}
	strike(halfOf(start), halfOf(start))
	for _, p := range pauses {
		to := len(halves) - 1
		if !p.To.IsZero() {
			to = halfOf(p.To)
		}
		strike(halfOf(p.From), to)
	}
	left := n * per
	for i := halfOf(start); i < len(halves); i++ {
		if wall[halves[i].day] && !slices.ContainsFunc(struck, func(s stretch) bool { return s.from <= i && i <= s.to }) {
			if left--; left == 0 {
				if halves[i].after {
					return halves[i].day + " 17:30", true
				}
				return halves[i].day + " 12:00", true
			}
		}
	}
	return "", false
}

// Every day of eight years, with limits of the items and pauses here and
// there, against the wall calendar.
func TestEveryDayAgainstTheWall(t *testing.T) {
	c := workday.Default()
	for day, i := time.Date(2020, 1, 1, 0, 0, 0, 0, workday.Shanghai), 0; day.Year() < 2028; day, i = day.AddDate(0, 0, 1), i+1 {
		start := day.Add(time.Duration([]int{9, 13, 20}[i%3]) * time.Hour)
		at := func(days, hour int) time.Time { return day.AddDate(0, 0, days).Add(time.Duration(hour) * time.Hour) }
		for _, pauses := range [][]workday.Pause{nil,
			{{From: at(i%7+1, 10), To: at(i%7+1+i%5, 15)}},
			{{From: at(1, 11), To: at(1, 16)}, {From: at(3+i%3, 9), To: at(12, 9)}},
			{{From: at(i%9+1, 18)}},
			{{From: at(i%9+1, 17), To: at(i%9+2, 9)}, {From: at(i%9+4, 18), To: at(i%9+8, 9)}},
		} {
			for _, n := range []int{1, 3, 5, 10, 20} {
				compare(t, c, start, n, workday.Workdays, 2, pauses)
				compare(t, c, start, n, workday.HalfDays, 1, pauses)
			}
		}
	}
}

type fataler interface {
	Helper()
	Fatalf(string, ...any)
}

func compare(t fataler, c *workday.Calendar, start time.Time, n int, unit workday.Unit, per int, pauses []workday.Pause) {
	t.Helper()
	due, err := c.Count(start, workday.Limit{N: n, Unit: unit}, pauses, workday.DefaultOffice)
	want, ends := naive(pauses, func(some []workday.Pause) (string, bool) { return struck(start, n, per, some) })
	switch {
	case err != nil:
		if ends {
			t.Fatalf("%v + %d %s, pauses %v: %v, by the wall %s", start, n, unit, pauses, err, want)
		}
	case due.Paused:
		if ends {
			t.Fatalf("%v + %d %s, pauses %v: paused, by the wall %s", start, n, unit, pauses, want)
		}
	case due.At.Format("2006-01-02 15:04") != want:
		t.Fatalf("%v + %d %s, pauses %v: %v, by the wall %s", start, n, unit, pauses, due.At, want)
	}
	explained(t, due, err, n)
	if err == nil && !due.Paused && (due.Near.After(due.At) || due.Near.Before(due.Start) && n > 1) {
		t.Fatalf("%v + %d %s: near at %v, due at %v", start, n, unit, due.Near, due.At)
	}
}

// explained tells that the periods of a limit add up to what it is.
func explained(t fataler, due workday.Due, err error, n int) {
	t.Helper()
	sum := 0
	for _, p := range due.Periods {
		if sum += p.Counted; p.Sum != sum {
			t.Fatalf("a period says %d have counted, its predecessors %d: %v", p.Sum, sum, due.Periods)
		}
	}
	if err == nil && sum+due.Left != n {
		t.Fatalf("%v + %v: the explanation counts %d and leaves %d of %d", due.Start, due.Limit, sum, due.Left, n)
	}
}

func drawPauses(t *rapid.T, start time.Time) []workday.Pause {
	var pauses []workday.Pause
	at := start
	for range rapid.IntRange(0, 4).Draw(t, "pauses") {
		p := workday.Pause{From: at.Add(time.Duration(rapid.IntRange(0, 20*24*60).Draw(t, "until pause")) * time.Minute)}
		if at = p.From; rapid.IntRange(0, 5).Draw(t, "open") > 0 {
			p.To = p.From.Add(time.Duration(rapid.IntRange(0, 20*24*60).Draw(t, "pause")) * time.Minute)
			at = p.To
		}
		if pauses = append(pauses, p); p.To.IsZero() {
			break
		}
	}
	return pauses
}

func drawStart(t *rapid.T) time.Time {
	return time.Date(2020, 1, 1, 0, 0, 0, 0, workday.Shanghai).Add(time.Duration(rapid.IntRange(0, 7*365*24*60).Draw(t, "minutes")) * time.Minute)
}

func TestDaysWithAnyPauses(t *testing.T) {
	c := workday.Default()
	rapid.Check(t, func(t *rapid.T) {
		start := drawStart(t)
		pauses := drawPauses(t, start)
		n := rapid.IntRange(1, 45).Draw(t, "n")
		compare(t, c, start, n, workday.Workdays, 2, pauses)
		compare(t, c, start, n, workday.HalfDays, 1, pauses)
	})
}

// Work hours and natural hours, minute by minute.
func TestTimeMinuteByMinute(t *testing.T) {
	c := workday.Default()
	rapid.Check(t, func(t *rapid.T) {
		start := drawStart(t)
		pauses := drawPauses(t, start)
		n := rapid.IntRange(1, 40).Draw(t, "hours")
		for _, unit := range []workday.Unit{workday.WorkHours, workday.Hours} {
			due, err := c.Count(start, workday.Limit{N: n, Unit: unit}, pauses, workday.DefaultOffice)
			if err != nil {
				t.Fatalf("%v", err)
			}
			left, at, end := n*60, start, start.AddDate(0, 0, 120)
			if due.Paused { // nothing runs after the last pause has begun
				end = pauses[len(pauses)-1].From.AddDate(0, 0, 1)
			}
			for ; left > 0 && at.Before(end); at = at.Add(time.Minute) {
				if !standsStill(at, pauses) && (unit == workday.Hours || inOffice(at)) {
					left--
				}
			}
			switch {
			case left > 0 && !due.Paused:
				t.Fatalf("%v + %d %s, pauses %v: %v, minute by minute it is paused", start, n, unit, pauses, due.At)
			case left == 0 && !due.At.Equal(at):
				t.Fatalf("%v + %d %s, pauses %v: %v, minute by minute %v", start, n, unit, pauses, due.At, at)
			}
		}
	})
}

func standsStill(at time.Time, pauses []workday.Pause) bool {
	return slices.ContainsFunc(pauses, func(p workday.Pause) bool {
		return !at.Before(p.From) && (p.To.IsZero() || at.Before(p.To))
	})
}

func inOffice(at time.Time) bool {
	at = at.In(workday.Shanghai)
	m := at.Hour()*60 + at.Minute()
	return wall[at.Format(time.DateOnly)] && (m >= 480 && m < 720 || m >= 870 && m < 1050)
}
