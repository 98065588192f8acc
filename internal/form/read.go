package form

import (
	"net/url"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"time"

	"golang.org/x/text/unicode/norm"

	"wangban/internal/cn"
)

// Reading is what came of a posted page.
type Reading struct {
	Changes   Values            // answers that are right and differ from before; nil takes one away
	Confirmed map[string]string // odd answers the person has confirmed: field → value
	Problems  []Problem         // in the order of the fields
}

// Read reads the posted fields of one page. Controls are named after fields:
//
//	unit.name                         a text, a choice, a date as 2006-01-02
//	letter.scope, repeated            choices
//	letter.from.year .month .day      a date in three parts
//	rep.id_until.long_term            a document without end
//	account.password, account.password.again   asked twice; only the hash gets into Changes
//	rep.id_no.confirm                 the odd value (Problem.Value) that is right all the same
//
// An answer with a problem does not get into Changes; what was typed is still
// in posted, and Inputs shows it again. Files come another way: the caller puts
// them into current first. That a number is not yet proven is no problem of
// the page.
func Read(f Form, page string, posted url.Values, ctx Context, current Values) Reading {
	r := Reading{Changes: Values{}, Confirmed: map[string]string{}}
	now := Values{}
	for id, v := range current {
		now[id] = v
	}
	c := newChecker(f, now, ctx)
	for _, p := range f.Pages {
		if p.Name != page {
			continue
		}
		for _, field := range p.Fields {
			if !c.asks(p, field) {
				continue
			}
			before := now[field.ID]
			r.field(c, field, posted, now)
			if f.matters(field.ID) && !reflect.DeepEqual(now[field.ID], before) {
				c = newChecker(f, now, ctx) // other questions, or no longer some
			}
		}
	}
	return r
}

// confirming is a checker to whom the person has confirmed an odd value.
func (c checker) confirming(f Field, value string) checker {
	c.ctx.Confirmed = map[string]string{f.ID: value}
	return c
}

func (c checker) asks(p Page, f Field) bool { return p.When.Holds(c.env) && f.When.Holds(c.env) }

// field reads one field; now holds the answers so far.
func (r *Reading) field(c checker, f Field, posted url.Values, now Values) {
	before := now[f.ID]
	value, problem := parse(c, f, posted, before)
	if problem == nil {
		now[f.ID] = value
		f.tell(c.env, value)
		if f.Type == TypeRows {
			r.Problems = append(r.Problems, c.all(f, value)...)
			return
		}
		p, bad := c.field(f, value)
		if bad && p.Warn && posted.Get(f.ID+".confirm") == p.Value {
			r.Confirmed[f.ID] = p.Value
			p, bad = c.confirming(f, p.Value).field(f, value)
		}
		if bad && p.Code != Unverified {
			problem = &p
		}
	}
	if problem != nil {
		problem.Field = f.ID
		r.Problems = append(r.Problems, *problem)
		return
	}
	switch {
	case f.Type == TypeFile || reflect.DeepEqual(value, before):
	case Answered(value):
		r.Changes[f.ID] = value
	case Answered(before):
		r.Changes[f.ID] = nil
	}
}

// parse makes a value of what was posted, nil for nothing.
func parse(c checker, f Field, posted url.Values, before any) (any, *Problem) {
	typed := posted.Get(f.ID)
	switch f.Type {
	case TypeFile, TypeRows:
		return before, nil
	case TypeCatalogue:
		return chosenEntries(f, posted), nil
	case TypeChoices:
		if chosen := posted[f.ID]; len(chosen) > 0 {
			return chosen, nil
		}
		return nil, nil
	case TypeYesNo:
		return yesNo(typed), nil
	case TypeAgree:
		if typed == "" {
			return nil, nil
		}
		return true, nil
	case TypeDate:
		return parseDate(f, posted)
	case TypeIDExpiry:
		if posted.Get(f.ID+".long_term") != "" {
			return LongTerm, nil
		}
		return parseDate(f, posted)
	case TypePassword:
		return c.password(f, posted, before)
	}
	if s := clean(f, typed); s != "" {
		return s, nil
	}
	return nil, nil
}

// chosenEntries are the codes chosen from a catalogue, each once and in the
// order of choosing: of what a unit does, the first is what it does mainly.
func chosenEntries(f Field, posted url.Values) any {
	codes := slices.DeleteFunc(slices.Clone(posted[f.ID]), func(code string) bool { return code == "" })
	switch {
	case len(codes) == 0:
		return nil
	case f.Many == 0:
		return codes[len(codes)-1]
	}
	var once []string
	for _, code := range codes {
		if !slices.Contains(once, code) {
			once = append(once, code)
		}
	}
	return once
}

