package web

import (
	"io/fs"
	"os"
	"regexp"
	"testing"
)

// stray is a word of the template language that came out as an attribute: templ
// knows no “else if” between the attributes of an element, and writes it down.
var stray = regexp.MustCompile(`WriteString\(templ_\w+, \d+, " ?(else|if|for|switch)\b`)

func TestTemplatesWriteNoKeywords(t *testing.T) {
	rooms, seen := os.DirFS(".."), 0
	files, err := fs.Glob(rooms, "*/*_templ.go")
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range files {
		text, err := fs.ReadFile(rooms, name)
		if err != nil {
			t.Fatal(err)
		}
		seen++
		if found := stray.Find(text); found != nil {
			t.Errorf("%s writes %q into a page", name, found)
		}
	}
	if seen < 20 {
		t.Errorf("only %d files were looked at", seen)
	}
}
