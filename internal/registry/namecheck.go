package registry

import (
	"context"
	"strings"

	"wangban/internal/casework"
	"wangban/internal/cn"
	"wangban/internal/form"
	"wangban/internal/item"
)

// CheckNameFree is the name by which items ask whether a name can be had
// (名称查重).
const CheckNameFree = "registry.name"

// Codes of what CheckNameFree finds.
const (
	FoundFree     = "NAME_FREE"
	FoundUnnamed  = "NAME_UNNAMED"  // no trade name: the operator's own name
	FoundTaken    = "NAME_TAKEN"    // another of the region has it
	FoundSimilar  = "NAME_SIMILAR"  // another differs in place or form of business only
	FoundReserved = "NAME_RESERVED" // a word that names of the kind may not have
	FoundDoubtful = "NAME_DOUBTFUL" // a word that needs a look
	FoundForm     = "NAME_FORM"     // ends with none of the usual forms
)

// mostNames bounds the similar names that are told.
const mostNames = 5

// NameFree is the check registry.name: whether a name can be had in the region.
//
//	registry.name: {name: shop.name, person: operator.name, own: unit.uscc, refuse: 公司 合作社, warn: 中国 国际, forms: 店 馆 部}
//
// Names of entities that are deregistered, annulled or have moved away are free
// again. It knows the entity base and what registry.enter has put there; names
// in applications that are not decided yet it does not know, so acts that
// decide ask once more.
func (r *Room) NameFree(ctx context.Context, q casework.Queryer, call casework.Call, s casework.State, it *item.Item) (casework.Finding, error) {
	field := call.With["name"]
	values := it.Form.Asked(s.Values)
	text := func(id string) string { v, _ := values[id].(string); return strings.TrimSpace(v) }
	name := text(field)
	find := func(level casework.Level, code, say string, args ...any) casework.Finding {
		return casework.Finding{Level: level, Code: code, Text: say, Args: args}
	}
	if name == "" || cn.SamePersonName(name, text(call.With["person"])) {
		return find(casework.Fine, FoundUnnamed, "没有起字号，用经营者姓名登记，不查重名。"), nil
	}
	if word := contained(name, call.With["refuse"]); word != "" {
		return find(casework.Refuse, FoundReserved, "名称里有“%s”，这类主体的名称不能用这个词。换一个名称再查。", word), nil
	}
	region := ""
	if r.region != nil {
		region = r.region()
	}
	near, err := namesakes(ctx, q, r.core(name), cn.NameKey(name), region)
	if err != nil {
		return casework.Finding{}, err
	}
	f, _ := it.Form.Field(field)
	var rows []casework.Comparison
	var similar string
	for _, rec := range near {
		same := cn.SameUnitName(rec.Name, name)
		switch {
		case rec.USCC == cn.Code(text(call.With["own"])):
			continue
		case same:
			taken := find(casework.Refuse, FoundTaken, "“%s”已经有人登记使用。换一个字号再查。", rec.Name)
			taken.Compare = []casework.Comparison{{Field: field, Label: f.Label, Given: name, Known: rec.Name}}
			return taken, nil
		case len(rows) < mostNames:
			if similar == "" {
				similar = rec.Name
			}
			rows = append(rows, casework.Comparison{Field: field, Label: f.Label, Given: name, Known: rec.Name})
		}
	}
	found := find(casework.Fine, FoundFree, "本地登记的名称里没有相同或者相近的。")
	switch word := contained(name, call.With["warn"]); {
	case similar != "":
		found = find(casework.Warn, FoundSimilar, "和已经登记的“%s”相近，只有地名或者店、馆这样的字不同。能不能用由登记机关决定，换一个字号更稳妥。", similar)
	case word != "":
		found = find(casework.Warn, FoundDoubtful, "名称里有“%s”，一般不能用。能不能用由登记机关决定，换一个名称更稳妥。", word)
	case call.With["forms"] != "" && !endsWith(name, call.With["forms"]):
		found = find(casework.Warn, FoundForm, "名称的结尾看不出是什么店。一般是地名、字号、行业，再加上店、馆、部、行、中心这样的字。")
	}
	found.Compare = rows
	return found, nil
}

// LookNameFree looks at the settings of registry.name.
func LookNameFree(s *item.Settings) {
	s.Keys("name", "person", "own", "refuse", "warn", "forms")
	s.Need("name")
	s.Fields("name", form.TypeUnitName, form.TypeText)
	s.Fields("person", form.TypePersonName)
	s.Fields("own", form.TypeUSCC)
}

// contained is the first of some words that a name has.
func contained(name, words string) string {
	key := cn.NameKey(name)
	for word := range strings.FieldsSeq(words) {
		if strings.Contains(key, cn.NameKey(word)) {
			return word
		}
	}
	return ""
}

func endsWith(name, words string) bool {
	key := cn.NameKey(name)
	if i := strings.LastIndexByte(key, '('); i > 0 && strings.HasSuffix(key, ")") {
		key = key[:i]
	}
	for word := range strings.FieldsSeq(words) {
		if strings.HasSuffix(key, cn.NameKey(word)) {
			return true
		}
	}
	return false
}
