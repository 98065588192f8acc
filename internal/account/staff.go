package account

import (
	"context"
	"encoding/json"
	"fmt"

	"github.com/goccy/go-yaml"

	"wangban/internal/db"
	"wangban/internal/form"
)

// Member is a member of staff.
type Member struct {
	ID       string   `yaml:"id"`
	Name     string   `yaml:"name"`
	Unit     string   `yaml:"unit"` // works in
	Mobile   string   `yaml:"mobile"`
	Roles    []string `yaml:"roles"` // reviewer, helper, supervisor, …
	Units    []string `yaml:"units"` // handles the cases of; "*" is every unit
	Left     bool     `yaml:"-"`     // does not work here any more (离岗): cannot log in, but cases name them
	password string
}

// ImportStaff takes a list of staff (YAML: password, staff: [...]). It can be
// run again: members are brought up to date, passwords stay.
func (r *Room) ImportStaff(ctx context.Context, source []byte) (int, error) {
	var doc struct {
		Password string   `yaml:"password"`
		Staff    []Member `yaml:"staff"`
	}
	if err := yaml.UnmarshalWithOptions(source, &doc, yaml.Strict()); err != nil {
		return 0, fmt.Errorf("the list of staff: %s", yaml.FormatError(err, false, true))
	}
	hash := ""
	if doc.Password != "" {
		hash = form.HashPassword(doc.Password)
	}
	err := r.db.Write(ctx, func(ctx context.Context, tx db.Tx) error {
		for _, m := range doc.Staff {
			if err := r.saveMember(ctx, tx, m, hash); err != nil {
				return fmt.Errorf("staff %s: %w", m.ID, err)
			}
		}
		return nil
	})
	return len(doc.Staff), err
}

func (r *Room) saveMember(ctx context.Context, tx db.Tx, m Member, hash string) error {
	roles, err := json.Marshal(m.Roles)
	if err != nil {
		return err
	}
	units, err := json.Marshal(m.Units)
	if err != nil {
		return err
	}
	_, err = tx.ExecContext(ctx, `INSERT INTO account_staff (id, name, unit, roles, units, sealed, password) VALUES ($1, $2, $3, $4, $5, $6, $7)
		ON CONFLICT (id) DO UPDATE SET name = excluded.name, unit = excluded.unit, roles = excluded.roles, units = excluded.units, sealed = excluded.sealed, gone = 0`,
		m.ID, m.Name, m.Unit, string(roles), string(units), r.vault.Seal([]byte(m.Mobile), "staff/"+m.ID), hash)
	return err
}

// Member reads a member of staff; false when there is none.
func (r *Room) Member(ctx context.Context, id string) (Member, bool, error) {
	m := Member{ID: id}
	var roles, units string
	var sealed []byte
	err := r.db.Read().QueryRowContext(ctx, `SELECT name, unit, roles, units, sealed, password, gone > 0 FROM account_staff WHERE id = $1`, id).
		Scan(&m.Name, &m.Unit, &roles, &units, &sealed, &m.password, &m.Left)
	if noRows(err) {
		return m, false, nil
	}
	if err != nil {
		return m, false, err
	}
	mobile, err := r.vault.Open(sealed, "staff/"+id)
	if err != nil {
		return m, false, err
	}
	m.Mobile = string(mobile)
	if err := json.Unmarshal([]byte(roles), &m.Roles); err != nil {
		return m, false, err
	}
	return m, true, json.Unmarshal([]byte(units), &m.Units)
}

// Members lists the staff at work by name.
func (r *Room) Members(ctx context.Context) ([]Member, error) {
	return r.members(ctx, `gone = 0`)
}

// MembersOf lists those at work in a unit.
func (r *Room) MembersOf(ctx context.Context, unit string) ([]Member, error) {
	return r.members(ctx, `gone = 0 AND unit = $1`, unit)
}

func (r *Room) members(ctx context.Context, where string, args ...any) ([]Member, error) {
	rows, err := r.db.Read().QueryContext(ctx, `SELECT id FROM account_staff WHERE `+where+` ORDER BY id`, args...)
	if err != nil {
		return nil, err
	}
	defer func() { _ = rows.Close() }()
	var ids []string
	for rows.Next() {
		var id string
		if err := rows.Scan(&id); err != nil {
			return nil, err
		}
		ids = append(ids, id)
	}
	if err := rows.Err(); err != nil {
		return nil, err
	}
	var out []Member
	for _, id := range ids {
		m, _, err := r.Member(ctx, id)
		if err != nil {
			return nil, err
		}
		out = append(out, m)
	}
	return out, nil
}

// StaffLogIn is the first half of a staff log-in; Enter is the second.
func (r *Room) StaffLogIn(ctx context.Context, session, id, password string) error {
	name := r.loginName("staff", id)
	if err := r.takeTry(ctx, name); err != nil {
		return err
	}
	m, _, err := r.Member(ctx, id)
	if err != nil {
		return err
	}
	if !r.passwordMatches(ctx, m.password, password) || m.Left {
		return refuse("工号或密码不对。核对后再试。")
	}
	return r.await(ctx, Session{ID: session, Pending: "staff:" + id}, name)
}
