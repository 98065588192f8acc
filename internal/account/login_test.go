package account_test

import (
	"strings"
	"testing"
	"time"

	"wangban/internal/account"
)

// Password and code, with the number or the unit's code as log-in name.
func TestLogIn(t *testing.T) {
	both(t, func(h *house) {
		ctx := h.Context()
		h.must(h.approve(byAgent(unit)))
		for _, login := range []string{agntCell, " 159 1234 5678", "+8615912345678", unit, strings.ToLower(unit)} {
			_, s := h.logIn(login, secret)
			p, ok, err := h.Person(ctx, s.Person)
			h.must(err)
			if !ok || p.Name != "王𠅤" {
				h.Errorf("%s logs in %v", login, p.Name)
			}
		}
		// The legal representative has chosen no password yet.
		_, begun := h.begin()
		for _, login := range []string{repCell, "13800000000", "91341523TXT000099X", "nonsense", ""} {
			_, err := h.LogIn(ctx, begun.ID, login, secret)
			h.refused(err, "账号或密码不对")
		}
	})
}

// The password alone lets nobody in, and a session planted before the log-in
// is worth nothing after it.
func TestLogInNeedsTheCode(t *testing.T) {
	both(t, func(h *house) {
		ctx := h.Context()
		h.must(h.approve(byRep(unit)))
		planted, begun := h.begin()
		_, err := h.Enter(ctx, begun, "123456")
		h.refused(err, "登录已经过时")
		_, err = h.SendLoginCode(ctx, begun)
		h.refused(err, "登录已经过时")

		_, err = h.LogIn(ctx, begun.ID, repCell, secret)
		h.must(err)
		waiting, _ := h.session(planted)
		if waiting.Person != "" {
			h.Error("the password alone has logged in")
		}
		mobile, err := h.SendLoginCode(ctx, waiting)
		h.must(err)
		if mobile != repCell {
			h.Errorf("the code goes to %s", mobile)
		}

		// The code belongs to this browser.
		other, otherBegun := h.begin()
		_, err = h.LogIn(ctx, otherBegun.ID, repCell, secret)
		h.must(err)
		elsewhere, _ := h.session(other)
		_, err = h.Enter(ctx, elsewhere, h.code(repCell))
		h.refused(err, "验证码不对")

		_, err = h.Enter(ctx, waiting, wrong(h.code(repCell)))
		h.refused(err, "还可以试")
		cookie, err := h.Enter(ctx, waiting, h.code(repCell))
		h.must(err)
		if _, ok := h.session(planted); ok {
			h.Error("the cookie from before the log-in still opens the session")
		}
		s, ok := h.session(cookie)
		if !ok || s.Person == "" || s.ID != begun.ID || s.Pending != "" {
			h.Errorf("after the log-in: %+v", s)
		}
	})
}

// Five wrong passwords lock a log-in name for half an hour, the right one too,
// and a name that nobody has in the same way.
func TestWrongPasswords(t *testing.T) {
	both(t, func(h *house) {
		ctx := h.Context()
		h.must(h.approve(byRep(unit)))
		_, s := h.begin()
		for _, login := range []string{repCell, "13800000000"} {
			for range account.DefaultLimits.Passwords {
				_, err := h.LogIn(ctx, s.ID, login, "wrong")
				h.refused(err, "账号或密码不对")
			}
			_, err := h.LogIn(ctx, s.ID, login, secret)
			h.refused(err, "账号锁到 09:30")
		}
		h.wait(29*time.Minute + 59*time.Second)
		_, err := h.LogIn(ctx, s.ID, repCell, secret)
		h.refused(err, "账号锁到 09:30")
		h.wait(time.Second)
		_, err = h.LogIn(ctx, s.ID, repCell, secret)
		h.must(err)
	})
}

// Four wrong ones and a right one begin anew; so does a day's rest.
func TestRightPasswordClearsTries(t *testing.T) {
	both(t, func(h *house) {
		ctx := h.Context()
		h.must(h.approve(byRep(unit)))
		_, s := h.begin()
		fourWrong := func() {
			for range 4 {
				_, err := h.LogIn(ctx, s.ID, repCell, "wrong")
				h.refused(err, "账号或密码不对")
			}
		}
		for range 2 {
			fourWrong()
			_, err := h.LogIn(ctx, s.ID, repCell, secret)
			h.must(err)
		}
		fourWrong()
		h.wait(24 * time.Hour)
		fourWrong()
		_, err := h.LogIn(ctx, s.ID, repCell, secret)
		h.must(err)
	})
}

// A log-in name that nobody has, and an account without a password, cost one
// password check like any other, against a hash made alike: the time tells
// nothing.
func TestUnknownLogInTakesAsLong(t *testing.T) {
	checks := account.CountComparisons(t)
	both(t, func(h *house) {
		h.must(h.approve(byAgent(unit)))
		for _, login := range []string{agntCell, repCell, "13800000000", "nobody"} {
			_, s := h.begin()
			before := checks.Load()
			if _, err := h.LogIn(h.Context(), s.ID, login, "Wrong-2020"); err == nil {
				h.Fatal("logged in")
			}
			if n := checks.Load() - before; n != 1 {
				h.Errorf("%s costs %d password checks, want 1", login, n)
			}
		}
	})
}

