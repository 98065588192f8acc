package portal

import (
	"context"
	"net/http"
	"slices"
	"time"

	"wangban/internal/account"
	"wangban/internal/casework"
	"wangban/internal/cn"
	"wangban/internal/form"
	"wangban/internal/item"
	"wangban/internal/web"
)

// mandateView is a mandate with what is personal in it covered.
type mandateView struct {
	ID, Name, Mobile   string
	Scope, Term, Given string
	State              string
	Kind               web.Kind
	Revocable          bool
	Letter             string // address of the signed letter; empty when there is none
	Own                bool
}

// endsSoon is how long before its end a mandate is marked (C-39).
const endsSoon = 15

// mandateView shows a mandate. The legal representative reads the agent's full
// name: it stands in the letter he has signed, and a covered one would not tell
// him which of two agents a button is for.
func (p *Portal) mandateView(ctx context.Context, it *item.Item, m account.Mandate, owner string, full bool) mandateView {
	now := p.Now()
	today := now.In(form.Shanghai).Format(time.DateOnly)
	v := mandateView{ID: m.ID, Name: cn.MaskName(m.Name), Mobile: cn.MaskMobile(m.Mobile), Scope: web.Words(ctx, scopeLabels(it, m.Scope)),
		Term:  web.Tf(ctx, "%s 至 %s", day(ctx, m.From), day(ctx, m.To)),
		Given: web.Tf(ctx, "由法定代表人 %s 授权，申请编号 %s", owner, m.Letter), Revocable: m.Revoked.IsZero() && (m.To == "" || today <= m.To)}
	last, err := time.ParseInLocation(time.DateOnly, m.To, form.Shanghai)
	switch {
	case m.Name == "": // the account is forgotten
		v.Name = web.T(ctx, "资料已按规定删除的代理人")
	case full:
		v.Name = m.Name
	}
	left := int(last.AddDate(0, 0, 1).Sub(now).Hours()) / 24
	switch {
	case !m.Revoked.IsZero():
		v.State, v.Kind = web.Tf(ctx, "已于 %s 撤回", web.Date(ctx, m.Revoked)), web.Calm
	case m.To != "" && m.To < today:
		v.State, v.Kind = web.T(ctx, "已到期"), web.Calm
	case m.From > today:
		v.State, v.Kind = web.T(ctx, "还没开始"), web.Calm
	case err == nil && left <= endsSoon:
		v.State, v.Kind = web.Tf(ctx, "有效，还有 %d 天到期", left), web.Warn
	default:
		v.State, v.Kind = web.T(ctx, "有效"), web.Good
	}
	return v
}

// letterOf is the signed letter that a mandate rests on; false when it was
// signed on paper, or there is none.
func (p *Portal) letterOf(ctx context.Context, m account.Mandate) (form.File, bool, error) {
	if m.Letter == "" {
		return form.File{}, false, nil
	}
	rows, _, err := p.Door.List(ctx, casework.Query{Subject: m.USCC, Number: m.Letter, Limit: 1})
	if err != nil || len(rows) == 0 {
		return form.File{}, false, err
	}
	s, _, err := p.Door.Get(ctx, rows[0].ID)
	if err != nil || !hasSigned(s) {
		return form.File{}, false, err
	}
	return s.Signature.File, true, nil
}

// mandateLetter serves the signed letter to the two people it binds: the legal
// representative and the agent whose mandate it is.
func (p *Portal) mandateLetter(w http.ResponseWriter, r *http.Request) {
	own, _, ok := p.mandateIn(w, r, r.PathValue("uscc"))
	if !ok {
		return
	}
	mandates, err := p.Accounts.MandatesOf(r.Context(), own.USCC)
	if err != nil {
		panic(err)
	}
	i := slices.IndexFunc(mandates, func(m account.Mandate) bool {
		return m.ID == r.PathValue("mandate") && (own.Role == account.Owner || m.Person == own.Person)
	})
	if i < 0 {
		web.NotFound(w, r)
		return
	}
	file, ok, err := p.letterOf(r.Context(), mandates[i])
	switch {
	case err != nil:
		panic(err)
	case !ok:
		web.NotFound(w, r)
	default:
		p.sendSigned(w, r, file)
	}
}

func day(ctx context.Context, s string) string {
	t, err := time.ParseInLocation(time.DateOnly, s, form.Shanghai)
	if err != nil {
		return "—"
	}
	return web.Date(ctx, t)
}

// scopeLabels words what an agent may do as the letter did: by the options of
// the item under which the account was opened.
func scopeLabels(it *item.Item, scope []string) []string {
	labels := slices.Clone(scope)
	for _, page := range it.Form.Pages {
		for _, f := range page.Fields {
			if f.Type != form.TypeChoices {
				continue
			}
			for _, o := range f.Options {
				if i := slices.Index(scope, o.Value); i >= 0 {
					labels[i] = o.Label
				}
			}
		}
	}
	return labels
}

func mandateFacts(ctx context.Context, m mandateView) []web.Fact {
	return []web.Fact{
		{Label: web.T(ctx, "手机号"), Value: m.Mobile},
		{Label: web.T(ctx, "授权事项"), Value: m.Scope},
		{Label: web.T(ctx, "授权期限"), Value: m.Term},
		{Label: web.T(ctx, "授权来源"), Value: m.Given},
	}
}

// askRevoke asks before a mandate is revoked.
func (p *Portal) askRevoke(w http.ResponseWriter, r *http.Request) {
	own, _, ok := p.mandateIn(w, r, r.PathValue("uscc"))
	if !ok {
		return
	}
	v, err := p.organisationView(r, own)
	if err != nil {
		panic(err)
	}
	i := slices.IndexFunc(v.Mandates, func(m mandateView) bool { return m.ID == r.PathValue("mandate") })
	if i < 0 || !v.Mandates[i].Revocable {
		http.Redirect(w, r, "/organisation/"+own.USCC, http.StatusSeeOther)
		return
	}
	web.Render(w, r, http.StatusOK, revokePage(v.Unit, v.Mandates[i]))
}

// revoke ends a mandate at once.
func (p *Portal) revoke(w http.ResponseWriter, r *http.Request) {
	uscc := r.PathValue("uscc")
	own, _, ok := p.mandateIn(w, r, uscc)
	if !ok {
		return
	}
	if err := p.Accounts.Revoke(r.Context(), own.Person, r.PathValue("mandate")); err != nil {
		p.showOrganisation(w, r, uscc, say(r, err))
		return
	}
	http.Redirect(w, r, "/organisation", http.StatusSeeOther)
}
