package desk

import (
	"context"
	"slices"
	"time"

	"wangban/internal/casework"
	"wangban/internal/item"
	"wangban/internal/web"
)

// panel is where the officer decides.
type panel struct {
	Office   bool // nobody has applied
	Acts     []panelAct
	Steps    []panelAct // those with a page of their own
	Barred   []string   // why others that the stage has cannot be done
	Save     *panelAct  // keeps the judging without deciding
	Judged   int        // of ToJudge
	ToJudge  int
	Wrong    int
	Carried  []string // reasons that the judging brings along
	Reasons  []reasonChoice
	For      []string // labels of the acts that the reasons are for
	Required bool
	Text     string
	Key      string
	Version  int
	Due      time.Time // when the claim runs out
	Ticked   []string  // statements that were ticked
	Vouched  string    // who has vouched for the signer, and until when it counts
	Claims   time.Duration
	Phrases  phrasePick
}

// panelAct is an act the officer may do.
type panelAct struct {
	item.Act
	URL       string
	Questions []string
	Main      bool // the one to go for
}

type reasonChoice struct {
	item.Reason
	Checked bool
}

func (d *Desk) panel(ctx context.Context, s casework.State, it *item.Item, stage item.Stage, t typed, v caseView) panel {
	house := d.House()
	p := panel{Office: it.Flow.ExOfficio(), Text: t.text, Ticked: t.declared, Key: web.NewKey(), Version: s.Version}
	env := casework.Env(house, it, s)
	for _, act := range casework.Offers(house, it, s, actor(ctx)) {
		a := panelAct{Act: act, URL: "/desk/cases/" + s.ID + "/acts/" + act.Name, Main: act.Style == "primary"}
		for _, c := range act.Confirm {
			if c.When.Holds(env) {
				a.Questions = append(a.Questions, c.Text)
			}
		}
		if why := barred(ctx, act, s, actor(ctx), d.Now()); why != "" {
			p.Barred = append(p.Barred, why)
			continue
		}
		if procedural(stage, act) {
			p.Steps = append(p.Steps, a)
			continue
		}
		if len(act.To) == 0 && act.Reason == "" && len(stage.Judge) > 0 {
			p.Save = &a
			continue
		}
		if act.Reason != "" && p.Reasons == nil {
			if p.Phrases = v.Phrases; p.Phrases.URL == "" { // nothing is judged here
				p.Phrases = d.phrasePick(ctx, "/desk/cases/"+s.ID+"/phrases")
			}
			p.Required = act.Required
			for _, reason := range it.Flow.Reasons[act.Reason] {
				p.Reasons = append(p.Reasons, reasonChoice{reason, slices.Contains(t.reasons, reason.Code)})
			}
		}
		if act.Reason != "" {
			p.For = append(p.For, web.Act(ctx, act.Label))
		}
		if to, ok := it.Flow.Stage(target(act)); ok && to.Held && !stage.Held {
			p.Claims, a.Main = to.Within.Span(), true
		}
		p.Acts = append(p.Acts, a)
	}
	p.Barred = append(p.Barred, spent(ctx, it, stage, s, actor(ctx))...)
	if stage.Held && s.Holder != nil && s.Holder.ID == officer(ctx).ID {
		p.Due = s.Due
	}
	if s.Vouched != nil && s.Vouched.Fresh(d.Now()) {
		who := s.Vouched.Voucher()
		p.Vouched = web.Tf(ctx, "%s（%s）已在窗口核验签名人。%s 前，签名人收验证码后就能签名。", who.Name, web.T(ctx, d.Units()[who.Unit]),
			web.Moment(ctx, s.Vouched.At.Add(casework.ProofLife)))
	}
	p.count(v, it)
	return p
}

// target is the stage an act leads to, as long as only one is named.
func target(act item.Act) string {
	if len(act.To) == 1 {
		return act.To[0].Stage
	}
	return ""
}

// count tells how far the judging is.
func (p *panel) count(v caseView, it *item.Item) {
	rows := append(slices.Clone(v.Docs), v.Registry.Row)
	for _, g := range v.Groups {
		rows = append(rows, g.Rows...)
	}
	var codes []string
	for _, row := range rows {
		if !row.Open {
			continue
		}
		p.ToJudge++
		if row.Judged {
			p.Judged++
		}
		if row.Judged && !row.Judgement.Right {
			p.Wrong++
			codes = append(codes, row.Judgement.Reason)
		}
	}
	p.Carried = reasonLabels(it, codes)
}
