package portal

import (
	"context"
	"maps"
	"net/http"
	"net/url"
	"slices"

	"wangban/internal/casework"
	"wangban/internal/form"
	"wangban/internal/item"
	"wangban/internal/web"
)

// start begins a case of an item.
func (p *Portal) start(w http.ResponseWriter, r *http.Request) {
	a := actor(r)
	created := casework.Created{Owner: a.ID, Channel: "web"}
	if a.Kind == casework.Staff {
		created.Owner = casework.HelperOwner(a.ID)
		created.Channel = channel(r.PostFormValue("channel"))
		created.Helper = &casework.Officer{ID: a.ID, Name: a.Name, Unit: a.Unit}
	}
	if it, ok := p.Items.Get(r.PathValue("item")); ok && it.Flow.ExOfficio() {
		created = casework.ByOffice(a)
	}
	if created.Helper == nil && web.ChromeOf(r.Context()).Kiosk != nil {
		created.Channel = casework.ChannelKiosk
	}
	if number := r.PostFormValue("licence"); number != "" {
		values, ok, err := p.aboutLicence(r, r.PathValue("item"), number)
		if err != nil {
			panic(err)
		}
		if !ok && created.Channel == casework.ChannelOffice {
			web.Fail(w, r, http.StatusForbidden, "没有这份证照，或者它由别的单位管理。从工作台的“证照”重新查找。")
			return
		}
		if !ok {
			web.Fail(w, r, http.StatusNotFound, "这份证照不在你名下，或者不能在这个事项里办。从“电子证照”重新选择。")
			return
		}
		created.Values = values
		it, _ := p.Items.Get(r.PathValue("item")) // there is one: it knows the licence
		begun, err := p.begun(r.Context(), it, number)
		if err != nil {
			panic(err)
		}
		if begun != "" {
			http.Redirect(w, r, "/cases/"+begun+"/tasks?begun=yes", http.StatusSeeOther)
			return
		}
	}
	receipt, err := p.Door.Create(r.Context(), casework.Creation{Item: r.PathValue("item"), Key: r.PostFormValue("key"), Actor: a, Created: created})
	if err != nil {
		refused(w, r, err)
		return
	}
	_, it, err := p.Door.Get(r.Context(), receipt.Case)
	if err != nil {
		refused(w, r, err)
		return
	}
	http.Redirect(w, r, "/cases/"+receipt.Case+"/form/"+form.First(it.Form, nil), http.StatusSeeOther)
}

// channel is where a helper started a case.
func channel(s string) string {
	if slices.Contains([]string{"window", "patrol", "inspection", "wechat", "media"}, s) {
		return s
	}
	return "window"
}

// pageView is a page of the form as the template draws it.
type pageView struct {
	State   casework.State
	Item    *item.Item
	Page    form.Page
	N, Of   int
	Form    web.FormView
	Key     string
	Version int
	From    string // "check" when the person came from check-your-answers
	Prev    string
	Note    string
	Stale   bool

	Correction *correction // only what was marked is asked
	Again      []web.Link  // files given before that can be used
}

func (p *Portal) view(ctx context.Context, s casework.State, it *item.Item, name string, posted url.Values, v form.Values, from int) (pageView, bool) {
	i := slices.IndexFunc(it.Form.Pages, func(pg form.Page) bool { return pg.Name == name })
	n, of := form.Progress(it.Form, v, name)
	if i < 0 || n == 0 {
		return pageView{}, false
	}
	fc := casework.FormContext(p.House(), s, p.Now())
	base := "/cases/" + s.ID
	fields := it.Form.Pages[i].Fields
	if name == correctionPage && correcting(it, s) {
		fields = nil
		for _, part := range it.Form.Pages {
			if part.Name == name {
				fields = append(fields, part.Fields...)
			}
		}
	}
	view := pageView{State: s, Item: it, Page: it.Form.Pages[i], N: n, Of: of + 1, Key: web.NewKey(), Version: s.Version, Prev: form.Prev(it.Form, v, name)}
	view.Form = web.FormView{Fields: it.Form.Draw(name, v), Inputs: form.Inputs(it.Form, name, posted, v, fc), Base: base,
		Towns: towns(p.House()), Files: map[string][]web.FileView{}, Rows: map[string]web.RowsView{}, Was: was(ctx, it.Form, fields, v, fc)}
	view.Page.Fields = fields
	if s.Return != nil {
		view.Form.Words = saidBeside(ctx, it, s)
	}
	if name == correctionPage && correcting(it, s) {
		view.Correction, view.Prev = p.correction(ctx, s, it), ""
		view.Page.Title, view.Page.Intro = "补正", ""
	}
	for _, f := range view.Form.Fields {
		switch f.Type {
		case form.TypeFile:
			view.Form.Files[f.ID] = fileViews(ctx, base, f.ID, v)
		case form.TypeRows:
			view.Form.Rows[f.ID] = rowsView(ctx, it.Form, f.Field, v, fc, base+"/form/"+name, from)
		}
	}
	return view, true
}

// was is what holds so far of what is to change, by field.
func was(ctx context.Context, f form.Form, fields []form.Field, v form.Values, fc form.Context) map[string]string {
	out := map[string]string{}
	asked := f.Asked(v)
	for _, field := range fields {
		if old, ok := f.Field(field.Was); ok && asked[field.Was] != nil {
			out[field.ID] = form.Show(old, v[field.Was], fc, false, func(text string) string { return web.T(ctx, text) })
		}
	}
	return out
}

func towns(h casework.House) []form.Option {
	var out []form.Option
	for _, code := range slices.Sorted(maps.Keys(h.Towns)) {
		out = append(out, form.Option{Value: code, Label: h.Towns[code].Name})
	}
	return out
}

// page shows one page of the form.
func (p *Portal) page(w http.ResponseWriter, r *http.Request) {
	s, it, ok := p.editable(w, r)
	if !ok {
		return
	}
	view, ok := p.view(r.Context(), s, it, r.PathValue("page"), nil, s.Values, atoi(r.URL.Query().Get("rows")))
	if !ok || helping(r) && form.OwnPage(view.Page) {
		http.Redirect(w, r, "/cases/"+s.ID+"/tasks", http.StatusSeeOther)
		return
	}
	view.From = r.URL.Query().Get("from")
	view.Again = p.againLinks(r, s, it, view)
	web.Render(w, r, http.StatusOK, formPage(view))
}

// changeable reads the visitor's case while its answers can be changed.
func (p *Portal) changeable(w http.ResponseWriter, r *http.Request) (casework.State, *item.Item, bool) {
	s, it, ok := p.own(w, r)
	if !ok {
		return s, it, false
	}
	if stage, _ := it.Flow.Stage(s.Stage); !stage.Edit {
		http.Redirect(w, r, "/cases/"+s.ID, http.StatusSeeOther)
		return s, it, false
	}
	return s, it, true
}

// editable is changeable for the pages of the form. Where only what was marked
// can be changed, all ways lead to the page that asks for it.
func (p *Portal) editable(w http.ResponseWriter, r *http.Request) (casework.State, *item.Item, bool) {
	s, it, ok := p.changeable(w, r)
	if page := r.PathValue("page"); ok && correcting(it, s) && page != "" && page != correctionPage {
		http.Redirect(w, r, correctionURL(s), http.StatusSeeOther)
		ok = false
	}
	if ok {
		it = narrowed(it, s)
	}
	return s, it, ok
}

// helping tells whether a member of staff fills in for somebody.
func helping(r *http.Request) bool { return web.VisitorOf(r.Context()).Staff != nil }
