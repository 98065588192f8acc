package main

import (
	"bytes"
	"log/slog"
	"strings"
	"testing"
	"time"

	"wangban/internal/workday"
)

// In its last sixty days the calendar is told to end, and from then on; the
// year that is missing is named.
func TestCalendarEnds(t *testing.T) {
	for _, c := range []struct {
		day  string
		want int
	}{{"2026-11-27", 0}, {"2027-11-01", 0}, {"2027-11-02", 2028}, {"2027-12-31", 2028}, {"2028-03-01", 2028}, {"2019-05-01", 2019}} {
		at, err := time.ParseInLocation(time.DateOnly, c.day, workday.Shanghai)
		if err != nil {
			t.Fatal(err)
		}
		var log bytes.Buffer
		in := &installation{calendar: workday.Default(), now: func() time.Time { return at }, log: slog.New(slog.NewTextHandler(&log, nil))}
		if got := in.missingYear(); got != c.want {
			t.Errorf("on %s: %d, want %d", c.day, got, c.want)
		}
		in.warnOfCalendar()
		if told := strings.Contains(log.String(), "WANGBAN_CALENDAR"); told != (c.want > 0) {
			t.Errorf("on %s: %s", c.day, log.String())
		}
	}
}
