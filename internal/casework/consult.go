package casework

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"wangban/internal/db"
	"wangban/internal/item"
)

// Consult is an opinion asked of another unit (征求意见). Several run side by
// side, each with its own limit; silence is no consent (domain sheet X-17).
type Consult struct {
	N        int       `json:"n"` // from 1, in the case
	Unit     string    `json:"unit"`
	Question string    `json:"question"`
	By       Officer   `json:"by"`
	At       time.Time `json:"at"`
	Due      time.Time `json:"due,omitzero"`
	Remind   time.Time `json:"remind,omitzero"`   // when it is to be reminded
	Reminded time.Time `json:"reminded,omitzero"` // when it was
	Answer   *Opinion  `json:"answer,omitempty"`
	Recalled *Opinion  `json:"recalled,omitempty"` // why it is not asked any more
}

// Opinion is what somebody says about a consultation.
type Opinion struct {
	At    time.Time `json:"at"`
	By    Officer   `json:"by"`
	Agree bool      `json:"agree,omitempty"`
	Text  string    `json:"text,omitempty"`
}

// Open tells whether the answer is still awaited.
func (c Consult) Open() bool { return c.Answer == nil && c.Recalled == nil }

// Late tells whether the answer is overdue.
func (c Consult) Late(now time.Time) bool {
	return c.Open() && !c.Due.IsZero() && !now.Before(c.Due)
}

// ActRemindUnit reminds a consulted unit, once, some time before its limit.
const ActRemindUnit = "remind_unit"

// asked are the units with an open question.
func (s State) asked(units []string) bool {
	return slices.ContainsFunc(s.Consults, func(c Consult) bool {
		return c.Recalled == nil && (slices.Contains(units, c.Unit) || slices.Contains(units, "*"))
	})
}

// consult finds a consultation by its number.
func (s State) consult(n int) (Consult, bool) {
	i := slices.IndexFunc(s.Consults, func(c Consult) bool { return c.N == n })
	if i < 0 {
		return Consult{}, false
	}
	return s.Consults[i], true
}

// consulted checks acts on consultations.
func (d *decision) consulted() *Refusal {
	in := d.in.Data
	switch d.act.Does {
	case item.Consult:
		return d.mayConsult()
	case item.Answer, item.Recall:
		c, ok := d.s.consult(in.Consult)
		switch {
		case !ok:
			return refuse(CodeIncomplete, "没有这次征求意见。刷新页面后再试。")
		case !c.Open():
			return refuse(CodeGuard, "这次征求意见已经结束，不用再%s。", d.act.Label)
		case d.act.Does == item.Answer && !speaksFor(d.in.Actor, c.Unit):
			return refuse(CodeJurisdiction, "这次征求的是“%s”的意见，由它答复。", d.house.Units[c.Unit])
		case in.Text == "" && (d.act.Does == item.Recall || !in.Agree):
			return refuse(CodeReason, "写一句理由，对方会看到。")
		}
	}
	if d.in.Act == ActRemindUnit {
		if c, ok := d.s.consult(in.Consult); !ok || !c.Open() || c.Remind.IsZero() || !c.Reminded.IsZero() {
			return refuse(CodeStage, "不用再提醒。")
		}
	}
	return nil
}

func (d *decision) mayConsult() *Refusal {
	in := d.in.Data
	if len(in.Units) == 0 {
		return refuse(CodeIncomplete, "选至少一个要征求意见的单位。")
	}
	if in.Text == "" {
		return refuse(CodeIncomplete, "写明要对方答复什么。")
	}
	for i, unit := range in.Units {
		name, known := d.house.Units[unit]
		switch {
		case !known || slices.Contains(in.Units[:i], unit):
			return refuse(CodeIncomplete, "没有“%s”这个单位，或者选了两次。", unit)
		case unit == d.s.Unit:
			return refuse(CodeIncomplete, "“%s”就是承办单位，不用征求自己的意见。", name)
		case slices.ContainsFunc(d.s.Consults, func(c Consult) bool { return c.Unit == unit && c.Open() }):
			return refuse(CodeGuard, "已经在征求“%s”的意见，等它答复或者先撤销。", name)
		}
	}
	return nil
}

