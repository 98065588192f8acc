package main

import (
	"context"

	"wangban/internal/account"
	"wangban/internal/casework"
)

// roster finds a member of staff, as they would act, for whoever gives them a
// case or a visit. Who is not on the list of staff is not at work.
func (in *installation) roster(ctx context.Context, id string) (casework.Actor, bool, error) {
	m, ok, err := in.accounts.Member(ctx, id)
	if !ok || err != nil {
		return casework.Actor{}, false, err
	}
	return staffActor(m), true, nil
}

// colleagues are all of them.
func (in *installation) colleagues(ctx context.Context) ([]casework.Actor, error) {
	members, err := in.accounts.Members(ctx)
	all := make([]casework.Actor, len(members))
	for i, m := range members {
		all[i] = staffActor(m)
	}
	return all, err
}

func staffActor(m account.Member) casework.Actor {
	return casework.Actor{Kind: casework.Staff, ID: m.ID, Name: m.Name, Unit: m.Unit, Roles: m.Roles, Units: m.Units}
}
