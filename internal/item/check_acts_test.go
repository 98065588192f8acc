package item_test

import (
	"io/fs"
	"os"
	"testing"
	"testing/fstest"

	"wangban/internal/item"
)

var actsHouse = item.Options{Roles: []string{"clerk", "reviewer", "leader"}, Proofs: []string{"sms"}, Effects: map[string]item.EffectCheck{}}

// acts are the files of the item that uses every act of staff.
func acts(t testing.TB) fstest.MapFS {
	t.Helper()
	out := fstest.MapFS{}
	source := os.DirFS("testdata/items")
	err := fs.WalkDir(source, "acts", func(p string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		b, err := fs.ReadFile(source, p)
		out[p] = &fstest.MapFile{Data: b}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// actsProblems leaves out that the item is not translated.
func actsProblems(files fstest.MapFS) (out []item.Problem) {
	it, problems := item.Read(files, "acts")
	for _, p := range append(problems, item.Check(it, actsHouse)...) {
		if p.Text != "“%s”没有英文。" {
			out = append(out, p)
		}
	}
	return out
}

func TestActsAreRight(t *testing.T) {
	for _, p := range actsProblems(acts(t)) {
		t.Error(p)
	}
}
