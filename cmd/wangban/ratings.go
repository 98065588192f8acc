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
	set := in.county.Ratings
	workdays := func(n int) workday.Limit { return workday.Limit{N: n, Unit: workday.Workdays} }
	return rating.New(rating.Options{DB: in.db, Vault: in.vault, Now: in.now,
		Limits: rating.Limits{Check: workdays(*set.Check), Rectify: workdays(*set.Rectify)},
		Fewest: *set.Fewest, Ask: *set.Ask, Remind: time.Duration(*set.Remind) * 24 * time.Hour,
		Count: func(start time.Time, limit item.Limit, pauses []workday.Pause) (workday.Due, error) {
			return in.rules.Count(start, limit, pauses)
		},
		Reach: in.reachApplicant, Send: in.outbox.Enqueue,
		URL: func(name string) string { return in.settings.URL + "/r/" + name }})
}

// reachApplicant is the applicant of a case; empty of a case that is forgotten.
func (in *installation) reachApplicant(ctx context.Context, id string) (rating.Rater, error) {
	s, it, err := in.door.Get(ctx, id)
	var refusal *casework.Refusal
	switch {
	case errors.As(err, &refusal):
		return rating.Rater{}, nil
	case err != nil:
		return rating.Rater{}, err
	}
	applicant, ok := casework.PartyOf(it, casework.Env(in.rules, it, s), "applicant")
	if !ok {
		return rating.Rater{}, nil
	}
	mobile, _ := s.Values[applicant.Mobile].(string)
	return rating.Rater{Party: applicant.Name, Owner: s.Owner, Mobile: mobile, Number: s.Number}, nil
}
