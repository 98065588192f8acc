// Package workday counts working days (工作日) by the State Council's
// calendar, with its days off and make-up workdays (调休), and explains each
// due date day by day. Rules: 民法典 201 and 203, 行政许可法 82; the domain
// sheet's K-1 to K-9.
//
// It is pure: the calendar is data (embedded, or read from a clerk's file when
// the notice for the next year is out), and nothing here knows what a limit is
// for.
package workday

import (
	"bytes"
	_ "embed"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"time"
)

//go:embed calendar.json
var embedded []byte

// Shanghai is the zone of all limits. China has no daylight saving time.
var Shanghai = time.FixedZone("Asia/Shanghai", 8*60*60)

// Calendar tells workdays from days off.
type Calendar struct {
	years map[int]year
}

type year struct {
	Status string            `json:"status"`
	Off    map[string]string `json:"off"`  // date → holiday
	Work   map[string]string `json:"work"` // make-up workday → holiday it makes up for

	until []int // the workdays of the year up to each of its days, from none
}

// Default is the calendar that ships with the product, 2020 to 2027; the last
// year is provisional until its notice is published.
func Default() *Calendar {
	c, err := Read(bytes.NewReader(embedded))
	if err != nil {
		panic(err) // a test reads it
	}
	return c
}

// Read reads a calendar: {"years": {"2027": {"status": "official", "off":
// {"2027-01-01": "元旦"}, "work": {…}}}}. The error names the year and date
// to mend.
func Read(r io.Reader) (*Calendar, error) {
	var doc struct {
		Years map[string]year `json:"years"`
	}
	if err := json.NewDecoder(io.LimitReader(r, 1<<20)).Decode(&doc); err != nil {
		return nil, fmt.Errorf("the calendar is not readable JSON: %w", err)
	}
	c := &Calendar{years: map[int]year{}}
	for name, y := range doc.Years {
		t, err := time.Parse("2006", name)
		if err != nil {
			return nil, fmt.Errorf("%q is not a year", name)
		}
		for _, days := range []map[string]string{y.Off, y.Work} {
			for date := range days {
				d, err := time.Parse(time.DateOnly, date)
				if err != nil || d.Year() != t.Year() {
					return nil, fmt.Errorf("year %s: %q is not a date of that year, write 2006-01-02", name, date)
				}
			}
		}
		for date := range y.Off {
			if _, both := y.Work[date]; both {
				return nil, fmt.Errorf("year %s: %s is both a day off and a make-up workday", name, date)
			}
		}
		c.years[t.Year()] = y
		c.years[t.Year()] = y.summed(c, t)
	}
	if len(c.years) == 0 {
		return nil, fmt.Errorf("the calendar has no years")
	}
	return c, nil
}

// summed is a year with its workdays added up.
func (y year) summed(c *Calendar, first time.Time) year {
	y.until = []int{0}
	for day := time.Date(first.Year(), 1, 1, 0, 0, 0, 0, Shanghai); day.Year() == first.Year(); day = day.AddDate(0, 0, 1) {
		n := y.until[len(y.until)-1]
		if c.IsWorkday(day) {
			n++
		}
		y.until = append(y.until, n)
	}
	return y
}

// With is the calendar with another's years, in place of its own where both
// have one.
func (c *Calendar) With(other *Calendar) *Calendar {
	years := maps.Clone(c.years)
	maps.Copy(years, other.years)
	return &Calendar{years}
}

// Known tells whether the calendar has the year, and whether officially.
func (c *Calendar) Known(y int) (known, official bool) {
	entry, ok := c.years[y]
	return ok, entry.Status == "official"
}

// Ends is where the calendar ends, seen from an instant: the beginning of the
// first year, from that of the instant on, which it does not have. No limit
// that reaches beyond can be counted.
func (c *Calendar) Ends(from time.Time) time.Time {
	y := from.In(Shanghai).Year()
	for known := true; known; {
		if known, _ = c.Known(y); known {
			y++
		}
	}
	return time.Date(y, 1, 1, 0, 0, 0, 0, Shanghai)
}

// Day says what a date is.
type Day struct {
	Date    string // 2006-01-02
	Workday bool
	Why     Why
	Holiday string // name, for Holiday and MakeUp
}

// Why a day counts or does not.
type Why string

// Reasons.
const (
	Ordinary Why = "ordinary"
	Weekend  Why = "weekend"
	Holiday  Why = "holiday"
	MakeUp   Why = "make-up" // 调休上班
)

// On tells what the day of an instant is, in Shanghai. Of a year that the
// calendar does not have it knows the weekends only; a limit is not counted
// through one, see Count.
func (c *Calendar) On(t time.Time) Day {
	t = t.In(Shanghai)
	d := Day{Date: t.Format(time.DateOnly), Workday: true, Why: Ordinary}
	y := c.years[t.Year()]
	if name, ok := y.Work[d.Date]; ok {
		d.Why, d.Holiday = MakeUp, name
		return d
	}
	if name, ok := y.Off[d.Date]; ok {
		d.Workday, d.Why, d.Holiday = false, Holiday, name
		return d
	}
	if wd := t.Weekday(); wd == time.Saturday || wd == time.Sunday {
		d.Workday, d.Why = false, Weekend
	}
	return d
}

// IsWorkday tells whether the day of an instant is a workday.
func (c *Calendar) IsWorkday(t time.Time) bool { return c.On(t).Workday }
