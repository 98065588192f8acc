package main

import (
	"context"

	"wangban/internal/casework"
)

// roster finds a member of staff, as they would act, for whoever gives them a
// case or a visit. Who is not on the list of staff is not at work.
func (in *installation) roster(ctx context.Context, id string) (casework.Actor, bool, error) {
	m, ok, err := in.accounts.Member(ctx, id)
	if !ok || err != nil {
		return casework.Actor{}, false, err
	}
	return casework.Actor{Kind: casework.Staff, ID: m.ID, Name: m.Name, Unit: m.Unit, Roles: m.Roles, Units: m.Units}, true, nil
}
