package desk

import (
	"context"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"wangban/internal/casework"
	"wangban/internal/form"
	"wangban/internal/item"
	"wangban/internal/web"
)

// procedure is the page of an act that needs more than a button: officers,
// units, a day, a legal reason, a sheet.
type procedure struct {
	State    casework.State
	Item     *item.Item
	Act      item.Act
	Name     string // of the case
	URL      string
	Key      string
	Version  int
	Posted   url.Values // what was typed
	Refusal  string
	Problems []form.Problem // of the page's own controls and of the sheet

	Questions []string
	Officers  []colleague
	Units     []unitGroup
	Reasons   []reasonChoice
	OneReason bool
	Consult   *consultView
	Until     string   // when the answer is due, or where the limit moves to
	Facts     []string // what to know before it is done
	Sheet     *sheetPage
	Saved     bool // the draft of the sheet has just been kept
	Notice    *correctionNotice
	Phrases   phrasePick
	Carried   []carried // the judging, typed on the case's page and not kept yet
}

// colleague is a member of staff who can be chosen.
type colleague struct {
	ID, Name, Unit string
	Note           string // what to know before choosing them
	Not            bool   // they cannot be chosen, as the note says
	Chosen         bool
}

// unitChoice is a unit that can be chosen.
type unitChoice struct {
	Code, Name, Note string
	Not, Chosen      bool
}

// unitGroup are the units of one kind.
type unitGroup struct {
	Kind  string
	Units []unitChoice
}

func (g unitGroup) chosen() bool {
	return slices.ContainsFunc(g.Units, func(u unitChoice) bool { return u.Chosen })
}

// carried is a control of the case's page that goes along hidden.
type carried struct{ Name, Value string }

// procedural tells whether an act of a stage has a page of its own. One whose
// reasons are not those that the case is judged with has: beside the judging
// only these can be ticked.
func procedural(stage item.Stage, a item.Act) bool {
	return a.Does != "" || a.Sheet != "" || a.Reason != "" && a.Reason != judgesWith(stage)
}

// barred says why an act that the stage offers cannot be done by this officer
// or not any more, or not yet.
func barred(ctx context.Context, act item.Act, s casework.State, a casework.Actor, now time.Time) string {
	for _, name := range act.Differs {
		if who, ok := s.Acted[name]; ok && who.ID == a.ID {
			return web.Tf(ctx, "“%s”由另一位同事办：前面的一步是你办的。", web.Act(ctx, act.Label))
		}
	}
	if s.Paused() && len(act.To) > 0 && act.Does != item.Resume {
		return web.Tf(ctx, "正在暂停计时，恢复以后才能“%s”。", web.Act(ctx, act.Label))
	}
	if act.Does == item.Extend && casework.PastExtension(s, now) {
		return web.Tf(ctx, "办理期限已经过了，不能再“%s”。", web.Act(ctx, act.Label))
	}
	if visit, ok := s.Booked(); ok && act.Does == item.Visit && now.Before(visit.At) {
		return web.Tf(ctx, "约在 %s 核查，到时间以后才能“%s”。", web.Moment(ctx, visit.At), web.Act(ctx, act.Label))
	}
	return ""
}

// spent are the acts of a stage that the officer's role could do, were they not
// done as often as the item allows.
func spent(ctx context.Context, it *item.Item, stage item.Stage, s casework.State, a casework.Actor) []string {
	var out []string
	for _, act := range stage.Acts {
		by := act.By
		if len(by) == 0 {
			by = []string{stage.By}
		}
		mine := casework.Handles(a, s.Unit) && slices.ContainsFunc(by, func(role string) bool { return slices.Contains(a.Roles, role) })
		switch {
		case !mine || !s.Often(it, act):
		case act.Does == item.Correct:
			out = append(out, web.T(ctx, "已经一次性告知过补正，不能再要求补正。"))
		default:
			out = append(out, web.Tf(ctx, "“%s”最多 %d 次，已经办过。", web.Act(ctx, act.Label), act.Times))
		}
	}
	return out
}

