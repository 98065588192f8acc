package main

import (
	"context"
	"errors"
	"fmt"

	"wangban/internal/db"
)

type migrateCmd struct {
	settings
	DryRun bool `help:"Only list the steps that would be run."`
}

// Run brings the tables to this version. Serving does the same at its start;
// this is for doing it apart, with a look first.
func (c *migrateCmd) Run(s *surroundings) (err error) {
	ctx := context.Background()
	if err := c.prepare(); err != nil {
		return err
	}
	d, err := db.Open(ctx, c.database())
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, d.Close()) }()
	steps, err := d.Pending(ctx, rooms...)
	if err != nil {
		return err
	}
	for _, step := range steps {
		_, _ = fmt.Fprintln(s.out, step)
	}
	if c.DryRun {
		_, err = fmt.Fprintf(s.out, "%d steps to run\n", len(steps))
		return err
	}
	if err := d.Migrate(ctx, rooms...); err != nil {
		return err
	}
	_, err = fmt.Fprintf(s.out, "%d steps run\n", len(steps))
	return err
}
