package workday

import "fmt"

// Explain tells how the end of a limit came about, a line a period, in Chinese
// or English.
func (d Due) Explain(english bool) []string {
	var lines []string
	for i, p := range d.Periods {
		lines = append(lines, p.text(d.Limit.Unit, english))
		if i == 0 && d.Limit.Unit == Months {
			lines = append(lines, d.months(english))
		}
	}
	if d.Provisional {
		lines = append(lines, either(english, "The notice on the days off of a year counted here is not out yet; the date may move.", "其中一年的放假安排还没有公布，日期可能变动。"))
	}
	return lines
}

// months tells how many days the limit's months are, from where it starts.
func (d Due) months(english bool) string {
	day := midnight(d.Start)
	n := min(d.Limit.N, MostMonths)
	end, days := corresponding(day, n), span(day, n)
	if english {
		return fmt.Sprintf("%d months end with %s: %d days", n, end.Format("2 Jan 2006"), days)
	}
	return fmt.Sprintf("%d 个月到 %s为止，共 %d 天", n, end.Format("2006年1月2日"), days)
}

func either(english bool, en, zh string) string {
	if english {
		return en
	}
	return zh
}

func (p Period) text(u Unit, english bool) string {
	when := p.when(english)
	switch p.Why {
	case Started:
		return either(english, when+": the start is not counted", when+"起算，当天不计")
	case Natural:
		if p.Counted == 1 {
			return either(english, fmt.Sprintf("%s: day %d", when, p.Sum), fmt.Sprintf("%s第 %d 天", when, p.Sum))
		}
		return either(english, fmt.Sprintf("%s: days %d to %d", when, p.Sum-p.Counted+1, p.Sum), fmt.Sprintf("%s第 %d 到第 %d 天", when, p.Sum-p.Counted+1, p.Sum))
	}
	if u == Months {
		if text, ok := p.rolled(when, english); ok {
			return text
		}
	}
	switch p.Why {
	case Weekend:
		return either(english, when+": weekend, not counted", when+"周末，不计")
	case Holiday:
		return either(english, when+": public holiday, not counted", when+p.Holiday+"放假，不计")
	case Paused:
		if english {
			return when + ": paused, not counted (" + p.Note + ")"
		}
		return when + "暂停，不计（" + p.Note + "）"
	case Running:
		return either(english, when+": time runs", when+"连续计时")
	}
	what := [2]string{"workday", "个工作日"}
	if u == HalfDays {
		what = [2]string{"half day", "个半天"}
	}
	makeUp := [2]string{}
	if p.Why == MakeUp {
		makeUp = [2]string{" (make-up workday)", "（调休上班）"}
	}
	if p.Counted == 1 {
		return either(english, fmt.Sprintf("%s%s: %s %d", when, makeUp[0], what[0], p.Sum), fmt.Sprintf("%s%s第 %d %s", when, makeUp[1], p.Sum, what[1]))
	}
	return either(english, fmt.Sprintf("%s%s: %ss %d to %d", when, makeUp[0], what[0], p.Sum-p.Counted+1, p.Sum),
		fmt.Sprintf("%s%s第 %d 到第 %d %s", when, makeUp[1], p.Sum-p.Counted+1, p.Sum, what[1]))
}

// rolled tells of the days that a limit in months moves over, because its last
// day was a day off, and of the workday that ends it.
func (p Period) rolled(when string, english bool) (string, bool) {
	switch p.Why {
	case Weekend:
		return either(english, when+": weekend, the end moves on", when+"周末，期满日顺延"), true
	case Holiday:
		return either(english, when+": public holiday, the end moves on", when+p.Holiday+"放假，期满日顺延"), true
	case MakeUp:
		return either(english, when+" (make-up workday): the last day", when+"（调休上班）是最后一天"), true
	case Ordinary:
		return either(english, when+": the last day", when+"是最后一天"), true
	}
	return "", false
}

// when names the days of a period, or its instants.
func (p Period) when(english bool) string {
	layout, to := either(english, "2 Jan", "1月2日"), either(english, " to ", "至")
	instants := p.Why == Running || !p.From.Equal(midnight(p.From)) || !p.To.Equal(midnight(p.To))
	if instants {
		layout += " 15:04"
	}
	from, until := p.From.In(Shanghai).Format(layout), p.To.In(Shanghai).Format(layout)
	if p.To.Year() != p.From.Year() {
		layout = either(english, "2 Jan 2006", "2006年1月2日")
		from, until = p.From.In(Shanghai).Format(layout), p.To.In(Shanghai).Format(layout)
	}
	if p.Why == Paused && instants && p.From.Equal(p.To) { // it still lasts
		return either(english, "from "+from, from+"起")
	}
	if from == until {
		return from
	}
	return from + to + until
}
