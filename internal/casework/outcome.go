package casework

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"wangban/internal/form"
	"wangban/internal/item"
)

// outcome writes down what the permitted act does.
func (d *decision) outcome() (Outcome, *Refusal) {
	to := d.stage
	if len(d.act.To) > 0 {
		i := slices.IndexFunc(d.act.To, func(r item.Route) bool { return r.When.Holds(d.env) })
		if i < 0 {
			return Outcome{}, refuse(CodeGuard, "按填写的内容，这一步走不下去。核对后再试。")
		}
		var ok bool
		if to, ok = d.it.Flow.Stage(d.act.To[i].Stage); !ok {
			return Outcome{}, refuse(CodeStage, "事项里没有“%s”这个阶段，联系管理员。", d.act.To[i].Stage)
		}
	}
	moved := len(d.act.To) > 0
	data, r := d.data(to, moved)
	if r != nil {
		return Outcome{}, r
	}
	e := Event{
		Case: d.s.ID, Seq: d.s.Version + 1, Act: d.act.Name, Actor: d.in.Actor.actingOn(d.s),
		At: d.out.Now, Key: d.in.Key, From: d.stage.Name, To: to.Name, Data: data,
	}
	o := Outcome{Event: e, State: Apply(d.s, e), Effects: d.effects(to, moved), Papers: d.act.Papers}
	o.Tells = slices.Clone(d.act.Tell)
	if moved {
		o.Tells = append(o.Tells, to.Tell...)
	}
	if moved || to.Idle != nil || !e.Data.Due.IsZero() || len(e.Data.Consults) > 0 {
		o.Retimed, o.Timers = true, timers(to, o.State)
	}
	return o, nil
}

// data gathers what the event has to remember.
func (d *decision) data(to item.Stage, moved bool) (EventData, *Refusal) {
	in := d.in.Data
	data := EventData{Reason: in.Text, Findings: d.out.Findings, Counted: d.act.Every.N > 0 || d.act.PerDay > 0}
	switch d.in.Act { // what an act is not there for, it does not change
	case ActSave:
		data.Values, data.Confirmed = in.Values, in.Confirmed
		for _, r := range in.Reused {
			r.At = d.out.Now
			data.Reused = append(data.Reused, r)
		}
	case ActVerify:
		data.Verified = in.Verified
	case ActTakeOver:
		data.Owner = in.Owner
	}
	if d.judges() {
		data.Judgements = in.Judgements
	}
	if d.act.Letter {
		sig := *in.Signature
		sig.At, sig.Document, sig.Digest = d.out.Now, d.stage.Signs, in.Digest
		sig.Proofs, sig.Revision = d.proofs(), d.s.Revision
		sig.Facts = ProtectedFacts(d.it, d.s, d.env)
		data.Signature = &sig
	}
	if d.act.Proves != "" {
		a := d.in.Actor
		data.Vouched = &Proof{Method: d.act.Proves, At: d.out.Now,
			Detail: map[string]any{"officer": a.ID, "name": a.Name, "unit": a.Unit, "declared": strings.Join(d.act.Declare, "；")}}
	}
	if d.act.Complete {
		data.Submit = d.submission(to)
		data.Unit = d.receiver()
		if d.s.Number == "" {
			data.Number = d.out.Number
		}
	}
	if d.act.Reason != "" && (d.act.Does == "" || d.act.Does == item.Correct) {
		data.Return = d.returned()
		data.Disowned = disowned(d.it, d.s, *data.Return)
	}
	if d.act.Does == item.Transfer {
		data.Unit = in.Unit
	}
	d.sheet(&data)
	d.visiting(&data)
	d.timing(&data)
	if r := d.consulting(&data, to); r != nil {
		return data, r
	}
	if r := d.enter(&data, to, moved); r != nil {
		return data, r
	}
	return data, d.running(&data, to, moved)
}

// enter starts and stops what belongs to a stage that is entered.
func (d *decision) enter(data *EventData, to item.Stage, moved bool) (r *Refusal) {
	if !moved {
		given := d.act.Does == item.Assign || d.act.Name == ActHandOver
		if d.stage.Held && (d.holds() || given) { // working on it keeps the claim alive
			r = d.due(data, d.stage)
		}
		if given {
			data.Holder = d.assignee(data.Due)
		}
		return r
	}
	if r = d.due(data, to); r != nil {
		return r
	}
	if to.Signs != "" {
		data.Token = d.out.Token
	}
	switch {
	case d.act.Does == item.Assign:
		data.Holder = d.assignee(data.Due)
	case to.Held && d.in.Actor.Kind == Staff && d.act.Does != item.Transfer:
		who := d.officer()
		who.Until = data.Due
		data.Holder = &who
	}
	return nil
}

