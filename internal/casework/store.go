package casework

import (
	"context"
	"database/sql"
	"embed"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"strings"
	"time"

	"wangban/internal/db"
	"wangban/internal/vault"
)

//go:embed migrations
var migrations embed.FS

// Migrations are the room's tables.
var Migrations = func() db.Migrations {
	files, err := fs.Sub(migrations, "migrations")
	if err != nil {
		panic(err)
	}
	return db.Migrations{Room: "casework", Files: files}
}()

// Queryer reads, in or outside a transaction.
type Queryer interface {
	QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error)
	QueryRowContext(ctx context.Context, query string, args ...any) *sql.Row
}

// stored is a case as the database has it.
type stored struct {
	state   State
	key     *vault.Key
	wrapped []byte
}

// load reads a case. One that is near is only asked for its version, which
// spares opening and decoding it.
func (d *Door) load(ctx context.Context, q Queryer, id string) (stored, error) {
	if c, ok := d.near.find(id); ok {
		var version, kept int
		err := q.QueryRowContext(ctx, `SELECT version, length(wrapped) FROM cases WHERE id = $1`, id).Scan(&version, &kept)
		if err == nil && version == c.state.Version && kept > 0 {
			return c, nil
		}
	}
	return d.read(ctx, q, id)
}

func (d *Door) read(ctx context.Context, q Queryer, id string) (stored, error) {
	var wrapped, sealed []byte
	err := q.QueryRowContext(ctx, `SELECT wrapped, state FROM cases WHERE id = $1`, id).Scan(&wrapped, &sealed)
	switch {
	case errors.Is(err, sql.ErrNoRows):
		return stored{}, refuse(CodeNotFound, "没有这件申请。核对编号，或从“办件查询”查询。")
	case err != nil:
		return stored{}, fmt.Errorf("read case %s: %w", id, err)
	case len(wrapped) == 0:
		return stored{}, refuse(CodeNotFound, "这件申请的内容已经按规定删除。")
	}
	key, err := d.vault.Unwrap(wrapped)
	if err != nil {
		return stored{}, fmt.Errorf("case %s: %w", id, err)
	}
	var s State
	if err := open(key, sealed, "state/"+id, &s); err != nil {
		return stored{}, fmt.Errorf("case %s: %w", id, err)
	}
	return stored{s, key, wrapped}, nil
}

func open(key *vault.Key, sealed []byte, bound string, into any) error {
	plain, err := key.Open(sealed, bound)
	if err != nil {
		return err
	}
	return json.Unmarshal(plain, into)
}

func seal(key *vault.Key, v any, bound string) ([]byte, error) {
	plain, err := json.Marshal(v)
	if err != nil {
		return nil, err
	}
	return key.Seal(plain, bound), nil
}

// row are the columns of a case that lists read, as far as the state alone
// does not tell them.
type row struct {
	ended, subject, title, applicant string
	desk                             bool      // the staff act next
	lapses                           time.Time // when the stage lapses, unless that only ends a claim
	light                            Deadline
}

// errRaced tells that the case moved on between reading and writing it.
var errRaced = errors.New("the case changed meanwhile")

const caseColumns = `item, hash, number, stage, ended, version, subject, title, applicant, owner, unit, holder, helper, helper_unit, channel, due, clock_start, clock_due, near, desk, queued, created, updated`

func caseValues(s State, r row) []any {
	holder, helper, helperUnit := "", "", ""
	if s.Holder != nil {
		holder = s.Holder.ID
	}
	if s.Helper != nil {
		helper, helperUnit = s.Helper.ID, s.Helper.Unit
	}
	clockStart, clockDue := s.ClockStart, s.ClockDue
	if !s.ClockEnd.IsZero() {
		clockStart, clockDue = time.Time{}, time.Time{}
	}
	desk := int64(0)
	if r.desk {
		desk = 1
	}
	return []any{s.Item, s.Hash, s.Number, s.Stage, r.ended, s.Version, r.subject, r.title, r.applicant, s.Owner, s.Unit,
		holder, helper, helperUnit, s.Channel, db.Micros(s.Due), db.Micros(clockStart), db.Micros(clockDue), db.Micros(r.light.Near), desk, queued(s, r), db.Micros(s.CreatedAt), db.Micros(s.UpdatedAt)}
}

// queued is what work lists are sorted by; see unlimitedBand.
func queued(s State, r row) int64 {
	switch {
	case r.light.Paused:
		return pausedBand + db.Micros(s.UpdatedAt)
	case !r.light.Due.IsZero():
		return db.Micros(r.light.Due)
	case !r.lapses.IsZero():
		return db.Micros(r.lapses)
	}
	return unlimitedBand + db.Micros(s.UpdatedAt)
}

func insertCase(ctx context.Context, tx db.Tx, e entry) error {
	args := append([]any{e.o.State.ID, e.was.wrapped, e.state}, caseValues(e.o.State, e.row)...)
	_, err := tx.ExecContext(ctx, `INSERT INTO cases (id, wrapped, state, listed, `+caseColumns+`)
		VALUES ($1, $2, $3, 1, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23, $24, $25, $26)`, args...)
	return err
}

var caseColumnNames = strings.Split(caseColumns, ", ")

