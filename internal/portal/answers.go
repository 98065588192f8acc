package portal

import (
	"context"
	"fmt"
	"net/http"
	"slices"
	"strconv"

	"wangban/internal/casework"
	"wangban/internal/form"
	"wangban/internal/item"
	"wangban/internal/web"
)

// answerGroup is a page of answers on the check-your-answers page.
type answerGroup struct {
	Title, Change string
	Facts         []web.Fact
}

// answers shows everything before it is handed in.
func (p *Portal) answers(w http.ResponseWriter, r *http.Request) {
	s, it, ok := p.changeable(w, r)
	if !ok {
		return
	}
	web.Render(w, r, http.StatusOK, answersPage(p.answersData(r, s, it, nil)))
}

// answersView is the check-your-answers page.
type answersView struct {
	State   casework.State
	Item    *item.Item
	Groups  []answerGroup
	Missing []form.Problem
	Acts    []item.Act
	Changed []string // labels of protected facts that differ from the last signature, or from what was reviewed without one
	Signed  bool     // a signature is on record
	Signs   bool     // handing it in asks for a signature
	Holds   bool     // the one on record is for these answers
	Return  *casework.Return
	Advice  []string
	Refusal string
	Ways    []web.Link
	Odd     []string // what the item's own checks warn of
}

func (p *Portal) answersData(r *http.Request, s casework.State, it *item.Item, refusal *casework.Refusal) answersView {
	ctx := r.Context()
	fc := casework.FormContext(p.House(), s, p.Now())
	v := answersView{State: s, Item: it, Groups: groups(ctx, s, it, fc, true), Return: s.Return, Signed: s.Signature != nil}
	v.Missing = form.Validate(it.Form, s.Values, fc)
	for _, act := range casework.Offers(p.House(), it, s, actor(r)) {
		if act.Complete {
			v.Acts = append(v.Acts, act)
		}
	}
	env := casework.Env(p.House(), it, s)
	v.Signs = asksForSignature(it, v.Acts, env)
	v.Holds = s.Signature.Covers(casework.ProtectedFacts(it, s, env))
	if changed, _ := env["changed"].([]string); s.Baseline != nil {
		v.Changed = casework.ChangedLabels(it, changed)
	}
	v.Advice = advice(ctx, it, s)
	if len(v.Missing) == 0 {
		v.Odd = p.odd(r, s, it, v.Acts)
	}
	if refusal != nil {
		v.Refusal, v.Ways = web.Tf(ctx, refusal.Text, refusal.Args...), p.waysOf(r, refusal)
	}
	return v
}

// odd is what the checks of the acts on offer warn of, as far as the item has
// given them settings and so means the applicant. What the house's own checks
// warn of is for the reviewer's eye.
func (p *Portal) odd(r *http.Request, s casework.State, it *item.Item, acts []item.Act) []string {
	var names []string
	for _, act := range acts {
		for _, name := range act.Checks {
			if _, own := it.Flow.Checks[name]; own && !slices.Contains(names, name) {
				names = append(names, name)
			}
		}
	}
	found, err := p.Door.FindingsOn(r.Context(), s, it, names...)
	if err != nil {
		panic(err)
	}
	var odd []string
	for _, name := range names {
		if f := found[name]; f.Level == casework.Warn {
			odd = append(odd, web.Tf(r.Context(), f.Text, f.Args...))
		}
	}
	return odd
}

// asksForSignature tells whether what is offered leads to a stage that signs.
func asksForSignature(it *item.Item, acts []item.Act, env form.Env) bool {
	for _, act := range acts {
		for _, route := range act.To {
			if route.When.Holds(env) {
				stage, _ := it.Flow.Stage(route.Stage)
				return stage.Signs != ""
			}
		}
	}
	return false
}

