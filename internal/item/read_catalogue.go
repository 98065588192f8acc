package item

import (
	"bytes"
	"encoding/csv"
	"errors"
	"io"
	"maps"
	"path"
	"regexp"
	"slices"
	"strings"

	"wangban/internal/form"
)

// Catalogue is a long coded list that the item's form chooses from, with what
// only its author needs to know.
type Catalogue struct {
	*form.Catalogue
	File    string
	Chinese bool // there is no English, on purpose: an official list that has none
	Lines   []int
}

// Columns of a catalogue's file that have a meaning of their own; others are
// for conditions and documents.
const (
	columnCode       = "code"
	columnName       = "name"
	columnParent     = "parent"
	columnEnglish    = "en"
	columnAliases    = "aliases"
	columnSelectable = "selectable"
)

var ownColumns = []string{columnCode, columnName, columnParent, columnEnglish, columnAliases, columnSelectable}

// mostEntries bounds a catalogue.
const mostEntries = 5000

var columnRule = regexp.MustCompile(`^[a-z][a-z0-9_]*$`)

// record is one row of a catalogue's file.
type record struct {
	line  int
	cells map[string]string
}

// catalogues reads catalogues/NAME.csv and catalogues/NAME.yaml.
func (r *reader) catalogues() {
	r.it.Catalogues = map[string]Catalogue{}
	for _, file := range slices.Sorted(maps.Keys(r.it.files)) {
		dir, base := path.Split(file)
		name, ending := strings.TrimSuffix(base, path.Ext(base)), path.Ext(base)
		if dir != "catalogues/" || ending != ".csv" && ending != ".yaml" {
			continue
		}
		c := Catalogue{Catalogue: &form.Catalogue{Name: name}, File: file}
		if _, twice := r.it.Catalogues[name]; twice {
			r.report(file, "目录“%s”有两个文件。", "只留 CSV 或 YAML 中的一个。", name)
			continue
		}
		var rows []record
		if ending == ".csv" {
			rows = r.catalogueCSV(file, &c)
		} else {
			r.file(file, func(p place) { rows = catalogueYAML(p, &c) })
		}
		r.entries(&c, rows)
		r.it.Catalogues[name] = c
	}
}

// catalogueCSV reads a heading and rows. Lines before it that begin with # can
// say "title: …" and "english: none".
func (r *reader) catalogueCSV(file string, c *Catalogue) []record {
	source := bytes.TrimPrefix(r.it.files[file], []byte("\ufeff"))
	for line := range strings.Lines(string(source)) {
		said, ok := strings.CutPrefix(line, "#")
		if !ok {
			break
		}
		key, value, _ := strings.Cut(said, ":")
		switch strings.TrimSpace(key) {
		case "title":
			c.Title = strings.TrimSpace(value)
		case "english":
			c.Chinese = strings.TrimSpace(value) == "none"
		}
	}
	in := csv.NewReader(bytes.NewReader(source))
	in.Comment, in.FieldsPerRecord, in.TrimLeadingSpace = '#', -1, true
	var heading []string
	var rows []record
	for {
		cells, err := in.Read()
		switch {
		case errors.Is(err, io.EOF):
			return rows
		case err != nil:
			r.report(file, "目录文件不是正确的 CSV：%v。", "用逗号分隔；内容里有逗号或引号的，整格加双引号。", err)
			return rows
		}
		line, _ := in.FieldPos(0)
		if heading == nil {
			heading = cells
			continue
		}
		row := record{line, map[string]string{}}
		if len(cells) > len(heading) {
			r.reportAt(file, line, "这一行比表头多出几格。", "内容里有逗号的，整格加双引号。")
		}
		for i, cell := range cells[:min(len(cells), len(heading))] {
			row.cells[strings.TrimSpace(heading[i])] = strings.TrimSpace(cell)
		}
		if rows = append(rows, row); len(rows) > mostEntries {
			return rows
		}
	}
}

// catalogueYAML reads {title, english, rows: [{code, name, …}]}.
func catalogueYAML(p place, c *Catalogue) (rows []record) {
	var english string
	p.read(keys{
		"title":   text(&c.Title),
		"english": word(&english, "none"),
		"rows": func(v place) {
			for _, one := range v.list() {
				row := record{one.line, map[string]string{}}
				one.each(func(column string, cell place) {
					if cell.kind == list {
						row.cells[column] = strings.Join(cell.texts(), ";")
						return
					}
					if cell.kind != nothing {
						row.cells[column] = cell.text()
					}
				})
				rows = append(rows, row)
			}
		},
	})
	c.Chinese = english == "none"
	return rows
}

