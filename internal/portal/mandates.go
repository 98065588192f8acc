package portal

import (
	"context"
	"net/http"
	"slices"
	"time"

	"wangban/internal/account"
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
	Own                bool
}

// endsSoon is how long before its end a mandate is marked (C-39).
const endsSoon = 15

func (p *Portal) mandateView(ctx context.Context, it *item.Item, m account.Mandate, owner string) mandateView {
	now := p.Now()
	today := now.In(form.Shanghai).Format(time.DateOnly)
	v := mandateView{ID: m.ID, Name: cn.MaskName(m.Name), Mobile: cn.MaskMobile(m.Mobile), Scope: web.Words(ctx, scopeLabels(it, m.Scope)),
		Term:  web.Tf(ctx, "%s 至 %s", day(ctx, m.From), day(ctx, m.To)),
		Given: web.Tf(ctx, "由法定代表人 %s 授权，申请编号 %s", owner, m.Letter), Revocable: m.Revoked.IsZero() && (m.To == "" || today <= m.To)}
	last, err := time.ParseInLocation(time.DateOnly, m.To, form.Shanghai)
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
