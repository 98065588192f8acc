package desk

import (
	"context"
	"errors"
	"net/http"
	"slices"

	"wangban/internal/item"
	"wangban/internal/rating"
	"wangban/internal/web"
)

// ratingRow is a bad rating in the list.
type ratingRow struct {
	rating.Rating
	Name, Unit string
	Light      light
}

// ratingsView is the list of bad ratings.
type ratingsView struct {
	Rows []ratingRow
	Over bool
}

// ratingView is one bad rating with what can be done.
type ratingView struct {
	ratingRow
	Case    string // address of the case; only for the supervision office
	Acts    []rating.Act
	Text    string
	Wrong   string // what is wrong with the text
	Refusal string
}

func handler(ctx context.Context) rating.Handler {
	o := officer(ctx)
	return rating.Handler{ID: o.ID, Roles: o.Roles, Units: o.Units}
}

// followersOnly lets in whose post it is to follow up bad ratings.
func followersOnly(next http.HandlerFunc) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		if !handler(r.Context()).Follows() {
			web.Fail(w, r, http.StatusForbidden, "差评由单位负责人和监察人员处理。经办人看不到对自己的评价。")
			return
		}
		next(w, r)
	}
}

// ratings lists the bad ratings of the officer's units, the most urgent first.
func (d *Desk) ratings(w http.ResponseWriter, r *http.Request) {
	ctx := r.Context()
	v := ratingsView{Over: r.URL.Query().Get("over") != ""}
	found, err := d.Ratings.Bad(ctx, handler(ctx), v.Over)
	if err != nil {
		panic(err)
	}
	for _, n := range found {
		v.Rows = append(v.Rows, d.ratingRow(ctx, n))
	}
	web.Render(w, r, http.StatusOK, ratingsPage(v))
}

func (d *Desk) ratingRow(ctx context.Context, n rating.Rating) ratingRow {
	row := ratingRow{Rating: n, Name: n.Item, Unit: web.T(ctx, d.Units()[n.Unit])}
	if it, ok := d.Items.Get(n.Item); ok {
		row.Name = web.T(ctx, it.Guide.Title)
	}
	switch {
	case !n.Ended.IsZero():
	case n.Due.IsZero():
		row.Light.Text = web.T(ctx, "工作日历缺少这一年，算不出期限")
	case n.State == rating.Open && d.Now().After(n.CheckDue):
		row.Light = d.lightOf(ctx, n.CheckDue, n.CheckDue, item.Workdays)
	default:
		row.Light = d.lightOf(ctx, n.Near, n.Due, item.Workdays)
	}
	return row
}

// rating shows one bad rating.
func (d *Desk) rating(w http.ResponseWriter, r *http.Request) {
	d.showRating(w, r, "", nil)
}

// showRating shows it with what was typed and why it was turned down.
func (d *Desk) showRating(w http.ResponseWriter, r *http.Request, text string, refusal *rating.Refusal) {
	ctx := r.Context()
	h := handler(ctx)
	n, err := d.Ratings.Get(ctx, h, r.PathValue("rating"))
	var refused *rating.Refusal
	if errors.As(err, &refused) {
		web.Fail(w, r, http.StatusNotFound, refused.Text, refused.Args...)
		return
	}
	if err != nil {
		panic(err)
	}
	v, status := ratingView{ratingRow: d.ratingRow(ctx, n), Acts: rating.Acts(h, n), Text: text}, http.StatusOK
	if refusal != nil {
		status = refusal.Status()
		if why := web.Tf(ctx, refusal.Text, refusal.Args...); refusal.Field == "text" {
			v.Wrong = why
		} else {
			v.Refusal = why
		}
	}
	if h.Supervises() {
		v.Case = "/desk/cases/" + n.Case
	}
	web.Render(w, r, status, ratingPage(v))
}

// handleRating takes a step of the follow-up.
func (d *Desk) handleRating(w http.ResponseWriter, r *http.Request) {
	ctx := r.Context()
	text := r.PostFormValue("text")
	err := d.Ratings.Handle(ctx, handler(ctx), r.PathValue("rating"), rating.Act(r.PostFormValue("act")), text)
	var refusal *rating.Refusal
	switch {
	case errors.As(err, &refusal) && refusal.Code != rating.CodeNotYours:
		d.showRating(w, r, text, refusal)
	case errors.As(err, &refusal):
		web.Fail(w, r, http.StatusNotFound, refusal.Text, refusal.Args...)
	case err != nil:
		panic(err)
	default:
		http.Redirect(w, r, "/desk/ratings/"+r.PathValue("rating"), http.StatusSeeOther)
	}
}

var ratingStates = map[rating.State]struct {
	text string
	kind web.Kind
}{
	rating.Open: {"待核实", web.Warn}, rating.Confirmed: {"属实，整改中", web.Plain}, rating.Disputed: {"申请不计入，待监察决定", web.Warn},
	rating.Done: {"已整改", web.Good}, rating.Excluded: {"不计入", web.Calm},
}

var ratingActs = map[rating.Act]string{rating.Confirm: "属实，开始整改", rating.Settle: "整改完成，告诉评价人", rating.Dispute: "不属实或者恶意，申请不计入",
	rating.Uphold: "维持：计入并整改", rating.Exclude: "剔除：不计入"}

// saidOf is what was ticked.
func saidOf(ctx context.Context, codes []string) string {
	var out []string
	for _, reason := range rating.Reasons {
		if slices.Contains(codes, reason.Code) {
			out = append(out, reason.Label)
		}
	}
	return web.Words(ctx, out)
}

func levelOf(ctx context.Context, n int) string {
	l, _ := rating.LevelOf(n)
	return web.T(ctx, l.Label)
}

func momentOf(ctx context.Context, n rating.Rating) string {
	if visit := rating.VisitOf(n.Moment); visit > 0 {
		return web.Tf(ctx, "第 %d 次现场核查", visit)
	}
	return web.T(ctx, "办理结果")
}

func ratingFacts(ctx context.Context, v ratingView) []web.Fact {
	facts := []web.Fact{{Label: web.T(ctx, "评价的是"), Value: momentOf(ctx, v.Rating)}, {Label: web.T(ctx, "承办单位"), Value: v.ratingRow.Unit},
		{Label: web.T(ctx, "满意程度"), Value: levelOf(ctx, v.Level)}, {Label: web.T(ctx, "原因"), Value: orDash(saidOf(ctx, v.Reasons))},
		{Label: web.T(ctx, "写的话"), Value: orDash(v.Rating.Text)}, {Label: web.T(ctx, "评价日期"), Value: web.Date(ctx, v.At)}}
	add := func(label, value string) {
		if value != "" {
			facts = append(facts, web.Fact{Label: web.T(ctx, label), Value: value})
		}
	}
	if !v.CheckDue.IsZero() {
		add("核实期限", web.Moment(ctx, v.CheckDue))
	}
	if !v.Due.IsZero() {
		add("整改期限", web.Moment(ctx, v.Due))
	}
	if v.First != nil {
		add("更正前", levelOf(ctx, v.First.Level))
	}
	add("为什么不属实", v.Why)
	add("告诉评价人的结果", v.Answer)
	return facts
}
