package casework_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"pgregory.net/rapid"

	"wangban/internal/casework"
	"wangban/internal/db/dbtest"
	"wangban/internal/form"
	"wangban/internal/item"
)

// model is the registration as the domain sheet's table tells it (2.4), kept
// naive on purpose: no item, no events, no stages of the engine.
type model struct {
	stage    string
	agent    bool // applies by agent
	idCard   bool // the legal representative holds an ID card
	six      int  // version of the six facts
	signed   int  // version the last signature or unsigned review covers; -1: none
	entered  time.Time
	resends  []time.Time
	judged   bool
	handedIn bool      // at least once
	vouched  time.Time // when an officer has seen the signer, for the request that stands
}

// step says what the table makes of an event at an instant; "" means refused.
func (m *model) step(ev string, now time.Time) string {
	if m.stage == "signing" && now.Sub(m.entered) >= 48*time.Hour {
		m.enter("sign_expired", now)
	}
	if m.stage == "in_review" && now.Sub(m.entered) >= 30*time.Minute {
		m.enter("review", now)
	}
	submit := func() string {
		m.handedIn = true
		if m.agent && m.idCard && m.signed != m.six {
			return "signing"
		}
		m.signed = m.six
		return "review"
	}
	editable := m.stage == "draft" || m.stage == "rejected"
	switch ev {
	case "submit":
		if m.stage == "draft" {
			return submit()
		}
	case "resubmit":
		if slices.Contains([]string{"sign_expired", "sign_refused", "rejected"}, m.stage) {
			return submit()
		}
	case "edit-six", "edit-other":
		if editable {
			if ev == "edit-six" {
				m.six++
			}
			return m.stage
		}
	case "sign", "refuse", "sign-in-own-session":
		if m.stage != "signing" || ev == "sign-in-own-session" {
			return ""
		}
		if ev == "refuse" {
			return "sign_refused"
		}
		m.signed = m.six
		return "review"
	case "vouch":
		if m.stage == "signing" {
			m.vouched = now
			return m.stage
		}
	case "sign-by-code-alone":
		if m.stage == "signing" && !m.vouched.IsZero() && now.Sub(m.vouched) < 30*time.Minute {
			m.signed = m.six
			return "review"
		}
	case "recall":
		if m.stage == "signing" {
			return "draft"
		}
	case "resend":
		if m.stage == "signing" {
			return m.resend(now)
		}
	case "back":
		if m.stage == "sign_expired" || m.stage == "sign_refused" {
			return "draft"
		}
	case "claim":
		if m.stage == "review" {
			return "in_review"
		}
	case "withdraw":
		if m.stage == "review" {
			return "draft"
		}
	case "release":
		if m.stage == "in_review" {
			return "review"
		}
	case "judge":
		if m.stage == "in_review" {
			m.judged, m.entered = true, now
			return m.stage
		}
	case "approve":
		if m.stage == "in_review" && m.judged {
			return "approved"
		}
	case "return", "return-for-the-signer":
		if m.stage == "in_review" {
			if ev == "return-for-the-signer" && m.agent && m.idCard {
				m.signed = -1 // whatever he changes, it is to be signed anew
			}
			return "rejected"
		}
	case "discard":
		if m.stage == "draft" {
			return "cancelled"
		}
	case "reveal": // whoever may see the case, once it was handed in; nothing changes
		if m.handedIn {
			return m.stage
		}
	case "supersede":
		if slices.Contains([]string{"draft", "signing", "sign_expired", "sign_refused", "review", "rejected"}, m.stage) {
			return "superseded"
		}
	}
	return ""
}

func (m *model) resend(now time.Time) string {
	today := 0
	for _, t := range m.resends {
		if now.Sub(t) < time.Minute {
			return ""
		}
		if t.In(form.Shanghai).Format(time.DateOnly) == now.In(form.Shanghai).Format(time.DateOnly) {
			today++
		}
	}
	if today >= 3 {
		return ""
	}
	m.resends = append(m.resends, now)
	return "signing"
}

func (m *model) enter(stage string, now time.Time) {
	if stage != m.stage {
		if stage == "signing" || stage == "review" && m.stage != "in_review" && m.stage != "signing" {
			m.judged = false // a new revision is judged anew
		}
		m.entered, m.vouched = now, time.Time{}
	}
	m.stage = stage
}

var events = []string{
	"submit", "resubmit", "edit-six", "edit-other", "sign", "sign-in-own-session", "refuse", "recall", "resend", "back",
	"claim", "withdraw", "release", "judge", "approve", "return", "discard", "supersede", "return-for-the-signer", "vouch", "sign-by-code-alone", "reveal",
}

// trace is a random life of a case.
type trace struct {
	agent, idCard bool
	steps         []traced
}

