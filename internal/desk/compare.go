package desk

import (
	"context"

	"wangban/internal/casework"
	"wangban/internal/form"
	"wangban/internal/item"
	"wangban/internal/web"
)

// finding is what a check has found.
type finding struct {
	Kind web.Kind
	Text string
}

// comparison holds the answers against what the house knows.
type comparison struct {
	Rows   []casework.Comparison
	Differ int
	Row    judgeRow // the judgement on it
}

func (c comparison) of(field string) *casework.Comparison {
	for i, row := range c.Rows {
		if row.Field == field {
			return &c.Rows[i]
		}
	}
	return nil
}

// findings asks the checks of the stage's acts anew while staff work on the
// case; later, what was found then counts.
func (d *Desk) findings(ctx context.Context, s casework.State, it *item.Item, stage item.Stage) map[string]casework.Finding {
	names := staffChecks(it)
	if !forStaff(stage.By) || len(names) == 0 {
		return s.Findings
	}
	found, err := d.Door.FindingsOn(ctx, s, it, names...)
	if err != nil {
		panic(err)
	}
	return found
}

// staffChecks are the checks that the acts of staff ask for.
func staffChecks(it *item.Item) []string {
	names := map[string]bool{}
	for _, stage := range it.Flow.Stages {
		if !forStaff(stage.By) {
			continue
		}
		for _, act := range stage.Acts {
			for _, name := range act.Checks {
				names[name] = true
			}
		}
	}
	return sortedKeys(names)
}

var levelKinds = map[casework.Level]web.Kind{casework.Fine: web.Good, casework.Warn: web.Warn, casework.Refuse: web.Bad}

// compared sorts findings into the comparison and what is told in words.
func compared(ctx context.Context, it *item.Item, found map[string]casework.Finding, full bool) (comparison, []finding) {
	var c comparison
	var rest []finding
	for _, name := range sortedKeys(found) {
		f := found[name]
		for _, row := range f.Compare {
			if f, ok := it.Form.Field(row.Field); ok && personal(f) {
				row.Given, row.Known = show(ctx, f, row.Given, form.Context{}, full), show(ctx, f, row.Known, form.Context{}, full)
			}
			if row.Words {
				row.Given, row.Known = web.T(ctx, row.Given), web.T(ctx, row.Known)
			}
			c.Rows = append(c.Rows, row)
			if !row.Same {
				c.Differ++
			}
		}
		if f.Text != "" {
			rest = append(rest, finding{levelKinds[f.Level], web.Tf(ctx, f.Text, f.Args...)})
		}
	}
	return c, rest
}
