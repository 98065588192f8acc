package casework_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"

	"wangban/internal/casework"
	"wangban/internal/cn"
	"wangban/internal/db"
	"wangban/internal/db/dbtest"
	"wangban/internal/form"
)

var reviewer = casework.Actor{Kind: casework.Staff, ID: "officer", Name: "审核人", Unit: "chengguan", Roles: []string{"reviewer"}, Units: []string{"*"}}

// asAgent creates a case of an agent with a mobile number of his own.
func (d *testDoor) asAgent(t *testing.T, session, mobile string) (id string, agent casework.Actor) {
	t.Helper()
	it := registration(t)
	agent = casework.Actor{Kind: casework.Applicant, ID: session, Session: session}
	v := answers(it, "agent-complete")
	v["agent.mobile"] = mobile
	r, err := d.Create(t.Context(), casework.Creation{Item: it.Name, Key: "create", Actor: agent,
		Created: casework.Created{Owner: session, Channel: "web", Values: v}})
	if err != nil {
		t.Fatal(err)
	}
	d.do(t, r.Case, casework.ActVerify, agent, casework.Data{Verified: verified(it, v)})
	return r.Case, agent
}

func (d *testDoor) do(t *testing.T, id, act string, a casework.Actor, data casework.Data) {
	t.Helper()
	if _, err := d.Do(t.Context(), id, casework.Input{Act: act, Key: act, Actor: a, Data: data}); err != nil {
		t.Fatalf("%s: %v", act, err)
	}
}

// sign signs as the legal representative, proven.
func (d *testDoor) sign(t *testing.T, id string) {
	t.Helper()
	s, it, err := d.Get(t.Context(), id)
	if err != nil {
		t.Fatal(err)
	}
	signer := casework.Actor{Kind: casework.Signer, ID: "phone", Session: "phone",
		Proofs: []casework.Proof{{Method: "sms", At: d.now}, {Method: "face-provider", At: d.now}}}
	d.do(t, id, "sign", signer, casework.Data{Digest: casework.DocumentDigest(it, "letter", s.Values), Signature: &casework.Signature{File: photo("signed")}})
}

// approve finds everything right.
func (d *testDoor) approve(t *testing.T, id string) {
	t.Helper()
	d.do(t, id, "claim", reviewer, casework.Data{})
	s, it, err := d.Get(t.Context(), id)
	if err != nil {
		t.Fatal(err)
	}
	stage, _ := it.Flow.Stage(s.Stage)
	d.do(t, id, "approve", reviewer, casework.Data{Judgements: allRight(casework.ToJudge(it, stage, s))})
}

// Several agents may ask for one unit. The first that passes voids the others,
// wherever they stand but with a reviewer. Who has handed something in is told;
// a draft has nothing to tell about, and the winner's own other cases lose
// nothing.
// covers: C-11, T23
func TestFirstToPassVoidsTheOthers(t *testing.T) {
	dbtest.Both(t, []db.Migrations{casework.Migrations}, func(t *testing.T, store *db.DB) {
		d := openDoor(t, store)
		first, a := d.asAgent(t, "first", "15912345671")
		signing, b := d.asAgent(t, "signing", "15912345672")
		review, c := d.asAgent(t, "review", "15912345673")
		taken, e := d.asAgent(t, "taken", "15912345674")
		draft, _ := d.asAgent(t, "draft", "15912345675")
		own, _ := d.asAgent(t, "own", "15912345671")
		recalled, f := d.asAgent(t, "recalled", "15912345676")
		d.do(t, recalled, "submit", f, casework.Data{})
		d.do(t, recalled, "recall", f, casework.Data{})
		for id, agent := range map[string]casework.Actor{first: a, signing: b, review: c, taken: e} {
			d.do(t, id, "submit", agent, casework.Data{})
		}
		for _, id := range []string{first, review, taken} {
			d.sign(t, id)
		}
		d.do(t, taken, "claim", reviewer, casework.Data{})
		d.sent = nil
		d.approve(t, first)
		for id, want := range map[string]string{first: "approved", signing: "superseded", review: "superseded", draft: "superseded", own: "superseded", recalled: "superseded", taken: "in_review"} {
			if s, _, err := d.Get(t.Context(), id); err != nil || s.Stage != want {
				t.Errorf("the case of %s is %s, want %s (%v)", s.Owner, s.Stage, want, err)
			}
		}
		told := map[string]int{}
		for _, m := range d.sent {
			if m.Template == "superseded" {
				told[m.To]++
			}
		}
		if len(told) != 3 || told["15912345672"] != 1 || told["15912345673"] != 1 || told["15912345676"] != 1 {
			t.Errorf("told: %v", told)
		}
	})
}

// The winner is not told that another case of his has lost, even one that was
// handed in once, from another number.
// covers: T23
func TestWinnerIsNotToldThatHeLost(t *testing.T) {
	dbtest.Both(t, []db.Migrations{casework.Migrations}, func(t *testing.T, store *db.DB) {
		d := openDoor(t, store)
		first, a := d.asAgent(t, "first", "15912345679")
		d.do(t, first, "submit", a, casework.Data{})
		d.do(t, first, "recall", a, casework.Data{})
		second, b := d.asAgent(t, "second", "15912345671")
		d.do(t, second, "submit", b, casework.Data{})
		d.do(t, first, casework.ActSave, a, casework.Data{Values: form.Values{"agent.mobile": "15912345671"}})
		d.sign(t, second)
		d.sent = nil
		d.approve(t, second)
		if s, _, err := d.Get(t.Context(), first); err != nil || s.Stage != "superseded" {
			t.Errorf("the other case is %s (%v)", s.Stage, err)
		}
		for _, m := range d.sent {
			if m.Template == "superseded" {
				t.Errorf("told: %s", m.To)
			}
		}
	})
}

