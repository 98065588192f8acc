package item

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io/fs"
	"maps"
	"path"
	"regexp"
	"slices"
	"strings"
	"sync"

	"wangban/internal/form"
)

// Limits on an item's folder.
const (
	maxFile  = 1 << 20
	maxFiles = 200
)

// Read reads the item in the folder of that name. It is strict: every unknown
// key, malformed value and duplicate is a Problem with its line, all of them
// at once. When a Problem is an Error (see Broken), the item is only as much
// of it as could be understood, good for nothing but further checks.
func Read(fsys fs.FS, name string) (*Item, []Problem) {
	r := &reader{name: name, fsys: fsys, included: map[string]*sharedFile{}}
	it := &Item{Name: name, files: r.load(fsys), roots: map[string]*node{}}
	r.it = it
	if !nameRule.MatchString(name) {
		r.report(name, "事项文件夹的名字“%s”不合规。", "只用小写字母、数字和连字符，例如 food-filing。", name)
	}
	r.required("item.yaml", func(p place) { it.Guide = readGuide(p) })
	r.catalogues()
	r.required("form.yaml", func(p place) { it.Form = readForm(p) })
	it.settle()
	r.required("flow.yaml", func(p place) { it.Flow = readFlow(p) })
	r.shared()
	r.file("messages.yaml", func(p place) { it.Messages = readMessages(p) })
	r.file("en.yaml", func(p place) {
		it.English = map[string]string{}
		p.each(func(zh string, v place) { it.English[zh] = v.text() })
	})
	r.sheets()
	r.documents()
	it.translate()
	r.examples()
	r.strangers()
	it.Hash = contentHash(name, it.files) // with what the files include
	it.packed = sync.OnceValue(func() []byte { return pack(it) })
	return it, sorted(r.problems)
}

var nameRule = regexp.MustCompile(`^[a-z][a-z0-9]*(-[a-z0-9]+)*$`)

type reader struct {
	name     string
	fsys     fs.FS
	it       *Item
	included map[string]*sharedFile // by name
	problems []Problem
}

func (r *reader) path(file string) string { return path.Join("items", r.name, file) }

func (r *reader) report(file, text, suggestion string, args ...any) {
	r.problems = append(r.problems, broken(r.path(file), 0, text, suggestion, args...))
}

// load takes the folder into memory.
func (r *reader) load(fsys fs.FS) map[string][]byte {
	files := map[string][]byte{}
	err := fs.WalkDir(fsys, r.name, func(p string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case strings.HasPrefix(d.Name(), ".") && p != r.name:
			if d.IsDir() {
				return fs.SkipDir
			}
			return nil
		case d.IsDir():
			return nil
		}
		rel := strings.TrimPrefix(p, r.name+"/")
		info, err := d.Info()
		if err != nil {
			return err
		}
		if info.Size() > maxFile || len(files) == maxFiles {
			r.report(rel, "事项文件夹里的文件太大或太多。", "每个文件不超过 %d MB，一共不超过 %d 个。", maxFile>>20, maxFiles)
			return nil
		}
		b, err := fs.ReadFile(fsys, p)
		if err != nil {
			return err
		}
		if path.Ext(rel) == ".yaml" {
			b = unified(b)
		}
		files[rel] = b
		return nil
	})
	if err != nil {
		r.report("", "事项文件夹打不开：%v。", "检查文件夹的名字和读取权限。", err)
	}
	return files
}

// contentHash identifies a version: the item's name, every file's path and
// content.
func contentHash(item string, files map[string][]byte) string {
	h := sha256.New()
	fmt.Fprintf(h, "%s\n", item)
	for _, name := range slices.Sorted(maps.Keys(files)) {
		sum := sha256.Sum256(files[name])
		fmt.Fprintf(h, "%x %s\n", sum, name)
	}
	return hex.EncodeToString(h.Sum(nil))
}

func (r *reader) required(file string, read func(place)) {
	if _, ok := r.it.files[file]; !ok {
		r.it.holes = true
		r.report(file, "事项缺少文件 %s。", "每个事项都有 item.yaml、form.yaml 和 flow.yaml。", file)
		return
	}
	r.file(file, read)
}

func (r *reader) file(file string, read func(place)) {
	source, ok := r.it.files[file]
	if !ok {
		return
	}
	t := r.tree(file)
	root := t.parse(source)
	r.problems = append(r.problems, t.problems...)
	if root == nil {
		r.it.holes = true
		return
	}
	r.it.roots[file] = root
	read(place{node: root, file: r.path(file), to: &r.problems})
}

func (r *reader) tree(file string) *yamlTree {
	t := newTree(r.path(file))
	t.shared = r.toInclude
	return t
}

// sheets are what staff fill in.
func (r *reader) sheets() {
	r.it.Sheets = map[string]Sheet{}
	for _, file := range slices.Sorted(maps.Keys(r.it.files)) {
		if name, ok := inFolder(file, "sheets"); ok {
			r.file(file, func(p place) { r.it.Sheets[name] = Sheet{Name: name, Page: readSheet(name, p)} })
		}
	}
}

