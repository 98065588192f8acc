package signing

import (
	"context"
	"slices"
	"time"

	"wangban/internal/casework"
	"wangban/internal/cn"
	"wangban/internal/form"
	"wangban/internal/item"
	"wangban/internal/signing/face"
)

// Visitor is the browser that has opened a link, as the session tells it.
type Visitor struct {
	Session string
	Person  string   // account, when logged in
	Cases   []string // cases opened to the session as their applicant
}

// actor is the visitor as the actor of a signing act.
func (v Visitor) actor(proofs []casework.Proof) casework.Actor {
	a := casework.Actor{Kind: casework.Signer, ID: v.Session, Session: v.Session, Cases: v.Cases, Proofs: proofs}
	if v.Person != "" {
		a.ID = v.Person
	}
	return a
}

// Invitation is what a link leads to, for whoever has opened it. Until the
// registered number is proven it tells unit, masked agent and document only
// (C-03); then who asks, in full: a signer who cannot tell two agents apart
// cannot refuse one of them.
type Invitation struct {
	Token    string
	State    casework.State
	Item     *item.Item
	Document string // name in the item
	Title    string // of the document
	Unit     string
	Agent    string // masked until the number is proven
	Cell     string // of the agent, masked; empty until then
	Signer   item.Party
	Mobile   string // of the signer, masked
	Due      time.Time
	Openings []Opening
	Others   []Rival  // other pending requests for the same unit (C-11)
	Changed  []string // labels of what has changed since the last signature
	Step     Step
	Methods  []face.Method // ways of identity check on offer
	Own      bool          // opened by the applicant's own session: cannot sign here
	End      End           // how it ended; empty while the link lives
	Ended    time.Time
	Newer    bool // a later link of the same case lives and went to the same number (C-02)
}

// Rival is somebody else who waits for the same person's signature for the same
// unit.
type Rival struct {
	Agent string
	Cell  string // masked
	At    time.Time
}

// Step is how far a session has come.
type Step string

// Steps.
const (
	StepCode     Step = "code"     // prove the number
	StepIdentity Step = "identity" // prove the person
	StepSign     Step = "sign"     // read and sign
)

// End is how a link ended.
type End string

// Ends.
const (
	Signed   End = "signed"   // C-01
	Refused  End = "refused"  // by the signer
	Lapsed   End = "lapsed"   // 48 hours are over
	Recalled End = "recalled" // by the agent (C-09)
	Closed   End = "closed"   // settled elsewhere, as when another agent was first (C-11)
)

// Look finds what a link leads to. It changes nothing.
func (r *Room) Look(ctx context.Context, token string, v Visitor) (Invitation, error) {
	l, err := r.link(ctx, token)
	if err != nil {
		return Invitation{}, err
	}
	s, it, err := r.door.Get(ctx, l.caseID) // lets the clock act first (C-05, C-07)
	if err != nil {
		return Invitation{}, err
	}
	if l, err = r.link(ctx, token); err != nil { // as the clock has left it
		return Invitation{}, err
	}
	inv := Invitation{Token: token, State: s, Item: it, Due: s.Due, End: l.end, Ended: l.ended}
	inv.Unit = text(s, it.Flow.Title)
	env := it.Form.Env(s.Values)
	if applicant, ok := casework.PartyOf(it, env, "applicant"); ok {
		inv.Agent = cn.MaskName(text(s, applicant.PersonName))
	}
	inv.Signer, _ = casework.PartyOf(it, env, "signer")
	inv.Mobile = cn.MaskMobile(text(s, inv.Signer.Mobile))
	inv.Own = v.Person != "" && v.Person == s.Owner || v.Session == s.Owner ||
		slices.Contains(s.Sessions, v.Session) || slices.Contains(v.Cases, s.ID)
	if inv.End != "" {
		return inv, r.succeeded(ctx, &inv)
	}
	return inv, r.complete(ctx, &inv, v)
}

