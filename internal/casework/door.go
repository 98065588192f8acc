package casework

import (
	"context"
	"errors"
	"maps"
	"slices"
	"strings"
	"time"

	"wangban/internal/db"
	"wangban/internal/item"
	"wangban/internal/vault"
)

// Door is the one way to cases.
type Door struct {
	db      *db.DB
	vault   *vault.Vault
	items   *item.Library
	house   func() House
	now     func() time.Time
	effects map[string]Effect
	checks  map[string]Check
	outbox  Outbox
	papers  Papers
	inform  []Inform
	joins   func(template, text string) bool
	staff   Roster
	log     Log
	uses    Uses
	forgets Forgets
	again   []string
	observe func(act, outcome string)
	numbers numbers
	near    near
	counted counted
}

// Effect is what an act does beyond its case, in the transaction of the act.
// It is registered by the room that owns what is changed. What it returns is
// remembered in the case's results. A *Refusal refuses the whole act.
type Effect func(ctx context.Context, tx db.Tx, call Call, before, after State, e Event) (results map[string]string, err error)

// Check holds a case against what another room knows. It only reads. The call
// carries the settings that the item gives it, as those of an effect; most
// checks take none.
type Check func(ctx context.Context, q Queryer, call Call, s State, it *item.Item) (Finding, error)

// Outbox takes the messages of an act, in its transaction.
type Outbox func(ctx context.Context, tx db.Tx, caseID string, seq int, messages []Message) error

// Papers takes the documents that an act makes, in its transaction; they are
// made afterwards and never hold up an act. It tells what messages call them,
// with their numbers.
type Papers func(ctx context.Context, tx db.Tx, it *item.Item, s State, e Event, names []string) (said string, err error)

// Roster finds a member of staff who is at work, as they would act.
type Roster func(ctx context.Context, id string) (Actor, bool, error)

// Log takes the record of an event for the transparency log, in the
// transaction of the act.
type Log func(ctx context.Context, tx db.Tx, caseID string, seq int, record []byte) error

// Uses records, in the transaction of an act, that its case uses files. Told
// that one of them is not there any more, the act is refused.
type Uses func(ctx context.Context, tx db.Tx, caseID string, hashes []string) (gone bool, err error)

// Forgets erases what other rooms keep of a case, in the transaction that
// erases the case.
type Forgets func(ctx context.Context, tx db.Tx, caseID string) error

// Options wires a Door.
type Options struct {
	DB      *db.DB
	Vault   *vault.Vault
	Items   *item.Library
	House   func() House
	Now     func() time.Time
	Effects map[string]Effect
	Checks  map[string]Check
	Outbox  Outbox
	Papers  Papers // nil: no item makes any
	Inform  []Inform
	// Joins tells whether one message can be sent in place of two: by a name that
	// is made of theirs, TEMPLATE_TAIL, as carriers want it registered, and not too
	// long. nil: none can.
	Joins   func(template, text string) bool
	Staff   Roster // nil: nobody can be given a case
	Log     Log    // nil: there is no log
	Uses    Uses   // nil: nobody counts who uses files
	Forgets Forgets
	// Again are checks of other rooms that are asked once more in the transaction
	// that hands a case in. All who do so are together by the check's name: a room
	// that takes away what they have found is alone by it.
	Again []string
	// Observe hears of every act: "done", "again" for a repeated one, or the
	// code of its refusal. nil: nobody wants to know.
	Observe func(act, outcome string)
}

// New opens the door. The item versions in use are stored, so that a case can
// be read for as long as it exists.
func New(ctx context.Context, o Options) (*Door, error) {
	// Instants are stored to the microsecond; a state that knew more than its
	// events could not be told by them again.
	now := func() time.Time { return o.Now().Truncate(time.Microsecond) }
	d := &Door{db: o.DB, vault: o.Vault, items: o.Items, house: o.House, now: now, outbox: o.Outbox, papers: o.Papers, inform: o.Inform, joins: o.Joins, staff: o.Staff, log: o.Log, uses: o.Uses, forgets: o.Forgets, again: o.Again,
		effects: maps.Clone(o.Effects), checks: maps.Clone(o.Checks), observe: o.Observe}
	if d.observe == nil {
		d.observe = func(string, string) {}
	}
	if d.staff == nil {
		d.staff = func(context.Context, string) (Actor, bool, error) { return Actor{}, false, nil }
	}
	if d.log == nil {
		d.log = func(context.Context, db.Tx, string, int, []byte) error { return nil }
	}
	if d.effects == nil {
		d.effects = map[string]Effect{}
	}
	if d.checks == nil {
		d.checks = map[string]Check{}
	}
	d.effects[EffectSupersede] = d.supersedeOthers
	d.checks[CheckSameApplicant] = d.sameApplicant
	d.checks[CheckUnclaimed] = d.unclaimed
	if err := d.keepVersions(ctx); err != nil {
		return nil, err
	}
	return d, d.relist(ctx)
}

