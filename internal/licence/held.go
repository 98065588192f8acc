package licence

import (
	"context"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"wangban/internal/casework"
	"wangban/internal/cn"
	"wangban/internal/form"
	"wangban/internal/item"
)

// NameHeld is the name by which items ask whether a number is that of a valid
// licence of the unit.
const NameHeld = "licence.held"

// What Held finds.
const (
	FoundHeld    = "LICENCE_HELD"
	FoundNone    = "LICENCE_NONE" // no such number, or another's
	FoundKind    = "LICENCE_KIND"
	FoundEnded   = "LICENCE_ENDED"
	FoundExpired = "LICENCE_EXPIRED"
	FoundEarly   = "LICENCE_EARLY"
	FoundLate    = "LICENCE_LATE"
	FoundChanged = "LICENCE_CHANGED" // since the case was begun
	FoundPartial = "LICENCE_PARTIAL" // imported without what its certificate shows

	FoundUncounted = "LICENCE_UNCOUNTED" // the calendar lacks a year that decides

	FoundSuspended = "LICENCE_SUSPENDED"
	FoundWorking   = "LICENCE_WORKING" // and is to be suspended
)

// Held is the check licence.held: the number in a field is a valid licence of
// one of some kinds, the unit's own. With a window it also tells whether it is
// time to renew:
//
//	licence.held: {licence: held.number, kind: food, window: 90..15 workdays, early: refuse, late: warn}
//
// Time is measured on the day on which the case was filed: who has filed in
// time does not lose by how long the office takes.
//
// With each, every record of a list names a licence; what is wrong with one is
// told before what is odd about another.
func (r *Room) Held(ctx context.Context, q casework.Queryer, call casework.Call, s casework.State, it *item.Item) (casework.Finding, error) {
	g := grant{it: it, call: call, after: s}
	f, ok := it.Form.Field(call.With["each"])
	if !ok {
		return r.held(ctx, q, g)
	}
	var worst casework.Finding
	for i, row := range form.RowsOf(s.Values[f.ID]) {
		g.record = &record{f, i + 1, row}
		found, err := r.held(ctx, q, g)
		if err != nil || found.Level == casework.Refuse {
			return found, err
		}
		if worst.Level == "" || worst.Level == casework.Fine && found.Level == casework.Warn {
			worst = found
		}
	}
	return worst, nil
}

// held is the same of one licence.
func (r *Room) held(ctx context.Context, q casework.Queryer, g grant) (casework.Finding, error) {
	call, s, it, number := g.call, g.after, g.it, g.named()
	var l Licence
	found, err := query(ctx, q, r.Now(), `l.number = $1`, number)
	if err != nil {
		return casework.Finding{}, err
	}
	if len(found) == 1 {
		l = found[0]
	}
	level := func(key string, otherwise casework.Level) casework.Level {
		if v := call.With[key]; v != "" {
			return casework.Level(v)
		}
		return otherwise
	}
	find := func(level casework.Level, code, say string, args ...any) (casework.Finding, error) {
		f := casework.Finding{Level: level, Code: code, Text: say, Args: args}
		if code != FoundNone {
			f.Compare = g.compare(l)
		}
		return f, nil
	}
	filed := filedAt(s, r.Now())
	switch {
	case l.Number == "" && call.With["unknown"] == string(casework.Warn) && number == cn.Code(text(s, it.Flow.Subject)):
		return find(casework.Warn, FoundNone, "编号 %s 的证照不是在本平台核发的。对照原来的证照核对。", number)
	case l.Number == "" || !l.belongs(s, it):
		return find(casework.Refuse, FoundNone, "没有编号为 %s 的证照，或者它不是这个单位的。对照证照核对编号和统一社会信用代码。", number)
	case !slices.Contains(strings.Fields(call.With["kind"]), l.Kind):
		return find(casework.Refuse, FoundKind, "编号 %s 是“%s”，不能在这里办。核对编号，或者换到对应的事项。", number, l.Title)
	case l.Status == Replaced:
		return find(casework.Refuse, FoundEnded, "编号 %s 的证照已经换发，新编号是 %s。用新编号再办。", number, l.Replaced)
	case l.Status == Cancelled:
		return find(casework.Refuse, FoundEnded, "编号 %s 的证照已经注销，不能再办。需要的，重新申请。", number)
	case l.Status == Revoked:
		return find(casework.Refuse, FoundEnded, "编号 %s 的证照已经被撤销，不能再办。需要的，重新申请。", number)
	case l.Status == Struck:
		return find(level("struck", casework.Refuse), FoundEnded, "编号 %s 的证照已经被吊销，不能再办。", number)
	case l.Status == Suspended && call.With["suspended"] != suspendedOnly && level("suspended", casework.Refuse) == casework.Refuse:
		return find(casework.Refuse, FoundSuspended, "编号 %s 的证照已经停用。先办理启用，再办这一项。", number)
	case l.Status != Suspended && call.With["suspended"] == suspendedOnly:
		return find(casework.Refuse, FoundWorking, "编号 %s 的证照没有停用，不用启用。核对编号。", number)
	case standing(Valid, l.Until, filed) == Expired:
		return find(level("expired", casework.Refuse), FoundExpired, "编号 %s 的证照到 %s 有效期已满。要继续的，重新申请一份。", number, day(l.Last()))
	}
	if w, ok := windowOf(call.With["window"]); ok && !l.Until.IsZero() {
		early, late := earlyDays, lateDays
		if w.workdays {
			early, late = earlyWorkdays, lateWorkdays
		}
		switch r.season(w, filed, l) {
		case SeasonEarly:
			return find(level("early", casework.Refuse), FoundEarly, early, day(l.Last()), w.first, w.last)
		case SeasonLate:
			return find(level("late", casework.Warn), FoundLate, late, day(l.Last()), w.last)
		case SeasonUncounted:
			return find(casework.Refuse, FoundUncounted, "算不出是不是到了办理延续的时间：证照有效期到 %s，工作日历里缺少要用到的年份。联系系统管理员导入放假安排后再办。", day(l.Last()))
		}
	}
	if !s.CreatedAt.IsZero() && l.Made.After(s.CreatedAt) && l.Case != s.ID {
		return find(casework.Warn, FoundChanged, "编号 %s 的证照在开始填写之后又有变动（%s）。对照新的内容核对填写的内容。", number, day(l.Made))
	}
	if l.Status == Suspended {
		odd := casework.Warn
		if call.With["suspended"] == suspendedOnly {
			odd = casework.Fine
		}
		return find(odd, FoundSuspended, "编号 %s 的证照已经停用，是这个单位的。", number)
	}
	if missing, err := r.incomplete(ctx, q, g, l); err != nil || len(missing) > 0 {
		if err != nil {
			return casework.Finding{}, err
		}
		return find(casework.Warn, FoundPartial, "编号 %s 的证照是历史数据，没有“%s”。可以先提交；本机关补上这些内容以后，才能办出电子证照。", number, strings.Join(missing, "、"))
	}
	if l.Until.IsZero() {
		return find(casework.Fine, FoundHeld, "证照有效，是这个单位的。")
	}
	return find(casework.Fine, FoundHeld, "证照有效，是这个单位的，有效期到 %s。", day(l.Last()))
}

