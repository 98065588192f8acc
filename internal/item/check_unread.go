package item

import (
	"maps"
	"slices"

	"wangban/internal/form"
)

// unread reports fields whose answers nobody uses: no condition, message,
// document or effect, no check, and no reviewer who judges them.
func (c *check) unread() {
	read := c.read()
	for i, p := range c.it.Form.Pages {
		for _, f := range p.Fields {
			kind := "fields"
			if f.Type == form.TypeFile {
				kind = "files"
			}
			at := fieldSpot(i, f.ID)
			switch {
			case read[f.ID] || f.Type == form.TypeAgree: // to have agreed is what counts
			case f.Type == form.TypePassword:
				if c.o.Effects != nil {
					c.doubt(at, "问了“%s”，可是没有人用。", "删去这个字段，或者写进办理结果的设定。", f.ID)
				}
			case !c.judges(kind):
				c.doubt(at, "问了“%s”，可是没有人用。", "删去这个字段，或者在审核阶段写 judge: [%[2]s]，在通过的动作里写 judged: true。", f.ID, kind)
			}
		}
	}
}

// read are the fields that something uses.
func (c *check) read() map[string]bool {
	read := maps.Clone(c.used)
	note := func(ids ...string) {
		for _, id := range ids {
			if f, _, ok := columnOf(c.it, id); ok {
				id = f.ID
			}
			read[id] = true
		}
	}
	for _, e := range conditionsOf(c.it) {
		note(e.cond.Refs()...)
	}
	f := c.it.Flow
	note(f.Subject, f.Title, f.Town, f.Rep)
	for _, p := range f.Parties {
		note(p.PersonName, p.IDType, p.IDNumber, p.Mobile)
	}
	for _, p := range f.Protected {
		note(p.Field, p.Upload)
		note(p.Values...)
	}
	for _, d := range documentNames(c.it) {
		note(documentRows(c.it, d))
		for _, id := range rowsNamed(c.it, d) {
			note(id)
		}
		for _, e := range expressionsOf(c.it, d) {
			note(e.cond.Refs()...)
		}
	}
	for _, p := range c.it.Form.Pages {
		for _, f := range p.Fields {
			note(f.Kind, f.IDType, f.IDNumber, f.Differs, f.After, f.Default, f.Was, f.Under)
			for _, sub := range f.Fields {
				note(sub.Under)
			}
			if f.Check != "" {
				note(f.ID)
			}
		}
	}
	return read
}

// judges tells whether somebody really judges fields or files: a member of
// staff, before an act that is not to be done without.
func (c *check) judges(kind string) bool {
	return slices.ContainsFunc(c.it.Flow.Stages, func(s Stage) bool {
		return slices.Contains(s.Judge, kind) && slices.ContainsFunc(s.Acts, func(a Act) bool {
			by := a.By
			if len(by) == 0 {
				by = []string{s.By}
			}
			return a.Judged && !slices.ContainsFunc(by, func(role string) bool { return slices.Contains(roleNames, role) })
		})
	})
}

// examples show how the item is meant, and that it works.
func (c *check) examples() {
	if len(c.it.Examples) == 0 {
		c.doubt(spot{file: "examples"}, "没有办理例子。", "在 examples 文件夹里写一个，从提交到办结；每次检查都会照着办一遍。")
	}
}
