// Package story runs an item's worked examples (given, when, then) against the
// pure core of casework: documentation, test and sandbox in one. The same
// stories run in `wangban check`, in the tests, and before an item is
// published.
//
// There is no database, no network and no real time here: the clock is the
// story's own, messages are collected, effects are noted by name.
package story

import (
	"crypto/sha256"
	_ "embed"
	"encoding/hex"
	"fmt"
	"maps"
	"slices"
	"time"

	"wangban/internal/casework"
	"wangban/internal/form"
	"wangban/internal/item"
)

// English are this room's texts in English.
//
//go:embed en.yaml
var English []byte

// Run plays a story and reports the first step that goes wrong, if any.
func Run(house casework.House, it *item.Item, ex item.Example) []item.Problem {
	t := &telling{house: house, it: it, now: ex.At, rung: map[casework.Timer]bool{}}
	for _, step := range ex.Steps {
		if p := t.step(step); p != nil {
			p.File, p.Line = "items/"+it.Name+"/examples/"+ex.File, step.Line
			return []item.Problem{*p}
		}
	}
	return nil
}

// RunAll plays every story of an item in the order of their names.
func RunAll(house casework.House, it *item.Item) []item.Problem {
	var problems []item.Problem
	for _, name := range slices.Sorted(maps.Keys(it.Examples)) {
		problems = append(problems, Run(house, it, it.Examples[name])...)
	}
	return problems
}

// telling is a story under way.
type telling struct {
	house   casework.House
	it      *item.Item
	now     time.Time
	state   casework.State
	timers  []casework.Timer
	rung    map[casework.Timer]bool // timers do their work once
	sent    []casework.Message      // since the step began
	effects []string
	papers  []string
	keys    int
	fired   int // timers so far
}

// fail is something that did not go as the story says.
func (t *telling) fail(text, suggestion string, args ...any) *item.Problem {
	return &item.Problem{Text: text, Suggestion: suggestion, Args: args, Severity: item.Error}
}

func (t *telling) step(step item.Step) *item.Problem {
	t.sent, t.effects, t.papers = nil, nil, nil
	switch {
	case step.After > 0:
		if p := t.until(t.now.Add(step.After)); p != nil {
			return p
		}
	case !step.At.IsZero():
		if step.At.Before(t.now) {
			return t.fail("例子的时间往回走了：现在是 %s，这一步是 %s。", "把 at: 改成后面的时间，或者调整顺序。", moment(t.now), moment(step.At))
		}
		if p := t.until(step.At); p != nil {
			return p
		}
	default:
		return t.act(step)
	}
	return t.compare(step)
}

// mostTimers bounds how often time runs out in one story: stages that lapse
// into each other would do so for ever.
const mostTimers = 10_000

// until lets the clock run, with every timer on the way.
func (t *telling) until(end time.Time) *item.Problem {
	for {
		i := -1
		for j, timer := range t.timers {
			if !timer.At.After(end) && (i < 0 || timer.At.Before(t.timers[i].At)) {
				i = j
			}
		}
		if i < 0 {
			break
		}
		if t.fired++; t.fired > mostTimers {
			return t.fail("时限到期了 %d 次还没有完。", "核对 lapse: 和 idle: 的去处，不要互相来回。", mostTimers)
		}
		timer := t.timers[i]
		t.timers = slices.Delete(t.timers, i, i+1)
		if timer.At.After(t.now) {
			t.now = timer.At
		}
		t.rung[timer] = true
		if o, r := casework.Decide(t.house, t.it, t.state, timer.Input(), t.outside(casework.Input{}, nil)); r == nil {
			t.follow(o)
		}
	}
	t.now = end
	return nil
}

func (t *telling) act(step item.Step) *item.Problem {
	var r *casework.Refusal
	if step.Act == casework.ActCreate {
		var p *item.Problem
		if r, p = t.create(step); p != nil {
			return p
		}
	} else {
		in, found, p := t.input(step)
		if p != nil {
			return p
		}
		var o casework.Outcome
		if o, r = casework.Decide(t.house, t.it, t.state, in, t.outside(in, found)); r == nil {
			t.follow(o)
		}
	}
	switch {
	case r == nil && step.Refused != "":
		return t.fail("%s 做 %s 成功了；例子写的是因为 %s 被拒绝。", advice, step.Who, step.Act, step.Refused)
	case r != nil && step.Refused == "":
		return t.refused(step, r)
	case r != nil && string(r.Code) != step.Refused:
		return t.fail("%s 做 %s，拒绝的原因是 %s；例子写的是 %s。", advice, step.Who, step.Act, string(r.Code), step.Refused)
	}
	return t.compare(step)
}

