package casework

import (
	"slices"
	"time"
	"unicode/utf8"

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

// open turns down what a tab hands in that was left open when the item closed.
// A case that was handed in before goes on.
func (d *decision) open() *Refusal {
	if d.act.Complete && d.s.Number == "" && d.out.Closed {
		return refuse(CodeClosed, "“%s”已经停止接收新申请，填写的内容还在，但是不能再提交。", d.it.Guide.Title)
	}
	return nil
}

func (d *decision) complete() *Refusal {
	if d.in.Act == ActSave {
		return d.knownFields()
	}
	if d.in.Act == ActVerify {
		return d.provenNumbers()
	}
	if !d.act.Complete {
		return nil
	}
	r := refuse(CodeIncomplete, "还有内容没有填好，改好后再提交。")
	for _, p := range form.Validate(d.it.Form, d.s.Values, d.formContext()) {
		r.Problems = append(r.Problems, Problem{Page: d.it.Form.PageOf(p.Field), Field: p.Field, Text: p.Text, Args: p.Args})
	}
	if len(r.Problems) > 0 {
		return r
	}
	return nil
}

// FormContext is what the checks of answers need to know.
func FormContext(house House, s State, now time.Time) form.Context {
	towns := make(map[string]string, len(house.Towns))
	for code, t := range house.Towns {
		towns[code] = t.Name
	}
	return form.Context{Now: now, Towns: towns, Verified: s.Verified, Confirmed: s.Confirmed}
}

func (d *decision) formContext() form.Context { return FormContext(d.house, d.s, d.out.Now) }

func (d *decision) knownFields() *Refusal {
	for id := range d.in.Data.Values {
		f, ok := d.it.Form.Field(id)
		switch {
		case !ok:
			return refuse(CodeIncomplete, "这个事项没有“%s”这一项。", id)
		case d.in.Actor.Kind == Staff && f.Type.Own():
			return refuse(CodeHelper, "“%s”由申请人本人填，帮办人不能代填。", f.Label)
		case d.stage.Marked && !Correctable(d.it, d.s, id):
			return refuse(CodeIncomplete, "“%s”没有要求修改，不能改。", f.Label)
		}
	}
	return nil
}

func (d *decision) provenNumbers() *Refusal {
	for id, number := range d.in.Data.Verified {
		if now, _ := d.s.Values[id].(string); now != number {
			return refuse(CodeStale, "验证的号码和填写的不一样，重新获取验证码。")
		}
	}
	return nil
}

func (d *decision) identified() *Refusal {
	proofs := d.proofs()
	for _, want := range d.act.Identity {
		if !proven(want, proofs, d.out.Now) {
			return refuse(CodeIdentity, "还没有确认是您本人。先完成短信验证和身份核验，再继续。")
		}
	}
	return nil
}

// proofs are those that the actor brings. What only an officer can prove, an
// officer has put on record: nobody can claim it.
func (d *decision) proofs() []Proof {
	proofs := slices.DeleteFunc(slices.Clone(d.in.Actor.Proofs), func(p Proof) bool {
		return slices.ContainsFunc(d.stage.Acts, func(a item.Act) bool { return a.Proves == p.Method })
	})
	if v := d.s.Vouched; v != nil && v.Fresh(d.out.Now) {
		proofs = append(proofs, *v)
	}
	return proofs
}

// declared wants every statement of the act ticked: a word given for somebody
// else is given sentence by sentence.
func (d *decision) declared() *Refusal {
	for _, statement := range d.act.Declare {
		if !slices.Contains(d.in.Data.Declared, statement) {
			return refuse(CodeIncomplete, "还没有勾选“%s”。当面核对，逐项勾选后再确认。", statement)
		}
	}
	return nil
}

func (d *decision) sameDocument() *Refusal {
	if !d.act.Letter {
		return nil
	}
	if d.in.Data.Signature == nil {
		return refuse(CodeDocument, "没有收到签名。在签名框里写上您的名字，再提交。")
	}
	if d.in.Data.Digest != DocumentDigest(d.it, d.stage.Signs, d.s.Values) {
		return refuse(CodeDocument, "文件内容在您打开之后有变动。重新阅读后再签名。")
	}
	return nil
}

// mostText is how long what somebody writes with an act can be, in characters:
// more than a page's boxes take together. It goes into the record, and there it
// stays.
const mostText = 10_000

func (d *decision) reasoned() *Refusal {
	if utf8.RuneCountInString(d.in.Data.Text) > mostText {
		return refuse(CodeReason, "写得太长，最多 %d 个字。删短一些，再提交。", mostText)
	}
	catalogue := d.it.Flow.Reasons[d.act.Reason]
	for _, code := range d.in.Data.Reasons {
		if !slices.ContainsFunc(catalogue, func(r item.Reason) bool { return r.Code == code }) {
			return refuse(CodeReason, "原因“%s”不在清单里。从清单里选一项。", code)
		}
	}
	switch {
	case !d.act.Required:
	case len(d.in.Data.Reasons) == 0:
		return refuse(CodeReason, "选择至少一项原因，申请人会原样看到。")
	case slices.Contains(d.in.Data.Reasons, "OTHER") && d.in.Data.Text == "":
		return refuse(CodeReason, "选了“其他”，写一句说明，申请人会原样看到。")
	}
	if d.act.Does == item.Pause && d.in.Data.Text == "" { // 行政许可法 45: 应当将所需时间书面告知申请人
		return refuse(CodeReason, "写明这项程序需要多长时间，申请人会原样看到。")
	}
	return nil
}

// judged lets a case pass only after every field and document has been looked
// at and found right.
func (d *decision) judged() *Refusal {
	if !d.act.Judged {
		return nil
	}
	judgements := mergeMap(d.s.Judgements, d.in.Data.Judgements)
	open, wrong := 0, 0
	for _, id := range ToJudge(d.it, d.stage, d.s) {
		switch j, ok := judgements[id]; {
		case !ok:
			open++
		case !j.Right:
			wrong++
		}
	}
	switch {
	case open > 0:
		return refuse(CodeNotJudged, "还有 %d 项没有核对，全部核对后才能通过。", open)
	case wrong > 0:
		return refuse(CodeNotJudged, "有 %d 项被判为不对，不能通过。改判，或者退回申请人修改。", wrong)
	}
	return nil
}

func (d *decision) found() *Refusal {
	for _, name := range d.act.Checks {
		if f, ok := d.out.Findings[name]; ok && f.Level == Refuse {
			return found(f)
		}
	}
	return nil
}

func found(f Finding) *Refusal {
	return &Refusal{Code: CodeFinding, Text: f.Text, Args: f.Args, Finding: &f}
}

// proven tells whether one of the alternatives "a|b|c" has been proven and is
// recent enough.
func proven(want string, proofs []Proof, now time.Time) bool {
	return slices.ContainsFunc(proofs, func(p Proof) bool {
		return slices.Contains(alternatives(want), p.Method) && p.Fresh(now)
	})
}
