package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"

	"wangban/internal/account"
)

// decision is what commands have in common that erase or take back something for
// good: somebody has decided it, for a reason, and both stay on record.
type decision struct {
	settings
	Reason string `help:"Why, e.g. whose request or the end of a retention; goes into the record, so without anything personal. Needed unless --dry-run."`
	By     string `help:"Who has decided it: the login of a member of staff; goes into the record. Needed unless --dry-run."`
	DryRun bool   `help:"Only show what would go and what would stay."`
}

// open opens the installation on which the decision is carried out. Whoever
// opens it closes it.
func (d *decision) open(ctx context.Context, s *surroundings) (*installation, error) {
	d.Reason = strings.TrimSpace(d.Reason)
	if !d.DryRun && (d.Reason == "" || d.By == "") {
		return nil, errors.New("say why with --reason and who has decided it with --by; both go into the record (or look first with --dry-run)")
	}
	return open(ctx, d.settings, false, logger(s.err))
}

// decider is the member of staff who has decided that something is forgotten or
// taken back.
func (in *installation) decider(ctx context.Context, login string) (account.Member, error) {
	m, ok, err := in.accounts.Member(ctx, login)
	if err == nil && !ok {
		err = fmt.Errorf("there is no member of staff %q: --by says who has decided it", login)
	}
	return m, err
}

// scrub empties what is left of erased rows in the database's journal.
func (in *installation) scrub(ctx context.Context, out io.Writer) {
	if err := in.db.Scrub(ctx); err != nil {
		_, _ = fmt.Fprintf(out, "the database's journal could not be emptied now (%v); it is overwritten as the product works on\n", err)
	}
}
