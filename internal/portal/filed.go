package portal

import (
	"net/http"
	"slices"

	"wangban/internal/account"
	"wangban/internal/casework"
	"wangban/internal/cn"
	"wangban/internal/item"
	"wangban/internal/web"
)

// letIn tells whether a case is the visitor's to act on. Who has logged in is
// let into what they have filed before they had an account, for the rest of
// the request: password and code prove more than the code of the result query,
// which opens the same cases.
func (p *Portal) letIn(r *http.Request, s casework.State, it *item.Item) (bool, error) {
	a := actor(r)
	if casework.OwnedBy(s, a) || a.Kind == casework.Staff && s.Owner == casework.HelperOwner(a.ID) {
		return true, nil
	}
	mine, err := p.filedByVisitor(r, s, it)
	if mine {
		v := web.VisitorOf(r.Context())
		v.Cases = append(slices.Clone(v.Cases), s.ID)
		*r = *r.WithContext(web.WithVisitor(r.Context(), v))
	}
	return mine, err
}

// filedByVisitor tells whether the visitor has filed a case: in this browser,
// with this account, or as the applicant that the case names, by number and
// document. A number alone will not do, relatives share them (C-15).
func (p *Portal) filedByVisitor(r *http.Request, s casework.State, it *item.Item) (bool, error) {
	if casework.OwnedBy(s, actor(r)) {
		return true, nil
	}
	v := web.VisitorOf(r.Context())
	if v.Person == "" || s.Number == "" {
		return false, nil
	}
	person, ok, err := p.Accounts.Person(r.Context(), v.Person)
	applicant, named := casework.PartyOf(it, casework.Env(p.House(), it, s), "applicant")
	if err != nil || !ok || !named {
		return false, err
	}
	answer := func(field string) string {
		text, _ := s.Values[field].(string)
		return text
	}
	if answer(applicant.Mobile) != person.Mobile {
		return false, nil
	}
	if number := answer(applicant.IDNumber); number != "" {
		return number == person.IDNumber, nil
	}
	return cn.SameUnitName(answer(applicant.PersonName), person.Name), nil
}

// seen reads a case that the visitor may look at: their own, or one that has
// been handed in about a unit whose legal representative they are.
func (p *Portal) seen(w http.ResponseWriter, r *http.Request) (s casework.State, it *item.Item, own, ok bool) {
	s, it, err := p.Door.Get(r.Context(), r.PathValue("id"))
	if err == nil && s.Number != "" {
		mine, letErr := p.letIn(r, s, it)
		if letErr != nil {
			panic(letErr)
		}
		if subject, _ := s.Values[it.Flow.Subject].(string); !mine && p.represents(r, subject) {
			web.Speak(r.Context(), it.English)
			if s.Submitted != nil && s.Submitted.Values != nil { // what is being changed is the applicant's until it is handed in
				s.Values = s.Submitted.Values
			}
			return s, it, false, true
		}
	}
	s, it, ok = p.own(w, r)
	return s, it, ok, ok
}

// represents tells whether the visitor is the legal representative of a unit.
func (p *Portal) represents(r *http.Request, uscc string) bool {
	v := web.VisitorOf(r.Context())
	if v.Person == "" || uscc == "" {
		return false
	}
	mandates, err := p.Accounts.MandatesFor(r.Context(), v.Person)
	if err != nil {
		panic(err)
	}
	return slices.ContainsFunc(mandates, func(m account.Mandate) bool {
		return m.USCC == uscc && m.Role == account.Owner && m.Live(p.Now())
	})
}