// groups are the answers page by page; own tells whether the reader may see
// numbers in full and change them.
func groups(ctx context.Context, s casework.State, it *item.Item, fc form.Context, own bool) []answerGroup {
	tr := func(t string) string { return web.T(ctx, t) }
	var out []answerGroup
	ask := map[string]bool{}
	if own && correcting(it, s) {
		ask = toCorrect(it, s)
	}
	said := map[string]string{}
	if own && s.Return != nil {
		said = saidBeside(ctx, it, s)
	}
	asked := it.Form.Asked(s.Values)
	for _, page := range it.Form.Shown(s.Values) {
		g := answerGroup{Title: page.Title}
		marks := own && correcting(it, s)
		if own && !marks {
			g.Change = "/cases/" + s.ID + "/form/" + page.Name + "?from=check"
		}
		for _, f := range page.Fields {
			fact := web.Fact{Label: tr(f.Label), Value: form.Show(f, s.Values[f.ID], fc, !own, tr)}
			if marks && ask[f.ID] {
				fact.Change = correctionURL(s) + "?from=check#" + f.ID
			}
			if fact.Said = said[f.ID]; fact.Said != "" && !marks {
				fact.Change = g.Change + "#" + f.ID
			}
			if old, ok := it.Form.Field(f.Was); ok && asked[f.Was] != nil {
				fact.Was = form.Show(old, s.Values[f.Was], fc, !own, tr)
			}
			if rows := form.RowsOf(s.Values[f.ID]); len(rows) > 0 {
				fact.Rows = web.RowsTable(ctx, f, rows, func(sub form.Field, v any) string { return form.Show(sub, v, fc, !own, tr) })
			}
			if files, ok := s.Values[f.ID].([]form.File); ok {
				fact.Value = ""
				for i, file := range files {
					u := fmt.Sprintf("/cases/%s/files/%s/%d", s.ID, f.ID, i)
					thumb := web.Thumb{Text: file.Name, URL: u}
					if file.View != "" {
						thumb.Image = u + "?view=small"
					}
					fact.Files = append(fact.Files, thumb)
				}
			}
			if fact.Value == "" && len(fact.Files) == 0 {
				fact.Value = tr("未填")
			}
			g.Facts = append(g.Facts, fact)
		}
		out = append(out, g)
	}
	return out
}

// advice is what a reviewer asked for when the case was returned, a line each;
// of what applicants themselves have stated, their words without the advice they
// had for writing them.
func advice(ctx context.Context, it *item.Item, s casework.State) []string {
	if s.Return == nil {
		return nil
	}
	var lines []string
	for _, catalogue := range it.Flow.Reasons {
		for _, reason := range catalogue {
			if slices.Contains(s.Return.Reasons, reason.Code) && reason.Code != "OTHER" {
				line := web.T(ctx, reason.Label)
				if !s.Stated() {
					line += web.T(ctx, "：") + web.T(ctx, reason.Advice)
				}
				lines = append(lines, line)
			}
		}
	}
	if s.Return.Text != "" {
		lines = append(lines, s.Return.Text)
	}
	slices.Sort(lines)
	return slices.Compact(lines)
}

// missingURL leads from a problem to the field on its page.
func missingURL(v answersView, p form.Problem) string {
	if p.Code == form.Unverified {
		return verifyURL(v.State, p.Field)
	}
	page := "/cases/" + v.State.ID + "/form/" + narrowed(v.Item, v.State).Form.PageOf(p.Field)
	if p.Row > 0 {
		return page + "/" + p.Field + "/" + strconv.Itoa(p.Row) + "?from=check#" + p.Sub
	}
	return page + "?from=check#" + p.Field
}

func returnKind(s casework.State) web.Kind {
	if s.Stated() {
		return web.Plain
	}
	return web.Warn
}

// returnTitle is what the reasons of the last return are headed with.
func returnTitle(ctx context.Context, it *item.Item, s casework.State) string {
	stage, _ := it.Flow.Stage(s.Stage)
	switch {
	case s.Stated():
		return web.T(ctx, "你提出的意见")
	case correcting(it, s):
		return web.T(ctx, "要补正的内容")
	case stage.End == item.EndFailure:
		return web.T(ctx, "没有通过的原因")
	}
	return web.T(ctx, "上次没有通过的原因")
}
