package item

import (
	"slices"
	"strings"

	"wangban/internal/form"
)

// work looks at what acts do beside leading on.
func (c *check) work() {
	for _, h := range c.it.Flow.across {
		at := inFile("flow", "across", h.Name, "from")
		if len(h.From) == 0 {
			c.wrong(at, "没有写在哪些阶段可以“%s”。", "写 from: 和阶段的名字。", h.Name)
		}
		for _, from := range h.From {
			if s, _ := c.it.Flow.Stage(from); c.known(at, "阶段", from, c.stageNames()) && s.End != "" {
				c.wrong(at, "阶段“%s”已经结束，不会再有动作。", "从 from 里删去它。", from)
			}
		}
	}
	for _, a := range actsOf(c.it) {
		c.fitting(a)
		c.verb(a)
		c.others(a)
		c.returning(a)
	}
	for _, s := range c.it.Flow.Stages {
		at := inFile("flow", "stages", s.Name)
		for key, m := range moves(s) {
			for _, name := range m.Papers {
				c.known(at.under(key, "papers"), "文件模板", name, documentNames(c.it))
			}
			if m.Backdate && (key != "lapse" || !slices.Contains(c.it.Flow.Clock.Runs, m.To) || slices.Contains(c.it.Flow.Clock.Runs, s.Name)) {
				c.wrong(at.under(key, "backdate"), "从这里不会开始计时，backdate: 用不上。", "只在 lapse: 里写，并且 to: 是开始计时的阶段。")
			}
		}
		if s.Marked && !slices.ContainsFunc(actsOf(c.it), func(a placedAct) bool { return a.Does == Correct && c.leads(a, s.Name) }) {
			c.wrong(at.under("edit"), "没有动作要求补正，阶段“%s”里没有内容可以改。", "在要求补正的动作里写 does: correct，to: 这个阶段；或者写 edit: true。", s.Name)
		}
	}
	c.sheets()
}

// fitting reports keys that say nothing of an act that does something else.
func (c *check) fitting(a placedAct) {
	for _, k := range []struct {
		key     string
		written bool
		only    Verb
	}{
		{"within", a.Within.N > 0, Consult}, {"remind", a.Remind.N > 0, Consult}, {"extends", a.Extends.N > 0, Extend}, {"officers", a.Officers > 0, Appoint},
	} {
		if k.written && a.Does != k.only {
			c.wrong(a.at.under(k.key), "只有 does: %s 的动作才能写 %s。", "删去，或者改 does:。", string(k.only), k.key)
		}
	}
	if a.Reason != "" && a.Does != "" && !slices.Contains([]Verb{Correct, Pause, Extend}, a.Does) {
		c.wrong(a.at.under("reason"), "“%s”的理由用文字写，用不上原因清单。", "删去 reason:。", a.Name)
	}
	for _, name := range a.Papers {
		c.known(a.at.under("papers"), "文件模板", name, documentNames(c.it))
	}
	c.known(a.at.under("sheet"), "工作人员填的表", a.Sheet, sortedNames(c.it.Sheets))
}

// others are the acts that an act must not be done by the same person as.
func (c *check) others(a placedAct) {
	for _, name := range a.Differs {
		if !c.known(a.at.under("differs"), "动作", name, c.it.Flow.ownActNames()) {
			continue
		}
		if !slices.ContainsFunc(actsOf(c.it), func(b placedAct) bool { return b.Name == name && c.byStaff(b) }) {
			c.wrong(a.at.under("differs"), "“%s”不是工作人员办的，不用另一个人。", "从 differs: 里删去它。", name)
		}
	}
}

// performers are the roles that may do an act.
func (c *check) performers(a placedAct) []string {
	if s, _ := c.it.Flow.Stage(a.stage); len(a.By) == 0 && s.By != "" {
		return []string{s.By}
	}
	return a.By
}

func (c *check) byStaff(a placedAct) bool {
	by := c.performers(a)
	return len(by) > 0 && !slices.ContainsFunc(by, func(role string) bool { return role != RoleConsulted && slices.Contains(roleNames, role) })
}

// leads tells whether an act can lead to a stage.
func (c *check) leads(a placedAct, stage string) bool {
	return slices.ContainsFunc(a.To, func(r Route) bool { return r.Stage == stage })
}

