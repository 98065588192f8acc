package desk

import (
	"context"
	"net/http"
	"net/url"
	"time"

	"wangban/internal/notice"
	"wangban/internal/web"
)

// noticesView is what the officer was told of what colleagues have done (通知),
// and what they want an SMS of.
type noticesView struct {
	Rows   []noticeRow
	Unread int
	Older  string // address of the page that follows
	First  string
	Unit   []noticeChoiceRow // of what is for the officer's unit
	Own    []noticeChoiceRow // of what is for themselves
	Saved  bool
}

// noticeChoiceRow is a kind of notice with what the officer wants of it.
type noticeChoiceRow struct {
	Kind   notice.Kind
	Label  string
	Chosen notice.Answer
}

// noticeKinds are what the kinds of notices are called where somebody chooses.
var noticeKinds = map[notice.Kind]string{
	notice.Asked: "征求意见", notice.Reminded: "催办", notice.Recalled: "不再征求意见", notice.Moved: "移交单位办理",
	notice.Given: "交给你办理", notice.Visit: "现场核查", notice.Substitute: "请假代办",
}

// noticeRow is a notice in words.
type noticeRow struct {
	notice.Notice
	Text, Item string
}

// notices lists what the officer was told. Reading it marks nothing: links are
// fetched before people follow them.
func (d *Desk) notices(w http.ResponseWriter, r *http.Request) {
	ctx := r.Context()
	me := officer(ctx).ID
	after := r.FormValue("after")
	v := noticesView{Saved: r.FormValue("saved") != ""}
	page, more, err := d.Notices.Page(ctx, me, after)
	if err == nil {
		v.Unread, err = d.Notices.Unread(ctx, me)
	}
	var choice notice.Choice
	if err == nil {
		choice, err = d.Notices.Choice(ctx, me)
	}
	if err != nil {
		panic(err)
	}
	for _, k := range notice.Kinds {
		row := noticeChoiceRow{Kind: k, Label: web.T(ctx, noticeKinds[k]), Chosen: choice[k]}
		if k.ForUnit() {
			v.Unit = append(v.Unit, row)
		} else {
			v.Own = append(v.Own, row)
		}
	}
	for _, n := range page {
		row := noticeRow{Notice: n, Text: d.noticeText(ctx, n)}
		if it, ok := d.Items.Get(n.Item); ok {
			web.Speak(ctx, it.English)
			row.Item = web.T(ctx, it.Guide.Title)
		}
		v.Rows = append(v.Rows, row)
	}
	if more {
		v.Older = "/desk/notices?after=" + url.QueryEscape(page[len(page)-1].ID)
	}
	if after != "" {
		v.First = "/desk/notices"
	}
	web.Render(w, r, http.StatusOK, noticesPage(v))
}

// noticeText says what a notice is about.
func (d *Desk) noticeText(ctx context.Context, n notice.Notice) string {
	text := ""
	switch n.Kind {
	case notice.Asked:
		text = web.Tf(ctx, "征求你单位的意见，%s 前答复", web.Moment(ctx, n.At))
	case notice.Reminded:
		text = web.Tf(ctx, "催办：征求你单位的意见还没有答复，%s 到期", web.Moment(ctx, n.At))
	case notice.Recalled:
		text = web.T(ctx, "不再征求你单位的意见，不用答复")
	case notice.Moved:
		text = web.T(ctx, "移交你单位办理")
	case notice.Given:
		text = web.T(ctx, "交给你办理")
	case notice.Visit:
		text = web.Tf(ctx, "安排你参加现场核查，%s", web.Moment(ctx, n.At))
	case notice.Substitute:
		return web.Tf(ctx, "%s请假，由你代办：%s 至 %s", d.Name(ctx, n.Away), web.Date(ctx, n.At), web.Date(ctx, n.Until.Add(-time.Second)))
	}
	if n.Away != "" {
		text += web.Tf(ctx, "（代%s）", d.Name(ctx, n.Away))
	}
	return text
}

// readNotices marks all of the officer's notices as read.
func (d *Desk) readNotices(w http.ResponseWriter, r *http.Request) {
	d.markNotice(r, "")
	http.Redirect(w, r, "/desk/notices", http.StatusSeeOther)
}

// readNotice marks one as read and leads to what it is about.
func (d *Desk) readNotice(w http.ResponseWriter, r *http.Request) {
	caseID, ok := d.markNotice(r, r.PathValue("notice"))
	switch {
	case !ok:
		web.Fail(w, r, http.StatusNotFound, "没有这条通知。回到通知列表看。")
	case caseID == "":
		http.Redirect(w, r, "/desk/absence", http.StatusSeeOther)
	default:
		http.Redirect(w, r, "/desk/cases/"+caseID, http.StatusSeeOther)
	}
}

func (d *Desk) markNotice(r *http.Request, id string) (caseID string, ok bool) {
	caseID, ok, err := d.Notices.MarkRead(r.Context(), officer(r.Context()).ID, id)
	if err != nil {
		panic(err)
	}
	return caseID, ok
}

// chooseNotices keeps what the officer wants an SMS of.
func (d *Desk) chooseNotices(w http.ResponseWriter, r *http.Request) {
	c := notice.Choice{}
	for _, k := range notice.Kinds {
		c[k] = notice.Answer(r.PostFormValue(string(k)))
	}
	if err := d.Notices.Choose(r.Context(), officer(r.Context()).ID, c); err != nil {
		panic(err)
	}
	http.Redirect(w, r, "/desk/notices?saved=yes#choice", http.StatusSeeOther)
}
