package main

import (
	"context"
	"errors"
	"time"

	"wangban/internal/casework"
	"wangban/internal/item"
	"wangban/internal/rating"
	"wangban/internal/workday"
)

// openRatings opens the room of ratings with what it needs of cases and
// messages.
func (in *installation) openRatings() *rating.Room {
	return rating.New(rating.Options{DB: in.db, Vault: in.vault, Now: in.now, Limits: rating.DefaultLimits,
		Count: func(start time.Time, limit item.Limit, pauses []workday.Pause) (workday.Due, error) {
			return in.rules.Count(start, limit, pauses)
		},
		Reach: in.reachApplicant, Send: in.outbox.Enqueue,
		URL: func(id string) string { return in.settings.URL + "/my/cases/" + id + "/rate" }})
}

// reachApplicant is the party and mobile number of a case's applicant; empty of
// a case that is forgotten.
func (in *installation) reachApplicant(ctx context.Context, id string) (party, mobile string, err error) {
	s, it, err := in.door.Get(ctx, id)
	var refusal *casework.Refusal
	switch {
	case errors.As(err, &refusal):
		return "", "", nil
	case err != nil:
		return "", "", err
	}
	applicant, ok := casework.PartyOf(it, casework.Env(in.rules, it, s), "applicant")
	if !ok {
		return "", "", nil
	}
	mobile, _ = s.Values[applicant.Mobile].(string)
	return applicant.Name, mobile, nil
}
