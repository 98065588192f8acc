package workday

import "fmt"

// Explain tells how the end of a limit came about, a line a period, in Chinese
// or English.
func (d Due) Explain(english bool) []string {
	var lines []string
	for _, p := range d.Periods {
		lines = append(lines, p.text(d.Limit.Unit, english))
	}
	if d.Provisional {
		lines = append(lines, either(english, "The notice on the days off of a year counted here is not out yet; the date may move.", "其中一年的放假安排还没有公布，日期可能变动。"))
	}
	return lines
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
