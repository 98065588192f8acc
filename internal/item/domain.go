package item

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"wangban/internal/form"
)

// domain are the values of a name worth trying, given what conditions compare
// it with, and whether they decide those conditions. A name that never varies
// has none.
func domain(it *Item, ref string, l literals) (values []any, exact bool) {
	switch ref {
	case "changed":
		return changes(it, l)
	case "stage": // set by the play
		return nil, true
	case "due", "appointment":
		return []any{nil, time.Date(2030, 12, 31, 23, 59, 0, 0, form.Shanghai)}, false
	}
	switch houseKinds[ref] {
	case form.Truth:
		return []any{false, true}, true
	case form.Number:
		return counts(l), !l.vague
	}
	if strings.HasPrefix(ref, "done.") {
		return counts(l), !l.vague
	}
	f, ok := it.Field(ref)
	if !ok {
		if nameable(ref, envNames) {
			return append([]any{nil, "某某某"}, anys(l.texts)...), false
		}
		if _, _, column := columnOf(it, ref); column { // the choice varies
			return nil, false
		}
		return nil, true // a fact: what is behind it varies
	}
	switch {
	case f.Type == form.TypeYesNo:
		values, exact = []any{true, false}, true
	case f.Type == form.TypeAgree:
		return []any{true, nil}, true
	case f.Choosing():
		values, exact = anys(optionValues(f)), true
	case f.Type == form.TypeChoices:
		return subsets(optionValues(f), l)
	case f.Type == form.TypeRows:
		values, exact = rowLists(f, l), false
	case f.Type == form.TypeCatalogue:
		values, exact = choicesFrom(f, l), false
	case f.Type == form.TypeDecimal || f.Type == form.TypeMoney:
		values, exact = numbers(f, l), false
	case f.Type == form.TypeNumber:
		values, exact = numbers(f, l), !l.vague
	case f.Type == form.TypeFile:
		values, exact = fileLists(f, l), !l.vague
	case f.Type == form.TypeDate || f.Type == form.TypeIDExpiry:
		values, exact = days(f, l), !l.vague
	default:
		values, exact = wordings(f, l), !l.vague && !l.ordered
	}
	if f.Optional || !f.OptionalWhen.Empty() || l.null {
		values = append(values, nil)
	}
	return values, exact
}

func anys(texts []string) []any {
	out := make([]any, len(texts))
	for i, t := range texts {
		out[i] = t
	}
	return out
}

// counts are how often something may have happened: never, once, and around
// what conditions name.
func counts(l literals) []any {
	values := []any{0, 1}
	for _, n := range around(l.numbers, 0, boundless) {
		if n > 1 {
			values = append(values, n)
		}
	}
	return values
}

// around are whole numbers next to those that conditions name, within bounds.
func around(named []int, least, most int) []int {
	var out []int
	for _, n := range named {
		for _, v := range []int{n - 1, n, n + 1} {
			if v >= least && v <= most && !slices.Contains(out, v) {
				out = append(out, v)
			}
		}
	}
	return out
}

const boundless = 1 << 40

func numbers(f form.Field, l literals) []any {
	most := f.Max
	if most == 0 {
		most = boundless
	}
	values := []any{sample(f)}
	named := l.numbers
	if l.vague { // perhaps with another answer: small and large
		named = append([]int{f.Min, min(most, 1_000_000)}, named...)
	}
	for _, n := range around(named, f.Min, most) {
		if s := strconv.Itoa(n); s != values[0] {
			values = append(values, s)
		}
	}
	return values
}

// allSubsets is up to how many elements all subsets are tried.
const allSubsets = 6

// subsets of the options of a field.
func subsets(of []string, l literals) (values []any, exact bool) {
	if len(of) <= allSubsets {
		for bits := range 1 << len(of) {
			some := []string{}
			for i, s := range of {
				if bits&(1<<i) != 0 {
					some = append(some, s)
				}
			}
			values = append(values, some)
		}
		return values, true
	}
	// Each alone, all but each, and every number of them.
	for i := range of {
		values = append(values, []string{of[i]}, slices.Delete(slices.Clone(of), i, i+1))
	}
	for n := range len(of) + 1 {
		values = append(values, slices.Clone(of[:n]))
	}
	return values, !l.vague && len(l.texts) < 2 && (len(l.texts) == 0 || len(l.lengths) == 0)
}