// One applicant has one live case of a unit; another's does not stand in his
// way, nor does his own once it is over.
// covers: C-12
func TestSameApplicantTwice(t *testing.T) {
	dbtest.Both(t, []db.Migrations{casework.Migrations}, func(t *testing.T, store *db.DB) {
		d := openDoor(t, store)
		first, agent := d.asAgent(t, "first", "15912345678")
		d.do(t, first, "submit", agent, casework.Data{})
		second, again := d.asAgent(t, "second", "15912345678")
		_, err := d.Do(t.Context(), second, casework.Input{Act: "submit", Key: "early", Actor: again})
		s, _, getErr := d.Get(t.Context(), first)
		if getErr != nil {
			t.Fatal(getErr)
		}
		var refused *casework.Refusal
		if !errors.As(err, &refused) || refused.Finding == nil || refused.Finding.Code != "SAME_APPLICANT" || !strings.Contains(refused.Error(), s.Number) {
			t.Fatalf("the second: %v", err)
		}
		other, someone := d.asAgent(t, "other", "15912345679")
		d.do(t, other, "submit", someone, casework.Data{})

		d.do(t, first, "recall", agent, casework.Data{})
		d.do(t, first, "discard", agent, casework.Data{})
		d.do(t, second, "submit", again, casework.Data{})
	})
}

// A reviewer takes the case while the applicant withdraws it: one of them
// wins, and the other is told how things stand.
// covers: C-27, C-29, T17, T22
func TestClaimedWhileWithdrawn(t *testing.T) {
	dbtest.Both(t, []db.Migrations{casework.Migrations}, func(t *testing.T, store *db.DB) {
		d := openDoor(t, store)
		owner := casework.Actor{Kind: casework.Applicant, ID: "owner", Session: "owner"}
		for n := range 10 {
			id := d.begin(t, registration(t), trace{}, string(rune('a'+n)))
			// Each about a unit of its own: one applicant has one case of a unit.
			d.do(t, id, casework.ActSave, owner, casework.Data{Values: form.Values{"unit.uscc": cn.MakeUSCC(cn.SoleTrader, "341523", 100+n)}})
			d.do(t, id, "submit", owner, casework.Data{})
			var wg sync.WaitGroup
			errs := map[string]*error{"claim": new(error), "withdraw": new(error)}
			for act, a := range map[string]casework.Actor{"claim": reviewer, "withdraw": owner} {
				wg.Go(func() {
					_, *errs[act] = d.Do(context.Background(), id, casework.Input{Act: act, Key: act, Actor: a})
				})
			}
			wg.Wait()
			s, _, err := d.Get(t.Context(), id)
			if err != nil {
				t.Fatal(err)
			}
			won, lost := "claim", "withdraw"
			if s.Stage == "draft" {
				won, lost = lost, won
			}
			var refused *casework.Refusal
			if *errs[won] != nil || !errors.As(*errs[lost], &refused) || refused.Code != casework.CodeStage {
				t.Fatalf("the case is in %s; claim: %v; withdraw: %v", s.Stage, *errs["claim"], *errs["withdraw"])
			}
			if _, err := d.Do(t.Context(), id, casework.Input{Act: casework.ActSave, Key: "edit", Actor: owner,
				Data: casework.Data{Values: form.Values{"unit.name": "另一个名字"}}}); (err == nil) != (won == "withdraw") {
				t.Errorf("edited after %s: %v", won, err)
			}
		}
	})
}

// However many of his drafts somebody hands in at one instant, one of them is
// the case, and the others are told its number.
// covers: C-12
func TestSameApplicantAtOneInstant(t *testing.T) {
	dbtest.Both(t, []db.Migrations{casework.Migrations}, func(t *testing.T, store *db.DB) {
		d := openDoor(t, store)
		ids, agents := make([]string, crowd), make([]casework.Actor, crowd)
		for n := range crowd {
			ids[n], agents[n] = d.asAgent(t, fmt.Sprint("tab-", n), "15912345678")
		}
		won, refusals := d.handInTogether(t, ids, agents)
		s, _, err := d.Get(t.Context(), won)
		if err != nil {
			t.Fatal(err)
		}
		for _, r := range refusals {
			if r.Finding == nil || r.Finding.Code != casework.FoundSameApplicant || len(r.Args) != 1 || r.Args[0] != s.Number {
				t.Fatalf("%v, want that %s is under way", r, s.Number)
			}
		}
	})
}

// crowd is how many do something at one instant.
const crowd = 32

// handInTogether hands in drafts all at once, and wants one of them to pass
// and the others to be refused.
func (d *testDoor) handInTogether(t *testing.T, ids []string, as []casework.Actor) (won string, refusals []*casework.Refusal) {
	t.Helper()
	errs := make([]error, len(ids))
	var ready, done sync.WaitGroup
	ready.Add(len(ids))
	for n := range ids {
		done.Go(func() {
			ready.Done()
			ready.Wait()
			_, errs[n] = d.Do(context.Background(), ids[n], casework.Input{Act: "submit", Key: "submit", Actor: as[n]})
		})
	}
	done.Wait()
	passed := 0
	for n, err := range errs {
		var r *casework.Refusal
		switch {
		case err == nil:
			won, passed = ids[n], passed+1
		case errors.As(err, &r):
			refusals = append(refusals, r)
		default:
			t.Fatal(err)
		}
	}
	if passed != 1 || len(refusals) != len(ids)-1 {
		t.Fatalf("%d of %d passed", passed, len(ids))
	}
	return won, refusals
}
