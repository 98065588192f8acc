package main

import (
	"context"

	"wangban/internal/account"
	"wangban/internal/casework"
)

// roster finds a member of staff at work, as they would act.
func (in *installation) roster(ctx context.Context, id string) (casework.Actor, bool, error) {
	m, ok, err := in.accounts.Member(ctx, id)
	if err != nil || !ok || m.Left {
		return casework.Actor{}, false, err
	}
	return in.acting(m), true, nil
}

// colleagues are all members of staff at work.
func (in *installation) colleagues(ctx context.Context) ([]casework.Actor, error) {
	members, err := in.accounts.Members(ctx)
	all := make([]casework.Actor, len(members))
	for i, m := range members {
		all[i] = in.acting(m)
	}
	return all, err
}

func (in *installation) acting(m account.Member) casework.Actor {
	return casework.Actor{Kind: casework.Staff, ID: m.ID, Name: m.Name, Unit: m.Unit, Roles: m.Roles, Units: in.county.Reach(m.Units, m.Roles)}
}
