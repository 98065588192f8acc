package signing_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"wangban/internal/casework"
	"wangban/internal/form"
	"wangban/internal/signing"
	"wangban/internal/signing/signingtest"
)

// The window is half-open and ends at the commit, not when the page opened.
// covers: C-04, C-05, C-07, T11, R-065
func TestLate(t *testing.T) {
	const window = 48 * time.Hour
	for name, row := range map[string]struct {
		started, committed time.Duration
		late               bool
	}{
		"a microsecond before the end":   {window - time.Microsecond, window - time.Microsecond, false},
		"at the end":                     {window, window, true},
		"begun before, ready at the end": {window - time.Second, window, true},
		"begun and ready before the end": {window - time.Second, window - time.Microsecond, false},
	} {
		t.Run(name, func(t *testing.T) {
			both(t, func(h *signingtest.House) {
				p := receives(h.Apply("agent", nil), "phone")
				h.Wait(window - 10*time.Minute)
				p.prove()
				in := p.handIn("k")
				h.Set(signingtest.Friday.Add(row.started))
				h.OnSeal = func() { h.Set(signingtest.Friday.Add(row.committed)) }
				_, err := p.Room.Sign(t.Context(), p.token, p.v, in)
				if !row.late {
					p.Must(err)
					return
				}
				refusedAs(t, err, casework.CodeLapsed)
				if inv := p.look(); inv.End != signing.Lapsed || p.State().Stage != "sign_expired" || p.State().Signature != nil {
					t.Errorf("%s, %s", inv.End, p.State().Stage)
				}
				if _, ok, _ := p.Room.Copy(t.Context(), p.token, p.v); ok {
					t.Error("a copy of a document that counts for nothing")
				}
			})
		})
	}
}

// A new submission has a new link with a new 48 hours; the old one says so.
// covers: C-02, R-073, T15
func TestOldLink(t *testing.T) {
	both(t, func(h *signingtest.House) {
		c := h.Apply("agent", nil)
		old := receives(c, "phone")
		old.prove()
		h.Wait(48 * time.Hour)
		if inv := old.look(); inv.End != signing.Lapsed || inv.Newer {
			t.Errorf("after 48 hours: %+v", inv.End)
		}
		c.Do("resubmit", casework.Data{})
		if inv := old.look(); inv.End != signing.Lapsed || !inv.Newer {
			t.Errorf("after the new submission: %s, newer %v", inv.End, inv.Newer)
		}
		err := old.Room.SendSignerCode(t.Context(), old.token, old.v)
		if refusedAs(t, err, casework.CodeLapsed); !strings.Contains(err.Error(), "最新短信") {
			t.Errorf("%v", err)
		}
		now := receives(c, "phone")
		if inv := now.look(); now.token == old.token || inv.Step != signing.StepCode || !inv.Due.Equal(h.Now().Add(48*time.Hour)) {
			t.Errorf("the new link: %+v", inv)
		}
		now.prove()
		_, err = now.Room.Sign(t.Context(), now.token, now.v, now.handIn("k"))
		now.Must(err)
		if _, ok, _ := old.Room.Copy(t.Context(), old.token, old.v); ok {
			t.Error("the old link gives the new document away")
		}
	})
}

// Sending the message again keeps the link and its end.
// covers: T13
func TestResend(t *testing.T) {
	both(t, func(h *signingtest.House) {
		c := h.Apply("agent", nil)
		p := receives(c, "phone")
		due := p.look().Due
		h.Wait(2 * time.Minute)
		c.Do("resend", casework.Data{})
		if inv := p.look(); c.Token() != p.token || !inv.Due.Equal(due) || inv.End != "" || h.Messages()["sign-request"] != 2 {
			t.Errorf("%+v, told %v", inv.End, h.Messages())
		}
	})
}

// Refusing needs the code and nothing more; it ends the link at once.
// covers: T10, C-08, R-072
func TestRefuse(t *testing.T) {
	both(t, func(h *signingtest.House) {
		p := receives(h.Apply("agent", nil), "phone")
		_, err := p.Room.Refuse(t.Context(), p.token, p.v, "k", nil, "")
		is(t, err, signing.ErrStep)
		p.proveNumber()
		_, err = p.Room.Refuse(t.Context(), p.token, p.v, "k", []string{"NO_SUCH_REASON"}, "")
		refusedAs(t, err, casework.CodeReason)
		_, err = p.Room.Refuse(t.Context(), p.token, p.v, "k", []string{"UNKNOWN_AGENT"}, "没听说过这个人")
		p.Must(err)
		again, err := p.Room.Refuse(t.Context(), p.token, p.v, "k", []string{"UNKNOWN_AGENT"}, "没听说过这个人")
		p.Must(err)
		s := p.State()
		if !again.Replayed || s.Stage != "sign_refused" || !slices.Equal(s.Return.Reasons, []string{"UNKNOWN_AGENT"}) || s.Return.Text != "没听说过这个人" {
			t.Errorf("%s: %+v", s.Stage, s.Return)
		}
		if inv := p.look(); inv.End != signing.Refused || h.Messages()["sign-refused"] != 1 {
			t.Errorf("%s, told %v", inv.End, h.Messages())
		}
		p.Do("resubmit", casework.Data{})
		if inv := p.look(); inv.End != signing.Refused || !inv.Newer {
			t.Errorf("after the new submission: %s, newer %v", inv.End, inv.Newer)
		}
	})
}

// The agent recalls while the signature is being made: whoever reaches the
// door first wins, and the other is told.
// covers: C-05, C-09, T14
func TestRecallWhileSigning(t *testing.T) {
	both(t, func(h *signingtest.House) {
		c := h.Apply("agent", nil)
		p := receives(c, "phone")
		p.prove()
		in := p.handIn("k")
		h.OnSeal = func() { c.Do("recall", casework.Data{}) }
		_, err := p.Room.Sign(t.Context(), p.token, p.v, in)
		refusedAs(t, err, casework.CodeStage)
		if inv := p.look(); inv.End != signing.Recalled || c.State().Stage != "draft" || c.State().Signature != nil {
			t.Errorf("%s, %s", inv.End, c.State().Stage)
		}
		h.OnSeal = nil
		// the corrected number gets a link of its own; the old session proves nothing for it
		c.Do(casework.ActSave, casework.Data{Values: form.Values{"rep.mobile": "13900139000"}})
		c.Do("submit", casework.Data{})
		next := receives(c, "phone")
		if inv := next.look(); inv.Step != signing.StepCode || inv.Mobile != "139****9000" {
			t.Errorf("the new link: %s %s", inv.Step, inv.Mobile)
		}
		// and the old number is not told of a message that went to another
		if inv := p.look(); inv.End != signing.Recalled || inv.Newer {
			t.Errorf("the old link: %s, newer %v", inv.End, inv.Newer)
		}
	})
}
