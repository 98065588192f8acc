package casework

import (
	"context"
	"crypto/rand"
	"fmt"

	"wangban/internal/db"
	"wangban/internal/item"
)

// record carries an outcome out in a transaction of its own.
func (d *Door) record(ctx context.Context, it *item.Item, c stored, o Outcome) (Outcome, error) {
	ready, err := d.enter(it, c, o)
	if err == nil {
		ready, err = d.informed(ctx, ready)
	}
	if err != nil {
		return o, err
	}
	err = d.writeCases(ctx, func(ctx context.Context, tx db.Tx) error {
		done, err := d.carryOut(ctx, tx, ready)
		o = done
		return err
	})
	return o, err
}

// entry is an outcome ready to be written. It is made before the transaction
// where it can be, because on SQLite all writers wait for one: nobody should
// wait while somebody else's data is being sealed.
type entry struct {
	item  *item.Item
	was   stored
	o     Outcome
	row   row
	shown row    // what lists show so far; not of a new case, nor of one that another version is pinned to
	state []byte // sealed
	event []byte // sealed

	record []byte // for the log

	told []Message // beside what the item says
	keep []func(context.Context, db.Tx) error
}

func (d *Door) enter(it *item.Item, was stored, o Outcome) (entry, error) {
	o.Event.Salt = make([]byte, SaltSize)
	_, _ = rand.Read(o.Event.Salt)
	o.Event.said = nil
	o.Event.said = o.Event.personal()
	e := entry{item: it, was: was, row: d.row(it, o.State)}
	if o.Event.Seq > 1 && o.Event.Data.Hash == "" {
		e.shown = d.row(it, was.state)
	}
	e.record, o.Event.Leaf = leafOf(o.Event, o.State)
	e.o, e.event = o, sealEvent(was.key, o.Event)
	var err error
	e.state, err = seal(was.key, o.State, "state/"+o.State.ID)
	return e, err
}

// carryOut runs the effects of an outcome and writes it.
func (d *Door) carryOut(ctx context.Context, tx db.Tx, e entry) (Outcome, error) {
	if err := d.recheck(ctx, tx, e); err != nil {
		return e.o, err
	}
	changed := false
	for _, call := range e.o.Effects {
		effect, ok := d.effects[call.Name]
		if !ok {
			return e.o, fmt.Errorf("item %s names the effect %q, which no room has registered", e.item.Name, call.Name)
		}
		results, err := effect(ctx, tx, call, e.was.state, e.o.State, e.o.Event)
		if err != nil {
			return e.o, err
		}
		if len(results) > 0 {
			e.o.Event.Data.Results = mergeMap(e.o.Event.Data.Results, results)
			e.o.State, changed = Apply(e.was.state, e.o.Event), true
		}
	}
	if changed {
		again, err := d.enter(e.item, e.was, e.o)
		if err != nil {
			return e.o, err
		}
		again.told, again.keep = e.told, e.keep
		e = again
	}
	return e.o, d.write(ctx, tx, e)
}

// write puts event, case row, timers and messages into the transaction.
func (d *Door) write(ctx context.Context, tx db.Tx, e entry) error {
	o := e.o
	var err error
	var found called // as the case could be found so far
	before := map[claimed]string{}
	if o.Event.Seq == 1 {
		err = insertCase(ctx, tx, e)
	} else {
		was, shown := e.item, e.shown
		if o.Event.Data.Hash != "" { // what lists show so far is by the version before
			if was, err = d.version(ctx, e.was.state); err != nil {
				return err
			}
			shown = d.row(was, e.was.state)
		}
		found = shown.called(e.was.state)
		before = d.allClaims(was, e.was.state)
		err = updateCase(ctx, tx, e, shown)
	}
	if err != nil {
		return err
	}
	if err := keepGrams(ctx, tx, o.State.ID, found, e.row.called(o.State)); err != nil {
		return err
	}
	if err := d.keepClaims(ctx, tx, o.State, before, d.allClaims(e.item, o.State)); err != nil {
		return err
	}
	if err := insertEvent(ctx, tx, o.Event, e.event); err != nil {
		return err
	}
	if err := d.log(ctx, tx, o.Event.Case, o.Event.Seq, e.record); err != nil {
		return err
	}
	if err := d.useFiles(ctx, tx, o.Event); err != nil {
		return err
	}
	if o.Retimed {
		var set []Timer
		same := o.Event.From == o.Event.To && len(o.Event.Data.Consults) == 0 && o.Event.Data.Hash == ""
		if same {
			stage, _ := e.item.Flow.Stage(o.State.Stage)
			set = timers(stage, e.was.state)
		}
		if err := replaceTimers(ctx, tx, o.State.ID, o.Timers, same, early(set, o.Event.At)); err != nil {
			return err
		}
	}
	if err := keepConsults(ctx, tx, e.was.state, o.State); err != nil {
		return err
	}
	papers := ""
	if len(o.Papers) > 0 && d.papers != nil {
		if papers, err = d.papers(ctx, tx, e.item, o.State, o.Event, o.Papers); err != nil {
			return err
		}
	}
	for _, keep := range e.keep {
		if err := keep(ctx, tx); err != nil {
			return err
		}
	}
	if len(o.Tells)+len(e.told) == 0 {
		return nil
	}
	return d.outbox(ctx, tx, o.State.ID, o.Event.Seq, d.join(Messages(d.house(), e.item, o.State, o.Tells, papers), e.told))
}

func (d *Door) row(it *item.Item, s State) row {
	stage, _ := it.Flow.Stage(s.Stage)
	r := row{ended: string(stage.End), desk: stage.End == "" && ForStaff(stage.By) && !stage.Edit, light: DeadlineOf(it, s)}
	if stage.Lapse != nil && !stage.Held {
		r.lapses = s.Due
	}
	r.subject, _ = s.Values[it.Flow.Subject].(string)
	r.title, _ = s.Values[it.Flow.Title].(string)
	env := it.Form.Env(s.Values)
	if p, ok := PartyOf(it, env, "applicant"); ok {
		if mobile, _ := s.Values[p.Mobile].(string); mobile != "" {
			r.applicant = d.ApplicantIndex(mobile)
		}
	}
	return r
}

// called is what the case is found by: no name before it is handed in.
func (r row) called(s State) called {
	if s.Number == "" {
		return called{unit: s.Unit}
	}
	return called{r.title, s.Unit}
}

// ApplicantIndex is how an applicant's mobile number is looked up.
func (d *Door) ApplicantIndex(mobile string) string { return d.vault.Index("mobile", mobile) }
