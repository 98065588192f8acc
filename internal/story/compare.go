package story

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"wangban/internal/casework"
	"wangban/internal/form"
	"wangban/internal/item"
)

// compare holds what happened against what the story says.
func (t *telling) compare(step item.Step) error {
	want := step.Then
	if want == nil {
		return nil
	}
	s := t.state
	switch {
	case want.Stage != "" && want.Stage != s.Stage:
		return fmt.Errorf("the case is in stage %s; the story says %s", s.Stage, want.Stage)
	case !want.Due.IsZero() && !want.Due.Equal(s.Due):
		return fmt.Errorf("the stage ends at %s; the story says %s", moment(s.Due), moment(want.Due))
	case want.Changed != nil && !equalSets(want.Changed, s.Changed):
		return fmt.Errorf("changed facts are %v; the story says %v", s.Changed, want.Changed)
	case want.Carried != nil && *want.Carried != s.Carried:
		return fmt.Errorf("the signature is carried over: %v; the story says %v", s.Carried, *want.Carried)
	case want.Effects != nil && !equalSets(want.Effects, t.effects):
		return fmt.Errorf("effects are %v; the story says %v", t.effects, want.Effects)
	}
	if want.Offers != nil {
		var names []string
		for _, a := range casework.Offers(t.house, t.it, s, t.actor(step)) {
			names = append(names, a.Name)
		}
		if !equalSets(want.Offers, names) {
			return fmt.Errorf("%s may do %v; the story says %v", step.Who, names, want.Offers)
		}
	}
	return t.compareSent(want.Sent)
}

func (t *telling) compareSent(want []item.Sent) error {
	if want == nil {
		return nil
	}
	if len(want) != len(t.sent) {
		return fmt.Errorf("%d messages were sent (%s); the story says %d", len(t.sent), describe(t.sent), len(want))
	}
	for i, w := range want {
		got := t.sent[i]
		if got.Template != w.Template || got.Party != w.To || !strings.Contains(got.Text, w.Contains) {
			return fmt.Errorf("message %d is %s to %s, “%s”; the story says %s to %s with “%s”",
				i+1, got.Template, got.Party, got.Text, w.Template, w.To, w.Contains)
		}
	}
	return nil
}

func describe(sent []casework.Message) string {
	var parts []string
	for _, m := range sent {
		parts = append(parts, m.Template+" to "+m.Party)
	}
	return strings.Join(parts, ", ")
}

func equalSets(a, b []string) bool {
	a, b = slices.Clone(a), slices.Clone(b)
	slices.Sort(a)
	slices.Sort(b)
	return slices.Equal(a, b)
}

func moment(t time.Time) string {
	if t.IsZero() {
		return "no time"
	}
	return t.In(form.Shanghai).Format("2006-01-02 15:04:05")
}
