package desk

import (
	"context"
	"errors"
	"net/http"
	"slices"
	"time"

	"wangban/internal/account"
	"wangban/internal/casework"
	"wangban/internal/form"
	"wangban/internal/web"
)

// absenceView is who is away and who stands in (请假代办), and handing over
// what one holds (移交).
type absenceView struct {
	Rows                  []absenceRow
	Staff                 []casework.Actor // for whom the officer may put an absence down: themselves first
	Others                []casework.Actor // who can stand in or take over
	Units                 map[string]string
	Who, Sub, From, Until string         // as typed
	Problems              []form.Problem // with a control of one form or the other
	HandFrom, HandTo      string
	Done                  string
	Kept                  []string
	Key                   string
}

// absenceRow is an absence that lasts or is to come.
type absenceRow struct {
	ID, Who, Sub, From, Until string
	Mine                      bool // may be ended by the officer
}

func (d *Desk) absence(w http.ResponseWriter, r *http.Request) {
	web.Render(w, r, http.StatusOK, absencePage(d.absenceView(r)))
}

func (d *Desk) absenceView(r *http.Request) absenceView {
	ctx := r.Context()
	v := absenceView{Key: web.NewKey(), Units: d.Units(), Who: r.PostFormValue("who"), Sub: r.PostFormValue("substitute"), From: r.PostFormValue("from"),
		Until: r.PostFormValue("until"), HandFrom: r.PostFormValue("holder"), HandTo: r.PostFormValue("to")}
	staff, err := d.Colleagues(ctx)
	if err != nil {
		panic(err)
	}
	for _, a := range staff {
		if a.ID == officer(ctx).ID {
			v.Staff = slices.Insert(v.Staff, 0, a)
		} else if leads(ctx, a) {
			v.Staff = append(v.Staff, a)
		}
	}
	v.Others = staff
	if len(v.Staff) == 1 { // nobody stands in for themselves
		v.Others = slices.DeleteFunc(slices.Clone(staff), func(a casework.Actor) bool { return a.ID == v.Staff[0].ID })
	}
	absences, err := d.Absences(ctx)
	if err != nil {
		panic(err)
	}
	for _, a := range absences {
		mine := slices.ContainsFunc(v.Staff, func(s casework.Actor) bool { return s.ID == a.Staff })
		if mine || a.Substitute == officer(ctx).ID {
			v.Rows = append(v.Rows, absenceRow{a.ID, d.Name(ctx, a.Staff), d.Name(ctx, a.Substitute), web.Date(ctx, a.From), web.Date(ctx, a.Until.Add(-time.Second)), mine})
		}
	}
	return v
}

// leads tells whether the officer is a head of the colleague's unit.
func leads(ctx context.Context, colleague casework.Actor) bool {
	a := actor(ctx)
	return slices.Contains(a.Roles, casework.RoleLeader) && casework.Handles(a, colleague.Unit)
}

// chosen finds a colleague among those offered.
func chosen(from []casework.Actor, id string) bool {
	return slices.ContainsFunc(from, func(a casework.Actor) bool { return a.ID == id })
}

func (d *Desk) putDownAbsence(w http.ResponseWriter, r *http.Request) {
	ctx := r.Context()
	v := d.absenceView(r)
	from, err1 := time.ParseInLocation(time.DateOnly, v.From, form.Shanghai)
	until, err2 := time.ParseInLocation(time.DateOnly, v.Until, form.Shanghai)
	field, err := "from", error(nil)
	switch {
	case !chosen(v.Staff, v.Who):
		web.Fail(w, r, http.StatusForbidden, "请假由本人或者单位负责人登记。")
		return
	case err1 != nil || err2 != nil:
		err = &account.Refusal{Text: "写明第一天和最后一天，例如 %s。", Args: []any{d.soon()}}
	case !chosen(v.Others, v.Sub):
		field, err = "substitute", &account.Refusal{Text: "选一位在岗的同事代办。"}
	default:
		if v.Sub == v.Who && !until.Before(from) {
			field = "substitute"
		}
		err = d.PutDownAbsence(ctx, account.Absence{Staff: v.Who, Substitute: v.Sub, From: from, Until: until.AddDate(0, 0, 1), By: officer(ctx).ID})
	}
	var refusal *account.Refusal
	if errors.As(err, &refusal) {
		v.Problems = []form.Problem{{Field: field, Text: refusal.Text, Args: refusal.Args}}
		web.Render(w, r, http.StatusUnprocessableEntity, absencePage(v))
		return
	}
	if err != nil {
		panic(err)
	}
	http.Redirect(w, r, "/desk/absence", http.StatusSeeOther)
}

// endAbsence lets somebody be back; only who may put it down ends it.
func (d *Desk) endAbsence(w http.ResponseWriter, r *http.Request) {
	id := r.PathValue("id")
	if !slices.ContainsFunc(d.absenceView(r).Rows, func(row absenceRow) bool { return row.ID == id && row.Mine }) {
		web.Fail(w, r, http.StatusNotFound, "没有这次请假，或者它已经结束。")
		return
	}
	if err := d.EndAbsence(r.Context(), id); err != nil {
		panic(err)
	}
	http.Redirect(w, r, "/desk/absence", http.StatusSeeOther)
}

// handOverAll gives everything that the officer, or one of theirs, holds to a
// colleague. What the colleague cannot take stays, and is told.
func (d *Desk) handOverAll(w http.ResponseWriter, r *http.Request) {
	ctx := r.Context()
	v := d.absenceView(r)
	switch {
	case !chosen(v.Staff, v.HandFrom):
		web.Fail(w, r, http.StatusForbidden, "在办的事由承办人自己或者单位负责人移交。")
		return
	case !chosen(v.Others, v.HandTo) || v.HandTo == v.HandFrom:
		v.Problems = []form.Problem{{Field: "to", Text: "选一位接手的工作人员。"}}
		web.Render(w, r, http.StatusUnprocessableEntity, absencePage(v))
		return
	}
	done, err := d.Door.HandOver(ctx, actor(ctx), v.HandFrom, v.HandTo)
	var refusal *casework.Refusal
	if err != nil && !errors.As(err, &refusal) {
		panic(err)
	}
	v.Done = web.Tf(ctx, "已移交 %d 件给%s。", len(done.Moved), d.Name(ctx, v.HandTo))
	for number, why := range done.Kept {
		v.Kept = append(v.Kept, number+" "+web.Tf(ctx, why.Text, why.Args...))
	}
	slices.Sort(v.Kept)
	web.Render(w, r, http.StatusOK, absencePage(v))
}
