package desk

import (
	"context"
	"errors"
	"net/http"
	"slices"
	"strings"
	"time"

	"wangban/internal/casework"
	"wangban/internal/form"
	"wangban/internal/item"
	"wangban/internal/licence"
	"wangban/internal/notify"
	"wangban/internal/web"
)

// caseView is a case as an officer works on it.
type caseView struct {
	State    casework.State
	Item     *item.Item
	Stage    item.Stage
	Name     string
	Tags     []tag
	Facts    []web.Fact
	Limit    limit
	Held     string // who else is working on it
	HeldTill time.Time
	StandsIn string   // for whom the officer stands in
	Stated   []string // what the party has said, a line each
	Helped   bool     // the officer has helped with it
	Changes  changes
	Groups   []judgeGroup
	Docs     []judgeRow
	Registry comparison
	Findings []finding
	Lacks    string // characters that no font has
	Sign     *signature
	Along    along
	Panel    panel
	Phrases  phrasePick // beside what can be written
	History  []web.TimelineItem
	Messages []message
	Papers   []paperRow
	Shown    bool // numbers in full
	Refusal  string
	Problems []form.Problem // what is missing in the judging
	Done     string         // what has just been done
	Next     *rowView
}

type tag struct {
	Kind web.Kind
	Text string
}

// message is one that was sent about the case.
type message struct {
	notify.Message
	Words string
	Kind  web.Kind
}

// changes are what the last submission has changed.
type changes struct {
	Again     bool // it was not the first
	Protected []string
	Carried   bool
	Before    form.Values // what was answered before, of the fields that differ
}

// channels are where a case may begin.
var channels = []struct{ ID, Label string }{
	{"window", "窗口"}, {casework.ChannelPaper, "窗口，申请人交来纸质申请"}, {"patrol", "日常巡查"}, {"inspection", "监督检查"}, {"wechat", "微信群"}, {"media", "媒体宣传"},
}

func channelLabel(id string) string {
	for _, c := range channels {
		if c.ID == id {
			return c.Label
		}
	}
	switch id {
	case casework.ChannelKiosk:
		return "自助机"
	case casework.ChannelOffice:
		return "依职权"
	}
	return "网上"
}

// show is the page of a case.
func (d *Desk) show(w http.ResponseWriter, r *http.Request) {
	s, it, ok := d.see(w, r)
	if !ok {
		return
	}
	v, events := d.caseView(r.Context(), s, it, stored(s))
	if last := events[len(events)-1]; r.FormValue("done") != "" && r.FormValue("done") == last.Act && last.Actor.ID == officer(r.Context()).ID {
		v.Done = web.T(r.Context(), actPast(it, last))
		v.Next = d.nextInQueue(r.Context(), s.ID)
	}
	web.Render(w, r, http.StatusOK, casePage(v))
}

// reveal shows numbers in full, on request; who asked is put on record in the
// case.
func (d *Desk) reveal(w http.ResponseWriter, r *http.Request) {
	s, it, ok := d.see(w, r)
	if !ok {
		return
	}
	t := readTyped(r, it)
	ctx := r.Context()
	key := web.NewKey()
	if page := r.PostFormValue("key"); page != "" {
		key = "reveal-" + page // the page's own key is for the act that is still to come
	}
	_, err := d.Door.Do(ctx, s.ID, casework.Input{Act: casework.ActReveal, Key: key, Actor: actor(ctx)})
	var refusal *casework.Refusal
	switch {
	case errors.As(err, &refusal):
		d.showRefusal(w, r, s.ID, t, refusal)
		return
	case err != nil:
		panic(err)
	}
	if s, it, ok = d.see(w, r); !ok {
		return
	}
	t.shown = true
	v, _ := d.caseView(ctx, s, it, t)
	web.Render(w, r, http.StatusOK, casePage(v))
}

// caseView gathers the page. What is typed stands in for what is stored.
func (d *Desk) caseView(ctx context.Context, s casework.State, it *item.Item, t typed) (caseView, []casework.Event) {
	events, err := d.Door.History(ctx, s.ID)
	if err != nil {
		panic(err)
	}
	stage, _ := it.Flow.Stage(s.Stage)
	v := caseView{State: s, Item: it, Stage: stage, Name: caseName(ctx, s, it), Limit: d.limitOf(ctx, s, it), Shown: t.shown}
	v.Changes = changesOf(it, s, events)
	found := d.findings(ctx, s, it, stage)
	d.judging(ctx, &v, t, found)
	v.Along = d.along(ctx, s, it, t.shown)
	v.Panel = d.panel(ctx, s, it, stage, t, v)
	v.Tags = []tag{{web.Plain, web.T(ctx, it.Guide.Title)}, {stageKind(stage), web.T(ctx, stage.Label)}}
	v.Facts, v.Lacks = d.header(ctx, s), strings.Join(d.lacks(ctx, s, it), web.T(ctx, "、"))
	v.Sign = d.signatureOf(ctx, s)
	v.History = d.timeline(ctx, it, events)
	if s.Holder != nil && slices.Contains(officer(ctx).For, s.Holder.ID) {
		v.StandsIn = s.Holder.Name
	} else if s.Holder != nil && s.Holder.ID != officer(ctx).ID {
		v.Held, v.HeldTill = s.Holder.Name, s.Due
	}
	if s.Stated() {
		for _, label := range reasonLabels(it, s.Return.Reasons) {
			v.Stated = append(v.Stated, web.T(ctx, label))
		}
		if s.Return.Text != "" {
			v.Stated = append(v.Stated, s.Return.Text)
		}
	}
	v.Helped = s.Helper != nil && s.Helper.ID == officer(ctx).ID
	v.Papers = d.papersOf(ctx, s.ID)
	sent, err := d.Messages(ctx, s.ID)
	if err != nil {
		panic(err)
	}
	for _, m := range sent {
		text, args := m.Words()
		v.Messages = append(v.Messages, message{m, web.Tf(ctx, text, args...), messageKind(m.State)})
	}
	return v, events
}

