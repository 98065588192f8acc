package portal

import (
	"context"
	"errors"
	"net/http"

	"wangban/internal/casework"
	"wangban/internal/web"
)

// mine lists the cases this browser or account owns, or has been let into.
func (p *Portal) mine(w http.ResponseWriter, r *http.Request) {
	ctx := r.Context()
	v := web.VisitorOf(ctx)
	found, err := p.ownCases(ctx, v)
	if err != nil {
		panic(err)
	}
	web.Render(w, r, http.StatusOK, minePage(v, found))
}

func (p *Portal) ownCases(ctx context.Context, v web.Visitor) ([]foundCase, error) {
	var found []foundCase
	seen := map[string]bool{}
	add := func(id string) error {
		if seen[id] {
			return nil
		}
		seen[id] = true
		c, err := p.found(ctx, id)
		var erased *casework.Refusal
		switch {
		case errors.As(err, &erased): // this browser has been let in before
			return nil
		case err == nil:
			found = append(found, c)
		}
		return err
	}
	for _, owner := range []string{v.Person, v.Session} {
		if owner == "" {
			continue
		}
		rows, _, err := p.Door.List(ctx, casework.Query{Owner: owner, Limit: 50})
		if err != nil {
			return nil, err
		}
		for _, row := range rows {
			if err := add(row.ID); err != nil {
				return nil, err
			}
		}
	}
	for _, id := range v.Cases {
		if err := add(id); err != nil {
			return nil, err
		}
	}
	return found, nil
}
