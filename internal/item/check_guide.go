package item

import (
	"regexp"
	"slices"
	"strings"

	"golang.org/x/text/unicode/norm"

	"wangban/internal/cn"
	"wangban/internal/form"
)

// fullOnline is the depth at which nobody has to come (网办深度, domain sheet 4.2).
const fullOnline = "全程网办"

// carriers are ways in which a result reaches people without their coming.
var carriers = []string{"电子证照", "网上", "短信", "邮寄", "自助打印"}

func (c *check) guide() {
	g, at := c.it.Guide, func(path ...any) spot { return inFile("item", path...) }
	for _, want := range []struct{ key, value, name string }{
		{"summary", g.Summary, "简介"}, {"kind", g.Kind, "事项类型"}, {"fee", g.Fee, "收费"}, {"depth", g.Depth, "网办深度"},
	} {
		if want.value == "" {
			c.doubt(at(want.key), "办事指南没有写%s。", "写 %[2]s:。", Name(want.name), want.key)
		}
	}
	if len(g.Applicants) == 0 || len(g.Basis) == 0 || len(g.Steps) == 0 {
		c.doubt(at(), "办事指南没有写全：谁能办、依据什么、怎么办。", "写 applicants:、basis: 和 steps:。")
	}
	for i, b := range g.Basis {
		if !b.Until.IsZero() && !b.Until.After(b.From) {
			c.wrong(at("basis", i, "until"), "依据失效在生效之前。", "核对 from: 和 until:。")
		}
	}
	if !g.Live.Until.IsZero() && !g.Live.Until.After(g.Live.From) {
		c.wrong(at("live", "until"), "事项关闭在开放之前。", "核对 from: 和 until:。")
	}
	c.finding()
	c.materials()
	c.licenceUse()
	if g.Depth != fullOnline {
		return
	}
	if g.Visits != 0 {
		c.wrong(at("visits"), "全程网办的事项，到现场次数是 0。", "改成 0，或者改网办深度。")
	}
	if !slices.ContainsFunc(carriers, func(w string) bool { return strings.Contains(g.Result.Delivery, w) }) {
		c.wrong(at("result", "delivery"), "全程网办的事项，结果要能送到手里。", "写明 %[1]s 中的一种。", Words(carriers))
	}
	for i, m := range g.Materials {
		if !strings.Contains(m.Form, "电子") {
			c.wrong(at("materials", i, "form"), "全程网办的事项，材料“%s”不能只收纸的。", "form: 写 电子 或 电子或纸质。", m.Name)
		}
	}
}

// finding is how people come to the item: a word that finds it anyway, or
// twice, only makes the list longer.
func (c *check) finding() {
	g := c.it.Guide
	if len(g.Themes) == 0 {
		c.doubt(inFile("item", "themes"), "事项没有归入主题，按主题找不到它。", "写 themes:，例如 themes: [食品经营]。")
	}
	for _, list := range []struct {
		key   string
		words []string
	}{{"themes", g.Themes}, {"events", g.Events}, {"keywords", g.Keywords}} {
		seen := map[string]bool{}
		for i, w := range list.words {
			at, folded := inFile("item", list.key, i), cn.Folded(w)
			switch {
			case folded == "":
				c.wrong(at, "%s 里有一个空的词。", "删去。", list.key)
			case seen[folded]:
				c.doubt(at, "“%s”写了两次。", "删去一个。", w)
			case list.key == "keywords" && strings.Contains(cn.Folded(g.Title), folded):
				c.doubt(at, "名称里已经有“%s”。", "不用写进 keywords:。", w)
			}
			seen[folded] = true
		}
	}
}

// licenceUse is what the item does to licences that were issued before.
func (c *check) licenceUse() {
	l, at := c.it.Guide.Licence, inFile("item", "licence")
	if len(l.Kinds) == 0 && l.Act == "" && l.Field == "" {
		return
	}
	for _, want := range []struct {
		key     string
		missing bool
	}{{"kind", len(l.Kinds) == 0}, {"act", l.Act == ""}, {"field", l.Field == ""}} {
		if want.missing {
			c.wrong(at.under(want.key), "对已有证照的办理没有写 %s。", "写成 licence: {kind: 证照种类, act: renew, field: 填编号的字段}。", want.key)
		}
	}
	if list, _, ok := c.it.Form.SubField(l.Field); ok {
		c.used[list.ID] = true
		return
	}
	c.field(at.under("field"), l.Field)
	c.used[l.Field] = true
}

// materials must be asked once, through a field that exists; and what the form
// asks to upload must be in the guide.
func (c *check) materials() {
	names, fields, papers := map[string]bool{}, map[string]bool{}, map[string]string{}
	for i, m := range c.it.Guide.Materials {
		at := inFile("item", "materials", i)
		switch {
		case m.Name == "":
			c.wrong(at, "材料没有名称。", "写 name:。")
		case names[m.Name]:
			c.wrong(at, "材料“%s”要了两次。", "删去其中一处。", m.Name)
		case m.Field != "" && fields[m.Field]:
			c.wrong(at.under("field"), "两份材料都从“%s”上传。", "每份材料用自己的字段。", m.Field)
		}
		if other, twice := papers[paper(m.Name)]; twice && other != m.Name {
			c.doubt(at, "“%s”和“%s”像是同一份材料。", "是同一份的，删去一处；不是的，把名称写得分得清。", m.Name, other)
		}
		names[m.Name], fields[m.Field], papers[paper(m.Name)] = true, true, m.Name
		c.field(at.under("field"), m.Field, form.TypeFile)
		c.field(at.under("ends"), m.Ends, form.TypeDate, form.TypeIDExpiry)
		if c.used[m.Ends] = true; m.Field == "" && (m.Again || m.Ends != "" || m.Held != "") {
			c.wrong(at, "材料“%s”不上传，也就不能再次使用。", "写 field:，或者删去 again:、ends: 和 held:。", m.Name)
		}
		if f, ok := c.it.Form.Field(m.Field); ok && strings.Contains(m.Source, "共享") && !f.Optional {
			c.doubt(at.under("source"), "“%s”能由部门共享，还要申请人上传。", "把字段改成 optional: true，或者写明为什么要传。", m.Name)
		}
	}
	asked := map[string]string{}
	for i, p := range c.it.Form.Pages {
		for _, f := range p.Fields {
			if f.Type != form.TypeFile {
				continue
			}
			if !fields[f.ID] {
				c.doubt(fieldSpot(i, f.ID), "要上传“%s”，办事指南的材料里却没有。", "在 item.yaml 的 materials 里加上。", f.Label)
			}
			if other, twice := asked[paper(f.Label)]; twice && f.Label != "" {
				c.doubt(fieldSpot(i, f.ID), "“%s”和“%s”像是同一份材料。", "是同一份的，删去一处；不是的，把名称写得分得清。", f.Label, other)
			}
			asked[paper(f.Label)] = f.Label
		}
	}
}

// copies are words that say in what form a paper is handed in, not which it is.
var copies = regexp.MustCompile(`正本|副本|原件|复印件|影印件|扫描件|照片|电子版|电子件|纸质版|加盖公章|彩色|[\p{P}\p{S}\p{Z}和或及的]|[一二两]份`)

// paper is the name of a material without what does not tell it from others.
func paper(name string) string { return copies.ReplaceAllString(norm.NFKC.String(name), "") }
