package casework

import (
	"strconv"
	"strings"

	"wangban/internal/db"
	"wangban/internal/workday"
)

// where collects conditions and their arguments.
type where struct {
	parts []string
	args  []any
}

// add takes a condition in which each ? stands for the next argument.
func (w *where) add(condition string, args ...any) {
	for _, a := range args {
		w.args = append(w.args, a)
		condition = strings.Replace(condition, "?", "$"+strconv.Itoa(len(w.args)), 1)
	}
	w.parts = append(w.parts, condition)
}

func (w *where) in(column string, values []string) {
	if len(values) == 0 {
		return
	}
	args := make([]any, len(values))
	for i, v := range values {
		args[i] = v
	}
	if len(values) == 1 {
		w.add(column+" = ?", args...)
		return
	}
	w.add(column+" IN (?"+strings.Repeat(", ?", len(values)-1)+")", args...)
}

// sql is the collected conditions, and forgets them; the arguments stay.
func (w *where) sql() string {
	if len(w.parts) == 0 {
		return ""
	}
	text := " WHERE " + strings.Join(w.parts, " AND ")
	w.parts = nil
	return text
}

// narrow adds every condition of a query but its text and its page; columns
// are those of the table.
func (w *where) narrow(table string, q Query) {
	if q.Desk {
		w.add(table + "desk = 1")
	}
	if q.Live {
		w.add(table + "ended = ''")
	}
	if q.Ended {
		w.add(table + "ended <> ''")
	}
	if q.Turn {
		w.add(table + "ended = '' AND " + table + "desk = 0")
	}
	if q.HandedIn {
		w.add(table + "number <> ''")
	}
	for _, is := range [][2]string{{"stage", q.Stage}, {"item", q.Item}, {"owner", q.Owner}, {"number", q.Number}} {
		if is[1] != "" {
			w.add(table+is[0]+" = ?", is[1])
		}
	}
	// These are empty in many cases, which their indexes leave out.
	for _, is := range [][2]string{{"subject", q.Subject}, {"applicant", q.Applicant}, {"helper", q.Helper}} {
		if is[1] != "" {
			w.add(table+is[0]+" = ? AND "+table+is[0]+" <> ''", is[1])
		}
	}
	if len(q.Holders) > 0 {
		w.in(table+"holder", q.Holders)
		w.add(table + "holder <> ''")
	}
	if !everyUnit(q.Units) {
		w.in(table+"unit", q.Units)
	}
	w.light(table, q)
}

func everyUnit(units []string) bool { return len(units) == 0 || units[0] == "*" }

// Work lists are sorted by one number, queued: cases with a limit by when it
// ends, then those without one by how long nothing has happened, then those
// whose limit stands still. So every light is a range of it.
const (
	unlimitedBand = 1 << 52 // microseconds: the year 2112
	pausedBand    = 2 << 52
)

// light keeps cases whose limit stands so.
func (w *where) light(table string, q Query) {
	now := db.Micros(q.Now)
	switch q.Light {
	case workday.Red:
		w.add(table+"queued <= ? AND "+table+"near > 0", now)
	case workday.Amber:
		w.add(table+"queued > ? AND "+table+"queued < ? AND "+table+"near > 0 AND "+table+"near <= ?", now, int64(unlimitedBand), now)
	case workday.Green:
		w.add(table+"queued > ? AND "+table+"queued < ? AND "+table+"near > ?", now, int64(unlimitedBand), now)
	case workday.PausedLight:
		w.add(table+"queued >= ?", int64(pausedBand))
	}
}

// span is the range of queued that a light lies in.
func (w *where) span(q Query) {
	now := db.Micros(q.Now)
	switch q.Light {
	case workday.Red:
		w.add("queued <= ?", now)
	case workday.Amber, workday.Green:
		w.add("queued > ? AND queued < ?", now, int64(unlimitedBand))
	case workday.PausedLight:
		w.add("queued >= ?", int64(pausedBand))
	}
}
