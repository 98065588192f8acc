package desk

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"unicode/utf8"

	"wangban/internal/casework"
	"wangban/internal/item"
	"wangban/internal/web"
	"wangban/internal/workday"
)

const pageSize = 25

// listView is the queue, or all cases.
type listView struct {
	Path        string
	Chips       []web.Tab
	Mine        []rowView // cases the officer has claimed
	Rows        []rowView
	Items       []*item.Item
	Item, Text  string
	Stage, Who  string
	Light       workday.Light
	First, Next string
	Narrowed    bool
	ShowUnit    bool
	Bulk        *bulk
	All         bool   // every case of the page is ticked
	Tick        string // the address of this page with all of them ticked, or none
	Short       bool   // the text is too short to find a name by
	MissingYear int    // the calendar will lack it: for those who lead
}

// most is as far as cases are counted beside filters.
const most = 100

// queue is what waits for the staff of the officer's units, most urgent first.
func (d *Desk) queue(w http.ResponseWriter, r *http.Request) {
	ctx := r.Context()
	o := officer(ctx)
	v, q := d.narrow(r, "/desk")
	stages := d.staffStages()
	q.Desk, q.Now = true, d.Now()
	if name := r.FormValue("stage"); stages.labels[name] != nil {
		v.Stage, q.Stage = name, name
	}
	for _, l := range lights {
		if r.FormValue("light") == string(l.Light) {
			v.Light, q.Light = l.Light, l.Light
		}
	}
	switch r.FormValue("who") {
	case "mine":
		v.Who, q.Holders = "mine", append([]string{o.ID}, o.For...)
	case "unit":
		v.Who, q.Units = "unit", ownUnit(o)
	}
	if !d.fill(w, r, &v, q) {
		return
	}
	if d.MissingYear != nil && slices.Contains(o.Roles, casework.RoleLeader) {
		v.MissingYear = d.MissingYear()
	}
	v.Narrowed = v.Narrowed || v.Stage != "" || v.Who != "" || v.Light != ""
	if err := d.overview(ctx, &v, stages, q.After == ""); err != nil {
		panic(err)
	}
	web.Render(w, r, http.StatusOK, queuePage(v))
}

// overview adds what stands above the queue: how many cases are where, and on
// the first page, without filters, those that the officer has claimed.
func (d *Desk) overview(ctx context.Context, v *listView, stages staffStages, first bool) error {
	o := officer(ctx)
	if len(o.Units) == 0 {
		return nil
	}
	tabs := d.tabs(ctx, *v, stages)
	queries := make([]casework.Query, len(tabs))
	for i, t := range tabs {
		queries[i] = t.query
	}
	counts, err := d.Door.Counts(ctx, most, queries...)
	if err != nil {
		return err
	}
	for i, t := range tabs {
		if t.query.Stage != "" && counts[i] == 0 && !t.Current {
			continue // the items have many stages; those where nothing waits are in the way
		}
		t.Text += " " + web.Count(counts[i])
		v.Chips = append(v.Chips, t.Tab)
	}
	if !first || v.Narrowed {
		return nil
	}
	mine, _, err := d.Door.List(ctx, casework.Query{Units: o.Units, Desk: true, Holders: append([]string{o.ID}, o.For...), Limit: pageSize})
	v.Mine = d.rowsOf(ctx, mine)
	return err
}

// all is every case of the officer's units, ended ones too, newest first.
func (d *Desk) all(w http.ResponseWriter, r *http.Request) {
	v, q := d.narrow(r, "/desk/all")
	q.HandedIn = true
	if !d.fill(w, r, &v, q) {
		return
	}
	web.Render(w, r, http.StatusOK, allPage(v))
}

