// Package story runs an item's worked examples (given, when, then) against the
// pure core of casework: documentation, test and sandbox in one. The same
// stories run in `wangban check`, in the tests, and before an item is
// published.
//
// There is no database, no network and no real time here: the clock is the
// story's own, messages are collected, effects are noted by name.
package story

import (
	_ "embed"
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