// changes are sets of protected facts that may differ from what was signed:
// those that conditions name, and the others together.
func changes(it *Item, l literals) (values []any, exact bool) {
	var all, others []string
	for _, p := range it.Flow.Protected {
		all = append(all, p.Name)
		if !slices.Contains(l.texts, p.Name) {
			others = append(others, p.Name)
		}
	}
	if len(all) == 0 {
		all = []string{"anything"}
		others = all
	}
	if !slices.ContainsFunc(l.lengths, func(n int) bool { return n > 0 }) && !l.vague {
		values, exact = subsets(others[:min(1, len(others))], l)
		for _, name := range all {
			if !slices.Contains(others, name) && len(values) < maxWorlds {
				for _, v := range values {
					values = append(values, append([]string{name}, v.([]string)...))
				}
			}
		}
		return values, exact && len(values) < maxWorlds
	}
	return subsets(all, l)
}

func fileLists(f form.Field, l literals) []any {
	values := []any{someFiles(1)}
	for _, n := range around(l.lengths, 2, max(f.Many, 1)) {
		values = append(values, someFiles(min(n, longestSample)))
	}
	return values
}

// rowLists are lists of as many rows as conditions count, and one of a row
// with each text that conditions name wherever that can stand.
func rowLists(f form.Field, l literals) []any {
	values := []any{someRows(f, max(f.Min, 1))}
	for _, n := range around(append(l.lengths, l.numbers...), max(f.Min, 1), f.RowLimit()) {
		values = append(values, someRows(f, n))
	}
	for _, text := range l.texts {
		row := sampleRow(f)
		for _, sub := range f.Fields {
			switch {
			case sub.Type == form.TypeChoices:
				row[sub.ID] = []string{text}
			case sub.Type != form.TypeYesNo && !sub.Type.Number():
				row[sub.ID] = text
			}
		}
		values = append(values, []form.Row{row})
	}
	if l.vague {
		no := sampleRow(f)
		for _, sub := range f.Fields {
			if sub.Type == form.TypeYesNo {
				no[sub.ID] = false
			}
		}
		values = append(values, []form.Row{no})
	}
	return values
}

// choicesFrom are the entries that conditions name by code or by a column; see
// entriesBehind.
func choicesFrom(f form.Field, l literals) []any {
	values := []any{sample(f)}
	for _, code := range l.texts {
		if _, ok := f.Catalogue.Entry(code); !ok {
			continue
		}
		if f.Many > 0 {
			values = append(values, []string{code})
		} else {
			values = append(values, code)
		}
	}
	return values
}

// days are dates before, on and after those that conditions name.
func days(f form.Field, l literals) []any {
	values := []any{sample(f)}
	if f.Type == form.TypeIDExpiry {
		values = append(values, form.LongTerm)
	}
	if l.vague { // perhaps with another date: an earlier one
		values = append(values, "2020-01-01")
	}
	for _, text := range l.texts {
		if day, err := time.Parse(time.DateOnly, text); err == nil {
			for _, d := range []int{-1, 0, 1} {
				values = append(values, day.AddDate(0, 0, d).Format(time.DateOnly))
			}
		}
	}
	return values
}

func wordings(f form.Field, l literals) []any {
	most := f.Max
	if most == 0 {
		most = longestSample
	}
	values := []any{sample(f)}
	if l.vague { // perhaps with another text
		values = append(values, "某")
	}
	for _, text := range l.texts {
		if n := len([]rune(text)); n > 0 && n <= most && !slices.Contains(values, any(text)) {
			values = append(values, text)
		}
	}
	for _, n := range around(l.lengths, 1, most) {
		values = append(values, strings.Repeat("某", min(n, longestSample)))
	}
	return values
}
