package main

import (
	"maps"
	"os"
	"strings"
	"testing"

	"wangban/internal/notice"
	"wangban/internal/rating"
)

// What has to be registered with carriers stands in the documentation as it is
// sent.
func TestTemplatesAreDocumented(t *testing.T) {
	page, err := os.ReadFile("../../docs/messages.md")
	if err != nil {
		t.Fatal(err)
	}
	texts := notice.Templates()
	maps.Copy(texts, rating.Templates())
	for name, text := range texts {
		if row := "| `" + name + "` | " + text + " |"; !strings.Contains(string(page), row) {
			t.Errorf("docs/messages.md lacks the row\n%s", row)
		}
	}
	if documented := strings.Count(string(page), "\n| `"); documented != len(texts)+2 { // with those of codes and of taking over
		t.Errorf("docs/messages.md has %d rows, not %d", documented, len(texts)+2)
	}
}
