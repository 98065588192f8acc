package account_test

import (
	"bytes"
	"context"
	"encoding/json"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"wangban/internal/account"
	"wangban/internal/account/passkeytest"
	"wangban/internal/db"
)

// device is somebody's device at the page of the installation.
type device struct {
	*house
	passkeytest.Device
}

func (h *house) device() *device { return &device{h, *passkeytest.New(h.T, site)} }

// text is a question as it goes to the browser.
func (h *house) text(question any) string {
	h.Helper()
	plain, err := json.Marshal(question)
	h.must(err)
	return string(plain)
}

func (d *device) create(question any) string {
	d.Helper()
	return d.Create(d.T, d.text(question))
}

func (d *device) sign(question any) string {
	d.Helper()
	return d.Sign(d.T, d.text(question))
}

// add adds the device's passkey in a session that is logged in.
func (d *device) add(s account.Session, name string) {
	d.Helper()
	question, err := d.AskPasskey(d.Context(), s)
	d.must(err)
	d.must(d.AddPasskey(d.Context(), s, name, d.create(question)))
}

// logIn logs in with the device in a browser that has only begun.
func (d *device) logIn() (cookie string, s account.Session, err error) {
	d.Helper()
	_, s = d.begin()
	question, err := d.AskPasskeyLogIn(d.Context(), s.ID)
	d.must(err)
	cookie, err = d.PasskeyLogIn(d.Context(), s.ID, d.sign(question))
	return cookie, s, err
}

// A passkey stands for password and code: a whole log-in under a new cookie,
// with no message sent.
func TestPasskey(t *testing.T) {
	both(t, func(h *house) {
		ctx := h.Context()
		h.must(h.approve(byRep(unit)))
		_, in := h.logIn(repCell, secret)
		sent := len(h.codes[repCell])
		d := h.device()
		d.Key.Counter = 7
		d.add(in, "  龚的手机 ")
		h.wait(time.Hour)
		d.Key.Counter++
		planted, begun := h.begin()
		question, err := h.AskPasskeyLogIn(ctx, begun.ID)
		h.must(err)
		cookie, err := h.PasskeyLogIn(ctx, begun.ID, d.sign(question))
		h.must(err)
		if s, ok := h.session(cookie); !ok || s.Person != in.Person || s.ID != begun.ID || !h.Recent(s) {
			h.Errorf("after the log-in: %+v", s)
		}
		if _, ok := h.session(planted); ok {
			h.Error("the cookie from before the log-in still opens the session")
		}
		keys, err := h.Passkeys(ctx, in.Person)
		h.must(err)
		if len(keys) != 1 || keys[0].Name != "龚的手机" || !keys[0].Added.Equal(h.clock().Add(-time.Hour)) || !keys[0].Used.Equal(h.clock()) {
			h.Errorf("%d passkeys, the first: %q, added %v, used %v", len(keys), keys[0].Name, keys[0].Added, keys[0].Used)
		}
		if len(h.codes[repCell]) != sent {
			h.Error("a code was sent")
		}
		var sealed []byte
		h.must(h.db.Read().QueryRowContext(ctx, `SELECT sealed FROM account_passkey`).Scan(&sealed))
		if bytes.Contains(sealed, []byte("龚")) {
			h.Error("the name lies open in the database")
		}
		var logIns int
		h.must(h.db.Read().QueryRowContext(ctx, `SELECT count(*) FROM account_event WHERE act = 'logged in' AND person = $1 AND note = $2`, in.Person, "passkey "+keys[0].ID).Scan(&logIns))
		if logIns != 1 {
			h.Errorf("%d log-ins are on record", logIns)
		}
	})
}

// Devices that count no signatures stay at zero; nothing is told from that.
func TestPasskeyWithoutCounter(t *testing.T) {
	both(t, func(h *house) {
		h.must(h.approve(byRep(unit)))
		_, in := h.logIn(repCell, secret)
		d := h.device()
		d.Keys.Options.BackupEligible, d.Keys.Options.BackupState = true, true // as those do that are synchronised
		d.add(in, "电脑")
		for range 3 {
			_, _, err := d.logIn()
			h.must(err)
		}
	})
}

