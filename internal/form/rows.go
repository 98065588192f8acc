package form

import (
	"cmp"
	"maps"
	"net/url"
	"slices"
	"strings"
)

// MostRows bounds a list of records: a case is read and written as a whole.
const MostRows = 2000

// usualRows is how many rows a field takes that does not say.
const usualRows = 100

// RowLimit is how many rows a field takes.
func (f Field) RowLimit() int { return min(cmp.Or(f.Max, usualRows), MostRows) }

// ConfirmSuffix marks the odd value that was confirmed, beside it in its row.
const ConfirmSuffix = ".confirm"

// RowsOf are the rows of an answer.
func RowsOf(v any) []Row {
	rows, _ := v.([]Row)
	return rows
}

// RowForm is the form of one row of a field: one page, named after the field.
// Its conditions see the row's own answers and those of the form around it.
func (f Form) RowForm(field Field, v Values) Form {
	return field.rowForm(f.Env(v))
}

func (f Field) rowForm(outer Env) Form {
	return Form{Pages: []Page{{Name: f.ID, Title: f.RowLabel, Fields: within(f.Fields, outer)}}, outer: outer}
}

// RowEnv is what expressions see of one row, given what they see around it.
func (f Field) RowEnv(outer Env, row Row) Env { return f.rowForm(outer).Env(row) }

// Narrowed is a list of records as the answers around it have it: without the
// sub-fields that no record is asked, and with the part of a catalogue that is
// to be chosen from.
func (f Form) Narrowed(field Field, v Values) Field {
	env := f.Env(v)
	field.Fields = slices.DeleteFunc(slices.Clone(within(field.Fields, env)), func(sub Field) bool {
		return !slices.ContainsFunc(field.Fields, func(other Field) bool { return sub.When.speaksOf(other.ID) }) && !sub.When.Holds(env)
	})
	return field
}

// RowContext is a context in which the odd values that stand confirmed in a
// row are.
func RowContext(ctx Context, row Row) Context {
	ctx.Verified, ctx.Confirmed = nil, map[string]string{}
	for id, v := range row {
		if sub, ok := strings.CutSuffix(id, ConfirmSuffix); ok {
			ctx.Confirmed[sub], _ = v.(string)
		}
	}
	return ctx
}

// ReadRow reads a posted row; before is what stood there. Without problems the
// row may take before's place.
func ReadRow(f Form, field Field, posted url.Values, ctx Context, v Values, before Row) (Row, []Problem) {
	form := f.RowForm(field, v)
	reading := Read(form, field.ID, posted, RowContext(ctx, before), before)
	row := maps.Clone(before)
	if row == nil {
		row = Row{}
	}
	for id, value := range reading.Changes {
		delete(row, id+ConfirmSuffix) // it was confirmed of another value
		if value == nil {
			delete(row, id)
		} else {
			row[id] = value
		}
	}
	for id, value := range reading.Confirmed {
		row[id+ConfirmSuffix] = value
	}
	return row, reading.Problems
}

// RowProblems is all that is wrong with one row.
func RowProblems(f Form, field Field, v Values, row Row, ctx Context) []Problem {
	return Validate(f.RowForm(field, v), row, RowContext(ctx, row))
}

// rows is all that is wrong with a list of records: how many they are, and
// each of them, told by Problem.Row.
func (c checker) rows(f Field, rows []Row) []Problem {
	var problems []Problem
	say := func(p Problem) { p.Field = f.ID; problems = append(problems, p) }
	switch n := len(rows); {
	case n > f.RowLimit():
		say(Problem{Text: "“%s”最多 %d 条，现在是 %d 条。删去多余的。", Args: []any{Label(f.Label), f.RowLimit(), n}})
	case n < f.Min:
		say(Problem{Text: "“%s”至少 %d 条，现在是 %d 条。再添加一些。", Args: []any{Label(f.Label), f.Min, n}})
	}
	form := f.rowForm(c.env)
	unique, _ := f.Sub(f.Unique)
	first := map[string]int{}
	for i, row := range rows {
		if is := Normal(unique, row[f.Unique]); is != "" && first[is] > 0 {
			say(Problem{Text: "“%s”和第 %d 条的一样。核对后改正，或者删去重复的一条。", Args: []any{Label(unique.Label), first[is]}, Row: i + 1, Sub: f.Unique})
		} else {
			first[is] = i + 1
		}
		for _, p := range Validate(form, row, RowContext(c.ctx, row)) {
			p.Row, p.Sub = i+1, p.Field
			say(p)
		}
	}
	return problems
}

