package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"

	"wangban/internal/casework"
	"wangban/internal/document"
	"wangban/internal/item"
	"wangban/internal/story"
	"wangban/internal/workday"
	"wangban/items"
)

type checkCmd struct {
	Folders []string `arg:"" optional:"" type:"existingdir" help:"Folders of items, one each, e.g. items/food-filing. Default: the shipped items."`
	English bool     `help:"Report in English."`
}

// Run reports what is wrong with items: file, line, what to do; then it plays
// their worked examples.
func (c *checkCmd) Run(s *surroundings) error {
	problems, failures, checked, err := checkItems(c.Folders)
	if err != nil {
		return err
	}
	if err := item.Report(s.out, problems, c.English); err != nil {
		return err
	}
	for _, f := range failures {
		_, _ = fmt.Fprintln(s.out, f)
	}
	for _, it := range checked {
		_, _ = fmt.Fprintf(s.out, "%s: %d 个办理例子 worked examples\n", it.Name, len(it.Examples))
	}
	if item.Broken(problems) || len(failures) > 0 {
		return errors.New("some items are broken")
	}
	return nil
}

func checkItems(folders []string) (problems []item.Problem, failures []story.Failure, checked []*item.Item, err error) {
	places := []place{}
	for _, folder := range folders {
		folder, err := filepath.Abs(folder)
		if err != nil {
			return nil, nil, nil, err
		}
		places = append(places, place{os.DirFS(filepath.Dir(folder)), filepath.Base(folder)})
	}
	if len(folders) == 0 {
		names, err := item.Names(items.Files)
		if err != nil {
			return nil, nil, nil, err
		}
		for _, name := range names {
			places = append(places, place{items.Files, name})
		}
	}
	example, err := readCounty("")
	if err != nil {
		return nil, nil, nil, err
	}
	house := example.House("https://wb.example.cn", workday.Default())
	for _, p := range places {
		it, found := item.Read(p.files, p.name)
		problems = append(problems, found...)
		if item.Broken(found) {
			continue
		}
		found = slices.Concat(item.Check(it, houseOptions()), layoutProblems(it))
		problems = append(problems, found...)
		if !item.Broken(found) {
			failures = append(failures, story.RunAll(house, it)...)
			checked = append(checked, it)
		}
	}
	return problems, failures, checked, nil
}

type place struct {
	files fs.FS
	name  string
}

// houseOptions are the names that items may use. They are asked of the rooms,
// so that a list of them cannot grow stale.
func houseOptions() item.Options {
	empty := &installation{}
	return item.Options{
		Effects:  empty.effects().checks(),
		Checks:   append(sortedKeys(empty.checks()), casework.CheckSameApplicant),
		Roles:    []string{"reviewer", "helper", "supervisor"},
		Proofs:   []string{"sms", "face-provider", "camera-evidence", "counter"},
		Document: documentNames,
	}
}

func sortedKeys[V any](m map[string]V) []string {
	keys := make([]string, 0, len(m))
	for k := range m {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	return keys
}

// layoutProblems are those of an item's documents.
func layoutProblems(it *item.Item) []item.Problem {
	var problems []item.Problem
	for name, d := range it.Documents {
		problems = append(problems, document.Check("items/"+it.Name+"/documents/"+name+".yaml", d.Source)...)
	}
	return problems
}

// refuseBrokenItems keeps the installation from starting with items that name
// what nobody does, with the same report as `wangban check`.
func (in *installation) refuseBrokenItems() error {
	var problems []item.Problem
	for _, it := range in.items.All() {
		problems = append(problems, item.Check(it, houseOptions())...)
		problems = append(problems, layoutProblems(it)...)
	}
	if item.Broken(problems) {
		return &item.BrokenError{Problems: problems}
	}
	return nil
}
