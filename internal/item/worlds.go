package item

import (
	"cmp"
	"math/rand/v2"
	"slices"
	"strconv"
	"strings"

	"wangban/internal/form"
)

// world is one way in which a case of the item can stand: answers that differ
// in what conditions ask about, complete or with nothing optional. Checks play
// the flow in every world instead of reasoning about conditions.
type world struct {
	env    form.Env
	values form.Values
}

// maxWorlds bounds the play; of an item whose conditions allow more, so many
// are tried, and what has not been seen then is only doubtful.
const maxWorlds = 1024

// varied are the names whose values conditions depend on, each with the values
// worth trying.
type varied struct {
	refs    []string
	domains [][]any
	exact   bool // the values tell every condition's yes from its no
}

// vary finds what the conditions depend on, directly or through facts and the
// conditions of the fields they speak of.
func (c *check) vary(conds []form.Cond) varied {
	found := map[string]*literals{}
	v := varied{exact: true}
	open := slices.Clone(conds)
	seen := map[string]bool{}
	for len(open) > 0 {
		cond := open[0]
		open = open[1:]
		if seen[cond.Source] {
			continue
		}
		seen[cond.Source] = true
		compareWith(cond, found)
		for _, ref := range cond.Refs() {
			open = append(open, c.behind(ref)...)
			if found[ref] == nil {
				found[ref] = &literals{}
			}
		}
	}
	c.entriesBehind(found)
	for _, ref := range sortedNames(found) {
		values, exact := domain(c.it, ref, *found[ref])
		v.exact = v.exact && (exact || len(values) == 0)
		if len(values) > 1 {
			v.refs, v.domains = append(v.refs, ref), append(v.domains, values)
		}
	}
	return v
}

// entriesBehind makes what conditions ask of the columns of an entry a matter of
// which entry is chosen.
func (c *check) entriesBehind(found map[string]*literals) {
	for _, ref := range sortedNames(found) {
		f, column, ok := columnOf(c.it, ref)
		if !ok || f.Catalogue == nil {
			continue
		}
		to := literalFinder(found).of(f.ID)
		columns := []string{column}
		if column == "" { // of several entries, conditions name the column inside
			columns = f.Catalogue.Names()
		}
		for _, text := range found[ref].texts {
			for _, e := range f.Catalogue.Entries {
				record := f.Catalogue.Record(e.Code)
				if !e.Heading && slices.ContainsFunc(columns, func(column string) bool { return record[column] == text }) {
					to.texts = append(to.texts, e.Code)
					break
				}
			}
		}
	}
}

// behind are the conditions on which a name depends itself.
func (c *check) behind(ref string) []form.Cond {
	for _, f := range c.it.Flow.Facts {
		if f.Name == ref {
			return []form.Cond{f.Is}
		}
	}
	if f, _, ok := columnOf(c.it, ref); ok {
		ref = f.ID
	}
	for _, p := range c.it.Form.Pages {
		for _, f := range p.Fields {
			if f.ID == ref {
				conds := []form.Cond{p.When, f.When, f.OptionalWhen}
				for _, o := range f.Options {
					conds = append(conds, o.When)
				}
				return conds
			}
		}
	}
	return nil
}

// count is how many ways there are, but no more than a little above maxWorlds.
func (v varied) count() int {
	n := 1
	for _, d := range v.domains {
		if n *= len(d); n > maxWorlds {
			return maxWorlds + 1
		}
	}
	return n
}

// worlds are all ways in which a case can stand, as far as v tells them apart;
// and whether they are all.
func (c *check) allWorlds(v varied) (out []world, sure bool) {
	sure = v.exact && v.count() <= maxWorlds
	for _, choice := range v.choices() {
		chosen := map[string]any{}
		for i, ref := range v.refs {
			chosen[ref] = v.domains[i][choice[i]]
		}
		for _, complete := range []bool{true, false} {
			if w, ok := newWorld(c.it, chosen, complete); ok {
				out = append(out, w)
			}
		}
	}
	return out, sure
}

// choices are the combinations to try, as indexes: all of them, or, where there
// are too many, each pair of values and then others by lot. The lot is the same
// each time.
func (v varied) choices() [][]int {
	if n := v.count(); n <= maxWorlds {
		out := make([][]int, n)
		for i := range out {
			out[i] = make([]int, len(v.domains))
			rest := i
			for j, d := range v.domains {
				out[i][j], rest = rest%len(d), rest/len(d)
			}
		}
		return out
	}
	lot := rand.New(rand.NewPCG(2020, 78))
	random := func() []int {
		choice := make([]int, len(v.domains))
		for j, d := range v.domains {
			choice[j] = lot.IntN(len(d))
		}
		return choice
	}
	var out [][]int
	for i, d := range v.domains {
		for a := range d {
			for j := range i {
				for b := range v.domains[j] {
					choice := random()
					choice[i], choice[j] = a, b
					if out = append(out, choice); len(out) == maxWorlds {
						return out
					}
				}
			}
		}
	}
	for len(out) < maxWorlds {
		out = append(out, random())
	}
	return out
}

