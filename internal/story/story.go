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
	"encoding/hex"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/goccy/go-yaml"

	"wangban/internal/casework"
	"wangban/internal/form"
	"wangban/internal/item"
)

// Failure is a step that did not go as the story says.
type Failure struct {
	Item, File string
	Line       int
	Text       string
}

func (f Failure) String() string {
	return fmt.Sprintf("items/%s/examples/%s:%d: %s", f.Item, f.File, f.Line, f.Text)
}

// Run plays a story and reports the first step that goes wrong, if any.
func Run(house casework.House, it *item.Item, ex item.Example) []Failure {
	t := &telling{house: house, it: it, now: ex.At}
	for _, step := range ex.Steps {
		if err := t.step(step); err != nil {
			return []Failure{{Item: it.Name, File: ex.File, Line: step.Line, Text: err.Error()}}
		}
	}
	return nil
}

// RunAll plays every story of an item in the order of their names.
func RunAll(house casework.House, it *item.Item) []Failure {
	var failures []Failure
	for _, name := range slices.Sorted(maps.Keys(it.Examples)) {
		failures = append(failures, Run(house, it, it.Examples[name])...)
	}
	return failures
}

// telling is a story under way.
type telling struct {
	house   casework.House
	it      *item.Item
	now     time.Time
	state   casework.State
	timers  []casework.Timer
	sent    []casework.Message // since the step began
	effects []string
	keys    int
}

func (t *telling) step(step item.Step) error {
	t.sent, t.effects = nil, nil
	switch {
	case step.After > 0:
		t.until(t.now.Add(step.After))
	case !step.At.IsZero():
		if step.At.Before(t.now) {
			return errors.New("the story goes back in time")
		}
		t.until(step.At)
	default:
		return t.act(step)
	}
	return t.compare(step)
}

// until lets the clock run, with every timer on the way.
func (t *telling) until(end time.Time) {
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
		timer := t.timers[i]
		t.timers = slices.Delete(t.timers, i, i+1)
		if timer.At.After(t.now) {
			t.now = timer.At
		}
		in := casework.Input{Act: timer.Name, Key: t.key(), Actor: casework.Actor{Kind: casework.System, ID: "timer"}}
		if o, r := casework.Decide(t.house, t.it, t.state, in, t.outside(nil)); r == nil {
			t.follow(o)
		}
	}
	t.now = end
}

func (t *telling) act(step item.Step) error {
	var r *casework.Refusal
	if step.Act == casework.ActCreate {
		r = t.create(step)
	} else {
		in, found, err := t.input(step)
		if err != nil {
			return err
		}
		var o casework.Outcome
		if o, r = casework.Decide(t.house, t.it, t.state, in, t.outside(found)); r == nil {
			t.follow(o)
		}
	}
	switch {
	case r == nil && step.Refused != "":
		return fmt.Errorf("%s %s was accepted; the story says it is refused with %s", step.Who, step.Act, step.Refused)
	case r != nil && step.Refused == "":
		return fmt.Errorf("%s %s was refused: %w%s", step.Who, step.Act, r, problems(r))
	case r != nil && string(r.Code) != step.Refused:
		return fmt.Errorf("%s %s was refused with %s; the story says %s", step.Who, step.Act, r.Code, step.Refused)
	}
	return t.compare(step)
}

func problems(r *casework.Refusal) string {
	var b strings.Builder
	for _, p := range r.Problems {
		fmt.Fprintf(&b, "; %s: %s", p.Field, fmt.Sprintf(p.Text, p.Args...))
	}
	return b.String()
}

