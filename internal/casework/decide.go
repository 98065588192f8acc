package casework

import (
	"slices"
	"time"

	"wangban/internal/form"
	"wangban/internal/item"
)

// Acts that every item has.
const (
	ActCreate   = "create"
	ActSave     = "save"      // answers of a page
	ActVerify   = "verify"    // a number proven by a code
	ActTakeOver = "take_over" // the applicant takes over from the helper
	ActLapse    = "lapse"     // the stage's time is over
	ActRemind   = "remind"
	ActIdle     = "idle" // nothing happened for too long
)

// ProofLife is how long a proof of person counts: a page left open must not
// sign the next day.
const ProofLife = 30 * time.Minute

// builtin are the acts that need no line in an item.
var builtin = map[string]item.Act{
	ActSave:     {Name: ActSave, Past: "已保存", By: []string{"applicant"}},
	ActVerify:   {Name: ActVerify, Past: "已验证手机号", By: []string{"applicant"}},
	ActTakeOver: {Name: ActTakeOver, Past: "申请人已接手", By: []string{"visitor"}},
	ActLapse:    {Name: ActLapse, By: []string{"system"}},
	ActRemind:   {Name: ActRemind, Past: "已发送提醒短信", By: []string{"system"}},
	ActIdle:     {Name: ActIdle, By: []string{"system"}},
	ActReveal:   {Name: ActReveal, Past: "已查看完整号码", By: []string{staffOfUnit}},
	ActDraft:    {Name: ActDraft, Past: "已暂存", By: []string{staffOfUnit}},
	ActHandOver: {Name: ActHandOver, Past: "已移交", By: []string{staffOfUnit, "system"}},

	ActRemindUnit: {Name: ActRemindUnit, Past: "已催办答复", By: []string{"system"}},
}

// Decide is the law of the house: given the item, the case as it stands, what
// somebody wants to do and what the door has gathered, it tells what happens,
// or why not. It is pure.
func Decide(house House, it *item.Item, s State, in Input, out Outside) (Outcome, *Refusal) {
	d := &decision{house: house, it: it, s: s, in: in, out: out, env: Env(house, it, s)}
	if r := d.find(); r != nil {
		return Outcome{}, r
	}
	for _, check := range []func() *Refusal{
		d.permitted, d.fresh, d.inTime, d.guard, d.notTooOften, d.onlySoOften, d.another, d.timed,
		d.open, d.complete, d.declared, d.identified, d.sameDocument, d.reasoned, d.marksSomething, d.assigned, d.handedOver,
		d.consulted, d.visited, d.filledIn, d.judged, d.found,
	} {
		if r := check(); r != nil {
			return Outcome{}, r
		}
	}
	if d.act.Name == ActReveal {
		return d.revealed(), nil
	}
	d.look()
	return d.outcome()
}

type decision struct {
	house House
	it    *item.Item
	s     State
	in    Input
	out   Outside
	env   form.Env
	stage item.Stage
	act   item.Act
}

// find looks the act up in the case's stage.
func (d *decision) find() *Refusal {
	stage, ok := d.it.Flow.Stage(d.s.Stage)
	if !ok {
		return refuse(CodeStage, "这件申请停在事项里没有的阶段“%s”，联系管理员。", d.s.Stage)
	}
	d.stage = stage
	for _, a := range stage.Acts {
		if a.Name == d.in.Act {
			d.act = a
			return nil
		}
	}
	if a, ok := d.it.Flow.HouseAct(d.in.Act); ok && slices.Contains(a.From, stage.Name) {
		d.act = a.Act
		if len(d.act.By) == 0 {
			d.act.By = []string{"system"}
		}
		return nil
	}
	if d.findBuiltin() {
		return nil
	}
	return d.elsewhere()
}

func (d *decision) findBuiltin() bool {
	a, ok := builtin[d.in.Act]
	if !ok {
		return false
	}
	switch a.Name {
	case ActSave, ActVerify:
		ok = d.stage.Edit
	case ActTakeOver:
		// Once only: who comes later with the same link is no second owner.
		ok = d.stage.End == "" && Offered(d.s) && d.in.Data.Owner != ""
	case ActReveal:
		ok = mayReveal(d.s)
	case ActLapse:
		ok = d.stage.Lapse != nil && !d.s.Due.IsZero()
		if ok {
			a = moveAct(a, *d.stage.Lapse)
		}
	case ActRemind:
		ok = d.stage.Remind != nil
		if ok {
			a.Tell = d.stage.Remind.Tell
		}
	case ActDraft:
		ok = d.mayDraft()
	case ActHandOver:
		ok = d.stage.End == "" && d.s.Holder != nil
	case ActRemindUnit:
		ok = d.stage.End == ""
	case ActIdle:
		ok = d.stage.Idle != nil
		if ok {
			a = moveAct(a, *d.stage.Idle)
		}
	}
	d.act = a
	return ok
}