// refused tells of a refusal that the story does not speak of, with the first
// field that is wrong.
func (t *telling) refused(step item.Step, r *casework.Refusal) *item.Problem {
	why := item.Phrase{Text: r.Text, Args: r.Args}
	if len(r.Problems) == 0 {
		return t.fail("%s 做 %s 被拒绝（%s）：%s", "例子本来就要被拒绝的，写 refused: %[3]s；不是的，改流程或答案。", step.Who, step.Act, string(r.Code), why)
	}
	field := r.Problems[0]
	return t.fail("%s 做 %s 被拒绝（%s）：%s（%s：%s）", "例子本来就要被拒绝的，写 refused: %[3]s；不是的，改流程或答案。",
		step.Who, step.Act, string(r.Code), why, field.Field, item.Phrase{Text: field.Text, Args: field.Args})
}

// create begins the case as the story's first applicant and fills it in.
func (t *telling) create(step item.Step) (*casework.Refusal, *item.Problem) {
	created := casework.Created{Owner: session(step.Who), Channel: "web"}
	actor := casework.Actor{Kind: casework.Applicant, ID: session(step.Who), Session: session(step.Who)}
	if staff(t.it, step.Who) {
		actor = officer(t.it, step.Who)
		created.Owner = casework.HelperOwner(actor.ID)
		created.Channel = "window"
		created.Helper = &casework.Officer{ID: actor.ID, Name: actor.Name, Unit: actor.Unit}
		if t.it.Flow.ExOfficio() {
			created = casework.ByOffice(actor)
		}
	}
	t.follow(casework.Begin(t.it, t.house.Region+"-story", created, actor, t.key(), t.now))
	answers, p := t.answers(step.With["answers"])
	if p != nil {
		return nil, p
	}
	if actor.Kind == casework.Staff { // who helps leaves what is the applicant's own
		maps.DeleteFunc(answers, func(id string, _ any) bool { f, _ := t.it.Form.Field(id); return f.Type.Own() })
	}
	for _, in := range []casework.Input{
		{Act: casework.ActSave, Data: casework.Data{Values: answers}},
		{Act: casework.ActVerify, Data: casework.Data{Verified: t.proven(answers)}},
	} {
		in.Key, in.Actor = t.key(), actor
		o, r := casework.Decide(t.house, t.it, t.state, in, t.outside(in, nil))
		if r != nil {
			return r, nil
		}
		t.follow(o)
	}
	return nil, nil
}

// proven are the numbers a person of the story proves with a code: all that
// the form asks to prove.
func (t *telling) proven(answers form.Values) map[string]string {
	env := t.it.Form.Env(merged(t.state.Values, answers))
	out := map[string]string{}
	for id, v := range answers {
		field, ok := t.it.Form.Field(id)
		number, isText := v.(string)
		if ok && isText && field.Type == form.TypeMobile && !field.Verify.Empty() && field.Verify.Holds(env) {
			out[id] = number
		}
	}
	return out
}

func merged(a, b form.Values) form.Values {
	out := maps.Clone(a)
	if out == nil {
		out = form.Values{}
	}
	maps.Copy(out, b)
	return out
}

// input turns a line of the story into an act.
func (t *telling) input(step item.Step) (casework.Input, map[string]casework.Finding, *item.Problem) {
	in := casework.Input{Act: step.Act, Key: t.key(), Actor: t.actor(step)}
	found := map[string]casework.Finding{}
	for _, name := range slices.Sorted(maps.Keys(step.With)) {
		if p := t.with(&in, found, name, step.With[name]); p != nil {
			return in, nil, p
		}
	}
	stage, _ := t.it.Flow.Stage(t.state.Stage)
	act, _ := stage.Act(step.Act)
	t.meant(&in, act)
	if _, said := step.With["declared"]; !said {
		in.Data.Declared = act.Declare
	}
	if act.Letter && in.Data.Digest == "" {
		in.Data.Digest = casework.DocumentDigest(t.it, stage.Signs, t.state.Values)
		in.Data.Signature = &casework.Signature{File: sample("signed.pdf")}
	}
	if step.Act == casework.ActSave {
		in.Data.Values = merged(in.Data.Values, nil)
	}
	return in, found, nil
}

// details are what a line can tell beside who does what.
var details = item.Words{"answers", "text", "reasons", "judge", "document", "proofs", "declared", "session", "owner", "verified", "findings",
	"officers", "unit", "units", "question", "consult", "agree", "at", "sheet", "for", "marked"}

