package portal

import (
	"errors"
	"net/http"

	"wangban/internal/casework"
	"wangban/internal/cn"
	"wangban/internal/item"
	"wangban/internal/web"
)

// actView asks before an act is done: the item's own question where it has
// one, reasons where it wants them.
type actView struct {
	State     casework.State
	Item      *item.Item
	Act       item.Act
	Questions []string
	Ends      bool         // the application is over then
	Returns   bool         // it comes back to the applicant to be changed
	Limit     item.Promise // promised, when the act hands the case in
	ResultTo  string       // masked number that gets the result
	Reasons   []item.Reason
	Key       string
	Version   int // of the case the person has seen
	Back      string
	Refusal   string
	Ways      []web.Link // where to go on after a refusal
}

// askAct is the dialog before an act, as a page (T3, T4: nothing is sent and
// nothing changes until the answer).
func (p *Portal) askAct(w http.ResponseWriter, r *http.Request) {
	s, it, ok := p.own(w, r)
	if !ok {
		return
	}
	act, ok := offered(p.House(), it, s, actor(r), r.PathValue("act"))
	if !ok {
		http.Redirect(w, r, "/cases/"+s.ID, http.StatusSeeOther)
		return
	}
	v := p.actView(s, it, act)
	if seen := atoi(r.URL.Query().Get("version")); seen > 0 {
		v.Version = seen
	}
	web.Render(w, r, http.StatusOK, actPage(v))
}

func offered(house casework.House, it *item.Item, s casework.State, a casework.Actor, name string) (item.Act, bool) {
	for _, act := range casework.Offers(house, it, s, a) {
		if act.Name == name {
			return act, true
		}
	}
	return item.Act{}, false
}

func (p *Portal) actView(s casework.State, it *item.Item, act item.Act) actView {
	v := actView{State: s, Item: it, Act: act, Key: web.NewKey(), Version: s.Version, Reasons: it.Flow.Reasons[act.Reason], Back: "/cases/" + s.ID}
	env := casework.Env(p.House(), it, s)
	if act.Complete {
		v.Back += "/check"
		v.Limit = it.Guide.Promised
		if applicant, ok := casework.PartyOf(it, env, "applicant"); ok {
			number, _ := s.Values[applicant.Mobile].(string)
			v.ResultTo = cn.MaskMobile(number)
		}
	}
	for _, c := range act.Confirm {
		if c.When.Holds(env) {
			v.Questions = append(v.Questions, c.Text)
		}
	}
	if len(act.To) == 1 && !act.Complete && len(v.Questions) == 0 {
		to, _ := it.Flow.Stage(act.To[0].Stage)
		v.Ends, v.Returns = to.End != "", to.Edit
	}
	return v
}

// doAct passes an act of the applicant through the door. Taking over has a way
// of its own, which asks for the link.
func (p *Portal) doAct(w http.ResponseWriter, r *http.Request) {
	if r.PathValue("act") == casework.ActTakeOver {
		web.NotFound(w, r)
		return
	}
	s, it, ok := p.own(w, r)
	if !ok {
		return
	}
	in := casework.Input{Act: r.PathValue("act"), Key: r.PostFormValue("key"), Actor: actor(r),
		Data: casework.Data{Reasons: r.PostForm["reason"], Text: r.PostFormValue("text")}}
	if stage, _ := it.Flow.Stage(s.Stage); stage.Edit {
		in.Expect = atoi(r.PostFormValue("version")) // what is handed in is what was read
	}
	_, err := p.Door.Do(r.Context(), s.ID, in)
	var refusal *casework.Refusal
	switch {
	case err == nil && helping(r) && it.Flow.ExOfficio():
		http.Redirect(w, r, "/desk/cases/"+s.ID, http.StatusSeeOther)
	case err == nil:
		http.Redirect(w, r, "/cases/"+s.ID, http.StatusSeeOther)
	case !errors.As(err, &refusal):
		panic(err)
	default:
		p.showRefusal(w, r, s, it, in.Act, refusal)
	}
}

// showRefusal says why not where the person can do something about it: at the
// answers, at the question, or on a page of its own.
func (p *Portal) showRefusal(w http.ResponseWriter, r *http.Request, s casework.State, it *item.Item, name string, refusal *casework.Refusal) {
	stage, _ := it.Flow.Stage(s.Stage)
	act, known := stage.Act(name)
	switch {
	case known && act.Complete && stage.Edit:
		web.Render(w, r, refusal.Code.Status(), answersPage(p.answersData(r, s, it, refusal)))
	case known:
		v := p.actView(s, it, act)
		v.Refusal, v.Ways = web.Tf(r.Context(), refusal.Text, refusal.Args...), p.waysOf(r, refusal)
		web.Render(w, r, refusal.Code.Status(), actPage(v))
	default:
		refused(w, r, refusal)
	}
}
