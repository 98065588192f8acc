package licence

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"wangban/internal/casework"
	"wangban/internal/cn"
	"wangban/internal/form"
	"wangban/internal/form/sheet"
)

// answers are what the file says to the questions of the form, checked as the
// form checks them. What it does not say stays open.
func (p *importer) answers(cells []string, uscc, holder string, sure bool, wrong func(int, string, ...any)) form.Values {
	values, record, places := form.Values{}, form.Row{}, map[string]int{}
	read := func(place int, f form.Field, into form.Values) {
		if strings.TrimSpace(cells[place]) == "" {
			return
		}
		value, problem := sheet.Cell(f, cells[place], p.ctx)
		if problem != nil {
			wrong(place, "%s", problem.Say(nil))
			return
		}
		if places[f.ID] = place; value != nil {
			into[f.ID] = value
		}
	}
	for i := range cells {
		if f, ok := p.answer[i]; ok {
			read(i, f, values)
		}
		if f, ok := p.sub[i]; ok {
			read(i, f, record)
		}
	}
	for field, said := range map[string]string{p.it.Flow.Subject: uscc, p.it.Flow.Title: holder} {
		if field != "" && said != "" {
			values[field] = said
		}
	}
	ctx := p.ctx
	ctx.Verified, ctx.Confirmed = map[string]string{}, map[string]string{}
	for id, v := range values { // a number was proven, or not, when the licence was applied for
		if s, ok := v.(string); ok {
			ctx.Verified[id] = s
			if sure {
				ctx.Confirmed[id] = s
			}
		}
	}
	if p.list != nil && len(record) > 0 {
		if sure {
			for id, v := range record {
				if s, ok := v.(string); ok && !strings.HasSuffix(id, form.ConfirmSuffix) {
					if f, ok := p.list.Sub(id); ok && slices.Contains([]form.Type{form.TypeEquipmentCode, form.TypeLicenceNumber, form.TypeUSCC, form.TypeIDNumber}, f.Type) {
						record[id+form.ConfirmSuffix] = s
					}
				}
			}
		}
		values[p.list.ID] = []form.Row{record}
	}
	for _, found := range form.Validate(p.it.Form, values, ctx) {
		id := found.Field
		if p.list != nil && id == p.list.ID && found.Sub != "" {
			id = found.Sub
		}
		if place, given := places[id]; given && found.Code != form.NotAnswered && found.Code != form.Unverified {
			wrong(place, "%s", p.said(found))
		} else if !given && (id == p.it.Flow.Subject || id == p.it.Flow.Title) && found.Code != form.NotAnswered {
			wrong(p.fixed[colHolder], "%s", p.said(found))
		}
	}
	asked := p.it.Form.Asked(values)
	for id, place := range places {
		_, isSub := p.sub[place]
		if _, ok := asked[id]; !isSub && !ok && values[id] != nil {
			wrong(place, "照这一行别的内容，表单不问这一项。补上决定它的内容，或者清空这一格。")
		}
		if isSub && len(form.RowsOf(asked[p.list.ID])) == 1 && record[id] != nil {
			if _, ok := form.RowsOf(asked[p.list.ID])[0][id]; !ok {
				wrong(place, "照这一行别的内容，表单不问这一项。补上决定它的内容，或者清空这一格。")
			}
		}
	}
	return asked
}

// grant is what the item's effect would be told of the licence.
func (p *importer) grant(values form.Values, issued time.Time) (grant, error) {
	s := casework.State{Item: p.it.Name, Hash: p.it.Hash, Values: values}
	g := grant{it: p.it, call: casework.Call{Name: "licence.issue", With: p.with}, after: s, at: issued, env: casework.Env(casework.House{}, p.it, s)}
	if p.list == nil {
		return g, nil
	}
	rows := form.RowsOf(values[p.list.ID])
	if len(rows) != 1 {
		rows = []form.Row{{}}
	}
	return g.about(record{*p.list, 1, rows[0]}), nil
}

// series tells which place of which series a number has by the item's rule;
// none when it does not follow it. The rule cannot be applied where an answer
// that it speaks of is missing: then the number might be given again, and the
// row is refused.
func (p *importer) series(g grant, number string, wrong func(int, string, ...any)) (taken, error) {
	none := taken{number: number}
	expression, ok := p.it.Flow.Numbers[p.with["number"]]
	if !ok {
		return none, fmt.Errorf("item %s has no numbers %q", p.it.Name, p.with["number"])
	}
	refs := expression.Refs()
	if source := p.with["series"]; source != "" {
		if cond, err := form.ParseCond(source); err == nil {
			refs = append(slices.Clone(refs), cond.Refs()...)
		}
	}
	for _, ref := range refs {
		ref = strings.TrimPrefix(ref, "catalogue.")
		if i := strings.LastIndexByte(ref, '.'); i > 0 && slices.Contains(expression.Refs(), "catalogue."+ref) {
			ref = ref[:i]
		}
		f, answer, ok := g.field(ref)
		if ok && !form.Answered(answer) {
			wrong(-1, "编号规则要用到“%s”（列名 %s），不知道它，就不知道这个编号以后会不会再发。补上这一项。", form.Label(f.Label), f.ID)
			return none, nil
		}
	}
	expression, env, series, err := p.room.numbering(g)
	if err != nil {
		return none, err
	}
	width, runes := widthOf(p.with["sequence"]), []rune(number)
	for i := 0; i+width <= len(runes); i++ {
		digits := string(runes[i : i+width])
		if strings.Trim(digits, "0123456789") != "" {
			continue
		}
		env["sequence"] = digits
		if text, err := expression.Text(env); err == nil && cn.Code(text) == number {
			n := int64(0)
			for _, d := range digits {
				n = 10*n + int64(d-'0')
			}
			return taken{number, series, n}, nil
		}
	}
	return none, nil
}
