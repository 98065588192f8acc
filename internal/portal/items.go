package portal

import (
	"cmp"
	"context"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"wangban/internal/form"
	"wangban/internal/item"
	"wangban/internal/web"
)

// homeView is the first page: some items to begin with and the ways to all.
type homeView struct {
	Items          []*item.Item // to begin with
	All            int
	Sheets         []*item.Item // those explained on one page, for who comes for the first time
	Themes, Events facet
}

// What the first page has room for: more is behind a link.
const (
	homeItems  = 6
	homeSheets = 2
	homeFacets = 12
)

// home shows the enterprise side first.
func (p *Portal) home(w http.ResponseWriter, r *http.Request) {
	items := p.open()
	// What the administration hands out sheets for is what most come for.
	slices.SortStableFunc(items, func(a, b *item.Item) int { return cmp.Compare(len(b.Guide.Sheet), len(a.Guide.Sheet)) })
	v := homeView{All: len(items)}
	for _, it := range items {
		if it.Guide.Licence.Act == "" && len(v.Items) < homeItems { // the others begin in the wallet
			v.Items = append(v.Items, it)
		}
	}
	for _, it := range items {
		if len(it.Guide.Sheet) > 0 && len(v.Sheets) < homeSheets {
			v.Sheets = append(v.Sheets, it)
		}
	}
	list := listView{}
	for _, f := range p.facets(r.Context(), list, items) {
		f.Values = f.Values[:min(homeFacets, len(f.Values))]
		switch f.Name {
		case "theme":
			v.Themes = f
		case "event":
			v.Events = f
		}
	}
	web.Render(w, r, http.StatusOK, homePage(v))
}

// open are the items that can be applied for now: those with which something
// begins, then what is done with a licence in the course of its life; in each
// by their names.
func (p *Portal) open() []*item.Item {
	now := p.Now()
	items := slices.DeleteFunc(p.Items.All(), func(it *item.Item) bool { return it.Flow.ExOfficio() || !it.Guide.Live.Covers(now) })
	slices.SortStableFunc(items, inLife)
	return items
}

// inLife orders items by when in the life of a licence they are needed.
func inLife(a, b *item.Item) int {
	acts := item.LicenceActs()
	return cmp.Compare(slices.Index(acts, a.Guide.Licence.Act), slices.Index(acts, b.Guide.Licence.Act))
}

// listView is the list of items, narrowed by what was searched and chosen.
type listView struct {
	Query    string
	Chosen   map[string]string // by facet
	Facets   []facet
	Items    []*item.Item
	Near     []*item.Item // when nothing fits the query: what is nearest
	Narrowed bool
}

// facet is a way to narrow the list (主题, 一件事, 部门, 证照).
type facet struct {
	Name, Title string
	Values      []facetValue
}

// facetValue is one choice with how many items are behind it.
type facetValue struct {
	Value, Text, URL string
	N                int
	Current          bool
}

// facetNames are the ways to narrow, in the order in which they are shown.
var facetNames = []struct{ name, title string }{{"theme", "按主题"}, {"event", "按一件事"}, {"office", "按部门"}, {"licence", "按证照"}}

// grouped are the values of an item in a facet.
func grouped(it *item.Item, name string) []string {
	switch name {
	case "theme":
		return it.Guide.Themes
	case "event":
		return it.Guide.Events
	case "licence":
		return slices.Concat(it.Guide.Licence.Kinds, issues(it))
	}
	return slices.DeleteFunc([]string{it.Guide.Office}, func(s string) bool { return s == "" })
}

// issues are the kinds of licences that an item makes.
func issues(it *item.Item) []string {
	var kinds []string
	add := func(uses []item.EffectUse) {
		for _, e := range uses {
			if e.Name == "licence.issue" && !slices.Contains(kinds, e.With["kind"]) {
				kinds = append(kinds, e.With["kind"])
			}
		}
	}
	for _, stage := range it.Flow.Stages {
		add(stage.Enter)
		add(stage.Leave)
		for _, act := range stage.Acts {
			add(act.Effects)
		}
	}
	return kinds
}

// items lists what can be applied for.
func (p *Portal) items(w http.ResponseWriter, r *http.Request) {
	v := listView{Query: strings.TrimSpace(r.URL.Query().Get("q")), Chosen: map[string]string{}}
	for _, f := range facetNames {
		if value := r.URL.Query().Get(f.name); value != "" {
			v.Chosen[f.name] = value
		}
	}
	v.Narrowed = v.Query != "" || len(v.Chosen) > 0
	all := p.open()
	fitting := all
	if v.Query != "" {
		fitting, v.Near = p.finder.of(all, p.Unit).find(v.Query)
	}
	v.Facets = p.facets(r.Context(), v, fitting)
	for _, it := range fitting {
		if v.keeps(it, "") {
			v.Items = append(v.Items, it)
		}
	}
	web.Render(w, r, http.StatusOK, itemsPage(v))
}

// keeps tells whether an item is within what was chosen in all facets but one.
func (v listView) keeps(it *item.Item, but string) bool {
	for name, value := range v.Chosen {
		if name != but && !slices.Contains(grouped(it, name), value) {
			return false
		}
	}
	return true
}

