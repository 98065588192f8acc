package notify

import (
	"time"

	"wangban/internal/workday"
)

// Settings are the named limits of messages.
type Settings struct {
	QuietFrom, QuietUntil int             // hours of the night without notices (domain sheet 9.1); equal: none
	PerNumber             int             // notices to one number and day, over all cases (the carriers allow about 50)
	PerSecond             int             // messages handed over by this process; 0: no bound
	Retry                 []time.Duration // pauses after each try that did not work; the last repeats
	GiveUp                time.Duration   // a notice not sent after so long will not be
	CodeGiveUp            time.Duration   // the same for a code
	Unsure                time.Duration   // how long to wait for a report when a message may have gone out (C-44)
	Lost                  time.Duration   // a message taken up so long ago lost its process
	KeepCodes             time.Duration   // after this the text of a code is dropped
}

// DefaultSettings are what the domain sheet and the carriers ask for.
func DefaultSettings() Settings {
	return Settings{
		QuietFrom: 21, QuietUntil: 8,
		PerNumber: 50, PerSecond: 50,
		Retry: []time.Duration{5 * time.Second, 20 * time.Second, time.Minute, 5 * time.Minute, 15 * time.Minute,
			30 * time.Minute, time.Hour, 2 * time.Hour},
		GiveUp: 72 * time.Hour, CodeGiveUp: 5 * time.Minute,
		Unsure: 5 * time.Minute, Lost: 2 * time.Minute, KeepCodes: 24 * time.Hour,
	}
}

func (s Settings) orDefault() Settings {
	if s.GiveUp == 0 {
		return DefaultSettings()
	}
	return s
}

// quiet tells whether notices rest now, and until when.
func (s Settings) quiet(now time.Time) (until time.Time, quiet bool) {
	t := now.In(workday.Shanghai)
	h := t.Hour()
	if s.QuietFrom <= s.QuietUntil { // within one day, or never
		quiet = s.QuietFrom <= h && h < s.QuietUntil
	} else {
		quiet = h >= s.QuietFrom || h < s.QuietUntil
	}
	morning := time.Date(t.Year(), t.Month(), t.Day(), s.QuietUntil, 0, 0, 0, workday.Shanghai)
	if !morning.After(t) {
		morning = morning.AddDate(0, 0, 1)
	}
	return morning, quiet
}

// date is the day a number's share belongs to.
func date(t time.Time) string { return t.In(workday.Shanghai).Format(time.DateOnly) }

// tomorrow is when a number may get notices again after its day's share.
func (s Settings) tomorrow(now time.Time) time.Time {
	t := now.In(workday.Shanghai)
	next := time.Date(t.Year(), t.Month(), t.Day()+1, 0, 0, 0, 0, workday.Shanghai)
	if until, quiet := s.quiet(next); quiet {
		return until
	}
	return next
}

// pause is how long to wait after the given number of tries.
func (s Settings) pause(tries int) time.Duration {
	return s.Retry[min(max(tries, 1), len(s.Retry))-1]
}

func (s Settings) giveUp(k kind) time.Duration {
	if k == code {
		return s.CodeGiveUp
	}
	return s.GiveUp
}