func moveAct(a item.Act, m item.Move) item.Act {
	a.Past, a.Tell, a.To, a.Papers = m.Label, m.Tell, []item.Route{{Stage: m.To}}, m.Papers
	return a
}

// elsewhere explains an act that the case's stage does not offer.
func (d *decision) elsewhere() *Refusal {
	fresh := d.s
	for _, st := range d.it.Flow.Stages {
		for _, a := range st.Acts {
			if a.Name != d.in.Act {
				continue
			}
			if st.Name == d.s.Lapsed {
				return d.lapsed(st)
			}
			code := CodeStage
			if d.stage.End != "" {
				code = CodeEnded
			}
			return &Refusal{Code: code, Text: "这件申请现在是“%s”，不能%s了。", Args: []any{d.stage.Label, a.Label}, Fresh: &fresh}
		}
	}
	if _, known := builtin[d.in.Act]; known {
		return &Refusal{Code: CodeStage, Text: "这件申请现在是“%s”，不能这样改。", Args: []any{d.stage.Label}, Fresh: &fresh}
	}
	return refuse(CodeUnknownAct, "这个事项没有“%s”这一步。", d.in.Act)
}

// lapsed tells whoever comes after a stage has run out.
func (d *decision) lapsed(stage item.Stage) *Refusal {
	fresh := d.s
	if stage.Signs != "" {
		return &Refusal{Code: CodeLapsed, Text: "时间已经过了，这一步不能再办。联系申请人重新提交，会收到新的短信。", Fresh: &fresh}
	}
	return &Refusal{Code: CodeLapsed, Text: "这一步的时间已经过了，不能再办。这件申请现在是“%s”，刷新页面看还能做什么。", Args: []any{d.stage.Label}, Fresh: &fresh}
}

func (d *decision) permitted() *Refusal {
	return permit(d.stage, d.act, d.s, d.in.Actor)
}

func (d *decision) fresh() *Refusal {
	if d.in.Expect == 0 || unchangedSince(d.s, d.in.Expect) {
		return nil
	}
	fresh := d.s
	return &Refusal{Code: CodeStale, Text: "你打开这一页之后，内容已经在别处改过。下面是最新的内容，核对后再提交。", Fresh: &fresh}
}

// inTime keeps the half-open window [entered, due): acting at the very end is
// too late (C-04), and only the clock itself acts from then on (C-07).
func (d *decision) inTime() *Refusal {
	over := !d.s.Due.IsZero() && !d.out.Now.Before(d.s.Due)
	switch {
	case d.in.Act == ActLapse && !over:
		return refuse(CodeStage, "时间还没有到。")
	case over && d.in.Actor.Kind != System && d.stage.Lapse != nil:
		return d.lapsed(d.stage)
	}
	return nil
}

func (d *decision) guard() *Refusal {
	if d.act.When.Holds(d.env) {
		return nil
	}
	if d.act.Refusal != "" {
		return refuse(CodeGuard, d.act.Refusal)
	}
	return refuse(CodeGuard, "现在还不能%s。", d.act.Label)
}

func (d *decision) notTooOften() *Refusal {
	return TooOften(d.act, d.s, d.out.Now)
}

// TooOften tells whether an act with a rate limit has to wait.
func TooOften(act item.Act, s State, now time.Time) *Refusal {
	times := s.LastAct[act.Name]
	if every := act.Every.Span(); every > 0 && len(times) > 0 {
		if wait := every - now.Sub(times[len(times)-1]); wait > 0 {
			return refuse(CodeTooSoon, "刚刚办过，%d 秒后再试。", int(wait.Seconds()+0.999))
		}
	}
	if act.PerDay > 0 {
		today, n := now.In(form.Shanghai).Format(time.DateOnly), 0
		for _, t := range times {
			if t.In(form.Shanghai).Format(time.DateOnly) == today {
				n++
			}
		}
		if n >= act.PerDay {
			return refuse(CodeTooMany, "今天已经有 %d 次，达到上限，明天再试。", n)
		}
	}
	return nil
}

// mostText is how long what somebody writes with an act can be, in characters:
// more than a page's boxes take together. It goes into the record, and there it
// stays.
const mostText = 10_000
