package item

import (
	"maps"
	"slices"
	"strings"

	"wangban/internal/form"
)

// documents must show nothing but answers, facts and what the house adds.
func (c *check) documents() {
	names := slices.Concat(c.fieldIDs(), envNames, c.o.Document)
	for _, f := range c.it.Flow.Facts {
		names = append(names, f.Name)
	}
	for _, d := range documentNames(c.it) {
		file := "documents/" + d
		for _, v := range c.it.Documents[d].Vars {
			cond, err := form.ParseCond(v)
			if err != nil {
				c.wrong(inFile(file), "文件里的 {{%s}} 写错了。", "写字段的名字，例如 {{unit.name}}。", v)
				continue
			}
			for _, ref := range cond.Refs() {
				if nameable(ref, names) || !c.ours(ref) {
					continue
				}
				near, _ := nearest(ref, names)
				c.wrong(inFile(file), "文件里的 {{%s}} 不存在。", "写表单里的字段或者 facts 里的名字（%[2]s）。", ref, near)
			}
		}
	}
}

// ours tells whether a name must be known here: one in a group of fields, or
// any when the house has said what documents can show.
func (c *check) ours(ref string) bool {
	root, _, _ := strings.Cut(ref, ".")
	return c.o.Document != nil || slices.ContainsFunc(c.fieldIDs(), func(id string) bool {
		group, _, _ := strings.Cut(id, ".")
		return group == root
	})
}

// unread reports fields whose answers nobody uses.
func (c *check) unread() {
	read := map[string]bool{}
	for _, e := range conditionsOf(c.it) {
		for _, ref := range e.cond.Refs() {
			read[ref] = true
		}
	}
	maps.Copy(read, c.used)
	f := c.it.Flow
	for _, id := range []string{f.Subject, f.Title, f.Town} {
		read[id] = true
	}
	for _, p := range f.Parties {
		read[p.PersonName], read[p.IDType], read[p.IDNumber], read[p.Mobile] = true, true, true, true
	}
	for _, p := range f.Protected {
		read[p.Field], read[p.Upload] = true, true
		for _, v := range p.Values {
			read[v] = true
		}
	}
	for _, d := range c.it.Documents {
		for _, v := range d.Vars {
			if cond, err := form.ParseCond(v); err == nil {
				for _, ref := range cond.Refs() {
					read[ref] = true
				}
			}
		}
	}
	var judged []string
	for _, s := range f.Stages {
		judged = append(judged, s.Judge...)
	}
	for i, p := range c.it.Form.Pages {
		for _, field := range p.Fields {
			kind := "fields"
			if field.Type == form.TypeFile {
				kind = "files"
			}
			if !read[field.ID] && !slices.Contains(judged, kind) && field.Type != form.TypeAgree && field.Type != form.TypePassword {
				c.doubt(fieldSpot(i, field.ID), "问了“%s”，可是没有人用。", "删去这个字段，或者在审核阶段写 judge: [%[2]s]。", field.ID, kind)
			}
		}
	}
}
