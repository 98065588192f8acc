package desk

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"wangban/internal/casework"
	"wangban/internal/item"
	"wangban/internal/web"
	"wangban/internal/workday"
)

const pageSize = 25

// rowView is a case in a list.
type rowView struct {
	URL, Name, Item, Number string
	Stage                   string
	StageKind               web.Kind
	Unit, Holder            string
	For                     string // who is away, where the officer stands in
	Mine                    bool
	Light                   light
	Waiting                 string
	Back                    string // when a claim runs out
	Helped, At              string
	Pick                    string // its ID, where it can be ticked
}

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
	Short       bool // the text is too short to find a name by
	MissingYear int  // the calendar will lack it: for those who lead
}

// lights are the lights of limits to choose from.
var lights = []struct {
	Light workday.Light
	Label string
}{{workday.Green, "正常"}, {workday.Amber, "临期"}, {workday.Red, "超期"}, {workday.PausedLight, "暂停计时"}}

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

// ownUnit is the unit an officer works in, if they handle its cases.
func ownUnit(o *web.Officer) []string {
	if casework.Handles(casework.Actor{Units: o.Units}, o.Unit) {
		return []string{o.Unit}
	}
	return nil
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

// with is the address of the list with one filter changed; changing a filter
// leads back to the first page.
func (v listView) with(name, value string) string {
	values := url.Values{}
	for _, is := range [][2]string{{"item", v.Item}, {"q", v.Text}, {"stage", v.Stage}, {"who", v.Who}, {"light", string(v.Light)}, {name, value}} {
		values.Del(is[0])
		if is[1] != "" {
			values.Set(is[0], is[1])
		}
	}
	if len(values) == 0 {
		return v.Path
	}
	return v.Path + "?" + values.Encode()
}

// staffStages are the stages in which staff of some item act, in the items'
// order, with what they are called.
type staffStages struct {
	order  []string
	labels map[string][]string
}

func (d *Desk) staffStages() staffStages {
	s := staffStages{labels: map[string][]string{}}
	for _, it := range d.Items.All() {
		for _, stage := range it.Flow.Stages {
			if stage.End != "" || !forStaff(stage.By) {
				continue
			}
			if s.labels[stage.Name] == nil {
				s.order = append(s.order, stage.Name)
			}
			if !slices.Contains(s.labels[stage.Name], stage.Label) {
				s.labels[stage.Name] = append(s.labels[stage.Name], stage.Label)
			}
		}
	}
	return s
}

var forStaff = casework.ForStaff

// tab is a filter with what it finds.
type tab struct {
	web.Tab
	query casework.Query
}

// tabs are the filters above the queue.
func (d *Desk) tabs(ctx context.Context, v listView, stages staffStages) []tab {
	o := officer(ctx)
	plain := listView{Path: v.Path, Item: v.Item, Text: v.Text}
	all := casework.Query{Units: o.Units, Desk: true, Now: d.Now()}
	tabs := []tab{{web.Tab{Text: web.T(ctx, "全部待办"), URL: plain.with("", ""), Current: v.Stage == "" && v.Who == "" && v.Light == ""}, all}}
	add := func(text, filter, value string, current bool, q casework.Query) {
		tabs = append(tabs, tab{web.Tab{Text: text, URL: plain.with(filter, value), Current: current}, q})
	}
	for _, name := range stages.order {
		labels := make([]string, len(stages.labels[name]))
		for i, l := range stages.labels[name] {
			labels[i] = web.T(ctx, l)
		}
		q := all
		q.Stage = name
		add(strings.Join(labels, " / "), "stage", name, v.Stage == name, q)
	}
	q := all
	q.Holders = append([]string{o.ID}, o.For...)
	add(web.T(ctx, "我正在办"), "who", "mine", v.Who == "mine", q)
	if own := ownUnit(o); own != nil && !onlyOne(o.Units) {
		q := all
		q.Units = own
		add(web.T(ctx, "本单位"), "who", "unit", v.Who == "unit", q)
	}
	q = all
	q.Light = workday.Red
	add(web.T(ctx, "超期"), "light", string(workday.Red), v.Light == workday.Red, q)
	return tabs
}

// rowsOf are cases as lists show them; each officer's name is looked up once.
func (d *Desk) rowsOf(ctx context.Context, rows []casework.Row) []rowView {
	names := map[string]string{}
	name := func(id string) string {
		if _, known := names[id]; !known {
			names[id] = d.Name(ctx, id)
		}
		return names[id]
	}
	views, house := make([]rowView, len(rows)), d.House()
	for i, row := range rows {
		views[i] = d.rowOf(ctx, house, row, name)
	}
	return views
}

func (d *Desk) rowOf(ctx context.Context, house casework.House, row casework.Row, name func(id string) string) rowView {
	now := d.Now()
	v := rowView{URL: "/desk/cases/" + row.ID, Name: row.Title, Number: row.Number, Stage: row.Stage,
		Unit: web.T(ctx, d.Units()[row.Unit]), Mine: row.Holder == officer(ctx).ID, At: web.Moment(ctx, row.Updated)}
	lit := web.Lit{Near: row.Deadline.Near, Due: row.Deadline.Due}
	if it, ok := d.Items.Get(row.Item); ok {
		v.Item, lit.Unit = web.T(ctx, it.Guide.Title), it.Flow.Clock.Limit.Unit
		if stage, ok := it.Flow.Stage(row.Stage); ok {
			v.Stage, v.StageKind = web.T(ctx, stage.Label), stageKind(stage)
			if row.Deadline.Stage {
				lit.Unit, lit.Of = stage.Within.Unit, v.Stage
			}
		}
	}
	v.Light = web.LampOf(ctx, house, lit, now)
	if row.Deadline.Paused && row.Ended == "" {
		v.Light = light{Colour: workday.PausedLight, Text: web.T(ctx, "暂停计时")}
	}
	if v.Name == "" {
		v.Name = v.Item
	}
	if row.Holder != "" && !row.Due.IsZero() {
		v.Back = web.Left(ctx, row.Due.Sub(now))
	}
	if slices.Contains(officer(ctx).For, row.Holder) {
		v.For = name(row.Holder)
	}
	if row.Holder != "" {
		v.Holder = name(row.Holder)
	}
	if row.Helper != "" {
		v.Helped = name(row.Helper)
	}
	if !row.ClockStart.IsZero() {
		v.Waiting = web.Left(ctx, max(now.Sub(row.ClockStart), time.Second))
	}
	return v
}

func stageKind(stage item.Stage) web.Kind {
	switch {
	case stage.End == item.EndSuccess:
		return web.Good
	case stage.End != "":
		return web.Calm
	case forStaff(stage.By):
		return web.Plain
	}
	return web.Warn
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