// narrow reads the filters that both lists have.
func (d *Desk) narrow(r *http.Request, path string) (listView, casework.Query) {
	v := listView{Path: path, Items: d.Items.All(), Item: r.FormValue("item"), Text: strings.TrimSpace(r.FormValue("q")),
		ShowUnit: len(d.Units()) > 1 && !onlyOne(officer(r.Context()).Units)}
	v.Narrowed = v.Item != "" || v.Text != ""
	return v, casework.Query{Units: officer(r.Context()).Units, Item: v.Item, Text: v.Text, After: r.FormValue("after"), Limit: pageSize}
}

// searchedText says what was looked for, and where.
func searchedText(ctx context.Context, v listView) string {
	if v.Path == "/desk" {
		return web.Tf(ctx, "在待办里找“%s”：办件编号或信用代码的开头，或者名称的一部分。", v.Text)
	}
	return web.Tf(ctx, "在全部办件里找“%s”：办件编号或信用代码的开头，或者名称的一部分。", v.Text)
}

// nextLabel is what leads on: the page after a full one, or the search where it
// stopped.
func nextLabel(ctx context.Context, v listView) string {
	if len(v.Rows) < pageSize {
		return web.T(ctx, "接着找")
	}
	return web.T(ctx, "下一页")
}

// everywhere is the address of the same search among all cases.
func (v listView) everywhere() string {
	return listView{Path: "/desk/all", Item: v.Item, Text: v.Text}.with("", "")
}

func onlyOne(units []string) bool { return len(units) == 1 && units[0] != "*" }

// fill reads a page of cases into the list.
func (d *Desk) fill(w http.ResponseWriter, r *http.Request, v *listView, q casework.Query) bool {
	ctx := r.Context()
	if len(q.Units) == 0 { // to the door, no units means all
		return true
	}
	rows, next, err := d.Door.List(ctx, q)
	switch {
	case errors.Is(err, casework.ErrPage):
		web.Fail(w, r, http.StatusBadRequest, "这个页码看不懂。从第一页重新看。")
		return false
	case err != nil:
		panic(err)
	}
	v.Rows = d.rowsOf(ctx, rows)
	if q.Desk {
		v.Bulk = d.bulkOf(ctx, rows, v.Rows)
		v.All = r.FormValue("all") == "1"
		v.Tick = v.with("after", q.After, "all", map[bool]string{false: "1"}[v.All])
	}
	v.Short = len(rows) == 0 && utf8.RuneCountInString(v.Text) == 1
	if next != "" {
		v.Next = v.with("after", next)
	}
	if q.After != "" {
		v.First = v.with("after", "")
	}
	return true
}

// with is the address of the list with filters changed, each given by name and
// value; changing a filter leads back to the first page.
func (v listView) with(changed ...string) string {
	values := url.Values{}
	is := append([]string{"item", v.Item, "q", v.Text, "stage", v.Stage, "who", v.Who, "light", string(v.Light)}, changed...)
	for pair := range slices.Chunk(is, 2) {
		values.Del(pair[0])
		if pair[1] != "" {
			values.Set(pair[0], pair[1])
		}
	}
	if len(values) == 0 {
		return v.Path
	}
	return v.Path + "?" + values.Encode()
}

// Waiting tells how many cases wait for an officer's units, and on how many an
// opinion is asked of them, for the frame; it counts no further than lists do.
func (d *Desk) Waiting(ctx context.Context, o web.Officer) (cases, asked int, err error) {
	if asked, err = d.Door.Asked(ctx, speaksFor(&o), most); err != nil || len(o.Units) == 0 {
		return 0, asked, err
	}
	counts, err := d.Door.Counts(ctx, most, casework.Query{Units: o.Units, Desk: true})
	if err != nil {
		return 0, 0, err
	}
	return counts[0], asked, nil
}

// filterWords is what the list is narrowed to, for where the controls that say
// so are folded away.
func filterWords(ctx context.Context, v listView) string {
	words := []string{"全部事项"}
	for _, it := range v.Items {
		if it.Name == v.Item {
			words[0] = it.Guide.Title
		}
	}
	for _, l := range lights {
		if l.Light == v.Light && v.Light != "" {
			words = append(words, l.Label)
		}
	}
	return web.Words(ctx, words)
}
