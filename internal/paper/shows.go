package paper

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"wangban/internal/casework"
	"wangban/internal/form"
	"wangban/internal/item"
)

// Names are what layouts can show of a document of an act, beside the case.
// What an act has nothing of is empty; `when: paper.text != ""` leaves it out.
//
//	number, title, date  文号, what it is called, the day of the act
//	office, unit         the administration, and its unit that handles the case
//	addressee            the case's title, or who applied
//	item, item_no, act   the item, the case's number, what was done
//	reasons, text        why, a line each with what to do; the officer's words
//	fields               what was marked wrong in the answers, a line each
//	applied, accepted    the day of the last submission, and from which the limit runs
//	due, statutory       ends of the promised and the legal limit as they now are
//	limit, longer        the case's own limit, and by how much it was extended
//	until                end of the stage that the act leads to
//	licence, ended       numbers of the licence issued, and of the one ended
//	basis                the item's legal basis, as titles with articles
//	remedy               how the decision can be challenged
func Names() []string {
	names := []string{}
	for _, name := range shown {
		names = append(names, "paper."+name)
	}
	return names
}

var shown = []string{"number", "title", "date", "office", "unit", "addressee", "item", "item_no", "act", "reasons", "text", "fields", "applied", "accepted",
	"due", "statutory", "limit", "longer", "until", "licence", "ended", "basis", "remedy"}

// shows are the values of Names.
func (r *Room) shows(p Paper, it *item.Item, s casework.State, e casework.Event) map[string]any {
	office := r.Office()
	house := r.House()
	v := map[string]any{
		"number": p.Number, "title": p.Title, "date": day(e.At), "office": office.Name, "unit": house.Units[s.Unit], "remedy": office.Remedy,
		"addressee": addressee(house, it, s), "item": it.Guide.Title, "item_no": s.Number, "act": actLabel(it, e),
		"reasons": "", "text": e.Data.Reason, "fields": "", "applied": "", "accepted": day(s.ClockStart), "due": day(s.ClockDue), "statutory": day(s.ClockStatutory),
		"limit": limit(casework.ClockLimit(house, it, s)), "longer": "", "until": "", "licence": s.Results["licence"], "ended": s.Results["licence_ended"], "basis": basis(it, e.At),
	}
	if s.Submitted != nil {
		v["applied"] = day(s.Submitted.At)
	}
	if !e.Data.Due.IsZero() {
		v["until"] = day(e.Data.Due)
	}
	switch d := e.Data; {
	case d.Return != nil:
		v["reasons"], v["fields"] = reasons(it, d.Return.Reasons), fields(it, d.Return.Fields)
	case d.Pause != nil:
		v["reasons"], v["text"] = reasons(it, []string{d.Pause.Reason}), d.Pause.Text
	case d.Extension != nil:
		v["reasons"], v["text"], v["longer"] = reasons(it, []string{d.Extension.Reason}), d.Extension.Text, limit(d.Extension.Limit)
	}
	return v
}

func day(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.In(form.Shanghai).Format("2006年1月2日")
}

func addressee(house casework.House, it *item.Item, s casework.State) string {
	if title, _ := s.Values[it.Flow.Title].(string); title != "" {
		return title
	}
	party, _ := casework.PartyOf(it, casework.Env(house, it, s), "applicant")
	name, _ := s.Values[party.PersonName].(string)
	return name
}

func actLabel(it *item.Item, e casework.Event) string {
	stage, _ := it.Flow.Stage(e.From)
	if a, ok := stage.Act(e.Act); ok {
		return a.Label
	}
	switch { // what happened without anybody acting
	case e.Act == casework.ActLapse && stage.Lapse != nil:
		return stage.Lapse.Label
	case e.Act == casework.ActIdle && stage.Idle != nil:
		return stage.Idle.Label
	}
	a, _ := it.Flow.HouseAct(e.Act)
	return a.Label
}

// reasons are catalogue entries, numbered as documents do when there are more.
func reasons(it *item.Item, codes []string) string {
	var lines []string
	for _, catalogue := range it.Flow.Reasons {
		for _, reason := range catalogue {
			if reason.Code == "OTHER" || !slices.Contains(codes, reason.Code) {
				continue
			}
			line := reason.Label
			if reason.Advice != "" {
				line += "：" + reason.Advice
			}
			lines = append(lines, line+"。")
		}
	}
	return numberedLines(lines)
}

// fields are the answers that were marked wrong, in the order of the form.
func fields(it *item.Item, wrong map[string]casework.Judgement) string {
	var lines []string
	for _, page := range it.Form.Pages {
		for _, f := range page.Fields {
			j, ok := wrong[f.ID]
			if !ok || j.Right {
				continue
			}
			line := f.Label
			said := []string{}
			for _, catalogue := range it.Flow.Reasons {
				for _, reason := range catalogue {
					if reason.Code == j.Reason && reason.Code != "OTHER" {
						said = append(said, reason.Label)
					}
				}
			}
			if j.Note != "" {
				said = append(said, j.Note)
			}
			if len(said) > 0 {
				line += "：" + strings.Join(said, "，")
			}
			lines = append(lines, line+"。")
		}
	}
	return numberedLines(lines)
}

var chineseDigits = []string{"一", "二", "三", "四", "五", "六", "七", "八", "九", "十"}

func numberedLines(lines []string) string {
	if len(lines) > 1 {
		for i := range lines {
			n := fmt.Sprint(i + 1)
			if i < len(chineseDigits) {
				n = chineseDigits[i]
			}
			lines[i] = "（" + n + "）" + lines[i]
		}
	}
	return strings.Join(lines, "\n")
}

var units = map[item.Unit]string{item.Minutes: "分钟", item.Hours: "小时", item.Days: "日", item.Months: "个月", item.Workdays: "个工作日", item.HalfDays: "个半天", item.WorkHours: "个工作小时"}

func limit(l item.Limit) string {
	if l.N == 0 {
		return ""
	}
	return fmt.Sprintf("%d%s", l.N, units[l.Unit])
}

// basis are the laws in force when the act was done.
func basis(it *item.Item, at time.Time) string {
	var laws []string
	for _, b := range it.Guide.Basis {
		if b.Covers(at) {
			title, _, _ := strings.Cut(strings.Trim(b.Title, "《》"), "（") // without the number of its order
			laws = append(laws, "《"+title+"》"+b.Article)
		}
	}
	return strings.Join(laws, "、")
}
