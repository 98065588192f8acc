package material

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/goccy/go-yaml"
)

// What a person reads has an English text with the same arguments, ends as a
// sentence, and keeps to the tone of the house.
func TestTexts(t *testing.T) {
	table := map[string]string{}
	if err := yaml.Unmarshal(English, &table); err != nil {
		t.Fatal(err)
	}
	files, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	text := regexp.MustCompile(`"([^"\n]*\p{Han}[^"\n]*。)"`)
	verb := regexp.MustCompile(`%.`)
	used := map[string]bool{}
	for _, file := range files {
		source, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		if strings.HasSuffix(file, "_test.go") {
			continue
		}
		for _, m := range text.FindAllStringSubmatch(string(source), -1) {
			zh, en := m[1], table[m[1]]
			if en == "" || strings.Join(verb.FindAllString(zh, -1), "") != strings.Join(verb.FindAllString(en, -1), "") {
				t.Errorf("%s: the English of %q is %q", file, zh, en)
			}
			if regexp.MustCompile(`请|非法|失败|系统异常|您`).MatchString(zh) {
				t.Errorf("%s: %q is not how we speak", file, zh)
			}
			used[zh] = true
		}
	}
	for zh := range table {
		if !used[zh] {
			t.Errorf("en.yaml: %q is not used", zh)
		}
	}
}
