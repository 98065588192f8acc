package portal

import (
	"context"
	"errors"
	"net/http"
	"net/url"

	"wangban/internal/casework"
	"wangban/internal/notify"
	"wangban/internal/paper"
	"wangban/internal/web"
)

// messagesView is the visitor's box of messages (站内消息).
type messagesView struct {
	Messages []boxedMessage
	Unread   int
	Older    string // address of the page that follows
	Later    bool   // there are newer ones before this page
}

// boxedMessage is a message with what it is about.
type boxedMessage struct {
	notify.Boxed
	Title, Item string // of the case
	Sent        string // what became of the SMS
	Papers      []paper.Paper
}

// messages lists what was told to the visitor. Reading it marks nothing: links
// are fetched before people follow them.
func (p *Portal) messages(w http.ResponseWriter, r *http.Request) {
	ctx := r.Context()
	reader, err := p.reader(ctx)
	if err != nil {
		panic(err)
	}
	page, more, err := p.Box.Box(ctx, reader, r.URL.Query().Get("after"))
	if err != nil {
		panic(err)
	}
	v := messagesView{Later: r.URL.Query().Get("after") != ""}
	if v.Unread, err = p.Box.Unread(ctx, reader); err != nil {
		panic(err)
	}
	papers, cases := map[string][]paper.Paper{}, map[string]foundCase{}
	for _, m := range page {
		c, read := cases[m.Case]
		if !read {
			if c, err = p.about(ctx, m.Case); err != nil {
				panic(err)
			}
			cases[m.Case] = c
		}
		text, args := m.Words()
		boxed := boxedMessage{Boxed: m, Title: c.Title, Item: c.Item, Sent: web.Tf(ctx, text, args...)}
		all, known := papers[m.Case]
		if !known && p.Papers != nil {
			if all, err = p.Papers.Of(ctx, m.Case); err != nil {
				panic(err)
			}
			papers[m.Case] = all
		}
		for _, one := range all {
			if one.Seq == m.Seq {
				boxed.Papers = append(boxed.Papers, one)
			}
		}
		v.Messages = append(v.Messages, boxed)
	}
	if more {
		v.Older = "/my/messages?after=" + url.QueryEscape(page[len(page)-1].ID)
	}
	web.Render(w, r, http.StatusOK, messagesPage(v))
}

// unreadText says how many are unread, as far as they are counted.
func unreadText(ctx context.Context, n int) string {
	if n >= notify.MostUnread {
		return web.Tf(ctx, "未读 %d 条以上", n)
	}
	return web.Tf(ctx, "未读 %d 条", n)
}

// readMessages marks all messages as read.
func (p *Portal) readMessages(w http.ResponseWriter, r *http.Request) {
	p.mark(w, r, "")
	http.Redirect(w, r, "/my/messages", http.StatusSeeOther)
}

// readMessage marks one as read and leads to its case.
func (p *Portal) readMessage(w http.ResponseWriter, r *http.Request) {
	id := p.mark(w, r, r.PathValue("message"))
	if id == "" {
		web.NotFound(w, r)
		return
	}
	http.Redirect(w, r, "/cases/"+id, http.StatusSeeOther)
}

func (p *Portal) mark(_ http.ResponseWriter, r *http.Request, message string) (caseID string) {
	ctx := r.Context()
	reader, err := p.reader(ctx)
	if err == nil {
		caseID, err = p.Box.MarkRead(ctx, reader, message)
	}
	if err != nil {
		panic(err)
	}
	return caseID
}

// reader is whose box it is: of the account, or of the browser that has none. In
// cases that a code has opened they have a part, and a message to the signer is
// not the agent's.
func (p *Portal) reader(ctx context.Context) (notify.Reader, error) {
	v := web.VisitorOf(ctx)
	r := notify.Reader{ID: v.Session, Owners: []string{v.Person, v.Session}, Parties: map[string]string{}}
	if v.Person != "" {
		r.ID = v.Person
	}
	for _, id := range v.Cases {
		s, it, err := p.Door.Get(ctx, id)
		var gone *casework.Refusal
		switch {
		case errors.As(err, &gone):
			continue
		case err != nil:
			return r, err
		}
		if party, ok := casework.PartyOf(it, casework.Env(p.House(), it, s), "applicant"); ok {
			r.Parties[id] = party.Name
		}
	}
	return r, nil
}

// about is the case of a message; of one that has been forgotten there is only
// its message left.
func (p *Portal) about(ctx context.Context, id string) (foundCase, error) {
	c, err := p.found(ctx, id)
	var gone *casework.Refusal
	if errors.As(err, &gone) {
		return foundCase{ID: id}, nil
	}
	return c, err
}
