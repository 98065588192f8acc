package desk

import (
	"context"
	"errors"
	"maps"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"wangban/internal/casework"
	"wangban/internal/form"
	"wangban/internal/item"
	"wangban/internal/web"
)

// doProcedure takes what the page of an act sends: it looks again, keeps a
// draft, or passes the act through the door. A refusal comes back on the page
// with everything that was typed.
func (d *Desk) doProcedure(w http.ResponseWriter, r *http.Request, s casework.State, it *item.Item, act item.Act) {
	ctx := r.Context()
	if r.PostFormValue("back") != "" {
		v, _ := d.caseView(ctx, s, it, readTyped(r, it))
		web.Render(w, r, http.StatusOK, casePage(v))
		return
	}
	if r.PostForm.Has("insert") {
		d.insertOnAct(w, r, s, it, act)
		return
	}
	data, problems := d.brought(r, s, it, act)
	var values form.Values
	if sheet, ok := it.Sheets[act.Sheet]; ok && pressed(r) {
		filled, done := d.fillIn(w, r, s, it, act, sheet)
		if done {
			return
		}
		data.Sheet, values = filled.changes, filled.values
		problems = append(problems, filled.problems...)
	}
	again := func(status int, refusal string) {
		v := d.procedure(r, s, it, act, r.PostForm)
		v.Problems, v.Refusal = problems, refusal
		if values != nil {
			v.Sheet = d.sheetPage(ctx, s, it, it.Sheets[act.Sheet], &typedSheet{r.PostForm, values, problems})
		}
		web.Render(w, r, status, procedurePage(v))
	}
	switch {
	case !pressed(r) || r.PostFormValue("edit") != "": // opened from the case's page, or from the notice
		problems = nil
		again(http.StatusOK, "")
		return
	case len(problems) > 0:
		again(http.StatusUnprocessableEntity, "")
		return
	case act.Does == item.Correct && r.PostFormValue("send") == "look":
		d.lookAtNotice(w, r, s, it, act)
		return
	}
	expect := 0
	if act.Sheet == "" { // what a sheet says does not depend on what else happens to the case
		expect, _ = strconv.Atoi(r.PostFormValue("version"))
	}
	_, after, err := d.Door.Act(ctx, s.ID, casework.Input{Act: act.Name, Key: r.PostFormValue("key"), Actor: actor(ctx), Expect: expect, Data: data})
	var refusal *casework.Refusal
	switch {
	case err == nil && !casework.MaySee(after, actor(ctx)): // it has gone to another unit
		http.Redirect(w, r, "/desk", http.StatusSeeOther)
	case err == nil:
		http.Redirect(w, r, "/desk/cases/"+s.ID+"?done="+act.Name, http.StatusSeeOther)
	case !errors.As(err, &refusal):
		panic(err)
	default:
		if refusal.Fresh != nil {
			s = *refusal.Fresh
		}
		for _, p := range refusal.Problems {
			problems = append(problems, form.Problem{Field: p.Field, Text: p.Text, Args: p.Args})
		}
		again(refusal.Code.Status(), web.Tf(ctx, refusal.Text, refusal.Args...))
	}
}

// insertOnAct shows the page of an act with a phrase put in. Nothing is kept.
func (d *Desk) insertOnAct(w http.ResponseWriter, r *http.Request, s casework.State, it *item.Item, act item.Act) {
	ctx := r.Context()
	why := d.insert(ctx, r.PostForm)
	v := d.procedure(r, s, it, act, r.PostForm)
	v.Key, v.Refusal = keyOf(r), why
	if sheet, ok := it.Sheets[act.Sheet]; ok {
		before := opening(s, it, sheet)
		values := maps.Clone(before)
		if values == nil {
			values = form.Values{}
		}
		reading := form.Read(sheet.Form(), sheet.Name, r.PostForm, casework.FormContext(d.House(), s, d.Now()), before)
		maps.Copy(values, reading.Changes)
		v.Sheet = d.sheetPage(ctx, s, it, sheet, &typedSheet{r.PostForm, values, nil})
	}
	web.Render(w, r, statusOf(why), procedurePage(v))
}

// pressed tells whether a button of the act's own page was pressed.
func pressed(r *http.Request) bool {
	return slices.ContainsFunc([]string{"send", "draft", "upload", "remove", "edit"}, func(name string) bool { return r.PostFormValue(name) != "" })
}

