package rating_test

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"wangban/internal/casework"
	"wangban/internal/db"
	"wangban/internal/db/dbtest"
	"wangban/internal/form"
	"wangban/internal/item"
	"wangban/internal/rating"
)

// asking is an item whose applicant has a mobile number.
var asking = &item.Item{Name: "some", Flow: item.Flow{Stages: ended.Flow.Stages, Applicant: []item.Choice{{Party: "rep"}},
	Parties: []item.Party{{Name: "rep", Mobile: "rep.mobile"}}}}

// reached is an act that brings a case to where it is, and what is sent of it.
func (h *house) reached(t *testing.T, before, after casework.State) []casework.Message {
	t.Helper()
	messages, keep, err := h.Invite(t.Context(), asking, before, after, casework.Event{Case: after.ID, At: h.now})
	must(t, err)
	if keep != nil {
		must(t, h.DB.Write(t.Context(), keep))
	}
	return messages
}

func (h *house) sweeps(t *testing.T, want int) {
	t.Helper()
	h.sent = nil
	n, err := h.Sweep(t.Context())
	must(t, err)
	// A write may be tried more than once; what was sent in vain is sent again.
	if n != want || len(h.sent) < want || want == 0 && len(h.sent) > 0 {
		t.Errorf("on %s %d are reminded with %d messages, not %d", h.now.Format("01-02 15:04"), n, len(h.sent), want)
	}
}

// Whoever has a result is asked once to rate it, reminded once some days later,
// and never again; who has rated is not reminded at all.
func TestAskedAndRemindedOnce(t *testing.T) {
	dbtest.Both(t, []db.Migrations{rating.Migrations}, func(t *testing.T, d *db.DB) {
		h := open(t, d)
		h.Ask, h.Remind = true, 7*24*time.Hour
		at := func(id, stage string) casework.State {
			s := state(id, stage, "a")
			s.Values = form.Values{"rep.mobile": "13800138000"}
			return s
		}
		for _, id := range []string{"lazy", "keen", "gone"} {
			sent := h.reached(t, at(id, "review"), at(id, "granted"))
			if len(sent) != 1 || sent[0].Party != "rep" || sent[0].To != "13800138000" || sent[0].Template != "rating_ask" ||
				!h.leads(t, sent[0].Text, id) || !strings.Contains(sent[0].Text, "3415230001") || strings.Contains(sent[0].Text, "${") ||
				sent[0].Tail == nil || !h.leads(t, sent[0].Tail.Text, id) || !strings.HasSuffix(sent[0].Tail.Text, " 评价。") {
				t.Errorf("asked with %+v", sent)
			}
		}
		if again := h.reached(t, at("lazy", "review"), at("lazy", "granted")); len(again) > 0 {
			t.Errorf("asked twice: %+v", again)
		}
		visited := at("lazy", "granted")
		visited.Visits = []casework.Visit{{N: 1, Done: h.now}}
		if sent := h.reached(t, at("lazy", "granted"), visited); len(sent) != 1 || sent[0].Template != "rating_ask_visit" {
			t.Errorf("of a visit: %+v", sent)
		}
		for _, s := range []casework.State{at("none", "withdrawn"), state("no number", "granted", "a")} {
			if sent := h.reached(t, at(s.ID, "review"), s); len(sent) > 0 {
				t.Errorf("%s in %s is asked", s.ID, s.Stage)
			}
		}
		h.now = h.now.Add(24 * time.Hour)
		must(t, h.Give(t.Context(), asking, at("keen", "granted"), rating.Given{Moment: rating.Result, Level: 5}))
		must(t, h.Give(t.Context(), asking, visited, rating.Given{Moment: "visit-1", Level: 5}))
		h.Reach = func(_ context.Context, id string) (rating.Rater, error) {
			if id == "gone" { // its data was erased meanwhile
				return rating.Rater{}, nil
			}
			return rating.Rater{Party: "rep", Mobile: "13800138000", Number: "3415230001"}, nil
		}
		h.now = friday.Add(7*24*time.Hour - time.Second)
		h.sweeps(t, 0)
		h.now = friday.Add(7 * 24 * time.Hour)
		h.sweeps(t, 1)
		if m := h.sent[0]; m.Template != "rating_remind" || !h.leads(t, m.Text, "lazy") || strings.Contains(m.Text, "${") {
			t.Errorf("reminded with %+v", m)
		}
		for range 3 {
			h.now = h.now.Add(30 * 24 * time.Hour)
			h.sweeps(t, 0)
		}
	})
}

// An installation that does not want it asks nobody, or reminds nobody.
func TestAskingIsASetting(t *testing.T) {
	h := open(t, dbtest.SQLite(t, rating.Migrations))
	s := state("c1", "granted", "a")
	s.Values = form.Values{"rep.mobile": "13800138000"}
	if sent := h.reached(t, state("c1", "review", "a"), s); len(sent) > 0 {
		t.Errorf("asked: %+v", sent)
	}
	h.Ask = true
	s.ID = "c2"
	if sent := h.reached(t, state("c2", "review", "a"), s); len(sent) != 1 {
		t.Errorf("not asked: %+v", sent)
	}
	h.now = h.now.Add(365 * 24 * time.Hour)
	h.sweeps(t, 0)
}

// A message that cannot be put on its way is sent by the next sweep, and only
// once by several processes that sweep at a time.
func TestReminderIsSentInItsTransaction(t *testing.T) {
	dbtest.Both(t, []db.Migrations{rating.Migrations}, func(t *testing.T, d *db.DB) {
		h := open(t, d)
		h.Ask, h.Remind = true, time.Hour
		s := state("c1", "granted", "a")
		s.Values = form.Values{"rep.mobile": "13800138000"}
		h.reached(t, state("c1", "review", "a"), s)
		h.now = h.now.Add(time.Hour)
		var sent []string
		broken := errors.New("broken")
		fail := broken
		h.Send = func(_ context.Context, _ db.Tx, id string, _ int, _ []casework.Message) error {
			if fail == nil {
				sent = append(sent, id)
			}
			return fail
		}
		if _, err := h.Sweep(t.Context()); !errors.Is(err, broken) {
			t.Errorf("swept with %v", err)
		}
		fail = nil
		for range 3 {
			_, err := h.Sweep(t.Context())
			must(t, err)
		}
		if !slices.Equal(slices.Compact(sent), []string{"c1"}) {
			t.Errorf("sent %v", sent)
		}
	})
}

// A short name leads to its case until that is forgotten; another leads nowhere.
func TestLinkLeadsUntilForgotten(t *testing.T) {
	dbtest.Both(t, []db.Migrations{rating.Migrations}, func(t *testing.T, d *db.DB) {
		h, s := open(t, d), state("c1", "granted", "a")
		h.Ask, s.Values = true, form.Values{"rep.mobile": "13800138000"}
		text := h.reached(t, state("c1", "review", "a"), s)[0].Text
		if !h.leads(t, text, "c1") {
			t.Fatalf("%q leads nowhere", text)
		}
		for _, name := range []string{"", "c1", "0000000000000"} {
			if id, ok, err := h.Linked(t.Context(), name); ok || err != nil {
				t.Errorf("%q leads to %s, %v", name, id, err)
			}
		}
		must(t, d.Write(t.Context(), func(ctx context.Context, tx db.Tx) error { return h.Forget(ctx, tx, "c1") }))
		if h.leads(t, text, "c1") {
			t.Error("it leads to what is forgotten")
		}
	})
}
