package story

import (
	"fmt"
	"slices"
	"time"

	"wangban/internal/casework"
	"wangban/internal/form"
	"wangban/internal/item"
)

// withWork reads what only the acts of staff bring along.
func (t *telling) withWork(in *casework.Input, name string, value any) (p *item.Problem) {
	switch name {
	case "officers":
		in.Data.Officers, p = t.texts(name, value)
	case "unit":
		in.Data.Unit = fmt.Sprint(value)
	case "units":
		in.Data.Units, p = t.texts(name, value)
	case "question":
		in.Data.Text = fmt.Sprint(value)
	case "consult":
		in.Data.Consult = t.consulted(fmt.Sprint(value))
	case "agree":
		agree, ok := value.(bool)
		if !ok {
			return t.fail("%s 要写成 true 或 false。", "同意写 true，不同意写 false。", name)
		}
		in.Data.Agree = agree
	case "at":
		at, err := time.ParseInLocation("2006-01-02 15:04", fmt.Sprint(value), form.Shanghai)
		if err != nil {
			return t.fail("预约的时间看不懂：“%s”。", "写成 2020-09-07 09:00。", fmt.Sprint(value))
		}
		in.Data.At = at
	case "sheet":
		in.Data.Sheet, p = t.sheet(value)
	case "for":
		in.Data.For = fmt.Sprint(value)
	case "marked":
		in.Data.Judgements, p = t.marked(value)
	default:
		p = t.fail("例子里不认识“%s”。", "这里可以写：%[2]s。", name, details)
	}
	return p
}

// consulted finds the last question to a unit; what names no unit is none's
// number.
func (t *telling) consulted(unit string) int {
	for _, c := range slices.Backward(t.state.Consults) {
		if c.Unit == unit {
			return c.N
		}
	}
	return 0
}

// meant fills in what goes without saying: a unit answers what it was asked.
func (t *telling) meant(in *casework.Input, act item.Act) {
	if act.Does == item.Answer && in.Data.Consult == 0 {
		in.Data.Consult = t.consulted(in.Actor.Unit)
	}
}

func (t *telling) sheet(value any) (form.Values, *item.Problem) {
	given, ok := value.(map[string]any)
	if !ok {
		return nil, t.fail("%s 要写成一组“字段: 内容”。", "字段在 sheets 文件夹里。", "sheet")
	}
	out, err := t.it.Typed(given, sample)
	if err != nil {
		return nil, t.fail("答案用不上：%s。", "对照 sheets 文件夹里的表改正。", err.Error())
	}
	return out, nil
}

// marked are answers found wrong, each with what to do about it.
func (t *telling) marked(value any) (map[string]casework.Judgement, *item.Problem) {
	notes, ok := value.(map[string]any)
	if !ok {
		return nil, t.fail("%s 要写成一组“字段: 内容”。", "例如 marked: {site.address: 写到门牌号}。", "marked")
	}
	out := map[string]casework.Judgement{}
	for id, note := range notes {
		out[id] = casework.Judgement{Note: fmt.Sprint(note)}
	}
	return out, nil
}

// officers are the members of staff that an act names, as the door would find
// them: those whose role the item knows.
func (t *telling) officers(in casework.Input) map[string]casework.Actor {
	out := map[string]casework.Actor{}
	for _, who := range in.Data.Officers {
		if staff(t.it, who) {
			out[who] = officer(t.it, who)
		}
	}
	return out
}

// compareWork holds limits and the work of staff against what the story says.
func (t *telling) compareWork(want *item.Expect) *item.Problem {
	s := t.state
	visit, _ := s.Booked()
	light := string(casework.DeadlineOf(t.it, s).Light(t.now))
	if light == "" {
		light = "none"
	}
	for _, c := range []struct {
		what string
		want *time.Time
		got  time.Time
	}{
		{"承诺期限", want.Clock, s.ClockDue}, {"法定期限", want.Statutory, s.ClockStatutory}, {"预约的核查时间", want.Visit, visit.At},
	} {
		if c.want != nil && !c.want.Equal(c.got) {
			return t.differs(c.what, moment(*c.want), moment(c.got))
		}
	}
	for _, c := range []struct{ what, want, got string }{
		{"灯", want.Light, light}, {"承办单位", want.Unit, s.Unit}, {"承办人", want.Holder, holder(s)},
	} {
		if c.want != "" && c.want != c.got {
			return t.differs(c.what, c.want, c.got)
		}
	}
	for _, c := range []struct {
		what      string
		want, got []string
	}{
		{"等待答复的单位", want.Consults, asked(s)}, {"核查人员", want.Officers, names(visit.Officers)}, {"要制作的文书", want.Papers, t.papers},
		{"可以补正的内容", want.Correctable, t.correctable()}, {"填过的表", want.Sheets, filled(s)},
	} {
		if c.want != nil && !equalSets(c.want, c.got) {
			return t.differs(c.what, list(c.want), list(c.got))
		}
	}
	return nil
}

func holder(s casework.State) string {
	if s.Holder == nil {
		return "none"
	}
	return s.Holder.ID
}

func asked(s casework.State) (units []string) {
	for _, c := range s.Consults {
		if c.Open() {
			units = append(units, c.Unit)
		}
	}
	return units
}

func names(officers []casework.Officer) (ids []string) {
	for _, o := range officers {
		ids = append(ids, o.ID)
	}
	return ids
}

func filled(s casework.State) (names []string) {
	for name := range s.Sheets {
		names = append(names, name)
	}
	return names
}

// correctable are the answered questions whose answer can be changed now.
func (t *telling) correctable() (ids []string) {
	stage, _ := t.it.Flow.Stage(t.state.Stage)
	for _, page := range t.it.Form.Shown(t.state.Values) {
		for _, f := range page.Fields {
			if stage.Edit && form.Answered(t.state.Values[f.ID]) && (!stage.Marked || casework.Correctable(t.it, t.state, f.ID)) {
				ids = append(ids, f.ID)
			}
		}
	}
	return ids
}
