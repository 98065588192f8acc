package portal

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"slices"

	"wangban/internal/casework"
	"wangban/internal/form"
	"wangban/internal/item"
	"wangban/internal/rating"
	"wangban/internal/web"
)

// moment is something of a case that can be rated, or was.
type moment struct {
	Name, Text, URL string
	Given           *rating.Rating
	Open            bool // can be given, or corrected
}

// moments are what of a case can be rated, the newest first: the result before
// the visits.
func (p *Portal) moments(ctx context.Context, it *item.Item, s casework.State) ([]moment, error) {
	names := rating.Moments(it, s)
	if len(names) == 0 {
		return nil, nil
	}
	given, err := p.Ratings.Of(ctx, s.ID)
	var out []moment
	for _, name := range slices.Backward(names) {
		m := moment{Name: name, Text: web.T(ctx, "办理结果"), URL: "/my/cases/" + s.ID + "/rate?of=" + name, Open: true}
		if n := rating.VisitOf(name); n > 0 {
			m.Text = web.Tf(ctx, "第 %d 次现场核查", n)
		}
		if r, ok := given[name]; ok {
			m.Given = &r
			m.Open = r.Corrected.IsZero() && (r.State == rating.None || r.State == rating.Open)
		}
		out = append(out, m)
	}
	return out, err
}

// rateView is the page on which a case is rated.
type rateView struct {
	State    casework.State
	Item     *item.Item
	Moments  []moment
	Now      moment // the one asked about
	Asking   bool   // the form is shown
	Level    int
	Reasons  []string
	Text     string
	Problems []form.Problem
	Refusal  string
}

// ratable reads the visitor's own case with what can be rated of it. Members of
// staff rate nothing, not even what they have helped with.
func (p *Portal) ratable(w http.ResponseWriter, r *http.Request, of string) (rateView, bool) {
	if helping(r) {
		noCase(w, r)
		return rateView{}, false
	}
	s, it, mine, err := p.mineToOpen(r)
	switch {
	case err != nil:
		panic(err)
	case !mine && r.Method == http.MethodGet: // by the link of a message, on another device
		web.Render(w, r, http.StatusNotFound, rateElsewhere(r.PathValue("id")))
		return rateView{}, false
	case !mine:
		noCase(w, r)
		return rateView{}, false
	}
	v := rateView{State: s, Item: it}
	if v.Moments, err = p.moments(r.Context(), it, s); err != nil {
		panic(err)
	}
	if len(v.Moments) == 0 {
		web.Fail(w, r, http.StatusConflict, "这件事还没有办完，办完以后再评价。")
		return v, false
	}
	v.Now = v.Moments[0]
	i := slices.IndexFunc(v.Moments, func(m moment) bool { return m.Name == of })
	if i < 0 && of == "" {
		i = max(0, slices.IndexFunc(v.Moments, func(m moment) bool { return m.Given == nil }))
	}
	if i < 0 {
		web.NotFound(w, r)
		return v, false
	}
	v.Now = v.Moments[i]
	v.Asking = v.Now.Given == nil
	return v, true
}

// ratePath is the page on which a case is rated; nothing of no case.
func ratePath(id string) string {
	if id == "" {
		return ""
	}
	return "/my/cases/" + id + "/rate"
}

// backToRate is an address that proves who somebody is and then leads on to
// rating.
func backToRate(path, name, value string) string {
	if value == "" {
		return path
	}
	return path + "?" + url.Values{name: {value}}.Encode()
}

// toRating leads on from the short address in a message. A name that nobody was
// told leads to the same page as that of somebody else's case.
func (p *Portal) toRating(w http.ResponseWriter, r *http.Request) {
	id, ok, err := p.Ratings.Linked(r.Context(), r.PathValue("token"))
	switch {
	case err != nil:
		panic(err)
	case !ok:
		web.Render(w, r, http.StatusNotFound, rateElsewhere(""))
	default:
		http.Redirect(w, r, "/my/cases/"+id+"/rate", http.StatusSeeOther)
	}
}

