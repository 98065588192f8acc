package portal

import (
	"net/http"

	"wangban/internal/account"
	"wangban/internal/casework"
	"wangban/internal/form"
	"wangban/internal/item"
	"wangban/internal/web"
)

// What other rooms know of an answer is told as early as it may be told. What
// anybody can read in a public register, such as that a unit is deregistered,
// is told when the page is saved (C-17). That a unit has an account, and who
// manages it, is told to somebody who has proven a number of their own: a page
// that answered every code typed would list the county's accounts for free
// (C-16). So the check of a field that is proven by a code waits for the code,
// and from then on is also asked when the unit is changed. Submitting asks all
// of them again.

// knownElsewhere are the refusals of the checks that belong to a page just
// saved.
func (p *Portal) knownElsewhere(r *http.Request, s casework.State, it *item.Item, page string) ([]form.Problem, map[string][]web.Link) {
	var problems []form.Problem
	ways := map[string][]web.Link{}
	subject := it.Form.PageOf(it.Flow.Subject) == page
	for _, pg := range it.Form.Shown(s.Values) {
		for _, f := range pg.Fields {
			here := pg.Name == page
			at := f.ID
			switch {
			case f.Check == "", !form.Answered(s.Values[f.ID]):
				continue
			case !f.Verify.Empty():
				if s.Verified[f.ID] != s.Values[f.ID] || !here && !subject {
					continue
				}
				if !here {
					at = it.Flow.Subject
				}
			case !here:
				continue
			}
			if found, refused := p.fieldFinding(r, s, it, f); refused && !about(problems, at) {
				problems = append(problems, form.Problem{Field: at, Text: found.Text, Args: found.Args})
				ways[at] = p.waysOn(r, found)
			}
		}
	}
	return problems, ways
}

// fieldFinding asks a field's check about the case as it has just been read.
func (p *Portal) fieldFinding(r *http.Request, s casework.State, it *item.Item, f form.Field) (casework.Finding, bool) {
	if f.Check == "" {
		return casework.Finding{}, false
	}
	found, err := p.Door.FindingsOn(r.Context(), s, it, f.Check)
	if err != nil {
		panic(err)
	}
	return found[f.Check], found[f.Check].Level == casework.Refuse
}

func (p *Portal) waysOf(r *http.Request, refusal *casework.Refusal) []web.Link {
	if refusal.Finding == nil {
		return nil
	}
	return p.waysOn(r, *refusal.Finding)
}

// waysOn lead on from what was found: to the account that exists already, or to
// the applicant's other case (C-12).
func (p *Portal) waysOn(r *http.Request, f casework.Finding) []web.Link {
	ctx := r.Context()
	switch f.Code {
	case account.FoundTaken:
		return []web.Link{{Text: web.T(ctx, "找回账号"), URL: "/login/password"}, {Text: web.T(ctx, "变更管理员"), URL: "/help/administrator"}}
	case casework.FoundSameApplicant:
		if len(f.Args) > 0 {
			number, _ := f.Args[0].(string)
			return []web.Link{p.otherCase(r, number)}
		}
	}
	return nil
}

// otherCase leads to a case by its number where this browser may open it, and
// otherwise to where a code opens it.
func (p *Portal) otherCase(r *http.Request, number string) web.Link {
	ctx := r.Context()
	rows, _, err := p.Door.List(ctx, casework.Query{Number: number, Limit: 5})
	if err != nil {
		panic(err)
	}
	for _, row := range rows {
		s, _, err := p.Door.Get(ctx, row.ID)
		if err != nil {
			panic(err)
		}
		if casework.OwnedBy(s, actor(r)) {
			return web.Link{Text: web.Tf(ctx, "查看 %s 的进度", number), URL: "/cases/" + row.ID}
		}
	}
	return web.Link{Text: web.T(ctx, "凭手机验证码查看进度"), URL: "/result"}
}
