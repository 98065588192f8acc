package notice

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"wangban/internal/casework"
	"wangban/internal/db"
	"wangban/internal/form"
	"wangban/internal/item"
)

// Inform finds out who is told of an act and who of them by SMS; it is the
// door's casework.Inform. Whoever acted is not told of it.
func (r *Room) Inform(ctx context.Context, it *item.Item, before, s casework.State, e casework.Event) ([]casework.Message, func(context.Context, db.Tx) error, error) {
	var all []Notice
	var messages []casework.Message
	for _, n := range casework.Notices(before, s, e) {
		told, err := r.told(ctx, n)
		if err != nil {
			return nil, nil, fmt.Errorf("who is told that case %s is %s: %w", s.ID, n.Kind, err)
		}
		for _, t := range told {
			same := func(o Notice) bool { return o.Staff == t.id && o.Kind == Kind(n.Kind) }
			if t.id == e.Actor.ID || slices.ContainsFunc(all, same) {
				continue
			}
			one := Notice{Staff: t.id, Kind: Kind(n.Kind), Case: s.ID, Number: s.Number, Item: it.Name, Away: t.away, At: n.At}
			if one.Texted, err = r.texts(ctx, t, one.Kind); err != nil {
				return nil, nil, err
			}
			if one.Texted {
				messages = append(messages, r.message(one, it.Guide.Title, t.mobile))
			}
			all = append(all, one)
		}
	}
	if len(all) == 0 {
		return nil, nil, nil
	}
	return messages, func(ctx context.Context, tx db.Tx) error { return r.insert(ctx, tx, all...) }, nil
}

// StandIn tells somebody that they stand in for a colleague, in the transaction
// that records it; id is the absence's.
func (r *Room) StandIn(ctx context.Context, tx db.Tx, id, away, substitute string, from, until time.Time) error {
	who, ok, err := r.Who(ctx, substitute)
	if err != nil || !ok {
		return err
	}
	n := Notice{Staff: substitute, Kind: Substitute, Away: away, At: from, Until: until}
	if n.Texted, err = r.texts(ctx, recipient{id: who.ID, mobile: who.Mobile, sms: true}, Substitute); err != nil {
		return err
	}
	if err := r.insert(ctx, tx, n); err != nil || !n.Texted {
		return err
	}
	return r.Send(ctx, tx, "absence/"+id, 0, []casework.Message{r.message(n, "", who.Mobile)})
}

// recipient is somebody who is told.
type recipient struct {
	id, mobile string
	away       string // for whom they stand in
	sms        bool   // gets an SMS unless they have chosen otherwise
}

// told are those a notice is for. Who is away is told on the workbench only;
// who stands in for them gets what they would have got.
func (r *Room) told(ctx context.Context, n casework.Notice) ([]recipient, error) {
	var all []Colleague
	sms := func(Colleague) bool { return true }
	if n.Officer != "" {
		one, ok, err := r.Who(ctx, n.Officer)
		if err != nil || !ok {
			return nil, err
		}
		all = []Colleague{one}
	} else {
		var err error
		if all, err = r.Of(ctx, n.Unit); err != nil {
			return nil, err
		}
		led := slices.ContainsFunc(all, func(c Colleague) bool { return c.Leads })
		whom := r.Whom(n.Unit)
		sms = func(c Colleague) bool { return whom == Everybody || whom == Leaders && (c.Leads || !led) }
	}
	var out, instead []recipient
	for _, c := range all {
		to := recipient{id: c.ID, mobile: c.Mobile, sms: sms(c)}
		if c.Substitute != "" {
			sub, ok, err := r.Who(ctx, c.Substitute)
			if err != nil {
				return nil, err
			}
			if ok {
				instead = append(instead, recipient{id: sub.ID, mobile: sub.Mobile, away: c.ID, sms: to.sms})
			}
			to.mobile = ""
		}
		out = append(out, to)
	}
	return append(out, instead...), nil
}

// texts tells whether an SMS goes to somebody: as they have chosen, or else as
// their unit has, and not soon after another of the kind.
func (r *Room) texts(ctx context.Context, to recipient, k Kind) (bool, error) {
	if to.mobile == "" {
		return false, nil
	}
	choice, err := r.Choice(ctx, to.id)
	if err != nil {
		return false, err
	}
	if chosen := choice[k]; chosen == No || chosen == AsUnit && !to.sms {
		return false, nil
	}
	last, err := r.lastTexted(ctx, to.id, k)
	return err == nil && (last.IsZero() || r.Now().Sub(last) >= r.Apart), err
}

// Templates are the SMS of notices by their names, as they are registered with
// carriers: staff_KIND, and staff_KIND_away for who stands in, where that says
// something else.
func Templates() map[string]string { return maps.Clone(texts) }

var texts = map[string]string{
	"staff_asked":      "办件${number}（${item}）征求你单位的意见，请在${at}前登录工作台答复。",
	"staff_reminded":   "提醒：办件${number}（${item}）征求你单位的意见还没有答复，${at}到期，请登录工作台答复。",
	"staff_recalled":   "办件${number}（${item}）不再征求你单位的意见，不用答复。",
	"staff_moved":      "办件${number}（${item}）已移交你单位办理，请登录工作台查看。",
	"staff_given":      "办件${number}（${item}）已交给你办理，请登录工作台查看。",
	"staff_given_away": "办件${number}（${item}）已交给请假的同事，由你代办，请登录工作台查看。",
	"staff_visit":      "办件${number}（${item}）安排你${at}参加现场核查，请登录工作台查看。",
	"staff_visit_away": "办件${number}（${item}）安排请假的同事${at}参加现场核查，由你代办，请登录工作台查看。",
	"staff_substitute": "你已登记为请假同事的代办人，自${at}至${until}，请登录工作台查看。",
}

// message is the SMS of a notice. Its party is nobody's in an item.
func (r *Room) message(n Notice, item, mobile string) casework.Message {
	template := "staff_" + string(n.Kind)
	if text := texts[template+"_away"]; n.Away != "" && text != "" {
		template += "_away"
	}
	text, params := texts[template], map[string]string{}
	for name, value := range map[string]string{"number": n.Number, "item": item, "at": moment(n.At), "until": moment(n.Until)} {
		if placeholder := "${" + name + "}"; strings.Contains(text, placeholder) {
			params[name], text = value, strings.ReplaceAll(text, placeholder, value)
		}
	}
	return casework.Message{Template: template, Party: "staff/" + n.Staff, To: mobile, Params: params, Text: text, PerDay: r.PerDay}
}

// moment is an instant as messages say it.
func moment(t time.Time) string { return t.In(form.Shanghai).Format("1月2日15:04") }
