package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"time"

	"wangban/internal/sim"
)

type benchImportCmd struct {
	Database string `env:"WANGBAN_DATABASE" help:"postgres://… of an empty database; default: SQLite in a temporary folder."`
	Rows     int    `default:"60000" help:"How many invented entities."`
}

// Run imports an invented entity base, and then the same one again.
func (c *benchImportCmd) Run(s *surroundings) (err error) {
	ctx := context.Background()
	dir, err := os.MkdirTemp("", "wangban-bench-*")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	in, err := open(ctx, settings{Data: dir, Database: c.Database}, false, logger(io.Discard))
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, in.close()) }()
	var file bytes.Buffer
	if err := sim.WriteEntities(&file, sim.Entities(1, in.county, c.Rows)); err != nil {
		return err
	}
	_, _ = fmt.Fprintf(s.out, "%s\n%s, a CSV file of %.1f MB\n", machine(), in.db.Dialect(), float64(file.Len())/1e6)
	for range 2 {
		began := time.Now()
		report, err := in.entities.Import(ctx, "bench.csv", bytes.NewReader(file.Bytes()), progressBar(s.err))
		if err != nil {
			return err
		}
		if err := reportImport(s.out, report, time.Since(began)); err != nil {
			return err
		}
	}
	return nil
}
