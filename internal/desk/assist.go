package desk

import (
	"cmp"
	"context"
	"errors"
	"net/http"
	"slices"
	"strings"
	"time"

	"wangban/internal/casework"
	"wangban/internal/cn"
	"wangban/internal/form"
	"wangban/internal/item"
	"wangban/internal/web"
)

// assistView is where an officer begins a case for somebody (帮办, R-027).
type assistView struct {
	Rows          []rowView     // begun and not ended
	Groups        []assistGroup // what can be begun
	Query         string        // what was looked for
	Item, Channel string
	Problem       string
	Refusal       string
	NoPaper       bool // the item takes no paper any more: the way on is to help online
	Key           string
}

// assistGroup are the items of a department.
type assistGroup struct {
	Office, Name string
	Items        []*item.Item
}

// handoverView is a case that an officer fills in, and how its applicant
// takes it over.
type handoverView struct {
	State   casework.State
	Item    *item.Item
	Name    string
	Steps   []step
	Mine    bool // still the officer's to fill in
	URL     string
	Until   time.Time
	CanText bool
	Mobile  string
	Problem string
	Sent    string // masked number the link went to
}

// password tells whether the applicant is to choose one.
func (v handoverView) password() bool {
	return slices.ContainsFunc(v.Item.Form.Pages, func(page form.Page) bool {
		return slices.ContainsFunc(page.Fields, func(f form.Field) bool { return f.Type == form.TypePassword })
	})
}

// step is a page of the form with how far it is.
type step struct {
	Title, URL string
	Status     form.Status
}

func (d *Desk) assist(w http.ResponseWriter, r *http.Request) {
	web.Render(w, r, http.StatusOK, assistPage(d.assistView(r)))
}

func (d *Desk) assistView(r *http.Request) assistView {
	ctx := r.Context()
	v := assistView{Key: web.NewKey(), Item: r.FormValue("item"), Channel: r.FormValue("channel")}
	v.Query = strings.TrimSpace(r.FormValue("q"))
	for _, it := range d.Items.All() {
		if it.Guide.Live.Covers(d.Now()) && !it.Flow.ExOfficio() && (it.Name == v.Item || d.called(ctx, it, v.Query)) {
			v.put(it, web.T(ctx, d.Units()[it.Guide.Office]))
		}
	}
	acts := item.LicenceActs()
	for _, g := range v.Groups { // in each as things come in the life of a licence
		slices.SortStableFunc(g.Items, func(a, b *item.Item) int {
			return cmp.Compare(slices.Index(acts, a.Guide.Licence.Act), slices.Index(acts, b.Guide.Licence.Act))
		})
	}
	if v.Channel == "" {
		v.Channel = channels[0].ID
	}
	rows, _, err := d.Door.List(ctx, casework.Query{Helper: officer(ctx).ID, Live: true})
	if err != nil {
		panic(err)
	}
	for _, view := range d.rowsOf(ctx, rows) {
		view.URL += "/handover"
		v.Rows = append(v.Rows, view)
	}
	return v
}

func (v *assistView) put(it *item.Item, office string) {
	i := slices.IndexFunc(v.Groups, func(g assistGroup) bool { return g.Office == it.Guide.Office })
	if i < 0 {
		i, v.Groups = len(v.Groups), append(v.Groups, assistGroup{Office: it.Guide.Office, Name: office})
	}
	v.Groups[i].Items = append(v.Groups[i].Items, it)
}

// called tells whether an item is called what somebody at a counter writes: a
// part of its name or of a word to find it by, or the first letters of its
// pinyin.
func (d *Desk) called(ctx context.Context, it *item.Item, query string) bool {
	query = strings.ReplaceAll(cn.Folded(query), " ", "")
	if query == "" {
		return true
	}
	for _, text := range append([]string{it.Guide.Title, it.English[it.Guide.Title], d.Units()[it.Guide.Office]}, it.Guide.Keywords...) {
		if strings.Contains(strings.ReplaceAll(cn.Folded(text), " ", ""), query) || strings.Contains(cn.Initials(text), query) {
			return true
		}
	}
	return false
}