// newWorld makes a world; false when nobody could have answered so, or nothing
// can be left out.
func newWorld(it *Item, chosen map[string]any, complete bool) (world, bool) {
	v := form.Values{}
	for _, p := range it.Form.Pages {
		for _, f := range p.Fields {
			if value, ok := chosen[f.ID]; ok {
				v[f.ID] = value
			} else {
				v[f.ID] = sample(f)
			}
		}
	}
	if !complete {
		env, before := it.Form.Env(v), len(v)
		for _, p := range it.Form.Pages {
			for _, f := range p.Fields {
				if _, ok := chosen[f.ID]; !ok && (f.Optional || !f.OptionalWhen.Empty() && f.OptionalWhen.Holds(env)) {
					delete(v, f.ID)
				}
			}
		}
		if len(v) == before { // nothing is optional: the same as complete
			return world{}, false
		}
	}
	w := world{env: it.Form.Env(v), values: v}
	for _, p := range it.Form.Pages {
		for _, f := range p.Fields {
			if value, ok := chosen[f.ID]; ok && f.Choosing() && !offered(f, value, w.env) {
				return world{}, false
			}
		}
	}
	for _, name := range envNames {
		switch houseKinds[name] {
		case form.Truth:
			w.env.Set(name, false)
			continue
		case form.Number:
			w.env.Set(name, 0)
			continue
		}
		if strings.HasSuffix(name, ".") {
			w.env[strings.TrimSuffix(name, ".")] = map[string]any{}
		} else {
			w.env.Set(name, "某某某")
		}
	}
	w.env["changed"] = []string{}
	w.work(it, chosen)
	for name, value := range chosen {
		if _, field := it.Field(name); !field {
			w.env.Set(name, value)
		}
	}
	w.tell(it)
	return w, true
}

// work sets what staff have done: sheets are filled in, acts were never done.
func (w world) work(it *Item, chosen map[string]any) {
	for _, s := range it.Sheets {
		v := form.Values{}
		for _, f := range s.Fields {
			v[f.ID] = sample(f)
			if value, ok := chosen[f.ID]; ok {
				v[f.ID] = value
			}
		}
		filled := s.Form().Env(v)
		for _, f := range s.Fields {
			w.env.Set(f.ID, filled.Get(f.ID))
		}
	}
	for _, name := range it.doneNames() {
		w.env.Set(name, 0)
	}
}

// tell sets the facts.
func (w world) tell(it *Item) {
	for _, f := range it.Flow.Facts {
		w.env[f.Name] = f.Is.Holds(w.env)
	}
}

// offered tells whether an option applies.
func offered(f form.Field, value any, env form.Env) bool {
	return value == nil || slices.ContainsFunc(f.Options, func(o form.Option) bool { return o.Value == value && o.When.Holds(env) })
}

// longestSample bounds the length of a made-up answer.
const longestSample = 2000

// sample is a long answer of a field.
func sample(f form.Field) any {
	switch f.Type {
	case form.TypeYesNo, form.TypeAgree:
		return true
	case form.TypeChoice, form.TypeUnitKind, form.TypeIDType:
		if len(f.Options) > 0 {
			return f.Options[0].Value
		}
	case form.TypeChoices:
		return optionValues(f)
	case form.TypeFile:
		return someFiles(1)
	case form.TypeDate, form.TypeIDExpiry:
		return "2030-12-31"
	case form.TypeMobile:
		return "13800138000"
	case form.TypeUSCC, form.TypeIDNumber:
		return "110000000000000000"
	case form.TypePersonName:
		return "某某某某"
	case form.TypeRows:
		return someRows(f, max(f.Min, 1))
	case form.TypeCatalogue:
		return sampleEntry(f)
	case form.TypePostcode:
		return "231300"
	case form.TypeLandline:
		return "0564-86200000"
	case form.TypeEquipmentCode:
		return "215010890201500098"
	case form.TypeDecimal, form.TypeMoney:
		return cmp.Or(f.Most, f.Least, "10000")
	case form.TypeNumber:
		n := max(10000, f.Min)
		if f.Max > 0 {
			n = min(n, f.Max)
		}
		return strconv.Itoa(n)
	}
	n := 60
	if f.Max > 0 {
		n = min(f.Max, longestSample)
	}
	return strings.Repeat("某", n)
}

func optionValues(f form.Field) []string {
	values := make([]string, len(f.Options))
	for i, o := range f.Options {
		values[i] = o.Value
	}
	return values
}

func sampleEntry(f form.Field) any {
	for _, e := range f.Catalogue.Entries {
		if !e.Heading && f.Many > 0 {
			return []string{e.Code}
		} else if !e.Heading {
			return e.Code
		}
	}
	return nil
}

func someRows(f form.Field, n int) []form.Row {
	rows := make([]form.Row, n)
	for i := range rows {
		rows[i] = sampleRow(f)
	}
	return rows
}

func sampleRow(f form.Field) form.Row {
	row := form.Row{}
	for _, sub := range f.Fields {
		row[sub.ID] = sample(sub)
	}
	return row
}

func someFiles(n int) []form.File {
	files := make([]form.File, n)
	for i := range files {
		files[i] = form.File{Name: "某某.jpg"}
	}
	return files
}
