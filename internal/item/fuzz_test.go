package item_test

import (
	"io/fs"
	"path"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"wangban/internal/item"
	"wangban/items"
)

// patience is how long an item may keep its author waiting, on a busy machine.
const patience = time.Minute

// Whatever stands in the files of an item, reading and checking it comes to an
// end, with problems that can be shown.
func FuzzRead(f *testing.F) {
	seed := func(files fs.FS, name string) {
		read := func(file string) string {
			b, err := fs.ReadFile(files, path.Join(name, file))
			if err != nil {
				f.Fatal(err)
			}
			return string(b)
		}
		documents, _ := fs.Glob(files, name+"/documents/*.yaml")
		examples, _ := fs.Glob(files, name+"/examples/*.yaml")
		for i, e := range examples { // all of them, with the documents in turn
			layout := ""
			if len(documents) > 0 {
				layout = read(strings.TrimPrefix(documents[i%len(documents)], name+"/"))
			}
			f.Add(read("item.yaml"), read("form.yaml"), read("flow.yaml"), read("messages.yaml"), read("en.yaml"),
				layout, read(strings.TrimPrefix(e, name+"/")))
		}
	}
	names, err := item.Names(items.Files)
	if err != nil {
		f.Fatal(err)
	}
	for _, name := range names {
		seed(items.Files, name)
	}
	sample := sampleFiles(f)
	seed(sample, "sample")
	get := func(file string) string { return string(sample["sample/"+file].Data) }
	for _, odd := range []struct{ file, content string }{
		{"form", ""}, {"form", "pages: 1"}, {"flow", "- a\n- b"}, {"messages", "a: {text: \"${\", vars: {\"\": \"short(1, -1)\"}}"}, {"en", "{? [a] : b}"},
		{"form", "a: &a [1, 1, 1, 1, 1, 1, 1, 1, 1, 1]\nb: &b [*a, *a, *a, *a, *a, *a, *a, *a, *a, *a]\nc: &c [*b, *b, *b, *b, *b, *b, *b, *b, *b, *b]\nd: &d [*c, *c, *c, *c, *c, *c, *c, *c, *c, *c]\ne: [*d, *d, *d, *d, *d, *d, *d, *d, *d, *d]"},
		{"form", "pages: [{page: a, fields: {a: {type: number, min: 999999999999, max: 1}, a.b: {type: text, max: 999999999999, when: a > 0 || len(a) > 9999999}}}]"},
		{"form", "pages: [{page: a, when: 'all(1..1000000, any(1..1000000, false))', fields: {a: {type: file, many: 1000000000, when: len(a) > 999999999}}}]"},
		{"flow", "stages: {a: {by: x, within: 1 second, lapse: {to: a}, acts: {a: {to: [{when: 'due > 1', stage: a}, {when: results.x.y, stage: b}]}}}}"},
	} {
		files := map[string]string{odd.file: odd.content}
		with := func(file string) string {
			if s, ok := files[file]; ok {
				return s
			}
			return get(file + ".yaml")
		}
		f.Add(with("item"), with("form"), with("flow"), with("messages"), with("en"), get("documents/letter.yaml"), get("examples/told.yaml"))
	}
	f.Fuzz(func(t *testing.T, guide, form, flow, messages, en, document, example string) {
		files := fstest.MapFS{}
		for name, content := range map[string]string{"item.yaml": guide, "form.yaml": form, "flow.yaml": flow, "messages.yaml": messages,
			"en.yaml": en, "documents/d.yaml": document, "examples/e.yaml": example} {
			files["sample/"+name] = &fstest.MapFile{Data: []byte(content)}
		}
		start := time.Now()
		it, problems := item.Read(files, "sample")
		problems = append(problems, item.Check(it, sampleHouse)...)
		if err := item.Report(&strings.Builder{}, problems, item.InEnglish()); err != nil {
			t.Error(err)
		}
		if took := time.Since(start); took > patience {
			t.Errorf("it took %v", took)
		}
	})
}
