package item_test

import (
	"maps"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"

	"wangban/internal/item"
)

// sharing is the sample item with some of it moved to where others can use it.
func sharing(t *testing.T) fstest.MapFS {
	t.Helper()
	files := maps.Clone(sampleFiles(t))
	put := func(name, content string) { files[name] = &fstest.MapFile{Data: []byte(content)} }
	form := string(files["sample/form.yaml"].Data)
	page, rest, ok := strings.Cut(strings.TrimPrefix(form, "pages:\n  - "), "\n  - ")
	if !ok {
		t.Fatal("the sample's form has one page only")
	}
	put("_shared/sample/form.yaml", "first:\n    "+page+"\n")
	put("sample/form.yaml", "include: sample/form.yaml\npages:\n  - *first\n  - "+rest)
	for name, f := range files {
		if file, ok := strings.CutPrefix(name, "sample/documents/"); ok {
			put("_shared/sample/"+file, string(f.Data))
			put(name, "include: sample/"+file+"\n")
		}
	}
	return files
}

func TestWhatItemsShareIsTheirs(t *testing.T) {
	plain, problems := item.Read(sampleFiles(t), "sample")
	if len(problems) > 0 {
		t.Fatal(problems)
	}
	files := sharing(t)
	it, problems := item.Read(files, "sample")
	for _, p := range append(problems, item.Check(it, item.Options{})...) {
		t.Error(p)
	}
	if got, want := it.Form.Pages[0].Fields, plain.Form.Pages[0].Fields; len(got) != len(want) || got[0].Label != want[0].Label {
		t.Errorf("the first page asks %v, not %v", got, want)
	}
	for name, d := range plain.Documents {
		if shared := it.Documents[name]; shared.Hash != d.Hash || shared.File != "items/_shared/sample/"+name+".yaml" {
			t.Errorf("document %s is %s with hash %s, not %s", name, shared.File, shared.Hash, d.Hash)
		}
	}

	back, err := item.Unpack(item.Pack(it))
	if err != nil || back.Hash != it.Hash {
		t.Fatalf("unpacked %v, %v", back, err)
	}
	files["_shared/sample/form.yaml"].Data = append(files["_shared/sample/form.yaml"].Data, "# said otherwise\n"...)
	if other, _ := item.Read(files, "sample"); other.Hash == it.Hash {
		t.Error("a case would be pinned to a version whose shared part has changed")
	}
	if names, err := item.Names(files); err != nil || len(names) != 1 {
		t.Errorf("the items are %v, %v", names, err)
	}
}

func TestSharedMistakes(t *testing.T) {
	for name, c := range map[string]struct{ file, from, to, want string }{
		"missing":      {"sample/form.yaml", "sample/form.yaml", "sample/from.yaml", "sample/form.yaml:1: 没有叫“sample/from.yaml”的共用文件。建议：改成“sample/form.yaml”。"},
		"outside":      {"sample/form.yaml", "include: sample", "include: ../sample", "sample/form.yaml:1: “../sample/form.yaml”不是共用文件的名字。"},
		"unused":       {"sample/en.yaml", "", "include: sample/form.yaml\n", "sample/en.yaml:1: 引用了 sample/form.yaml，却没有用到里面的内容。"},
		"twice":        {"sample/form.yaml", "include: sample/form.yaml", "include: [sample/form.yaml, sample/more.yaml]", "sample/form.yaml:1: 引用的文件里有两处叫“first”。"},
		"in shared":    {"_shared/sample/form.yaml", "first:", "include: sample/more.yaml\nfirst:", "_shared/sample/form.yaml:1: 共用的文件里不能再引用别的文件。"},
		"wrong there":  {"_shared/sample/form.yaml", "title:", "tittle:", "_shared/sample/form.yaml:3: 不认识“tittle”。建议：改成“title”。"},
		"half a sheet": {"sample/documents/letter.yaml", "include: sample/letter.yaml\n", "include: sample/letter.yaml\ntitle: x\n", "sample/documents/letter.yaml:1: 文件模板只能整个共用。"},
	} {
		t.Run(name, func(t *testing.T) {
			files := sharing(t)
			files["_shared/sample/more.yaml"] = &fstest.MapFile{Data: []byte("first: {page: more}\n")}
			f, ok := files[c.file]
			if !ok || !strings.Contains(string(f.Data), c.from) {
				t.Fatalf("%s does not say %q", c.file, c.from)
			}
			files[c.file] = &fstest.MapFile{Data: []byte(strings.Replace(string(f.Data), c.from, c.to, 1))}
			it, problems := item.Read(files, "sample")
			for _, p := range append(problems, item.Check(it, item.Options{})...) {
				if strings.Contains(p.String(), c.want) {
					return
				}
			}
			t.Errorf("found %v, not %s", problems, c.want)
		})
	}
}

// An installation's own item can include what the shipped ones share, and say
// it otherwise for its own.
func TestOwnItemsShareToo(t *testing.T) {
	shipped, own := sharing(t), t.TempDir()
	for name, f := range shipped {
		if strings.HasPrefix(name, "sample/") {
			file := filepath.Join(own, filepath.FromSlash(name))
			if err := os.MkdirAll(filepath.Dir(file), 0o700); err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(file, f.Data, 0o600); err != nil {
				t.Fatal(err)
			}
		}
	}
	lib, err := item.NewLibrary(shipped, own)
	if err != nil {
		t.Fatal(err)
	}
	if it, _ := lib.Get("sample"); len(it.Form.Pages) == 0 || it.Form.Pages[0].Title == "" {
		t.Errorf("the own item has %v", it.Form.Pages)
	}
}
