package portal

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"wangban/internal/account"
	"wangban/internal/casework"
	"wangban/internal/cn"
	"wangban/internal/form"
	"wangban/internal/item"
	"wangban/internal/licence"
	"wangban/internal/web"
)

// organisationView is a unit's account as one who acts for it sees it: the
// legal representative everything, an agent the unit and his own mandate.
type organisationView struct {
	Unit     account.Organisation
	Facts    []web.Fact
	Owner    bool // the visitor is the legal representative
	Several  bool // the visitor acts for other units too
	Mandates []mandateView
	Licences []licence.Licence
	Cases    []foundCase
	Problem  string
	Passkeys bool // the person can log in with one
}

// organisation shows the unit the visitor acts for, or lets choose one.
func (p *Portal) organisation(w http.ResponseWriter, r *http.Request) {
	mine, ok := p.mandates(w, r)
	switch {
	case !ok:
	case len(mine) == 1:
		p.showOrganisation(w, r, mine[0].USCC, "")
	default:
		units := make([]account.Organisation, 0, len(mine))
		for _, m := range mine {
			o, _, err := p.Accounts.Organisation(r.Context(), m.USCC)
			if err != nil {
				panic(err)
			}
			units = append(units, o)
		}
		web.Render(w, r, http.StatusOK, organisationsPage(units, p.Accounts.PasskeyOrigin() != ""))
	}
}

// oneOrganisation shows one of several units.
func (p *Portal) oneOrganisation(w http.ResponseWriter, r *http.Request) {
	p.showOrganisation(w, r, r.PathValue("uscc"), "")
}

// mandates are the visitor's living ones, one a unit. Who is not logged in is
// sent to do so.
func (p *Portal) mandates(w http.ResponseWriter, r *http.Request) ([]account.Mandate, bool) {
	v := web.VisitorOf(r.Context())
	if v.Person == "" {
		http.Redirect(w, r, loginURL(r), http.StatusSeeOther)
		return nil, false
	}
	all, err := p.Accounts.MandatesFor(r.Context(), v.Person)
	if err != nil {
		panic(err)
	}
	all = slices.DeleteFunc(all, func(m account.Mandate) bool { return !m.Live(p.Now()) })
	// Who is both, the legal representative and an agent, is the former.
	slices.SortStableFunc(all, func(a, b account.Mandate) int {
		if c := strings.Compare(a.USCC, b.USCC); c != 0 {
			return c
		}
		return strings.Compare(string(b.Role), string(a.Role))
	})
	return slices.CompactFunc(all, func(a, b account.Mandate) bool { return a.USCC == b.USCC }), true
}

// loginURL leads to the log-in and back to the page that needs it.
func loginURL(r *http.Request) string {
	if r.Method != http.MethodGet {
		return "/login"
	}
	return "/login?next=" + url.QueryEscape(r.URL.RequestURI())
}

// mandateIn is the visitor's own mandate in a unit. For anybody else the unit
// has no page.
func (p *Portal) mandateIn(w http.ResponseWriter, r *http.Request, uscc string) (own account.Mandate, several, ok bool) {
	mine, ok := p.mandates(w, r)
	if !ok {
		return own, false, false
	}
	i := slices.IndexFunc(mine, func(m account.Mandate) bool { return m.USCC == uscc })
	if i < 0 {
		web.Fail(w, r, http.StatusNotFound, "没有这个单位，或者你的授权已经结束。从“我的单位”重新选择。")
		return own, false, false
	}
	return mine[i], len(mine) > 1, true
}

func (p *Portal) showOrganisation(w http.ResponseWriter, r *http.Request, uscc, problem string) {
	own, several, ok := p.mandateIn(w, r, uscc)
	if !ok {
		return
	}
	v, err := p.organisationView(r, own)
	if err != nil {
		panic(err)
	}
	v.Several, v.Problem = several, problem
	status := http.StatusOK
	if problem != "" {
		status = http.StatusUnprocessableEntity
	}
	web.Render(w, r, status, organisationPage(v))
}