// create begins the case as the story's first applicant and fills it in.
func (t *telling) create(step item.Step) *casework.Refusal {
	created := casework.Created{Owner: session(step.Who), Channel: "web"}
	actor := casework.Actor{Kind: casework.Applicant, ID: session(step.Who), Session: session(step.Who)}
	if staff(t.it, step.Who) {
		actor = officer(t.it, step.Who)
		created.Owner = casework.HelperOwner(actor.ID)
		created.Channel = "window"
		created.Helper = &casework.Officer{ID: actor.ID, Name: actor.Name, Unit: actor.Unit}
	}
	t.follow(casework.Begin(t.it, t.house.Region+"-story", created, actor, t.key(), t.now))
	answers, err := t.answers(step.With["answers"])
	if err != nil {
		return &casework.Refusal{Code: casework.CodeIncomplete, Text: "%s", Args: []any{err.Error()}}
	}
	if actor.Kind == casework.Staff { // who helps leaves what is the applicant's own
		maps.DeleteFunc(answers, func(id string, _ any) bool { f, _ := t.it.Form.Field(id); return f.Type.Own() })
	}
	for _, in := range []casework.Input{
		{Act: casework.ActSave, Data: casework.Data{Values: answers}},
		{Act: casework.ActVerify, Data: casework.Data{Verified: t.proven(answers)}},
	} {
		in.Key, in.Actor = t.key(), actor
		o, r := casework.Decide(t.house, t.it, t.state, in, t.outside(nil))
		if r != nil {
			return r
		}
		t.follow(o)
	}
	return nil
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
func (t *telling) input(step item.Step) (casework.Input, map[string]casework.Finding, error) {
	in := casework.Input{Act: step.Act, Key: t.key(), Actor: t.actor(step)}
	found := map[string]casework.Finding{}
	for name, value := range step.With {
		if err := t.with(&in, found, name, value); err != nil {
			return in, nil, err
		}
	}
	stage, _ := t.it.Flow.Stage(t.state.Stage)
	act, _ := stage.Act(step.Act)
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

// with reads one detail of a line.
func (t *telling) with(in *casework.Input, found map[string]casework.Finding, name string, value any) (err error) {
	switch name {
	case "answers":
		in.Data.Values, err = t.answers(value)
	case "text":
		in.Data.Text = fmt.Sprint(value)
	case "reasons":
		in.Data.Reasons, err = texts(value)
	case "judge":
		in.Data.Judgements, err = t.judgements(value)
	case "document":
		in.Data.Digest = fmt.Sprint(value) // an older one than the case's
		in.Data.Signature = &casework.Signature{File: sample("signed.pdf")}
	case "proofs":
		var methods []string
		if methods, err = texts(value); err == nil {
			in.Actor.Proofs = t.proofs(methods...)
		}
	case "session":
		in.Actor.Session = session(fmt.Sprint(value))
	case "declared":
		in.Data.Declared, err = texts(value)
	case "owner":
		in.Data.Owner = session(fmt.Sprint(value))
	case "verified":
		in.Data.Verified = t.proven(t.state.Values)
	case "findings":
		m, ok := value.(map[string]any)
		if !ok {
			return errors.New("findings: a map of check to fine, warn or refuse is expected")
		}
		for check, level := range m {
			found[check] = casework.Finding{Level: casework.Level(fmt.Sprint(level)), Code: "STORY", Text: "据故事设定"}
		}
	default:
		err = fmt.Errorf("the detail %q is unknown; known are answers, text, reasons, judge, document, proofs, declared, session, owner, verified, findings", name)
	}
	return err
}

func (t *telling) judgements(value any) (map[string]casework.Judgement, error) {
	out := map[string]casework.Judgement{}
	switch v := value.(type) {
	case string:
		stage, _ := t.it.Flow.Stage(t.state.Stage)
		for _, id := range casework.ToJudge(t.it, stage, t.state) {
			out[id] = casework.Judgement{Right: true}
		}
		if v != "right" {
			return nil, fmt.Errorf("judge: %q; say right, or give a map of field to right or a reason", v)
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
func (t *telling) answers(value any) (form.Values, error) {
	given, ok := value.(map[string]any)
	if name, isName := value.(string); isName {
		source, found := t.it.Fixtures[name]
		if !found {
			return nil, fmt.Errorf("there is no examples/%s.yaml", name)
		}
		var doc struct{ Answers map[string]any }
		if err := yaml.Unmarshal(source, &doc); err != nil {
			return nil, fmt.Errorf("examples/%s.yaml: %w", name, err)
		}
		given, ok = doc.Answers, true
	}
	if !ok && value != nil {
		return nil, fmt.Errorf("answers: a name of a file or a map is expected, not %T", value)
	}
	out := form.Values{}
	for id, v := range given {
		field, known := t.it.Form.Field(id)
		if !known {
			return nil, fmt.Errorf("the form has no field %s", id)
		}
		converted, err := answer(field, v)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", id, err)
		}
		out[id] = converted
	}
	return out, nil
}

// answer gives a value the type that its field keeps.
func answer(field form.Field, v any) (any, error) {
	switch field.Type {
	case form.TypeFile:
		return []form.File{sample(fmt.Sprint(v))}, nil
	case form.TypeChoices:
		return texts(v)
	}
	switch v := v.(type) {
	case nil, string, bool:
		return v, nil
	default:
		return fmt.Sprint(v), nil
	}
}

// sample is a document of the story; equal names are equal content.
func sample(name string) form.File {
	sum := sha256.Sum256([]byte(name))
	hash := hex.EncodeToString(sum[:])
	return form.File{Hash: hash, View: hash, Name: name, Type: "image/jpeg", Size: 100_000, Width: 1200, Height: 900}
}

func texts(v any) ([]string, error) {
	list, ok := v.([]any)
	if !ok {
		return nil, fmt.Errorf("a list is expected, not %v", v)
	}
	out := make([]string, len(list))
	for i, e := range list {
		out[i] = fmt.Sprint(e)
	}
	return out, nil
}

func (t *telling) outside(found map[string]casework.Finding) casework.Outside {
	return casework.Outside{Now: t.now, Token: fmt.Sprintf("token%07d", t.keys), Number: "34152331202009040000016", Findings: found}
}

func (t *telling) key() string {
	t.keys++
	return fmt.Sprintf("step-%d", t.keys)
}

func (t *telling) follow(o casework.Outcome) {
	t.state = o.State
	if o.Retimed {
		t.timers = slices.Clone(o.Timers)
	}
	t.sent = append(t.sent, casework.Messages(t.house, t.it, t.state, o.Tells)...)
	for _, e := range o.Effects {
		t.effects = append(t.effects, e.Name)
	}
}
