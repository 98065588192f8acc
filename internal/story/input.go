package story

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"maps"
	"slices"

	"wangban/internal/casework"
	"wangban/internal/form"
	"wangban/internal/item"
)

// What a line of a story brings to its act.

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
