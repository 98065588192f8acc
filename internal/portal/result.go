package portal

import (
	"context"
	"errors"
	"net/http"
	"slices"
	"strings"

	"wangban/internal/account"
	"wangban/internal/casework"
	"wangban/internal/cn"
	"wangban/internal/form"
	"wangban/internal/item"
	"wangban/internal/web"
)

// queryView is the result query (法人注册结果, R-070): by the unit's code or the
// number of a case, and the applicant's mobile number, proven with a code.
// Nothing is told before that, not even whether there is a case.
//
// Who sets a unit up has no code yet, and who has not handed in no number:
// without either, the mobile number alone finds what is not handed in, and
// nothing else, as numbers pass to other people.
type queryView struct {
	USCC, Mobile string // USCC: as typed, or the number of a case, or empty
	Rate         string // the case that is to be rated once it is found: where an invitation has led to
	Sent         bool
	Problems     []form.Problem
	CodeProblem  string
	Note         string // why no new code was sent, while an older one is still good
	Found        []foundCase
	Asked        bool
}

type foundCase struct {
	ID, Title, Item, Number, Stage, URL string
	Reasons                             []string // why it came back
	At                                  string
	Receipts                            bool // there are some on its page
}

// query shows the empty form.
func (p *Portal) query(w http.ResponseWriter, r *http.Request) {
	web.Render(w, r, http.StatusOK, queryPage(queryView{Rate: r.URL.Query().Get("rate")}))
}

func queryPurpose(uscc string) string { return "result:" + uscc }

// readQuery reads and checks code and number.
func (p *Portal) readQuery(r *http.Request) queryView {
	v := queryView{USCC: strings.TrimSpace(r.PostFormValue("uscc")), Mobile: r.PostFormValue("mobile"), Rate: r.PostFormValue("rate")}
	switch uscc, number := cn.USCC(v.USCC), cn.CheckCaseNumber(v.USCC); {
	case v.USCC == "":
	case uscc.OK():
		v.USCC = uscc.Value
	case number.OK():
		v.USCC = number.Value
	default:
		v.Problems = append(v.Problems, form.Problem{Field: "uscc", Text: "统一社会信用代码共 18 位，对照营业执照逐位核对；办件编号共 23 位，在短信和回执上。"})
	}
	if mobile := cn.Mobile(v.Mobile); mobile.OK() {
		v.Mobile = mobile.Value
	} else {
		v.Problems = append(v.Problems, form.Problem{Field: "mobile", Text: "手机号应为 11 位数字，以 1 开头。"})
	}
	return v
}

// askResult sends a code. It does so whether or not there is a case, so that
// nobody learns from it who has applied.
func (p *Portal) askResult(w http.ResponseWriter, r *http.Request) {
	v := p.readQuery(r)
	if len(v.Problems) > 0 {
		web.Render(w, r, http.StatusUnprocessableEntity, queryPage(v))
		return
	}
	sent, note, problem := sending(r, p.SendCode(r.Context(), asker(r), v.Mobile, queryPurpose(v.USCC)))
	status := http.StatusOK
	if v.Sent, v.Note = sent, note; !sent {
		v.Problems, status = []form.Problem{{Field: "mobile", Text: problem}}, http.StatusTooManyRequests
	}
	web.Render(w, r, status, queryPage(v))
}

// sending tells what became of a code that was asked for: it is on its way;
// or the last one is, with a note when there can be another; or there is a
// problem and nothing is to be waited for.
func sending(r *http.Request, err error) (sent bool, note, problem string) {
	var person *account.Refusal
	switch {
	case err == nil:
		return true, "", ""
	case errors.As(err, &person) && person.Pause:
		return true, say(r, err), ""
	}
	return false, "", say(r, err)
}

