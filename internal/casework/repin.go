package casework

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"wangban/internal/db"
	"wangban/internal/form"
	"wangban/internal/item"
)

// ActRepin moves a case to another version of its item. It is no act of any
// item.
const ActRepin = "repin"

// Repin is what moving a case to the current version of its item would do, or
// has done. The texts are for the operator.
type Repin struct {
	Case    string   `json:"case"`
	Number  string   `json:"number,omitempty"`
	Stage   string   `json:"stage"`
	From    string   `json:"from"` // versions, by hash
	To      string   `json:"to"`
	Changes []string `json:"changes,omitempty"` // what becomes different
	Stays   []string `json:"stays,omitempty"`   // why it cannot be moved
	Moved   bool     `json:"moved"`

	clock *Clock
}

// Repinned tells what moving a case to another version of its item means. It is
// pure. A case stays where it is when its stage is missing, when it waits for a
// signature or has one that would cover something else, when what was handed in
// breaks rules that it has kept, when a reason that was given would be gone, or
// when its limit cannot be counted.
func Repinned(house House, from, to *item.Item, s State, now time.Time) Repin {
	r := Repin{Case: s.ID, Number: s.Number, Stage: s.Stage, From: from.Hash, To: to.Hash}
	stays := func(text string, args ...any) { r.Stays = append(r.Stays, fmt.Sprintf(text, args...)) }
	was, _ := from.Flow.Stage(s.Stage)
	is, ok := to.Flow.Stage(s.Stage)
	switch {
	case !ok:
		stays("the new version has no stage %q", s.Stage)
		return r
	case was.End != "" || is.End != "":
		stays("stage %q is an end", s.Stage)
	case was.Signs != "" || is.Signs != "":
		stays("it waits for a signature on what the signer was shown")
	case Overdue(from, s, now):
		stays("its stage is overdue; the clock acts first")
	}
	if s.Signed() && !s.Signature.Covers(ProtectedFacts(to, s, Env(house, to, s))) {
		stays("the signature on record would not cover it")
	}
	for _, code := range reasonsGiven(s) {
		if _, ok := reasonOf(to, code); !ok {
			stays("the new version has no reason %q, which was given", code)
		}
	}
	r.answers(house, from, to, s, now, is.Edit, stays)
	r.limits(house, from, to, s, stays)
	return r
}

// reasonsGiven are the codes by which a case says why: their words, and what may
// be put right, stand in the item.
func reasonsGiven(s State) []string {
	var codes []string
	add := func(code string) {
		if code != "" && !slices.Contains(codes, code) {
			codes = append(codes, code)
		}
	}
	if s.Return != nil {
		for _, code := range s.Return.Reasons {
			add(code)
		}
		for _, j := range s.Return.Fields {
			add(j.Reason)
		}
	}
	for _, j := range s.Judgements {
		add(j.Reason)
	}
	for _, p := range s.Pauses {
		add(p.Reason)
	}
	for _, x := range s.Extensions {
		add(x.Reason)
	}
	slices.Sort(codes)
	return codes
}

// answers looks at fields that are gone and at rules that hold no longer.
func (r *Repin) answers(house House, from, to *item.Item, s State, now time.Time, open bool, stays func(string, ...any)) {
	for _, id := range sortedKeys(s.Values) {
		was, known := from.Form.Field(id)
		is, there := to.Form.Field(id)
		switch {
		case known && !there:
			r.Changes = append(r.Changes, fmt.Sprintf("field %s is gone; its answer is kept and not shown", id))
		case known && was.Type != is.Type:
			stays("field %s was %s and is %s", id, was.Type, is.Type)
		}
	}
	if len(r.Stays) > 0 {
		return // nothing can be asked of answers of other types
	}
	fc := FormContext(house, s, now)
	before := form.Validate(from.Form, s.Values, fc)
	for _, p := range form.Validate(to.Form, s.Values, fc) {
		if slices.ContainsFunc(before, func(old form.Problem) bool { return old.Field == p.Field }) {
			continue
		}
		if text := fmt.Sprintf("field %s: ", p.Field) + fmt.Sprintf(p.Text, p.Args...); open {
			r.Changes = append(r.Changes, text) // the applicant will be asked
		} else {
			stays("%s", text)
		}
	}
}

