package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
	"time"

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
	e, f, err := in.accountErasure(ctx, p)
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
	f.Person, f.Staff, f.Reason = p.ID, m.ID, reason
	if err := in.accounts.ForgetPerson(ctx, f); err != nil {
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
// person has represented and that are no more, or have somebody else by now.
func (in *installation) accountErasure(ctx context.Context, p account.Person) (e erasure, f account.Forgetting, err error) {
	kept, err := in.accounts.KeptOf(ctx, p.ID)
	if err != nil {
		return e, f, err
	}
	row := func(rows *[][2]string, n int, what string) { *rows = append(*rows, [2]string{fmt.Sprint(n), what}) }
	row(&e.goes, 1, "account: name, mobile number, identity document, password, and what they are looked up by")
	row(&e.goes, kept.Passkeys, "passkeys")
	row(&e.goes, len(kept.Sessions), "sessions: whoever is logged in is logged out, and what codes had opened for them is closed")
	row(&e.stays, kept.Events, "entries of the account's history: which act, when, without a name")
	mandates, err := in.accounts.MandatesFor(ctx, p.ID)
	if err != nil {
		return e, f, err
	}
	agent := 0
	for _, m := range mandates {
		if !m.Represents(in.now()) {
			if m.Live(in.now()) {
				agent++
			}
			continue
		}
		standing, err := in.placeIn(ctx, p, m.USCC)
		if err != nil {
			return e, f, err
		}
		switch standing {
		case registry.StandingOver:
			f.Over = append(f.Over, m.USCC)
		case registry.StandingLeft:
			f.Left = append(f.Left, m.USCC)
			row(&e.goes, 1, "place as representative of "+m.USCC+", which another has by the entity base: its account waits for the new one, who registers it")
		default:
			e.against = append(e.against, fmt.Sprintf("they represent %s, and the entity base says neither that it is deregistered nor that another does; finish the deregistration or the change and bring the base up to date first", m.USCC))
		}
	}
	row(&e.goes, agent, "mandates as an agent, which end")
	row(&e.stays, len(mandates), "mandates: that somebody acted for a unit from when to when, without a name")
	return e, f, in.heldBy(ctx, p, kept.Sessions, &e)
}

// placeIn tells how somebody stands to a unit whose account they have opened.
func (in *installation) placeIn(ctx context.Context, p account.Person, uscc string) (registry.Standing, error) {
	unit, _, err := in.accounts.Organisation(ctx, uscc)
	if err != nil {
		return registry.StandingUnknown, err
	}
	return in.entities.StandingOf(ctx, uscc, p.Name, p.IDNumber, unit.Opened)
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
			if err := in.heldInPerson(ctx, p, l, e); err != nil {
				return err
			}
		}
	}
	return nil
}

// heldInPerson looks at a licence that a case of the person has led to. Where its
// holder has an account, it is the unit's, and in that wallet; so it can be where
// another than the person represents the holder, who can open that account at any
// time. Otherwise nobody but the person could show it.
func (in *installation) heldInPerson(ctx context.Context, p account.Person, l licence.Licence, e *erasure) error {
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
	if err != nil || unit {
		return err
	}
	standing, err := in.entities.StandingOf(ctx, l.USCC, p.Name, p.IDNumber, time.Time{})
	switch {
	case err != nil:
		return err
	case standing == registry.StandingLeft:
		e.stays = append(e.stays, [2]string{"1", fmt.Sprintf("licence %s, which its holder %s can show once its representative registers the account", l.Number, l.USCC)})
	default:
		e.against = append(e.against, fmt.Sprintf("licence %s is %s, and only this account holds it; cancel it, or register the account of its holder %s, first", l.Number, l.Status, l.USCC))
	}
	return nil
}
