package desk

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"wangban/internal/casework"
	"wangban/internal/item"
	"wangban/internal/web"
)

const pageSize = 25

// rowView is a case in a list.
type rowView struct {
	URL, Name, Item, Number string
	Stage                   string
	StageKind               web.Kind
	Unit, Holder            string
	Mine                    bool
	Light                   light
	Waiting                 string
	Back                    string // when a claim runs out
	Helped, At              string
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
	First, Next string
	Narrowed    bool
	ShowUnit    bool
}

// queue is what waits for the staff of the officer's units, most urgent first.
func (d *Desk) queue(w http.ResponseWriter, r *http.Request) {
	ctx := r.Context()
	v, q := d.narrow(r, "/desk")
	stages := d.staffStages()
	v.Stage = r.FormValue("stage")
	q.Stages = stages.order
	if _, known := stages.labels[v.Stage]; known {
		q.Stages = []string{v.Stage}
	}
	switch v.Who = r.FormValue("who"); v.Who {
	case "mine":
		q.Holder = officer(ctx).ID
	case "late":
		q.DueBefore = d.Now()
	}
	if !d.fill(w, r, &v, q) {
		return
	}
	if err := d.overview(ctx, &v, stages, r.FormValue("after") == ""); err != nil {
		panic(err)
	}
	v.Narrowed = v.Narrowed || v.Stage != "" || v.Who != ""
	web.Render(w, r, http.StatusOK, queuePage(v))
}

// overview adds what stands above the queue: how many cases are where, and on
// the first page, without filters, those that the officer has claimed.
func (d *Desk) overview(ctx context.Context, v *listView, stages staffStages, first bool) error {
	o := officer(ctx)
	if len(o.Units) == 0 {
		return nil
	}
	counts, err := d.Door.Counts(ctx, o.Units)
	if err != nil {
		return err
	}
	mine, _, err := d.Door.List(ctx, casework.Query{Units: o.Units, Stages: stages.order, Holder: o.ID})
	if err != nil {
		return err
	}
	late, _, err := d.Door.List(ctx, casework.Query{Units: o.Units, Stages: stages.order, DueBefore: d.Now(), Limit: 99})
	if err != nil {
		return err
	}
	if first && v.Who == "" && v.Stage == "" && !v.Narrowed {
		for _, row := range mine {
			v.Mine = append(v.Mine, d.rowOf(ctx, row))
		}
	}
	v.Chips = chips(ctx, *v, stages, counts, len(mine), len(late))
	return nil
}

// all is every case of the officer's units, ended ones too, newest first.
func (d *Desk) all(w http.ResponseWriter, r *http.Request) {
	v, q := d.narrow(r, "/desk/all")
	q.Newest, q.HandedIn = true, true
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
	text := v.Text
	if !strings.ContainsFunc(text, func(c rune) bool { return c > 127 }) {
		text = strings.ToUpper(text) // codes and numbers are kept in capitals
	}
	return v, casework.Query{Units: officer(r.Context()).Units, Item: v.Item, Text: text, After: r.FormValue("after"), Limit: pageSize}
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
	for _, row := range rows {
		v.Rows = append(v.Rows, d.rowOf(ctx, row))
	}
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
	for _, is := range [][2]string{{"item", v.Item}, {"q", v.Text}, {"stage", v.Stage}, {"who", v.Who}, {name, value}} {
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

// forStaff tells whether a role of a flow is one that staff have.
func forStaff(role string) bool {
	return !slices.Contains([]string{"", "applicant", "signer", "visitor", "system"}, role)
}

func chips(ctx context.Context, v listView, stages staffStages, counts map[string]int, mine, late int) []web.Tab {
	total := 0
	for _, name := range stages.order {
		total += counts[name]
	}
	plain := listView{Path: v.Path, Item: v.Item, Text: v.Text}
	tabs := []web.Tab{{Text: web.Tf(ctx, "全部待办 %d", total), URL: plain.with("", ""), Current: v.Stage == "" && v.Who == ""}}
	for _, name := range stages.order {
		labels := make([]string, len(stages.labels[name]))
		for i, l := range stages.labels[name] {
			labels[i] = web.T(ctx, l)
		}
		tabs = append(tabs, web.Tab{Text: web.Tf(ctx, "%s %d", strings.Join(labels, " / "), counts[name]), URL: plain.with("stage", name), Current: v.Stage == name})
	}
	return append(tabs,
		web.Tab{Text: web.Tf(ctx, "我正在办 %d", mine), URL: plain.with("who", "mine"), Current: v.Who == "mine"},
		web.Tab{Text: web.Tf(ctx, "超期 %d", late), URL: plain.with("who", "late"), Current: v.Who == "late"})
}

// rowOf is a case as lists show it.
func (d *Desk) rowOf(ctx context.Context, row casework.Row) rowView {
	now := d.Now()
	v := rowView{URL: "/desk/cases/" + row.ID, Name: row.Title, Number: row.Number, Stage: row.Stage,
		Unit: web.T(ctx, d.Units()[row.Unit]), Mine: row.Holder == officer(ctx).ID, At: web.Moment(ctx, row.Updated)}
	v.Light = lightOf(ctx, row.ClockDue.Add(-row.ClockDue.Sub(row.ClockStart)/5), row.ClockDue, now)
	if it, ok := d.Items.Get(row.Item); ok {
		v.Item = web.T(ctx, it.Guide.Title)
		if stage, ok := it.Flow.Stage(row.Stage); ok {
			v.Stage, v.StageKind = web.T(ctx, stage.Label), stageKind(stage)
		}
	}
	if v.Name == "" {
		v.Name = v.Item
	}
	if row.Holder != "" {
		v.Holder = d.Name(ctx, row.Holder)
		v.Back = web.Left(ctx, row.Due.Sub(now))
	}
	if row.Helper != "" {
		v.Helped = d.Name(ctx, row.Helper)
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

// Waiting tells how many cases wait for an officer's units, for the frame.
func (d *Desk) Waiting(ctx context.Context, o web.Officer) (int, error) {
	if len(o.Units) == 0 {
		return 0, nil
	}
	counts, err := d.Door.Counts(ctx, o.Units)
	n := 0
	for _, name := range d.staffStages().order {
		n += counts[name]
	}
	return n, err
}
