package desk

import (
	"context"
	"slices"

	"wangban/internal/casework"
	"wangban/internal/item"
	"wangban/internal/web"
)

// along is what goes on beside the case's way from stage to stage: opinions
// asked, visits, pauses and extensions, sheets that were filled in.
type along struct {
	Consults []consultView
	Visits   []visitView
	Breaks   []breakView
	Sheets   []filledSheet
	Asked    []consultView // those that wait for the officer's own answer
}

// consultView is an opinion asked of another unit.
type consultView struct {
	N              int
	Unit, Question string
	Asked          string // by whom and when
	Due            string
	Reminded       string // when the unit was reminded
	Light          light
	Status         string
	Kind           web.Kind
	Said           string // the answer, or why it was recalled
	By             string
	Acts           []web.Link
}

// visitView is an appointment on the spot.
type visitView struct {
	At, Officers, Text, Status, By string
	Kind                           web.Kind
}

// breakView is a pause or an extension of the limit.
type breakView struct {
	Title, Note, Status string
	Kind                web.Kind
}

func (d *Desk) along(ctx context.Context, s casework.State, it *item.Item, full bool) along {
	var v along
	offers := casework.Offers(d.House(), it, s, actor(ctx))
	for _, c := range s.Consults {
		cv := d.consultView(ctx, it, c)
		for _, act := range offers {
			answers := act.Does == item.Answer && slices.Contains(ownUnits(ctx), c.Unit)
			if c.Open() && (answers || act.Does == item.Recall) && barred(ctx, act, s, actor(ctx), d.Now()) == "" {
				cv.Acts = append(cv.Acts, web.Link{Text: web.Act(ctx, act.Label), URL: "/desk/cases/" + s.ID + "/acts/" + act.Name + "?consult=" + itoa(c.N)})
			}
			if c.Open() && answers && len(cv.Acts) > 0 {
				asked := cv
				asked.Acts = cv.Acts[len(cv.Acts)-1:] // the answer
				v.Asked = append(v.Asked, asked)
			}
		}
		v.Consults = append(v.Consults, cv)
	}
	for _, visit := range s.Visits {
		v.Visits = append(v.Visits, d.visitView(ctx, visit))
	}
	v.Breaks = d.breaks(ctx, s, it)
	v.Sheets = d.filledSheets(ctx, s, it, full)
	return v
}

func (d *Desk) person(ctx context.Context, o casework.Officer) string {
	return web.Tf(ctx, "%s（%s）", o.Name, web.T(ctx, d.Units()[o.Unit]))
}

func (d *Desk) consultView(ctx context.Context, it *item.Item, c casework.Consult) consultView {
	v := consultView{N: c.N, Unit: web.T(ctx, d.Units()[c.Unit]), Question: c.Question, Asked: web.Tf(ctx, "%s，%s", d.person(ctx, c.By), web.Moment(ctx, c.At))}
	said := c.Answer
	switch {
	case c.Open():
		v.Status, v.Kind = web.T(ctx, "等答复"), web.Warn
		if !c.Due.IsZero() {
			near := c.Remind
			if near.IsZero() {
				near = c.Due
			}
			v.Due, v.Light = web.Moment(ctx, c.Due), d.lightOf(ctx, near, c.Due, consultUnit(it))
		}
		if !c.Reminded.IsZero() {
			v.Reminded = web.Moment(ctx, c.Reminded)
		}
		return v
	case c.Recalled != nil:
		v.Status, v.Kind, said = web.T(ctx, "已撤销征求"), web.Calm, c.Recalled
	case c.Answer.Agree:
		v.Status, v.Kind = web.T(ctx, "同意"), web.Good
	default:
		v.Status, v.Kind = web.T(ctx, "不同意"), web.Bad
	}
	if v.Said, v.By = said.Text, web.Moment(ctx, said.At); said.By.ID != "" { // with the case, every question ends
		v.By = web.Tf(ctx, "%s，%s", d.person(ctx, said.By), v.By)
	}
	return v
}

// consultUnit is in what the time for an opinion is counted.
func consultUnit(it *item.Item) item.Unit {
	for _, stage := range it.Flow.Stages {
		for _, act := range stage.Acts {
			if act.Does == item.Consult {
				return act.Within.Unit
			}
		}
	}
	return ""
}

// consultFor is the consultation an act is about: the one that was chosen, or
// the first that the officer can answer or recall.
func (d *Desk) consultFor(ctx context.Context, s casework.State, it *item.Item, does item.Verb, n int) *consultView {
	for _, c := range s.Consults {
		mine := does == item.Recall || slices.Contains(ownUnits(ctx), c.Unit)
		if c.Open() && mine && (n == 0 || c.N == n) {
			v := d.consultView(ctx, it, c)
			return &v
		}
	}
	return nil
}

func (d *Desk) visitView(ctx context.Context, visit casework.Visit) visitView {
	v := visitView{At: web.Moment(ctx, visit.At), Text: visit.Text, By: web.Tf(ctx, "%s 预约", d.person(ctx, visit.By))}
	var names []string
	for _, o := range visit.Officers {
		names = append(names, d.person(ctx, o))
	}
	v.Officers = web.Words(ctx, names)
	switch {
	case !visit.Done.IsZero():
		v.Status, v.Kind = web.Tf(ctx, "%s 已核查", web.Moment(ctx, visit.Done)), web.Good
	case !visit.Moved.IsZero():
		v.Status, v.Kind = web.T(ctx, "已改期"), web.Calm
	case visit.At.Before(d.Now()):
		v.Status, v.Kind = web.T(ctx, "过了约定的时间，还没有结果"), web.Bad
	default:
		v.Status, v.Kind = web.T(ctx, "待核查"), web.Warn
	}
	return v
}

// breaks are the pauses and extensions of the case's limit.
func (d *Desk) breaks(ctx context.Context, s casework.State, it *item.Item) []breakView {
	var out []breakView
	note := func(p casework.Pause) string {
		return p.Note(d.House(), it, func(zh string) string { return web.T(ctx, zh) })
	}
	for _, p := range s.Pauses {
		v := breakView{Title: web.Tf(ctx, "%s 起暂停", web.Moment(ctx, p.From)), Note: note(p), Status: web.T(ctx, "还在暂停"), Kind: web.Warn}
		if !p.To.IsZero() {
			v.Status, v.Kind = web.Tf(ctx, "%s 恢复", web.Moment(ctx, p.To)), web.Calm
		}
		out = append(out, v)
	}
	for _, x := range s.Extensions {
		out = append(out, breakView{Title: web.Tf(ctx, "延长 %s", web.LimitText(ctx, x.Limit)),
			Note: note(casework.Pause{By: &x.By, Reason: x.Reason, Text: x.Text}), Status: web.Moment(ctx, x.At), Kind: web.Calm})
	}
	return out
}
