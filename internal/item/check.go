package item

import (
	"slices"

	"wangban/internal/form"
)

// Options is what the house knows and items may name. What is nil is not
// asked about.
type Options struct {
	Effects  map[string]EffectCheck // effects that domain rooms have registered, each with what looks at its settings
	Checks   map[string]EffectCheck // checks that domain rooms have registered, likewise
	Roles    []string               // staff roles
	Units    []string               // codes of units; nil: not known, and not looked at
	Proofs   []string               // ways to identify a person
	Count    func(Limit) error      // counts a limit from today, see workday.Calendar.Count
	Document []string               // what documents can show beside answers and facts, e.g. "signature"; "x" allows "x.y"
}

// Check looks for what is well written but cannot work, or will not read well:
// stages nobody reaches or leaves, conditions about nothing, messages with
// holes, limits that cannot be met, texts without English. Problems name the
// line when the item has been read from files.
//
// Of an item of which a whole file is missing or cannot be read, Check says
// nothing: all that it could find would follow from that.
func Check(it *Item, o Options) []Problem {
	if it.holes {
		return nil
	}
	c := &check{it: it, o: o, used: map[string]bool{}, offers: map[string][]placedAct{}}
	c.worlds, c.sure = c.allWorlds(c.vary(c.playedConditions()))
	for _, look := range []func(){
		c.form, c.lists, c.conditions, c.flow, c.stages, c.work, c.limits, c.walk, c.messages, c.documents, c.papers, c.guide, c.unread, c.examples, c.translations, c.wording, c.calendar,
	} {
		look()
	}
	return sorted(c.problems)
}

type check struct {
	it       *Item
	o        Options
	worlds   []world
	sure     bool                   // they are all there are
	used     map[string]bool        // fields that effects read
	offers   map[string][]placedAct // acts by stage
	counted  []counted              // limits in settings of checks and effects
	problems []Problem
}

// spot is a place in an item's files, down a path of keys and list indexes.
type spot struct {
	file string
	path []any
}

func inFile(file string, path ...any) spot { return spot{file + ".yaml", path} }

func (s spot) under(path ...any) spot { return spot{s.file, slices.Concat(s.path, path)} }

// written is where the spot stands; of a spot that is not written, the nearest
// one around it.
func (c *check) written(s spot) (file string, line int) {
	file = "items/" + c.it.Name + "/" + s.file
	n, at := c.it.roots[s.file], 0
	if n == nil {
		return file, 0
	}
	for _, step := range s.path {
		i := -1
		switch step := step.(type) {
		case int:
			if n.kind == list {
				i = step
			}
		case string:
			i = slices.IndexFunc(n.keys, func(k key) bool { return k.name == step })
		}
		if i < 0 || i >= len(n.items) {
			return file, at
		}
		shared := n.items[i].file
		if at = n.items[i].line; n.kind == mapping {
			at, shared = n.keys[i].line, n.keys[i].file
		}
		if shared != "" {
			file = shared
		} else {
			file = "items/" + c.it.Name + "/" + s.file
		}
		n = n.items[i]
	}
	return file, at
}

func (c *check) add(severity Severity, s spot, text, suggestion string, args ...any) {
	file, line := c.written(s)
	c.problems = append(c.problems, Problem{
		File: file, Line: line, Text: text, Suggestion: suggestion, Args: args, Severity: severity,
	})
}

func (c *check) wrong(s spot, text, suggestion string, args ...any) {
	c.add(Error, s, text, suggestion, args...)
}

func (c *check) doubt(s spot, text, suggestion string, args ...any) {
	c.add(Warning, s, text, suggestion, args...)
}

// known reports a name that is not among the known ones.
func (c *check) known(s spot, what, name string, known []string) bool {
	if name == "" || slices.Contains(known, name) {
		return true
	}
	near, ok := nearest(name, known)
	switch {
	case ok:
		c.wrong(s, "没有叫“%[2]s”的%[1]s。", "改成“%[3]s”。", Name(what), name, near)
	case len(known) == 0:
		c.wrong(s, "没有叫“%[2]s”的%[1]s。", "先加上它，再在这里引用。", Name(what), name)
	default:
		c.wrong(s, "没有叫“%[2]s”的%[1]s。", "这里可以写：%[3]s。", Name(what), name, Words(known))
	}
	return false
}

func (c *check) fieldIDs(types ...form.Type) []string {
	var ids []string
	for _, p := range c.it.Form.Pages {
		for _, f := range p.Fields {
			if len(types) == 0 || slices.Contains(types, f.Type) {
				ids = append(ids, f.ID)
			}
		}
	}
	return ids
}

func (c *check) field(s spot, id string, types ...form.Type) bool {
	return c.known(s, "字段", id, c.fieldIDs(types...))
}

func (c *check) stageNames() []string {
	names := make([]string, len(c.it.Flow.Stages))
	for i, s := range c.it.Flow.Stages {
		names[i] = s.Name
	}
	return names
}

func documentNames(it *Item) []string { return sortedNames(it.Documents) }
