package registry

import (
	"context"
	"time"
)

// Standing is how a person stands to a unit by the entity base.
type Standing int

// Standings.
const (
	StandingUnknown Standing = iota // the base does not say, or not for sure
	StandingRep                     // they represent it
	StandingLeft                    // another represents it
	StandingOver                    // it is deregistered (注销)
)

// StandingOf tells how a person stands to a unit whom the house took for its
// representative on some day. That another represents it by now is only said by
// what came into the base later, and not of somebody with the same document or
// a name that could be theirs: people are renamed, and bases write marks for
// characters that they lack.
func (r *Room) StandingOf(ctx context.Context, uscc, name, idNumber string, since time.Time) (Standing, error) {
	known, ok, err := find(ctx, r.db.Read(), uscc)
	switch {
	case err != nil || !ok:
		return StandingUnknown, err
	case known.Status == Deregistered:
		return StandingOver, nil
	case known.Rep == "" && known.repIndex == "":
		return StandingUnknown, nil
	}
	sameID := known.repIndex != "" && known.repIndex == r.repIndex(idNumber)
	switch like := sameRep(name, known.Rep); {
	case sameID || like == same && known.repIndex == "":
		return StandingRep, nil
	case known.Rep != "" && like == different && known.Imported.After(since):
		return StandingLeft, nil
	}
	return StandingUnknown, nil
}
