package item_test

import (
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"wangban/internal/item"
)

// What is nested very deep is refused, and does not bring the program down.
func TestDeepNesting(t *testing.T) {
	for name, form := range map[string]string{
		"lists":       strings.Repeat("[", 500_000),
		"closed":      strings.Repeat("[", 20_000) + strings.Repeat("]", 20_000),
		"maps":        strings.Repeat("{a: ", 100_000),
		"dashes":      strings.Repeat("- ", 100_000) + "a",
		"question":    strings.Repeat("? ", 100_000) + "a",
		"indentation": deep(1000),
		"condition":   "pages: [{page: a, when: '" + strings.Repeat("(", 400_000) + "'}]",
		"not":         "pages: [{page: a, when: '" + strings.Repeat("not ", 100_000) + "true'}]",
		"brackets":    "pages: [{page: a, when: '" + strings.Repeat("[", 100_000) + "'}]",
	} {
		files := sampleFiles(t)
		files["sample/form.yaml"] = &fstest.MapFile{Data: []byte(form)}
		start := time.Now()
		if problems := problemsOf(files); !item.Broken(problems) {
			t.Errorf("%s: nothing is wrong", name)
		}
		t.Log(name, time.Since(start))
	}
}

// deep is a map in a map in a map.
func deep(n int) string {
	var b strings.Builder
	for i := range n {
		b.WriteString(strings.Repeat(" ", i) + "a:\n")
	}
	return b.String()
}
