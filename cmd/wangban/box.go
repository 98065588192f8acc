package main

import (
	"context"
	"errors"
	"fmt"

	"wangban/internal/casework"
	"wangban/internal/db"
	"wangban/internal/item"
)

// handsOver takes what a case's applicant was told to whoever takes the case
// over.
func (in *installation) handsOver(_ context.Context, it *item.Item, before, after casework.State, _ casework.Event) ([]casework.Message, func(context.Context, db.Tx) error, error) {
	if before.Owner == after.Owner {
		return nil, nil, nil
	}
	party, _ := casework.PartyOf(it, casework.Env(in.rules, it, after), "applicant")
	return nil, func(ctx context.Context, tx db.Tx) error {
		return in.outbox.Own(ctx, tx, after.ID, after.Owner, party.Name)
	}, nil
}

// ownMessages lets messages from before they said so know in whose account they
// stand.
func (in *installation) ownMessages(ctx context.Context) error {
	for {
		cases, err := in.outbox.Unowned(ctx, 200)
		if err != nil || len(cases) == 0 {
			return err
		}
		for _, id := range cases {
			s, it, err := in.door.Get(ctx, id)
			owner, party := "", item.Party{}
			var gone *casework.Refusal
			switch {
			case errors.As(err, &gone): // forgotten, or about no case
			case err != nil:
				return fmt.Errorf("whose are the messages of case %s: %w", id, err)
			default:
				owner = s.Owner
				party, _ = casework.PartyOf(it, casework.Env(in.rules, it, s), "applicant")
			}
			if err := in.db.Write(ctx, func(ctx context.Context, tx db.Tx) error { return in.outbox.Own(ctx, tx, id, owner, party.Name) }); err != nil {
				return err
			}
		}
	}
}
