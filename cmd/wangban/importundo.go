package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"text/tabwriter"

	"wangban/internal/casework"
	"wangban/internal/form"
	"wangban/internal/licence"
)

type importUndoCmd struct {
	decision
	Batch string `arg:"" optional:"" help:"The import, by the name that it was given. Without it: list the imports."`
}

// Run takes back an import of licences: all of it or, where something rests on
// one of the licences, nothing.
func (c *importUndoCmd) Run(s *surroundings) (err error) {
	ctx := context.Background()
	c.DryRun = c.DryRun || c.Batch == ""
	in, err := c.open(ctx, s)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, in.close()) }()
	if c.Batch == "" {
		return in.listImports(ctx, s.out)
	}
	return in.undoImport(ctx, s.out, c.Batch, c.By, c.Reason, c.DryRun)
}

// listImports tells the imports that are on record, the latest first.
func (in *installation) listImports(ctx context.Context, w io.Writer) error {
	all, err := in.licences.Batches(ctx)
	if err != nil {
		return err
	}
	table := tabwriter.NewWriter(w, 0, 8, 2, ' ', 0)
	_, _ = fmt.Fprintln(table, "BATCH\tMADE\tITEM\tFILE\tBY\tADDED\tTAKEN BACK")
	const minute = "2006-01-02 15:04"
	for _, b := range all {
		undone := ""
		if u := b.Undone; u != nil {
			undone = fmt.Sprintf("%s %s: %s", u.At.In(form.Shanghai).Format(minute), u.ByID, u.Reason)
		}
		_, _ = fmt.Fprintf(table, "%s\t%s\t%s\t%s\t%s\t%d\t%s\n", b.Name, b.At.In(form.Shanghai).Format(minute), b.Item, b.File, b.ByID, b.Added, undone)
	}
	return table.Flush()
}

// undoImport shows what stands in the way or what would be done and, unless it is
// only to look, does it.
func (in *installation) undoImport(ctx context.Context, w io.Writer, batch, by, reason string, look bool) error {
	o := licence.Undoing{Batch: batch, Reason: reason, DryRun: look}
	if !look {
		m, err := in.decider(ctx, by)
		if err != nil {
			return err
		}
		o.ByID, o.ByName = m.ID, m.Name
	}
	cases := &licenceCases{in: in}
	if _, err := cases.asked(ctx, in.db.Read()); err != nil { // the long look, while others write; the transaction has to look at what is new
		return err
	}
	o.Asked = cases.asked
	out, err := in.licences.Undo(ctx, o)
	if err != nil {
		if u := out.Batch.Undone; u != nil {
			err = fmt.Errorf("%w, on %s by %s: %s", err, u.At.In(form.Shanghai).Format("2006-01-02 15:04"), u.ByID, u.Reason)
		}
		return err
	}
	const most = 1000
	for _, p := range out.Standing[:min(most, len(out.Standing))] {
		_, _ = fmt.Fprintln(w, p)
	}
	if n := len(out.Standing); n > 0 {
		if n > most {
			_, _ = fmt.Fprintf(w, "……还有 %d 处 and %d more\n", n-most, n-most)
		}
		return fmt.Errorf("nothing was taken back: %d of the %d licences of %s stand in the way; put right by decisions what is wrong", n, out.Licences, out.Batch.File)
	}
	for _, s := range out.Series {
		_, _ = fmt.Fprintf(w, "顺序号退回，从空号接着排 numbers go back and fill up: %s 到 to %d\n", s.Series, s.Last)
	}
	_, err = fmt.Fprintf(w, "批次 batch %s，文件 file %s：撤回 taken back %d\n", out.Batch.Name, out.Batch.File, out.Licences)
	if err == nil && look {
		_, err = fmt.Fprintln(w, "只是试算，什么也没有写 dry run: nothing was written")
	}
	if !look {
		in.scrub(ctx, w)
	}
	return err
}

// licenceCases knows which licences the cases are about that are handed in and
// under way, and which of them it has read. What a draft says counts for nothing
// yet: when it is handed in, it is told that there is no such licence.
type licenceCases struct {
	in   *installation
	read map[string]licenceCase
}

type licenceCase struct {
	version int
	number  string
	about   []string
}

func (c *licenceCases) asked(ctx context.Context, q casework.Queryer) (licence.Asked, error) {
	asked, read := licence.Asked{}, map[string]licenceCase{}
	for _, current := range c.in.items.All() {
		if !licence.Asks(current) {
			continue
		}
		running, err := c.in.door.Running(ctx, q, current.Name)
		if err != nil {
			return nil, err
		}
		for id, version := range running {
			of, known := c.read[id]
			if !known || of.version != version {
				s, it, err := c.in.door.Peek(ctx, q, id)
				var gone *casework.Refusal
				if errors.As(err, &gone) {
					continue // forgotten meanwhile
				}
				if err != nil {
					return nil, err
				}
				of = licenceCase{s.Version, s.Number, licence.Named(it, s)}
			}
			read[id] = of
			for _, number := range of.about {
				asked[number] = of.number
			}
		}
	}
	c.read = read
	return asked, nil
}
