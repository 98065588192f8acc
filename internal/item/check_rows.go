package item

import (
	"regexp"
	"slices"
	"strings"

	"wangban/internal/form"
)

// columnRefs are the names under which conditions read the columns of what a
// field chooses.
func columnRefs(f form.Field) []string {
	switch {
	case f.Type != form.TypeCatalogue || f.Catalogue == nil:
		return nil
	case f.Many > 0:
		return []string{"catalogue." + f.ID}
	}
	var refs []string
	for _, column := range f.Catalogue.Names() {
		refs = append(refs, "catalogue."+f.ID+"."+column)
	}
	return refs
}

// columnNames are those of all fields of the form.
func (c *check) columnNames() []string {
	var names []string
	for _, p := range c.it.Form.Pages {
		for _, f := range p.Fields {
			names = append(names, columnRefs(f)...)
		}
	}
	return names
}

// columnOf is the field and the column that a name such as
// catalogue.equipment.kind.cert_prefix reads.
func columnOf(it *Item, ref string) (f form.Field, column string, ok bool) {
	path, ok := strings.CutPrefix(ref, "catalogue.")
	if !ok {
		return f, "", false
	}
	if f, ok = it.Form.Field(path); ok {
		return f, "", true
	}
	i := strings.LastIndexByte(path, '.')
	if i < 0 {
		return f, "", false
	}
	f, ok = it.Form.Field(path[:i])
	return f, path[i+1:], ok
}

var subFieldRule = regexp.MustCompile(`^[a-z][a-z0-9_]*$`)

// taken are names that the page of a row sends beside its sub-fields, or that
// tell rows from files.
var taken = []string{"key", "version", "from", "draw", "upload", "remove", "handover", "hash", "catalogue", "row", "search", "open"}

// rows looks at what a list of records asks of each.
func (c *check) rows(at spot, f form.Field) {
	if f.Type != form.TypeRows {
		for key, written := range map[string]bool{"fields": len(f.Fields) > 0, "sheet": f.Sheet, "row": f.RowLabel != "", "row_title": f.RowTitle != "", "unique": f.Unique != ""} {
			if written {
				c.wrong(at.under(key), "只有 type: rows 才能写 %s。", "删去，或者把类型改成 rows。", key)
			}
		}
		return
	}
	if len(f.Fields) == 0 {
		c.wrong(at, "“%s”的每一条没有要填的内容。", "写 fields:，每条里要填的字段。", f.ID)
	}
	if f.RowLabel == "" {
		c.wrong(at, "没有写“%s”的一条叫什么。", "写 row:，例如 row: 家庭成员；它会出现在“添加”按钮上。", f.ID)
	}
	if f.Max > form.MostRows {
		c.wrong(at.under("max"), "最多 %d 条。", "写小一点。", form.MostRows)
	}
	var ids []string
	labels := map[string]string{}
	for _, sub := range f.Fields {
		at := at.under("fields", sub.ID)
		c.subField(at, f, sub)
		if slices.Contains(ids, sub.ID) {
			c.wrong(at, "字段“%s”写了两次。", "给其中一个换个名字。", sub.ID)
		}
		if other, twice := labels[sub.Label]; twice && sub.Label != "" {
			c.wrong(at, "“%s”里有两个“%s”（%s 和 %s）。", "把两个标签写得不一样；表格里靠标签认列。", f.ID, sub.Label, other, sub.ID)
		}
		labels[sub.Label] = sub.ID
		c.oneField(at, sub)
		c.siblings(at, f, sub, ids)
		ids = append(ids, sub.ID)
	}
	c.known(at.under("row_title"), "字段", f.RowTitle, ids)
	c.known(at.under("unique"), "字段", f.Unique, ids)
}

func (c *check) subField(at spot, f, sub form.Field) {
	root := func(id string) bool { r, _, _ := strings.Cut(id, "."); return r == sub.ID }
	switch {
	case !subFieldRule.MatchString(sub.ID):
		c.wrong(at, "字段名“%s”不合规。", "每一条里的字段只用小写字母、数字和下划线，例如 id_no，不写点。", sub.ID)
	case slices.Contains(taken, sub.ID):
		c.wrong(at, "“%s”已经有别的意思。", "给这个字段换个名字。", sub.ID)
	case slices.ContainsFunc(c.fieldIDs(), root) || slices.ContainsFunc(envNames, root):
		c.wrong(at, "“%s”和表单里别的名字一样。", "给这个字段换个名字，条件才分得清。", sub.ID)
	case sub.Type == form.TypeFile && f.Sheet:
		c.wrong(at, "写了 sheet: true 的，每一条里不能上传文件。", "把文件放到另一个字段，或者删去 sheet。")
	case sub.Type != "" && !sub.Type.InRows():
		c.wrong(at, "每一条里不能有 %s 类型的字段。", "文件、密码和承诺放在表单的页面上，rows 里也不能再套 rows。", string(sub.Type))
	}
	for key, written := range map[string]bool{"verify": !sub.Verify.Empty(), "check": sub.Check != "", "download": sub.Download != "", "taken_from": len(sub.TakenFrom) > 0} {
		if written {
			c.wrong(at.under(key), "每一条里用不上 %s。", "删去。", key)
		}
	}
}