// limits counts the case's limit by the new version.
func (r *Repin) limits(house House, from, to *item.Item, s State, stays func(string, ...any)) {
	runs := slices.Contains(to.Flow.Clock.Runs, s.Stage)
	switch {
	case slices.Contains(from.Flow.Clock.Runs, s.Stage) != runs:
		stays("its limit runs in stage %q by one version and not by the other", s.Stage)
		return
	case s.ClockStart.IsZero() || !s.ClockEnd.IsZero():
		return
	}
	l, err := LimitsOf(house, to, s, nil)
	if err != nil {
		stays("its limit cannot be counted: %v", err)
		return
	}
	clock := Clock{Start: s.ClockStart, Due: micro(l.Promised.At), Near: micro(l.Promised.Near), Statutory: micro(l.Statutory.At), Pauses: s.Pauses}
	if clock.Due.Equal(s.ClockDue) && clock.Statutory.Equal(s.ClockStatutory) && clock.Near.Equal(s.ClockNear) {
		return
	}
	day := func(t time.Time) string {
		if t.IsZero() {
			return "none"
		}
		return t.In(form.Shanghai).Format("2006-01-02 15:04")
	}
	r.clock = &clock
	r.Changes = append(r.Changes, fmt.Sprintf("promised until %s instead of %s, by law until %s instead of %s", day(clock.Due), day(s.ClockDue), day(clock.Statutory), day(s.ClockStatutory)))
}

// Outdated lists the live cases of an item that are pinned to another version
// than the current one, in the order of their IDs.
func (d *Door) Outdated(ctx context.Context, it *item.Item) (ids []string, err error) {
	found, err := running(ctx, d.db.Read(), `item = $1 AND hash <> $2`, it.Name, it.Hash)
	return sortedKeys(found), err
}

// Running are the live cases of an item that are handed in, as q sees them,
// with the version at which each stands: who has looked at a case need not look
// again while that is the same.
func (d *Door) Running(ctx context.Context, q Queryer, item string) (map[string]int, error) {
	return running(ctx, q, `item = $1 AND number <> ''`, item)
}

// Peek reads a case as q sees it, and lets no clock act first.
func (d *Door) Peek(ctx context.Context, q Queryer, id string) (State, *item.Item, error) {
	c, err := d.load(ctx, q, id)
	if err != nil {
		return State{}, nil, err
	}
	it, err := d.version(ctx, c.state)
	return c.state, it, err
}

// running are cases that have not ended, with the version at which each stands.
func running(ctx context.Context, q Queryer, where string, args ...any) (_ map[string]int, err error) {
	rows, err := q.QueryContext(ctx, `SELECT id, version FROM cases WHERE `+where+` AND ended = '' AND length(wrapped) > 0`, args...)
	if err != nil {
		return nil, fmt.Errorf("list running cases: %w", err)
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	found := map[string]int{}
	for rows.Next() {
		var id string
		var version int
		if err := rows.Scan(&id, &version); err != nil {
			return nil, err
		}
		found[id] = version
	}
	return found, rows.Err()
}

// Repin moves a case to a version of its item, with an event that says why, when
// it can be moved; with look it only tells.
func (d *Door) Repin(ctx context.Context, id string, to *item.Item, reason string, look bool) (Repin, error) {
	for n := 1; ; n++ {
		c, err := d.load(ctx, d.db.Read(), id)
		if err != nil {
			return Repin{}, err
		}
		from, err := d.version(ctx, c.state)
		if err != nil {
			return Repin{}, err
		}
		r := Repinned(d.house(), from, to, c.state, d.now())
		if look || len(r.Stays) > 0 || from.Hash == to.Hash {
			return r, nil
		}
		s, stage := c.state, item.Stage{}
		stage, _ = to.Flow.Stage(s.Stage)
		e := Event{Case: id, Seq: s.Version + 1, Act: ActRepin, Actor: Actor{Kind: System, ID: "migrate-cases"}, At: d.now(),
			Key: fmt.Sprintf("repin:%d", s.Version+1), From: s.Stage, To: s.Stage, Data: EventData{Hash: to.Hash, Clock: r.clock, Reason: reason}}
		o := Outcome{Event: e, State: Apply(s, e), Retimed: true}
		o.Timers = timers(stage, o.State)
		if o, err = d.record(ctx, to, c, o); err == nil {
			d.near.keep(stored{o.State, c.key, c.wrapped})
			r.Moved = true
			return r, nil
		}
		if n == attempts || !errors.Is(err, errRaced) && !db.Unique(err) {
			return r, err
		}
	}
}
