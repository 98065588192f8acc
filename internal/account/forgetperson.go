package account

import (
	"context"
	"slices"
	"time"

	"wangban/internal/cn"
	"wangban/internal/db"
)

// Kept is what is kept of a person with an account, beside who they are.
type Kept struct {
	Passkeys int
	Events   int      // entries of the account's history
	Sessions []string // in which they are logged in, or about to be
}

// KeptOf tells what is kept of a person.
func (r *Room) KeptOf(ctx context.Context, person string) (k Kept, err error) {
	err = r.db.Read().QueryRowContext(ctx, `SELECT (SELECT count(*) FROM account_passkey WHERE person = $1),
			(SELECT count(*) FROM account_event WHERE person = $1 OR actor = $2)`, person, "person:"+person).Scan(&k.Passkeys, &k.Events)
	if err != nil {
		return k, err
	}
	rows, err := r.db.Read().QueryContext(ctx, `SELECT id FROM account_session WHERE person = $1 OR pending = $2`, person, "person:"+person)
	if err != nil {
		return k, err
	}
	defer func() { _ = rows.Close() }()
	for rows.Next() {
		var id string
		if err := rows.Scan(&id); err != nil {
			return k, err
		}
		k.Sessions = append(k.Sessions, id)
	}
	return k, rows.Err()
}

// PeopleBy finds whom a log-in name means, a mobile number or a unit's code, or
// the person of an id.
func (r *Room) PeopleBy(ctx context.Context, who string) ([]Person, error) {
	switch {
	case cn.Mobile(who).OK():
		return r.PeopleByMobile(ctx, who)
	case cn.USCC(cn.Code(who)).OK():
		mandates, err := r.MandatesOf(ctx, cn.Code(who))
		if err != nil {
			return nil, err
		}
		var people []Person
		for _, m := range mandates {
			p, ok, err := r.Person(ctx, m.Person)
			if err != nil {
				return nil, err
			}
			if ok && !slices.ContainsFunc(people, func(o Person) bool { return o.ID == p.ID }) {
				people = append(people, p)
			}
		}
		return people, nil
	}
	p, ok, err := r.Person(ctx, who)
	if err != nil || !ok {
		return nil, err
	}
	return []Person{p}, nil
}

// Represents tells whether a mandate is that of a legal representative which
// counts now or will.
func (m Mandate) Represents(now time.Time) bool {
	m.From = ""
	return m.Role == Owner && m.Live(now)
}

// Forgetting is whose account is forgotten, by whom, and why.
type Forgetting struct {
	Person, Staff, Reason string
	Over                  []string // units that are no more
	Left                  []string // units that somebody else represents by now
}

// ForgetPerson erases in one transaction what is known of a person with an
// account: name, number, document, password, passkeys, sessions, and what they
// are looked up by. Nobody can log in as them any more; mandates end. The row
// stays, empty, with the mandates and the history that name it: who acted for a
// unit from when to when is on record, not who that was. That it was done, by
// which member of staff and why, is an entry of the history.
//
// Who represents a unit cannot be forgotten, but for units that are no more, whose
// accounts are closed, and for those that another represents by now. An account
// that is left without its owner goes on for the agents of the unit, and the new
// representative takes it over by registering it, see OpenAccount. Cases and
// licences are other rooms' matter: the caller has looked at them.
func (r *Room) ForgetPerson(ctx context.Context, f Forgetting) error {
	id := f.Person
	p, ok, err := r.Person(ctx, id)
	if err != nil {
		return err
	}
	if !ok {
		return refuse("没有这个账号，或者它已经按规定删除。")
	}
	number := r.vault.Index("mobile", p.Mobile)
	return r.db.Write(ctx, func(ctx context.Context, tx db.Tx) error {
		done, err := tx.ExecContext(ctx, `UPDATE account_person SET mobile = '', identity = $2, sealed = $3, password = '' WHERE id = $1 AND length(sealed) > 0`,
			id, "forgotten/"+id, []byte{})
		if err != nil {
			return err
		}
		if n, err := done.RowsAffected(); err != nil {
			return err
		} else if n == 0 {
			return refuse("没有这个账号，或者它已经按规定删除。")
		}
		if err := r.endMandates(ctx, tx, f); err != nil {
			return err
		}
		const sessions = `(SELECT id FROM account_session WHERE person = $1 OR pending = $2)`
		for _, statement := range []string{
			`DELETE FROM account_grant WHERE session IN ` + sessions,
			`DELETE FROM account_challenge WHERE session IN ` + sessions,
			`DELETE FROM account_session WHERE person = $1 OR pending = $2`,
		} {
			if _, err := tx.ExecContext(ctx, statement, id, "person:"+id); err != nil {
				return err
			}
		}
		if _, err := tx.ExecContext(ctx, `DELETE FROM account_passkey WHERE person = $1`, id); err != nil {
			return err
		}
		if err := r.forgetNumber(ctx, tx, p.Mobile, number); err != nil {
			return err
		}
		return r.record(ctx, tx, "staff:"+f.Staff, "forgotten", "", id, f.Reason)
	})
}

// endMandates ends what somebody may do for units, unless they represent one
// that is not over.
func (r *Room) endMandates(ctx context.Context, tx db.Tx, f Forgetting) error {
	person, over := f.Person, []string(nil)
	rows, err := tx.QueryContext(ctx, `SELECT uscc, starts, ends FROM account_mandate WHERE person = $1 AND role = $2 AND revoked = 0 ORDER BY uscc`, person, string(Owner))
	if err != nil {
		return err
	}
	defer func() { _ = rows.Close() }()
	for rows.Next() {
		m := Mandate{Role: Owner}
		if err := rows.Scan(&m.USCC, &m.From, &m.To); err != nil {
			return err
		}
		switch {
		case !m.Represents(r.now()):
		case slices.Contains(f.Over, m.USCC):
			over = append(over, m.USCC)
		case !slices.Contains(f.Left, m.USCC):
			return refuse("这个人还是 %s 的法定代表人。先办完单位的注销或者变更登记。", m.USCC)
		}
	}
	if err := rows.Err(); err != nil {
		return err
	}
	if err := rows.Close(); err != nil { // before the next statement of the transaction
		return err
	}
	for _, uscc := range over {
		if _, err := tx.ExecContext(ctx, `UPDATE account_org SET state = $2 WHERE uscc = $1`, uscc, stateClosed); err != nil {
			return err
		}
	}
	_, err = tx.ExecContext(ctx, `UPDATE account_mandate SET revoked = $2 WHERE person = $1 AND revoked = 0`, person, db.Micros(r.now()))
	return err
}

// forgetNumber drops codes and counts of a mobile number that nobody else has.
func (r *Room) forgetNumber(ctx context.Context, tx db.Tx, mobile, index string) error {
	var others int
	if err := tx.QueryRowContext(ctx, `SELECT count(*) FROM account_person WHERE mobile = $1`, index).Scan(&others); err != nil || others > 0 {
		return err
	}
	for _, table := range []string{"account_code", "account_code_sent", "account_number", "account_asked"} {
		if _, err := tx.ExecContext(ctx, `DELETE FROM `+table+` WHERE target = $1`, index); err != nil {
			return err
		}
	}
	return r.forgetTries(ctx, tx, r.loginName("mobile", mobile))
}