// documents keeps every layout as written; the document room reads it.
func (r *reader) documents() {
	r.it.Documents = map[string]Document{}
	for _, file := range slices.Sorted(maps.Keys(r.it.files)) {
		name, ok := documentFile(file)
		if !ok {
			continue
		}
		t, d := r.tree(file), Document{Name: name, Source: r.it.files[file], File: r.path(file)}
		if root := t.parse(d.Source); root != nil { // for the lines; the document room tells what is wrong
			r.it.roots[file] = root
			d.Title, d.EN, d.Word = scalarAt(root, "title"), scalarAt(root, "en"), scalarAt(root, "number")
		}
		switch {
		case t.whole != nil:
			d.Source, d.File = t.whole.source, t.whole.path
		case len(t.includes) > 0:
			t.report(t.includes[0].line, "文件模板只能整个共用。", "只留 include: 这一行，或者把模板写在这里。")
			fallthrough
		case t.missed:
			r.problems = append(r.problems, t.problems...)
		}
		sum := sha256.Sum256(d.Source)
		d.Hash = hex.EncodeToString(sum[:])
		r.it.Documents[name] = d
	}
}

// examples tells stories from the answers they are told with.
func (r *reader) examples() {
	r.it.Examples, r.it.Fixtures, r.it.Titles = map[string]Example{}, map[string][]byte{}, map[string]string{}
	for _, file := range slices.Sorted(maps.Keys(r.it.files)) {
		name, ok := inFolder(file, "examples")
		if !ok || r.it.holes { // nothing to hold them against
			continue
		}
		r.file(file, func(p place) {
			if p.get("answers") != nil {
				r.it.Fixtures[name] = r.it.files[file]
				if title := readFixture(p, r.it.Form); title != "" {
					r.it.Titles[name] = title
				}
				return
			}
			r.it.Examples[path.Base(file)] = readExample(path.Base(file), p, r.it.Flow.actNames())
		})
	}
}

func scalarAt(root *node, key string) string {
	if n := root.get(key); n != nil && n.kind == scalar {
		return n.text
	}
	return ""
}

func inFolder(file, folder string) (name string, ok bool) {
	dir, base := path.Split(file)
	name, isYAML := strings.CutSuffix(base, ".yaml")
	return name, isYAML && dir == folder+"/"
}

// strangers reports files that nothing reads.
func (r *reader) strangers() {
	known := []string{"item.yaml", "form.yaml", "flow.yaml", "messages.yaml", "en.yaml"}
	for file := range r.it.files {
		if strings.HasPrefix(file, "../") {
			continue // included
		}
		_, document := documentFile(file)
		_, example := inFolder(file, "examples")
		_, sheet := inFolder(file, "sheets")
		top := path.Dir(file)
		_, catalogue := r.it.Catalogues[strings.TrimSuffix(path.Base(file), path.Ext(file))]
		if document || example || sheet || catalogue && top == "catalogues" || slices.Contains(known, file) || top == "documents" || path.Ext(file) == ".md" {
			continue
		}
		if near, ok := nearest(file, known); ok {
			r.report(file, "不认识这个文件。", "改名为 %[1]s。", near)
		} else {
			r.report(file, "不认识这个文件。", "事项文件夹里可以有 %[1]s，和 documents、sheets、examples、catalogues 四个文件夹。", Words(known))
		}
	}
}

// Answers are the answers of a fixture, with the types that the form keeps.
// Files are given by name; file makes the document that a name stands for.
func (it *Item) Answers(fixture string, file func(name string) form.File) (form.Values, error) {
	if _, ok := it.Fixtures[fixture]; !ok {
		return nil, fmt.Errorf("item %s: there is no examples/%s.yaml", it.Name, fixture)
	}
	given, _ := it.roots["examples/"+fixture+".yaml"].get("answers").data().(map[string]any)
	return it.Typed(given, file)
}

// Typed gives plain values the types that the form and the sheets keep.
func (it *Item) Typed(given map[string]any, file func(name string) form.File) (form.Values, error) {
	out := form.Values{}
	for id, v := range given {
		field, ok := it.Field(id)
		if !ok {
			return nil, fmt.Errorf("item %s: neither the form nor a sheet has a field %s", it.Name, id)
		}
		out[id] = typed(field, v, file)
	}
	return out, nil
}

func typed(field form.Field, v any, file func(name string) form.File) any {
	elements, many := v.([]any)
	if !many {
		elements = []any{v}
	}
	switch {
	case v == nil:
		return nil
	case field.Type == form.TypeFile:
		var files []form.File
		for _, e := range elements {
			files = append(files, file(fmt.Sprint(e)))
		}
		return files
	case field.Type == form.TypeRows:
		return typedRows(field, elements, file)
	case field.Type == form.TypeChoices, field.Type == form.TypeCatalogue && field.Many > 0:
		var texts []string
		for _, e := range elements {
			texts = append(texts, fmt.Sprint(e))
		}
		return texts
	}
	if b, ok := v.(bool); ok {
		return b
	}
	return fmt.Sprint(v)
}

func typedRows(field form.Field, elements []any, file func(name string) form.File) []form.Row {
	var rows []form.Row
	for _, e := range elements {
		given, _ := e.(map[string]any)
		row := form.Row{}
		for id, v := range given {
			sub, ok := field.Sub(strings.TrimSuffix(id, ".confirm"))
			if !ok {
				continue
			}
			row[id] = typed(sub, v, file)
		}
		rows = append(rows, row)
	}
	return rows
}