type traced struct {
	event string
	wait  time.Duration
}

func drawTrace(t *rapid.T) trace {
	tr := trace{agent: rapid.Bool().Draw(t, "agent"), idCard: rapid.Bool().Draw(t, "id card")}
	waits := rapid.OneOf(
		rapid.Just(time.Duration(0)), rapid.Just(30*time.Second), rapid.Just(61*time.Second), rapid.Just(29*time.Minute),
		rapid.Just(30*time.Minute), rapid.Just(7*time.Hour), rapid.Just(48*time.Hour-time.Microsecond), rapid.Just(48*time.Hour))
	n := rapid.IntRange(1, 30).Draw(t, "steps")
	for range n {
		tr.steps = append(tr.steps, traced{rapid.SampledFrom(events).Draw(t, "event"), waits.Draw(t, "wait")})
	}
	return tr
}

// actor plays the events of a trace.
func (tr trace) input(ev string, n, six int, s casework.State, digest string) casework.Input {
	applicant := casework.Actor{Kind: casework.Applicant, ID: "owner", Session: "owner"}
	in := casework.Input{Act: ev, Key: fmt.Sprintf("k%d", n), Actor: applicant}
	switch ev {
	case "edit-six":
		in.Act, in.Data.Values = casework.ActSave, form.Values{"unit.name": fmt.Sprintf("舒城县第%d食品经营部", six+1)}
	case "edit-other":
		in.Act, in.Data.Values = casework.ActSave, form.Values{"files.licence": []form.File{photo(fmt.Sprintf("licence-%d", n))}}
	case "sign", "refuse", "sign-in-own-session", "sign-by-code-alone":
		in.Actor = casework.Actor{Kind: casework.Signer, ID: "phone", Session: "phone"}
		if ev == "sign-in-own-session" {
			in.Act, in.Actor.Session = "sign", "owner"
		}
		if ev == "sign-by-code-alone" {
			in.Act = "sign"
		}
		in.Data.Digest, in.Data.Signature = digest, &casework.Signature{File: photo("signed")}
	case "claim", "release", "judge", "approve", "return", "return-for-the-signer", "vouch", "reveal":
		in.Actor = casework.Actor{Kind: casework.Staff, ID: "officer", Name: "审核人", Unit: "county", Roles: []string{"reviewer"}, Units: []string{"*"}}
		if ev == "return" {
			in.Data.Reasons = []string{"LICENCE_UNCLEAR"}
		}
		if ev == "return-for-the-signer" {
			in.Act, in.Data.Reasons = "return", []string{"SIGNER_NOT_REP"}
		}
		if ev == "vouch" {
			in.Act, in.Data.Declared = "identify_at_counter", []string{"法定代表人本人到场", "身份证原件与填写的姓名、证件号码一致"}
		}
	case "supersede":
		in.Actor = casework.Actor{Kind: casework.System, ID: "casework"}
	}
	return in
}

// proofsFor are those of a signer: both, or the code with a mere claim of
// having been at the counter.
func proofsFor(ev string, now time.Time) []casework.Proof {
	second := "face-provider"
	if ev == "sign-by-code-alone" {
		second = "counter"
	}
	return []casework.Proof{{Method: "sms", At: now}, {Method: second, At: now}}
}

// TestModel holds the engine running the shipped registration item against
// the naive model, on random lives of a case.
//
// covers, T2, T5, T6, T9, T10, T11, T13, T14, T15, T16, T17, T18, T19, T20, T21, T22, T23, T25, C-04, C-08, C-25, C-29
func TestModel(t *testing.T) {
	it := registration(t)
	rapid.Check(t, func(t *rapid.T) {
		tr := drawTrace(t)
		s, now, timers := start(t, it, tr)
		m := &model{stage: "draft", agent: tr.agent, idCard: tr.idCard, signed: -1, entered: now}
		for n, st := range tr.steps {
			now = now.Add(st.wait)
			s, timers = runTimers(it, s, timers, now)
			in := tr.input(st.event, n, m.six, s, casework.DocumentDigest(it, "letter", s.Values))
			if st.event == "judge" {
				stage, _ := it.Flow.Stage(s.Stage)
				in.Data.Judgements = allRight(casework.ToJudge(it, stage, s))
			}
			in.Actor.Proofs = proofsFor(st.event, now)
			before := m.stage
			want := m.step(st.event, now)
			o, r := casework.Decide(testHouse, it, s, in, casework.Outside{Now: now, Token: "tok", Number: "1"})
			switch {
			case (r == nil) != (want != ""):
				t.Fatalf("step %d, %s in %s: the engine says %v, the model %q", n, st.event, before, r, want)
			case r == nil:
				if o.State.Stage != want {
					t.Fatalf("step %d, %s in %s: the engine goes to %s, the model to %s", n, st.event, before, o.State.Stage, want)
				}
				s = o.State
				if o.Retimed {
					timers = o.Timers
				}
				m.enter(want, now)
			}
			if s.Stage != m.stage {
				t.Fatalf("after step %d, %s: the engine is in %s, the model in %s", n, st.event, s.Stage, m.stage)
			}
		}
	})
}