func messageKind(state notify.State) web.Kind {
	switch state {
	case notify.Delivered:
		return web.Good
	case notify.Failed:
		return web.Bad
	case notify.Held:
		return web.Warn
	}
	return web.Calm
}

func caseName(ctx context.Context, s casework.State, it *item.Item) string {
	if name, _ := answers(s, it)[it.Flow.Title].(string); name != "" {
		return name
	}
	return web.T(ctx, it.Guide.Title)
}

// header are the facts under the name of the case.
func (d *Desk) header(ctx context.Context, s casework.State) []web.Fact {
	facts := []web.Fact{
		{Label: web.T(ctx, "办件编号"), Value: s.Number},
		{Label: web.T(ctx, "承办单位"), Value: web.T(ctx, d.Units()[s.Unit])},
		{Label: web.T(ctx, "来源"), Value: web.T(ctx, channelLabel(s.Channel))},
	}
	if s.Submitted != nil {
		facts = append(facts, web.Fact{Label: web.T(ctx, "提交"), Value: web.Tf(ctx, "第 %d 次，%s", s.Submitted.Revision, web.Moment(ctx, s.Submitted.At))})
	}
	if s.Holder != nil {
		facts = append(facts, web.Fact{Label: web.T(ctx, "经办人"), Value: s.Holder.Name})
	}
	if s.Helper != nil {
		facts = append(facts, web.Fact{Label: web.T(ctx, "帮办"), Value: web.Tf(ctx, "%s（%s）", s.Helper.Name, web.T(ctx, d.Units()[s.Helper.Unit]))})
	}
	for _, name := range sortedKeys(s.Results) {
		switch numbers := licence.Numbers(s.Results, name); {
		case strings.HasSuffix(name, "_all") || strings.HasSuffix(name, "_count"): // belong to another
		case len(numbers) > fewResults:
			facts = append(facts, web.Fact{Label: web.T(ctx, "办理结果"), Value: web.Tf(ctx, "%s 等 %d 份", numbers[0], len(numbers))})
		default:
			facts = append(facts, web.Fact{Label: web.T(ctx, "办理结果"), Value: strings.Join(numbers, web.T(ctx, "，"))})
		}
	}
	return facts
}

// fewResults are told one by one.
const fewResults = 3

// renewed says what has become of the signature after what it covers changed.
func renewed(v caseView) string {
	switch {
	case v.State.Signed():
		return "改了签名覆盖的内容：%s。已经重新签名。"
	case v.State.Token != "":
		return "改了签名覆盖的内容：%s。正在等重新签名。"
	}
	return "改了签名覆盖的内容：%s。这次没有电子签名，核对上传的委托书。"
}

// changesOf compares the last submission with the one before.
func changesOf(it *item.Item, s casework.State, events []casework.Event) changes {
	var submitted []*casework.Submission
	for _, e := range events {
		if e.Data.Submit != nil {
			submitted = append(submitted, e.Data.Submit)
		}
	}
	n := len(submitted)
	if n < 2 {
		return changes{}
	}
	return changes{Again: true, Protected: casework.ChangedLabels(it, s.Changed), Carried: s.Carried,
		Before: different(it, submitted[n-2].Values, submitted[n-1].Values)}
}

// nextInQueue is the most urgent case that nobody works on.
func (d *Desk) nextInQueue(ctx context.Context, not string) *rowView {
	o := officer(ctx)
	if len(o.Units) == 0 { // to the door, no units means all
		return nil
	}
	rows, _, err := d.Door.List(ctx, casework.Query{Units: o.Units, Desk: true, Limit: 20})
	if err != nil {
		panic(err)
	}
	i := slices.IndexFunc(rows, func(row casework.Row) bool { return row.ID != not && row.Holder == "" && row.Helper != o.ID })
	if i < 0 {
		return nil
	}
	return &d.rowsOf(ctx, rows[i:i+1])[0]
}