// with reads one detail of a line.
func (t *telling) with(in *casework.Input, found map[string]casework.Finding, name string, value any) (p *item.Problem) {
	switch name {
	case "answers":
		in.Data.Values, p = t.answers(value)
	case "text":
		in.Data.Text = fmt.Sprint(value)
	case "reasons":
		in.Data.Reasons, p = t.texts(name, value)
	case "judge":
		in.Data.Judgements, p = t.judgements(value)
	case "document":
		in.Data.Digest = fmt.Sprint(value) // an older one than the case's
		in.Data.Signature = &casework.Signature{File: sample("signed.pdf")}
	case "proofs":
		var methods []string
		if methods, p = t.texts(name, value); p == nil {
			in.Actor.Proofs = t.proofs(methods...)
		}
	case "session":
		in.Actor.Session = session(fmt.Sprint(value))
	case "declared":
		in.Data.Declared, p = t.texts(name, value)
	case "owner":
		in.Data.Owner = session(fmt.Sprint(value))
	case "verified":
		in.Data.Verified = t.proven(t.state.Values)
	case "findings":
		m, ok := value.(map[string]any)
		if !ok {
			return t.fail("findings 要写成“核查: 结果”。", "例如 findings: {registry.unit: warn}；结果是 fine、warn 或 refuse。")
		}
		for check, level := range m {
			found[check] = casework.Finding{Level: casework.Level(fmt.Sprint(level)), Code: "STORY", Text: "据故事设定"}
		}
	default:
		p = t.withWork(in, name, value)
	}
	return p
}

func (t *telling) judgements(value any) (map[string]casework.Judgement, *item.Problem) {
	out := map[string]casework.Judgement{}
	switch v := value.(type) {
	case string:
		stage, _ := t.it.Flow.Stage(t.state.Stage)
		for _, id := range casework.ToJudge(t.it, stage, t.state) {
			out[id] = casework.Judgement{Right: true}
		}
		if v != "right" {
			return nil, t.fail("judge 写的是“%s”。", "都对写 right，否则写成“字段: right”或者“字段: 原因”。", v)
		}
	case map[string]any:
		for id, j := range v {
			if j == "right" {
				out[id] = casework.Judgement{Right: true}
			} else {
				out[id] = casework.Judgement{Reason: fmt.Sprint(j)}
			}
		}
	}
	return out, nil
}

// answers reads a fixture by name, or answers given in the line itself.
func (t *telling) answers(value any) (form.Values, *item.Problem) {
	var out form.Values
	var err error
	switch value := value.(type) {
	case nil:
		return form.Values{}, nil
	case string:
		if _, ok := t.it.Fixtures[value]; !ok {
			return nil, t.fail("没有 examples/%s.yaml 这份答案。", "现有的答案：%[2]s。", value, list(slices.Sorted(maps.Keys(t.it.Fixtures))))
		}
		out, err = t.it.Answers(value, sample)
	case map[string]any:
		out, err = t.it.Typed(value, sample)
	default:
		return nil, t.fail("answers 要写答案文件的名字，或者一组“字段: 答案”。", "例如 answers: rep-complete。")
	}
	if err != nil {
		return nil, t.fail("答案用不上：%s。", "对照 form.yaml 改正。", err.Error())
	}
	return out, nil
}

// sample is a document of the story; equal names are equal content.
func sample(name string) form.File {
	sum := sha256.Sum256([]byte(name))
	hash := hex.EncodeToString(sum[:])
	return form.File{Hash: hash, View: hash, Name: name, Type: "image/jpeg", Size: 100_000, Width: 1200, Height: 900}
}

func (t *telling) texts(name string, v any) ([]string, *item.Problem) {
	elements, ok := v.([]any)
	if !ok {
		return nil, t.fail("%s 要写成清单。", "写成 %[1]s: [甲, 乙]。", name)
	}
	out := make([]string, len(elements))
	for i, e := range elements {
		out[i] = fmt.Sprint(e)
	}
	return out, nil
}

func (t *telling) outside(in casework.Input, found map[string]casework.Finding) casework.Outside {
	return casework.Outside{Now: t.now, Token: fmt.Sprintf("token%07d", t.keys), Number: "34152331202009040000016", Findings: found, Officers: t.officers(in)}
}

func (t *telling) key() string {
	t.keys++
	return fmt.Sprintf("step-%d", t.keys)
}

func (t *telling) follow(o casework.Outcome) {
	t.state = o.State
	if o.Retimed {
		t.timers = slices.DeleteFunc(slices.Clone(o.Timers), func(tm casework.Timer) bool { return t.rung[tm] })
	}
	t.sent = append(t.sent, casework.Messages(t.house, t.it, t.state, o.Tells, t.it.PaperTitles(o.Papers))...)
	t.papers = append(t.papers, o.Papers...)
	for _, e := range o.Effects {
		t.effects = append(t.effects, e.Name)
	}
}