// consulting writes down what becomes of consultations. With the case, every
// question ends.
func (d *decision) consulting(data *EventData, to item.Stage) *Refusal {
	in, now := d.in.Data, d.out.Now
	opinion := &Opinion{At: now, By: d.officer(), Agree: in.Agree && d.act.Does == item.Answer, Text: in.Text}
	switch {
	case d.act.Does == item.Consult:
		due, remind, r := d.span(d.act.Within, d.act.Remind)
		if r != nil {
			return r
		}
		for i, unit := range in.Units {
			data.Consults = append(data.Consults, Consult{N: len(d.s.Consults) + 1 + i, Unit: unit, Question: in.Text, By: d.officer(), At: now, Due: due, Remind: remind})
		}
	case d.act.Does == item.Answer || d.act.Does == item.Recall || d.in.Act == ActRemindUnit:
		c, _ := d.s.consult(in.Consult)
		switch {
		case d.act.Does == item.Answer:
			c.Answer = opinion
		case d.act.Does == item.Recall:
			c.Recalled = opinion
		default:
			c.Reminded = now
		}
		data.Consults = []Consult{c}
	}
	if to.End == "" {
		return nil
	}
	for _, c := range withConsults(d.s.Consults, data.Consults) {
		if c.Open() {
			c.Recalled = &Opinion{At: now}
			if d.in.Actor.Kind == Staff {
				c.Recalled.By = d.officer()
			}
			data.Consults = append(slices.DeleteFunc(data.Consults, func(k Consult) bool { return k.N == c.N }), c)
		}
	}
	return nil
}

// span is the end of a limit from now, and the instant before it at which to
// remind.
func (d *decision) span(within, before item.Limit) (due, remind time.Time, r *Refusal) {
	if within.N == 0 {
		return
	}
	end, err := d.house.Count(d.out.Now, within, nil)
	if err != nil {
		return due, remind, refuse(CodeCalendar, "算不出答复期限：工作日历里缺少要用到的年份。联系系统管理员导入放假安排后再办。")
	}
	due = micro(end.At)
	if before.N > 0 {
		at := due.Add(-before.Span())
		if before.Span() == 0 { // in the calendar's units: so many fewer from the start
			if less := within; less.Unit == before.Unit && less.N > before.N {
				less.N -= before.N
				if e, err := d.house.Count(d.out.Now, less, nil); err == nil {
					at = e.At
				}
			}
		}
		if at.After(d.out.Now) && at.Before(due) {
			remind = micro(at)
		}
	}
	return due, remind, nil
}

// withConsults puts consultations into those on record.
func withConsults(all, changed []Consult) []Consult {
	if len(changed) == 0 {
		return all
	}
	all = slices.Clone(all)
	for _, c := range changed {
		if i := slices.IndexFunc(all, func(k Consult) bool { return k.N == c.N }); i >= 0 {
			all[i] = c
		} else {
			all = append(all, c)
		}
	}
	return all
}

// consultCounts is what conditions see.
func consultCounts(s State) map[string]any {
	n := map[string]any{"asked": 0, "open": 0, "agreed": 0, "disagreed": 0}
	add := func(key string) { n[key] = n[key].(int) + 1 }
	for _, c := range s.Consults {
		switch {
		case c.Recalled != nil:
			continue
		case c.Open():
			add("open")
		case c.Answer.Agree:
			add("agreed")
		default:
			add("disagreed")
		}
		add("asked")
	}
	return n
}

// consultRow is what lists read of a consultation.
type consultRow struct {
	n    int
	unit string
	due  int64
	open int
}

func rowOf(c Consult) consultRow {
	r := consultRow{n: c.N, unit: c.Unit, due: db.Micros(c.Due)}
	if c.Open() {
		r.open = 1
	}
	return r
}

// Asked tells on how many cases the opinion of one of the units is awaited; it
// counts no further than most.
func (d *Door) Asked(ctx context.Context, units []string, most int) (int, error) {
	args := []any{most}
	var in []string
	for _, unit := range units {
		args = append(args, unit)
		in = append(in, "$"+strconv.Itoa(len(args)))
	}
	if len(in) == 0 {
		return 0, nil
	}
	counts, err := d.counted.once(ctx, fmt.Sprintf("asked %q", args), d.now(), func(ctx context.Context) ([]int, error) {
		n := 0
		err := d.db.Read().QueryRowContext(ctx, `SELECT count(*) FROM (SELECT DISTINCT case_id FROM case_consult
			WHERE open = 1 AND unit IN (`+strings.Join(in, ", ")+`) LIMIT $1) AS n`, args...).Scan(&n)
		return []int{n}, err
	})
	if err != nil {
		return 0, fmt.Errorf("count opinions asked: %w", err)
	}
	return counts[0], nil
}

// keepConsults writes what lists read of the consultations that changed.
func keepConsults(ctx context.Context, tx db.Tx, before, after State) error {
	for _, c := range after.Consults {
		if was, ok := before.consult(c.N); ok && was.Open() == c.Open() {
			continue
		}
		r := rowOf(c)
		if _, err := tx.ExecContext(ctx, `INSERT INTO case_consult (case_id, n, unit, due, open) VALUES ($1, $2, $3, $4, $5)
			ON CONFLICT (case_id, n) DO UPDATE SET open = excluded.open`, after.ID, r.n, r.unit, r.due, r.open); err != nil {
			return err
		}
	}
	return nil
}