func (p *Portal) organisationView(r *http.Request, own account.Mandate) (organisationView, error) {
	ctx := r.Context()
	v := organisationView{Owner: own.Role == account.Owner, Passkeys: p.Accounts.PasskeyOrigin() != ""}
	var err error
	if v.Unit, _, err = p.Accounts.Organisation(ctx, own.USCC); err != nil {
		return v, err
	}
	mandates, err := p.Accounts.MandatesOf(ctx, own.USCC)
	if err != nil {
		return v, err
	}
	_, it, err := p.Door.Get(ctx, v.Unit.Case)
	var forgotten *casework.Refusal
	switch {
	case errors.As(err, &forgotten): // what the case's form called things is not known any more
		it = &item.Item{}
	case err != nil:
		return v, err
	}
	owner := ""
	v.Facts = unitFacts(ctx, v.Unit, account.Mandate{})
	for _, m := range mandates {
		if m.Role == account.Owner && !m.Revoked.IsZero() { // has left, and is forgotten
			continue
		}
		if m.Role == account.Owner {
			owner = cn.MaskName(m.Name)
			v.Facts = unitFacts(ctx, v.Unit, m)
			continue
		}
		if v.Owner || m.Person == own.Person {
			shown := p.mandateView(ctx, it, m, owner, v.Owner)
			shown.Own = m.Person == own.Person
			_, signed, err := p.letterOf(ctx, m)
			if err != nil {
				return v, err
			}
			if signed {
				shown.Letter = "/organisation/" + own.USCC + "/mandates/" + m.ID + "/letter"
			}
			v.Mandates = append(v.Mandates, shown)
		}
	}
	if v.Licences, err = p.Licences.OfOrganisation(ctx, own.USCC); err != nil {
		return v, err
	}
	v.Cases, err = p.unitCases(r, own)
	return v, err
}

func unitFacts(ctx context.Context, o account.Organisation, owner account.Mandate) []web.Fact {
	rep := web.T(ctx, "原来的已经离任，资料已按规定删除。新的法定代表人可以重新注册，账号换到本人名下")
	if owner.Person != "" {
		rep = web.Tf(ctx, "%s，手机 %s", cn.MaskName(owner.Name), cn.MaskMobile(owner.Mobile))
	}
	return []web.Fact{
		{Label: web.T(ctx, "统一社会信用代码"), Value: o.USCC},
		{Label: web.T(ctx, "单位类型"), Value: web.T(ctx, kindOf(o.Kind))},
		{Label: web.T(ctx, "法定代表人（经营者）"), Value: rep},
		{Label: web.T(ctx, "账号开通"), Value: web.Moment(ctx, o.Opened)},
	}
}

func kindOf(kind string) string {
	for _, o := range form.Vocabulary(form.TypeUnitKind) {
		if o.Value == kind {
			return o.Label
		}
	}
	return kind
}

// unitCases are the cases about the unit: the legal representative sees all of
// them, an agent those he has filed, also from a browser that had not logged in
// yet, as at the registration itself.
func (p *Portal) unitCases(r *http.Request, own account.Mandate) ([]foundCase, error) {
	ctx := r.Context()
	rows, _, err := p.Door.List(ctx, casework.Query{Subject: own.USCC, HandedIn: true, Limit: 50})
	if err != nil {
		return nil, err
	}
	var out []foundCase
	for _, row := range rows {
		s, it, err := p.Door.Get(ctx, row.ID)
		if err != nil {
			return nil, err
		}
		mine, err := p.filedByVisitor(r, s, it)
		if err != nil {
			return nil, err
		}
		if !mine && own.Role != account.Owner {
			continue
		}
		c, err := p.found(ctx, row.ID)
		if err != nil {
			return nil, err
		}
		if !mine {
			c.Reasons, c.Receipts = nil, false // advice is for who has to act on it, receipts for who has filed it
		}
		out = append(out, c)
	}
	return out, nil
}
