package casework

import (
	"slices"
	"strings"

	"wangban/internal/form"
	"wangban/internal/item"
)

// JudgeRegistry is the pseudo-field under which a reviewer judges the
// comparison with what the house knows.
const JudgeRegistry = "registry"

// JudgeSigner is the pseudo-field under which a reviewer judges whether the
// person in the picture taken at signing is the one on the identity document.
const JudgeSigner = "signer"

// RestsOnPicture tells whether nothing but a picture shows who has signed what
// was handed in: nobody has compared it with anything yet. A signature that is
// carried over brings its picture along.
func (s State) RestsOnPicture() bool {
	if !s.Signed() {
		return false
	}
	picture, more := false, false
	for _, p := range s.Signature.Proofs {
		picture = picture || p.Method == "camera-evidence"
		more = more || p.Method == "face-provider" || p.Method == "counter"
	}
	return picture && !more
}

// ToJudge lists what a reviewer has to judge in a stage: the answered fields,
// the documents and the comparison, as the stage's `judge` says, and the
// picture when a signature rests on one.
func ToJudge(it *item.Item, stage item.Stage, s State) []string {
	var ids []string
	env := it.Form.Env(s.Values)
	for _, page := range it.Form.Pages {
		if !page.When.Holds(env) {
			continue
		}
		for _, f := range page.Fields {
			if f.When.Holds(env) && judgeable(stage, f) && form.Answered(s.Values[f.ID]) {
				ids = append(ids, f.ID)
			}
		}
	}
	if len(stage.Judge) > 0 && s.RestsOnPicture() {
		ids = append(ids, JudgeSigner)
	}
	if slices.Contains(stage.Judge, JudgeRegistry) {
		ids = append(ids, JudgeRegistry)
	}
	return ids
}

// Correctable tells whether an answer may be changed where only what was
// marked may: it was marked, a reason that was given speaks of it, or it was
// not answered in what was handed in.
func Correctable(it *item.Item, s State, id string) bool {
	before := s.Values
	if s.Submitted != nil && s.Submitted.Values != nil {
		before = s.Submitted.Values
	}
	if s.Return == nil || !form.Answered(before[id]) {
		return true
	}
	if _, marked := s.Return.Fields[id]; marked {
		return true
	}
	return slices.ContainsFunc(s.Return.Reasons, func(code string) bool {
		r, ok := reasonOf(it, code)
		return ok && slices.Contains(r.Fields, id)
	})
}

// marksSomething asks that a correction, which is notified once and completely,
// leaves the applicant something that can be put right.
func (d *decision) marksSomething() *Refusal {
	to, ok := d.leadsTo()
	if d.act.Does != item.Correct || !ok || !to.Marked {
		return nil
	}
	with := d.s
	with.Return = d.returned()
	if r := d.wordless(with.Return.Fields); r != nil {
		return r
	}
	for _, page := range d.it.Form.Shown(d.s.Values) {
		for _, f := range page.Fields {
			if form.Answered(d.s.Values[f.ID]) && Correctable(d.it, with, f.ID) {
				return nil
			}
		}
	}
	for id := range with.Return.Fields { // what was not answered and is wanted now
		if _, ok := d.it.Form.Field(id); ok {
			return nil
		}
	}
	return refuse(CodeNotJudged, "还没有标出要补正的内容。在要改的字段或材料旁选“不对”，写明怎样改，再发出。")
}

// wordless refuses a mark that does not say what is wrong: told once, it cannot
// be asked about again.
func (d *decision) wordless(marks map[string]Judgement) *Refusal {
	for _, id := range sortedKeys(marks) {
		f, asked := d.it.Form.Field(id)
		if j := marks[id]; asked && j.Reason == "" && j.Note == "" {
			return refuse(CodeReason, "“%s”标了不对，还没有写哪里不对。选一个原因，或者写一句话，再发出。", f.Label)
		}
	}
	return nil
}

// judges tells whether judgements that come with the act count: those of the
// staff who work on the case, not of a unit that gives its opinion.
func (d *decision) judges() bool {
	_, ofItem := d.stage.Act(d.act.Name)
	return d.in.Actor.Kind == Staff && ofItem && d.act.Does != item.Answer
}

// returned is what an act with reasons tells the applicant.
func (d *decision) returned() *Return {
	in := d.in.Data
	return &Return{At: d.out.Now, By: d.in.Actor.Unit, Reasons: in.Reasons, Text: in.Text, Fields: wrong(mergeMap(d.s.Judgements, in.Judgements))}
}

// Stated is the act by which the applicant gave the reasons that stand last, and
// not the office: a party's statement (陈述、申辩) is no return.
func Stated(it *item.Item, s State) (item.Act, bool) {
	if s.Return == nil || s.Return.By != "" {
		return item.Act{}, false
	}
	for _, stage := range it.Flow.Stages {
		for _, act := range stage.Acts {
			if act.Reason != "" && (slices.Contains(act.By, "applicant") || len(act.By) == 0 && stage.By == "applicant") {
				return act, true
			}
		}
	}
	return item.Act{}, false
}

// disowned tells whether a return says that somebody else has signed: the
// signature counts no more, and a new one is needed whatever is changed.
func disowned(it *item.Item, s State, ret Return) bool {
	if !s.Signed() {
		return false
	}
	_, wrong := ret.Fields[JudgeSigner]
	return wrong || slices.ContainsFunc(ret.Reasons, func(code string) bool {
		r, ok := reasonOf(it, code)
		return ok && slices.Contains(r.Fields, JudgeSigner)
	})
}

func judgeable(stage item.Stage, f form.Field) bool {
	switch f.Type {
	case form.TypePassword, form.TypeAgree:
		return false // nothing a reviewer could compare
	case form.TypeFile:
		return slices.Contains(stage.Judge, "files")
	default:
		return slices.Contains(stage.Judge, "fields")
	}
}

func alternatives(want string) []string { return strings.Split(want, "|") }
