package item

import (
	"bytes"
	"io/fs"
	"path"
	"regexp"
	"slices"
	"strings"
)

// Documents that many items need, such as the notice of acceptance
// (受理通知书), are written once, in documents of SharedFolder. An act names one as std/NAME; it then belongs to the item
// as if it were the item's own documents/std/NAME.yaml, also to its version
// and to what Pack keeps. A file of that name in the item's own folder takes
// its place.
const sharedPrefix = "std/"

var sharedName = regexp.MustCompile(`^std/[a-z][a-z0-9-]*$`)

// shared takes the shared documents into the item that its acts name.
func (r *reader) shared() {
	for _, name := range papersOf(r.it.Flow) {
		file := "documents/" + name + ".yaml"
		if _, own := r.it.files[file]; own || !sharedName.MatchString(name) {
			continue
		}
		b, err := fs.ReadFile(r.fsys, path.Join(SharedFolder, "documents", strings.TrimPrefix(name, sharedPrefix)+".yaml"))
		if err == nil && len(b) <= maxFile { // that one is missing is the check's to say, with its line
			r.it.files[file] = unified(b)
		}
	}
}

// unified takes away what other systems write at the beginning of a file and
// at the ends of lines, so that a checkout on another system is the same item.
func unified(b []byte) []byte {
	return bytes.ReplaceAll(bytes.TrimPrefix(b, []byte("\ufeff")), []byte("\r\n"), []byte("\n"))
}

// papersOf are the documents that acts and moves make, each once.
func papersOf(f Flow) []string {
	var names []string
	for _, s := range f.Stages {
		for _, m := range []*Move{s.Lapse, s.Idle} {
			if m != nil {
				names = append(names, m.Papers...)
			}
		}
		for _, a := range s.Acts {
			names = append(names, a.Papers...)
		}
	}
	for _, a := range f.House {
		names = append(names, a.Papers...)
	}
	slices.Sort(names)
	return slices.Compact(names)
}

// documentFile tells which document a file of the item is.
func documentFile(file string) (name string, ok bool) {
	if name, ok = inFolder(file, "documents"); ok {
		return name, true
	}
	name, ok = inFolder(file, "documents/std")
	return sharedPrefix + name, ok
}

// papers must be documents that there are.
func (c *check) papers() {
	known := documentNames(c.it)
	look := func(at spot, names []string) {
		for i, name := range names {
			c.known(at.under("papers", i), "文件模板", name, known)
		}
	}
	for _, s := range c.it.Flow.Stages {
		at := inFile("flow", "stages", s.Name)
		if s.Lapse != nil {
			look(at.under("lapse"), s.Lapse.Papers)
		}
		if s.Idle != nil {
			look(at.under("idle"), s.Idle.Papers)
		}
		for _, a := range s.Acts {
			if !a.Across {
				look(at.under("acts", a.Name), a.Papers)
			}
		}
	}
	for _, a := range c.it.Flow.across {
		look(inFile("flow", "across", a.Name), a.Papers)
	}
	for _, a := range c.it.Flow.House {
		look(inFile("flow", "house", a.Name), a.Papers)
	}
}

// PaperTitles are what documents are called, as a text names them.
func (it *Item) PaperTitles(names []string) string {
	titles := make([]string, len(names))
	for i, name := range names {
		titles[i] = "《" + it.Documents[name].Title + "》"
	}
	return strings.Join(titles, "、")
}
