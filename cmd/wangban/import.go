package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"time"

	"golang.org/x/term"

	"wangban/internal/registry"
)

type importCmd struct {
	Entities importEntitiesCmd `cmd:"" help:"Import the entity base (市场主体库) from CSV or XLSX; see docs/entity-base.md."`
	Licences importLicencesCmd `cmd:"" help:"Import licences that were issued before there was this platform (存量证照) from CSV; see docs/licences-from-before.md."`
	Undo     importUndoCmd     `cmd:"" help:"Take back an import of licences whole, or list the imports."`
	Staff    importStaffCmd    `cmd:"" help:"Import members of staff from YAML; see county/staff-demo.yaml."`
}

type importEntitiesCmd struct {
	settings
	File string `arg:"" type:"existingfile" help:"CSV or XLSX. It can be imported again: units are brought up to date."`
}

// Run imports entities and reports every row that is wrong.
func (c *importEntitiesCmd) Run(s *surroundings) (err error) {
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
	began := time.Now()
	report, err := in.entities.Import(ctx, filepath.Base(c.File), f, progressBar(s.err))
	if err != nil {
		return err
	}
	return reportImport(s.out, report, time.Since(began))
}

func reportImport(w io.Writer, r registry.Report, took time.Duration) error {
	for _, p := range r.Problems {
		_, _ = fmt.Fprintln(w, p)
	}
	if r.More > 0 {
		_, _ = fmt.Fprintf(w, "……还有 %d 处 and %d more\n", r.More, r.More)
	}
	for _, heading := range r.Ignored {
		_, _ = fmt.Fprintf(w, "没有用到的列 ignored column: %s\n", heading)
	}
	_, err := fmt.Fprintf(w, "%d 行 rows: 新增 added %d, 更新 changed %d, 未变 unchanged %d, 有误 wrong %d (%.1f s)\n",
		r.Total, r.Added, r.Changed, r.Unchanged, r.Wrong, took.Seconds())
	if err == nil && r.Wrong > 0 {
		err = fmt.Errorf("%d rows were not imported; mend them and import the file again", r.Wrong)
	}
	return err
}

// progressBar draws how far an import is, on a terminal only.
func progressBar(w io.Writer) func(done, total int) {
	f, ok := w.(*os.File)
	if !ok || !term.IsTerminal(int(f.Fd())) {
		return nil
	}
	const width = 40
	return func(done, total int) {
		if total <= 0 {
			_, _ = fmt.Fprintf(f, "\r%d", done)
			return
		}
		full := min(width, width*done/total)
		_, _ = fmt.Fprintf(f, "\r[%-*s] %d/%d", width, bar[:full], done, total)
		if done >= total {
			_, _ = fmt.Fprintln(f)
		}
	}
}

const bar = "########################################"

type importStaffCmd struct {
	settings
	File string `arg:"" type:"existingfile" help:"YAML list of staff."`
}

// Run imports members of staff.
func (c *importStaffCmd) Run(s *surroundings) (err error) {
	ctx := context.Background()
	in, err := open(ctx, c.settings, false, logger(io.Discard))
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, in.close()) }()
	source, err := os.ReadFile(c.File)
	if err != nil {
		return err
	}
	n, err := in.accounts.ImportStaff(ctx, source)
	if err == nil {
		_, err = fmt.Fprintf(s.out, "%d members of staff\n", n)
	}
	return err
}