// holds tells that nobody but the actor has the case; of one that nobody has,
// whoever works on it.
func (d *decision) holds() bool {
	return d.in.Actor.Kind == Staff && (d.s.Holder == nil || d.s.Holder.ID == d.in.Actor.ID)
}

// assignee is the officer who is given the case.
func (d *decision) assignee(until time.Time) *Officer {
	a := d.out.Officers[d.in.Data.Officers[0]]
	return &Officer{ID: a.ID, Name: a.Name, Unit: a.Unit, Until: until}
}

// due is until when a stage lasts that is entered now.
func (d *decision) due(data *EventData, stage item.Stage) *Refusal {
	if stage.Within.N == 0 {
		return nil
	}
	due, err := d.house.Count(d.out.Now, stage.Within, nil)
	if err != nil {
		return refuse(CodeCalendar, "算不出办理期限：工作日历里缺少要用到的年份。联系系统管理员导入放假安排后再办。")
	}
	data.Due = micro(due.At)
	if officeKeeps(stage) {
		data.DueNear = micro(due.Near)
	}
	return nil
}

// submission is the frozen revision, with what it changes against the last
// signature and whether that signature carries over.
func (d *decision) submission(to item.Stage) *Submission {
	names, _ := d.env["changed"].([]string)
	unsigned, facts := to.Signs == "", ProtectedFacts(d.it, d.s, d.env)
	return &Submission{
		Snapshot: Snapshot{Revision: d.s.Revision + 1, At: d.out.Now, Facts: facts, Values: d.s.Values},
		Changed:  names,
		Carried:  unsigned && d.s.Signature.Covers(facts),
		Basis:    unsigned && len(names) > 0,
	}
}

func (d *decision) effects(to item.Stage, moved bool) []Call {
	var uses []item.EffectUse
	if moved {
		uses = append(uses, d.stage.Leave...)
	}
	uses = append(uses, d.act.Effects...)
	if moved {
		uses = append(uses, to.Enter...)
	}
	calls := make([]Call, len(uses))
	for i, u := range uses {
		calls[i] = Call(u)
	}
	return calls
}

func wrong(judgements map[string]Judgement) map[string]Judgement {
	out := map[string]Judgement{}
	for id, j := range judgements {
		if !j.Right {
			out[id] = j
		}
	}
	return out
}

// timers are what the clock will do to a case in a stage.
func timers(stage item.Stage, s State) []Timer {
	var out []Timer
	if stage.Lapse != nil && !s.Due.IsZero() {
		out = append(out, Timer{ActLapse, s.Due})
	}
	if r := stage.Remind; r != nil && !s.Due.IsZero() {
		if at := awake(s.Due.Add(-r.Before.Span()), r.Quiet); at.After(s.Since) && at.Before(s.Due) {
			out = append(out, Timer{ActRemind, at})
		}
	}
	if stage.Idle != nil {
		out = append(out, Timer{ActIdle, s.UpdatedAt.Add(stage.Idle.After.Span())})
	}
	if stage.End != "" {
		return out
	}
	for _, c := range s.Consults {
		if c.Open() && !c.Remind.IsZero() && c.Reminded.IsZero() {
			out = append(out, Timer{fmt.Sprintf("%s:%d", ActRemindUnit, c.N), c.Remind})
		}
	}
	return out
}

// awake moves an instant that falls into the night to the morning after
// (T12). quiet holds the hours at which the night begins and ends.
func awake(t time.Time, quiet [2]int) time.Time {
	if quiet == [2]int{} {
		return t
	}
	local := t.In(form.Shanghai)
	morning := time.Date(local.Year(), local.Month(), local.Day(), quiet[1], 0, 0, 0, form.Shanghai)
	switch {
	case local.Hour() >= quiet[0]:
		return morning.AddDate(0, 0, 1)
	case local.Hour() < quiet[1]:
		return morning
	}
	return t
}

// Overdue tells whether the clock has to act before anybody else does: the
// stage's time is over (C-07).
func Overdue(it *item.Item, s State, now time.Time) bool {
	stage, ok := it.Flow.Stage(s.Stage)
	return ok && stage.Lapse != nil && !s.Due.IsZero() && !now.Before(s.Due)
}

// Begin is the first event of a case.
func Begin(it *item.Item, id string, c Created, a Actor, key string, now time.Time) Outcome {
	c.Item, c.Hash = it.Name, it.Hash
	stage, _ := it.Flow.Stage(it.Flow.Start)
	e := Event{Case: id, Seq: 1, Act: ActCreate, Actor: a, At: now, Key: key, To: it.Flow.Start, Data: EventData{Create: &c}}
	s := Apply(State{}, e)
	return Outcome{Event: e, State: s, Retimed: true, Timers: timers(stage, s)}
}
