package item

import (
	"fmt"
	"slices"
	"strings"

	"wangban/internal/cn"
	"wangban/internal/form"
)

// walk plays the flow in every world and reports what never happens, what
// cannot go on, and messages that arrive with holes or not at all.
func (c *check) walk() {
	seen := play{stages: map[string]bool{}, leaves: map[string]bool{}, shown: map[string]bool{}, told: map[string]bool{}, dropped: map[string]bool{},
		stuck: map[string]placedAct{}, empty: map[string]placedTell{}, longest: map[string]string{}}
	for _, w := range c.worlds {
		seen.show(c.it, w)
		c.play(w, &seen)
	}
	sure := c.sure || c.unseenStages(seen) && c.playFlow(&seen)
	for _, s := range c.it.Flow.Stages {
		at := inFile("flow", "stages", s.Name)
		switch {
		case !seen.stages[s.Name]:
			c.never(sure, at, "没有办法走到阶段“%s”。", "没有试出能走到阶段“%s”的情况。", "让某个动作的 to 指向它，或者删去。", s.Name)
		case s.End == "" && !seen.leaves[s.Name]:
			c.never(sure, at, "进了阶段“%s”就出不去。", "没有试出能离开阶段“%s”的情况。", "加一个 to 指向别处的动作，或者写 end:。", s.Name)
		case s.End == "" && !c.ends(s.Name):
			c.wrong(at, "从阶段“%s”永远走不到终点。", "至少有一条路通向写了 end: 的阶段。", s.Name)
		}
	}
	for i, p := range c.it.Form.Pages {
		for _, f := range p.Fields {
			if sure := c.sure; !seen.shown[f.ID] && !c.showsAnyhow(f.ID, &seen, &sure) {
				c.never(sure, fieldSpot(i, f.ID), "“%s”永远不会显示。", "没有试出会显示“%s”的情况。", "核对这个字段和这一页的 when:。", f.ID)
			}
		}
	}
	for _, name := range sortedNames(seen.stuck) {
		a := seen.stuck[name]
		c.wrong(a.at.under("to"), "“%s”在有的情况下哪里也去不了。", "最后一条去向不写 when:。", a.Name)
	}
	c.holes(seen)
}

// never reports what was not seen: an error when everything was tried, a doubt
// when there was too much to try, or conditions ask what trying cannot decide.
func (c *check) never(sure bool, at spot, text, unsure, suggestion string, name string) {
	if sure {
		c.wrong(at, text, suggestion, name)
	} else {
		c.doubt(at, unsure, suggestion, name)
	}
}

func (c *check) unseenStages(seen play) bool {
	return slices.ContainsFunc(c.it.Flow.Stages, func(s Stage) bool { return !seen.stages[s.Name] || s.End == "" && !seen.leaves[s.Name] })
}

// playFlow plays again with no more differences than those the flow asks
// about, so that a large form does not hide what the flow can do; it tells
// whether everything was tried.
func (c *check) playFlow(seen *play) bool {
	var conds []form.Cond
	for _, a := range actsOf(c.it) {
		conds = append(conds, a.When)
		for _, r := range a.To {
			conds = append(conds, r.When)
		}
	}
	worlds, sure := c.allWorlds(c.vary(conds))
	for _, w := range worlds {
		c.play(w, seen)
	}
	return sure
}

// showsAnyhow looks for a field with no more differences than those its being
// shown depends on.
func (c *check) showsAnyhow(id string, seen *play, sure *bool) bool {
	if *sure {
		return false
	}
	var worlds []world
	worlds, *sure = c.allWorlds(c.vary(c.behind(id)))
	for _, w := range worlds {
		if seen.show(c.it, w); seen.shown[id] {
			return true
		}
	}
	return false
}

// show notes the fields that a world shows.
func (p play) show(it *Item, w world) {
	for _, page := range it.Form.Shown(w.values) {
		for _, f := range page.Fields {
			p.shown[f.ID] = true
		}
	}
}

// play is what was seen while playing.
type play struct {
	stages, leaves, shown map[string]bool
	told, dropped         map[string]bool // spots of tells
	stuck                 map[string]placedAct
	empty                 map[string]placedTell // message and variable
	longest               map[string]string     // message → longest text
}

