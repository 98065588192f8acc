package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"text/tabwriter"

	"wangban/internal/casework"
	"wangban/internal/item"
	"wangban/internal/web"
)

type forgetCmd struct {
	Case    forgetCaseCmd    `cmd:"" default:"withargs" help:"Erase the personal data of a case for good (the word case can be left out)."`
	Account forgetAccountCmd `cmd:"" help:"Erase the account of a person for good."`
	Licence forgetLicenceCmd `cmd:"" help:"Erase what is personal in what was imported of a licence, for good."`
	Again   forgetAgainCmd   `cmd:"" help:"After restoring a backup: erase again what had been erased since."`
}

type forgetCaseCmd struct {
	decision
	Case string `arg:"" help:"The case: its id, as the address of its page has it."`
}

// Run erases what is personal in a case: for good, and on record. That the law
// allows it is for whoever decides it to know.
func (c *forgetCaseCmd) Run(s *surroundings) (err error) {
	ctx := context.Background()
	in, err := c.open(ctx, s)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, in.close()) }()
	return in.forget(ctx, s.out, c.Case, c.By, c.Reason, c.DryRun)
}

// forget shows what goes and what stays and, unless it is only to look, does it.
func (in *installation) forget(ctx context.Context, out io.Writer, id, by, reason string, look bool) error {
	s, it, err := in.door.Get(ctx, id)
	var gone *casework.Refusal
	if errors.As(err, &gone) {
		return fmt.Errorf("case %s: %s", id, fmt.Sprintf(gone.Text, gone.Args...))
	}
	if err != nil {
		return err
	}
	e, err := in.erasure(ctx, s, it)
	if err != nil {
		return err
	}
	if err := e.write(out); err != nil {
		return err
	}
	if len(e.against) > 0 {
		return errors.New("the case is not forgotten: " + strings.Join(e.against, "; "))
	}
	if look {
		return nil
	}
	m, err := in.decider(ctx, by)
	if err != nil {
		return err
	}
	who := casework.Actor{Kind: casework.Staff, ID: m.ID, Name: m.Name, Unit: m.Unit, Roles: m.Roles}
	r, err := in.door.Forget(ctx, id, who, web.NewKey(), reason)
	if err != nil {
		return err
	}
	if _, err := in.files.Sweep(ctx); err != nil {
		return err
	}
	in.scrub(ctx, out)
	if err := in.list(forgotten{At: r.At, Kind: forgottenCase, ID: id, By: m.ID, Reason: reason}); err != nil {
		return err
	}
	waiting, err := in.files.Waiting(ctx)
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(out, "case %s is forgotten: event %d, by %s, on record in the public log\n", id, r.Seq, m.ID)
	if err == nil && waiting > 0 {
		_, err = fmt.Fprintf(out, "%d files that nobody uses were brought or taken a moment ago; the running product removes them two hours after that\n", waiting)
	}
	return err
}

// erasure is what forgetting a case, or an account, means.
type erasure struct {
	goes, stays [][2]string // how many, what
	against     []string    // why it must not be
}

func (in *installation) erasure(ctx context.Context, s casework.State, it *item.Item) (e erasure, err error) {
	goes := func(n int, what string) { e.goes = append(e.goes, [2]string{fmt.Sprint(n), what}) }
	stays := func(n int, what string) { e.stays = append(e.stays, [2]string{fmt.Sprint(n), what}) }
	goes(s.Version, "events: what is personal in them, the case's answers and its key")
	stays(s.Version, "events: which act, when, by what kind of person, with their leaves in the public log")

	files, shared, err := in.files.Held(ctx, holderCase(s.ID))
	if err != nil {
		return e, err
	}
	goes(files-shared, "files: uploads and their copies for screens, signed documents, documents of acts")
	if shared > 0 {
		stays(shared, "files that other cases or licences have too; this case lets them go")
	}
	messages, err := in.outbox.Of(ctx, s.ID)
	if err != nil {
		return e, err
	}
	goes(len(messages), "messages: numbers and texts")
	stays(len(messages), "messages: that they were sent, and when")
	papers, err := in.acts.Of(ctx, s.ID)
	if err != nil {
		return e, err
	}
	stays(len(papers), "documents of acts: kind, number and day, for a series of numbers has no gaps")
	ratings, err := in.ratings.Of(ctx, s.ID)
	if err != nil {
		return e, err
	}
	goes(len(ratings), "ratings: words")
	stays(len(ratings), "ratings: level and reasons, which published figures count")
	links, err := in.signing.Links(ctx, s.ID)
	if err != nil {
		return e, err
	}
	goes(links, "signing links: who has opened them, how they proved who they are")
	return e, in.standing(ctx, s, it, &e)
}

// standing looks at what outlives a case, and at what forbids to forget it.
func (in *installation) standing(ctx context.Context, s casework.State, it *item.Item, e *erasure) error {
	if stage, _ := it.Flow.Stage(s.Stage); stage.End == "" && s.Number != "" {
		e.against = append(e.against, "it is under way (stage "+s.Stage+"); end it first")
	}
	licences, err := in.licences.Shows(ctx, s.ID)
	if err != nil {
		return err
	}
	for _, l := range licences {
		e.stays = append(e.stays, [2]string{"1", fmt.Sprintf("licence %s (%s): number, holder, public facts, validity and end, by which papers are verified", l.Number, l.Status)})
		if l.InForce() && l.Content == s.ID {
			e.against = append(e.against, fmt.Sprintf("licence %s is %s, and its document shows this case's answers; forget the case when the licence has ended", l.Number, l.Status))
		} else if l.Content == s.ID && l.File.Hash != "" {
			e.goes = append(e.goes, [2]string{"1", "document of licence " + l.Number + ", which is not handed out any more"})
		}
	}
	units, err := in.accounts.RestsOn(ctx, s.Number)
	if err != nil {
		return err
	}
	for _, unit := range units {
		e.against = append(e.against, fmt.Sprintf("somebody acts for %s on the strength of its letter; end the mandate first", unit))
	}
	if s.Results["account"] != "" {
		e.stays = append(e.stays, [2]string{"1", "account of " + s.Results["account"] + " with its people, which has an end of its own"})
	}
	return nil
}

func (e erasure) write(out io.Writer) error {
	table := tabwriter.NewWriter(out, 0, 8, 2, ' ', 0)
	for _, part := range []struct {
		title string
		rows  [][2]string
	}{{"goes", e.goes}, {"stays", e.stays}} {
		for _, row := range part.rows {
			if row[0] != "0" {
				_, _ = fmt.Fprintf(table, "%s\t%s\t%s\n", part.title, row[0], row[1])
			}
		}
	}
	return table.Flush()
}
