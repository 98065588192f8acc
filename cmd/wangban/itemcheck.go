package main

import (
	"context"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	shucheng "wangban/internal/county"
	"wangban/internal/document"
	"wangban/internal/item"
	"wangban/internal/story"
	"wangban/internal/workday"
	"wangban/items"
)

// defaultData is where an installation keeps its things when nobody says.
const defaultData = "wangban-data"

// itemPlace is an item to be looked at, and how to call its folder.
type itemPlace struct {
	files fs.FS
	name  string
	shown string
}

// itemReport is what was found.
type itemReport struct {
	problems []item.Problem
	checked  []*item.Item // without an error
}

// itemLook is what items are looked at with: the installation that they are
// for, its workday calendar, and the day from which limits are counted; zero:
// whether the calendar reaches far enough is not asked.
type itemLook struct {
	county   *shucheng.County
	calendar *workday.Calendar
	from     time.Time
}

// named checks the folders of the command line.
func (c *checkCmd) named(look itemLook) (itemReport, error) {
	var places []itemPlace
	var nothing []item.Problem
	for _, folder := range c.Folders {
		found, err := expand(folder)
		if err != nil {
			return itemReport{}, err
		}
		if len(found) == 0 {
			nothing = append(nothing, item.NoItem(filepath.ToSlash(folder)))
		}
		places = append(places, found...)
	}
	r := look.check(places)
	r.problems = append(r.problems, nothing...)
	return r, nil
}

// installed checks what an installation would run with: the shipped items
// and those of its own folder, if it has one, which take the place of shipped
// ones of the same name; its own only where the shipped ones were looked at
// before.
func (look itemLook) installed(own string, shippedToo bool) (itemReport, error) {
	var places []itemPlace
	mine := []string{}
	if own != "" {
		var err error
		if mine, err = item.Names(os.DirFS(own)); err != nil {
			return itemReport{}, err
		}
	}
	shipped, err := item.Names(items.Files)
	if err != nil {
		return itemReport{}, err
	}
	for _, name := range shipped {
		if shippedToo && !slices.Contains(mine, name) {
			places = append(places, itemPlace{items.Files, name, "items/" + name})
		}
	}
	for _, name := range mine {
		places = append(places, itemPlace{item.WithShared(os.DirFS(own), items.Files), name, filepath.ToSlash(filepath.Join(own, name))})
	}
	return look.check(places), nil
}

// check reads and checks items and plays their worked examples. What
// follows from something worse is left out: an item that cannot be read is not
// checked, one that is broken is not played.
func (look itemLook) check(places []itemPlace) (r itemReport) {
	house := look.county.House("https://wb.example.cn", look.calendar)
	options := houseOptions(look.county)
	if !look.from.IsZero() {
		options.Count = func(l item.Limit) error {
			_, err := house.Count(look.from, l, nil)
			return err
		}
	}
	for _, p := range places {
		it, problems := item.Read(p.files, p.name)
		if !item.Broken(problems) {
			problems = slices.Concat(problems, item.Check(it, options), layoutProblems(it))
		}
		if !item.Broken(problems) {
			problems = append(problems, story.RunAll(house, it)...)
		}
		if !item.Broken(problems) {
			r.checked = append(r.checked, it)
		}
		for i := range problems {
			if file, ok := strings.CutPrefix(problems[i].File, "items/"+p.name); ok {
				problems[i].File = p.shown + file
			}
		}
		r.problems = append(r.problems, problems...)
	}
	return r
}

// houseOptions are the names that items may use. They are asked of the rooms
// and of the installation's description, so that a list of them cannot grow
// stale.
func houseOptions(county *shucheng.County) item.Options {
	empty := &installation{}
	return item.Options{
		Effects:  empty.effects().checks(),
		Checks:   empty.checks().looks(),
		Roles:    sortedKeys(county.Roles),
		Units:    sortedKeys(county.Units),
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
	for _, name := range sortedKeys(it.Documents) {
		problems = append(problems, document.Check(it.Documents[name].File, it.Documents[name].Source)...)
	}
	return problems
}

// refuseBrokenItems keeps the installation from starting with items that would
// fail when somebody needs them. It comes before anything is opened or
// migrated; what is only doubtful gets into the log. The shipped items in the
// shipped county are looked at by the tests, not at every start: it takes two
// seconds.
func (in *installation) refuseBrokenItems() error {
	if in.settings.items() == "" && in.settings.County == "" {
		return nil
	}
	r, err := itemLook{county: in.county, calendar: in.calendar}.installed(in.settings.items(), in.settings.County != "")
	if err != nil {
		return err
	}
	if item.Broken(r.problems) {
		return brokenItems{r}
	}
	for _, p := range r.problems {
		in.log.Warn("item", "file", p.File, "line", p.Line, "problem", p.Say(reportTexts))
	}
	return nil
}

// warnOfUnheldRoles tells of stages in which nobody on the list of staff can
// act. Without a list, nobody is expected yet.
func (in *installation) warnOfUnheldRoles(ctx context.Context, items ...*item.Item) error {
	members, err := in.accounts.Members(ctx)
	if err != nil || len(members) == 0 {
		return err
	}
	held := map[string]bool{}
	for _, m := range members {
		for _, role := range m.Roles {
			held[role] = true
		}
	}
	for _, it := range items {
		for _, role := range item.StaffRoles(it) {
			if !held[role] {
				in.log.Warn("nobody on the list of staff holds a role that an item needs", "item", it.Name, "role", role)
			}
		}
	}
	return nil
}
