package casework

import (
	"slices"
	"strings"

	"wangban/internal/form"
	"wangban/internal/item"
)

// JudgeRegistry is the pseudo-field under which a reviewer judges the
// comparison with what the house knows.
const JudgeRegistry = "registry"

// ToJudge lists what a reviewer has to judge in a stage: the answered fields,
// the documents and the comparison, as the stage's `judge` says.
func ToJudge(it *item.Item, stage item.Stage, s State) []string {
	var ids []string
	env := it.Form.Env(s.Values)
	for _, page := range it.Form.Pages {
		if !page.When.Holds(env) {
			continue
		}
		for _, f := range page.Fields {
			if f.When.Holds(env) && judgeable(stage, f) && answered(s.Values[f.ID]) {
				ids = append(ids, f.ID)
			}
		}
	}
	if slices.Contains(stage.Judge, JudgeRegistry) {
		ids = append(ids, JudgeRegistry)
	}
	return ids
}

func judgeable(stage item.Stage, f form.Field) bool {
	switch f.Type {
	case form.TypePassword, form.TypeAgree:
		return false // nothing a reviewer could compare
	case form.TypeFile:
		return slices.Contains(stage.Judge, "files")
	default:
		return slices.Contains(stage.Judge, "fields")
	}
}

func answered(v any) bool {
	switch v := v.(type) {
	case nil:
		return false
	case string:
		return v != ""
	case []form.File:
		return len(v) > 0
	case []string:
		return len(v) > 0
	}
	return true
}

func alternatives(want string) []string { return strings.Split(want, "|") }
