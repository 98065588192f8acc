package account_test

import (
	"errors"
	"slices"
	"sync"
	"testing"
	"time"

	"wangban/internal/account"
	"wangban/internal/casework"
	"wangban/internal/form"
	"wangban/internal/item"
)

// Approval opens the unit's account with its owner, and the agent's mandate
// with scope and end.
// covers: T18
func TestOpenAccount(t *testing.T) {
	both(t, func(h *house) {
		ctx := h.Context()
		h.must(h.approve(byAgent(unit)))
		o, ok, err := h.Organisation(ctx, unit)
		h.must(err)
		if !ok || o.Name != "舒城县龙舒茶业有限公司" || o.Kind != "enterprise" || o.State != "active" || o.Unit != "chengguan" || !o.Opened.Equal(friday) {
			h.Errorf("the account: %+v", o)
		}
		owner, agent := h.mandate(unit, account.Owner), h.mandate(unit, account.Agent)
		if h.mandates(unit)[0].Role != account.Owner {
			h.Error("the owner does not come first")
		}
		if owner.Name != "龚䶮" || owner.Mobile != repCell || owner.To != "" {
			h.Errorf("the owner: %+v", owner)
		}
		if agent.Name != "王𠅤" || !slices.Equal(agent.Scope, []string{"register", "apply"}) || agent.To != "2021-09-03" || agent.Letter != "34152331202009040001" {
			h.Errorf("the agent: %+v", agent)
		}
		rep, _, err := h.Person(ctx, owner.Person)
		h.must(err)
		byHand, _, err := h.Person(ctx, agent.Person)
		h.must(err)
		if rep.HasPassword() || !byHand.HasPassword() {
			h.Error("the password belongs to who chose it, the agent")
		}
		units, err := h.MandatesFor(ctx, agent.Person)
		h.must(err)
		if len(units) != 1 || units[0].USCC != unit {
			h.Errorf("the agent acts for %+v", units)
		}
		if _, ok, err := h.Organisation(ctx, "91341523TXT000099X"); ok || err != nil {
			h.Errorf("an account that nobody opened: %v", err)
		}
	})
}

// The legal representative's own application sets his password; one agent may
// act for many units, and what he chose first stays.
// covers: C-13, C-14
func TestOnePersonManyUnits(t *testing.T) {
	both(t, func(h *house) {
		const second = "92341523TXT000030K"
		h.must(h.approve(byRep(unit)))
		again := byAgent(second)
		again["account.password"] = form.HashPassword("Another-2020")
		again["rep.name"] = "龚䶮（又名）"
		h.must(h.approve(again))
		owner := h.mandate(unit, account.Owner)
		units, err := h.MandatesFor(h.Context(), owner.Person)
		h.must(err)
		if len(units) != 2 {
			h.Errorf("the person acts for %d units", len(units))
		}
		h.logIn(repCell, secret)
	})
}

// A unit has one account, also when two approvals come at once. The second is
// refused whole, with the way out.
// covers: C-11
func TestOneAccountAUnit(t *testing.T) {
	both(t, func(h *house) {
		var wg sync.WaitGroup
		errs := make([]error, 4)
		for i := range errs {
			wg.Go(func() { errs[i] = h.approve(byAgent(unit)) })
		}
		wg.Wait()
		opened := 0
		for _, err := range errs {
			var refusal *casework.Refusal
			switch {
			case err == nil:
				opened++
			case !errors.As(err, &refusal) || refusal.Code != casework.CodeFinding:
				h.Errorf("the second approval: %v", err)
			}
		}
		if opened != 1 || len(h.mandates(unit)) != 2 {
			h.Errorf("opened %d times, with %d mandates", opened, len(h.mandates(unit)))
		}
	})
}

// Who registers a unit again learns who manages its account, masked.
// covers: C-16
func TestUnitFree(t *testing.T) {
	both(t, func(h *house) {
		it := &item.Item{}
		it.Flow.Subject = "unit.uscc"
		find := func(uscc string) casework.Finding {
			f, err := h.UnitFree(h.Context(), h.db.Read(), casework.Call{}, casework.State{Values: form.Values{"unit.uscc": uscc}}, it)
			h.must(err)
			return f
		}
		if f := find(unit); f.Level != casework.Fine {
			h.Errorf("a free unit: %+v", f)
		}
		h.must(h.approve(byAgent(unit)))
		f := find(unit)
		if f.Level != casework.Refuse || f.Code != "DUPLICATE" || !slices.Equal(f.Args, []any{"龚*", "138****8000"}) {
			h.Errorf("a registered unit: %+v", f)
		}
	})
}