// brought reads what the act brings along, with what is wrong where the page
// knows it better than the door.
func (d *Desk) brought(r *http.Request, s casework.State, it *item.Item, act item.Act) (casework.Data, []form.Problem) {
	t := readTyped(r, it)
	if stage, _ := it.Flow.Stage(s.Stage); act.Does == item.Correct {
		t.judgements = marked(s, stage, t, r.PostForm)
	}
	data := casework.Data{Text: t.text}
	if len(t.judgements) > 0 {
		data = t.data(it, act)
		if act.Reason == "" {
			data.Text = t.text
		}
	}
	if act.Does == "" && act.Sheet == "" { // the reasons of what was marked are of another catalogue
		data.Reasons, data.Text = nil, t.text
	}
	data.Reasons = union(data.Reasons, t.reasons)
	var problems []form.Problem
	wrong := func(field, text string) {
		problems = append(problems, form.Problem{Field: field, Text: text})
	}
	switch act.Does {
	case item.Assign, item.Appoint:
		data.Officers = r.PostForm["officer"]
	case item.Transfer:
		if data.Unit = r.PostForm.Get("unit"); data.Unit == "" {
			wrong("unit", "选一个单位。")
		}
	case item.Consult:
		if data.Units = r.PostForm["units"]; len(data.Units) == 0 {
			wrong("units", "选至少一个单位。")
		}
	case item.Answer, item.Recall:
		data.Consult, _ = strconv.Atoi(r.FormValue("consult"))
		data.Agree = r.PostForm.Get("agree") == "yes"
		if act.Does == item.Answer && r.PostForm.Get("agree") == "" {
			wrong("agree", "选一项：同意，或者不同意。")
		}
	}
	if act.Does == item.Appoint {
		at, ok := when(r.PostForm.Get("at.day"), r.PostForm.Get("at.time"))
		if data.At = at; !ok {
			problems = append(problems, form.Problem{Field: "at.day", Text: "填写核查的日期和时间，例如 %s 和 09:30。", Args: []any{d.soon()}})
		}
	}
	if act.Required && len(data.Reasons) == 0 && act.Does != item.Correct {
		wrong("reason", "选一项理由。")
	}
	if needsText(act) && t.text == "" && !(act.Does == item.Answer && data.Agree) {
		wrong("text", "写一句话说明，会记录在案。")
	}
	return data, problems
}

// needsText tells whether an act is explained in words.
func needsText(act item.Act) bool {
	return slices.Contains([]item.Verb{item.Transfer, item.Consult, item.Recall, item.Answer}, act.Does)
}

func union(a, b []string) []string {
	for _, s := range b {
		if !slices.Contains(a, s) {
			a = append(a, s)
		}
	}
	return a
}

// textOf is what the free text of an act is called, with a hint.
func textOf(ctx context.Context, it *item.Item, act item.Act) (label, hint string) {
	switch act.Does {
	case item.Transfer:
		return web.T(ctx, "移交的理由"), web.T(ctx, "接手的单位会看到。")
	case item.Consult:
		return web.T(ctx, "要对方答复什么"), web.T(ctx, "写明问题。对方能看到申请和材料。")
	case item.Answer:
		return web.T(ctx, "答复的内容"), web.T(ctx, "不同意的，写明理由。承办单位会看到。")
	case item.Recall:
		return web.T(ctx, "撤销的理由"), web.T(ctx, "对方会看到。")
	case item.Appoint:
		return web.T(ctx, "告诉申请人的话（选填）"), web.T(ctx, "例如请谁在场、准备什么。申请人会看到。")
	case item.Pause:
		return web.T(ctx, "需要多长时间"), web.T(ctx, "写明做什么、大约需要多长时间（行政许可法第四十五条）。申请人会看到，告知书里原样写明。")
	case item.Extend:
		return web.T(ctx, "说明（选填）"), web.T(ctx, "申请人会看到。")
	case item.Assign:
		return web.T(ctx, "给承办人的话（选填）"), ""
	case item.Correct:
		return web.T(ctx, "总的说明（选填）"), web.T(ctx, "申请人会看到。")
	case item.Resume, item.Visit:
		return "", ""
	}
	if act.Reason != "" {
		return web.T(ctx, "补充说明"), read(ctx, it.Flow.ExOfficio(), "申请人会看到。", "当事人会看到。")
	}
	return "", ""
}

// carriedAlong are the judgements typed on the case's page, so that the way
// over an act's own page loses none.
func carriedAlong(it *item.Item, posted map[string][]string) []carried {
	var out []carried
	for _, name := range sortedKeys(posted) {
		prefix, id, _ := strings.Cut(name, ":")
		if _, known := it.Form.Field(id); !known && id != casework.JudgeSigner && id != casework.JudgeRegistry {
			continue
		}
		if slices.Contains([]string{"judge", "why", "note", "which"}, prefix) && len(posted[name]) > 0 {
			out = append(out, carried{name, posted[name][0]})
		}
	}
	return out
}
