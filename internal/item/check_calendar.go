package item

import (
	"errors"

	"wangban/internal/workday"
)

// counted is a limit where it is written.
type counted struct {
	at    spot
	limit Limit
}

// calendar reports an item whose limits reach into a year that the workday
// calendar lacks: whoever does what sets the limit will be refused. One is
// named, the longest: with its years in, all are.
func (c *check) calendar() {
	if c.o.Count == nil {
		return
	}
	var longest counted
	var lacks workday.NoYear
	for _, l := range append(c.limitsWritten(), c.counted...) {
		var year workday.NoYear
		if errors.As(c.o.Count(l.limit), &year) && (lacks.Year == 0 || least(l.limit) > least(longest.limit)) {
			longest, lacks = l, year
		}
	}
	if lacks.Year > 0 {
		c.doubt(longest.at, "从今天算起，%[1]d %[2]s 的时限要用到 %[3]d 年的工作日历，现在没有。这一年的放假安排不补上，要算期限的操作会被拒绝。",
			"按国务院办公厅的放假通知写好 %[3]d 年，放进 WANGBAN_CALENDAR 指的文件，再启动。", longest.limit.N, Name(unitNames[longest.limit.Unit]), lacks.Year)
	}
}

// unitNames are units that only a calendar can count, as people read them.
var unitNames = map[Unit]string{Workdays: "个工作日", HalfDays: "个半天", Months: "个月", WorkHours: "个工作小时"}

// limitsWritten are the limits that cases can come to be counted by, as long as
// they can become.
func (c *check) limitsWritten() (all []counted) {
	add := func(at spot, l Limit) { all = append(all, counted{at, l}) }
	clock := c.it.Flow.Clock
	longest := clock.Limit
	add(inFile("flow", "clock", "limit"), clock.Limit)
	for i, l := range clock.Longer {
		add(inFile("flow", "clock", "longer", i, "limit"), l.Limit)
		if least(l.Limit) > least(longest) {
			longest = l.Limit
		}
	}
	for _, s := range c.it.Flow.Stages {
		add(inFile("flow", "stages", s.Name, "within"), s.Within)
	}
	for _, a := range actsOf(c.it) {
		add(a.at.under("within"), a.Within)
		if a.Extends.N > 0 && a.Extends.Unit == longest.Unit {
			add(a.at.under("extends"), Limit{N: longest.N + a.Extends.N, Unit: longest.Unit})
		}
	}
	return all
}