// records are rows as expressions see them: every sub-field is there, numbers
// are numbers, and what is not asked in a row is not given.
func (f *Field) records(rows []Row, outer Env) []any {
	out := make([]any, len(rows))
	if f.plainRows() {
		for i, row := range rows {
			record := make(map[string]any, len(f.Fields))
			for j := range f.Fields {
				record[f.Fields[j].ID] = counted(f.Fields[j], row[f.Fields[j].ID])
			}
			out[i] = record
		}
		return out
	}
	form := f.rowForm(outer)
	for i, row := range rows {
		env := form.Env(row)
		record, chosen := map[string]any{}, map[string]any{}
		all, _ := env["catalogue"].(map[string]any)
		for j := range f.Fields {
			id := f.Fields[j].ID
			record[id] = env[id]
			if f.Fields[j].Type == TypeCatalogue {
				chosen[id] = all[id]
			}
		}
		if len(chosen) > 0 {
			record["catalogue"] = chosen
		}
		out[i] = record
	}
	return out
}

// plainRows tells that no sub-field depends on anything: most lists are so, and
// some are long.
func (f *Field) plainRows() bool {
	return !slices.ContainsFunc(f.Fields, func(sub Field) bool { return !sub.When.Empty() || sub.Type == TypeCatalogue })
}

// askedRows are rows without what was typed earlier and is not asked any more.
func (f *Field) askedRows(rows []Row, outer Env) []Row {
	if f.plainRows() {
		return rows
	}
	form, out := f.rowForm(outer), make([]Row, len(rows))
	for i, row := range rows {
		out[i] = form.Asked(row)
	}
	return out
}

// Separators of what rows are compared by; no text contains them.
const (
	unitSeparator   = "\x1f"
	recordSeparator = "\x1e"
)

func normalRows(f Field, rows []Row) string {
	var b strings.Builder
	for _, row := range rows {
		for _, sub := range f.Fields {
			b.WriteString(Normal(sub, row[sub.ID]))
			b.WriteString(unitSeparator)
		}
		b.WriteString(recordSeparator)
	}
	return b.String()
}

// Title is what a row is called in a list.
func (f Field) Title(row Row, ctx Context, mask bool, tr func(string) string) string {
	if len(f.Fields) == 0 {
		return ""
	}
	named := f.Fields[0]
	if i := slices.IndexFunc(f.Fields, func(sub Field) bool { return sub.ID == f.RowTitle }); i >= 0 {
		named = f.Fields[i]
	}
	return Show(named, row[named.ID], ctx, mask, tr)
}

// SubField finds a sub-field that is written "list.sub", with its list.
func (f Form) SubField(path string) (list, sub Field, ok bool) {
	i := strings.LastIndexByte(path, '.')
	if i < 0 {
		return list, sub, false
	}
	if list, ok = f.Field(path[:i]); ok && list.Type == TypeRows {
		sub, ok = list.Sub(path[i+1:])
		return list, sub, ok
	}
	return list, sub, false
}

// Sub finds a sub-field.
func (f Field) Sub(id string) (Field, bool) {
	i := slices.IndexFunc(f.Fields, func(sub Field) bool { return sub.ID == id })
	if i < 0 {
		return Field{}, false
	}
	return f.Fields[i], true
}

// spokenRows writes rows as text, a line each.
func spokenRows(f Field, rows []Row, ctx Context, mask bool, tr func(string) string) string {
	lines := make([]string, len(rows))
	for i, row := range rows {
		var parts []string
		for _, sub := range f.Fields {
			if s := Show(sub, row[sub.ID], ctx, mask, tr); s != "" {
				parts = append(parts, tr(sub.Label)+tr("：")+s)
			}
		}
		lines[i] = strings.Join(parts, tr("、"))
	}
	return strings.Join(lines, "\n")
}

// RowsProblems is all that is wrong with the list of records of a field.
func RowsProblems(f Form, field Field, v Values, ctx Context) []Problem {
	rows := RowsOf(v[field.ID])
	if len(rows) == 0 {
		return nil
	}
	return newChecker(f, v, ctx).rows(field, rows)
}

// rowsOf are records, as expressions see them, as rows.
func rowsOf(records []any) []Row {
	rows := make([]Row, 0, len(records))
	for _, r := range records {
		if record, ok := r.(map[string]any); ok {
			rows = append(rows, record)
		}
	}
	return rows
}
