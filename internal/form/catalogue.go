package form

import (
	"slices"
	"strings"
	"sync"

	"wangban/internal/cn"
)

// Catalogue is a long coded list to choose from (目录): official names with
// codes, in a tree. It comes with the item and does not change afterwards.
type Catalogue struct {
	Name, Title string
	Columns     []string // beside those every catalogue has, see Names
	Entries     []Entry  // parents before their children, as in the file

	once     sync.Once
	byCode   map[string]int
	children map[string][]int
	searched []string // what each entry is found by, folded
	records  sync.Map // code → what expressions read of it
	parts    sync.Map // code → the part of the catalogue below it
}

// Entry is a row of a catalogue.
type Entry struct {
	Code, Name, Parent, English string
	Aliases                     []string
	Heading                     bool // only leads to what is below it
	Columns                     map[string]string
}

// MostChosen is how many entries a field takes that does not say.
const MostChosen = 200

// builtinColumns are what conditions and documents can read of every chosen
// entry beside the catalogue's own columns: root is the uppermost entry above
// it, path the names from there down.
var builtinColumns = []string{"code", "name", "parent", "root", "root_name", "path"}

// BuiltinColumns are those that no catalogue can have as its own.
func BuiltinColumns() []string { return slices.Clone(builtinColumns) }

// Names are all columns that can be read of a chosen entry.
func (c *Catalogue) Names() []string { return slices.Concat(builtinColumns, c.Columns) }

func (c *Catalogue) index() {
	c.once.Do(func() {
		c.byCode, c.children = make(map[string]int, len(c.Entries)), map[string][]int{}
		c.searched = make([]string, len(c.Entries))
		for i, e := range c.Entries {
			c.byCode[e.Code] = i
			c.children[e.Parent] = append(c.children[e.Parent], i)
			c.searched[i] = strings.Join([]string{
				cn.Folded(e.Code), cn.Folded(e.Name), cn.Folded(strings.Join(e.Aliases, "\n")), cn.Folded(e.English), cn.Initials(e.Name), cn.Initials(strings.Join(e.Aliases, "\n")),
			}, "\n")
		}
	})
}

// Entry finds an entry by its code.
func (c *Catalogue) Entry(code string) (Entry, bool) {
	if c == nil {
		return Entry{}, false
	}
	c.index()
	i, ok := c.byCode[code]
	if !ok {
		return Entry{}, false
	}
	return c.Entries[i], true
}

// Named finds the entry that can be chosen and has a name or an alias; false
// when there are none or several.
func (c *Catalogue) Named(name string) (Entry, bool) {
	found, n := Entry{}, 0
	want := cn.Folded(name)
	for _, e := range c.Entries {
		if !e.Heading && (cn.Folded(e.Name) == want || slices.ContainsFunc(e.Aliases, func(a string) bool { return cn.Folded(a) == want })) {
			found = e
			n++
		}
	}
	return found, n == 1
}

// nameOf is the name of an entry; of a code that is in no catalogue, the code.
func (c *Catalogue) nameOf(code string) string {
	if e, ok := c.Entry(code); ok {
		return e.Name
	}
	return code
}

// Below are the entries directly under a code, those at the top for "".
func (c *Catalogue) Below(code string) []Entry {
	c.index()
	out := make([]Entry, len(c.children[code]))
	for i, at := range c.children[code] {
		out[i] = c.Entries[at]
	}
	return out
}

// Part is the catalogue as far as it lies below a code, with what leads there;
// the whole of it when there is no such code.
func (c *Catalogue) Part(code string) *Catalogue {
	if _, ok := c.Entry(code); !ok {
		return c
	}
	if made, ok := c.parts.Load(code); ok {
		return made.(*Catalogue)
	}
	part := &Catalogue{Name: c.Name, Title: c.Title, Columns: c.Columns}
	above := c.Way(code)
	for _, e := range c.Entries {
		leads := slices.ContainsFunc(above[:len(above)-1], func(a Entry) bool { return a.Code == e.Code })
		if leads {
			e.Heading = true
		}
		if leads || slices.ContainsFunc(c.Way(e.Code), func(a Entry) bool { return a.Code == code }) {
			part.Entries = append(part.Entries, e)
		}
	}
	made, _ := c.parts.LoadOrStore(code, part)
	return made.(*Catalogue)
}

// within are fields that choose from as much of their catalogues as the answers
// leave.
func within(fields []Field, env Env) []Field {
	if !slices.ContainsFunc(fields, func(f Field) bool { return f.Under != "" }) {
		return fields
	}
	out := slices.Clone(fields)
	for i := range out {
		out[i] = out[i].within(env)
	}
	return out
}

