package licence

import (
	"fmt"
	"regexp"
	"strconv"
	"time"

	"wangban/internal/form"
)

// How long a licence is valid is a setting of the effect: a length, such as
// "5 years", or an expression that gives the last day, such as the name of a
// date field. Without it a licence has no end.
//
// A licence of five years issued on 6 May 2021 is valid up to and including
// 5 May 2026 (the customary way to count; domain sheet 5.2 does not say).

var lengthForm = regexp.MustCompile(`^(\d{1,3}) (day|month|year)s?$`)

// endOf is the first instant at which a licence that begins at from is valid no
// more; zero when it has no end.
func endOf(valid string, from time.Time, env form.Env) (time.Time, error) {
	if valid == "" {
		return time.Time{}, nil
	}
	day := midnight(from)
	if m := lengthForm.FindStringSubmatch(valid); m != nil {
		n, _ := strconv.Atoi(m[1])
		switch m[2] {
		case "day":
			return day.AddDate(0, 0, n), nil
		case "month":
			return months(day, n), nil
		}
		return months(day, 12*n), nil
	}
	cond, err := form.ParseCond(valid)
	if err != nil {
		return time.Time{}, err
	}
	text, err := cond.Text(env)
	if err != nil || text == "" || text == form.LongTerm {
		return time.Time{}, err
	}
	last, err := time.ParseInLocation(time.DateOnly, text, form.Shanghai)
	if err != nil {
		return time.Time{}, fmt.Errorf("the last day of a licence is no date: %q", text)
	}
	return last.AddDate(0, 0, 1), nil
}

// months is the same day n months on, or the first of the month after when
// that month has no such day.
func months(day time.Time, n int) time.Time {
	then := day.AddDate(0, n, 0)
	if then.Day() != day.Day() {
		return time.Date(then.Year(), then.Month(), 1, 0, 0, 0, 0, form.Shanghai)
	}
	return then
}

func midnight(t time.Time) time.Time {
	y, m, d := t.In(form.Shanghai).Date()
	return time.Date(y, m, d, 0, 0, 0, 0, form.Shanghai)
}