func (c *check) play(w world, seen *play) {
	visited := map[string]bool{}
	open := []string{c.it.Flow.Start}
	for len(open) > 0 {
		name := open[0]
		open = open[1:]
		s, ok := c.it.Flow.Stage(name)
		if visited[name] || !ok {
			continue
		}
		visited[name], seen.stages[name] = true, true
		for _, p := range c.passages(w, s, func(a placedAct) { seen.stuck[a.at.key()] = a }) {
			if p.to.Name != name {
				open = append(open, p.to.Name)
				seen.leaves[name] = seen.leaves[name] || p.byClock != "idle"
			}
			tells := p.tells
			if p.moved {
				tells = slices.Concat(tells, placed(p.to.Tell, inFile("flow", "stages", p.to.Name)))
			}
			env := c.after(w, p)
			for _, t := range tells {
				c.tell(w, env, t, seen)
			}
		}
	}
}

func (s spot) key() string {
	return fmt.Sprint(s.file, s.path)
}

// tell renders a message as casework will.
func (c *check) tell(w world, env form.Env, t placedTell, seen *play) {
	m, ok := c.it.Messages[t.Message]
	if !ok || !t.When.Holds(env) {
		return
	}
	party, ok := c.party(env, t.To)
	if !ok || !form.Answered(w.values[party.Mobile]) {
		seen.dropped[t.at.key()] = true
		return
	}
	seen.told[t.at.key()] = true
	text := m.Text
	for name, v := range m.Vars {
		value, err := v.Text(env)
		if (err != nil || strings.TrimSpace(value) == "") && !namesPapers(v) { // that is papersSaid's to say, at its place
			seen.empty[m.Name+"\x00"+name] = t
		}
		text = strings.ReplaceAll(text, "${"+name+"}", value)
	}
	if len([]rune(text)) > len([]rune(seen.longest[m.Name])) {
		seen.longest[m.Name] = text
	}
}

// party is who a message is for in a world.
func (c *check) party(env form.Env, to string) (Party, bool) {
	switch to {
	case "applicant":
		for _, a := range c.it.Flow.Applicant {
			if a.When.Holds(env) {
				to = a.Party
				break
			}
		}
	case "signer":
		to = c.it.Flow.Signer
	}
	for _, p := range c.it.Flow.Parties {
		if p.Name == to {
			return p, p.When.Holds(env)
		}
	}
	return Party{}, false
}

// signature stands for the longest 【…】 that goes before a text.
const signature = "【某某县网上办事】"

// maxSegments is how many short messages one text may cost.
const maxSegments = 2

func (c *check) holes(seen play) {
	for _, t := range tellsOf(c.it) {
		key := t.at.key()
		switch {
		case seen.dropped[key] && !seen.told[key] && c.sure:
			c.wrong(t.at, "短信“%s”发给“%s”，可是没有这个人的手机号。", "核对 to: 和 parties 里的 mobile。", t.Message, t.To)
		case seen.dropped[key]:
			c.doubt(t.at, "短信“%s”在有的情况下没有收件人“%s”。", "加上 when:，或者发给 applicant。", t.Message, t.To)
		}
	}
	for _, key := range sortedNames(seen.empty) {
		message, variable, _ := strings.Cut(key, "\x00")
		c.wrong(inFile("messages", message, "vars", variable), "短信“%s”里的“%s”有时是空的。", "换一个到时候一定有的内容，或者在 tell 里加 when:。", message, variable)
	}
	for _, name := range sortedNames(seen.longest) {
		text := signature + seen.longest[name]
		if n := cn.SMSSegments(text); n > maxSegments {
			c.wrong(inFile("messages", name, "text"), "短信“%s”最长 %d 个字，要按 %d 条计费。", "删短，或者用 short() 截短变量，不超过 134 个字（连签名）。", name, len([]rune(text)), n)
		}
	}
}

// ends tells whether a stage leads to an end at all, whatever the answers.
func (c *check) ends(from string) bool {
	visited, open := map[string]bool{}, []string{from}
	for len(open) > 0 {
		s, ok := c.it.Flow.Stage(open[0])
		open = open[1:]
		if !ok || visited[s.Name] {
			continue
		}
		visited[s.Name] = true
		if s.End != "" {
			return true
		}
		for _, a := range c.acts(s) {
			for _, r := range a.To {
				open = append(open, r.Stage)
			}
		}
		for _, m := range moves(s) {
			open = append(open, m.To)
		}
	}
	return false
}
