package rating

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"

	"wangban/internal/casework"
	"wangban/internal/db"
	"wangban/internal/item"
)

// Templates are the messages of the room by their names, as they are registered
// with carriers.
func Templates() map[string]string { return maps.Clone(texts) }

var texts = map[string]string{
	"rating_ask":       "办件${number}已办结，办得怎么样？请到 ${url} 评价。",
	"rating_ask_visit": "办件${number}的现场核查已完成，办得怎么样？请到 ${url} 评价。",
	"rating_remind":    "提醒：办件${number}还没有评价，请到 ${url} 评价。不再提醒。",
	"rating_answered":  "您的评价已经核实处理，处理结果请在 ${url} 查看。",
}

func message(template string, to Rater, params map[string]string) casework.Message {
	text := texts[template]
	for name, value := range params {
		text = strings.ReplaceAll(text, "${"+name+"}", value)
	}
	return casework.Message{Template: template, Party: to.Party, Owner: to.Owner, To: to.Mobile, Params: params, Text: text}
}

// Tail is what leads to the page of rating at the end of a result's own
// message.
const Tail = "请到 ${rate_url} 评价。"

func tail(url string) *casework.Tail {
	return &casework.Tail{Text: strings.ReplaceAll(Tail, "${rate_url}", url), Params: map[string]string{"rate_url": url}}
}

// Invite asks the applicant to rate what an act has brought about: a result, or
// a visit. It is one of the door's casework.Inform. Whoever acts for the
// applicant is not asked twice: what was asked once, or rated, is asked no more.
func (r *Room) Invite(ctx context.Context, it *item.Item, before, after casework.State, e casework.Event) ([]casework.Message, func(context.Context, db.Tx) error, error) {
	had := Moments(it, before)
	fresh := slices.DeleteFunc(Moments(it, after), func(m string) bool { return slices.Contains(had, m) })
	if !r.Ask || len(fresh) == 0 {
		return nil, nil, nil
	}
	party, ok := casework.PartyOf(it, casework.Env(casework.House{}, it, after), "applicant")
	mobile, _ := after.Values[party.Mobile].(string)
	if !ok || mobile == "" {
		return nil, nil, nil
	}
	var messages []casework.Message
	for _, moment := range fresh {
		asked, err := r.asked(ctx, after.ID, moment)
		if err != nil {
			return nil, nil, err
		}
		if asked {
			continue
		}
		template := "rating_ask"
		if VisitOf(moment) > 0 {
			template = "rating_ask_visit"
		}
		m := message(template, Rater{Party: party.Name, Owner: after.Owner, Mobile: mobile}, map[string]string{"number": after.Number, "url": r.link(after.ID)})
		m.Tail = tail(r.link(after.ID))
		messages = append(messages, m)
	}
	return messages, func(ctx context.Context, tx db.Tx) error {
		var due int64
		if r.Remind > 0 {
			due = db.Micros(e.At.Add(r.Remind))
		}
		for _, moment := range fresh {
			if _, err := tx.ExecContext(ctx, `INSERT INTO rating_ask (case_id, moment, asked, due) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING`,
				after.ID, moment, db.Micros(e.At), due); err != nil {
				return fmt.Errorf("ask for a rating: %w", err)
			}
		}
		return r.keepLink(ctx, tx, after.ID)
	}, nil
}

func (r *Room) asked(ctx context.Context, caseID, moment string) (bool, error) {
	var n int
	err := r.DB.Read().QueryRowContext(ctx, `SELECT count(*) FROM rating_ask WHERE case_id = $1 AND moment = $2`, caseID, moment).Scan(&n)
	return n > 0, err
}

// unasked takes away the reminder of what has been rated.
func unasked(ctx context.Context, tx db.Tx, caseID, moment string) error {
	_, err := tx.ExecContext(ctx, `UPDATE rating_ask SET due = 0 WHERE case_id = $1 AND moment = $2`, caseID, moment)
	return err
}

// reminders number messages apart from those of acts and of answers.
const reminders = -1_000_000

// Sweep reminds those who were asked some time ago and have not rated, once,
// and tells how many. Callers run it about once a second; several processes may
// at once.
func (r *Room) Sweep(ctx context.Context) (reminded int, err error) {
	const batch = 100
	for {
		due, err := r.due(ctx, batch)
		if err != nil {
			return reminded, err
		}
		for _, a := range due {
			to, err := r.Reach(ctx, a.caseID)
			if err != nil {
				return reminded, fmt.Errorf("remind of rating case %s: %w", a.caseID, err)
			}
			sent := false
			if err := r.DB.Write(ctx, func(ctx context.Context, tx db.Tx) (err error) {
				sent, err = r.remind(ctx, tx, a, to)
				return err
			}); err != nil {
				return reminded, fmt.Errorf("remind of rating case %s: %w", a.caseID, err)
			}
			if sent {
				reminded++
			}
		}
		if len(due) < batch {
			return reminded, nil
		}
	}
}

// ask is a reminder that is due.
type ask struct {
	caseID, moment string
	due            int64
}

func (r *Room) due(ctx context.Context, most int) (all []ask, err error) {
	rows, err := r.DB.Read().QueryContext(ctx, `SELECT case_id, moment, due FROM rating_ask WHERE due > 0 AND due <= $1 ORDER BY due LIMIT $2`, db.Micros(r.Now()), most)
	if err != nil {
		return nil, fmt.Errorf("who is to be reminded of rating: %w", err)
	}
	defer func() { _ = rows.Close() }()
	for rows.Next() {
		var a ask
		if err := rows.Scan(&a.caseID, &a.moment, &a.due); err != nil {
			return nil, err
		}
		all = append(all, a)
	}
	return all, rows.Err()
}

// remind sends one reminder, whoever of several processes comes first.
func (r *Room) remind(ctx context.Context, tx db.Tx, a ask, to Rater) (bool, error) {
	done, err := tx.ExecContext(ctx, `UPDATE rating_ask SET due = 0 WHERE case_id = $1 AND moment = $2 AND due = $3`, a.caseID, a.moment, a.due)
	if err != nil {
		return false, err
	}
	if n, err := done.RowsAffected(); err != nil || n == 0 || to.Mobile == "" {
		return false, err
	}
	if _, rated, err := r.find(ctx, tx, `case_id = $1 AND moment = $2`, a.caseID, a.moment); err != nil || rated {
		return false, err
	}
	if err := r.keepLink(ctx, tx, a.caseID); err != nil { // whoever was asked before there were short links
		return false, err
	}
	return true, r.Send(ctx, tx, a.caseID, reminders-VisitOf(a.moment), []casework.Message{
		message("rating_remind", to, map[string]string{"number": to.Number, "url": r.link(a.caseID)})})
}
