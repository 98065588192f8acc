package account

import (
	"context"
	"strings"

	"wangban/internal/cn"
	"wangban/internal/db"
	"wangban/internal/form"
)

// hashing bounds how many passwords are checked at once: each takes 19 MiB
// and tens of milliseconds, and a flood of log-ins must not take all of it.
var hashing = make(chan struct{}, 2)

func passwordMatches(ctx context.Context, hash, password string) bool {
	select {
	case hashing <- struct{}{}:
		defer func() { <-hashing }()
	case <-ctx.Done():
		return false
	}
	return form.PasswordMatches(hash, password)
}

// nobody is a hash that no password matches, so that an unknown account takes
// as long as a known one.
var nobody = form.HashPassword(newID() + newID())

// wrongLogin is the one answer to any log-in that fails, whether or not the
// account exists.
func wrongLogin() *Refusal {
	return refuse("账号或密码不对。核对后再试；第一次登录或忘了密码的，用验证码设置密码。")
}

// LogIn is the first half of a log-in: account and password. It leaves the
// session waiting for the code that Enter takes, and tells the number the
// code goes to.
func (r *Room) LogIn(ctx context.Context, session, login, password string) (mobile string, err error) {
	candidates, err := r.candidates(ctx, login)
	if err != nil {
		return "", err
	}
	if len(candidates) == 0 {
		passwordMatches(ctx, nobody, password)
		return "", wrongLogin()
	}
	for _, p := range candidates {
		if r.now().Before(p.locked) {
			return "", refuse("密码错的次数太多，账号锁到 %s。到时再试，或者用验证码重新设置密码。", p.locked.In(form.Shanghai).Format("15:04"))
		}
		if p.password != "" && passwordMatches(ctx, p.password, password) {
			return p.Mobile, r.await(ctx, session, "person:"+p.ID)
		}
	}
	if err := r.countWrong(ctx, "account_person", candidates[0].ID, candidates[0].wrong); err != nil {
		return "", err
	}
	return "", wrongLogin()
}

// candidates are the people a log-in name can mean: the one with the number,
// or everyone who acts for the unit.
func (r *Room) candidates(ctx context.Context, login string) ([]Person, error) {
	if m := cn.Mobile(login); m.OK() {
		p, ok, err := r.PersonByMobile(ctx, m.Value)
		if !ok {
			return nil, err
		}
		return []Person{p}, err
	}
	mandates, err := r.MandatesOf(ctx, cn.USCC(login).Value)
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

func (r *Room) await(ctx context.Context, session, who string) error {
	return r.db.Write(ctx, func(ctx context.Context, tx db.Tx) error {
		_, err := tx.ExecContext(ctx, `UPDATE account_session SET pending = $2 WHERE id = $1`, session, who)
		return err
	})
}

// countWrong counts a wrong password and locks the account after too many.
// table is one of this room's.
func (r *Room) countWrong(ctx context.Context, table, id string, before int) error {
	return r.db.Write(ctx, func(ctx context.Context, tx db.Tx) error {
		locked := int64(0)
		count := before + 1
		if count >= r.limits.Passwords {
			locked, count = db.Micros(r.now().Add(r.limits.LockedFor)), 0
		}
		_, err := tx.ExecContext(ctx, `UPDATE `+table+` SET wrong = $2, locked = $3 WHERE id = $1`, id, count, locked)
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

func (r *Room) pendingMobile(ctx context.Context, s Session) (string, error) {
	kind, id, _ := strings.Cut(s.Pending, ":")
	switch kind {
	case "person":
		p, ok, err := r.Person(ctx, id)
		if ok {
			return p.Mobile, nil
		}
		return "", err
	case "staff":
		m, ok, err := r.Member(ctx, id)
		if ok {
			return m.Mobile, nil
		}
		return "", err
	}
	return "", refuse("登录已经过时。回到登录页重新开始。")
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
		person, staff, table := id, "", "account_person"
		if kind == "staff" {
			person, staff, table = "", id, "account_staff"
		}
		if _, err := tx.ExecContext(ctx, `UPDATE `+table+` SET wrong = 0, locked = 0 WHERE id = $1`, id); err != nil {
			return err
		}
		if cookie, err = r.enter(ctx, tx, session, person, staff); err != nil {
			return err
		}
		return r.record(ctx, tx, kind+":"+id, "logged in", "", person, "")
	})
	return cookie, err
}

// resetPurpose is what a code for a new password is for.
const resetPurpose = "password"

// AskReset sends a code for choosing a password: at the first log-in, or when
// it was forgotten. Unknown numbers are treated alike.
func (r *Room) AskReset(ctx context.Context, mobile string) error {
	return r.Send(ctx, mobile, resetPurpose)
}

// Reset takes the code and the new password.
func (r *Room) Reset(ctx context.Context, session, mobile, code, password string) (cookie string, err error) {
	if p := form.PasswordProblem(password, []string{mobile}); p != nil {
		return "", refuse(p.Text, p.Args...)
	}
	if err := r.Check(ctx, mobile, resetPurpose, code); err != nil {
		return "", err
	}
	p, ok, err := r.PersonByMobile(ctx, mobile)
	if err != nil {
		return "", err
	}
	if !ok {
		return "", refuse("这个号码还没有单位账号。先注册法人账号，审核通过后再登录。")
	}
	err = r.db.Write(ctx, func(ctx context.Context, tx db.Tx) error {
		if _, err := tx.ExecContext(ctx, `UPDATE account_person SET password = $2 WHERE id = $1`, p.ID, form.HashPassword(password)); err != nil {
			return err
		}
		return r.record(ctx, tx, "person:"+p.ID, "chose a password", "", p.ID, "")
	})
	if err != nil {
		return "", err
	}
	return r.LetIn(ctx, session, "person", p.ID)
}
