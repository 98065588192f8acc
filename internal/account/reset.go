package account

import (
	"context"

	"wangban/internal/cn"
	"wangban/internal/db"
	"wangban/internal/form"
)

// resetPurpose is what a code for a new password is for.
const resetPurpose = "password"

// AskReset sends a code for choosing a password: at the first log-in, or when
// it was forgotten. Unknown numbers are treated alike.
func (r *Room) AskReset(ctx context.Context, by Asker, mobile string) error {
	return r.SendFor(ctx, by, mobile, resetPurpose)
}

// NewPassword is a password chosen with a code.
type NewPassword struct {
	Mobile, Code string
	Name         string // of the person, where several share the number
	Password     string
}

// Reset takes the code and the new password and logs in. Every other session
// of the person ends, and what was locked by wrong passwords is open again.
func (r *Room) Reset(ctx context.Context, session string, n NewPassword) (cookie string, err error) {
	if p := form.PasswordProblem(n.Password, []string{n.Mobile}); p != nil {
		return "", refuse(p.Text, p.Args...)
	}
	if err := r.Check(ctx, n.Mobile, resetPurpose, n.Code); err != nil {
		return "", err
	}
	p, err := r.ofNumber(ctx, n.Mobile, n.Name)
	if err != nil {
		return "", err
	}
	mandates, err := r.MandatesFor(ctx, p.ID)
	if err != nil {
		return "", err
	}
	known := []string{p.IDNumber}
	names := []string{r.loginName("mobile", n.Mobile)}
	for _, m := range mandates {
		known = append(known, m.USCC)
		if m.Live(r.now()) {
			names = append(names, r.loginName("uscc", m.USCC))
		}
	}
	if problem := form.PasswordProblem(n.Password, known); problem != nil {
		return "", refuse(problem.Text, problem.Args...)
	}
	hash := form.HashPassword(n.Password)
	err = r.db.Write(ctx, func(ctx context.Context, tx db.Tx) error {
		if _, err := tx.ExecContext(ctx, `UPDATE account_person SET password = $2 WHERE id = $1`, p.ID, hash); err != nil {
			return err
		}
		for _, name := range names {
			if err := r.forgetTries(ctx, tx, name); err != nil {
				return err
			}
		}
		if err := r.record(ctx, tx, "person:"+p.ID, "chose a password", "", p.ID, ""); err != nil {
			return err
		}
		if err := r.endAll(ctx, tx, p.ID); err != nil {
			return err
		}
		cookie, err = r.letIn(ctx, tx, session, "person", p.ID)
		return err
	})
	return cookie, err
}

// ofNumber is the person who has proven a number with a code.
func (r *Room) ofNumber(ctx context.Context, mobile, name string) (Person, error) {
	people, err := r.PeopleByMobile(ctx, mobile)
	switch {
	case err != nil:
		return Person{}, err
	case len(people) == 0:
		return Person{}, refuse("这个号码还没有单位账号。先注册法人账号，审核通过后再登录。")
	case len(people) == 1:
		return people[0], nil
	}
	for _, p := range people {
		if cn.NameKey(p.Name) == cn.NameKey(name) {
			return p, nil
		}
	}
	return Person{}, refuse("这个号码登记了几个人的账号。填上你自己的姓名，再要一次验证码。")
}
