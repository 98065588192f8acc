package item

import (
	"slices"
	"strings"
	"time"

	"wangban/internal/form"
)

// readExample reads a story: given, when, then.
func readExample(name string, p place, acts []string) Example {
	ex := Example{File: name}
	var steps []place
	p.read(keys{
		"story":  text(&ex.Story),
		"covers": texts(&ex.Covers),
		"at":     instant(&ex.At),
		"steps":  func(v place) { steps = v.list() },
	})
	for _, s := range steps {
		ex.Steps = append(ex.Steps, readStep(s, acts))
	}
	if ex.At.IsZero() {
		p.report("故事没有开始的时间。", "写 at:，例如 at: 2020-09-04 09:00。")
	}
	return ex
}

// readStep reads "agent submits: {…}", "after: 24 hours" or "at: …", with what
// must be true then.
func readStep(p place, acts []string) Step {
	step := Step{Line: p.line}
	told := 0
	p.each(func(name string, v place) {
		switch name {
		case "then":
			step.Then = readExpect(v)
		case "refused":
			step.Refused = v.text()
		case "after":
			told++
			if step.After = v.limit().Span(); step.After == 0 {
				v.report("故事里只能按自然时间推进。", "写 hours 或 days，或者用 at: 写明时刻。")
			}
		case "at":
			told++
			step.At = v.instant()
		default:
			told++
			readDeed(&step, name, v, acts)
		}
	})
	if told != 1 {
		p.report("一步只写一件事，这里写了 %d 件。", "每一步写“谁 做什么”、after 或 at 中的一个。", told)
	}
	return step
}

func readDeed(step *Step, line string, v place, acts []string) {
	who, does, ok := strings.Cut(line, " ")
	if !ok {
		v.report("看不懂这一步：“%s”。", "写成“谁 做什么”，例如 agent submits。", line)
		return
	}
	step.Who, step.Act = who, infinitive(strings.ReplaceAll(strings.TrimSpace(does), " ", "_"), acts)
	if step.Act == "" {
		near, _ := nearest(does, acts)
		v.report("事项里没有“%s”这个动作。", "这里可以写：%[2]s。", does, Words(closest(near, acts)))
	}
	switch v.kind {
	case scalar:
		step.With = map[string]any{"answers": v.text()}
	case mapping:
		step.With, _ = v.data().(map[string]any)
	}
}

func closest(near string, acts []string) []string {
	if near != "" {
		return []string{near}
	}
	return acts
}

// infinitive finds the act that an English verb in the third person names:
// "submits" is submit, "takes_over" is take_over.
func infinitive(verb string, acts []string) string {
	first, rest, more := strings.Cut(verb, "_")
	if more {
		rest = "_" + rest
	}
	tries := []string{verb}
	for _, ending := range [][2]string{{"ies", "y"}, {"es", ""}, {"s", ""}} {
		if stem, ok := strings.CutSuffix(first, ending[0]); ok {
			tries = append(tries, stem+ending[1]+rest)
		}
	}
	for _, t := range tries {
		if slices.Contains(acts, t) {
			return t
		}
	}
	return ""
}

func readExpect(p place) *Expect {
	var e Expect
	p.read(keys{
		"stage": text(&e.Stage),
		"due":   instant(&e.Due),
		"sent": func(v place) {
			e.Sent = []Sent{}
			for _, v := range v.list() {
				var s Sent
				v.read(keys{"to": text(&s.To), "message": text(&s.Template), "contains": text(&s.Contains)})
				e.Sent = append(e.Sent, s)
			}
		},
		"changed": nonNil(&e.Changed),
		"carried": func(v place) {
			carried := v.flag()
			e.Carried = &carried
		},
		"effects": nonNil(&e.Effects),
		"offers":  nonNil(&e.Offers),

		"clock":       written(&e.Clock),
		"statutory":   written(&e.Statutory),
		"light":       word(&e.Light, "green", "amber", "red", "paused", "none"),
		"consults":    nonNil(&e.Consults),
		"unit":        text(&e.Unit),
		"holder":      text(&e.Holder),
		"visit":       written(&e.Visit),
		"officers":    nonNil(&e.Officers),
		"papers":      nonNil(&e.Papers),
		"correctable": nonNil(&e.Correctable),
		"sheets":      nonNil(&e.Sheets),
	})
	return &e
}

// nonNil reads a list whose being written, even empty, means something.
func nonNil(to *[]string) func(place) {
	return func(p place) {
		if *to = p.texts(); *to == nil {
			*to = []string{}
		}
	}
}

// written reads an instant, or none.
func written(to **time.Time) func(place) {
	return func(p place) {
		*to = &time.Time{}
		if p.kind != scalar || p.node.text != "none" {
			**to = p.instant()
		}
	}
}

// builtinActs are the acts every case has beside those of its flow; see
// casework.
var builtinActs = []string{"create", "save", "verify", "take_over", "reveal", "draft"}

func (f Flow) actNames() []string {
	names := append(f.ownActNames(), builtinActs...)
	slices.Sort(names)
	return slices.Compact(names)
}

// ownActNames are the acts that the item itself has.
func (f Flow) ownActNames() []string {
	var names []string
	for _, s := range f.Stages {
		for _, a := range s.Acts {
			names = append(names, a.Name)
		}
	}
	for _, a := range f.House {
		names = append(names, a.Name)
	}
	slices.Sort(names)
	return slices.Compact(names)
}

// checkFixture holds the answers of a fixture against the form.
func readFixture(p place, f form.Form) (title string) {
	p.read(keys{"title": text(&title), "answers": func(v place) {
		v.each(func(id string, v place) {
			field, ok := f.Field(id)
			if !ok {
				v.report("表单里没有“%s”这一项。", "对照 form.yaml 改正。", id)
			}
			if field.Type != form.TypeRows {
				return
			}
			for _, row := range v.list() {
				row.each(func(sub string, v place) {
					if _, ok := field.Sub(strings.TrimSuffix(sub, ".confirm")); !ok {
						v.report("“%s”的每一条里没有“%s”这一项。", "对照 form.yaml 改正。", id, sub)
					}
				})
			}
		})
	}})
	return title
}
