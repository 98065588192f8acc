package story

import (
	"slices"
	"strings"
	"time"

	"wangban/internal/casework"
	"wangban/internal/form"
	"wangban/internal/item"
)

// compare holds what happened against what the story says.
func (t *telling) compare(step item.Step) *item.Problem {
	want := step.Then
	if want == nil {
		return nil
	}
	s := t.state
	switch {
	case want.Stage != "" && want.Stage != s.Stage:
		return t.differs("阶段", want.Stage, s.Stage)
	case !want.Due.IsZero() && !want.Due.Equal(s.Due):
		return t.differs("截止时间", moment(want.Due), moment(s.Due))
	case want.Changed != nil && !equalSets(want.Changed, s.Changed):
		return t.differs("改过的关键信息", list(want.Changed), list(s.Changed))
	case want.Carried != nil && *want.Carried != s.Carried:
		return t.differs("沿用原来的签名", yesNo(*want.Carried), yesNo(s.Carried))
	case want.Effects != nil && !equalSets(want.Effects, t.effects):
		return t.differs("办理结果", list(want.Effects), list(t.effects))
	}
	if want.Offers != nil {
		var names []string
		for _, a := range casework.Offers(t.house, t.it, s, t.actor(step)) {
			names = append(names, a.Name)
		}
		if !equalSets(want.Offers, names) {
			return t.differs("可以做的动作", list(want.Offers), list(names))
		}
	}
	if p := t.compareWork(want); p != nil {
		return p
	}
	return t.compareSent(want.Sent)
}

func (t *telling) compareSent(want []item.Sent) *item.Problem {
	if want == nil {
		return nil
	}
	if len(want) != len(t.sent) {
		return t.differs("发出的短信", planned(want), describe(t.sent))
	}
	for i, w := range want {
		got := t.sent[i]
		if got.Template != w.Template || got.Party != w.To || !strings.Contains(got.Text, w.Contains) {
			return t.fail("第 %d 条短信不一样：例子写的是 %s，实际是 %s，内容是“%s”。", advice, i+1, planned(want[i:i+1]), describe(t.sent[i:i+1]), got.Text)
		}
	}
	return nil
}

// advice is what to do about an example that says one thing while the item
// does another.
const advice = "例子对，就改流程；流程对，就改例子。"

// differs tells what is not as the story says.
func (t *telling) differs(what string, want, got any) *item.Problem {
	return t.fail("%s不一样：例子写的是 %s，实际是 %s。", advice, item.Name(what), want, got)
}

// list is what a story or a case names; none is said in words.
func list(names []string) any {
	if len(names) == 0 {
		return item.Name("没有")
	}
	return item.Words(names)
}

func yesNo(b bool) item.Name {
	if b {
		return "是"
	}
	return "否"
}

func describe(sent []casework.Message) any {
	var parts []string
	for _, m := range sent {
		parts = append(parts, m.Template+" → "+m.Party)
	}
	return list(parts)
}

func planned(sent []item.Sent) any {
	var parts []string
	for _, s := range sent {
		parts = append(parts, s.Template+" → "+s.To)
	}
	return list(parts)
}

func equalSets(a, b []string) bool {
	a, b = slices.Clone(a), slices.Clone(b)
	slices.Sort(a)
	slices.Sort(b)
	return slices.Equal(a, b)
}

func moment(t time.Time) any {
	if t.IsZero() {
		return item.Name("没有")
	}
	return t.In(form.Shanghai).Format("2006-01-02 15:04:05")
}