// asked lists the applicant's cases that the query is about. Of a unit they are
// those about it, and the one that set it up, which had no code to go by.
func (p *Portal) asked(ctx context.Context, v queryView) ([]casework.Row, error) {
	q := casework.Query{Applicant: p.Door.ApplicantIndex(v.Mobile), Limit: 20}
	switch {
	case v.USCC == "":
		q.Live = true
		rows, _, err := p.Door.List(ctx, q)
		return slices.DeleteFunc(rows, func(row casework.Row) bool { return row.Number != "" }), err
	case cn.CheckCaseNumber(v.USCC).OK():
		q.Number = v.USCC
		rows, _, err := p.Door.List(ctx, q)
		return rows, err
	}
	q.Subject = v.USCC
	rows, _, err := p.Door.List(ctx, q)
	if err != nil {
		return nil, err
	}
	l, ok, err := p.Licences.Find(ctx, v.USCC)
	if err != nil || !ok || len(l.Versions) == 0 {
		return rows, err
	}
	s, _, err := p.Door.Get(ctx, l.Versions[0].Case)
	var gone *casework.Refusal
	switch {
	case errors.As(err, &gone) || err == nil && s.Number == "": // imported, or forgotten
		return rows, nil
	case err != nil:
		return nil, err
	}
	q.Subject, q.Number = "", s.Number
	first, _, err := p.Door.List(ctx, q)
	for _, row := range first {
		if !slices.ContainsFunc(rows, func(r casework.Row) bool { return r.ID == row.ID }) {
			rows = append(rows, row)
		}
	}
	return rows, err
}

// showResult takes the code, opens the cases of this applicant about this
// unit to the browser, and lists them.
func (p *Portal) showResult(w http.ResponseWriter, r *http.Request) {
	v := p.readQuery(r)
	if len(v.Problems) > 0 {
		web.Render(w, r, http.StatusUnprocessableEntity, queryPage(v))
		return
	}
	if r.PostFormValue("send") != "" {
		p.askResult(w, r)
		return
	}
	v.Sent = true
	if err := p.CheckCode(r.Context(), v.Mobile, queryPurpose(v.USCC), r.PostFormValue("code")); err != nil {
		v.CodeProblem = say(r, err)
		web.Render(w, r, http.StatusUnprocessableEntity, queryPage(v))
		return
	}
	ctx := r.Context()
	rows, err := p.asked(ctx, v)
	if err != nil {
		panic(err)
	}
	v.Asked = true
	for _, row := range rows {
		if it, ok := p.Items.Get(row.Item); ok && it.Flow.ExOfficio() && row.Number == "" {
			continue // what the office drafts is nobody's yet
		}
		if err := p.Grant(ctx, web.VisitorOf(ctx).Session, row.ID); err != nil {
			panic(err)
		}
		found, err := p.found(ctx, row.ID)
		if err != nil {
			panic(err)
		}
		v.Found = append(v.Found, found)
	}
	if slices.ContainsFunc(v.Found, func(c foundCase) bool { return c.ID == v.Rate }) {
		http.Redirect(w, r, ratePath(v.Rate), http.StatusSeeOther)
		return
	}
	web.Render(w, r, http.StatusOK, queryPage(v))
}

func (p *Portal) found(ctx context.Context, id string) (foundCase, error) {
	c, _, _, err := p.foundState(ctx, id)
	return c, err
}

func (p *Portal) foundState(ctx context.Context, id string) (foundCase, casework.State, *item.Item, error) {
	s, it, err := p.Door.Get(ctx, id)
	if err != nil {
		return foundCase{}, s, it, err
	}
	web.Speak(ctx, it.English)
	stage, _ := it.Flow.Stage(s.Stage)
	c := foundCase{ID: s.ID, Title: caseName(ctx, s, it), Item: it.Guide.Title, Number: s.Number, Stage: stage.Label, URL: "/cases/" + s.ID, At: web.Moment(ctx, s.UpdatedAt), Receipts: s.Submitted != nil}
	if s.Return != nil && stage.End == "" && stage.Edit {
		c.Reasons = advice(ctx, it, s)
	}
	return c, s, it, nil
}
