// Package english checks in tests that every Chinese text of a room has an
// English one. It is for tests only: what it reads is the room's sources, so
// that a text cannot be forgotten because no test happens to show it.
package english

import (
	"go/ast"
	"go/parser"
	"go/token"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/goccy/go-yaml"
)

var (
	chinese = regexp.MustCompile(`[\p{Han}，。：；？！（）、]`)
	verb    = regexp.MustCompile(`%(?:\[\d+\])?[-+#0]*\d*(?:\.\d+)?[a-zA-Z%]`)
	markup  = regexp.MustCompile(`<[^>]*>`)
)

// Complete fails when a Chinese text in the Go and templ sources of the
// current directory has no English one in the table, when the two take
// different arguments, or when the table holds what no source says. except are
// texts that no reader of English gets to see.
func Complete(t *testing.T, table []byte, except ...string) {
	t.Helper()
	compare(t, table, nil, except)
}

// Above is Complete for a room above others, whose texts it need not translate
// again.
func Above(t *testing.T, table []byte, known ...[]byte) {
	t.Helper()
	compare(t, table, known, nil)
}

func compare(t *testing.T, table []byte, known [][]byte, except []string) {
	t.Helper()
	texts, err := Texts(".")
	if err != nil {
		t.Fatal(err)
	}
	own, below := read(t, table), map[string]string{}
	for _, k := range known {
		maps.Copy(below, read(t, k))
	}
	for _, text := range slices.Sorted(maps.Keys(texts)) {
		english, ok := own[text]
		switch {
		case !ok && (below[text] != "" || slices.Contains(except, text)):
		case english == "":
			t.Errorf("%s: no English for %q", texts[text], text)
		case chinese.MatchString(english) && english != text:
			t.Errorf("%s: the English of %q holds Chinese: %q", texts[text], text, english)
		case !slices.Equal(verbs(text), verbs(english)):
			t.Errorf("%s: %q and its English %q take different arguments", texts[text], text, english)
		}
	}
	for _, text := range slices.Sorted(maps.Keys(own)) {
		switch {
		case texts[text] == "":
			t.Errorf("en.yaml: nothing says %q", text)
		case below[text] != "":
			t.Errorf("en.yaml: %q is translated in a room below", text)
		}
	}
}

func read(t *testing.T, table []byte) map[string]string {
	t.Helper()
	texts := map[string]string{}
	if err := yaml.Unmarshal(table, &texts); err != nil {
		t.Fatal(err)
	}
	return texts
}

// verbs are the kinds of arguments a text takes, in the order of arguments.
func verbs(text string) []string {
	next := 0
	var out []string
	for _, v := range verb.FindAllString(text, -1) {
		if v == "%%" {
			continue
		}
		if open := strings.Index(v, "["); open >= 0 {
			next, _ = strconv.Atoi(v[open+1 : strings.Index(v, "]")])
			next--
		}
		for len(out) <= next {
			out = append(out, "")
		}
		out[next] = v[len(v)-1:]
		next++
	}
	return out
}

// Texts are the Chinese texts in the sources of a directory, with where each
// is said. Templates are read as the Go they are made into.
func Texts(dir string) (map[string]string, error) {
	files, err := filepath.Glob(filepath.Join(dir, "*.go"))
	if err != nil {
		return nil, err
	}
	texts := map[string]string{}
	for _, file := range files {
		if strings.HasSuffix(file, "_test.go") {
			continue
		}
		source, err := os.ReadFile(file)
		if err != nil {
			return nil, err
		}
		set := token.NewFileSet()
		tree, err := parser.ParseFile(set, file, source, parser.SkipObjectResolution)
		if err != nil {
			return nil, err
		}
		ast.Inspect(tree, func(n ast.Node) bool {
			expr, ok := n.(ast.Expr)
			if !ok {
				return true
			}
			text, ok := constant(expr)
			if !ok {
				return true
			}
			for _, part := range readable(text) {
				texts[part] = set.Position(expr.Pos()).String()
			}
			return false
		})
	}
	return texts, nil
}

// constant is the text of a literal, or of literals added together.
func constant(e ast.Expr) (string, bool) {
	switch e := e.(type) {
	case *ast.BasicLit:
		if e.Kind != token.STRING {
			return "", false
		}
		s, err := strconv.Unquote(e.Value)
		return s, err == nil
	case *ast.BinaryExpr:
		left, ok := constant(e.X)
		right, ok2 := constant(e.Y)
		return left + right, ok && ok2 && e.Op == token.ADD
	case *ast.ParenExpr:
		return constant(e.X)
	}
	return "", false
}

// readable is what of a literal is Chinese: the whole of a text, or what stands
// between the tags of markup, where a text must not stand at all.
func readable(literal string) []string {
	parts := []string{literal}
	if strings.Contains(literal, "<") {
		parts = markup.Split(literal, -1)
	}
	return slices.DeleteFunc(parts, func(s string) bool { return !chinese.MatchString(s) })
}
