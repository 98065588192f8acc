package form

import (
	"fmt"
	"regexp"
	"strconv"
	"time"
)

// Default is what a field proposes before it is answered; nil for nothing.
func Default(f Form, field Field, v Values, ctx Context) any {
	if field.Default == "" {
		return nil
	}
	if t, ok, err := dateDefault(field.Default, ctx.Now); ok && err == nil {
		return t.Format(time.DateOnly)
	}
	if _, ok := f.Field(field.Default); ok {
		return v[field.Default]
	}
	switch {
	case field.Type == TypeYesNo:
		return yesNo(field.Default)
	case field.Type == TypeChoices:
		return []string{field.Default}
	}
	return field.Default
}

var fromToday = regexp.MustCompile(`^today(?: \+ (\d{1,3}) (day|month|year)s?)?$`)

// dateDefault reads "today" and "today + 1 year".
func dateDefault(source string, now time.Time) (t time.Time, ok bool, err error) {
	m := fromToday.FindStringSubmatch(source)
	if m == nil {
		return time.Time{}, false, nil
	}
	n := 0
	if m[1] != "" {
		if n, err = strconv.Atoi(m[1]); err != nil {
			return time.Time{}, true, fmt.Errorf("default %q: %w", source, err)
		}
	}
	t = day(now)
	switch m[2] {
	case "day":
		t = t.AddDate(0, 0, n)
	case "month":
		t = t.AddDate(0, n, 0)
	case "year":
		t = t.AddDate(n, 0, 0)
	}
	return t, true, nil
}

// DateDefault tells whether a text is a day counted from today.
func DateDefault(source string) bool { return fromToday.MatchString(source) }
