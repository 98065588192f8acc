package casework

import (
	"wangban/internal/form"
	"wangban/internal/item"
)

// ActDraft keeps a sheet that is not finished: a checklist filled in on the
// spot must not be lost with the connection.
const ActDraft = "draft"

// sheetOf is the sheet an act asks for.
func sheetOf(it *item.Item, act item.Act) (item.Sheet, bool) {
	s, ok := it.Sheets[act.Sheet]
	return s, ok && act.Sheet != ""
}

// filledIn checks the sheet that comes with an act.
func (d *decision) filledIn() *Refusal {
	sheet, ok := sheetOf(d.it, d.act)
	if d.in.Act == ActDraft {
		if sheet, ok = d.it.Sheets[d.in.Data.For]; !ok {
			return refuse(CodeIncomplete, "没有这张表。刷新页面后再试。")
		}
		return d.onSheet(sheet)
	}
	if !ok {
		if len(d.in.Data.Sheet) > 0 {
			return refuse(CodeIncomplete, "这一步没有要填的表。")
		}
		return nil
	}
	if r := d.onSheet(sheet); r != nil {
		return r
	}
	r := refuse(CodeIncomplete, "还有内容没有填好，改好后再提交。")
	for _, p := range form.Validate(sheet.Form(), d.sheetValues(sheet.Name), d.formContext()) {
		r.Problems = append(r.Problems, Problem{Page: sheet.Name, Field: p.Field, Text: p.Text, Args: p.Args})
	}
	if len(r.Problems) > 0 {
		return r
	}
	return nil
}

func (d *decision) onSheet(sheet item.Sheet) *Refusal {
	f := sheet.Form()
	for id := range d.in.Data.Sheet {
		if _, ok := f.Field(id); !ok {
			return refuse(CodeIncomplete, "这张表没有“%s”这一项。", id)
		}
	}
	return nil
}

// sheetValues are what was drafted with what comes now.
func (d *decision) sheetValues(name string) form.Values {
	return merge(d.s.Drafts[name], d.in.Data.Sheet)
}

func (d *decision) sheet(data *EventData) {
	if d.in.Act == ActDraft {
		data.Sheet = &SheetData{Name: d.in.Data.For, Draft: true, Values: d.in.Data.Sheet}
		return
	}
	if s, ok := sheetOf(d.it, d.act); ok {
		data.Sheet = &SheetData{Name: s.Name, Values: s.Form().Asked(d.sheetValues(s.Name))}
	}
}

// look makes the routes of an act see the sheet that comes with it.
func (d *decision) look() {
	if s, ok := sheetOf(d.it, d.act); ok {
		with := d.s
		with.Sheets = mergeMap(d.s.Sheets, map[string]Sheet{s.Name: {Values: s.Form().Asked(d.sheetValues(s.Name))}})
		d.env = Env(d.house, d.it, with)
	}
}

// mayDraft tells whether the stage has an act for the sheet that the actor may
// do.
func (d *decision) mayDraft() bool {
	for _, a := range d.stage.Acts {
		if a.Sheet != "" && a.Sheet == d.in.Data.For && permit(d.stage, a, d.s, d.in.Actor) == nil {
			return true
		}
	}
	return false
}
