package portal

import (
	"cmp"
	"context"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"wangban/internal/item"
	"wangban/internal/web"
)

// home shows the enterprise side first.
func (p *Portal) home(w http.ResponseWriter, r *http.Request) {
	items := p.open()
	// What the administration hands out sheets for is what most come for.
	slices.SortStableFunc(items, func(a, b *item.Item) int { return cmp.Compare(len(b.Guide.Sheet), len(a.Guide.Sheet)) })
	web.Render(w, r, http.StatusOK, homePage(items))
}

// open are the items that can be applied for now, in the order of their
// names.
func (p *Portal) open() []*item.Item {
	now := p.Now()
	return slices.DeleteFunc(p.Items.All(), func(it *item.Item) bool { return !it.Guide.Live.Covers(now) })
}

// listView is the list of items, narrowed by words and theme.
type listView struct {
	Query, Theme string
	Themes       []string
	Items        []*item.Item
}

// items lists what can be applied for.
func (p *Portal) items(w http.ResponseWriter, r *http.Request) {
	v := listView{Query: strings.TrimSpace(r.URL.Query().Get("q")), Theme: r.URL.Query().Get("theme")}
	for _, it := range p.open() {
		for _, theme := range it.Guide.Themes {
			if !slices.Contains(v.Themes, theme) {
				v.Themes = append(v.Themes, theme)
			}
		}
		if matches(it, v.Query) && (v.Theme == "" || slices.Contains(it.Guide.Themes, v.Theme)) {
			v.Items = append(v.Items, it)
		}
	}
	slices.Sort(v.Themes)
	web.Render(w, r, http.StatusOK, itemsPage(v))
}

// matches looks for every word in what an item says of itself, in both
// languages.
func matches(it *item.Item, query string) bool {
	text := strings.ToLower(strings.Join(append([]string{it.Guide.Title, it.Guide.Summary, it.Guide.Kind,
		it.English[it.Guide.Title], it.English[it.Guide.Summary]}, it.Guide.Themes...), " "))
	for _, word := range strings.Fields(strings.ToLower(query)) {
		if !strings.Contains(text, word) {
			return false
		}
	}
	return true
}

// guide shows an item's guide (办事指南).
func (p *Portal) guide(w http.ResponseWriter, r *http.Request) {
	it, ok := p.Items.Get(r.PathValue("item"))
	if !ok {
		web.NotFound(w, r)
		return
	}
	web.Speak(r.Context(), it.English)
	web.Render(w, r, http.StatusOK, guidePage(it, it.Guide.Live.Covers(p.Now()), !p.Now().Before(it.Guide.PaperUntil), web.NewKey()))
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
	return web.Tf(ctx, "%d 次", n)
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

func themeTabs(ctx context.Context, v listView) []web.Tab {
	tabs := []web.Tab{{Text: web.T(ctx, "全部"), URL: "/items", Current: v.Theme == ""}}
	for _, t := range v.Themes {
		tabs = append(tabs, web.Tab{Text: web.T(ctx, t), URL: "/items?theme=" + url.QueryEscape(t), Current: v.Theme == t})
	}
	return tabs
}
