package account

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"time"

	"wangban/internal/db"
)

// Organisation is a unit with an account.
type Organisation struct {
	USCC, Name, Kind, Town, Unit, State, Case string
	Opened                                    time.Time
}

// States of a unit's account.
const (
	stateActive = "active"
	stateClosed = "closed" // the unit is no more, and who represented it is forgotten
)

// Role of a person in an organisation.
type Role string

// Roles.
const (
	Owner Role = "owner" // the legal representative
	Agent Role = "agent"
)

// Mandate lets a person act for a unit.
type Mandate struct {
	ID, USCC string
	Person   string
	Name     string // of the person, masked by whoever shows it
	Mobile   string
	Role     Role
	Scope    []string
	From, To string // days, 2006-01-02; the last day counts
	Letter   string // number of the case with the signed letter
	Revoked  time.Time
}

// Live tells whether the mandate counts on the day of an instant (C-39).
func (m Mandate) Live(now time.Time) bool {
	day := now.In(time.FixedZone("Asia/Shanghai", 8*60*60)).Format(time.DateOnly)
	return m.Revoked.IsZero() && (m.From == "" || m.From <= day) && (m.To == "" || day <= m.To)
}

func noRows(err error) bool { return errors.Is(err, sql.ErrNoRows) }

// Organisation reads a unit's account; false when it has none.
func (r *Room) Organisation(ctx context.Context, uscc string) (Organisation, bool, error) {
	o := Organisation{USCC: uscc}
	var opened int64
	err := r.db.Read().QueryRowContext(ctx, `SELECT name, kind, town, unit, state, case_id, opened FROM account_org WHERE uscc = $1`, uscc).
		Scan(&o.Name, &o.Kind, &o.Town, &o.Unit, &o.State, &o.Case, &opened)
	if noRows(err) {
		return o, false, nil
	}
	o.Opened = db.Time(opened)
	return o, err == nil, err
}

// MandatesOf lists who acts, or has acted, for a unit; the owner first.
func (r *Room) MandatesOf(ctx context.Context, uscc string) ([]Mandate, error) {
	return r.mandates(ctx, `m.uscc = $1 ORDER BY m.role DESC, m.id`, uscc)
}

// MandatesFor lists the units a person acts, or has acted, for.
func (r *Room) MandatesFor(ctx context.Context, person string) ([]Mandate, error) {
	return r.mandates(ctx, `m.person = $1 ORDER BY m.uscc`, person)
}

func (r *Room) mandates(ctx context.Context, where string, arg any) ([]Mandate, error) {
	rows, err := r.db.Read().QueryContext(ctx, `SELECT m.id, m.uscc, m.person, m.role, m.scope, m.starts, m.ends, m.letter, m.revoked
		FROM account_mandate m WHERE `+where, arg)
	if err != nil {
		return nil, err
	}
	defer func() { _ = rows.Close() }()
	var out []Mandate
	for rows.Next() {
		var m Mandate
		var scope string
		var revoked int64
		if err := rows.Scan(&m.ID, &m.USCC, &m.Person, &m.Role, &scope, &m.From, &m.To, &m.Letter, &revoked); err != nil {
			return nil, err
		}
		if err := json.Unmarshal([]byte(scope), &m.Scope); err != nil {
			return nil, err
		}
		m.Revoked = db.Time(revoked)
		out = append(out, m)
	}
	if err := rows.Err(); err != nil {
		return nil, err
	}
	for i := range out {
		p, _, err := r.Person(ctx, out[i].Person)
		if err != nil {
			return nil, err
		}
		out[i].Name, out[i].Mobile = p.Name, p.Mobile
	}
	return out, nil
}

// Revoke ends an agent's mandate at once. Only the owner of the unit may, or
// the agent for himself; the owner's own place cannot be revoked.
func (r *Room) Revoke(ctx context.Context, by, mandate string) error {
	return r.db.Write(ctx, func(ctx context.Context, tx db.Tx) error {
		var uscc, person, role string
		var owners int
		err := tx.QueryRowContext(ctx, `SELECT m.uscc, m.person, m.role,
				(SELECT count(*) FROM account_mandate o WHERE o.uscc = m.uscc AND o.person = $2 AND o.role = 'owner' AND o.revoked = 0)
			FROM account_mandate m WHERE m.id = $1`, mandate, by).Scan(&uscc, &person, &role, &owners)
		switch {
		case noRows(err), err == nil && owners == 0 && person != by:
			return refuse("没有这项授权，或者不归你管。")
		case err != nil:
			return err
		case Role(role) == Owner:
			return refuse("法定代表人的身份不能撤回。换了法定代表人的，先办理变更登记。")
		}
		res, err := tx.ExecContext(ctx, `UPDATE account_mandate SET revoked = $2 WHERE id = $1 AND revoked = 0`, mandate, db.Micros(r.now()))
		if err != nil {
			return err
		}
		if n, err := res.RowsAffected(); err != nil || n == 0 {
			return err // revoked before: it stays so
		}
		return r.record(ctx, tx, by, "revoked", uscc, person, mandate)
	})
}
