package main

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

const root = "../.."

// The table in docs is what the tests say today: every requirement is shown,
// and no test names one that nobody has asked for.
func TestTableIsTrue(t *testing.T) {
	table, problems, err := tableOf(root)
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range problems {
		t.Error(p)
	}
	kept, err := os.ReadFile(filepath.Join(root, tableFile))
	if err != nil {
		t.Fatal(err)
	}
	if string(kept) != table {
		t.Error(stale)
	}
}

// What is wrong with a claim is found where it stands.
func TestProblemsAreFound(t *testing.T) {
	dir := t.TempDir()
	for name, content := range map[string]string{
		"docs/requirements/list.yaml": "- {id: R-001, text: a}\n- {id: R-002, text: b}\n- {id: C-01, text: c}\n- {id: C-02, text: d, later: e}\n",
		"a/a_test.go": `package a

// In a string it says nothing.
// covers: R-001, R-009
func TestA(t *testing.T) { _ = "// covers: R-008" }

// covers: R-002
func helper() {}

func TestB(t *testing.T) {
	// covers: R-002
}
`,
		"a/testdata/b_test.go":       "// covers: R-007\n",
		"a/a.go":                     "// covers: R-006\npackage a\n",
		"items/x/examples/s.yaml":    "story: s\ncovers:\n  - C-01\n  - C-77\n  - C-01\n",
		"items/x/examples/t.yaml":    "story: t\ncovers: C-01\n",
		"items/x/examples/u.yaml":    "answers: {covers: [C-99]}\n",
		"items/x/form.yaml":          "covers: [C-98]\n",
		"items/x/examples/notes.txt": "covers: [C-97]\n",
	} {
		file := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, []byte(content), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	table, problems, err := tableOf(dir)
	if err != nil {
		t.Fatal(err)
	}
	want := []string{
		"R-002: no test shows it: b",
		`a/a_test.go:4: TestA covers "R-009", which is not in the list`,
		"a/a_test.go:7: covers: does not stand in the doc comment of a test",
		"a/a_test.go:11: covers: does not stand in the doc comment of a test",
		`items/x/examples/s.yaml:4: s covers "C-77", which is not in the list`,
		"items/x/examples/s.yaml:5: s names C-01 twice",
		"items/x/examples/t.yaml:2: covers: is no list",
	}
	slices.Sort(want)
	slices.Sort(problems)
	if diff := cmp.Diff(want, problems); diff != "" {
		t.Error(diff)
	}
	for _, row := range []string{"| R-001 | a | a: [TestA](../a/a_test.go) |\n", "| R-002 | b |  |\n", "| C-02 | d | e |  |\n"} {
		if !strings.Contains(table, row) {
			t.Errorf("the table lacks %q", row)
		}
	}
}

func TestListIsRead(t *testing.T) {
	for content, says := range map[string]string{
		"- {id: R-1, text: a}":                     "no id",
		"- {id: R-001}":                            "no text",
		"- {id: T1, text: a}\n- {id: T1, text: b}": "twice",
		"- {id: T1, text: a, colour: red}":         "colour",
	} {
		file := filepath.Join(t.TempDir(), "list.yaml")
		if err := os.WriteFile(file, []byte(content), 0o644); err != nil {
			t.Fatal(err)
		}
		if _, err := readList(file); err == nil || !strings.Contains(err.Error(), says) {
			t.Errorf("%s: %v", content, err)
		}
	}
}