// updateCase writes the case if it is still at the version that was read. Only
// what has changed is written, and so only the indexes of that.
func updateCase(ctx context.Context, tx db.Tx, e entry, was row) error {
	args := []any{e.o.State.ID, e.was.state.Version, e.state}
	var set strings.Builder
	before := caseValues(e.was.state, was)
	for i, value := range caseValues(e.o.State, e.row) {
		if value != before[i] {
			args = append(args, value)
			fmt.Fprintf(&set, ", %s = $%d", caseColumnNames[i], len(args))
		}
	}
	result, err := tx.ExecContext(ctx, `UPDATE cases SET state = $3`+set.String()+` WHERE id = $1 AND version = $2 AND length(wrapped) > 0`, args...)
	if err != nil {
		return err
	}
	if n, err := result.RowsAffected(); err != nil || n == 1 {
		return err
	}
	return errRaced
}

// sealedEvent is what of an event is nobody else's business.
type sealedEvent struct {
	Actor Actor
	Data  EventData
}

func sealEvent(key *vault.Key, e Event) []byte { return key.Seal(e.personal(), e.place()) }

// place binds what is sealed to its row.
func (e Event) place() string { return fmt.Sprintf("event/%s/%d", e.Case, e.Seq) }

// openEvent adds what is sealed to an event.
func openEvent(key interface {
	Open(sealed []byte, bound string) ([]byte, error)
}, sealed []byte, e Event) (Event, error) {
	said, err := key.Open(sealed, e.place())
	if err != nil {
		return e, err
	}
	var inner sealedEvent
	if err := json.Unmarshal(said, &inner); err != nil {
		return e, err
	}
	e.Actor, e.Data, e.said = inner.Actor, inner.Data, said
	return e, nil
}

func insertEvent(ctx context.Context, tx db.Tx, e Event, sealed []byte) error {
	_, err := tx.ExecContext(ctx, `INSERT INTO case_event (case_id, seq, act, actor_kind, at, key, stage_from, stage_to, sealed, salt, leaf)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)`,
		e.Case, e.Seq, e.Act, string(e.Actor.Kind), db.Micros(e.At), e.Key, e.From, e.To, sealed, e.Salt, e.Leaf)
	return err
}

// replaceTimers sets the timers of a case. Where they are the same ones as
// before, only at other instants, none has to go; and one that is set earlier
// than it need be stays: when it rings it is set again. So a draft's timer is
// not moved with every page that is saved.
func replaceTimers(ctx context.Context, tx db.Tx, id string, timers []Timer, same bool, set map[string]time.Time) error {
	if !same {
		if _, err := tx.ExecContext(ctx, `DELETE FROM case_timer WHERE case_id = $1`, id); err != nil {
			return err
		}
	}
	for _, t := range timers {
		if at, ok := set[t.Name]; ok && !at.After(t.At) {
			continue
		}
		if _, err := tx.ExecContext(ctx, `INSERT INTO case_timer (case_id, name, at) VALUES ($1, $2, $3)
			ON CONFLICT (case_id, name) DO UPDATE SET at = excluded.at, again = 0`, id, t.Name, db.Micros(t.At)); err != nil {
			return err
		}
	}
	return nil
}

// early picks the timers that cannot have rung yet.
func early(timers []Timer, now time.Time) map[string]time.Time {
	set := map[string]time.Time{}
	for _, t := range timers {
		if t.At.After(now) {
			set[t.Name] = t.At
		}
	}
	return set
}

// replay finds the receipt of an act that was done before under the same key.
func replay(ctx context.Context, q Queryer, id, key string) (Receipt, bool, error) {
	r := Receipt{Case: id, Key: key, Replayed: true}
	var at int64
	err := q.QueryRowContext(ctx, `SELECT e.seq, e.act, e.at, e.stage_from, e.stage_to, c.number
		FROM case_event e JOIN cases c ON c.id = e.case_id WHERE e.case_id = $1 AND e.key = $2`, id, key).
		Scan(&r.Seq, &r.Act, &at, &r.From, &r.To, &r.Number)
	if errors.Is(err, sql.ErrNoRows) {
		return Receipt{}, false, nil
	}
	r.At = db.Time(at)
	return r, err == nil, err
}

// Newest is the latest instant on record; zero when nothing is.
func (d *Door) Newest(ctx context.Context) (time.Time, error) {
	var at int64
	if err := d.db.Read().QueryRowContext(ctx, `SELECT coalesce(max(updated), 0) FROM cases`).Scan(&at); err != nil {
		return time.Time{}, fmt.Errorf("look for the newest case: %w", err)
	}
	return db.Time(at), nil
}

// History is every event of a case, oldest first.
func (d *Door) History(ctx context.Context, id string) ([]Event, error) {
	c, err := d.load(ctx, d.db.Read(), id)
	if err != nil {
		return nil, err
	}
	rows, err := d.db.Read().QueryContext(ctx, `SELECT seq, act, at, key, stage_from, stage_to, sealed, salt, leaf
		FROM case_event WHERE case_id = $1 ORDER BY seq`, id)
	if err != nil {
		return nil, err
	}
	defer func() { _ = rows.Close() }()
	var events []Event
	for rows.Next() {
		e := Event{Case: id}
		var at int64
		var sealed []byte
		if err := rows.Scan(&e.Seq, &e.Act, &at, &e.Key, &e.From, &e.To, &sealed, &e.Salt, &e.Leaf); err != nil {
			return nil, err
		}
		e.At = db.Time(at)
		if e, err = openEvent(c.key, sealed, e); err != nil {
			return nil, fmt.Errorf("event %d of case %s: %w", e.Seq, id, err)
		}
		events = append(events, e)
	}
	return events, rows.Err()
}
