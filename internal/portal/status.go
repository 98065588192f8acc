package portal

import (
	"context"
	"net/http"
	"slices"
	"strings"
	"time"

	"wangban/internal/casework"
	"wangban/internal/cn"
	"wangban/internal/form"
	"wangban/internal/item"
	"wangban/internal/licence"
	"wangban/internal/notify"
	"wangban/internal/paper"
	"wangban/internal/web"
)

// statusView is where a case stands, for its applicant.
type statusView struct {
	State    casework.State
	Item     *item.Item
	Stage    item.Stage
	Timeline []web.TimelineItem
	Acts     []item.Act
	SignURL  string
	SentTo   string // masked number the signing message went to
	Sent     string // how far that message came
	NotSent  bool   // it did not, or not yet
	Advice   []string
	Changed  []string
	Results  []result
	Letter   string // what the signed document is called; empty while there is none
	Receipts []receiptView
	Papers   []paper.Paper
	Groups   []answerGroup
	Assisted bool
	Handover string
	Limit    limitView
	Visits   []string // appointments that stand, in plain words
	Moments  []moment // what can be rated
	Looking  bool     // the visitor represents the unit, and did not file the case
}

// result is something the case has brought.
type result struct {
	Label, Number, URL string
	What               string // tells it from the others that the case has brought
}

// shownWhole is how many results stand on the page each by itself; more are a
// list.
const shownWhole = 2

// status shows a case: where it stands, what to do, what has happened.
func (p *Portal) status(w http.ResponseWriter, r *http.Request) {
	s, it, own, ok := p.seen(w, r)
	if !ok {
		return
	}
	stage, _ := it.Flow.Stage(s.Stage)
	if own && stage.Edit && s.Submitted == nil {
		http.Redirect(w, r, "/cases/"+s.ID+"/tasks", http.StatusSeeOther)
		return
	}
	ctx := r.Context()
	events, err := p.Door.History(ctx, s.ID)
	if err != nil {
		panic(err)
	}
	v := statusView{State: s, Item: it, Stage: stage, Timeline: Timeline(ctx, it, events, s, p.Unit), SignURL: casework.SignURL(p.House(), s), Advice: advice(ctx, it, s)}
	env := casework.Env(p.House(), it, s)
	if signer, ok := casework.PartyOf(it, env, "signer"); ok {
		number, _ := s.Values[signer.Mobile].(string)
		v.SentTo = cn.MaskMobile(number)
	}
	if err := p.sent(ctx, &v); err != nil {
		panic(err)
	}
	v.Acts = slices.DeleteFunc(casework.Offers(p.House(), it, s, actor(r)), func(a item.Act) bool { return stage.Edit && a.Complete })
	v.Limit, v.Visits = p.limitOf(ctx, it, s), p.bookedVisits(ctx, s)
	v.Changed = casework.ChangedLabels(it, s.Changed)
	if v.Results, err = p.results(ctx, s, it); err != nil {
		panic(err)
	}
	if hasSigned(s) {
		v.Letter = it.Flow.Titled(s.Signature.Document)
	}
	v.Receipts = receipts(it, events)
	if p.Papers != nil {
		if v.Papers, err = p.Papers.Of(ctx, s.ID); err != nil {
			panic(err)
		}
	}
	v.Groups = groups(ctx, s, it, casework.FormContext(p.House(), s, p.Now()), false)
	if own {
		if v.Moments, err = p.moments(ctx, it, s); err != nil {
			panic(err)
		}
	}
	if v.Looking = !own; v.Looking {
		lookedAt(ctx, &v)
	}
	web.Render(w, r, http.StatusOK, statusPage(v))
}

// results are the licences that the case has brought; what it has ended is told
// by its stage.
func (p *Portal) results(ctx context.Context, s casework.State, it *item.Item) ([]result, error) {
	numbers := licence.Numbers(s.Results, "licence")
	what := map[string]string{}
	if len(numbers) > shownWhole {
		of, err := p.Licences.OfCase(ctx, s.ID)
		if err != nil {
			return nil, err
		}
		for _, l := range of {
			what[l.Number] = factsOf(ctx, l)
		}
	}
	out := make([]result, len(numbers))
	for i, number := range numbers {
		out[i] = result{Label: web.T(ctx, it.Guide.Result.Name), Number: number, URL: licencePath(number), What: what[number]}
	}
	return out, nil
}

// factsOf tells a licence from others of its kind. A day says nothing by itself.
func factsOf(ctx context.Context, l licence.Licence) string {
	said := make([]string, len(l.Facts))
	for i, f := range l.Facts {
		said[i] = factText(ctx, f.Value)
		if _, err := time.Parse("2006年1月2日", f.Value); err == nil {
			said[i] = web.T(ctx, f.Label) + " " + said[i]
		}
	}
	return strings.Join(said, " · ")
}

// factText is what a licence says of its holder, in the reader's language: the
// licence keeps it in Chinese, dates and lists in one text.
func factText(ctx context.Context, value string) string {
	if day, err := time.ParseInLocation("2006年1月2日", value, form.Shanghai); err == nil {
		return web.Date(ctx, day)
	}
	if whole := web.T(ctx, value); whole != value {
		return whole
	}
	return web.Words(ctx, strings.Split(value, "、"))
}

