package casework

import (
	"context"
	"slices"
	"time"

	"wangban/internal/db"
	"wangban/internal/item"
)

// Notice is something that colleagues are told of. It is about a unit, or about
// one member of staff.
type Notice struct {
	Kind    NoticeKind
	Unit    string
	Officer string
	At      time.Time // asked, reminded: when the answer is due; visit: when it takes place; zero: none
}

// NoticeKind is what a notice is about.
type NoticeKind string

// Kinds of notices: of a unit's opinion, and of what is given to a unit or to
// one of its members.
const (
	NoticeAsked    NoticeKind = "asked"
	NoticeReminded NoticeKind = "reminded"
	NoticeRecalled NoticeKind = "recalled"
	NoticeMoved    NoticeKind = "moved" // the unit is to handle the case
	NoticeGiven    NoticeKind = "given" // the officer holds the case now
	NoticeVisit    NoticeKind = "visit" // the officer is to visit a place
)

// Inform finds out who else is told of an act than the item says, such as
// colleagues, before its transaction begins. Messages go out with the act's
// other ones; keep, where there is one, writes down in the transaction what was
// told.
type Inform func(ctx context.Context, it *item.Item, before, after State, e Event) (messages []Message, keep func(context.Context, db.Tx) error, err error)

// Notices are what an event means for colleagues of whoever acted.
func Notices(before, after State, e Event) []Notice {
	var out []Notice
	for _, c := range e.Data.Consults {
		was, known := before.consult(c.N)
		n := Notice{Unit: c.Unit, At: c.Due}
		switch {
		case !known && c.Open():
			n.Kind = NoticeAsked
		case known && was.Open() && c.Recalled != nil:
			n.Kind, n.At = NoticeRecalled, time.Time{}
		case known && was.Reminded.IsZero() && !c.Reminded.IsZero():
			n.Kind = NoticeReminded
		default:
			continue
		}
		out = append(out, n)
	}
	if e.Data.Unit != "" && e.Data.Submit == nil && after.Unit != before.Unit {
		out = append(out, Notice{Kind: NoticeMoved, Unit: after.Unit})
	}
	if h := after.Holder; h != nil && h.ID != e.Actor.ID && (before.Holder == nil || before.Holder.ID != h.ID) {
		out = append(out, Notice{Kind: NoticeGiven, Officer: h.ID})
	}
	if v := e.Data.Visit; v != nil && v.Done.IsZero() {
		for _, o := range v.Officers {
			if o.ID != e.Actor.ID {
				out = append(out, Notice{Kind: NoticeVisit, Officer: o.ID, At: v.At})
			}
		}
	}
	return slices.Clip(out)
}

// informed adds to an entry what is told beside what the item says.
func (d *Door) informed(ctx context.Context, e entry) (entry, error) {
	for _, inform := range d.inform {
		messages, keep, err := inform(ctx, e.item, e.was.state, e.o.State, e.o.Event)
		if err != nil {
			return e, err
		}
		e.told = append(e.told, messages...)
		if keep != nil {
			e.keep = append(e.keep, keep)
		}
	}
	return e, nil
}
