package account

import (
	"context"
	"encoding/json"
	"fmt"

	"wangban/internal/db"
)

// Person is a natural person with an account.
type Person struct {
	ID       string
	Name     string
	Mobile   string
	IDType   string
	IDNumber string
	password string
}

// HasPassword tells whether the person has chosen one yet.
func (p Person) HasPassword() bool { return p.password != "" }

type sealedPerson struct{ Name, Mobile, IDType, IDNumber string }

func (r *Room) people(ctx context.Context, where string, arg any) ([]Person, error) {
	rows, err := r.db.Read().QueryContext(ctx, `SELECT id, sealed, password FROM account_person WHERE `+where+` AND length(sealed) > 0 ORDER BY id`, arg) // a forgotten one is nobody
	if err != nil {
		return nil, err
	}
	defer func() { _ = rows.Close() }()
	var out []Person
	for rows.Next() {
		var p Person
		var sealed []byte
		if err := rows.Scan(&p.ID, &sealed, &p.password); err != nil {
			return nil, err
		}
		plain, err := r.vault.Open(sealed, "person/"+p.ID)
		if err != nil {
			return nil, fmt.Errorf("person %s: %w", p.ID, err)
		}
		var s sealedPerson
		if err := json.Unmarshal(plain, &s); err != nil {
			return nil, err
		}
		p.Name, p.Mobile, p.IDType, p.IDNumber = s.Name, s.Mobile, s.IDType, s.IDNumber
		out = append(out, p)
	}
	return out, rows.Err()
}

// Person reads a person; false when there is none.
func (r *Room) Person(ctx context.Context, id string) (Person, bool, error) {
	found, err := r.people(ctx, `id = $1`, id)
	if err != nil || len(found) == 0 {
		return Person{}, false, err
	}
	return found[0], true, nil
}

// PeopleByMobile finds the people of a number: mostly one, but relatives may
// share a number (C-15).
func (r *Room) PeopleByMobile(ctx context.Context, mobile string) ([]Person, error) {
	return r.people(ctx, `mobile = $1`, r.vault.Index("mobile", mobile))
}

// identity is the blind index of a person: number and document.
func (r *Room) identity(p Person) string {
	return r.vault.Index("identity", p.Mobile+"/"+p.IDType+"/"+p.IDNumber)
}

// ensurePerson finds or makes the person with a number and a document. What is
// known is brought up to date; a password is set only where there was none.
func (r *Room) ensurePerson(ctx context.Context, tx db.Tx, p Person) (id string, err error) {
	identity := r.identity(p)
	_, err = tx.ExecContext(ctx, `INSERT INTO account_person (id, mobile, identity, sealed, password, created) VALUES ($1, $2, $3, $4, '', $5)
		ON CONFLICT (identity) DO NOTHING`, newID(), r.vault.Index("mobile", p.Mobile), identity, []byte{}, db.Micros(r.now()))
	if err != nil {
		return "", err
	}
	if err := tx.QueryRowContext(ctx, `SELECT id FROM account_person WHERE identity = $1`, identity).Scan(&id); err != nil {
		return "", err
	}
	plain, err := json.Marshal(sealedPerson{p.Name, p.Mobile, p.IDType, p.IDNumber})
	if err != nil {
		return "", err
	}
	_, err = tx.ExecContext(ctx, `UPDATE account_person SET sealed = $2, password = CASE WHEN password = '' THEN $3 ELSE password END WHERE id = $1`,
		id, r.vault.Seal(plain, "person/"+id), p.password)
	return id, err
}