// verb looks at what a verb needs.
func (c *check) verb(a placedAct) {
	if a.Does == "" && a.Sheet == "" && len(a.Differs) == 0 {
		return
	}
	if !c.byStaff(a) {
		c.wrong(a.at.under("by"), "“%s”由工作人员办。", "by: 里只写岗位，例如 reviewer。", a.Name)
	}
	switch a.Does {
	case Assign:
		c.assigning(a)
	case Consult:
		c.consulting(a)
	case Answer:
		if !slices.Contains(c.performers(a), RoleConsulted) {
			c.wrong(a.at.under("by"), "“%s”由被征求意见的单位办。", "写 by: [consulted]。", a.Name)
		}
		c.paired(a, Consult, "没有动作征求意见，“%s”用不上。", "加一个 does: consult 的动作，或者删去。")
	case Recall:
		c.paired(a, Consult, "没有动作征求意见，“%s”用不上。", "加一个 does: consult 的动作，或者删去。")
	case Appoint:
		if a.Officers < 2 {
			c.doubt(a.at.under("officers"), "现场核查要两名以上工作人员（行政许可法第三十四条）。", "写 officers: 2。")
		}
		c.paired(a, Visit, "预约了核查，却没有动作登记结果。", "加一个 does: visit 的动作。")
	case Visit:
		if a.Sheet == "" {
			c.doubt(a.at, "“%s”没有记录核查结果的表。", "写 sheet: 和 sheets 文件夹里的表。", a.Name)
		}
		c.paired(a, Appoint, "没有动作预约核查，“%s”办不成。", "加一个 does: appoint 的动作，写 officers: 2。")
	case Pause, Resume, Extend:
		c.timing(a)
	case Correct:
		c.correcting(a)
	}
}

// paired asks that another verb is there somewhere in the flow.
func (c *check) paired(a placedAct, other Verb, text, suggestion string) {
	if !slices.ContainsFunc(actsOf(c.it), func(b placedAct) bool { return b.Does == other }) {
		c.wrong(a.at.under("does"), text, suggestion, a.Name)
	}
}

// afterwards are the stages in which a case can be right after an act.
func (c *check) afterwards(a placedAct) []string {
	var out []string
	for _, r := range a.To {
		out = append(out, r.Stage)
	}
	if len(out) == 0 {
		out = []string{a.stage}
	}
	return out
}

// followed asks that each stage after an act has one that does something else.
func (c *check) followed(a placedAct, by Verb, text, suggestion string) {
	for _, name := range c.afterwards(a) {
		s, ok := c.it.Flow.Stage(name)
		if ok && !slices.ContainsFunc(s.Acts, func(b Act) bool { return b.Does == by }) {
			c.wrong(a.at.under("does"), text, suggestion, name)
		}
	}
}

func (c *check) assigning(a placedAct) {
	for _, name := range c.afterwards(a) {
		if s, ok := c.it.Flow.Stage(name); ok && !s.Held {
			c.doubt(a.at.under("does"), "阶段“%s”谁都能办，分派给一个人没有用。", "在这个阶段写 held: true，或者让 to: 指向有 held: true 的阶段。", name)
		}
	}
}

func (c *check) consulting(a placedAct) {
	switch {
	case a.Within.N == 0:
		c.wrong(a.at.under("within"), "没有写对方多久答复。", "写 within:，例如 5 workdays。")
	case a.Remind.N > 0 && (least(a.Remind) >= least(a.Within) || a.Remind.Span() == 0 && a.Remind.Unit != a.Within.Unit):
		c.wrong(a.at.under("remind"), "催办的时间算不出来，或者在开始之前。", "remind: 要比 within: 短，单位相同，或者写 hours、days。")
	}
	c.followed(a, Answer, "征求了意见，在阶段“%s”却没有办法答复。", "在这个阶段加一个 does: answer、by: [consulted] 的动作，或者写在 across: 里。")
}

// timing looks at acts on the case's own limit.
func (c *check) timing(a placedAct) {
	clock := c.it.Flow.Clock
	switch {
	case clock.Limit.N == 0:
		c.wrong(a.at.under("does"), "这个事项没有计时，“%s”用不上。", "写 clock:，或者删去这个动作。", a.Name)
		return
	case !slices.Contains(clock.Runs, a.stage):
		c.wrong(a.at.under("does"), "阶段“%[2]s”不计时，“%[1]s”用不上。", "在 clock 的 runs: 里加上这个阶段，或者从 from: 里删去它。", a.Name, a.stage)
	}
	switch a.Does {
	case Pause:
		c.followed(a, Resume, "暂停了计时，在阶段“%s”却没有办法恢复。", "在这个阶段加一个 does: resume 的动作，或者写在 across: 里。")
	case Resume:
		c.paired(a, Pause, "没有动作暂停计时，“%s”用不上。", "加一个 does: pause 的动作，或者删去。")
		return
	case Extend:
		if law := c.it.Guide.Statutory.Limit; a.Extends.N == 0 {
			c.wrong(a.at.under("extends"), "没有写延长多久。", "写 extends:，例如 10 workdays。")
		} else if a.Extends.Unit != clock.Limit.Unit || law.N > 0 && a.Extends.Unit != law.Unit {
			c.wrong(a.at.under("extends"), "延长的单位和时限的单位不一样，加不上去。", "和 clock 的 limit:、item.yaml 的 statutory: 用同一个单位。")
		}
	}
	if a.Reason == "" || !a.Required {
		c.wrong(a.at, "“%s”要写明原因。", "写 reason: 和清单的名字，再写 required: true。", a.Name)
	}
}

