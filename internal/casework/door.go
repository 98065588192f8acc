package casework

import (
	"context"
	"crypto/rand"
	"encoding/base32"
	"errors"
	"fmt"
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
	observe func(act, outcome string)
	numbers numbers
	near    near
}

// Effect is what an act does beyond its case, in the transaction of the act.
// It is registered by the room that owns what is changed. What it returns is
// remembered in the case's results. A *Refusal refuses the whole act.
type Effect func(ctx context.Context, tx db.Tx, call Call, before, after State, e Event) (results map[string]string, err error)

// Check holds a case against what another room knows. It only reads.
type Check func(ctx context.Context, q Queryer, s State, it *item.Item) (Finding, error)

// Outbox takes the messages of an act, in its transaction.
type Outbox func(ctx context.Context, tx db.Tx, caseID string, seq int, messages []Message) error

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
	d := &Door{db: o.DB, vault: o.Vault, items: o.Items, house: o.House, now: now, outbox: o.Outbox,
		effects: maps.Clone(o.Effects), checks: maps.Clone(o.Checks), observe: o.Observe}
	if d.observe == nil {
		d.observe = func(string, string) {}
	}
	if d.effects == nil {
		d.effects = map[string]Effect{}
	}
	if d.checks == nil {
		d.checks = map[string]Check{}
	}
	d.effects[EffectSupersede] = d.supersedeOthers
	d.checks[CheckSameApplicant] = d.sameApplicant
	return d, d.keepVersions(ctx)
}

// Effects and checks the door itself answers.
const (
	EffectSupersede    = "casework.supersede-others"
	CheckSameApplicant = "casework.same-applicant"
)

// EffectNames and CheckNames are what items may use.
func (d *Door) EffectNames() []string { return sortedKeys(d.effects) }

// CheckNames lists the checks items may ask for.
func (d *Door) CheckNames() []string { return sortedKeys(d.checks) }

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

// RoleHelper is the role of staff who begin a case for somebody (帮办人).
const RoleHelper = "helper"

// Creation is a new case.
type Creation struct {
	Item    string
	Key     string // makes creating idempotent for one owner
	Actor   Actor
	Created Created
}