// A new password by a code: the first log-in of the legal representative, and
// the way out of a lock. It ends every other session.
func TestReset(t *testing.T) {
	both(t, func(h *house) {
		ctx := h.Context()
		h.must(h.approve(byAgent(unit)))
		elsewhere, _ := h.logIn(agntCell, secret)

		_, s := h.begin()
		for range 5 {
			_, err := h.LogIn(ctx, s.ID, unit, "wrong")
			h.refused(err, "账号或密码不对")
		}
		choose := func(mobile, password string) (string, error) {
			h.wait(account.DefaultLimits.CodePause)
			h.must(h.AskReset(ctx, account.Asker{}, mobile))
			return h.Reset(ctx, s.ID, account.NewPassword{Mobile: mobile, Code: h.code(mobile), Password: password})
		}
		_, err := choose(agntCell, "short")
		h.refused(err, "密码至少 8 位")
		_, err = h.Reset(ctx, s.ID, account.NewPassword{Mobile: agntCell, Code: wrong(h.code(agntCell)), Password: "Longshu-2021"})
		h.refused(err, "验证码不对")
		_, err = choose(agntCell, "x-"+unit)
		h.refused(err, "不能有统一社会信用代码")
		_, err = choose("13800000000", "Longshu-2021")
		h.refused(err, "还没有单位账号")

		cookie, err := choose(agntCell, "Longshu-2021")
		h.must(err)
		if in, ok := h.session(cookie); !ok || in.Person == "" {
			h.Error("choosing a password does not log in")
		}
		if old, _ := h.session(elsewhere); old.Person != "" {
			h.Error("the session on the other device is still logged in")
		}
		h.wait(account.DefaultLimits.CodePause)
		h.logIn(unit, "Longshu-2021") // no lock any more
		_, again := h.begin()
		_, err = h.LogIn(ctx, again.ID, agntCell, secret)
		h.refused(err, "账号或密码不对")

		_, s = h.begin()
		_, err = choose(repCell, "Longyuan-2021")
		h.must(err)
		h.wait(account.DefaultLimits.CodePause)
		h.logIn(repCell, "Longyuan-2021")
	})
}

// Relatives may share a number: two people, two passwords.
// covers: C-15
func TestSharedNumber(t *testing.T) {
	both(t, func(h *house) {
		ctx := h.Context()
		h.must(h.approve(byRep(unit)))
		wife := byRep("92341523TXT000030K")
		wife["rep.name"], wife["rep.id_no"], wife["account.password"] = "欧阳·兰", "341523198001010003", ""
		h.must(h.approve(wife))
		owner := h.mandate(unit, account.Owner)
		if owner.Name != "龚䶮" {
			h.Errorf("the owner of the first unit is now %s", owner.Name)
		}
		_, s := h.begin()
		h.must(h.AskReset(ctx, account.Asker{}, repCell))
		_, err := h.Reset(ctx, s.ID, account.NewPassword{Mobile: repCell, Code: h.code(repCell), Password: "Lanlan-2021"})
		h.refused(err, "几个人的账号")
		h.wait(time.Minute)
		h.must(h.AskReset(ctx, account.Asker{}, repCell))
		_, err = h.Reset(ctx, s.ID, account.NewPassword{Mobile: repCell, Code: h.code(repCell), Name: "欧阳•兰", Password: "Lanlan-2021"})
		h.must(err)
		h.wait(time.Minute)
		_, his := h.logIn(repCell, secret)
		_, hers := h.logIn(repCell, "Lanlan-2021")
		if his.Person != owner.Person || hers.Person == his.Person {
			h.Error("the password does not tell who of the two it is")
		}
	})
}

const staffList = `
password: Shucheng-2020
staff:
  - {id: chenyan, name: 陈䶮, unit: chengguan, mobile: "13900000001", roles: [reviewer], units: [chengguan]}
  - {id: sunli, name: 孙丽, unit: approval, mobile: "13900000002", roles: [helper, reviewer], units: ["*"]}
`

// Staff log in with number, password and code; idle for half an hour they are
// out.
func TestStaff(t *testing.T) {
	both(t, func(h *house) {
		ctx := h.Context()
		for range 2 { // the list can be taken in again
			n, err := h.ImportStaff(ctx, []byte(staffList))
			h.must(err)
			if n != 2 {
				h.Errorf("%d members taken in", n)
			}
		}
		members, err := h.Members(ctx)
		h.must(err)
		if len(members) != 2 || members[1].Name != "孙丽" || members[1].Units[0] != "*" {
			h.Errorf("members: %+v", members)
		}
		_, err = h.ImportStaff(ctx, []byte("staff:\n  - {id: x, nmae: y}\n"))
		if err == nil || !strings.Contains(err.Error(), "nmae") {
			h.Errorf("a misspelt key: %v", err)
		}

		before, begun := h.begin()
		for _, id := range []string{"chenyan", "nobody"} {
			for range 5 {
				h.refused(h.StaffLogIn(ctx, begun.ID, id, "wrong"), "工号或密码不对")
			}
			h.refused(h.StaffLogIn(ctx, begun.ID, id, "Shucheng-2020"), "账号锁到")
		}
		h.wait(30 * time.Minute)
		h.must(h.StaffLogIn(ctx, begun.ID, "chenyan", "Shucheng-2020"))
		waiting, _ := h.session(before)
		mobile, err := h.SendLoginCode(ctx, waiting)
		h.must(err)
		cookie, err := h.Enter(ctx, waiting, h.code(mobile))
		h.must(err)
		if s, _ := h.session(cookie); s.Staff != "chenyan" || s.Person != "" {
			h.Errorf("after the log-in: %+v", s)
		}
		h.wait(30 * time.Minute)
		if s, _ := h.session(cookie); s.Staff != "chenyan" {
			h.Error("out after half an hour to the minute")
		}
		h.wait(30*time.Minute + time.Second)
		for range 2 {
			if s, ok := h.session(cookie); !ok || s.Staff != "" {
				h.Errorf("still in after half an hour's rest: %+v", s)
			}
		}
	})
}
