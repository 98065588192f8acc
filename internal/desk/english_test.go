package desk_test

import (
	"html"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/goccy/go-yaml"
)

var (
	texts     = regexp.MustCompile(`"([^"\n]*[\p{Han}（：][^"\n]*)"`)
	rowLinks  = regexp.MustCompile(`href="/desk/cases/[^"]+" data-wb-row`)
	anyHidden = regexp.MustCompile(`<input type="hidden" name="([^"]*)" value="([^"]*)"`)
	nextLink  = regexp.MustCompile(`href="([^"]+)" rel="next"`)
)

// Every Chinese text of the room has an English one, and none is left over.
func TestEnglishIsComplete(t *testing.T) {
	source, err := os.ReadFile("en.yaml")
	if err != nil {
		t.Fatal(err)
	}
	table := map[string]string{}
	if err := yaml.Unmarshal(source, &table); err != nil {
		t.Fatal(err)
	}
	files, err := filepath.Glob("*")
	if err != nil {
		t.Fatal(err)
	}
	used := map[string]bool{}
	for _, file := range files {
		if strings.HasSuffix(file, "_test.go") || strings.HasSuffix(file, "_templ.go") || !strings.HasSuffix(file, ".go") && !strings.HasSuffix(file, ".templ") {
			continue
		}
		content, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range texts.FindAllStringSubmatch(string(content), -1) {
			used[m[1]] = true
			if table[m[1]] == "" {
				t.Errorf("%s: no English for %q", file, m[1])
			}
			if strings.Count(m[1], "%") != strings.Count(table[m[1]], "%") {
				t.Errorf("%s: %q and its English take different arguments", file, m[1])
			}
		}
	}
	for zh := range table {
		if !used[zh] {
			t.Errorf("en.yaml: %q is not used", zh)
		}
	}
}

func nextPage(t *testing.T, p page) string {
	t.Helper()
	m := nextLink.FindStringSubmatch(p.body)
	if m == nil {
		t.Fatal("there is no next page")
	}
	return html.UnescapeString(m[1])
}

// pathID is the case in the address of a page.
func pathID(path string) string { return strings.Split(path, "/")[3] }
