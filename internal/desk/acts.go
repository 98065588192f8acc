package desk

import (
	"errors"
	"maps"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"wangban/internal/casework"
	"wangban/internal/item"
	"wangban/internal/web"
)

// act passes an act of the officer through the door. A refusal comes back on
// the case as it stands, with everything that was typed.
func (d *Desk) act(w http.ResponseWriter, r *http.Request) {
	forget, ok := web.ReadUpload(w, r) // a sheet brings photographs
	if !ok {
		return
	}
	defer forget()
	s, it, ok := d.see(w, r)
	if !ok {
		return
	}
	ctx := r.Context()
	t := readTyped(r, it)
	stage, _ := it.Flow.Stage(s.Stage)
	act, _ := stage.Act(r.PathValue("act"))
	if offered, ok := d.procedureOf(r, s, it); ok && (pressed(r) || r.PostForm.Has("insert") || r.PostFormValue("back") != "" || act.Does != item.Correct) {
		d.doProcedure(w, r, s, it, offered)
		return
	}
	if t.explain(act, r); len(t.problems) > 0 {
		v, _ := d.caseView(ctx, s, it, t)
		web.Render(w, r, http.StatusUnprocessableEntity, casePage(v))
		return
	}
	if offered, ok := d.procedureOf(r, s, it); ok { // a notice on what the judging has marked
		d.doProcedure(w, r, s, it, offered)
		return
	}
	expect, _ := strconv.Atoi(r.PostFormValue("version")) // without one the door does not compare
	in := casework.Input{Act: r.PathValue("act"), Key: r.PostFormValue("key"), Actor: actor(ctx), Expect: expect, Data: t.data(it, act)}
	_, err := d.Door.Do(ctx, s.ID, in)
	var refusal *casework.Refusal
	switch {
	case err == nil:
		http.Redirect(w, r, "/desk/cases/"+s.ID+"?done="+in.Act, http.StatusSeeOther)
	case !errors.As(err, &refusal):
		panic(err)
	case refusal.Code == casework.CodeUnknownAct:
		web.Fail(w, r, refusal.Code.Status(), refusal.Text, refusal.Args...)
	default:
		d.showRefusal(w, r, s.ID, t, refusal)
	}
}

// showRefusal says why not, on the case as it stands now.
func (d *Desk) showRefusal(w http.ResponseWriter, r *http.Request, id string, t typed, refusal *casework.Refusal) {
	ctx := r.Context()
	s, it, err := d.Door.Get(ctx, id)
	if err != nil {
		panic(err)
	}
	v, _ := d.caseView(ctx, s, it, t)
	v.Refusal = web.Tf(ctx, refusal.Text, refusal.Args...)
	web.Render(w, r, refusal.Code.Status(), casePage(v))
}

// explain asks that whoever is turned down learns what is wrong with each
// item.
func (t *typed) explain(act item.Act, r *http.Request) {
	if act.Reason == "" {
		return
	}
	for id, j := range t.judgements {
		if !j.Right && j.Reason == "" && j.Note == "" {
			t.problems[id] = web.T(r.Context(), "写明哪里不对：选一个原因，或写一句话")
		}
	}
}

// data is what the act brings along. A decision against the applicant takes
// its reasons from the judging too, so that nothing is typed twice.
func (t typed) data(it *item.Item, act item.Act) casework.Data {
	t.judgements = maps.Clone(t.judgements) // a refusal shows what was typed
	for id, which := range t.records {
		if j := t.judgements[id]; which != "" {
			j.Note = which + j.Note
			t.judgements[id] = j
		}
	}
	data := casework.Data{Declared: t.declared}
	if len(t.judgements) > 0 {
		data.Judgements = t.judgements
	}
	if act.Reason == "" {
		return data
	}
	data.Reasons = slices.Clone(t.reasons)
	lines := []string{}
	if t.text != "" {
		lines = append(lines, t.text)
	}
	for _, id := range sortedKeys(t.judgements) {
		j := t.judgements[id]
		if j.Right {
			continue
		}
		reason := j.Reason
		if reason == "" {
			reason = unbound(it.Flow.Reasons[act.Reason])
		}
		if reason != "" && !slices.Contains(data.Reasons, reason) {
			data.Reasons = append(data.Reasons, reason)
		}
		if j.Note != "" {
			field, _ := it.Form.Field(id)
			lines = append(lines, strings.TrimPrefix(field.Label+"："+j.Note, "："))
		}
	}
	data.Text = strings.Join(lines, "\n")
	return data
}

// unbound is the reason for what no other covers.
func unbound(catalogue []item.Reason) string {
	for _, reason := range catalogue {
		if len(reason.Fields) == 0 {
			return reason.Code
		}
	}
	return ""
}
