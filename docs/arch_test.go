// Package docs_test holds what docs/architecture.md says against the source.
package docs_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
)

const root = ".."

// source is a Go file that is part of the product: no test, no help for tests.
type source struct {
	file    string // from the root of the repository, with slashes
	room    string // of the table in architecture.md that the file belongs to
	imports []string
	strings []literal
	clock   []string // what of the system's clock it uses, with the line
}

type literal struct {
	text string
	line int
}

// row is a room in the table of architecture.md.
type row struct{ floor, room string }

// floors from the top down.
var floors = []string{"command", "screens", "frame", "stage", "domain", "cases", "items", "ground", "outside"}

// alone are the floors whose rooms do not know each other.
var alone = []string{"screens", "domain"}

var tableRow = regexp.MustCompile("^\\| ([a-z]*) *\\| `([^`]+)` \\|")

// rooms reads the table. A floor is named once, at its first room.
func rooms(t *testing.T) []row {
	t.Helper()
	page, err := os.ReadFile("architecture.md")
	if err != nil {
		t.Fatal(err)
	}
	var rows []row
	floor := ""
	for line := range strings.Lines(string(page)) {
		if m := tableRow.FindStringSubmatch(line); m != nil {
			if m[1] != "" {
				floor = m[1]
			}
			rows = append(rows, row{floor, m[2]})
		}
	}
	return rows
}

// roomOf is the table's room for a folder: the folder itself, or the nearest
// folder above it.
func roomOf(rows []row, folder string) (index int) {
	for ; folder != "."; folder = path.Dir(folder) {
		if i := slices.IndexFunc(rows, func(r row) bool { return r.room == folder }); i >= 0 {
			return i
		}
	}
	return -1
}

// forTests tells packages that help tests from the product.
func forTests(folder string) bool {
	return strings.HasSuffix(folder, "test") || folder == "e2e" || strings.HasPrefix(folder, "docs")
}

// apart tells a module of its own, such as what the product is measured against.
func apart(folder string) bool {
	_, err := os.Stat(filepath.Join(folder, "go.mod"))
	return err == nil
}

// read parses the product.
func read(t *testing.T, rows []row) []source {
	t.Helper()
	var sources []source
	err := filepath.WalkDir(root, func(name string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if entry.IsDir() && name != root && (entry.Name() == "testdata" || strings.HasPrefix(entry.Name(), ".")) {
			return filepath.SkipDir
		}
		if entry.IsDir() && name != root && apart(name) {
			return filepath.SkipDir
		}
		rel, err := filepath.Rel(root, name)
		if err != nil {
			return err
		}
		file := filepath.ToSlash(rel)
		if !strings.HasSuffix(file, ".go") || strings.HasSuffix(file, "_test.go") || forTests(path.Dir(file)) {
			return nil
		}
		s := source{file: file}
		if i := roomOf(rows, path.Dir(file)); i >= 0 {
			s.room = rows[i].room
		}
		sources = append(sources, s)
		return parse(name, &sources[len(sources)-1])
	})
	if err != nil {
		t.Fatal(err)
	}
	return sources
}

var systemClock = []string{"Now", "Since", "Until", "Sleep", "After", "AfterFunc", "Tick", "NewTicker", "NewTimer"}

func parse(name string, s *source) error {
	files := token.NewFileSet()
	parsed, err := parser.ParseFile(files, name, nil, parser.SkipObjectResolution)
	if err != nil {
		return err
	}
	line := func(n ast.Node) int { return files.Position(n.Pos()).Line }
	for n := range ast.Preorder(parsed) {
		switch n := n.(type) {
		case *ast.ImportSpec:
			imported, _ := strconv.Unquote(n.Path.Value)
			s.imports = append(s.imports, imported)
		case *ast.BasicLit:
			if text, err := strconv.Unquote(n.Value); err == nil && n.Kind == token.STRING {
				s.strings = append(s.strings, literal{text, line(n)})
			}
		case *ast.SelectorExpr:
			if x, ok := n.X.(*ast.Ident); ok && x.Name == "time" && slices.Contains(systemClock, n.Sel.Name) {
				s.clock = append(s.clock, "time."+n.Sel.Name+" in line "+strconv.Itoa(line(n)))
			}
		}
	}
	return nil
}

// The table lists every room there is, and no other, floor by floor.
func TestTableListsEveryRoom(t *testing.T) {
	rows := rooms(t)
	named := slices.Compact(func() (of []string) {
		for _, r := range rows {
			of = append(of, r.floor)
		}
		return of
	}())
	if !slices.Equal(named, floors) {
		t.Errorf("the floors are %v, not %v", named, floors)
	}
	for _, r := range rows {
		if i, err := os.Stat(filepath.Join(root, r.room)); err != nil || !i.IsDir() {
			t.Errorf("there is no room %s", r.room)
		}
	}
	folders, err := os.ReadDir(filepath.Join(root, "internal"))
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range folders {
		if !slices.ContainsFunc(rows, func(r row) bool { return r.room == "internal/"+f.Name() }) {
			t.Errorf("internal/%s is missing in the table", f.Name())
		}
	}
}

