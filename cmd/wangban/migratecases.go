package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"text/tabwriter"

	"wangban/internal/casework"
)

type migrateCasesCmd struct {
	settings
	Item   string `arg:"" help:"Item whose running cases are moved to its current version."`
	Reason string `help:"Why; goes into the record of each case. Needed unless --dry-run."`
	DryRun bool   `help:"Only show what would change, case by case."`
	JSON   bool   `name:"json" help:"Write JSON, one case a line."`
}

// Run moves the running cases of an item to its current version, those that
// can be moved, and tells of each what changes or why it stays.
func (c *migrateCasesCmd) Run(s *surroundings) (err error) {
	if c.Reason = strings.TrimSpace(c.Reason); c.Reason == "" && !c.DryRun {
		return errors.New("say why with --reason; it goes into the record of each case (or look first with --dry-run)")
	}
	ctx := context.Background()
	in, err := open(ctx, c.settings, false, logger(s.err))
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, in.close()) }()
	return in.migrateCases(ctx, s.out, c.Item, c.Reason, c.DryRun, c.JSON)
}

func (in *installation) migrateCases(ctx context.Context, out io.Writer, name, reason string, look, asJSON bool) error {
	it, ok := in.items.Get(name)
	if !ok {
		return fmt.Errorf("there is no item %q", name)
	}
	if !look && slices.Contains(in.fresh, it) {
		return fmt.Errorf("the folder's version of %s is not published yet, so new applications do not follow it: wangban publish comes first (or look with --dry-run)", name)
	}
	ids, err := in.door.Outdated(ctx, it)
	if err != nil {
		return err
	}
	table := tabwriter.NewWriter(out, 0, 8, 2, ' ', 0)
	lines := json.NewEncoder(out)
	if !asJSON {
		_, _ = fmt.Fprintln(table, "CASE\tNUMBER\tSTAGE\tRESULT\tWHAT")
	}
	can := 0
	for _, id := range ids {
		r, err := in.door.Repin(ctx, id, it, reason, look)
		if err != nil {
			return errors.Join(table.Flush(), fmt.Errorf("case %s: %w", id, err))
		}
		if len(r.Stays) == 0 {
			can++
		}
		if asJSON {
			err = lines.Encode(r)
		} else {
			_, err = fmt.Fprintf(table, "%s\t%s\t%s\t%s\t%s\n", r.Case, r.Number, r.Stage, repinWord(r), strings.Join(append(r.Stays, r.Changes...), "; "))
		}
		if err != nil {
			return err
		}
	}
	if asJSON {
		return nil
	}
	verb := "moved"
	if look {
		verb = "can be moved"
	}
	_, _ = fmt.Fprintf(table, "%d of %d running cases of older versions %s to %s\n", can, len(ids), verb, it.Hash[:12])
	return table.Flush()
}

func repinWord(r casework.Repin) string {
	switch {
	case r.Moved:
		return "moved"
	case len(r.Stays) > 0:
		return "stays"
	}
	return "would move"
}
