package portal

import (
	"context"
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
	parties, cases, err := p.parts(ctx)
	if err != nil {
		panic(err)
	}
	reader := reader(ctx)
	page, more, err := p.Box.Box(ctx, reader, parties, r.URL.Query().Get("after"))
	if err != nil {
		panic(err)
	}
	v := messagesView{}
	if v.Unread, err = p.Box.Unread(ctx, reader, parties); err != nil {
		panic(err)
	}
	papers := map[string][]paper.Paper{}
	for _, m := range page {
		c := cases[m.Case]
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
	parties, _, err := p.parts(ctx)
	if err == nil {
		caseID, err = p.Box.MarkRead(ctx, reader(ctx), parties, message)
	}
	if err != nil {
		panic(err)
	}
	return caseID
}

// reader is who reads: the account, or the browser that has none.
func reader(ctx context.Context) string {
	v := web.VisitorOf(ctx)
	if v.Person != "" {
		return v.Person
	}
	return v.Session
}

// parts are the visitor's cases with the name of their part in each: a message
// to the signer is not the agent's.
func (p *Portal) parts(ctx context.Context) (map[string]string, map[string]foundCase, error) {
	own, err := p.ownCases(ctx, web.VisitorOf(ctx))
	if err != nil {
		return nil, nil, err
	}
	parties, cases := map[string]string{}, map[string]foundCase{}
	for _, c := range own {
		s, it, err := p.Door.Get(ctx, c.ID)
		if err != nil {
			return nil, nil, err
		}
		if party, ok := casework.PartyOf(it, casework.Env(p.House(), it, s), "applicant"); ok {
			parties[c.ID], cases[c.ID] = party.Name, c
		}
	}
	return parties, cases, nil
}