func (r *reader) reportAt(file string, line int, text, suggestion string, args ...any) {
	r.problems = append(r.problems, broken(r.path(file), line, text, suggestion, args...))
}

// entries makes a catalogue of the rows of its file.
func (r *reader) entries(c *Catalogue, rows []record) {
	columns := map[string]bool{}
	seen := map[string]int{}
	if len(rows) == 0 {
		r.report(c.File, "目录是空的。", "第一行写表头，例如 code,name,parent,en，下面一行一条。")
	}
	if len(rows) > mostEntries {
		r.report(c.File, "目录太长，超过 %d 条。", "分成几个目录，或者只留用得上的。", mostEntries)
		rows = rows[:mostEntries]
	}
	for _, row := range rows {
		cell := row.cells
		e := form.Entry{Code: cell[columnCode], Name: cell[columnName], Parent: cell[columnParent], English: cell[columnEnglish]}
		switch was, twice := seen[e.Code]; {
		case e.Code == "" || e.Name == "":
			r.reportAt(c.File, row.line, "这一条没有 code 或者 name。", "每条都写编码和名称。")
			continue
		case twice:
			r.reportAt(c.File, row.line, "编码“%s”写了两次，前一次在第 %d 行。", "改正其中一个。", e.Code, was)
			continue
		}
		if _, known := seen[e.Parent]; e.Parent != "" && !known {
			r.reportAt(c.File, row.line, "上级“%s”不存在，或者写在后面。", "先写上级，再写下级；没有上级的留空。", e.Parent)
			e.Parent = ""
		}
		seen[e.Code] = row.line
		for _, alias := range strings.FieldsFunc(cell[columnAliases], func(r rune) bool { return strings.ContainsRune(";；、", r) }) {
			e.Aliases = append(e.Aliases, strings.TrimSpace(alias))
		}
		switch strings.ToLower(cell[columnSelectable]) {
		case "", "true":
		case "false":
			e.Heading = true
		default:
			r.reportAt(c.File, row.line, "selectable 只能写 true 或 false，现在是“%s”。", "能选的写 true，只用来分类的写 false。", cell[columnSelectable])
		}
		for column, value := range cell {
			if slices.Contains(ownColumns, column) || column == "" {
				continue
			}
			if !columns[column] {
				columns[column] = true
				r.column(c, row.line, column)
			}
			if e.Columns == nil {
				e.Columns = map[string]string{}
			}
			e.Columns[column] = value
		}
		c.Entries, c.Lines = append(c.Entries, e), append(c.Lines, row.line)
	}
	c.Columns = slices.Sorted(maps.Keys(columns))
}

func (r *reader) column(c *Catalogue, line int, column string) {
	switch {
	case slices.Contains(form.BuiltinColumns(), column):
		r.reportAt(c.File, line, "列名“%s”已经有别的意思。", "换个名字。", column)
	case !columnRule.MatchString(column):
		r.reportAt(c.File, line, "列名“%s”不合规。", "只用小写字母、数字和下划线，例如 cert_prefix。", column)
	}
}

// settle gives the fields that choose from a catalogue the one they name. One
// that does not exist is reported by Check, and is empty here.
func (it *Item) settle() {
	each := func(f *form.Field) {
		if f.Type != form.TypeCatalogue {
			return
		}
		if c, ok := it.Catalogues[f.Source]; ok {
			f.Catalogue = c.Catalogue
		} else {
			f.Catalogue = &form.Catalogue{Name: f.Source}
		}
	}
	for i := range it.Form.Pages {
		fields := it.Form.Pages[i].Fields
		for j := range fields {
			each(&fields[j])
			for k := range fields[j].Fields {
				each(&fields[j].Fields[k])
			}
		}
	}
}

// translate adds the English of catalogues and of the names of documents to
// the item's own.
func (it *Item) translate() {
	for _, d := range it.Documents {
		if _, own := it.English[d.Title]; d.EN != "" && !own {
			if it.English == nil {
				it.English = map[string]string{}
			}
			it.English[d.Title] = d.EN
		}
	}
	for _, name := range sortedNames(it.Catalogues) {
		for _, e := range it.Catalogues[name].Entries {
			if e.English == "" {
				continue
			}
			if it.English == nil {
				it.English = map[string]string{}
			}
			if _, own := it.English[e.Name]; !own {
				it.English[e.Name] = e.English
			}
		}
	}
}
