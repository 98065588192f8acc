package signing

import (
	"context"
	"errors"
	"time"

	"wangban/internal/casework"
	"wangban/internal/cn"
	"wangban/internal/item"
)

// Invitation is what a link leads to, for whoever has opened it. Until the
// person has proven to be the signer it tells the unit and the masked agent
// only (C-03).
type Invitation struct {
	Token    string
	State    casework.State
	Item     *item.Item
	Document string // title of the document
	Unit     string
	Agent    string // masked
	Signer   item.Party
	Mobile   string // of the signer, masked
	Due      time.Time
	Openings []Opening
	Others   []string // masked agents of other pending requests for the same unit (C-11)
	Step     Step
	Methods  []string // ways of identity check on offer
	Changed  []string // labels of what has changed since the last signature
	Own      bool     // opened by the applicant's own session: cannot sign here
}

// Step is how far a session has come.
type Step string

// Steps.
const (
	StepCode     Step = "code"     // prove the number
	StepIdentity Step = "identity" // prove the person
	StepSign     Step = "sign"     // read and sign
	StepDone     Step = "done"     // the document has been signed (C-01)
)

// Look finds what a link leads to. It changes nothing.
func (r *Room) Look(ctx context.Context, token, session string) (Invitation, error) {
	id, alive, err := r.caseOf(ctx, token)
	if err != nil {
		return Invitation{}, err
	}
	s, it, err := r.door.Get(ctx, id) // lets the clock act first (C-05, C-07)
	if err != nil {
		return Invitation{}, err
	}
	inv := Invitation{Token: token, State: s, Item: it, Due: s.Due}
	inv.Unit, _ = s.Values[it.Flow.Title].(string)
	env := it.Form.Env(s.Values)
	if applicant, ok := casework.PartyOf(it, env, "applicant"); ok {
		inv.Agent = cn.MaskName(text(s, applicant.PersonName))
	}
	inv.Signer, _ = casework.PartyOf(it, env, "signer")
	inv.Mobile = cn.MaskMobile(text(s, inv.Signer.Mobile))
	if !alive || s.Token != token {
		if s.Signature != nil && s.Since.Equal(s.Signature.At) || s.Signature != nil && !alive && s.Token == "" && s.Lapsed == "" {
			inv.Step = StepDone
			return inv, nil
		}
		return inv, ErrOldLink
	}
	return inv, r.complete(ctx, &inv, session)
}

// complete adds what a live invitation shows.
func (r *Room) complete(ctx context.Context, inv *Invitation, session string) error {
	s, it := inv.State, inv.Item
	stage, _ := it.Flow.Stage(s.Stage)
	inv.Document = stage.Signs
	for _, owner := range append([]string{s.Owner}, s.Sessions...) {
		inv.Own = inv.Own || session != "" && owner == session
	}
	if s.Signature != nil {
		inv.Changed = casework.ChangedLabels(it, s.Changed)
	}
	var err error
	if inv.Openings, err = r.openings(ctx, inv.Token, session); err != nil {
		return err
	}
	if inv.Others, err = r.others(ctx, s, it); err != nil {
		return err
	}
	inv.Methods = []string{"camera-evidence"}
	if r.Face != nil {
		inv.Methods = []string{"face-provider", "camera-evidence"}
	}
	p, err := r.progress(ctx, inv.Token, session)
	if err != nil {
		return err
	}
	switch now := r.now(); {
	case session == "" || p.smsAt.IsZero() || now.Sub(p.smsAt) >= proofLife:
		inv.Step = StepCode
	case p.proofAt.IsZero() || now.Sub(p.proofAt) >= proofLife:
		inv.Step = StepIdentity
	default:
		inv.Step = StepSign
	}
	return nil
}

// proofLife is how long a proof counts; the door holds the same.
const proofLife = 30 * time.Minute

// others are the masked agents who wait for the same person's signature for
// the same unit.
func (r *Room) others(ctx context.Context, s casework.State, it *item.Item) ([]string, error) {
	subject, _ := s.Values[it.Flow.Subject].(string)
	rows, _, err := r.door.List(ctx, casework.Query{Subject: subject, Item: it.Name, Stages: []string{s.Stage}, Live: true, Limit: 20})
	if err != nil {
		return nil, err
	}
	var names []string
	for _, row := range rows {
		if row.ID == s.ID {
			continue
		}
		other, otherItem, err := r.door.Get(ctx, row.ID)
		if err != nil {
			return nil, err
		}
		if p, ok := casework.PartyOf(otherItem, otherItem.Form.Env(other.Values), "applicant"); ok {
			names = append(names, cn.MaskName(text(other, p.PersonName)))
		}
	}
	return names, nil
}

// Opened writes down that somebody opened the link, for the signer to see.
func (r *Room) Opened(ctx context.Context, token, session, device string) error {
	_, alive, err := r.caseOf(ctx, token)
	if err != nil || !alive {
		if errors.Is(err, ErrNoLink) {
			return nil
		}
		return err
	}
	return r.addOpening(ctx, token, session, device)
}

func text(s casework.State, field string) string {
	v, _ := s.Values[field].(string)
	return v
}