// askAct is the page of an act, before it is done.
func (d *Desk) askAct(w http.ResponseWriter, r *http.Request) {
	s, it, ok := d.see(w, r)
	if !ok {
		return
	}
	act, ok := d.procedureOf(r, s, it)
	if !ok {
		http.Redirect(w, r, "/desk/cases/"+s.ID, http.StatusSeeOther)
		return
	}
	v := d.procedure(r, s, it, act, r.URL.Query())
	v.Saved = r.URL.Query().Get("saved") != ""
	web.Render(w, r, http.StatusOK, procedurePage(v))
}

// procedureOf is the act of the address, when it is offered and has a page.
func (d *Desk) procedureOf(r *http.Request, s casework.State, it *item.Item) (item.Act, bool) {
	stage, _ := it.Flow.Stage(s.Stage)
	for _, act := range casework.Offers(d.House(), it, s, actor(r.Context())) {
		if act.Name == r.PathValue("act") {
			return act, procedural(stage, act)
		}
	}
	return item.Act{}, false
}

// procedure gathers the page of an act, with what was typed.
func (d *Desk) procedure(r *http.Request, s casework.State, it *item.Item, act item.Act, posted url.Values) procedure {
	ctx := r.Context()
	v := procedure{State: s, Item: it, Act: act, Name: caseName(ctx, s, it), URL: "/desk/cases/" + s.ID + "/acts/" + act.Name,
		Key: web.NewKey(), Version: s.Version, Posted: posted, Carried: carriedAlong(it, posted), Phrases: d.phrasePick(ctx, "")}
	env := casework.Env(d.House(), it, s)
	for _, c := range act.Confirm {
		if c.When.Holds(env) {
			v.Questions = append(v.Questions, c.Text)
		}
	}
	for _, reason := range it.Flow.Reasons[act.Reason] {
		v.Reasons = append(v.Reasons, reasonChoice{reason, slices.Contains(posted["reason"], reason.Code)})
	}
	v.OneReason = act.Does == item.Pause || act.Does == item.Extend
	switch act.Does {
	case item.Assign:
		stage := leadsTo(it, s, act, env)
		v.Officers = d.colleagues(ctx, s, it, stage, stage.By, posted["officer"])
	case item.Appoint:
		v.Officers = d.colleagues(ctx, s, it, item.Stage{}, "", posted["officer"])
		if booked, ok := s.Booked(); ok {
			v.Facts = append(v.Facts, web.Tf(ctx, "已经约在 %s。重新预约，原来的不再算数。", web.Moment(ctx, booked.At)))
		}
	case item.Transfer, item.Consult:
		v.Units = d.unitChoices(ctx, s, act.Does, append(slices.Clone(posted["unit"]), posted["units"]...))
	}
	d.timing(ctx, &v)
	if sheet, ok := it.Sheets[act.Sheet]; ok {
		v.Sheet = d.sheetPage(ctx, s, it, sheet, nil)
	}
	if act.Does == item.Correct {
		v.Notice = d.notice(ctx, s, it, act, posted)
		for i := range v.Notice.Choices {
			v.Notice.Choices[i].Phrases = v.Phrases
		}
	}
	return v
}

// timing tells until when others have to answer, and what becomes of the
// case's own limit.
func (d *Desk) timing(ctx context.Context, v *procedure) {
	s, act := v.State, v.Act
	switch act.Does {
	case item.Consult:
		if due, err := d.House().Count(d.Now(), act.Within, nil); err == nil && act.Within.N > 0 {
			v.Until = web.Tf(ctx, "%s内答复，现在发出就到 %s。", web.LimitText(ctx, act.Within), web.Moment(ctx, due.At))
		}
	case item.Answer, item.Recall:
		n, _ := strconv.Atoi(v.Posted.Get("consult"))
		v.Consult = d.consultFor(ctx, s, v.Item, act.Does, n)
	case item.Extend:
		later := s
		later.Extensions = append(slices.Clone(s.Extensions), casework.Extension{At: d.Now(), Limit: act.Extends})
		if limits, err := casework.LimitsOf(d.House(), v.Item, later, nil); err == nil {
			v.Until = web.Tf(ctx, "延长 %s：从 %s 到 %s。", web.LimitText(ctx, act.Extends), web.Moment(ctx, s.ClockDue), web.Moment(ctx, limits.Promised.At))
		}
	case item.Pause:
		v.Facts = append(v.Facts, web.T(ctx, "从现在起不计时，直到恢复。申请人会看到谁暂停、为什么。"))
	case item.Resume:
		if n := len(s.Pauses); n > 0 {
			p := s.Pauses[n-1]
			v.Facts = append(v.Facts, web.Tf(ctx, "%s 起暂停：%s", web.Moment(ctx, p.From), p.Note(d.House(), v.Item, func(zh string) string { return web.T(ctx, zh) })))
		}
	}
}