// What a device is told, and keeps, holds no name and no number.
func TestPasskeyQuestionIsMasked(t *testing.T) {
	both(t, func(h *house) {
		h.must(h.approve(byRep(unit)))
		_, in := h.logIn(repCell, secret)
		question, err := h.AskPasskey(h.Context(), in)
		h.must(err)
		plain := h.text(question)
		for _, secret := range []string{"龚䶮", repCell, unit} {
			if strings.Contains(plain, secret) {
				h.Errorf("%s stands in %s", secret, plain)
			}
		}
		for _, part := range []string{`"residentKey":"required"`, `"userVerification":"required"`, `"id":"wb.example.cn"`, `138****8000 龚*`} {
			if !strings.Contains(plain, part) {
				h.Errorf("%s does not stand in %s", part, plain)
			}
		}
	})
}

// A challenge is good once, for five minutes, in its session, for its purpose.
func TestPasskeyChallenges(t *testing.T) {
	both(t, func(h *house) {
		ctx := h.Context()
		h.must(h.approve(byRep(unit)))
		_, in := h.logIn(repCell, secret)
		d := h.device()
		d.add(in, "手机")
		const stale = "已经过时，或者已经用过"

		_, s := h.begin()
		question, err := h.AskPasskeyLogIn(ctx, s.ID)
		h.must(err)
		answer := d.sign(question)
		_, err = h.PasskeyLogIn(ctx, s.ID, answer)
		h.must(err)
		_, err = h.PasskeyLogIn(ctx, s.ID, answer)
		h.refused(err, stale)
		_, err = h.AskPasskeyLogIn(ctx, s.ID) // an old answer to a new question
		h.must(err)
		_, err = h.PasskeyLogIn(ctx, s.ID, answer)
		h.refused(err, "登录不了")

		_, other := h.begin()
		question, err = h.AskPasskeyLogIn(ctx, s.ID)
		h.must(err)
		_, err = h.PasskeyLogIn(ctx, other.ID, d.sign(question))
		h.refused(err, stale)

		question, err = h.AskPasskeyLogIn(ctx, other.ID)
		h.must(err)
		h.wait(account.DefaultLimits.Challenge)
		_, err = h.PasskeyLogIn(ctx, other.ID, d.sign(question))
		h.refused(err, stale)

		_, in = h.logIn(repCell, secret)
		question, err = h.AskPasskey(ctx, in)
		h.must(err)
		_, err = h.PasskeyLogIn(ctx, in.ID, d.sign(question))
		h.refused(err, stale)
		again := h.device()
		answer = again.create(question)
		h.must(h.AddPasskey(ctx, in, "手机", answer))
		h.refused(h.AddPasskey(ctx, in, "手机", answer), stale)
		question, err = h.AskPasskey(ctx, in)
		h.must(err)
		h.wait(account.DefaultLimits.Challenge)
		h.refused(h.AddPasskey(ctx, in, "手机", h.device().create(question)), stale)

		var left int
		_, err = h.AskPasskeyLogIn(ctx, s.ID)
		h.must(err)
		h.must(h.db.Read().QueryRowContext(ctx, `SELECT count(*) FROM account_challenge`).Scan(&left))
		if left != 1 {
			h.Errorf("%d challenges are kept", left)
		}
	})
}

// An answer that comes several times at once logs in once.
func TestPasskeyAnswerComesAtOnce(t *testing.T) {
	both(t, func(h *house) {
		h.must(h.approve(byRep(unit)))
		_, in := h.logIn(repCell, secret)
		d := h.device()
		d.add(in, "手机")
		_, s := h.begin()
		question, err := h.AskPasskeyLogIn(h.Context(), s.ID)
		h.must(err)
		answer := d.sign(question)
		var ins atomic.Int32
		var wg sync.WaitGroup
		for range 8 {
			wg.Go(func() {
				if _, err := h.PasskeyLogIn(h.Context(), s.ID, answer); err == nil {
					ins.Add(1)
				}
			})
		}
		wg.Wait()
		if ins.Load() != 1 {
			h.Errorf("logged in %d times", ins.Load())
		}
	})
}

