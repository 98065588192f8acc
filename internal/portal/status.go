package portal

import (
	"context"
	"net/http"
	"net/url"
	"slices"

	"wangban/internal/casework"
	"wangban/internal/cn"
	"wangban/internal/item"
	"wangban/internal/notify"
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
	Groups   []answerGroup
	Assisted bool
	Handover string
	Moments  []moment // what can be rated
	Looking  bool     // the visitor represents the unit, and did not file the case
}

// result is something the case has brought.
type result struct{ Label, Number, URL string }

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
	v := statusView{State: s, Item: it, Stage: stage, Timeline: Timeline(ctx, it, events, s), SignURL: casework.SignURL(p.House(), s), Advice: advice(ctx, it, s)}
	env := casework.Env(p.House(), it, s)
	if signer, ok := casework.PartyOf(it, env, "signer"); ok {
		number, _ := s.Values[signer.Mobile].(string)
		v.SentTo = cn.MaskMobile(number)
	}
	if err := p.sent(ctx, &v); err != nil {
		panic(err)
	}
	v.Acts = slices.DeleteFunc(casework.Offers(p.House(), it, s, actor(r)), func(a item.Act) bool { return stage.Edit && a.Complete })
	v.Changed = casework.ChangedLabels(it, s.Changed)
	for name, number := range s.Results {
		if name == "licence" { // what a case has ended is told by its stage
			v.Results = append(v.Results, result{Label: web.T(ctx, it.Guide.Result.Name), Number: number, URL: "/licences/" + url.PathEscape(number)})
		}
	}
	if hasSigned(s) {
		v.Letter = it.Flow.Titled(s.Signature.Document)
	}
	v.Receipts = receipts(it, events)
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

// lookedAt leaves out what is only for who has filed the case: links to files,
// such as an agent's documents, and what to correct.
func lookedAt(ctx context.Context, v *statusView) {
	v.SignURL, v.Sent, v.Advice, v.Acts, v.Receipts = "", "", nil, nil, nil
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
// not every save; officers by their unit.
func Timeline(ctx context.Context, it *item.Item, events []casework.Event, s casework.State) []web.TimelineItem {
	var out []web.TimelineItem
	for _, e := range events {
		title := pastOf(it, e)
		if title == "" {
			continue
		}
		entry := web.TimelineItem{Title: web.T(ctx, title), At: e.At}
		if ret := e.Data.Return; ret != nil && e.Actor.Kind == casework.Staff {
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
		return act.Past
	}
	act, _ := it.Flow.HouseAct(e.Act)
	return act.Past
}

// promise explains until when the office has promised an answer.
func promise(ctx context.Context, s casework.State) string {
	if s.ClockDue.IsZero() || !s.ClockEnd.IsZero() {
		return ""
	}
	return web.Tf(ctx, "承诺在 %s 前给出结果。", web.Moment(ctx, s.ClockDue))
}
