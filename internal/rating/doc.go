// Package rating is what people say of how they were served (好差评, 国办发〔2019〕51号):
// one rating for each result and each visit, on five levels, and what the
// administration does about bad ones. A bad rating (差评, the two lowest levels)
// is checked, put right and answered, each by a day that is counted in working
// days; one that is said not to be true is decided by a second person.
//
// Each result and each visit is asked about once by SMS, and once more some days
// later where nobody has rated (see Invite, Sweep).
//
// It draws no pages and decides no cases. Who rated
// is kept nowhere but in the case; officers who worked on the case see neither
// the rating nor that it is theirs.
package rating

import (
	"cmp"
	"context"
	_ "embed"
	"slices"
	"time"

	"github.com/goccy/go-yaml"

	"wangban/internal/casework"
	"wangban/internal/db"
	"wangban/internal/item"
	"wangban/internal/vault"
	"wangban/internal/workday"
)

// English are this room's texts in English.
//
//go:embed en.yaml
var English []byte

//go:embed scheme.yaml
var scheme []byte

// Level is one of five, as people choose it.
type Level struct {
	Level     int
	Label, EN string
	Reasons   []string // codes that go with it
}

// Reason is one that can be ticked.
type Reason struct{ Code, Label, EN string }

// Levels, the best first, and Reasons, in the order of the scheme.
var Levels, Reasons = func() ([]Level, []Reason) {
	var s struct {
		Levels  []Level
		Reasons []Reason
	}
	if err := yaml.Unmarshal(scheme, &s); err != nil {
		panic(err) // it comes with the program
	}
	return s.Levels, s.Reasons
}()

// SchemeEnglish is the English of levels and reasons.
func SchemeEnglish() map[string]string {
	out := map[string]string{}
	for _, l := range Levels {
		out[l.Label] = l.EN
	}
	for _, r := range Reasons {
		out[r.Label] = r.EN
	}
	return out
}

// LevelOf finds a level; false when there is none.
func LevelOf(n int) (Level, bool) {
	i := slices.IndexFunc(Levels, func(l Level) bool { return l.Level == n })
	if i < 0 {
		return Level{}, false
	}
	return Levels[i], true
}

// Bad tells whether a level is a bad rating (差评), which needs a reason and is
// followed up.
func Bad(level int) bool { return level < 3 }

// Limits are how long a bad rating may take. There is no national limit; these
// are what municipal rules usually say (one day to begin checking, fifteen to
// put it right), and a setting of the installation.
type Limits struct{ Check, Rectify workday.Limit }

// DefaultLimits are in working days.
var DefaultLimits = Limits{Check: workday.Limit{N: 1, Unit: workday.Workdays}, Rectify: workday.Limit{N: 15, Unit: workday.Workdays}}

// Options are what the room works with.
type Options struct {
	DB     *db.DB
	Vault  *vault.Vault
	Now    func() time.Time
	Limits Limits
	// Count is the end of a limit; an error when the calendar lacks a year.
	Count  func(start time.Time, limit item.Limit, pauses []workday.Pause) (workday.Due, error)
	Fewest int           // ratings before figures are told; 0: Fewest
	Ask    bool          // the applicant is asked to rate
	Remind time.Duration // after which who has not rated is reminded; 0: never
	// Reach finds out who is told about a rating: the case's applicant; empty
	// when nobody can be reached any more.
	Reach func(ctx context.Context, caseID string) (Rater, error)
	// Send takes messages, in the transaction of what they tell.
	Send casework.Outbox
	// URL is the address that leads to the page on which a case is rated, by the
	// short name of a link; see Linked.
	URL func(name string) string
}

// Rater is who rates a case, with its number: the name of their part in it, its
// owner, and how they are reached.
type Rater struct{ Party, Owner, Mobile, Number string }

// Room keeps ratings. It is safe for concurrent use.
type Room struct{ Options }

// New opens the room.
func New(o Options) *Room {
	now := o.Now
	o.Now = func() time.Time { return now().Truncate(time.Microsecond) }
	o.Fewest = cmp.Or(o.Fewest, Fewest)
	return &Room{o}
}

// Moments are what can be rated of a case: each visit that has taken place, and
// the result that the administration has come to. What the applicant has
// withdrawn, or let lapse before anybody worked on it, is no result; what the
// office does of its own accord is no service.
func Moments(it *item.Item, s casework.State) []string {
	if it.Flow.ExOfficio() {
		return nil
	}
	var out []string
	for _, v := range s.Visits {
		if !v.Done.IsZero() {
			out = append(out, visit(v.N))
		}
	}
	stage, _ := it.Flow.Stage(s.Stage)
	if stage.End == item.EndSuccess || stage.End == item.EndFailure && len(s.Acted) > 0 {
		out = append(out, Result)
	}
	return out
}