// Whatever is wrong with an answer, it is told in the same words.
func TestPasskeyRefused(t *testing.T) {
	both(t, func(h *house) {
		ctx := h.Context()
		h.must(h.approve(byAgent(unit)))
		owner := h.mandate(unit, account.Owner)
		_, in := h.logIn(agntCell, secret)
		good := h.device()
		good.add(in, "手机")
		for name, change := range map[string]func(*device){
			"another origin":  func(d *device) { d.At.Origin = "https://wb.example.cn.evil.example" },
			"another site":    func(d *device) { d.At.ID = "evil.example" },
			"plain http":      func(d *device) { d.At.Origin = "http://wb.example.cn" },
			"not unlocked":    func(d *device) { d.Keys.Options.UserNotVerified = true },
			"nobody there":    func(d *device) { d.Keys.Options.UserNotPresent = true },
			"unknown":         func(d *device) { d.Key.ID = []byte("another") },
			"another key":     func(d *device) { d.Key.Key = h.device().Key.Key },
			"another person":  func(d *device) { d.Keys.Options.UserHandle = []byte(owner.Person) },
			"nobody's handle": func(d *device) { d.Keys.Options.UserHandle = nil },
		} {
			d := *good
			change(&d)
			if _, _, err := d.logIn(); err == nil {
				h.Errorf("%s: logged in", name)
			} else {
				h.refused(err, "登录不了，可能已经移除。用密码和验证码登录")
			}
		}
		for _, answer := range []string{"", "{}", "null", "[]", `{"id":"AAAA","rawId":"AAAA","type":"public-key","response":{}}`, strings.Repeat("{", 70_000)} {
			_, s := h.begin()
			_, err := h.AskPasskeyLogIn(ctx, s.ID)
			h.must(err)
			_, err = h.PasskeyLogIn(ctx, s.ID, answer)
			h.refused(err, "登录不了")
			_, err = h.AskPasskey(ctx, in)
			h.must(err)
			h.refused(h.AddPasskey(ctx, in, "手机", answer), "核对不上")
		}
		_, _, err := good.logIn()
		h.must(err)
	})
}

// A counter that stands still or goes back tells of a copy: refused and on
// record; the device that is ahead goes on.
func TestCopiedPasskey(t *testing.T) {
	both(t, func(h *house) {
		h.must(h.approve(byRep(unit)))
		_, in := h.logIn(repCell, secret)
		d := h.device()
		d.Key.Counter = 5
		d.add(in, "手机")
		for _, counter := range []uint32{5, 4, 0} {
			copied := *d
			copied.Key.Counter = counter
			cookie, _, err := copied.logIn()
			h.refused(err, "可能被复制过")
			if cookie != "" {
				h.Error("a cookie came with the refusal")
			}
		}
		var events int
		h.must(h.db.Read().QueryRowContext(h.Context(), `SELECT count(*) FROM account_event WHERE act = 'refused a passkey that may have been copied' AND person = $1`, in.Person).Scan(&events))
		if events != 3 {
			h.Errorf("%d refusals are on record", events)
		}
		d.Key.Counter = 6
		_, _, err := d.logIn()
		h.must(err)
	})
}

// A removed passkey opens nothing; nobody removes another's.
func TestRemovePasskey(t *testing.T) {
	both(t, func(h *house) {
		ctx := h.Context()
		h.must(h.approve(byAgent(unit)))
		owner := h.mandate(unit, account.Owner)
		_, in := h.logIn(agntCell, secret)
		d := h.device()
		d.add(in, "手机")
		keys, err := h.Passkeys(ctx, in.Person)
		h.must(err)
		h.refused(h.RemovePasskey(ctx, owner.Person, keys[0].ID), "没有这个通行密钥")
		_, _, err = d.logIn()
		h.must(err)
		h.must(h.RemovePasskey(ctx, in.Person, keys[0].ID))
		h.refused(h.RemovePasskey(ctx, in.Person, keys[0].ID), "可能已经移除")
		_, _, err = d.logIn()
		h.refused(err, "登录不了")
	})
}