func (c *check) correcting(a placedAct) {
	if !slices.ContainsFunc(c.afterwards(a), func(name string) bool { s, _ := c.it.Flow.Stage(name); return s.Marked && name != a.stage }) {
		c.wrong(a.at.under("to"), "要求补正以后，申请人没有地方改。", "让 to: 指向写了 edit: marked 的阶段。")
	}
	if a.Reason == "" || !a.Required {
		c.wrong(a.at, "“%s”要写明原因。", "写 reason: 和清单的名字，再写 required: true。", a.Name)
	}
	if a.Times > 1 {
		c.doubt(a.at.under("times"), "补正只能告知一次，要改的一次说全（行政许可法第三十二条）。", "删去 times:。")
	}
	if c.it.Flow.Profile == "registration" {
		c.doubt(a.at.under("does"), "登记类的补正是退回后重新提交，不在原件上补。", "改成退回的动作，或者写 profile: licence。")
	}
}

// returning finds acts that give the application for a licence back to be
// changed and are no correction: nothing would keep them to one. 行政许可法 32
// speaks of licences (行政许可) only; filings may go to and fro.
func (c *check) returning(a placedAct) {
	if c.it.Guide.Kind != "行政许可" || c.it.Flow.Profile != "licence" || a.Does == Correct || !c.byStaff(a) {
		return
	}
	for _, name := range c.afterwards(a) {
		if s, ok := c.it.Flow.Stage(name); ok && s.Edit && s.By == "applicant" {
			c.doubt(a.at.under("to"), "“%s”让申请人再改申请，却不算补正告知，可以一退再退；要补正的内容只能告知一次（行政许可法第三十二条）。", "写 does: correct，让 to: 指向写了 edit: marked 的阶段。", a.Name)
			return
		}
	}
}

// sheets are held to the rules of a page of the form.
func (c *check) sheets() {
	used, taken := map[string]bool{}, map[string]string{}
	for _, a := range actsOf(c.it) {
		used[a.Sheet] = true
	}
	for _, name := range sortedNames(c.it.Sheets) {
		s, file := c.it.Sheets[name], "sheets/"+name
		at := inFile(file)
		switch {
		case !used[name]:
			c.doubt(at, "表“%s”没有动作在用。", "在动作里写 sheet:，或者删去。", name)
		case s.Title == "":
			c.wrong(at, "这张表没有标题。", "写 title:。")
		case len(s.Fields) == 0:
			c.wrong(at, "这一页什么也没有问。", "写上 fields:，或者删去这一页。")
		}
		for _, f := range s.Fields {
			c.sheetField(inFile(file, "fields", f.ID), f, taken, name)
		}
	}
}

func (c *check) sheetField(at spot, f form.Field, taken map[string]string, sheet string) {
	root, _, dotted := strings.Cut(f.ID, ".")
	_, inForm := c.it.Form.Field(f.ID)
	switch {
	case inForm:
		c.wrong(at, "“%s”在表单里已经有了。", "给表里的这一项换个名字，例如 %[2]s。", f.ID, "onsite."+f.ID[strings.LastIndex(f.ID, ".")+1:])
	case taken[f.ID] != "":
		c.wrong(at, "“%s”在表“%s”里已经有了。", "给其中一个换个名字。", f.ID, taken[f.ID])
	case !dotted || slices.ContainsFunc(envNames, func(n string) bool { r, _, _ := strings.Cut(n, "."); return r == root }) || root == "done":
		c.wrong(at, "“%s”的名字不合适，或者已经有别的意思。", "写成“组.名字”，例如 onsite.result。", f.ID)
	case f.Type == form.TypePassword || f.Type == form.TypeAgree || !f.Verify.Empty():
		c.wrong(at, "工作人员填的表里用不上“%s”这样的内容。", "换成别的类型，不写 verify:。", f.ID)
	}
	taken[f.ID] = sheet
	c.oneField(at, f)
}

// sheetConditions are those in sheets: they speak of what the same sheet asks
// before.
func sheetConditions(it *Item) (all []condition) {
	for _, name := range sortedNames(it.Sheets) {
		before := []string{}
		for _, f := range it.Sheets[name].Fields {
			at := inFile("sheets/"+name, "fields", f.ID)
			add := func(cond form.Cond, path ...any) {
				if !cond.Empty() {
					all = append(all, condition{at: at.under(path...), cond: cond, before: slices.Clone(before)})
				}
			}
			add(f.When, "when")
			add(f.OptionalWhen, "optional_when")
			for _, o := range f.Options {
				add(o.When, "options", o.Value, "when")
			}
			before = append(before, f.ID)
		}
	}
	return all
}
