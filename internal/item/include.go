package item

import (
	"errors"
	"io/fs"
	"maps"
	"path"
	"slices"
	"strings"

	"github.com/goccy/go-yaml/ast"
)

// SharedFolder stands beside the items and holds what several of them share:
// pages of forms, stages, texts, layouts. It is no item. A file of an item
// names what it shares,
//
//	include: food/form.yaml
//	pages: [*unit, *site]
//
// and then every key at the top of that file is a name for *aliases, as if it
// had been written with & in this one. A file that says nothing else but
// `include:` with one name is that file.
//
// What an item includes belongs to it: it is counted in the item's hash and
// packed with it, so that a case stays pinned to what it was filed under.
const SharedFolder = "_shared"

// WithShared are an installation's own items, which can also include what the
// shipped ones share.
func WithShared(own, shipped fs.FS) fs.FS { return lending{own, shipped} }

type lending struct{ own, shipped fs.FS }

// Open finds a file of the own items, or else a shared one.
func (l lending) Open(name string) (fs.File, error) {
	f, err := l.own.Open(name)
	if errors.Is(err, fs.ErrNotExist) && (name == SharedFolder || strings.HasPrefix(name, SharedFolder+"/")) {
		return l.shipped.Open(name)
	}
	return f, err
}

// sharedFile is a file that items include.
type sharedFile struct {
	name   string // below SharedFolder
	path   string // as problems name it
	root   *node
	names  map[string]*node
	source []byte
}

// toInclude reads a file of the shared folder, once for an item; or it tells what
// is wrong with the name, not where.
func (r *reader) toInclude(name string) (*sharedFile, *Problem) {
	if f, ok := r.included[name]; ok {
		return f, nil
	}
	wrong := func(text, suggestion string, args ...any) (*sharedFile, *Problem) {
		p := broken("", 0, text, suggestion, args...)
		return nil, &p
	}
	file := path.Join(SharedFolder, name)
	if !fs.ValidPath(name) || path.Ext(name) != ".yaml" {
		return wrong("“%s”不是共用文件的名字。", "写 %[2]s 文件夹里的文件，例如 food/form.yaml。", name, SharedFolder)
	}
	source, err := fs.ReadFile(r.fsys, file)
	switch {
	case err != nil:
		if near, ok := nearest(name, r.sharedNames()); ok {
			return wrong("没有叫“%s”的共用文件。", "改成“%[2]s”。", name, near)
		}
		return wrong("没有叫“%s”的共用文件。", "先在 %[2]s 文件夹里写好它。", name, SharedFolder)
	case len(source) > maxFile || len(r.included) == maxFiles:
		return wrong("共用文件“%s”太大，或者引用得太多。", "每个文件不超过 %[2]d MB，一共不超过 %[3]d 个。", name, maxFile>>20, maxFiles)
	}
	source = unified(source)
	f := &sharedFile{name: name, path: "items/" + file, source: source}
	t := newTree(f.path)
	t.from = f.path
	f.root = t.parse(source)
	f.names = t.anchors
	if f.root != nil && f.root.kind == mapping {
		for i, k := range f.root.keys {
			f.names[k.name] = f.root.items[i]
		}
	}
	r.problems = append(r.problems, t.problems...)
	r.included[name] = f
	r.it.files["../"+file] = source // beside the item, see Pack
	return f, nil
}

func (r *reader) sharedNames() []string {
	var names []string
	_ = fs.WalkDir(r.fsys, SharedFolder, func(p string, d fs.DirEntry, err error) error {
		if err == nil && !d.IsDir() {
			names = append(names, strings.TrimPrefix(p, SharedFolder+"/"))
		}
		return nil // what cannot be read is not suggested
	})
	return names
}

// include takes the line `include:` out of the top of a file and makes known
// what it names. whole is the shared file that stands for all of this one.
func (t *yamlTree) include(body ast.Node) (rest ast.Node, whole *sharedFile) {
	values, at := []*ast.MappingValueNode{}, -1
	switch n := body.(type) {
	case *ast.MappingNode:
		values = n.Values
	case *ast.MappingValueNode:
		values = append(values, n)
	}
	for i, v := range values {
		if k, ok := v.Key.(ast.ScalarNode); ok && keyText(k) == "include" {
			at = i
		}
	}
	if at < 0 {
		return body, nil
	}
	written := t.node(values[at].Value)
	if t.shared == nil {
		t.report(written.line, "共用的文件里不能再引用别的文件。", "在用到它的事项里分别引用。")
		return body, nil
	}
	names := place{node: written, file: t.file, to: &t.problems}.texts()
	for _, name := range names {
		f, wrong := t.shared(name)
		if wrong != nil {
			wrong.File, wrong.Line, t.missed = t.file, written.line, true
			t.problems = append(t.problems, *wrong)
			continue
		}
		whole = f
		for known := range maps.Keys(f.names) {
			if _, twice := t.anchors[known]; twice {
				t.report(written.line, "引用的文件里有两处叫“%s”。", "给其中一处换个名字。", known)
			}
			t.anchors[known] = f.names[known]
		}
		t.includes = append(t.includes, included{f, written.line})
	}
	values = slices.Delete(slices.Clone(values), at, at+1)
	if len(values) == 0 && len(names) == 1 {
		return nil, whole
	}
	return &ast.MappingNode{BaseNode: &ast.BaseNode{}, Start: body.GetToken(), Values: values}, nil
}

// included is a shared file with the line that names it.
type included struct {
	*sharedFile
	line int
}

// idle reports shared files of which nothing is used.
func (t *yamlTree) idle() {
	for _, f := range t.includes {
		if !slices.ContainsFunc(slices.Collect(maps.Keys(f.names)), func(name string) bool { return t.used[name] }) {
			p := broken(t.file, f.line, "引用了 %s，却没有用到里面的内容。", "用 *名字 引用，或者删去这一行。", f.name)
			p.Severity = Warning
			t.problems = append(t.problems, p)
		}
	}
}
