package licence

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"wangban/internal/casework"
	"wangban/internal/cn"
	"wangban/internal/db"
	"wangban/internal/form"
	"wangban/internal/item"
)

// An effect is done once, or with the setting each once for every record of a
// list of the form: a unit registers thirty lifts in one case, and every lift
// gets a number and a certificate of its own. All of it happens in the act's
// transaction, or none.

// record is one of a list of a case.
type record struct {
	field form.Field
	n     int // from 1
	row   form.Row
}

// name is how a version remembers its record.
func (r *record) name() string {
	if r == nil {
		return ""
	}
	return r.field.ID + "/" + strconv.Itoa(r.n)
}

// recordOf finds a record by its name in a case; nil for the case as a whole.
func recordOf(it *item.Item, s casework.State, name string) *record {
	id, number, _ := strings.Cut(name, "/")
	n, _ := strconv.Atoi(number)
	f, ok := it.Form.Field(id)
	rows := form.RowsOf(s.Values[id])
	if !ok || n < 1 || n > len(rows) {
		return nil
	}
	return &record{f, n, rows[n-1]}
}

// about is the grant for one record.
func (g grant) about(r record) grant {
	g.record, g.env = &r, r.field.RowEnv(g.env, r.row)
	return g
}

// text is what the case says: in the record, or as a whole.
func (g grant) text(id string) string {
	if g.record != nil {
		if s, ok := g.record.row[id].(string); ok {
			return s
		}
	}
	return text(g.after, id)
}

// field is a question of the record's, or of the form.
func (g grant) field(id string) (f form.Field, answer any, ok bool) {
	if g.record != nil {
		if f, ok = g.record.field.Sub(id); ok {
			return f, g.record.row[id], true
		}
	}
	f, ok = g.it.Form.Field(id)
	return f, g.after.Values[id], ok
}

// grants are what an effect has to do: one thing, or one for each record.
func (r *Room) grants(call casework.Call, after casework.State, e casework.Event) ([]grant, error) {
	g, err := r.grant(call, after, e)
	if err != nil {
		return nil, err
	}
	id := call.With["each"]
	if id == "" {
		return []grant{g}, nil
	}
	f, ok := g.it.Form.Field(id)
	if !ok {
		return nil, fmt.Errorf("%s: item %s has no list %q", call.Name, g.it.Name, id)
	}
	rows := form.RowsOf(g.it.Form.Asked(after.Values)[id])
	if len(rows) == 0 {
		return nil, refuse("“%s”里一条也没有，没有可以办的。退回申请人添加后再办。", f.Label)
	}
	all := make([]grant, len(rows))
	for i, row := range rows {
		all[i] = g.about(record{f, i + 1, row})
	}
	return all, nil
}

// results are what the case remembers of several licences: the first, how many
// they are, and all of them.
func results(call casework.Call, name string, numbers []string) map[string]string {
	out := map[string]string{name: numbers[0]}
	if call.With["each"] != "" {
		out[name+"_count"], out[name+"_all"] = strconv.Itoa(len(numbers)), strings.Join(numbers, separator)
	}
	return out
}

// separator parts the numbers in a result; no number contains it.
const separator = " "

// Numbers are the licences that a case remembers under a name, such as
// "licence": one, several, or none.
func Numbers(results map[string]string, name string) []string {
	all := cmp.Or(results[name+"_all"], results[name])
	return slices.DeleteFunc(strings.Split(all, separator), func(s string) bool { return s == "" })
}

// doEach does something to the licence that each grant names. Licences are held
// in one order by everybody, so that two cases about the same ones do not wait
// for each other for ever.
func (r *Room) doEach(ctx context.Context, tx db.Tx, act Act, all []grant, do func(grant, Licence) (number string, err error)) ([]string, error) {
	order := make([]string, len(all))
	named := map[string]int{}
	for i, g := range all {
		order[i] = g.named()
		if first, twice := named[order[i]]; twice && order[i] != "" {
			return nil, refuse("第 %d 条和第 %d 条是同一份证照（%s）。退回申请人删去一条后再办。", first+1, i+1, order[i])
		}
		named[order[i]] = i
	}
	slices.Sort(order)
	for _, number := range order {
		if _, _, err := hold(ctx, tx, number); len(all) > 1 && err != nil {
			return nil, fmt.Errorf("hold licence %s: %w", number, err)
		}
	}
	var numbers []string
	for _, g := range all {
		l, err := r.take(ctx, tx, g, act)
		if err != nil {
			return nil, err
		}
		number, err := do(g, l)
		if err != nil {
			return nil, err
		}
		numbers = append(numbers, number)
	}
	return numbers, nil
}

// holder is who holds the licence from now on, where the setting holder names
// the fields that say so; "" where they say nothing.
func (g grant) holder() (uscc, name string) {
	group := g.call.With["holder"]
	if group == "" {
		return "", ""
	}
	asked := casework.State{Values: g.it.Form.Asked(g.after.Values)}
	return cn.Code(text(asked, group+".uscc")), text(asked, group+".name")
}
