package account_test

import (
	"slices"
	"sync"
	"testing"

	"wangban/internal/account"
	"wangban/internal/casework"
	"wangban/internal/cn"
	"wangban/internal/form"
	"wangban/internal/item"
	"wangban/items"
)

var library = sync.OnceValues(func() (*item.Library, error) { return item.NewLibrary(items.Files, "") })

// told is what a check tells the reviewer of the people of a case.
func (h *house) told(check casework.Check, v form.Values) casework.Finding {
	h.Helper()
	lib, err := library()
	h.must(err)
	it, _ := lib.Get("legal-person-account")
	f, err := check(h.Context(), h.db.Read(), casework.Call{}, casework.State{Values: v}, it)
	h.must(err)
	return f
}

// A number that somebody else's account has is let in, and pointed out.
// covers: C-15
func TestReviewerIsToldOfASharedNumber(t *testing.T) {
	both(t, func(h *house) {
		agent := byAgent(unit)
		agent["role"] = "agent"
		if f := h.told(h.SharedNumber, agent); f.Level != casework.Fine {
			h.Errorf("a number nobody has: %+v", f)
		}
		h.must(h.approve(agent))
		if f := h.told(h.SharedNumber, agent); f.Level != casework.Fine {
			h.Errorf("the same people once more: %+v", f)
		}
		wife := byRep("92341523TXT000030K")
		wife["role"], wife["rep.name"], wife["rep.id_no"] = "rep", "欧阳·兰", "341523198001010003"
		if f := h.told(h.SharedNumber, wife); f.Level != casework.Warn || f.Code != "SHARED_NUMBER" || !slices.Equal(f.Args, []any{"法定代表人"}) {
			h.Errorf("the number of somebody else: %+v", f)
		}
	})
}

// An agent of many units is let in, and pointed out; mandates that are over do
// not count.
// covers: C-13
func TestReviewerIsToldOfAnAgentOfManyUnits(t *testing.T) {
	both(t, func(h *house) {
		application := func(n int) form.Values {
			v := byAgent(cn.MakeUSCC(cn.Enterprise, "341523", 100+n))
			v["role"] = "agent"
			return v
		}
		for n := range 21 {
			if f := h.told(h.ManyUnits, application(n)); f.Level != casework.Fine {
				h.Fatalf("with %d units: %+v", n, f)
			}
			h.must(h.approve(application(n)))
		}
		f := h.told(h.ManyUnits, application(21))
		if f.Level != casework.Warn || f.Code != "MANY_UNITS" || !slices.Equal(f.Args, []any{"代理人", 21}) {
			h.Errorf("with 21 units: %+v", f)
		}
		agents := h.mandates(cn.MakeUSCC(cn.Enterprise, "341523", 100))
		mine := agents[slices.IndexFunc(agents, func(m account.Mandate) bool { return m.Role == account.Agent })]
		h.must(h.Revoke(h.Context(), mine.Person, mine.ID))
		if f := h.told(h.ManyUnits, application(21)); f.Level != casework.Fine {
			h.Errorf("with one of 21 revoked: %+v", f)
		}
	})
}