// A device's id belongs to whoever added it first, and ten are enough.
func TestAddPasskeyTwice(t *testing.T) {
	both(t, func(h *house) {
		ctx := h.Context()
		h.must(h.approve(byAgent(unit)))
		_, agent := h.logIn(agntCell, secret)
		d := h.device()
		d.add(agent, strings.Repeat("长", 30))
		h.wait(time.Second) // so that it is the oldest
		h.must(h.AskReset(ctx, account.Asker{}, repCell))
		_, s := h.begin()
		cookie, err := h.Reset(ctx, s.ID, account.NewPassword{Mobile: repCell, Code: h.code(repCell), Password: "Longyuan-2021"})
		h.must(err)
		owner, _ := h.session(cookie)
		question, err := h.AskPasskey(ctx, owner)
		h.must(err)
		h.refused(h.AddPasskey(ctx, owner, "手机", d.create(question)), "已经添加过")

		question, err = h.AskPasskey(ctx, owner) // answered in a session of somebody else's
		h.must(err)
		h.refused(h.AddPasskey(ctx, account.Session{ID: owner.ID, Person: agent.Person}, "手机", h.device().create(question)), "核对不上")

		for range account.DefaultLimits.Passkeys - 1 {
			h.device().add(agent, "又一个")
		}
		_, err = h.AskPasskey(ctx, agent)
		h.refused(err, "最多添加 10 个")
		keys, err := h.Passkeys(ctx, agent.Person)
		h.must(err)
		if n := len([]rune(keys[0].Name)); n != account.PasskeyName {
			h.Errorf("a name of %d characters was kept", n)
		}
	})
}

// Ten minutes after the log-in, adding asks for a code once more.
func TestAddPasskeyAfterAWhile(t *testing.T) {
	both(t, func(h *house) {
		ctx := h.Context()
		h.must(h.approve(byRep(unit)))
		cookie, in := h.logIn(repCell, secret)
		h.wait(account.DefaultLimits.Recent)
		_, err := h.AskPasskey(ctx, in)
		h.refused(err, "先用验证码确认是你本人")
		mobile, err := h.SendConfirmCode(ctx, in)
		h.must(err)
		if mobile != repCell {
			h.Errorf("the code goes to %s", mobile)
		}
		_, err = h.Confirm(ctx, in, wrong(h.code(repCell)))
		h.refused(err, "还可以试")
		_, other := h.begin()
		_, err = h.Confirm(ctx, account.Session{ID: other.ID, Person: in.Person}, h.code(repCell))
		h.refused(err, "验证码不对")
		fresh, err := h.Confirm(ctx, in, h.code(repCell))
		h.must(err)
		if _, ok := h.session(cookie); ok {
			h.Error("the cookie from before still opens the session")
		}
		in, _ = h.session(fresh)
		h.device().add(in, "手机")
		_, err = h.SendConfirmCode(ctx, account.Session{ID: other.ID})
		h.refused(err, "登录已经过时")
		_, err = h.AskPasskey(ctx, other)
		h.refused(err, "先用验证码确认")
	})
}

// Passkeys go with their person.
func TestPasskeysGoWithThePerson(t *testing.T) {
	both(t, func(h *house) {
		h.must(h.approve(byRep(unit)))
		_, in := h.logIn(repCell, secret)
		d := h.device()
		d.add(in, "手机")
		h.must(h.db.Write(h.Context(), func(ctx context.Context, tx db.Tx) error {
			_, err := tx.ExecContext(ctx, `DELETE FROM account_mandate WHERE person = $1`, in.Person)
			h.must(err)
			_, err = tx.ExecContext(ctx, `DELETE FROM account_person WHERE id = $1`, in.Person)
			return err
		}))
		_, _, err := d.logIn()
		h.refused(err, "登录不了")
		keys, err := h.Passkeys(h.Context(), in.Person)
		h.must(err)
		if len(keys) != 0 {
			h.Errorf("%d passkeys are left", len(keys))
		}
	})
}

// Browsers make passkeys for host names, over TLS or on the machine itself.
func TestPasskeyOrigin(t *testing.T) {
	for address, want := range map[string]string{
		"https://wb.example.cn":          "https://wb.example.cn",
		"https://WB.example.cn:443/":     "https://wb.example.cn",
		"https://wb.example.cn:8443/x/":  "https://wb.example.cn:8443",
		"http://localhost:8080":          "http://localhost:8080",
		"http://county.localhost:80":     "http://county.localhost",
		"http://wb.example.cn":           "",
		"http://127.0.0.1:8080":          "",
		"https://127.0.0.1":              "",
		"https://[::1]:8443":             "",
		"ftp://localhost":                "",
		"":                               "",
		"https://":                       "",
		"::":                             "",
		"https://wb.example.cn\x00.evil": "",
	} {
		if got := account.New(account.Options{URL: address, Name: "x"}).PasskeyOrigin(); got != want {
			t.Errorf("%s: passkeys at %q, not %q", address, got, want)
		}
	}
}