// askRating shows the form, or what was said and what came of it.
func (p *Portal) askRating(w http.ResponseWriter, r *http.Request) {
	v, ok := p.ratable(w, r, r.URL.Query().Get("of"))
	if !ok {
		return
	}
	if r.URL.Query().Get("correct") != "" && v.Now.Open && v.Now.Given != nil {
		v.Asking, v.Level, v.Reasons, v.Text = true, v.Now.Given.Level, v.Now.Given.Reasons, v.Now.Given.Text
	}
	web.Render(w, r, http.StatusOK, ratePage(v))
}

// rate takes a rating.
func (p *Portal) rate(w http.ResponseWriter, r *http.Request) {
	v, ok := p.ratable(w, r, r.PostFormValue("of"))
	if !ok {
		return
	}
	g := rating.Given{Moment: v.Now.Name, Level: atoi(r.PostFormValue("level")), Reasons: r.PostForm["reason"], Text: r.PostFormValue("text")}
	err := p.Ratings.Give(r.Context(), v.Item, v.State, g)
	var refusal *rating.Refusal
	switch {
	case errors.As(err, &refusal):
		v.Asking, v.Level, v.Reasons, v.Text = true, g.Level, g.Reasons, g.Text
		if refusal.Field == "" {
			v.Refusal = web.Tf(r.Context(), refusal.Text, refusal.Args...)
		} else {
			v.Problems = []form.Problem{{Field: refusal.Field, Text: refusal.Text, Args: labelled(refusal.Args)}}
		}
		web.Render(w, r, refusal.Status(), ratePage(v))
	case err != nil:
		panic(err)
	default:
		http.Redirect(w, r, v.Now.URL, http.StatusSeeOther)
	}
}

// labelled makes texts among arguments labels, which are translated.
func labelled(args []any) []any {
	out := slices.Clone(args)
	for i, a := range out {
		if text, ok := a.(string); ok {
			out[i] = form.Label(text)
		}
	}
	return out
}

// levelText is what a level is called.
func levelText(ctx context.Context, n int) string {
	l, _ := rating.LevelOf(n)
	return web.T(ctx, l.Label)
}

func reasonTexts(ctx context.Context, codes []string) []string {
	var out []string
	for _, r := range rating.Reasons {
		if slices.Contains(codes, r.Code) {
			out = append(out, web.T(ctx, r.Label))
		}
	}
	return out
}

// followUp tells the rater where their bad rating stands.
func followUp(ctx context.Context, n rating.Rating) (kind web.Kind, title, text string) {
	switch n.State {
	case rating.Open, rating.Disputed:
		text = web.T(ctx, "由没有经办这件事的人核实。")
		if !n.Due.IsZero() {
			text = web.Tf(ctx, "由没有经办这件事的人核实，最晚 %s 前整改完并告诉你。", web.Date(ctx, n.Due))
		}
		return web.Plain, web.T(ctx, "正在核实"), text
	case rating.Confirmed:
		if !n.Due.IsZero() {
			text = web.Tf(ctx, "最晚 %s 前整改完并告诉你。", web.Date(ctx, n.Due))
		}
		return web.Plain, web.T(ctx, "已核实，正在整改"), text
	case rating.Done:
		return web.Good, web.T(ctx, "已整改"), n.Answer
	case rating.Excluded:
		return web.Calm, web.T(ctx, "核实后不计入统计"), n.Answer
	}
	return "", "", ""
}

// ratings shows the public figures.
func (p *Portal) ratings(w http.ResponseWriter, r *http.Request) {
	f, err := p.Ratings.Figures(r.Context())
	if err != nil {
		panic(err)
	}
	web.Render(w, r, http.StatusOK, ratingsPage(f, p.Ratings.Fewest, p.ratedItem, p.Unit))
}

// ratedItem is what an item is called; one that is gone, by its name.
func (p *Portal) ratedItem(name string) string {
	if it, ok := p.Items.Get(name); ok {
		return it.Guide.Title
	}
	return name
}