func (f Field) within(env Env) Field {
	if code, ok := env.Get(f.Under).(string); ok && f.Under != "" && f.Catalogue != nil {
		f.Catalogue = f.Catalogue.Part(code)
	}
	return f
}

// deepest bounds how far down a catalogue goes.
const deepest = 12

// Way are the entries from the top down to a code, itself included.
func (c *Catalogue) Way(code string) []Entry {
	var way []Entry
	for e, ok := c.Entry(code); ok && len(way) < deepest; e, ok = c.Entry(e.Parent) {
		way = append(way, e)
	}
	slices.Reverse(way)
	return way
}

// Search finds the entries that can be chosen and have every word of a query in
// their code, name, aliases, English or the initials of their pinyin, the
// closest first; and how many there are in all.
func (c *Catalogue) Search(query string, limit int) (found []Entry, all int) {
	c.index()
	words := strings.Fields(cn.Folded(query))
	if len(words) == 0 {
		return nil, 0
	}
	var ranks [3][]Entry
	for i, e := range c.Entries {
		if e.Heading || !containsAll(c.searched[i], words) {
			continue
		}
		all++
		rank := 2
		switch name := cn.Folded(e.Name); {
		case name == words[0] || cn.Folded(e.Code) == words[0]:
			rank = 0
		case strings.HasPrefix(name, words[0]) || strings.HasPrefix(cn.Folded(e.Code), words[0]):
			rank = 1
		}
		ranks[rank] = append(ranks[rank], e)
	}
	found = slices.Concat(ranks[0], ranks[1], ranks[2])
	return found[:min(limit, len(found))], all
}

func containsAll(text string, words []string) bool {
	for _, w := range words {
		if !strings.Contains(text, w) {
			return false
		}
	}
	return true
}

// columns are what expressions read of an answer: the columns of the entry, or
// of each when there can be several. Of nothing chosen all columns are nil.
func (c *Catalogue) columns(value any, many bool) any {
	if c == nil {
		return nil
	}
	if !many {
		code, _ := value.(string)
		return c.Record(code)
	}
	codes, _ := value.([]string)
	out := make([]any, len(codes))
	for i, code := range codes {
		out[i] = c.Record(code)
	}
	return out
}

// Record is what expressions read of the entry with a code; not to be changed.
func (c *Catalogue) Record(code string) map[string]any {
	if made, ok := c.records.Load(code); ok {
		return made.(map[string]any)
	}
	record := c.newRecord(code)
	if _, known := c.Entry(code); known || code == "" { // anything can be typed, and is not kept
		c.records.Store(code, record)
	}
	return record
}

func (c *Catalogue) newRecord(code string) map[string]any {
	record := map[string]any{}
	for _, name := range c.Names() {
		record[name] = nil
	}
	way := c.Way(code)
	if len(way) == 0 {
		return record
	}
	e, names := way[len(way)-1], make([]string, len(way))
	for i, w := range way {
		names[i] = w.Name
	}
	for _, column := range c.Columns { // what an entry does not say, the one above it says
		for i := len(way) - 1; i >= 0 && record[column] == nil; i-- {
			if v := way[i].Columns[column]; v != "" {
				record[column] = v
			}
		}
	}
	record["code"], record["name"], record["parent"] = e.Code, e.Name, e.Parent
	record["root"], record["root_name"], record["path"] = way[0].Code, way[0].Name, strings.Join(names, " / ")
	return record
}

// Limit is how many entries a field takes.
func (f Field) Limit() int {
	if f.Type == TypeCatalogue && f.Many == 0 {
		return 1
	}
	return max(f.Many, 1)
}

func (c checker) entries(f Field, codes ...string) *Problem {
	if limit := f.Limit(); len(codes) > limit {
		return &Problem{Text: "“%s”最多选 %d 项，现在是 %d 项。去掉多余的。", Args: []any{Label(f.Label), limit, len(codes)}}
	}
	for _, code := range codes {
		e, ok := f.Catalogue.Entry(code)
		switch {
		case !ok:
			return &Problem{Text: "“%s”的目录里没有“%s”。搜索后重新选。", Args: []any{Label(f.Label), code}}
		case e.Heading:
			return &Problem{Text: "“%s”下面还分几种，要选到具体的一种。", Args: []any{Label(e.Name)}}
		}
	}
	return nil
}
