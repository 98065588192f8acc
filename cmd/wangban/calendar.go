package main

import (
	"time"

	"wangban/internal/workday"
)

// calendarNotice is how long before the workday calendar ends it is told: the
// notice for the next year comes out in November.
const calendarNotice = 60 * 24 * time.Hour

// missingYear is the year that the workday calendar will lack soon, or lacks
// already; 0 when there is time.
func (in *installation) missingYear() int {
	if ends := in.calendar.Ends(in.now()); ends.Sub(in.now()) <= calendarNotice {
		return ends.In(workday.Shanghai).Year()
	}
	return 0
}

// warnOfCalendar tells the operator that the calendar ends.
func (in *installation) warnOfCalendar() {
	if year := in.missingYear(); year > 0 {
		in.log.Warn("the workday calendar ends: acts that set a limit reaching into a year it lacks are refused; write that year by the State Council's notice into the file that WANGBAN_CALENDAR names, then start again", "year", year)
	}
}
