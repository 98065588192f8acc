package account

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"time"

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
	wrong    int
	locked   time.Time
}

// HasPassword tells whether the person has chosen one yet.
func (p Person) HasPassword() bool { return p.password != "" }

type sealedPerson struct{ Name, Mobile, IDType, IDNumber string }

const personColumns = `id, sealed, password, wrong, locked`

func (r *Room) scanPerson(row *sql.Row) (Person, error) {
	var p Person
	var sealed []byte
	var locked int64
	if err := row.Scan(&p.ID, &sealed, &p.password, &p.wrong, &locked); err != nil {
		return p, err
	}
	p.locked = db.Time(locked)
	plain, err := r.vault.Open(sealed, "person/"+p.ID)
	if err != nil {
		return p, fmt.Errorf("person %s: %w", p.ID, err)
	}
	var s sealedPerson
	if err := json.Unmarshal(plain, &s); err != nil {
		return p, err
	}
	p.Name, p.Mobile, p.IDType, p.IDNumber = s.Name, s.Mobile, s.IDType, s.IDNumber
	return p, nil
}

// Person reads a person; false when there is none.
func (r *Room) Person(ctx context.Context, id string) (Person, bool, error) {
	p, err := r.scanPerson(r.db.Read().QueryRowContext(ctx, `SELECT `+personColumns+` FROM account_person WHERE id = $1`, id))
	if errors.Is(err, sql.ErrNoRows) {
		return p, false, nil
	}
	return p, err == nil, err
}

// PersonByMobile finds the person of a number.
func (r *Room) PersonByMobile(ctx context.Context, mobile string) (Person, bool, error) {
	p, err := r.scanPerson(r.db.Read().QueryRowContext(ctx, `SELECT `+personColumns+` FROM account_person WHERE mobile = $1`, r.vault.Index("mobile", mobile)))
	if errors.Is(err, sql.ErrNoRows) {
		return p, false, nil
	}
	return p, err == nil, err
}

// ensurePerson finds or makes the person of a number. What is known is
// brought up to date; a password is set only where there was none.
func (r *Room) ensurePerson(ctx context.Context, tx db.Tx, p Person) (string, error) {
	index := r.vault.Index("mobile", p.Mobile)
	id := newID()
	err := tx.QueryRowContext(ctx, `SELECT id FROM account_person WHERE mobile = $1`, index).Scan(&id)
	if err != nil && !errors.Is(err, sql.ErrNoRows) {
		return "", err
	}
	plain, err := json.Marshal(sealedPerson{p.Name, p.Mobile, p.IDType, p.IDNumber})
	if err != nil {
		return "", err
	}
	_, err = tx.ExecContext(ctx, `INSERT INTO account_person (id, mobile, sealed, password, wrong, locked, created) VALUES ($1, $2, $3, $4, 0, 0, $5)
		ON CONFLICT (mobile) DO UPDATE SET sealed = excluded.sealed,
			password = CASE WHEN account_person.password = '' THEN excluded.password ELSE account_person.password END`,
		id, index, r.vault.Seal(plain, "person/"+id), p.password, db.Micros(r.now()))
	return id, err
}
