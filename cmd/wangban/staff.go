package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"slices"

	"wangban/internal/account"
	"wangban/internal/casework"
)

type staffCmd struct {
	Import   staffImportCmd   `cmd:"" help:"Bring the staff to a list (XLSX): who joins, changes post, leaves and hands over."`
	Template staffTemplateCmd `cmd:"" help:"Write an empty list to be filled in."`
}

// posts are the units and roles of the installation, for lists of staff.
func (in *installation) posts() account.Posts {
	p := account.Posts{Units: map[string]string{}, Roles: map[string]string{}}
	for code, u := range in.county.Units {
		p.Units[code] = u.Name
	}
	for name, r := range in.county.Roles {
		p.Roles[name] = r.ZH
	}
	return p
}

type staffTemplateCmd struct {
	County string `env:"WANGBAN_COUNTY" help:"File with the installation's description; default: the shipped example."`
	File   string `arg:"" help:"Where to write it (.xlsx)."`
}

// Run writes a template with the installation's units and roles to choose from.
func (c *staffTemplateCmd) Run(*surroundings) error {
	place, err := readCounty(c.County)
	if err != nil {
		return err
	}
	content, err := account.RosterTemplate((&installation{county: place}).posts())
	if err != nil {
		return err
	}
	return os.WriteFile(c.File, content, 0o644)
}

type staffImportCmd struct {
	settings
	File   string `arg:"" type:"existingfile" help:"XLSX; begin with wangban staff template."`
	DryRun bool   `help:"Only tell what is wrong and what would change."`
}

// Run imports a list of staff, all of it or, with a mistake anywhere, nothing.
func (c *staffImportCmd) Run(s *surroundings) (err error) {
	ctx := context.Background()
	in, err := open(ctx, c.settings, false, logger(io.Discard))
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, in.close()) }()
	content, err := os.ReadFile(c.File)
	if err != nil {
		return err
	}
	return in.importRoster(ctx, s.out, content, c.DryRun)
}

func (in *installation) importRoster(ctx context.Context, w io.Writer, content []byte, dry bool) error {
	roster, err := in.accounts.ReadRoster(ctx, content, in.posts())
	if err != nil {
		return err
	}
	for _, p := range roster.Problems {
		where := ""
		if p.Row > 0 {
			where = fmt.Sprintf("第 %d 行 row %d", p.Row, p.Row)
		}
		if p.Column != "" {
			where += "，" + p.Column
		}
		_, _ = fmt.Fprintf(w, "%s：%s\n", where, fmt.Sprintf(p.Text, p.Args...))
	}
	changes, err := in.accounts.Changes(ctx, roster)
	if err != nil {
		return err
	}
	if roster, err = in.withOpenCases(ctx, w, roster, changes); err != nil {
		return err
	}
	for _, change := range []account.Change{account.Joins, account.Changes, account.Leaves, account.Stays} {
		var who []string
		for i, l := range roster.Lines {
			if changes[i] == change {
				who = append(who, l.Member.ID)
			}
		}
		_, _ = fmt.Fprintf(w, "%s: %d %v\n", change, len(who), who)
	}
	switch {
	case len(roster.Problems) > 0:
		return fmt.Errorf("nothing was imported: %d mistakes", len(roster.Problems))
	case dry:
		return nil
	}
	return in.takeRoster(ctx, w, roster)
}

// withOpenCases asks that whoever leaves with cases in hand names a successor.
func (in *installation) withOpenCases(ctx context.Context, w io.Writer, roster account.Roster, changes []account.Change) (account.Roster, error) {
	for i, l := range roster.Lines {
		if changes[i] != account.Leaves || l.Successor != "" {
			continue
		}
		n, err := in.door.Counts(ctx, 1000, casework.Query{Desk: true, Holders: []string{l.Member.ID}})
		if err != nil {
			return roster, err
		}
		if n[0] > 0 {
			p := account.RosterProblem{Row: l.Row, Text: fmt.Sprintf("%s 还有 %d 件在办。填交接给谁。 still holds cases: name who takes over.", l.Member.ID, n[0])}
			_, _ = fmt.Fprintf(w, "第 %d 行 row %d：%s\n", p.Row, p.Row, p.Text)
			roster.Problems = append(roster.Problems, p)
		}
	}
	return roster, nil
}

// takeRoster changes the staff first, so that nobody who has left takes
// another case, and hands over then. What could not be handed over is told.
func (in *installation) takeRoster(ctx context.Context, w io.Writer, roster account.Roster) error {
	first, err := in.accounts.Take(ctx, roster)
	if err != nil {
		return err
	}
	for _, id := range slices.Sorted(maps.Keys(first)) {
		_, _ = fmt.Fprintf(w, "初始密码 first password of %s: %s\n", id, first[id])
	}
	kept := 0
	for _, l := range roster.Lines {
		if !l.Left || l.Successor == "" {
			continue
		}
		done, err := in.door.HandOver(ctx, casework.Actor{Kind: casework.System, ID: "roster"}, l.Member.ID, l.Successor)
		if err != nil {
			return err
		}
		_, _ = fmt.Fprintf(w, "移交 handed over from %s to %s: %d\n", l.Member.ID, l.Successor, len(done.Moved))
		for _, number := range slices.Sorted(maps.Keys(done.Kept)) {
			_, _ = fmt.Fprintf(w, "  %s：%s\n", number, fmt.Sprintf(done.Kept[number].Text, done.Kept[number].Args...))
		}
		kept += len(done.Kept)
	}
	if kept > 0 {
		return fmt.Errorf("%d cases could not be handed over; name another successor and import the list again", kept)
	}
	return nil
}