// lookedAt leaves out what is only for who has filed the case: links to files,
// such as an agent's documents, and what to correct.
func lookedAt(ctx context.Context, v *statusView) {
	v.SignURL, v.Sent, v.Advice, v.Acts, v.Receipts, v.Papers = "", "", nil, nil, nil, nil
	for _, g := range v.Groups {
		for i, fact := range g.Facts {
			if n := len(fact.Files); n > 0 {
				g.Facts[i].Files, g.Facts[i].Value = nil, web.Tf(ctx, "%d 个文件", n)
			}
		}
	}
}

// sent tells how far the newest message to the signer came (C-30).
func (p *Portal) sent(ctx context.Context, v *statusView) error {
	if v.SignURL == "" {
		return nil
	}
	messages, err := p.Messages(ctx, v.State.ID)
	if err != nil {
		return err
	}
	for _, m := range messages {
		if m.Party == v.Item.Flow.Signer && !m.Created.Before(v.State.Since) {
			text, args := m.Words()
			v.Sent = web.Tf(ctx, text, args...)
			v.NotSent = m.State == notify.Failed || m.State == notify.Held
		}
	}
	return nil
}

// Timeline tells a case's history as its applicant sees it: legal moments,
// not every save; officers by their unit, which unit names.
func Timeline(ctx context.Context, it *item.Item, events []casework.Event, s casework.State, unit func(code string) string) []web.TimelineItem {
	var out []web.TimelineItem
	for _, e := range events {
		title := pastOf(it, e)
		if title == "" {
			continue
		}
		entry := web.TimelineItem{Title: web.T(ctx, title), Detail: told(ctx, it, e, unit), At: e.At}
		if to, _ := it.Flow.Stage(e.To); e.Data.Return != nil && e.Actor.Kind == casework.Staff && to.End == "" {
			entry.Tag, entry.TagKind = web.T(ctx, "需要修改"), web.Bad
		}
		if e.Data.Submit != nil && e.Data.Submit.Carried {
			entry.Detail = web.T(ctx, "六项关键信息没有改，沿用原来的签名。")
		}
		if e.Data.Signature != nil {
			entry.Detail = web.Tf(ctx, "证书编号 %s", e.Data.Signature.Serial)
		}
		out = append(out, entry)
	}
	if n := len(out); n > 0 {
		stage, _ := it.Flow.Stage(s.Stage)
		switch {
		case stage.End == item.EndSuccess:
		case stage.End != "":
			out[n-1].State = "stop"
		default:
			out = append(out, web.TimelineItem{Title: web.T(ctx, stage.Label), Detail: web.T(ctx, stage.Hint), State: "now"})
		}
	}
	return out
}

// pastOf is how the timeline says an event; what is nobody's concern is left
// out.
func pastOf(it *item.Item, e casework.Event) string {
	switch e.Act {
	case casework.ActCreate:
		return "开始填写"
	case casework.ActSave, casework.ActVerify, "judge", "claim", "release", "identify_failed":
		return ""
	case casework.ActRemind:
		return "已发送签名提醒短信"
	case casework.ActTakeOver:
		return "申请人从帮办人手里接手"
	}
	stage, ok := it.Flow.Stage(e.From)
	if !ok {
		return ""
	}
	switch e.Act {
	case casework.ActLapse:
		if stage.Held {
			return ""
		}
		return stage.Lapse.Label
	case casework.ActIdle:
		return stage.Idle.Label
	}
	if act, ok := stage.Act(e.Act); ok {
		if act.Does == item.Assign || act.Does == item.Recall { // among colleagues
			return ""
		}
		return act.Past
	}
	act, _ := it.Flow.HouseAct(e.Act)
	return act.Past
}

// told is what an event says to the applicant beside its name: when somebody
// comes, which units are asked, why the limit stands still or is longer.
func told(ctx context.Context, it *item.Item, e casework.Event, unit func(code string) string) string {
	why := func(reason, text string) string {
		r, _ := reasonOf(it, reason)
		parts := slices.DeleteFunc([]string{web.T(ctx, r.Label), text}, func(part string) bool { return part == "" })
		return strings.Join(parts, web.T(ctx, "："))
	}
	switch d := e.Data; {
	case d.Visit != nil && d.Visit.Done.IsZero():
		return web.Tf(ctx, "%s，%s来 %d 名工作人员到现场核查。", web.Moment(ctx, d.Visit.At), web.T(ctx, unit(d.Visit.By.Unit)), len(d.Visit.Officers))
	case len(d.Consults) > 0:
		var names []string
		for _, c := range d.Consults {
			names = append(names, unit(c.Unit))
		}
		return web.Words(ctx, names)
	case d.Pause != nil:
		return why(d.Pause.Reason, d.Pause.Text)
	case d.Extension != nil:
		return web.LimitText(ctx, d.Extension.Limit) + web.T(ctx, "：") + why(d.Extension.Reason, d.Extension.Text)
	case d.Unit != "" && d.Submit == nil:
		return web.T(ctx, unit(d.Unit))
	}
	return ""
}