// startAssist begins a case that the officer fills in.
func (d *Desk) startAssist(w http.ResponseWriter, r *http.Request) {
	ctx := r.Context()
	a := actor(ctx)
	v := d.assistView(r)
	known := slices.ContainsFunc(channels, func(c struct{ ID, Label string }) bool { return c.ID == v.Channel })
	if v.Item == "" || !known {
		v.Problem = web.T(ctx, "选一个要办的事项")
		web.Render(w, r, http.StatusUnprocessableEntity, assistPage(v))
		return
	}
	receipt, err := d.Door.Create(ctx, casework.Creation{Item: v.Item, Key: r.PostFormValue("key"), Actor: a, Created: casework.Created{
		Owner: casework.HelperOwner(a.ID), Channel: v.Channel, Helper: &casework.Officer{ID: a.ID, Name: a.Name, Unit: a.Unit}}})
	if err != nil {
		v.Refusal = d.turnedDown(r, err)
		var refusal *casework.Refusal
		if errors.As(err, &refusal) && refusal.Code == casework.CodePaper {
			v.NoPaper, v.Channel = true, channels[0].ID
		}
		web.Render(w, r, http.StatusUnprocessableEntity, assistPage(v))
		return
	}
	http.Redirect(w, r, "/desk/cases/"+receipt.Case+"/handover", http.StatusSeeOther)
}

// helped reads a case that the officer has begun. For anybody else it does
// not exist.
func (d *Desk) helped(w http.ResponseWriter, r *http.Request) (handoverView, bool) {
	s, it, ok := d.get(w, r)
	if !ok {
		return handoverView{}, false
	}
	ctx := r.Context()
	me := officer(ctx).ID
	if s.Helper == nil || s.Helper.ID != me {
		noCase(w, r)
		return handoverView{}, false
	}
	v := handoverView{State: s, Item: it, Name: caseName(ctx, s, it), Mine: s.Owner == casework.HelperOwner(me), CanText: d.TextTakeover != nil}
	if !v.Mine {
		return v, true
	}
	fc := casework.FormContext(d.House(), s, d.Now())
	for _, page := range it.Form.Shown(s.Values) {
		if form.OwnPage(page) {
			continue // the applicant's own
		}
		v.Steps = append(v.Steps, step{Title: web.T(ctx, page.Title), URL: "/cases/" + s.ID + "/form/" + page.Name,
			Status: form.PageStatus(it.Form, s.Values, page.Name, fc)})
	}
	return v, true
}

func (d *Desk) handover(w http.ResponseWriter, r *http.Request) {
	if v, ok := d.helped(w, r); ok {
		web.Render(w, r, http.StatusOK, handoverPage(v))
	}
}

// offerHandover makes the link with which the applicant takes over, and sends
// it when a number is given. The link is shown once, never in an address.
func (d *Desk) offerHandover(w http.ResponseWriter, r *http.Request) {
	v, ok := d.helped(w, r)
	if !ok {
		return
	}
	ctx := r.Context()
	if !v.Mine {
		web.Render(w, r, http.StatusConflict, handoverPage(v))
		return
	}
	number := cn.Mobile(r.PostFormValue("mobile"))
	v.Mobile = r.PostFormValue("mobile")
	if r.PostFormValue("send") != "" && !number.OK() {
		v.Problem = web.T(ctx, "手机号应为 11 位数字，以 1 开头。核对后再发。")
		web.Render(w, r, http.StatusUnprocessableEntity, handoverPage(v))
		return
	}
	var err error
	if v.URL, v.Until, err = d.OfferTakeover(ctx, v.State.ID); err != nil {
		v.Problem = d.turnedDown(r, err)
		web.Render(w, r, http.StatusUnprocessableEntity, handoverPage(v))
		return
	}
	status := http.StatusOK
	if r.PostFormValue("send") != "" && d.TextTakeover != nil {
		if err := d.TextTakeover(ctx, v.State.ID, number.Value, v.URL); err != nil {
			v.Problem, status = d.turnedDown(r, err), http.StatusUnprocessableEntity
		} else {
			v.Sent = cn.MaskMobile(number.Value)
		}
	}
	web.Render(w, r, status, handoverPage(v))
}