// leadsTo is the stage an act leads to as things stand; the case's own when it
// leads nowhere.
func leadsTo(it *item.Item, s casework.State, act item.Act, env form.Env) item.Stage {
	for _, r := range act.To {
		if r.When.Holds(env) {
			to, _ := it.Flow.Stage(r.Stage)
			return to
		}
	}
	stage, _ := it.Flow.Stage(s.Stage)
	return stage
}

// colleagues are the members of staff who handle the case's unit and have the
// role, by unit and name. A stage may ask for a second pair of eyes.
func (d *Desk) colleagues(ctx context.Context, s casework.State, it *item.Item, stage item.Stage, role string, chosen []string) []colleague {
	all, err := d.Colleagues(ctx)
	if err != nil {
		panic(err)
	}
	var out []colleague
	for _, a := range all {
		if !casework.Handles(a, s.Unit) || role != "" && !slices.Contains(a.Roles, role) {
			continue
		}
		c := colleague{ID: a.ID, Name: a.Name, Unit: web.T(ctx, d.Units()[a.Unit]), Chosen: slices.Contains(chosen, a.ID)}
		if s.Helper != nil && s.Helper.ID == a.ID {
			c.Not, c.Note = true, web.T(ctx, "帮办过这件申请，不能再由他办")
		} else {
			c.Note = secondPair(ctx, it, stage, s, a.ID)
		}
		out = append(out, c)
	}
	slices.SortFunc(out, func(a, b colleague) int { return strings.Compare(a.Unit+a.Name, b.Unit+b.Name) })
	return out
}

// secondPair says which act of a stage an officer could not do, because they
// have done an earlier one.
func secondPair(ctx context.Context, it *item.Item, stage item.Stage, s casework.State, officer string) string {
	for _, act := range stage.Acts {
		for _, name := range act.Differs {
			if s.Acted[name].ID == officer {
				return web.Tf(ctx, "办过“%s”，不能再办“%s”", web.T(ctx, labelOf(it, name)), web.Act(ctx, act.Label))
			}
		}
	}
	return ""
}

func labelOf(it *item.Item, act string) string {
	for _, stage := range it.Flow.Stages {
		if a, ok := stage.Act(act); ok {
			return a.Label
		}
	}
	return act
}

// unitKinds are the kinds of units, in the order in which they are offered.
var unitKinds = []string{"机关股室", "派出所", "直属", "秘书处"}

// unitChoices are the units that can be asked, or can take the case over, by
// kind.
func (d *Desk) unitChoices(ctx context.Context, s casework.State, does item.Verb, chosen []string) []unitGroup {
	names := d.House().Units
	groups := make([]unitGroup, len(unitKinds))
	for i, kind := range unitKinds {
		groups[i].Kind = kind
	}
	for _, code := range sortedKeys(names) {
		if code == s.Unit {
			continue
		}
		u := unitChoice{Code: code, Name: web.T(ctx, names[code]), Chosen: slices.Contains(chosen, code)}
		if does == item.Consult && slices.ContainsFunc(s.Consults, func(c casework.Consult) bool { return c.Unit == code && c.Open() }) {
			u.Not, u.Note = true, web.T(ctx, "已经在征求它的意见")
		}
		at := max(slices.Index(unitKinds, d.UnitKind(code)), 0)
		groups[at].Units = append(groups[at].Units, u)
	}
	return slices.DeleteFunc(groups, func(g unitGroup) bool { return len(g.Units) == 0 })
}

// soon is a day to come, as an example of how days are written.
func (d *Desk) soon() string {
	return d.Now().In(form.Shanghai).AddDate(0, 0, 1).Format(time.DateOnly)
}

// when reads the day and time of an appointment.
func when(day, clock string) (time.Time, bool) {
	t, err := time.ParseInLocation("2006-01-02 15:04", strings.TrimSpace(day)+" "+strings.TrimSpace(clock), form.Shanghai)
	return t, err == nil
}
