package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"

	"wangban/internal/account"
	"wangban/internal/casework"
	"wangban/internal/cn"
	"wangban/internal/licence"
	"wangban/internal/registry"
)

type forgetAccountCmd struct {
	decision
	Who string `arg:"" help:"Whose: the mobile number or the unit's code that they log in with, or the account's id."`
}

// Run erases the account of a person: for good, and on record.
func (c *forgetAccountCmd) Run(s *surroundings) (err error) {
	ctx := context.Background()
	in, err := c.open(ctx, s)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, in.close()) }()
	people, err := in.accounts.PeopleBy(ctx, c.Who)
	if err != nil {
		return err
	}
	switch len(people) {
	case 0:
		return errors.New("nobody has such an account, or it is forgotten already")
	case 1:
		return in.forgetAccount(ctx, s.out, people[0], c.By, c.Reason, c.DryRun)
	}
	for _, p := range people {
		_, _ = fmt.Fprintf(s.out, "%s  %s  %s\n", p.ID, cn.MaskName(p.Name), cn.MaskMobile(p.Mobile))
	}
	return errors.New("several people log in so: name one by the id above")
}

// forgetAccount shows what goes and what stays and, unless it is only to look,
// does it.
func (in *installation) forgetAccount(ctx context.Context, out io.Writer, p account.Person, by, reason string, look bool) error {
	e, over, err := in.accountErasure(ctx, p)
	if err != nil {
		return err
	}
	if err := e.write(out); err != nil {
		return err
	}
	if len(e.against) > 0 {
		return errors.New("the account is not forgotten: " + strings.Join(e.against, "; "))
	}
	if look {
		return nil
	}
	m, err := in.decider(ctx, by)
	if err != nil {
		return err
	}
	if err := in.accounts.ForgetPerson(ctx, p.ID, m.ID, reason, over); err != nil {
		return err
	}
	in.scrub(ctx, out)
	if err := in.list(forgotten{At: in.now(), Kind: forgottenAccount, ID: p.ID, By: m.ID, Reason: reason}); err != nil {
		return err
	}
	_, err = fmt.Fprintf(out, "account %s is forgotten, by %s\n", p.ID, m.ID)
	return err
}

// accountErasure is what forgetting an account means, and the units that the
// person has represented and that are no more.
func (in *installation) accountErasure(ctx context.Context, p account.Person) (e erasure, over []string, err error) {
	kept, err := in.accounts.KeptOf(ctx, p.ID)
	if err != nil {
		return e, nil, err
	}
	row := func(rows *[][2]string, n int, what string) { *rows = append(*rows, [2]string{fmt.Sprint(n), what}) }
	row(&e.goes, 1, "account: name, mobile number, identity document, password, and what they are looked up by")
	row(&e.goes, kept.Passkeys, "passkeys")
	row(&e.goes, len(kept.Sessions), "sessions: whoever is logged in is logged out, and what codes had opened for them is closed")
	row(&e.stays, kept.Events, "entries of the account's history: which act, when, without a name")
	mandates, err := in.accounts.MandatesFor(ctx, p.ID)
	if err != nil {
		return e, nil, err
	}
	agent := 0
	for _, m := range mandates {
		if !m.Represents(in.now()) {
			if m.Live(in.now()) {
				agent++
			}
			continue
		}
		unit, known, err := in.entities.Find(ctx, m.USCC)
		if err != nil {
			return e, nil, err
		}
		if known && unit.Status == registry.Deregistered {
			over = append(over, m.USCC)
			continue
		}
		e.against = append(e.against, fmt.Sprintf("they represent %s, which the entity base does not say is deregistered; finish its deregistration and bring the base up to date first", m.USCC))
	}
	row(&e.goes, agent, "mandates as an agent, which end")
	row(&e.stays, len(mandates), "mandates: that somebody acted for a unit from when to when, without a name")
	return e, over, in.heldBy(ctx, p, kept.Sessions, &e)
}

// heldBy looks at the cases and licences of a person: those of the account, of
// the browsers in which it is open, and those that name its number.
func (in *installation) heldBy(ctx context.Context, p account.Person, sessions []string, e *erasure) error {
	cases := map[string]casework.Row{}
	for _, q := range []casework.Query{
		{Mine: &casework.Mine{Owners: append([]string{p.ID}, sessions...)}},
		{Applicant: in.door.ApplicantIndex(p.Mobile)},
	} {
		for q.Limit = 200; ; {
			rows, next, err := in.door.List(ctx, q)
			if err != nil {
				return err
			}
			for _, c := range rows {
				cases[c.ID] = c
			}
			if q.After = next; next == "" {
				break
			}
		}
	}
	ids := slices.Sorted(maps.Keys(cases))
	for _, id := range ids {
		if c := cases[id]; c.Ended == "" {
			name := c.Number
			if name == "" {
				name = "a draft"
			}
			e.against = append(e.against, fmt.Sprintf("case %s (%s) is under way; end it first", id, name))
		}
	}
	e.stays = append(e.stays, [2]string{fmt.Sprint(len(ids)), "cases, which have rules of their own: wangban forget case ID, once each may go"})
	const together = 200
	for len(ids) > 0 {
		some := ids[:min(together, len(ids))]
		ids = ids[len(some):]
		licences, err := in.licences.OfCases(ctx, some)
		if err != nil {
			return err
		}
		for _, l := range licences {
			if err := in.heldInPerson(ctx, l, e); err != nil {
				return err
			}
		}
	}
	return nil
}

// heldInPerson looks at a licence that a case of the person has led to. Where its
// holder has an account, it is the unit's, and in that wallet; otherwise nobody
// but the person could show it.
func (in *installation) heldInPerson(ctx context.Context, l licence.Licence, e *erasure) error {
	if !l.InForce() {
		return nil
	}
	s, it, err := in.door.Get(ctx, l.Case)
	if err == nil {
		if subject, _ := s.Values[it.Flow.Subject].(string); subject != "" && cn.Code(subject) != l.USCC {
			return nil // passed on to somebody else
		}
	}
	_, unit, err := in.accounts.Organisation(ctx, l.USCC)
	if err == nil && !unit {
		e.against = append(e.against, fmt.Sprintf("licence %s is %s, and only this account holds it; cancel it, or register the account of its holder %s, first", l.Number, l.Status, l.USCC))
	}
	return err
}
