package item

import (
	"archive/zip"
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path"
	"slices"
	"strings"
	"sync"
)

// Library holds the items of an installation: the current version of each, and
// every version that a case is pinned to. It may be used by many at once.
type Library struct {
	mu       sync.RWMutex
	current  map[string]*Item // by name
	versions map[string]*Item // by hash
}

// NewLibrary reads every item among the embedded ones and in the override
// folder, if one is named; an item there takes the place of the embedded one
// of the same name. Broken items are refused, all with their problems.
func NewLibrary(embedded fs.FS, override string) (*Library, error) {
	l := &Library{current: map[string]*Item{}, versions: map[string]*Item{}}
	sources := []fs.FS{embedded}
	if override != "" {
		sources = append(sources, WithShared(os.DirFS(override), embedded))
	}
	var problems []Problem
	for _, fsys := range sources {
		found, err := l.load(fsys)
		if err != nil {
			return nil, err
		}
		problems = append(problems, found...)
	}
	if Broken(problems) {
		return nil, &BrokenError{problems}
	}
	return l, nil
}

// With is a library of its own with the same items, and those of the override
// folder, if one is named; an item there takes the place of the one of the same
// name. What they include is looked for among the embedded ones too.
func (l *Library) With(override string, embedded fs.FS) (*Library, error) {
	l.mu.RLock()
	with := &Library{current: maps.Clone(l.current), versions: maps.Clone(l.versions)}
	l.mu.RUnlock()
	if override == "" {
		return with, nil
	}
	problems, err := with.load(WithShared(os.DirFS(override), embedded))
	if err != nil {
		return nil, err
	}
	if Broken(problems) {
		return nil, &BrokenError{problems}
	}
	return with, nil
}

// BrokenError is a library that cannot be used, with all that is wrong.
type BrokenError struct{ Problems []Problem }

func (e *BrokenError) Error() string {
	var b strings.Builder
	b.WriteString("事项有错，改好后再启动：")
	for _, p := range e.Problems {
		if p.Severity == Error {
			b.WriteString("\n" + p.String())
		}
	}
	return b.String()
}

func (l *Library) load(fsys fs.FS) ([]Problem, error) {
	names, err := Names(fsys)
	if err != nil {
		return nil, err
	}
	var problems []Problem
	for _, name := range names {
		it, found := Read(fsys, name)
		problems = append(problems, found...)
		l.Add(it)
	}
	return problems, nil
}

// Names are the folders that hold an item.
func Names(fsys fs.FS) ([]string, error) {
	entries, err := fs.ReadDir(fsys, ".")
	if err != nil {
		return nil, fmt.Errorf("read items: %w", err)
	}
	var names []string
	for _, e := range entries {
		if e.IsDir() && !strings.HasPrefix(e.Name(), ".") && e.Name() != SharedFolder {
			names = append(names, e.Name())
		}
	}
	return names, nil
}

// Holds tells whether a folder is an item: it has at least one of the files
// that each item has.
func Holds(fsys fs.FS, folder string) bool {
	return slices.ContainsFunc([]string{"item.yaml", "form.yaml", "flow.yaml"}, func(file string) bool {
		_, err := fs.Stat(fsys, path.Join(folder, file))
		return err == nil
	})
}

// NoItem is the problem of a folder in which there is no item.
func NoItem(folder string) Problem {
	return broken(folder, 0, "这个文件夹里没有事项。", "写一个事项的文件夹，例如 items/food-filing，或者放事项的文件夹，例如 items。")
}

// Add makes a version the current one of its item.
func (l *Library) Add(it *Item) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.current[it.Name], l.versions[it.Hash] = it, it
}

// Remember makes a version known without making it the current one.
func (l *Library) Remember(it *Item) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.versions[it.Hash] = it
}

// Get is the current version of an item.
func (l *Library) Get(name string) (*Item, bool) {
	l.mu.RLock()
	defer l.mu.RUnlock()
	it, ok := l.current[name]
	return it, ok
}

// Version is the version with that content.
func (l *Library) Version(hash string) (*Item, bool) {
	l.mu.RLock()
	defer l.mu.RUnlock()
	it, ok := l.versions[hash]
	return it, ok
}

// All are the current versions, by name.
func (l *Library) All() []*Item {
	l.mu.RLock()
	defer l.mu.RUnlock()
	out := make([]*Item, 0, len(l.current))
	for _, name := range slices.Sorted(maps.Keys(l.current)) {
		out = append(out, l.current[name])
	}
	return out
}

// Pack is the item's folder as one deterministic archive, to be kept with the
// cases that are pinned to it, and beside it what it includes. Nobody may
// change it.
func Pack(it *Item) []byte {
	if it.packed == nil { // it was not read
		return pack(it)
	}
	return it.packed()
}

func pack(it *Item) []byte {
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for _, file := range slices.Sorted(maps.Keys(it.files)) {
		w, err := z.CreateHeader(&zip.FileHeader{Name: path.Join(it.Name, file), Method: zip.Deflate})
		if err == nil {
			_, err = w.Write(it.files[file])
		}
		if err != nil {
			panic(err) // writing to memory
		}
	}
	if err := z.Close(); err != nil {
		panic(err)
	}
	return b.Bytes()
}

// Unpack reads what Pack has made.
func Unpack(pack []byte) (*Item, error) {
	z, err := zip.NewReader(bytes.NewReader(pack), int64(len(pack)))
	if err != nil {
		return nil, fmt.Errorf("unpack item: %w", err)
	}
	names, err := Names(z)
	if err != nil {
		return nil, err
	}
	if len(names) != 1 {
		return nil, errors.New("unpack item: an archive holds one item")
	}
	it, problems := Read(z, names[0])
	if Broken(problems) {
		return nil, &BrokenError{problems}
	}
	return it, nil
}
