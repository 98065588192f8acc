package rating

import (
	"context"
	"crypto/rand"
	"encoding/base32"
	"encoding/json"
	"slices"
	"strconv"
	"strings"
	"time"

	"wangban/internal/casework"
	"wangban/internal/db"
	"wangban/internal/item"
)

// Result is the moment of a case's result; visits are "visit-1" and so on.
const Result = "result"

const visitPrefix = "visit-"

func visit(n int) string { return visitPrefix + strconv.Itoa(n) }

// VisitOf is the number of the visit that a moment means; 0: none.
func VisitOf(moment string) int {
	text, ok := strings.CutPrefix(moment, visitPrefix)
	n, err := strconv.Atoi(text)
	if !ok || err != nil {
		return 0
	}
	return n
}

// State of the follow-up of a bad rating.
type State string

// States. A good rating has none.
const (
	None      State = ""
	Open      State = "open"      // to be checked
	Confirmed State = "confirmed" // true: being put right
	Disputed  State = "disputed"  // said not to be true: somebody else decides
	Done      State = "done"      // put right and answered
	Excluded  State = "excluded"  // not true or malicious: does not count
)

// Rating is one rating with its follow-up.
type Rating struct {
	ID, Case, Moment string
	Item, Unit       string
	Level            int
	Reasons          []string
	Officers         []string // staff who worked on the case
	At, Corrected    time.Time
	State            State
	CheckDue         time.Time // zero: the calendar lacks the year
	Due, Near        time.Time
	DisputedBy       string
	Ended            time.Time
	Said
}

// Said is what was written; sealed at rest.
type Said struct {
	Text   string `json:"text,omitempty"`
	Number string `json:"number,omitempty"` // of the case, for supervisors
	First  *First `json:"first,omitempty"`  // what was said before the correction
	Why    string `json:"why,omitempty"`    // why it is said not to be true
	Answer string `json:"answer,omitempty"` // what was done, told to the rater
}

// First is a rating as it was before it was corrected.
type First struct {
	Level   int      `json:"level"`
	Reasons []string `json:"reasons,omitempty"`
	Text    string   `json:"text,omitempty"`
}

// Given is a rating as it comes in.
type Given struct {
	Moment  string
	Level   int
	Reasons []string
	Text    string
}

// LongestText bounds what is written, in characters.
const LongestText = 500

// check tells what is wrong with what came in.
func (g Given) check() *Refusal {
	level, ok := LevelOf(g.Level)
	switch {
	case !ok:
		return refuse(CodeIncomplete, "level", "选一个满意程度。")
	case Bad(g.Level) && len(g.Reasons) == 0 && strings.TrimSpace(g.Text) == "":
		return refuse(CodeIncomplete, "reason", "不满意的，勾选原因，或者写下哪里没办好，才好整改。")
	case len([]rune(g.Text)) > LongestText:
		return refuse(CodeIncomplete, "text", "最多写 %d 个字，现在是 %d 个。", LongestText, len([]rune(g.Text)))
	}
	for _, code := range g.Reasons {
		if !slices.Contains(level.Reasons, code) {
			return refuse(CodeIncomplete, "reason", "勾选的原因和“%s”对不上。去掉对不上的，或者换一个满意程度。", level.Label)
		}
	}
	return nil
}

// Give takes a rating of a case. A moment is rated once (一次一评, 一事一评); who
// has rated by mistake can correct it once (误评), until the administration has
// taken it up. What was said first is kept. It returns *Refusal when it cannot
// be taken.
func (r *Room) Give(ctx context.Context, it *item.Item, s casework.State, g Given) error {
	if !slices.Contains(Moments(it, s), g.Moment) {
		return refuse(CodeNotYet, "", "这件事还没有办完，办完以后再评价。")
	}
	if refusal := g.check(); refusal != nil {
		return refusal
	}
	now := r.Now()
	return r.write(ctx, func(ctx context.Context, tx db.Tx) error {
		old, ok, err := r.find(ctx, tx, `case_id = $1 AND moment = $2`, s.ID, g.Moment)
		if err != nil {
			return err
		}
		next := Rating{ID: newID(), Case: s.ID, Moment: g.Moment, Item: s.Item, Unit: s.Unit, At: now, Said: Said{Number: s.Number}}
		if ok {
			switch {
			case !old.Corrected.IsZero():
				return refuse(CodeTwice, "", "评价已经更正过一次，不能再改。")
			case old.State != None && old.State != Open:
				return refuse(CodeTwice, "", "这个评价已经在处理，不能再改。对处理结果有意见的，拨打 12345。")
			}
			next = old
			next.Corrected, next.First = now, &First{old.Level, old.Reasons, old.Text}
		}
		next.Level, next.Reasons, next.Text = g.Level, slices.Compact(slices.Sorted(slices.Values(g.Reasons))), strings.TrimSpace(g.Text)
		next.Officers = workedOn(s)
		r.follow(&next)
		if err := unasked(ctx, tx, s.ID, g.Moment); err != nil {
			return err
		}
		if ok {
			return r.update(ctx, tx, next, old)
		}
		return r.insert(ctx, tx, next)
	})
}

// newID names a rating. It tells nothing of the case: whoever follows a rating
// up is not to find out whose it is.
func newID() string {
	b := make([]byte, 10)
	_, _ = rand.Read(b)
	return strings.ToLower(base32.StdEncoding.EncodeToString(b))
}

// workedOn are the staff that a case knows to have worked on it: who did each
// act, who went along on a visit, who filled something in, who asked and
// answered, who stopped or prolonged its limit, and who holds it.
func workedOn(s casework.State) (staff []string) {
	add := func(officers ...casework.Officer) {
		for _, o := range officers {
			if o.ID != "" && !slices.Contains(staff, o.ID) {
				staff = append(staff, o.ID)
			}
		}
	}
	for _, o := range s.Acted {
		add(o)
	}
	for _, v := range s.Visits {
		add(append(slices.Clone(v.Officers), v.By)...)
	}
	for _, sheet := range s.Sheets {
		add(sheet.By)
	}
	for _, c := range s.Consults {
		add(c.By)
		if c.Answer != nil {
			add(c.Answer.By)
		}
	}
	for _, p := range s.Pauses {
		if p.By != nil {
			add(*p.By)
		}
	}
	for _, x := range s.Extensions {
		add(x.By)
	}
	for _, o := range []*casework.Officer{s.Holder, s.Helper} {
		if o != nil {
			add(*o)
		}
	}
	slices.Sort(staff)
	return staff
}

// follow opens the follow-up of a bad rating; the days count from when it was
// first given as a bad one. A calendar without the year is no reason to refuse
// what somebody says: the days stay open, and whoever handles it is told so.
func (r *Room) follow(n *Rating) {
	if !Bad(n.Level) {
		n.State, n.CheckDue, n.Due, n.Near = None, time.Time{}, time.Time{}, time.Time{}
		return
	}
	if n.State == Open {
		return
	}
	n.State = Open
	from := n.At
	if !n.Corrected.IsZero() {
		from = n.Corrected
	}
	if due, err := r.Count(from, r.Limits.Check, nil); err == nil {
		n.CheckDue = due.At
	}
	if due, err := r.Count(from, r.Limits.Rectify, nil); err == nil {
		n.Due, n.Near = due.At, due.Near
	}
}

// seal keeps what was written.
func (r *Room) seal(n Rating) ([]byte, error) {
	plain, err := json.Marshal(n.Said)
	return r.Vault.Seal(plain, "rating/"+n.ID), err
}