// An account whose owner has left and is forgotten is the next one's who registers
// the unit, once, and what was let to agents ends; that of a unit that is no more
// is nobody's.
func TestAccountOfWhoHasLeftIsTakenOver(t *testing.T) {
	both(t, func(h *house) {
		ctx := h.Context()
		it := &item.Item{}
		it.Flow.Subject = "unit.uscc"
		level := func(uscc string) casework.Level {
			f, err := h.UnitFree(ctx, h.db.Read(), casework.Call{}, casework.State{Values: form.Values{"unit.uscc": uscc}}, it)
			h.must(err)
			return f.Level
		}
		const over = "92341523TXT000030K"
		h.must(h.approve(byAgent(unit)))
		h.must(h.approve(byRep(over)))
		owner, agent := h.mandate(unit, account.Owner), h.mandate(unit, account.Agent)
		forget := account.Forgetting{Person: owner.Person, Staff: "zhouwei", Reason: "本人要求", Over: []string{over}}
		h.refused(h.ForgetPerson(ctx, forget), "还是 "+unit+" 的法定代表人")
		if level(unit) != casework.Refuse {
			h.Error("a refused try has left the account without its owner")
		}
		forget.Left = []string{unit}
		h.must(h.ForgetPerson(ctx, forget))
		if level(unit) != casework.Fine || level(over) != casework.Refuse {
			h.Errorf("free: %s, over: %s", level(unit), level(over))
		}
		if m := h.mandate(unit, account.Agent); !m.Live(h.clock()) {
			h.Error("the agent's mandate ended with the representative's")
		}

		next := byRep(unit)
		next["rep.name"], next["rep.id_no"], next["rep.mobile"] = "欧阳新来", "11010519491231002X", "13900139000"
		var wg sync.WaitGroup
		errs := make([]error, 4)
		for i := range errs {
			wg.Go(func() { errs[i] = h.approve(next) })
		}
		wg.Wait()
		if n := len(slices.DeleteFunc(errs, func(err error) bool { return err != nil })); n != 1 {
			h.Errorf("taken over %d times", n)
		}
		var live []account.Mandate
		for _, m := range h.mandates(unit) {
			if m.Live(h.clock()) {
				live = append(live, m)
			}
		}
		if len(live) != 1 || live[0].Name != "欧阳新来" || live[0].Role != account.Owner || live[0].Person == agent.Person {
			h.Errorf("who acts for the unit: %+v", live)
		}
		if level(unit) != casework.Refuse {
			h.Error("it can be taken over again")
		}
		var refusal *casework.Refusal
		if err := h.approve(byRep(over)); !errors.As(err, &refusal) {
			h.Errorf("the account of a unit that is no more: %v", err)
		}
	})
}

// A mandate counts from its first day to the end of its last.
// covers: C-39
func TestMandateLive(t *testing.T) {
	at := func(s string) time.Time {
		when, err := time.ParseInLocation("2006-01-02 15:04:05", s, form.Shanghai)
		if err != nil {
			t.Fatal(err)
		}
		return when
	}
	term := account.Mandate{From: "2020-09-04", To: "2021-09-03"}
	revoked := term
	revoked.Revoked = at("2020-10-01 08:00:00")
	for _, c := range []struct {
		m    account.Mandate
		now  string
		live bool
	}{
		{term, "2020-09-03 23:59:59", false},
		{term, "2020-09-04 00:00:00", true},
		{term, "2021-09-03 23:59:59", true},
		{term, "2021-09-04 00:00:00", false},
		{account.Mandate{}, "2030-01-01 00:00:00", true},
		{revoked, "2020-10-02 00:00:00", false},
	} {
		if got := c.m.Live(at(c.now).UTC()); got != c.live {
			t.Errorf("%+v on %s: live %v", c.m, c.now, got)
		}
	}
}

// When the term of the letter is over, the agent is let in by his number but
// stands for no unit, and the unit's code no longer lets him in.
// covers: C-39
func TestMandateEnds(t *testing.T) {
	both(t, func(h *house) {
		h.must(h.approve(byAgent(unit)))
		h.wait(366 * 24 * time.Hour)
		_, s := h.begin()
		_, err := h.LogIn(h.Context(), s.ID, unit, secret)
		h.refused(err, "账号或密码不对")
		_, in := h.logIn(agntCell, secret)
		mandates, err := h.MandatesFor(h.Context(), in.Person)
		h.must(err)
		if len(mandates) != 1 || mandates[0].Live(h.clock()) {
			h.Errorf("the mandate still counts: %+v", mandates)
		}
	})
}

// The owner revokes an agent, an agent himself; nobody else anybody, and the
// owner's own place stays.
func TestRevoke(t *testing.T) {
	both(t, func(h *house) {
		ctx := h.Context()
		const other = "92341523TXT000030K"
		h.must(h.approve(byAgent(unit)))
		strangers := byAgent(other)
		strangers["rep.mobile"], strangers["rep.id_no"] = "13700000000", "341523198001010003"
		strangers["agent.mobile"], strangers["agent.id_no"] = "13600000000", "341523199006150010"
		h.must(h.approve(strangers))
		owner, agent := h.mandate(unit, account.Owner), h.mandate(unit, account.Agent)

		for name, by := range map[string]string{
			"nobody": "", "another unit's owner": h.mandate(other, account.Owner).Person, "another unit's agent": h.mandate(other, account.Agent).Person,
		} {
			if err := h.Revoke(ctx, by, agent.ID); err == nil {
				h.Errorf("%s has revoked the agent", name)
			} else {
				h.refused(err, "不归你管")
			}
		}
		h.refused(h.Revoke(ctx, agent.Person, owner.ID), "不归你管")
		h.refused(h.Revoke(ctx, owner.Person, owner.ID), "先办理变更登记")
		h.refused(h.Revoke(ctx, owner.Person, "nothing"), "没有这项授权")
		if !h.mandate(unit, account.Agent).Live(h.clock()) {
			h.Fatal("the mandate was revoked by somebody who may not")
		}

		for range 2 { // again changes nothing
			h.must(h.Revoke(ctx, owner.Person, agent.ID))
			if m := h.mandate(unit, account.Agent); m.Live(h.clock()) || !m.Revoked.Equal(friday) {
				h.Errorf("after revoking: %+v", m)
			}
			h.wait(time.Hour)
		}
		_, s := h.begin()
		_, err := h.LogIn(ctx, s.ID, unit, secret)
		h.refused(err, "账号或密码不对")

		own := h.mandate(other, account.Agent)
		h.must(h.Revoke(ctx, own.Person, own.ID))
		if h.mandate(other, account.Agent).Live(h.clock()) {
			h.Error("an agent cannot step down")
		}
	})
}
