package main

import (
	"context"
	"slices"
	"time"

	"wangban/internal/account"
	"wangban/internal/casework"
	"wangban/internal/county"
	"wangban/internal/db"
	"wangban/internal/notice"
)

// openNotices opens the room that tells staff what colleagues have done, with
// what it needs of accounts and messages.
func (in *installation) openNotices() *notice.Room {
	set := in.county.Notices
	return notice.New(notice.Options{DB: in.db, Now: in.now, Of: in.workingIn, Who: in.told,
		Whom: func(unit string) notice.Whom { return notice.Whom(in.county.TellBySMS(unit)) },
		Send: in.outbox.Enqueue, Apart: time.Duration(*set.Apart) * time.Minute, PerDay: *set.PerDay})
}

// workingIn are those who work in a unit, as they can be told something.
func (in *installation) workingIn(ctx context.Context, unit string) ([]notice.Colleague, error) {
	members, err := in.accounts.MembersOf(ctx, unit)
	if err != nil {
		return nil, err
	}
	all := make([]notice.Colleague, len(members))
	for i, m := range members {
		if all[i], err = in.colleague(ctx, m); err != nil {
			return nil, err
		}
	}
	return all, nil
}

// told is a member of staff as they can be told something.
func (in *installation) told(ctx context.Context, id string) (notice.Colleague, bool, error) {
	m, ok, err := in.accounts.Member(ctx, id)
	if err != nil || !ok || m.Left {
		return notice.Colleague{}, false, err
	}
	c, err := in.colleague(ctx, m)
	return c, err == nil, err
}

func (in *installation) colleague(ctx context.Context, m account.Member) (notice.Colleague, error) {
	substitute, err := in.accounts.SubstituteOf(ctx, m.ID)
	return notice.Colleague{ID: m.ID, Mobile: m.Mobile, Leads: slices.Contains(m.Roles, county.Leader), Substitute: substitute}, err
}

// tellsSubstitute tells who stands in for somebody that they do.
func (in *installation) tellsSubstitute(ctx context.Context, tx db.Tx, a account.Absence) error {
	return in.notices.StandIn(ctx, tx, a.ID, a.Staff, a.Substitute, a.From, a.Until)
}

// informs are those who tell more people of an act than its item says.
func (in *installation) informs() []casework.Inform {
	return []casework.Inform{in.notices.Inform, in.ratings.Invite}
}
