package portal

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"strings"

	"wangban/internal/casework"
	"wangban/internal/item"
	"wangban/internal/web"
	"wangban/internal/workday"
)

// minePageSize is how many applications a page of one's own holds.
const minePageSize = 20

// Which of one's own applications are shown.
const (
	mineOpen  = "open"
	mineTurn  = "turn" // those that wait for the visitor
	mineEnded = "ended"
)

// mineView is the visitor's own applications (我的申请), narrowed as asked. It
// works by links and one form that is sent like any other.
type mineView struct {
	Visitor     web.Visitor
	Rows        []mineRow
	State       string
	Item        string
	Text        string
	States      []web.Tab
	Items       []mineItem // those that the visitor has applied for
	First, Next string     // addresses of pages; "" none
}

// mineItem is an item to choose.
type mineItem struct{ Name, Title string }

// mineRow is an application in the list: where it stands, until when, and how
// that date came about.
type mineRow struct {
	foundCase
	Turn  bool // it waits for the visitor
	Lamp  web.Lamp
	Due   string
	Limit limitView
}

// narrowed tells whether anything is left out.
func (v mineView) narrowed() bool { return v.State != "" || v.Item != "" || v.Text != "" }

// url is the address of the list with another state, or another page.
func (v mineView) url(state, after string) string {
	q := url.Values{}
	for name, value := range map[string]string{"state": state, "item": v.Item, "q": v.Text, "after": after} {
		if value != "" {
			q.Set(name, value)
		}
	}
	if len(q) == 0 {
		return "/my"
	}
	return "/my?" + q.Encode()
}

// mineOf are the cases that the visitor may open.
func mineOf(v web.Visitor) casework.Mine {
	m := casework.Mine{Cases: v.Cases}
	for _, owner := range []string{v.Person, v.Session} {
		if owner != "" {
			m.Owners = append(m.Owners, owner)
		}
	}
	return m
}

// mine lists the cases that this browser or account owns, or has been let into.
func (p *Portal) mine(w http.ResponseWriter, r *http.Request) {
	ctx := r.Context()
	q := r.URL.Query()
	v := mineView{Visitor: web.VisitorOf(ctx), State: q.Get("state"), Item: q.Get("item"), Text: strings.TrimSpace(q.Get("q"))}
	whose := mineOf(v.Visitor)
	ask := casework.Query{Mine: &whose, Item: v.Item, Text: v.Text, After: q.Get("after"), Limit: minePageSize}
	switch v.State {
	case mineOpen:
		ask.Live = true
	case mineTurn:
		ask.Turn = true
	case mineEnded:
		ask.Ended = true
	default:
		v.State = ""
	}
	next, err := p.fillMine(ctx, &v, ask)
	switch {
	case errors.Is(err, casework.ErrPage):
		web.Fail(w, r, http.StatusBadRequest, "这个页码看不懂。从第一页重新看。")
		return
	case err != nil:
		panic(err)
	}
	if v.Items, err = p.mineItems(ctx, whose); err != nil {
		panic(err)
	}
	for _, s := range []struct{ state, text string }{{"", "全部"}, {mineTurn, "等我办"}, {mineOpen, "没办完"}, {mineEnded, "已结束"}} {
		v.States = append(v.States, web.Tab{Text: web.T(ctx, s.text), URL: v.url(s.state, ""), Current: s.state == v.State})
	}
	if next != "" {
		v.Next = v.url(v.State, next)
	}
	if q.Get("after") != "" {
		v.First = v.url(v.State, "")
	}
	web.Render(w, r, http.StatusOK, minePage(v))
}

// mostReads bounds how often a page is read on for cases to fill it. What the
// list knows of a case is that the staff are not to act; whether it waits for
// the visitor, and not for who signs, the case itself tells.
const mostReads = 10

// fillMine fills the page with the cases asked for, and tells where the next
// one begins.
func (p *Portal) fillMine(ctx context.Context, v *mineView, ask casework.Query) (next string, err error) {
	for range mostReads {
		ask.Limit = minePageSize - len(v.Rows) // so that the next page begins after the last one shown
		rows, more, err := p.Door.List(ctx, ask)
		if err != nil {
			return "", err
		}
		for _, row := range rows {
			one, ok, err := p.mineRow(ctx, row.ID)
			if err != nil {
				return "", err
			}
			if ok && (one.Turn || v.State != mineTurn) {
				v.Rows = append(v.Rows, one)
			}
		}
		if next = more; next == "" || len(v.Rows) == minePageSize {
			break
		}
		ask.After = next
	}
	return next, nil
}

// mineRow is one of the visitor's applications; false of one whose content has
// been deleted.
func (p *Portal) mineRow(ctx context.Context, id string) (mineRow, bool, error) {
	c, s, it, err := p.foundState(ctx, id)
	var gone *casework.Refusal
	if errors.As(err, &gone) {
		return mineRow{}, false, nil
	}
	if err != nil {
		return mineRow{}, false, err
	}
	stage, _ := it.Flow.Stage(s.Stage)
	row := mineRow{foundCase: c, Turn: stage.End == "" && stage.By == "applicant"}
	switch clock := web.ClockOf(it, s); {
	case stage.End != "":
		return row, true, nil
	case row.Turn && !s.Due.IsZero():
		row.Due = web.Tf(ctx, "要在 %s 前提交。", web.Moment(ctx, s.Due))
	case clock == web.ClockRuns:
		row.Lamp = web.LampOf(ctx, p.House(), web.Lit{Near: s.ClockNear, Due: s.ClockDue, Unit: it.Flow.Clock.Limit.Unit}, p.Now())
	case clock == web.ClockPaused, clock == web.ClockWaiting:
		row.Lamp = web.Lamp{Colour: workday.PausedLight, Text: web.T(ctx, "暂停计时")}
	}
	if row.Limit = p.limitOf(ctx, it, s); row.Due == "" {
		row.Due = row.Limit.Text
	}
	return row, true, nil
}

// mineItems are the items that the visitor has applied for, by title.
func (p *Portal) mineItems(ctx context.Context, whose casework.Mine) ([]mineItem, error) {
	names, err := p.Door.ItemsOf(ctx, whose)
	var out []mineItem
	for _, name := range names {
		it, ok := p.Items.Get(name)
		if ok {
			web.Speak(ctx, it.English)
		} else {
			it = &item.Item{Guide: item.Guide{Title: name}} // not offered any more
		}
		out = append(out, mineItem{name, web.T(ctx, it.Guide.Title)})
	}
	return out, err
}