// siblings are the other sub-fields that one names.
func (c *check) siblings(at spot, f, sub form.Field, before []string) {
	for _, r := range namedFields(sub) {
		if r.key == keyUnder {
			if c.field(at.under(r.key), r.id, r.types...) && r.id != "" && !slices.Contains(c.before(f.ID), r.id) {
				c.wrong(at.under(r.key), "“%s”在后面才问到。", "只能引用前面问过的字段，调整顺序。", r.id)
			}
			continue
		}
		if !c.known(at.under(r.key), "字段", r.id, before) || r.id == "" {
			continue
		}
		if other, _ := f.Sub(r.id); len(r.types) > 0 && !slices.Contains(r.types, other.Type) {
			c.wrong(at.under(r.key), "“%s”的类型不对。", "换一个合适的字段。", r.id)
		}
	}
}

// catalogue looks at what a field chooses from.
func (c *check) catalogue(at spot, f form.Field) {
	switch {
	case f.Type != form.TypeCatalogue && f.Under != "":
		c.wrong(at.under(keyUnder), "只有 type: catalogue 才能写 %s。", "删去，或者把类型改成 catalogue。", keyUnder)
	case f.Type != form.TypeCatalogue && f.Source != "":
		c.wrong(at.under("catalogue"), "只有 type: catalogue 才能写 %s。", "删去，或者把类型改成 catalogue。", "catalogue")
	case f.Type == form.TypeCatalogue && f.Source == "":
		c.wrong(at, "“%s”没有写从哪个目录里选。", "写 catalogue:，就是 catalogues 文件夹里文件的名字。", f.ID)
	case f.Type == form.TypeCatalogue:
		if c.known(at.under("catalogue"), "目录", f.Source, sortedNames(c.it.Catalogues)) && !slices.ContainsFunc(f.Catalogue.Entries, func(e form.Entry) bool { return !e.Heading }) {
			c.wrong(at.under("catalogue"), "目录“%s”里没有能选的。", "至少有一条不写 selectable: false。", f.Source)
		}
		c.codes(at, f)
	}
}

// codes looks at whether the options of the field under whose answer one
// chooses are codes of the catalogue.
func (c *check) codes(at spot, f form.Field) {
	over, ok := c.it.Form.Field(f.Under)
	if !ok || f.Under == "" || f.Catalogue == nil {
		return
	}
	for _, o := range over.Options {
		if _, known := f.Catalogue.Entry(o.Value); !known {
			c.wrong(at.under(keyUnder), "“%s”的选项“%s”不是目录里的代码。", "选项的值写成目录里的代码，例如 \"3000\"。", f.Under, o.Value)
		}
	}
}

// lists are the catalogues: they are to be used, and to be read in English.
func (c *check) lists() {
	used := map[string]bool{}
	for _, p := range c.it.Form.Pages {
		for _, f := range p.Fields {
			used[f.Source] = true
			for _, sub := range f.Fields {
				used[sub.Source] = true
			}
		}
	}
	for _, name := range sortedNames(c.it.Catalogues) {
		catalogue := c.it.Catalogues[name]
		doubt := func(line int, text, suggestion string, args ...any) {
			c.problems = append(c.problems, Problem{File: "items/" + c.it.Name + "/" + catalogue.File, Line: line, Text: text, Suggestion: suggestion, Args: args, Severity: Warning})
		}
		if !used[name] {
			doubt(0, "目录“%s”没有人用。", "在表单里写 catalogue: %[1]s，或者删去文件。", name)
		}
		missing, first := 0, 0
		for i, e := range catalogue.Entries {
			if e.English == "" && hasHan(e.Name) && c.it.English[e.Name] == "" {
				if missing++; missing == 1 {
					first = catalogue.Lines[i]
				}
			}
		}
		if missing > 0 && !catalogue.Chinese {
			doubt(first, "目录“%s”有 %d 条没有英文，这是第一条。", "加上 en 一列；官方名称没有英文的，在文件里写 english: none（CSV 写在开头，# english: none）。", name, missing)
		}
	}
}
