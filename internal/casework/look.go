package casework

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"wangban/internal/item"
)

// outside gathers what Decide needs from beyond the case.
func (d *Door) outside(ctx context.Context, q Queryer, it *item.Item, s State, in Input) (Outside, error) {
	out := Outside{Now: d.now(), Token: NewToken()}
	for _, id := range in.Data.Officers {
		a, ok, err := d.staff(ctx, id)
		if err != nil {
			return out, err
		}
		if ok {
			if out.Officers == nil {
				out.Officers = map[string]Actor{}
			}
			out.Officers[id] = a
		}
	}
	stage, _ := it.Flow.Stage(s.Stage)
	act, ok := stage.Act(in.Act)
	if !ok {
		return out, nil
	}
	if act.Complete {
		now, ok := d.items.Get(it.Name)
		out.Closed = !ok || !now.Guide.Live.Covers(out.Now)
	}
	for _, name := range act.Checks {
		f, err := d.check(ctx, q, name, s, it)
		if err != nil {
			return out, err
		}
		if out.Findings == nil {
			out.Findings = map[string]Finding{}
		}
		out.Findings[name] = f
	}
	if act.Complete && s.Number == "" {
		number, err := d.nextNumber(ctx, out.Now)
		if err != nil {
			return out, err
		}
		out.Number = number
	}
	return out, nil
}

func (d *Door) check(ctx context.Context, q Queryer, name string, s State, it *item.Item) (Finding, error) {
	use, own := it.Flow.Checks[name]
	if !own { // a check of the house, which needs no settings
		use = item.EffectUse{Name: name}
	}
	check, ok := d.checks[use.Name]
	if !ok {
		return Finding{}, fmt.Errorf("item %s names the check %q, which no room has registered", it.Name, use.Name)
	}
	return check(ctx, q, Call(use), s, it)
}

// current reads the case; when its stage's time is over, the clock acts first
// (C-07), so that nobody ever sees or uses a stage that has lapsed.
func (d *Door) current(ctx context.Context, id string) (stored, *item.Item, error) {
	for n := 1; ; n++ {
		c, err := d.load(ctx, d.db.Read(), id)
		if err != nil {
			return stored{}, nil, err
		}
		it, err := d.version(ctx, c.state)
		if err != nil {
			return stored{}, nil, err
		}
		if !Overdue(it, c.state, d.now()) {
			d.near.keep(c)
			return c, it, nil
		}
		if err := d.tick(ctx, it, c, ActLapse, c.state.Due); err != nil && (n == attempts || !errors.Is(err, errRaced)) {
			return stored{}, nil, err
		}
	}
}

// Get reads a case as it stands. Where the clock should act first and cannot, as
// where the calendar lacks the year, what is there can be read all the same;
// nobody acts on it.
func (d *Door) Get(ctx context.Context, id string) (State, *item.Item, error) {
	c, it, err := d.current(ctx, id)
	var held *Refusal
	if errors.As(err, &held) && held.Code != CodeNotFound {
		if c, err = d.load(ctx, d.db.Read(), id); err == nil {
			it, err = d.version(ctx, c.state)
		}
	}
	return c.state, it, err
}

// At is a case as one of its events left it, with the item version that it was
// pinned to then: whatever happened since changes nothing in it.
func (d *Door) At(ctx context.Context, id string, seq int) (s State, it *item.Item, e Event, err error) {
	events, err := d.History(ctx, id)
	if err != nil {
		return State{}, nil, Event{}, err
	}
	for _, e = range events {
		if s = Apply(s, e); e.Seq == seq {
			it, err = d.version(ctx, s)
			return s, it, e, err
		}
	}
	return State{}, nil, Event{}, refuse(CodeNotFound, "这件申请没有第 %d 步。", seq)
}

// FindingsOn asks the named checks about a case that has just been read, for the
// reviewer.
func (d *Door) FindingsOn(ctx context.Context, s State, it *item.Item, names ...string) (map[string]Finding, error) {
	found := map[string]Finding{}
	for _, name := range names {
		f, err := d.check(ctx, d.db.Read(), name, s, it)
		if err != nil {
			return nil, err
		}
		found[name] = f
	}
	return found, nil
}

// Offers lists the acts an actor may do in the case's stage, as the item
// orders them, but for those that would have nothing to work on. That an act is
// offered does not mean it will pass: answers may be missing.
func Offers(house House, it *item.Item, s State, a Actor) []item.Act {
	stage, ok := it.Flow.Stage(s.Stage)
	if !ok {
		return nil
	}
	env := Env(house, it, s)
	var open []item.Act
	for _, act := range stage.Acts {
		if permit(stage, act, s, a) == nil && act.When.Holds(env) && timely(it, act, s, a) {
			open = append(open, act)
		}
	}
	return open
}

// timely tells whether an act of staff has something to work on: nobody
// resumes what is not paused.
func timely(it *item.Item, act item.Act, s State, a Actor) bool {
	open := func(of func(Consult) bool) bool {
		return slices.ContainsFunc(s.Consults, func(c Consult) bool { return c.Open() && of(c) })
	}
	switch act.Does {
	case item.Pause, item.Extend:
		return s.running() && !s.Paused() && !s.Often(it, act)
	case item.Resume:
		return s.Paused()
	case item.Answer:
		return open(func(c Consult) bool { return speaksFor(a, c.Unit) })
	case item.Recall:
		return open(func(Consult) bool { return true })
	case item.Visit:
		v, ok := s.Booked()
		return ok && v.by(a)
	}
	return !s.Often(it, act)
}