// suspendedOnly is the setting with which nothing but a suspended licence will
// do.
const suspendedOnly = "only"

func day(t time.Time) string { return t.In(form.Shanghai).Format(time.DateOnly) }

// compare holds the number against what is on record, for the reviewer.
func (g grant) compare(l Licence) []casework.Comparison {
	expected := Valid
	if g.call.With["suspended"] == suspendedOnly {
		expected = Suspended
	}
	var rows []casework.Comparison
	if f, answer, ok := g.field(g.call.With["licence"]); ok {
		given, _ := answer.(string)
		id := f.ID
		if g.record != nil {
			id = g.record.field.ID
		}
		rows = append(rows, casework.Comparison{Field: id, Label: f.Label, Given: given, Known: l.Number, Same: cn.Code(given) == l.Number})
	}
	return append(rows, casework.Comparison{Label: "证照状态", Known: l.Status.Label(), Same: l.Status == expected, Words: true})
}

// window is when a licence can be renewed: from first down to last days or
// working days before its end.
type window struct {
	first, last int
	workdays    bool
}

// What is said outside a window.
const (
	earlyDays     = "还没有到办理延续的时间。证照有效期到 %s，有效期满前 %d 天到 %d 天办理。"
	earlyWorkdays = "还没有到办理延续的时间。证照有效期到 %s，有效期满前 %d 个到 %d 个工作日办理。"
	lateDays      = "已经过了办理延续的时间。证照有效期到 %s，要在有效期满 %d 天前办理。有效期满还没有准予延续的，期满后不能再从事许可的活动。"
	lateWorkdays  = "已经过了办理延续的时间。证照有效期到 %s，要在有效期满 %d 个工作日前办理。有效期满还没有准予延续的，期满后不能再从事许可的活动。"
)

var windowForm = regexp.MustCompile(`^(\d{1,3})\.\.(\d{1,3}) (days|workdays)$`)

func windowOf(s string) (window, bool) {
	m := windowForm.FindStringSubmatch(s)
	if m == nil {
		return window{}, false
	}
	first, _ := strconv.Atoi(m[1])
	last, _ := strconv.Atoi(m[2])
	return window{first, last, m[3] == "workdays"}, first > last
}

// Season is how a day stands to the time in which a licence can be renewed.
type Season string

// Seasons.
const (
	SeasonEarly     Season = "early"
	SeasonOpen      Season = "open"
	SeasonLate      Season = "late"
	SeasonUncounted Season = "uncounted" // it depends on a year that the calendar lacks
	SeasonNone      Season = ""          // the item does not say, or the licence has no end
)

// season tells it of a day. Days of which the calendar does not know whether
// they are worked are counted both ways: where both ways say the same, it needs
// no guess, and otherwise it is not made.
func (r *Room) season(w window, at time.Time, l Licence) Season {
	days := int(midnight(l.Last()).Sub(midnight(at)) / (24 * time.Hour))
	least, most := days, days
	if w.workdays && r.Workdays != nil {
		known, unknown := r.Workdays(at, l.Last())
		least, most = known, known+unknown
		if days > 3*w.first+30 { // no calendar has so many days off
			least = most
		}
	}
	switch {
	case least > w.first:
		return SeasonEarly
	case most < w.last:
		return SeasonLate
	case most <= w.first && least >= w.last:
		return SeasonOpen
	}
	return SeasonUncounted
}

// Window tells whether a licence can be renewed now, by the setting window of an
// item's check.
func (r *Room) Window(setting string, l Licence) Season {
	w, ok := windowOf(setting)
	if !ok || l.Until.IsZero() {
		return SeasonNone
	}
	return r.season(w, r.Now(), l)
}
