package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"wangban/internal/licence"
)

type importLicencesCmd struct {
	settings
	Item   string `arg:"" help:"The item that issues such licences, e.g. food-licence."`
	File   string `arg:"" type:"existingfile" help:"CSV; see docs/licences-from-before.md."`
	By     string `help:"Who answers for the file: the login of a member of staff; goes on record with every licence. Needed unless --dry-run."`
	DryRun bool   `help:"Only tell what is wrong and what would be done."`
}

// Run imports licences that were issued before there was this platform: all of
// the file or, with a mistake anywhere, nothing.
func (c *importLicencesCmd) Run(s *surroundings) (err error) {
	if !c.DryRun && c.By == "" {
		return errors.New("say who answers for the file with --by; it goes on record with every licence (or look first with --dry-run)")
	}
	ctx := context.Background()
	in, err := open(ctx, c.settings, false, logger(io.Discard))
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, in.close()) }()
	f, err := os.Open(c.File)
	if err != nil {
		return err
	}
	defer func() { _ = f.Close() }()
	return in.importLicences(ctx, s.out, licence.Importing{Item: c.Item, Name: filepath.Base(c.File), File: f, ByID: c.By, DryRun: c.DryRun})
}

func (in *installation) importLicences(ctx context.Context, w io.Writer, o licence.Importing) error {
	if !o.DryRun {
		m, ok, err := in.accounts.Member(ctx, o.ByID)
		if err != nil {
			return err
		}
		if !ok || m.Left {
			return fmt.Errorf("there is no member of staff %q: --by says who answers for the file", o.ByID)
		}
		o.ByName = m.Name
	}
	out, err := in.licences.Import(ctx, o)
	if err != nil {
		return err
	}
	for _, p := range out.Problems {
		_, _ = fmt.Fprintln(w, p)
	}
	if out.More > 0 {
		_, _ = fmt.Fprintf(w, "……还有 %d 处 and %d more\n", out.More, out.More)
	}
	if out.Wrong == 0 {
		for _, s := range out.Series {
			_, _ = fmt.Fprintf(w, "顺序号接着往下排 numbers go on: %s 已到 up to %d\n", s.Series, s.Last)
		}
	}
	_, err = fmt.Fprintf(w, "%d 行 rows: 新增 added %d, 已有 on record %d, 有误 wrong %d\nSHA-256 %s\n", out.Rows, out.Added, out.Unchanged, out.Wrong, out.Digest)
	switch {
	case err != nil:
		return err
	case out.Batch != "":
		_, err = fmt.Fprintf(w, "批次 batch %s（撤回 take back: wangban import undo %s）\n", out.Batch, out.Batch)
	case out.Wrong > 0:
		return errors.New("nothing was imported; mend the rows that are wrong and import the file again")
	case o.DryRun:
		_, err = fmt.Fprintln(w, "只是试算，什么也没有写 dry run: nothing was written")
	}
	return err
}
