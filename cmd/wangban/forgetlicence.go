package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"time"

	"wangban/internal/db"
	"wangban/internal/licence"
)

type forgetLicenceCmd struct {
	decision
	Number string `arg:"" help:"The number of a licence that was imported."`
}

// Run erases what is personal in what was imported of a licence: for good, and on
// record.
func (c *forgetLicenceCmd) Run(s *surroundings) (err error) {
	ctx := context.Background()
	in, err := c.open(ctx, s)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, in.close()) }()
	return in.forgetLicence(ctx, s.out, c.Number, c.By, c.Reason, c.DryRun)
}

// forgetLicence erases what is personal in what was imported of a licence that
// has ended. No case knows it, so the record of it stands with the licence.
func (in *installation) forgetLicence(ctx context.Context, out io.Writer, number, by, reason string, look bool) error {
	l, ok, err := in.licences.Find(ctx, number)
	switch {
	case err != nil:
		return err
	case !ok || l.Import == nil:
		return fmt.Errorf("there is no imported licence %s", number)
	case l.InForce():
		return fmt.Errorf("licence %s is %s: its changes and certificates need what was imported; forget it when it has ended", l.Number, l.Status)
	}
	_, err = fmt.Fprintf(out, "goes   the imported answers, the number of the holder's document, documents that show them\nstays  licence %s (%s): number, holder, public facts, validity and end, by which papers are verified\n", l.Number, l.Status)
	if err != nil || look {
		return err
	}
	m, err := in.decider(ctx, by)
	if err != nil {
		return err
	}
	now := in.now()
	said := fmt.Sprintf("%s %s %s", m.ID, now.UTC().Format(time.RFC3339), reason)
	err = in.db.Write(ctx, func(ctx context.Context, tx db.Tx) error {
		return licence.ForgetImported(ctx, tx, l.Number, said, func(holder string) error { return in.files.Release(ctx, tx, holder) })
	})
	if err != nil {
		return err
	}
	if _, err = in.files.Sweep(ctx); err != nil {
		return err
	}
	in.scrub(ctx, out)
	return in.list(forgotten{At: now, Kind: forgottenLicence, ID: l.Number, By: m.ID, Reason: reason})
}
