package signing_test

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/goccy/go-yaml"

	"wangban/internal/signing"
)

var han = regexp.MustCompile(`"([^"\n]*\p{Han}[^"\n]*)"`)

// Every Chinese text of the room has an English one, and none is left over.
func TestEnglishIsComplete(t *testing.T) {
	table := map[string]string{}
	if err := yaml.Unmarshal(signing.English, &table); err != nil {
		t.Fatal(err)
	}
	files, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	used := map[string]bool{}
	for _, file := range files {
		if strings.HasSuffix(file, "_test.go") {
			continue
		}
		content, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range han.FindAllStringSubmatch(string(content), -1) {
			used[m[1]] = true
			if strings.Count(m[1], "%") != strings.Count(table[m[1]], "%") || table[m[1]] == "" {
				t.Errorf("%s: %q in English is %q", file, m[1], table[m[1]])
			}
		}
	}
	for zh := range table {
		if !used[zh] {
			t.Errorf("en.yaml: %q is not used", zh)
		}
	}
}
