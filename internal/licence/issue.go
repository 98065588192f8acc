package licence

import (
	"context"
	"crypto/rand"
	"encoding/base32"
	"fmt"
	"strings"
	"time"

	"wangban/internal/casework"
	"wangban/internal/cn"
	"wangban/internal/db"
	"wangban/internal/form"
	"wangban/internal/item"
)

// Issue is the effect licence.issue. The flow tells what to issue:
//
//	licence.issue: {kind: food, number: food, document: certificate, public: food.mode, valid: 5 years}
//
// kind is what is counted and later looked for, number the expression of the
// flow's numbers, document what is made as PDF (none: a number only), public
// the fields that anyone may see who verifies the licence, valid how long it
// lasts; see docs/items.md for all of them. With each there is a licence for
// every record of a list.
//
// The PDF is not made here, because that would hold up every other act; see
// PDF.
func (r *Room) Issue(ctx context.Context, tx db.Tx, call casework.Call, _, after casework.State, e casework.Event) (map[string]string, error) {
	all, err := r.grants(call, after, e)
	if err != nil {
		return nil, err
	}
	order, err := r.bySeries(all)
	if err != nil {
		return nil, err
	}
	numbers := make([]string, len(all))
	for _, i := range order {
		if numbers[i], err = r.issue(ctx, tx, all[i]); err != nil {
			return nil, err
		}
	}
	return results(call, "licence", numbers), nil
}

func (r *Room) issue(ctx context.Context, tx db.Tx, g grant) (string, error) {
	t, err := r.number(ctx, tx, g)
	if err != nil {
		return "", err
	}
	v := g.version(ActIssue, 1)
	v.Title, v.Unit, v.USCC = g.it.Guide.Result.Name, g.called(), cn.Code(text(g.after, g.it.Flow.Subject))
	if g.call.With["uscc"] == usccNumber {
		v.USCC = t.number
	}
	v.From = g.at
	if v.Until, err = endOf(g.call.With["valid"], g.at, g.env); err != nil {
		return "", fmt.Errorf("until when licence %s is valid: %w", t.number, err)
	}
	l := g.fresh(t, v)
	l.identity = r.identity(g, t)
	if err := insert(ctx, tx, l, t); err != nil {
		return "", fmt.Errorf("keep licence %s: %w", t.number, err)
	}
	return t.number, nil
}

// usccNumber is the setting with which the number is the holder's code, as that
// of a business licence is.
const usccNumber = "number"

// grant is what an effect is told: the act on the case, and the item's word.
type grant struct {
	it    *item.Item
	call  casework.Call
	after casework.State
	event casework.Event
	at    time.Time
	env   form.Env

	record *record // of a list, when the effect is done for each; nil: for the case
}

func (r *Room) grant(call casework.Call, after casework.State, e casework.Event) (grant, error) {
	it, ok := r.Items.Version(after.Hash)
	if !ok {
		return grant{}, fmt.Errorf("%s: the item version of case %s is not in the library", call.Name, after.ID)
	}
	return grant{it: it, call: call, after: after, event: e, at: e.At, env: casework.Env(casework.House{}, it, after)}, nil
}

// version begins a version with what the case says of it.
func (g grant) version(act Act, n int) Version {
	return Version{Number: n, Act: act, Case: g.after.ID, Item: g.it.Name, Document: g.call.With["document"], Content: g.after.ID, Record: g.record.name(),
		Facts: g.facts(g.call.With["public"]), Made: g.at, Code: newCode()}
}

// fresh is a licence that begins with a version.
func (g grant) fresh(t taken, v Version) Licence {
	l := Licence{Public: Public{Number: t.number, Kind: firstWord(g.call.With["kind"]), Town: text(g.after, g.it.Flow.Town), Status: Valid, Issued: v.Made},
		Listed: g.call.With["listed"] != "no"}
	l.show(v)
	return l
}

// show makes a version the newest.
func (l *Licence) show(v Version) {
	l.Version, l.Title, l.Unit, l.USCC, l.Facts = v.Number, v.Title, v.Unit, v.USCC, v.Facts
	l.Made, l.From, l.Until = v.Made, v.From, v.Until
	l.Item, l.Case, l.Document, l.Content, l.Record, l.Code, l.File = v.Item, v.Case, v.Document, v.Content, v.Record, v.Code, v.File
	l.act, l.imported, l.Unsigned, l.Versions = v.Act, v.imported, v.Act == ActImport, append(l.Versions, v)
}

func text(s casework.State, field string) string {
	v, _ := s.Values[field].(string)
	return v
}

// facts are the answers that the flow makes public; what identifies a person
// is covered even so.
func (g grant) facts(fields string) []Fact {
	out := []Fact{}
	for id := range strings.FieldsSeq(fields) {
		f, answer, ok := g.field(id)
		if v := form.Show(f, answer, form.Context{}, true, nil); ok && v != "" {
			out = append(out, Fact{f.Label, v})
		}
	}
	return out
}

var encoding = base32.NewEncoding("0123456789abcdefghjkmnpqrstvwxyz")

// newCode is what makes the address in a licence's QR code unguessable.
func newCode() string {
	b := make([]byte, 10)
	_, _ = rand.Read(b)
	return encoding.EncodeToString(b)
}