// facets are the ways to narrow the items further, each choice with how many
// are left. What leads to nothing is not offered.
func (p *Portal) facets(ctx context.Context, v listView, items []*item.Item) []facet {
	var out []facet
	for _, name := range facetNames {
		f := facet{Name: name.name, Title: web.T(ctx, name.title)}
		counts, first := map[string]int{}, map[string]int{}
		for i, it := range items {
			if v.keeps(it, name.name) {
				values := slices.Clone(grouped(it, name.name))
				slices.Sort(values)
				for _, value := range slices.Compact(values) {
					if counts[value]++; counts[value] == 1 && name.name == "event" {
						first[value] = i // events come as life brings them, not by how many items there are
					}
				}
			}
		}
		for value, n := range counts {
			f.Values = append(f.Values, facetValue{Value: value, Text: p.facetText(ctx, name.name, value), N: n,
				URL: v.with(name.name, value), Current: v.Chosen[name.name] == value})
		}
		slices.SortFunc(f.Values, func(a, b facetValue) int {
			return cmp.Or(cmp.Compare(first[a.Value], first[b.Value]), cmp.Compare(b.N, a.N), cmp.Compare(a.Value, b.Value))
		})
		if len(f.Values) > 0 {
			out = append(out, f)
		}
	}
	return out
}

func (p *Portal) facetText(ctx context.Context, facet, value string) string {
	switch facet {
	case "office":
		if name := p.Unit(value); name != "" {
			return web.T(ctx, name)
		}
	case "licence":
		for _, k := range p.Licences.Kinds() {
			if k.Name == value {
				return web.T(ctx, k.Title)
			}
		}
	}
	return web.T(ctx, value)
}

// chosen are what was chosen, each leading to the list without it.
func (v listView) chosen() []web.Tab {
	var tabs []web.Tab
	for _, f := range v.Facets {
		for _, value := range f.Values {
			if value.Current {
				tabs = append(tabs, web.Tab{Text: value.Text + " ✕", URL: v.with(f.Name, ""), Current: true})
			}
		}
	}
	return tabs
}

// with is the address of the list with one choice changed.
func (v listView) with(name, value string) string {
	values := url.Values{}
	for k, chosen := range v.Chosen {
		values.Set(k, chosen)
	}
	if v.Query != "" {
		values.Set("q", v.Query)
	}
	values.Set(name, value)
	if value == "" {
		values.Del(name)
	}
	if len(values) == 0 {
		return "/items"
	}
	return "/items?" + values.Encode()
}

// guide shows an item's guide (办事指南).
func (p *Portal) guide(w http.ResponseWriter, r *http.Request) {
	it, ok := p.Items.Get(r.PathValue("item"))
	if !ok {
		web.NotFound(w, r)
		return
	}
	web.Speak(r.Context(), it.English)
	web.Render(w, r, http.StatusOK, guidePage(it, p.Unit(it.Guide.Office), it.Guide.Live.Covers(p.Now()), !p.Now().Before(it.Guide.PaperUntil), web.NewKey()))
}

// contents lead to the parts of a guide.
func contents(g item.Guide) []web.Link {
	var links []web.Link
	for _, part := range []struct {
		text, url string
		there     bool
	}{
		{"要准备的材料", "#materials", true}, {"办理流程", "#steps", true}, {"谁可以办", "#who", len(g.Applicants) > 0},
		{"办理条件", "#conditions", len(g.Conditions) > 0}, {"办好以后得到什么", "#result", true}, {"设定依据", "#basis", true},
		{"常见问题", "#questions", len(g.Questions) > 0}, {"对结果不满意怎么办", "#remedies", len(g.Remedies) > 0},
	} {
		if part.there {
			links = append(links, web.Link{Text: part.text, URL: part.url})
		}
	}
	return links
}

// audienceText is for whom an item is, in a word or two.
func audienceText(ctx context.Context, g item.Guide) string {
	var names []string
	for _, a := range g.Audience {
		if name := map[string]string{"legal": "单位", "personal": "个人"}[a]; name != "" {
			names = append(names, name)
		}
	}
	if len(names) == 0 {
		return web.T(ctx, "看办理条件")
	}
	return web.Words(ctx, names)
}

// uploads is how many of the materials people have to bring, at most: the
// others are made by the system or known already.
func uploads(it *item.Item) int {
	n := 0
	for _, m := range it.Guide.Materials {
		if f, ok := it.Form.Field(m.Field); ok && f.Type == form.TypeFile {
			n++
		}
	}
	return n
}

// limitText writes a promised or statutory limit.
func limitText(ctx context.Context, p item.Promise) string {
	if p.N == 0 {
		return web.T(ctx, p.Note)
	}
	return web.LimitText(ctx, p.Limit)
}

func visitsText(ctx context.Context, n int) string {
	if n == 0 {
		return web.T(ctx, "不用跑")
	}
	return web.Tf(ctx, "要到现场 %d 次", n)
}

var itemIcons = []string{"id", "file-certificate", "building-store", "certificate"}

// iconOf gives each item one of a few icons, the same every time.
func iconOf(it *item.Item) string {
	sum := 0
	for _, c := range it.Name {
		sum += int(c)
	}
	return itemIcons[sum%len(itemIcons)]
}