// Create begins a case. The same key of the same owner begins it only once.
func (d *Door) Create(ctx context.Context, c Creation) (Receipt, error) {
	if err := checkKey(c.Key); err != nil {
		return Receipt{}, err
	}
	it, ok := d.items.Get(c.Item)
	if !ok {
		return Receipt{}, refuse(CodeNotFound, "没有这个事项。可能事项已合并，搜一下名称。")
	}
	if c.Actor.Kind == Staff && !slices.Contains(c.Actor.Roles, RoleHelper) {
		return Receipt{}, refuse(CodeNotYours, "帮办由有帮办岗位的工作人员开始。")
	}
	now := d.now()
	if !it.Guide.Live.Covers(now) {
		return Receipt{}, refuse(CodeClosed, "“%s”现在不接收新申请。", it.Guide.Title)
	}
	// A form sent just before midnight UTC may come again just after it.
	if r, ok, err := replay(ctx, d.db.Read(), d.caseID(now.Add(-24*time.Hour), c), c.Key); ok || err != nil {
		return r, err
	}
	id := d.caseID(now, c)
	key, wrapped, err := d.vault.NewKey()
	if err != nil {
		return Receipt{}, err
	}
	o := Begin(it, id, c.Created, c.Actor, c.Key, now)
	ready, err := d.enter(it, stored{key: key, wrapped: wrapped}, o)
	if err != nil {
		return Receipt{}, err
	}
	err = d.db.Write(ctx, func(ctx context.Context, tx db.Tx) error { return d.write(ctx, tx, ready) })
	if db.Unique(err) {
		if r, ok, err := replay(ctx, d.db.Read(), id, c.Key); ok || err != nil {
			return r, err
		}
	}
	if err != nil {
		return Receipt{}, err
	}
	return receipt(o), nil
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
	case errors.As(err, &refusal) && (refusal.Code == CodeUnknownAct || refusal.Code == CodeNotFound):
		d.observe("unknown", string(refusal.Code)) // clients can invent names
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

// record carries an outcome out in a transaction of its own.
func (d *Door) record(ctx context.Context, it *item.Item, c stored, o Outcome) (Outcome, error) {
	ready, err := d.enter(it, c, o)
	if err != nil {
		return o, err
	}
	err = d.db.Write(ctx, func(ctx context.Context, tx db.Tx) error {
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
	state []byte // sealed
	event []byte // sealed
}

func (d *Door) enter(it *item.Item, was stored, o Outcome) (entry, error) {
	o.Event.Salt = make([]byte, SaltSize)
	_, _ = rand.Read(o.Event.Salt)
	o.Event.Leaf = Leaf(o.Event)
	e := entry{item: it, was: was, o: o, row: d.row(it, o.State)}
	var err error
	if e.state, err = seal(was.key, o.State, "state/"+o.State.ID); err == nil {
		e.event, err = sealEvent(was.key, o.Event)
	}
	return e, err
}

// carryOut runs the effects of an outcome and writes it.
func (d *Door) carryOut(ctx context.Context, tx db.Tx, e entry) (Outcome, error) {
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
		var err error
		if e, err = d.enter(e.item, e.was, e.o); err != nil {
			return e.o, err
		}
	}
	return e.o, d.write(ctx, tx, e)
}

// write puts event, case row, timers and messages into the transaction.
func (d *Door) write(ctx context.Context, tx db.Tx, e entry) error {
	o := e.o
	var err error
	if o.Event.Seq == 1 {
		err = insertCase(ctx, tx, e)
	} else {
		err = updateCase(ctx, tx, e, d.row(e.item, e.was.state))
	}
	if err != nil {
		return err
	}
	if err := insertEvent(ctx, tx, o.Event, e.event); err != nil {
		return err
	}
	if o.Retimed {
		if err := replaceTimers(ctx, tx, o.State.ID, o.Timers, o.Event.From == o.Event.To); err != nil {
			return err
		}
	}
	if len(o.Tells) == 0 {
		return nil
	}
	return d.outbox(ctx, tx, o.State.ID, o.Event.Seq, Messages(d.house(), e.item, o.State, o.Tells))
}

func (d *Door) row(it *item.Item, s State) row {
	stage, _ := it.Flow.Stage(s.Stage)
	r := row{ended: string(stage.End)}
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

// ApplicantIndex is how an applicant's mobile number is looked up.
func (d *Door) ApplicantIndex(mobile string) string { return d.vault.Index("mobile", mobile) }

// outside gathers what Decide needs from beyond the case.
func (d *Door) outside(ctx context.Context, q Queryer, it *item.Item, s State, in Input) (Outside, error) {
	out := Outside{Now: d.now(), Token: NewToken()}
	stage, _ := it.Flow.Stage(s.Stage)
	act, ok := stage.Act(in.Act)
	if !ok {
		return out, nil
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
	check, ok := d.checks[name]
	if !ok {
		return Finding{}, fmt.Errorf("item %s names the check %q, which no room has registered", it.Name, name)
	}
	return check(ctx, q, s, it)
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

// Get reads a case as it stands.
func (d *Door) Get(ctx context.Context, id string) (State, *item.Item, error) {
	c, it, err := d.current(ctx, id)
	return c.state, it, err
}

// Findings asks the named checks about a case as it stands, for the reviewer.
func (d *Door) Findings(ctx context.Context, id string, names ...string) (map[string]Finding, error) {
	c, it, err := d.current(ctx, id)
	if err != nil {
		return nil, err
	}
	return d.FindingsOn(ctx, c.state, it, names...)
}

// FindingsOn is Findings for those who have just read the case.
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

// Offers lists the acts the actor could do on the case now.
func (d *Door) Offers(ctx context.Context, id string, a Actor) ([]item.Act, error) {
	s, it, err := d.Get(ctx, id)
	if err != nil {
		return nil, err
	}
	return Offers(d.house(), it, s, a), nil
}

// Offers lists the acts an actor may do in the case's stage, as the item
// orders them. That an act is offered does not mean it will pass: answers may
// be missing.
func Offers(house House, it *item.Item, s State, a Actor) []item.Act {
	stage, ok := it.Flow.Stage(s.Stage)
	if !ok {
		return nil
	}
	env := Env(house, it, s)
	var open []item.Act
	for _, act := range stage.Acts {
		if permit(stage, act, s, a) == nil && act.When.Holds(env) {
			open = append(open, act)
		}
	}
	return open
}

func receipt(o Outcome) Receipt {
	e := o.Event
	return Receipt{Case: e.Case, Number: o.State.Number, Seq: e.Seq, Act: e.Act, At: e.At, From: e.From, To: e.To, Key: e.Key}
}

// encoding has no letters that look like digits.
var encoding = base32.NewEncoding("0123456789abcdefghjkmnpqrstvwxyz").WithPadding(base32.NoPadding)

// caseID is sortable by time and starts with the region, so that tables can
// be partitioned by it; the rest comes from owner and key, so that creating
// twice with one key meets itself.
func (d *Door) caseID(now time.Time, c Creation) string {
	day := now.UTC().Format("060102")
	own := d.vault.Index("case", strings.Join([]string{c.Item, c.Created.Owner, c.Key}, "\x00"))
	return d.house().Region + "-" + day + "-" + encoding.EncodeToString([]byte(own))[:20]
}

// NewToken is a fresh name for a signing link: 60 bits, short enough for an
// SMS. It is no credential.
func NewToken() string {
	b := make([]byte, 10)
	_, _ = rand.Read(b)
	return encoding.EncodeToString(b)[:12]
}