// succeeded looks for a later link of the same case. Where the number was
// corrected meanwhile (C-09), whoever has the old one is not told of a message
// that they will never get: for them the request was taken back.
func (r *Room) succeeded(ctx context.Context, inv *Invitation) error {
	if inv.State.Token == "" {
		return nil
	}
	events, err := r.door.History(ctx, inv.State.ID)
	if err != nil {
		return err
	}
	for _, e := range events {
		if e.Data.Token == inv.Token && e.Data.Submit != nil {
			then, _ := e.Data.Submit.Values[inv.Signer.Mobile].(string)
			inv.Newer = then == text(inv.State, inv.Signer.Mobile)
		}
	}
	if !inv.Newer && inv.End != Signed {
		inv.End = Recalled
	}
	return nil
}

// complete adds what a live invitation shows.
func (r *Room) complete(ctx context.Context, inv *Invitation, v Visitor) error {
	s, it := inv.State, inv.Item
	stage, _ := it.Flow.Stage(s.Stage)
	inv.Document, inv.Title = stage.Signs, inv.Titled(stage.Signs)
	var err error
	if inv.Openings, err = r.openings(ctx, inv.Token, v, s); err != nil {
		return err
	}
	p, err := r.progress(ctx, inv.Token, v)
	if err != nil {
		return err
	}
	now := r.now()
	if inv.Step = p.vouched(s, now).step(now); inv.Step == StepCode {
		return nil
	}
	if applicant, ok := casework.PartyOf(it, it.Form.Env(s.Values), "applicant"); ok {
		inv.Agent, inv.Cell = text(s, applicant.PersonName), cn.MaskMobile(text(s, applicant.Mobile))
	}
	if s.Signature != nil {
		inv.Changed = casework.ChangedLabels(it, s.Changed)
	}
	if r.Face != nil {
		inv.Methods = append(inv.Methods, face.FaceProvider)
	}
	inv.Methods = append(inv.Methods, face.CameraEvidence)
	inv.Others, err = r.others(ctx, s, it)
	return err
}

// Titled is what people call a document of the item.
func (inv Invitation) Titled(document string) string { return inv.Item.Flow.Titled(document) }

// Fact is one of the facts that a signature covers.
type Fact struct{ Label, Value string }

// Facts are what the signature covers beside the document itself.
func (inv Invitation) Facts() []Fact {
	var facts []Fact
	for _, p := range inv.Item.Flow.Protected {
		if field, ok := inv.Item.Form.Field(p.Field); ok {
			facts = append(facts, Fact{p.Label, form.Normal(field, inv.State.Values[p.Field])})
		}
	}
	return facts
}

// others are those who wait for the same person's signature for the same unit.
func (r *Room) others(ctx context.Context, s casework.State, it *item.Item) ([]Rival, error) {
	rows, _, err := r.door.List(ctx, casework.Query{Subject: text(s, it.Flow.Subject), Item: it.Name, Stage: s.Stage, Live: true, Limit: 20})
	if err != nil {
		return nil, err
	}
	var rivals []Rival
	for _, row := range rows {
		if row.ID == s.ID {
			continue
		}
		other, otherItem, err := r.door.Get(ctx, row.ID)
		if err != nil {
			return nil, err
		}
		p, ok := casework.PartyOf(otherItem, otherItem.Form.Env(other.Values), "applicant")
		if ok && other.Stage == s.Stage {
			rivals = append(rivals, Rival{text(other, p.PersonName), cn.MaskMobile(text(other, p.Mobile)), other.Since})
		}
	}
	return rivals, nil
}

// at looks a link up for a session that says it stands at one of the steps.
func (r *Room) at(ctx context.Context, token string, v Visitor, steps ...Step) (Invitation, error) {
	inv, err := r.Look(ctx, token, v)
	switch {
	case err != nil:
		return inv, err
	case inv.End != "":
		return inv, &casework.Refusal{Code: casework.CodeLapsed, Text: inv.Ending()}
	case inv.Own:
		return inv, ErrOwn
	case v.Session == "" || !slices.Contains(steps, inv.Step):
		return inv, ErrStep
	}
	return inv, nil
}

func text(s casework.State, field string) string {
	v, _ := s.Values[field].(string)
	return v
}
