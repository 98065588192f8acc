package account_test

import (
	"slices"
	"testing"
	"time"

	"wangban/internal/account"
)

// A session lives while it is used; a person is logged out after two hours'
// rest, the browser forgotten after thirty days'.
func TestSessionEnds(t *testing.T) {
	both(t, func(h *house) {
		h.must(h.approve(byRep(unit)))
		cookie, _ := h.logIn(repCell, secret)
		for range 5 {
			h.wait(2*time.Hour - account.DefaultLimits.CodePause)
			if s, ok := h.session(cookie); !ok || s.Person == "" {
				h.Fatal("logged out while at work")
			}
		}
		h.wait(2*time.Hour + time.Second)
		for range 2 {
			if s, ok := h.session(cookie); !ok || s.Person != "" {
				h.Errorf("after two hours' rest: %+v, %v", s, ok)
			}
		}
		h.wait(account.DefaultLimits.SessionLife + time.Second)
		if _, ok := h.session(cookie); ok {
			h.Error("the session of a month ago opens")
		}
	})
}

// Nobody else's cookie, and no empty one, opens anything.
func TestUnknownCookie(t *testing.T) {
	both(t, func(h *house) {
		h.begin()
		for _, cookie := range []string{"", "x", "' OR 1=1 --"} {
			if _, ok := h.session(cookie); ok {
				h.Errorf("the cookie %q opens a session", cookie)
			}
		}
	})
}

// Who logs out leaves nothing to the next at the same machine.
func TestLogOut(t *testing.T) {
	both(t, func(h *house) {
		ctx := h.Context()
		h.must(h.approve(byRep(unit)))
		cookie, s := h.logIn(repCell, secret)
		for range 2 {
			h.must(h.Grant(ctx, s.ID, "case-1"))
		}
		if in, _ := h.session(cookie); !slices.Equal(in.Cases, []string{"case-1"}) {
			h.Errorf("opened cases: %v", in.Cases)
		}
		h.must(h.End(ctx, s.ID))
		if _, ok := h.session(cookie); ok {
			h.Error("the cookie still opens the session")
		}
		if _, err := h.LetIn(ctx, s.ID, "person", s.Person); err == nil {
			h.Error("a session that is over was logged in")
		}
	})
}

// Who steps out keeps the browser's cases and can be somebody else next.
func TestStepOut(t *testing.T) {
	both(t, func(h *house) {
		ctx := h.Context()
		h.must(h.approve(byRep(unit)))
		cookie, s := h.logIn(repCell, secret)
		h.must(h.Grant(ctx, s.ID, "case-1"))
		h.must(h.StepOut(ctx, s.ID))
		if out, ok := h.session(cookie); !ok || out.Person != "" || len(out.Cases) != 1 {
			h.Errorf("after stepping out: %+v, %v", out, ok)
		}
		cookie, err := h.LetIn(ctx, s.ID, "staff", "chenyan")
		h.must(err)
		if in, _ := h.session(cookie); in.Staff != "chenyan" || in.Person != "" {
			h.Errorf("as somebody else: %+v", in)
		}
	})
}