// Arrows point down: a room imports only rooms below it in the table, and on
// some floors not even those of its own floor.
func TestArrowsPointDown(t *testing.T) {
	rows := rooms(t)
	for _, s := range read(t, rows) {
		if s.room == "" {
			t.Errorf("%s: belongs to no room of the table", s.file)
			continue
		}
		from := roomOf(rows, s.room)
		for _, imported := range s.imports {
			folder, ours := strings.CutPrefix(imported, "wangban/")
			if !ours {
				continue
			}
			to := roomOf(rows, folder)
			switch {
			case forTests(folder):
				t.Errorf("%s: imports %s, which is for tests", s.file, folder)
			case to < 0:
				t.Errorf("%s: imports %s, which belongs to no room of the table", s.file, folder)
			case to < from:
				t.Errorf("%s: %s imports %s, which is above it", s.file, s.room, rows[to].room)
			case to > from && rows[to].floor == rows[from].floor && slices.Contains(alone, rows[to].floor):
				t.Errorf("%s: %s imports %s, of the same floor", s.file, s.room, rows[to].room)
			}
		}
	}
}

// What can be applied for is data: no Go file knows an item by its name. A help
// text may take one as its example.
func TestNoItemIsNamed(t *testing.T) {
	folders, err := filepath.Glob(filepath.Join(root, "items", "*", "item.yaml"))
	if err != nil || len(folders) == 0 {
		t.Fatal("there are no items", err)
	}
	var names []string
	for _, f := range folders {
		names = append(names, filepath.Base(filepath.Dir(f)))
	}
	for _, s := range read(t, rooms(t)) {
		for _, l := range s.strings {
			for _, name := range names {
				if !strings.HasPrefix(s.file, "items/") && slices.Contains(strings.Split(l.text, "/"), name) {
					t.Errorf("%s:%d: names the item %s", s.file, l.line, name)
				}
			}
		}
	}
}

var (
	created = regexp.MustCompile(`(?i)CREATE TABLE (?:IF NOT EXISTS )?(\w+)`)
	touched = regexp.MustCompile(`\b(?:FROM|JOIN|INTO|UPDATE|TABLE|EXISTS)\s+([a-z]\w*)`)
)

// A room's tables are its own affair: SQL names only the tables that the
// room's migrations create.
func TestRoomsKeepToTheirTables(t *testing.T) {
	rows := rooms(t)
	owner := map[string]string{}
	migrations, err := filepath.Glob(filepath.Join(root, "internal", "*", "migrations", "*.sql"))
	if err != nil || len(migrations) == 0 {
		t.Fatal("there are no migrations", err)
	}
	for _, file := range migrations {
		sql, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range created.FindAllStringSubmatch(string(sql), -1) {
			owner[m[1]] = "internal/" + filepath.Base(filepath.Dir(filepath.Dir(file)))
		}
	}
	for _, s := range read(t, rows) {
		for _, l := range s.strings {
			for _, m := range touched.FindAllStringSubmatch(l.text, -1) {
				owner, known := owner[m[1]]
				switch {
				case known && owner != s.room:
					t.Errorf("%s:%d: touches %s of %s", s.file, l.line, m[1], owner)
				case !known && strings.HasPrefix(s.room, "internal/"):
					t.Errorf("%s:%d: touches %s, which no room has", s.file, l.line, m[1])
				}
			}
		}
	}
}

// realClock are the files that mean the real clock, and why.
var realClock = map[string]string{
	"internal/notify/deliver.go": "how often the outbox is looked at is kept in real time",
	"internal/notify/doc.go":     "a carrier's limit of messages a second is kept in real seconds",
	"internal/blob/folder.go":    "what a file system says of a file's age is real",
	"internal/blob/s3.go":        "pauses between tries at the object store",
}

// Time is told to the rooms, so that the demo can move it and a test can set
// it. Screens and commands pass it on.
func TestTimeIsTold(t *testing.T) {
	rows := rooms(t)
	used := map[string]bool{}
	for _, s := range read(t, rows) {
		i := roomOf(rows, path.Dir(s.file))
		if i < 0 || !slices.Contains([]string{"domain", "cases", "items", "ground"}, rows[i].floor) {
			continue
		}
		for _, use := range s.clock {
			if used[s.file] = true; realClock[s.file] == "" {
				t.Errorf("%s: asks the system: %s", s.file, use)
			}
		}
	}
	for file := range realClock {
		if !used[file] {
			t.Errorf("%s no longer needs the real clock: take it off the list", file)
		}
	}
}
