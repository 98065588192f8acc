package item

import (
	"regexp"
	"slices"
	"strings"

	"wangban/internal/form"
)

// shown is what a document shows of a case, {{unit.name}}.
var shown = regexp.MustCompile(`\{\{([^{}]*)\}\}`)

// expressionsOf are the conditions (when:) and the {{expressions}} of a
// document. What cannot be read is the document room's to report.
func expressionsOf(it *Item, document string) (all []condition) {
	file := "documents/" + document
	var row *form.Field
	add := func(path []any, source string, text bool) {
		if cond, err := form.ParseCond(source); err == nil && !cond.Empty() {
			all = append(all, condition{at: inFile(file, path...), cond: cond, text: text, row: row})
		}
	}
	var walk func(n *node, path []any)
	walk = func(n *node, path []any) {
		if f, ok := rowsShown(it, n); ok { // its columns speak of one row
			outer := row
			row = &f
			defer func() { row = outer }()
		}
		if n.kind == scalar {
			if len(path) > 0 && path[len(path)-1] == "when" {
				add(path, n.text, false)
				return
			}
			for _, m := range shown.FindAllStringSubmatch(n.text, -1) {
				add(path, strings.TrimSpace(m[1]), true)
			}
		}
		for i, child := range n.items {
			var step any = i
			if n.kind == mapping {
				step = n.keys[i].name
			}
			walk(child, slices.Concat(path, []any{step}))
		}
	}
	if root := it.roots[file+".yaml"]; root != nil {
		if f, ok := it.Form.Field(documentRows(it, document)); ok {
			row = &f
		}
		walk(root, nil)
	}
	return all
}

// documentRows is the list of records for each of which a document is made; ""
// when it is made once.
func documentRows(it *Item, document string) string {
	if named := it.roots["documents/"+document+".yaml"].get(settingEach); named != nil && named.kind == scalar {
		return named.text
	}
	return ""
}

// rowsShown is the list of records that a block of a document shows.
func rowsShown(it *Item, n *node) (form.Field, bool) {
	named := n.get("rows")
	if named == nil || named.kind != scalar {
		return form.Field{}, false
	}
	f, ok := it.Form.Field(named.text)
	return f, ok && f.Type == form.TypeRows
}

// shownAt is where a document names a list of records: its block.
type shownAt struct {
	document string
	block    int
}

func (s shownAt) spot() spot { return inFile("documents/"+s.document, "blocks", s.block, "rows") }

// rowsNamed are the lists of records that the blocks of a document name.
func rowsNamed(it *Item, document string) map[shownAt]string {
	named := map[shownAt]string{}
	blocks := it.roots["documents/"+document+".yaml"].get("blocks")
	if blocks == nil || blocks.kind != list {
		return nil
	}
	for i, b := range blocks.items {
		if n := b.get("rows"); n != nil && n.kind == scalar {
			named[shownAt{document, i}] = n.text
		}
	}
	return named
}

// documents must show nothing but answers, facts and what the house adds.
func (c *check) documents() {
	names := slices.Concat(c.fieldIDs(), c.columnNames(), envNames, c.it.workNames(), c.o.Document)
	for _, f := range c.it.Flow.Facts {
		names = append(names, f.Name)
	}
	for _, d := range documentNames(c.it) {
		c.known(inFile("documents/"+d, settingEach), "字段", documentRows(c.it, d), c.fieldIDs(form.TypeRows))
		for at, name := range rowsNamed(c.it, d) {
			c.known(at.spot(), "字段", name, c.fieldIDs(form.TypeRows))
		}
		each := documentRows(c.it, d) != ""
		for _, e := range expressionsOf(c.it, d) {
			known, names := true, names
			if e.row != nil {
				names = slices.Concat(names, rowNames(*e.row))
			}
			for _, ref := range e.cond.Refs() {
				if nameable(ref, names) {
					continue
				}
				if known = false; c.ours(ref) || e.row != nil && !each && !strings.Contains(ref, ".") {
					c.unshown(e, ref, names)
				}
			}
			if known {
				c.typed(e)
				c.compared(e)
			}
		}
	}
}

// unshown reports a name that a document speaks of and nobody knows.
func (c *check) unshown(e condition, ref string, names []string) {
	near, ok := nearest(ref, slices.Concat(names, form.Functions()))
	switch {
	case !e.text:
		c.unknownRef(e.at, ref, names)
	case ok:
		c.wrong(e.at, "文件里的 {{%s}} 不存在。", "改成 {{%[2]s}}。", ref, near)
	default:
		c.wrong(e.at, "文件里的 {{%s}} 不存在。", "写表单里的字段或者 facts 里的名字。", ref)
	}
}

// ours tells whether a name must be known here: one in a group of fields, or
// any when the house has said what documents can show.
func (c *check) ours(ref string) bool {
	root, _, _ := strings.Cut(ref, ".")
	return c.o.Document != nil || slices.ContainsFunc(slices.Concat(c.fieldIDs(), c.it.sheetFieldIDs()), func(id string) bool {
		group, _, _ := strings.Cut(id, ".")
		return group == root
	})
}

// Shows are the names whose values a document shows: fields of the form, and of
// a record those of its list. What only conditions speak of is not among them.
func (it *Item) Shows(document string) (names []string) {
	for _, e := range expressionsOf(it, document) {
		if !e.text {
			continue
		}
		for _, ref := range e.cond.Refs() {
			ref = strings.TrimPrefix(ref, "catalogue.")
			names = append(names, ref)
			if i := strings.LastIndexByte(ref, '.'); i > 0 { // a column of an entry is of its field
				names = append(names, ref[:i])
			}
		}
	}
	return names
}