func yesNo(typed string) any {
	switch typed {
	case "yes", "true":
		return true
	case "no", "false":
		return false
	}
	return nil
}

// clean is a typed text as it is kept: tidied, not judged.
func clean(f Field, typed string) string {
	switch f.Type {
	case TypeUSCC, TypeIDNumber:
		return cn.Code(typed)
	case TypeMobile:
		return cn.Mobile(typed).Value
	case TypePersonName:
		return cn.PersonName(typed).Value
	case TypeUnitName:
		return cn.UnitName(typed).Value
	case TypeDecimal, TypeMoney:
		return tidyDecimal(typed)
	case TypeEmail, TypeLandline, TypePostcode, TypeURL, TypeLicenceNumber, TypeEquipmentCode:
		return cleanCode(f, typed)
	case TypeNumber:
		return strings.TrimSpace(norm.NFKC.String(typed))
	case TypeTextarea:
		return tidyLines(typed)
	}
	return cn.Text(typed)
}

// tidyLines keeps the lines of a longer text.
func tidyLines(typed string) string {
	lines := strings.Split(strings.ReplaceAll(typed, "\r\n", "\n"), "\n")
	for i, l := range lines {
		lines[i] = cn.Text(l)
	}
	return strings.Trim(strings.Join(lines, "\n"), "\n")
}

// parseDate reads a date in one part or three.
func parseDate(f Field, posted url.Values) (any, *Problem) {
	if whole := norm.NFKC.String(strings.TrimSpace(posted.Get(f.ID))); whole != "" {
		if _, err := time.Parse(time.DateOnly, whole); err != nil {
			return nil, malformed(f)
		}
		return whole, nil
	}
	var parts [3]int
	lacking := ""
	empty := true
	for i, part := range dateParts {
		s := strings.TrimSpace(norm.NFKC.String(posted.Get(f.ID + part.suffix)))
		n, err := strconv.Atoi(s)
		switch {
		case s == "":
			lacking = part.name
		case err != nil:
			return nil, &Problem{Text: "“%s”的年、月、日只能填数字。", Args: []any{Label(f.Label)}}
		}
		empty = empty && s == ""
		parts[i] = n
	}
	switch {
	case empty:
		return nil, nil
	case lacking != "":
		return nil, &Problem{Text: "“%s”还缺“%s”。补全后继续。", Args: []any{Label(f.Label), Label(lacking)}}
	case parts[0] < 1900 || parts[0] > 2200:
		return nil, &Problem{Text: "“%s”的年份写四位数字，例如 2030。", Args: []any{Label(f.Label)}}
	}
	t := time.Date(parts[0], time.Month(parts[1]), parts[2], 0, 0, 0, 0, time.UTC)
	if t.Day() != parts[2] || int(t.Month()) != parts[1] {
		return nil, &Problem{Text: "没有 %d 年 %d 月 %d 日这一天。核对后改正。", Args: []any{parts[0], parts[1], parts[2]}}
	}
	return t.Format(time.DateOnly), nil
}

var dateParts = [3]struct{ suffix, name string }{{".year", "年"}, {".month", "月"}, {".day", "日"}}

// password reads a new password, asked twice. Left empty, an earlier one stays.
func (c checker) password(f Field, posted url.Values, before any) (any, *Problem) {
	first, again := posted.Get(f.ID), posted.Get(f.ID+".again")
	if first == "" && again == "" {
		return before, nil
	}
	if p := PasswordProblem(first, c.knownTexts()); p != nil {
		return nil, p
	}
	if first != again {
		return nil, &Problem{Text: "两次输入的密码不一样。重新输入两次。"}
	}
	return HashPassword(first), nil
}

// knownTexts are answers that others know and that no password may contain.
func (c checker) knownTexts() []string {
	var known []string
	for _, p := range c.form.Pages {
		for _, f := range p.Fields {
			s, _ := c.values[f.ID].(string)
			if s != "" && (f.Type == TypeUSCC || f.Type == TypeMobile || f.Type == TypeIDNumber) {
				known = append(known, s)
			}
		}
	}
	return known
}

// Tidy is a typed text as it is kept: width, space and punctuation of codes do
// not count. It is not judged.
func Tidy(f Field, typed string) string { return clean(f, typed) }
