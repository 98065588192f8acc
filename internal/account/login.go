package account

import (
	"context"
	"strings"
	"sync"

	"wangban/internal/cn"
	"wangban/internal/db"
	"wangban/internal/form"
)

// hashing bounds how many passwords are checked at once: each takes 19 MiB
// and tens of milliseconds, and a flood of log-ins must not take all of it.
var hashing = make(chan struct{}, 2)

// nobody is a hash that no password matches, so that an account that does not
// exist, or has no password yet, takes as long as one that does. It is made
// when a room is opened, beside everything else: it takes as long as checking a
// password, and most commands check none.
var nobody = sync.OnceValue(func() string { return form.HashPassword(newID() + newID()) })

func (r *Room) passwordMatches(ctx context.Context, hash, password string) bool {
	select {
	case hashing <- struct{}{}:
		defer func() { <-hashing }()
	case <-ctx.Done():
		return false
	}
	if hash == "" {
		hash = nobody()
	}
	return compare(hash, password)
}

// compare is the slow part; a test counts it.
var compare = form.PasswordMatches

// wrongLogin is the one answer to any log-in that fails, whether or not the
// account exists.
func wrongLogin() *Refusal {
	return refuse("账号或密码不对。核对后再试；第一次登录或忘了密码的，用验证码设置密码。")
}

// LogIn is the first half of a log-in: account and password. It leaves the
// session waiting for the code that SendLoginCode sends and Enter takes.
func (r *Room) LogIn(ctx context.Context, session, login, password string) (waiting Session, err error) {
	kind, login := readLogin(login)
	name := r.loginName(kind, login)
	if err := r.takeTry(ctx, name); err != nil {
		return Session{}, err
	}
	candidates, err := r.candidates(ctx, kind, login)
	if err != nil {
		return Session{}, err
	}
	if len(candidates) == 0 {
		candidates = []Person{{}}
	}
	for _, p := range candidates {
		if r.passwordMatches(ctx, p.password, password) {
			waiting = Session{ID: session, Pending: "person:" + p.ID}
			return waiting, r.await(ctx, waiting, name)
		}
	}
	return Session{}, wrongLogin()
}

// readLogin tells a mobile number from a unit's code.
func readLogin(login string) (kind, value string) {
	if m := cn.Mobile(login); m.OK() {
		return "mobile", m.Value
	}
	return "uscc", cn.USCC(login).Value
}

// candidates are the people a log-in name can mean: those with the number, or
// everyone who acts for the unit.
func (r *Room) candidates(ctx context.Context, kind, login string) ([]Person, error) {
	if kind == "mobile" {
		return r.PeopleByMobile(ctx, login)
	}
	mandates, err := r.MandatesOf(ctx, login)
	if err != nil {
		return nil, err
	}
	var people []Person
	for _, m := range mandates {
		if m.Live(r.now()) {
			p, ok, err := r.Person(ctx, m.Person)
			if err != nil {
				return nil, err
			}
			if ok {
				people = append(people, p)
			}
		}
	}
	return people, nil
}

// await notes that the password was right and the code is still to come.
func (r *Room) await(ctx context.Context, waiting Session, name string) error {
	return r.db.Write(ctx, func(ctx context.Context, tx db.Tx) error {
		if err := r.forgetTries(ctx, tx, name); err != nil {
			return err
		}
		_, err := tx.ExecContext(ctx, `UPDATE account_session SET pending = $2 WHERE id = $1`, waiting.ID, waiting.Pending)
		return err
	})
}

// loginPurpose ties a log-in's code to its session.
func loginPurpose(session string) string { return "login:" + session }

// SendLoginCode sends the code of the log-in under way.
func (r *Room) SendLoginCode(ctx context.Context, s Session) (mobile string, err error) {
	mobile, err = r.pendingMobile(ctx, s)
	if err != nil {
		return "", err
	}
	return mobile, r.Send(ctx, mobile, loginPurpose(s.ID))
}

func (r *Room) pendingMobile(ctx context.Context, s Session) (mobile string, err error) {
	found := false
	switch kind, id, _ := strings.Cut(s.Pending, ":"); kind {
	case "person":
		var p Person
		p, found, err = r.Person(ctx, id)
		mobile = p.Mobile
	case "staff":
		var m Member
		m, found, err = r.Member(ctx, id)
		mobile = m.Mobile
	}
	if err == nil && !found {
		err = expiredLogin()
	}
	return mobile, err
}

// Enter is the second half of a log-in: the code. The session goes on under a
// new cookie.
func (r *Room) Enter(ctx context.Context, s Session, code string) (cookie string, err error) {
	mobile, err := r.pendingMobile(ctx, s)
	if err != nil {
		return "", err
	}
	if err := r.Check(ctx, mobile, loginPurpose(s.ID), code); err != nil {
		return "", err
	}
	kind, id, _ := strings.Cut(s.Pending, ":")
	return r.LetIn(ctx, s.ID, kind, id)
}

// LetIn logs a session in as a person or a member of staff. It is for log-ins
// that have been proven, and for the demo's changing of roles.
func (r *Room) LetIn(ctx context.Context, session, kind, id string) (cookie string, err error) {
	err = r.db.Write(ctx, func(ctx context.Context, tx db.Tx) error {
		cookie, err = r.letIn(ctx, tx, session, kind, id)
		return err
	})
	return cookie, err
}

func (r *Room) letIn(ctx context.Context, tx db.Tx, session, kind, id string) (cookie string, err error) {
	person, staff := id, ""
	if kind == "staff" {
		person, staff = "", id
	}
	if cookie, err = r.enter(ctx, tx, session, person, staff); err != nil {
		return "", err
	}
	return cookie, r.record(ctx, tx, kind+":"+id, "logged in", "", person, "")
}