// TestModelOnBothDatabases plays the same random lives through the door on
// SQLite and PostgreSQL: stages, refusals, events and messages must agree, also
// where the clock comes late.
//
// covers: C-07, C-44
func TestModelOnBothDatabases(t *testing.T) {
	it := registration(t)
	doors := []*testDoor{openDoor(t, dbtest.SQLite(t, casework.Migrations)), openDoor(t, dbtest.Postgres(t, casework.Migrations))}
	life := 0
	rapid.Check(t, func(t *rapid.T) {
		tr := drawTrace(t)
		tr.steps = tr.steps[:min(len(tr.steps), 12)]
		life++
		var logs [2][]string
		for i, d := range doors {
			logs[i] = d.live(t, it, tr, fmt.Sprintf("life-%d", life))
		}
		if diff := cmp.Diff(logs[0], logs[1]); diff != "" {
			t.Fatalf("SQLite and PostgreSQL disagree:\n%s", diff)
		}
	})
	for _, d := range doors {
		found, err := d.Verify(context.Background(), nil)
		if err != nil || len(found.Problems) > 0 || found.Cases != life || found.Events < 2*life {
			t.Errorf("after %d lives: %d cases, %d events, %.500s, %v", life, found.Cases, found.Events, strings.Join(found.Problems, "\n"), err)
		}
	}
}

// live plays a trace through the door and writes down all that can be seen
// from outside.
func (d *testDoor) live(t *rapid.T, it *item.Item, tr trace, key string) []string {
	ctx := context.Background()
	d.now, d.sent = startOfStory, nil
	id := d.begin(t, it, tr, key)
	var log []string
	six := 0
	for n, st := range tr.steps {
		d.now = d.now.Add(st.wait)
		if n%2 == 0 { // with and without the clock having been on time
			if _, err := d.Sweep(ctx); err != nil {
				t.Fatal(err)
			}
		}
		s, _, err := d.Get(ctx, id)
		if err != nil {
			t.Fatal(err)
		}
		in := tr.input(st.event, n, six, s, casework.DocumentDigest(it, "letter", s.Values))
		in.Actor.Proofs = proofsFor(st.event, d.now)
		if st.event == "judge" {
			stage, _ := it.Flow.Stage(s.Stage)
			in.Data.Judgements = allRight(casework.ToJudge(it, stage, s))
		}
		r, err := d.Do(ctx, id, in)
		var refused *casework.Refusal
		switch {
		case errors.As(err, &refused):
			log = append(log, st.event+" refused "+string(refused.Code))
		case err != nil:
			t.Fatal(err)
		default:
			if st.event == "edit-six" {
				six++
			}
			told := len(d.sent)
			again, err := d.Do(ctx, id, in)
			if err != nil || !again.Replayed || again.Seq != r.Seq || len(d.sent) != told {
				t.Fatalf("%s under the same key: %+v, %d messages more, %v", st.event, again, len(d.sent)-told, err)
			}
			log = append(log, fmt.Sprintf("%s %d %s→%s", st.event, r.Seq, r.From, r.To))
		}
	}
	return append(log, d.story(t, it, id)...)
}

// story is the case's history with its messages, and proof that the state is
// the fold of the events and that every leaf can be recomputed.
func (d *testDoor) story(t *rapid.T, it *item.Item, id string) []string {
	ctx := context.Background()
	s, _, err := d.Get(ctx, id)
	if err != nil {
		t.Fatal(err)
	}
	events, err := d.History(ctx, id)
	if err != nil {
		t.Fatal(err)
	}
	var log []string
	var folded casework.State
	for _, e := range events {
		folded = casework.Apply(folded, e)
		if o := e.Open(folded); string(casework.Leaf(casework.Record(o.Said, o.Salt))) != string(e.Leaf) {
			t.Fatalf("the leaf of event %d does not follow from the event", e.Seq)
		}
		log = append(log, fmt.Sprintf("%d %s %s %s→%s", e.Seq, e.Act, e.Actor.Kind, e.From, e.To))
	}
	if diff := cmp.Diff(s, folded, cmpopts.EquateEmpty()); diff != "" {
		t.Fatalf("the state is not the fold of the events:\n%s", diff)
	}
	for _, m := range d.sent {
		log = append(log, m.Template+" to "+m.Party)
	}
	return log
}
