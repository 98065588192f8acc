package main

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"time"

	"wangban/internal/casework"
	shucheng "wangban/internal/county"
	"wangban/internal/document"
	"wangban/internal/form"
	"wangban/internal/item"
	"wangban/internal/story"
	"wangban/internal/workday"
	"wangban/items"
)

type checkCmd struct {
	Folders []string `arg:"" optional:"" help:"Folders of items, or folders that hold such. Default: the shipped items, and the installation's own."`
	English bool     `help:"Report in English."`
	Data    string   `env:"WANGBAN_DATA" help:"Folder of the installation whose own items are checked too. Default: wangban-data."`
	Items   string   `env:"WANGBAN_ITEMS" help:"Folder of the installation's own items. Default: items/ in the data folder."`
	County  string   `env:"WANGBAN_COUNTY" help:"YAML file that describes the installation. Default: the shipped example, Shucheng."`

	Calendar string `env:"WANGBAN_CALENDAR" help:"JSON file with years of the workday calendar, as for serve."`
	From     string `placeholder:"2027-11-01" help:"Day from which it is looked whether the workday calendar reaches as far as the limits. Default: today."`
}

// Run reports what is wrong with items: file, line, what to do; then it plays
// their worked examples.
func (c *checkCmd) Run(s *surroundings) error {
	county, err := readCounty(c.County)
	if err != nil {
		return err
	}
	look, err := c.look(county)
	if err != nil {
		return err
	}
	var r itemReport
	if len(c.Folders) == 0 {
		set := settings{Data: c.Data, Items: c.Items}
		if set.Data == "" {
			set.Data = defaultData
		}
		r, err = look.installed(set.items(), true)
	} else {
		r, err = c.named(look)
	}
	if err != nil {
		return err
	}
	if err := r.write(s.out, c.English); err != nil {
		return err
	}
	if item.Broken(r.problems) {
		return errors.New("some items are broken")
	}
	return nil
}

// look is how this command looks at items.
func (c *checkCmd) look(county *shucheng.County) (itemLook, error) {
	calendar, err := readCalendar(c.Calendar)
	if err != nil {
		return itemLook{}, err
	}
	from := time.Now()
	if c.From != "" {
		if from, err = time.ParseInLocation(time.DateOnly, c.From, workday.Shanghai); err != nil {
			return itemLook{}, fmt.Errorf("--from %s is no day like 2027-11-01", c.From)
		}
	}
	return itemLook{county, calendar, from}, nil
}

// write is the report, with what was found in order at its end.
func (r itemReport) write(w io.Writer, english bool) error {
	tr, done, sum := reportTexts, "%s：%d 个办理例子\n", "%d 个错误，%d 个提醒\n"
	if english {
		done, sum = "%s: %d worked examples\n", "errors: %d, warnings: %d\n"
	} else {
		tr = nil
	}
	if err := item.Report(w, r.problems, tr); err != nil {
		return err
	}
	for _, it := range r.checked {
		if _, err := fmt.Fprintf(w, done, it.Name, len(it.Examples)); err != nil {
			return err
		}
	}
	errs := 0
	for _, p := range r.problems {
		if p.Severity == item.Error {
			errs++
		}
	}
	if len(r.problems) == 0 {
		return nil
	}
	_, err := fmt.Fprintf(w, sum, errs, len(r.problems)-errs)
	return err
}

// reportTexts are the texts of reports in English, of all rooms that find
// something in items.
var reportTexts = item.InEnglish(form.English, casework.English, document.English, story.English)

// brokenItems keeps an installation from starting, with the same report as
// `wangban check`, in both languages.
type brokenItems struct{ itemReport }

func (e brokenItems) Error() string {
	var b strings.Builder
	b.WriteString("事项有错，改好后再启动。 Some items are broken; mend them, then start again.\n\n")
	_ = e.write(&b, false) // in memory
	b.WriteString("\n")
	_ = e.write(&b, true)
	return strings.TrimRight(b.String(), "\n")
}

// expand finds the items that a folder is or holds.
func expand(folder string) ([]itemPlace, error) {
	whole, err := filepath.Abs(folder)
	if err != nil {
		return nil, err
	}
	if info, err := os.Stat(whole); err != nil || !info.IsDir() {
		return nil, nil // the report says so
	}
	if above := item.WithShared(os.DirFS(filepath.Dir(whole)), items.Files); item.Holds(above, filepath.Base(whole)) {
		return []itemPlace{{above, filepath.Base(whole), filepath.ToSlash(folder)}}, nil
	}
	files := item.WithShared(os.DirFS(whole), items.Files)
	names, err := item.Names(files)
	if err != nil {
		return nil, err
	}
	var places []itemPlace
	for _, name := range names {
		if item.Holds(files, name) {
			places = append(places, itemPlace{files, name, filepath.ToSlash(filepath.Join(folder, name))})
		}
	}
	return places, nil
}