// Effects and checks the door itself answers.
const (
	EffectSupersede    = "casework.supersede-others"
	CheckSameApplicant = "casework.same-applicant"
)

// Receipt proves to the client that an act was recorded.
type Receipt struct {
	Case, Number string
	Seq          int
	Act          string
	At           time.Time
	From, To     string
	Key          string
	Replayed     bool // the same act had been recorded before
}

func receipt(o Outcome) Receipt {
	e := o.Event
	return Receipt{Case: e.Case, Number: o.State.Number, Seq: e.Seq, Act: e.Act, At: e.At, From: e.From, To: e.To, Key: e.Key}
}

// attempts bound how often somebody who was overtaken decides again.
const attempts = 20

// checkKey refuses keys no client of ours makes. A colon marks the keys that
// the house makes itself, so that nobody can take one of those.
func checkKey(key string) error {
	const longest = 100
	switch {
	case key == "":
		return refuse(CodeKey, "没有收到操作编号。刷新页面后再试。")
	case len(key) > longest || strings.ContainsRune(key, ':'):
		return refuse(CodeKey, "操作编号不合规。刷新页面后再试。")
	}
	return nil
}

// Do passes an act through the door. A turned-down act comes back as
// *Refusal; the same key as before brings the same receipt again.
func (d *Door) Do(ctx context.Context, id string, in Input) (Receipt, error) {
	r, _, err := d.Act(ctx, id, in)
	return r, err
}

// Act is Do for those who go on with the case: it also tells how the case
// stands after the act.
func (d *Door) Act(ctx context.Context, id string, in Input) (Receipt, State, error) {
	r, s, err := d.do(ctx, id, in)
	var refusal *Refusal
	switch {
	case errors.As(err, &refusal) && slices.Contains([]Code{CodeUnknownAct, CodeNotFound, CodeKey}, refusal.Code):
		d.observe("unknown", string(refusal.Code)) // nobody has looked the act up: clients can invent names
	case errors.As(err, &refusal):
		d.observe(in.Act, string(refusal.Code))
	case err == nil && r.Replayed:
		d.observe(r.Act, "again")
	case err == nil:
		d.observe(r.Act, "done")
	}
	return r, s, err
}

func (d *Door) do(ctx context.Context, id string, in Input) (Receipt, State, error) {
	if err := checkKey(in.Key); err != nil {
		return Receipt{}, State{}, err
	}
	c, known := d.near.find(id)
	for n := 1; ; n++ {
		o, err := d.try(ctx, id, in, c, known)
		if err == nil {
			return receipt(o), o.State, nil
		}
		var r *Refusal
		refused := errors.As(err, &r)
		if refused && known { // perhaps only because what was near is old
			known = false
			continue
		}
		if refused || db.Unique(err) {
			again, ok, rerr := replay(ctx, d.db.Read(), id, in.Key)
			switch {
			case rerr != nil:
				return Receipt{}, State{}, rerr
			case ok && again.Act != in.Act:
				return Receipt{}, State{}, refuse(CodeKey, "这个操作编号已经用过。刷新页面后再试。")
			case ok:
				s, _, err := d.Get(ctx, id)
				return again, s, err
			case refused:
				return Receipt{}, State{}, err
			}
		}
		// Somebody was faster: decide again on the case as it stands now.
		if n == attempts || !errors.Is(err, errRaced) && !db.Unique(err) {
			return Receipt{}, State{}, err
		}
		known = false
	}
}

// try decides on the case as it is known, or as it stands, and writes the
// outcome.
func (d *Door) try(ctx context.Context, id string, in Input, c stored, known bool) (Outcome, error) {
	var it *item.Item
	var err error
	if known {
		it, err = d.version(ctx, c.state)
	}
	if !known || err == nil && Overdue(it, c.state, d.now()) {
		c, it, err = d.current(ctx, id)
	}
	if err != nil {
		return Outcome{}, err
	}
	out, err := d.outside(ctx, d.db.Read(), it, c.state, in)
	if err != nil {
		return Outcome{}, err
	}
	o, r := Decide(d.house(), it, c.state, in, out)
	if r != nil {
		return Outcome{}, r
	}
	o, err = d.record(ctx, it, c, o)
	if err == nil {
		d.near.keep(stored{o.State, c.key, c.wrapped})
	}
	return o, err
}
