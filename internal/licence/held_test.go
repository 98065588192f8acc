package licence_test

import (
	"maps"
	"strings"
	"testing"
	"time"

	"wangban/internal/casework"
	"wangban/internal/cn"
	"wangban/internal/db"
	"wangban/internal/db/dbtest"
	"wangban/internal/form"
	"wangban/internal/licence"
)

// Where the calendar lacks the year that decides, the window is not guessed:
// days that nobody knows count both as worked and as free.
func TestWindowWithoutYear(t *testing.T) {
	dbtest.Both(t, rooms, func(t *testing.T, d *db.DB) {
		o, ctx := open(t, d), t.Context()
		o.now = day(2023, 1, 11) // ends with 10 January 2028; the shipped calendar ends with 2027
		l := o.issueFor(t, "case-1", "5 years")
		for _, c := range []struct {
			at     time.Time
			code   string
			season licence.Season
		}{
			{day(2026, 1, 5), licence.FoundEarly, licence.SeasonEarly},
			{day(2027, 6, 1), licence.FoundEarly, licence.SeasonEarly},
			{day(2027, 8, 30), licence.FoundUncounted, licence.SeasonUncounted}, // 82 known, 10 not
			{day(2027, 10, 11), licence.FoundHeld, licence.SeasonOpen},
			{day(2027, 12, 15), licence.FoundUncounted, licence.SeasonUncounted},
			{day(2027, 12, 30), licence.FoundLate, licence.SeasonLate},
			{day(2028, 1, 3), licence.FoundLate, licence.SeasonLate},
		} {
			o.now = c.at
			s := casework.State{Values: maps.Clone(o.values)}
			s.Values[numberField] = l.Number
			f, err := o.Held(ctx, d.Read(), casework.Call{Name: licence.NameHeld, With: map[string]string{"licence": numberField, "kind": o.call.With["kind"], "window": "90..15 workdays"}}, s, o.it)
			if err != nil || f.Code != c.code {
				t.Errorf("%s: %+v %v", c.at.Format(time.DateOnly), f, err)
			}
			if got := o.Window("90..15 workdays", l); got != c.season {
				t.Errorf("%s: %q, want %q", c.at.Format(time.DateOnly), got, c.season)
			}
		}
	})
}

// The check licence.held, on the days around the window of the domain sheet
// (5.2): 90 to 15 working days before the end.
func TestHeld(t *testing.T) {
	dbtest.Both(t, rooms, func(t *testing.T, d *db.DB) {
		o, ctx := open(t, d), t.Context()
		o.now = day(2021, 8, 16) // ends with 15 August 2026
		l := o.issueFor(t, "case-1", "5 years")
		endless := o.issueFor(t, "case-2", "")
		gone := o.issueFor(t, "case-3", "")
		if _, err := o.act(ctx, "cancel", gone.Number, nil, nil); err != nil {
			t.Fatal(err)
		}
		window := map[string]string{"window": "90..15 workdays"}
		for _, c := range []struct {
			name, number string
			at           time.Time
			with         map[string]string
			change       func(*casework.State)
			level        casework.Level
			code         string
		}{
			{"valid", strings.ToLower(l.Number), day(2022, 1, 1), nil, nil, casework.Fine, licence.FoundHeld},
			{"no end", endless.Number, day(2040, 1, 1), window, nil, casework.Fine, licence.FoundHeld},
			{"years too early", l.Number, day(2023, 1, 1), window, nil, casework.Refuse, licence.FoundEarly},
			{"a day too early", l.Number, day(2026, 4, 1), window, nil, casework.Refuse, licence.FoundEarly},
			{"early is told only", l.Number, day(2026, 4, 1), map[string]string{"window": "90..15 workdays", "early": "warn"}, nil, casework.Warn, licence.FoundEarly},
			{"within", l.Number, day(2026, 6, 1), window, nil, casework.Fine, licence.FoundHeld},
			{"the last day", l.Number, day(2026, 7, 24), window, nil, casework.Fine, licence.FoundHeld},
			{"late", l.Number, day(2026, 7, 27), window, nil, casework.Warn, licence.FoundLate},
			{"late is refused", l.Number, day(2026, 7, 27), map[string]string{"window": "90..15 workdays", "late": "refuse"}, nil, casework.Refuse, licence.FoundLate},
			{"filed in time", l.Number, day(2026, 8, 10), window, func(s *casework.State) { s.ClockStart = day(2026, 7, 20) }, casework.Fine, licence.FoundHeld},
			{"in days", l.Number, day(2026, 7, 16), map[string]string{"window": "60..30 days"}, nil, casework.Fine, licence.FoundHeld},
			{"in days, late", l.Number, day(2026, 7, 17), map[string]string{"window": "60..30 days"}, nil, casework.Warn, licence.FoundLate},
			{"the last day of all", l.Number, day(2026, 8, 15).Add(23 * time.Hour), nil, nil, casework.Fine, licence.FoundHeld},
			{"expired", l.Number, day(2026, 8, 16), nil, nil, casework.Refuse, licence.FoundExpired},
			{"expired, told only", l.Number, day(2026, 8, 16), map[string]string{"expired": "warn"}, nil, casework.Warn, licence.FoundExpired},
			{"changed since", endless.Number, day(2022, 1, 1), nil, func(s *casework.State) { s.CreatedAt = day(2021, 8, 1) }, casework.Warn, licence.FoundChanged},
			{"begun after", endless.Number, day(2022, 1, 1), nil, func(s *casework.State) { s.CreatedAt = day(2021, 9, 1) }, casework.Fine, licence.FoundHeld},
			{"cancelled", gone.Number, day(2022, 1, 1), nil, nil, casework.Refuse, licence.FoundEnded},
			{"another kind", l.Number, day(2022, 1, 1), map[string]string{"kind": "equipment"}, nil, casework.Refuse, licence.FoundKind},
			{"no such", "YB1", day(2022, 1, 1), nil, nil, casework.Refuse, licence.FoundNone},
			{"another's", l.Number, day(2022, 1, 1), nil, func(s *casework.State) { s.Values[o.it.Flow.Subject] = cn.MakeUSCC(cn.Enterprise, "341523", 77) }, casework.Refuse, licence.FoundNone},
		} {
			o.now = c.at
			s := casework.State{Values: maps.Clone(o.values)}
			s.Values[numberField] = c.number
			if c.change != nil {
				c.change(&s)
			}
			with := map[string]string{"licence": numberField, "kind": "other " + o.call.With["kind"]}
			maps.Copy(with, c.with)
			f, err := o.Held(ctx, d.Read(), casework.Call{Name: licence.NameHeld, With: with}, s, o.it)
			if err != nil || f.Level != c.level || f.Code != c.code || f.Text == "" {
				t.Errorf("%s: %+v %v", c.name, f, err)
			}
			if c.code == licence.FoundNone && (len(f.Compare) > 0 || strings.Contains(f.Text, form.Short(l.Title, 9))) {
				t.Errorf("%s: tells of another's licence: %+v", c.name, f)
			}
		}
	})
}
