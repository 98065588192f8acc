package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"wangban/internal/item"
	"wangban/internal/web"
	"wangban/items"
)

type publishCmd struct {
	settings
	Folders []string `arg:"" optional:"" help:"Folders of items, or folders that hold such; or names of shipped items. Default: the installation's own items."`
	English bool     `help:"Report in English."`
}

// Run checks items as `wangban check` does, and makes them the current versions
// for every process of the installation, which take them up within a second or
// two. When one of them is broken, none is published.
func (c *publishCmd) Run(s *surroundings) (err error) {
	county, err := readCounty(c.County)
	if err != nil {
		return err
	}
	if err := c.prepare(); err != nil {
		return err
	}
	folders := c.Folders
	if own := c.settings.items(); len(folders) == 0 && own != "" {
		folders = []string{own}
	}
	if len(folders) == 0 {
		return errors.New("the installation has no items of its own: put a folder into items/ in its data folder, or name one")
	}
	calendar, err := readCalendar(c.Calendar)
	if err != nil {
		return err
	}
	r, err := lookAtNew(folders, itemLook{county, calendar, time.Now()})
	if err != nil {
		return err
	}
	if err := r.write(s.out, c.English); err != nil {
		return err
	}
	if item.Broken(r.problems) {
		return errors.New("nothing was published: mend what is said above, then publish again")
	}
	ctx := context.Background()
	in, err := open(ctx, c.settings, false, logger(s.err))
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, in.close()) }()
	news, err := in.door.Publish(ctx, r.checked...)
	if err != nil {
		return err
	}
	for _, it := range r.checked {
		said := "current already"
		if slices.Contains(news, it) {
			said = "published"
		}
		_, _ = fmt.Fprintf(s.out, "%s %s %s\n", it.Name, it.Hash[:12], said)
	}
	return in.warnOfUnheldRoles(ctx, news...)
}

// lookAtNew checks what is to be published. A name that is no folder can be a
// shipped item's: that is how an installation goes back to it.
func lookAtNew(folders []string, look itemLook) (itemReport, error) {
	var named, shipped []string
	for _, folder := range folders {
		if _, err := os.Stat(folder); err != nil && !strings.ContainsRune(filepath.ToSlash(folder), '/') && item.Holds(items.Files, folder) {
			shipped = append(shipped, folder)
			continue
		}
		named = append(named, folder)
	}
	r, err := (&checkCmd{Folders: named}).named(look)
	if err != nil {
		return r, err
	}
	var places []itemPlace
	for _, name := range shipped {
		places = append(places, itemPlace{items.Files, name, "items/" + name})
	}
	more := look.check(places)
	return itemReport{append(r.problems, more.problems...), append(r.checked, more.checked...)}, nil
}

// agreeOnItems lets what was published last count, whatever is in the folders
// of this process: an older folder on one machine takes nothing back. Versions
// that were never published stay; serving publishes them.
func (in *installation) agreeOnItems(ctx context.Context) error {
	current, last, err := in.door.Publications(ctx, 0)
	if err != nil {
		return err
	}
	for _, it := range in.items.All() {
		known, err := in.door.Published(ctx, it)
		if err != nil {
			return err
		}
		if !known {
			in.fresh = append(in.fresh, it)
			delete(current, it.Name)
		} else if current[it.Name] != it.Hash {
			in.log.Warn("another version of an item was published after the one in the folder, and counts; to go back, publish the folder", "item", it.Name, "folder", it.Hash[:12], "current", current[it.Name][:12])
		}
	}
	in.adopt(ctx, current)
	in.taken = last
	return nil
}

// publishFresh publishes what the folders have that was never published.
func (in *installation) publishFresh(ctx context.Context) error {
	_, err := in.door.Publish(ctx, in.fresh...)
	return err
}

// takeUpItems takes up what was published since, here or by another process.
func (in *installation) takeUpItems(ctx context.Context) {
	current, last, err := in.door.Publications(ctx, in.taken)
	if err != nil {
		if ctx.Err() == nil {
			in.log.Error("new versions of items could not be looked for; the next second tries again", "error", err)
		}
		return
	}
	in.adopt(ctx, current)
	in.taken = last
}

// adopt makes stored versions the current ones of this process. One that this
// program cannot read or does not know the words of, as while processes are
// being replaced by newer ones, is left to those that can.
func (in *installation) adopt(ctx context.Context, current map[string]string) {
	for _, name := range sortedKeys(current) {
		if now, ok := in.items.Get(name); ok && now.Hash == current[name] {
			continue
		}
		it, err := in.door.Version(ctx, current[name])
		if err == nil {
			if problems := slices.Concat(item.Check(it, houseOptions(in.county)), layoutProblems(it)); item.Broken(problems) {
				err = &item.BrokenError{Problems: problems}
			}
		}
		if err != nil {
			in.log.Error("a published version of an item cannot be used by this process", "item", name, "version", current[name], "error", err)
			continue
		}
		in.items.Add(it)
		web.AddTexts(it.English)
		in.log.Info("a version of an item counts from now on", "item", name, "version", it.Hash[:12])
	}
}
