package item

import "time"

// least is the shortest time a limit can turn out to be: a workday lasts a
// day at least, its halves and hours what they are, months those around
// February.
func least(l Limit) time.Duration {
	switch l.Unit {
	case Workdays:
		return time.Duration(l.N) * 24 * time.Hour
	case HalfDays:
		return time.Duration(l.N) * 12 * time.Hour
	case WorkHours:
		return time.Duration(l.N) * time.Hour
	case Months:
		return time.Duration(l.N/12*365+fewestDays[l.N%12]) * 24 * time.Hour
	}
	return l.Span()
}

// fewestDays are the fewest days that months one after the other can have.
var fewestDays = [12]int{0, 28, 59, 89, 120, 150, 181, 212, 242, 273, 303, 334}

// limits reports limits that cannot all be kept: a stage may take longer than
// the case's clock, the clock longer than the promise, the promise longer than
// the law.
func (c *check) limits() {
	clock, guide := c.it.Flow.Clock, c.it.Guide
	var sum time.Duration
	for _, name := range clock.Runs {
		s, _ := c.it.Flow.Stage(name)
		sum += least(s.Within)
		if clock.Limit.N > 0 && least(s.Within) > least(clock.Limit) {
			c.wrong(inFile("flow", "stages", name, "within"), "阶段“%s”的时限比整件的时限还长。", "缩短 within:，或者放宽 clock 的 limit:。", name)
		}
	}
	at := inFile("flow", "clock", "limit")
	switch {
	case clock.Limit.N > 0 && len(clock.Runs) == 0:
		c.wrong(at, "没有写在哪些阶段计时。", "写 runs:。")
	case clock.Limit.N > 0 && sum > least(clock.Limit):
		c.doubt(at, "各阶段的时限加起来比整件的时限还长。", "缩短各阶段的 within:，或者放宽 limit:。")
	case clock.Limit.N > 0 && guide.Promised.N > 0 && least(clock.Limit) > least(guide.Promised.Limit):
		c.wrong(at, "流程的时限比办事指南承诺的还长。", "改成和 item.yaml 的 promised: 一样。")
	case clock.Limit.N > 0 && guide.Promised.N > 0 && clock.Limit != guide.Promised.Limit:
		c.doubt(at, "流程的时限和办事指南承诺的不一样。", "改成和 item.yaml 的 promised: 一样。")
	case clock.Limit.N == 0 && guide.Promised.N > 0:
		c.doubt(inFile("item", "promised"), "办事指南承诺了时限，流程却没有计时。", "在 flow.yaml 里写 clock:。")
	}
	for i, l := range clock.Longer {
		at := inFile("flow", "clock", "longer", i)
		switch {
		case l.When.Empty() || l.Limit.N == 0:
			c.wrong(at, "没有写什么情况用多长的时限。", "写 when: 和 limit:。")
		case l.Limit.Unit != clock.Limit.Unit || l.Limit.N <= clock.Limit.N:
			c.wrong(at.under("limit"), "这里的时限不比一般的长，或者单位不同。", "用和 clock 的 limit: 一样的单位，写得比它长。")
		case guide.Statutory.N > 0 && least(l.Limit) > least(guide.Statutory.Limit):
			c.wrong(at.under("limit"), "这里的时限比法定时限还长。", "不能超过 item.yaml 的 statutory:。")
		}
	}
	promise := inFile("item", "promised")
	switch {
	case guide.Statutory.N > 0 && guide.Promised.N > 0 && least(guide.Promised.Limit) > least(guide.Statutory.Limit):
		c.wrong(promise, "承诺的时限比法定时限还长。", "承诺时限不能超过法定时限。")
	case guide.Handling == "即办件" && least(guide.Promised.Limit) > 24*time.Hour:
		c.wrong(promise, "即办件当天办结，承诺的时限太长。", "改成 1 workday，或者把 handling: 改成 承诺件。")
	case guide.Promised.N == 0 && guide.Promised.Note == "":
		c.doubt(promise, "没有写承诺办结时限。", "写 promised:，例如 1 workday；没有的写明原因。")
	}
	if guide.Statutory.N == 0 && guide.Statutory.Note == "" {
		c.doubt(inFile("item", "statutory"), "没有写法定办结时限。", "写 statutory:；法律没有规定的，用 note: 写明。")
	}
}
