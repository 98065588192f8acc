package casework_test

import (
	"errors"
	"fmt"
	"testing"
	"time"

	"wangban/internal/casework"
	"wangban/internal/cn"
	"wangban/internal/db"
	"wangban/internal/db/dbtest"
	"wangban/internal/form"
)

// Of two cases about one piece of equipment the later one waits until the first
// is over. Whose the other is is told to nobody but its own unit.
//
func TestOneDeviceInTwoCases(t *testing.T) {
	dbtest.Both(t, []db.Migrations{casework.Migrations}, func(t *testing.T, store *db.DB) {
		d := openDoor(t, store)
		d.now = time.Date(2026, 9, 7, 9, 30, 0, 0, form.Shanghai)
		it := shipped(t, "equipment-registration")
		begin := func(who, uscc, mobile string) (string, casework.Actor) {
			t.Helper()
			a := casework.Actor{Kind: casework.Applicant, ID: who, Session: who}
			v, err := it.Answers("boiler", photo)
			if err != nil {
				t.Fatal(err)
			}
			v["unit.uscc"], v["contact.mobile"] = uscc, mobile
			r, err := d.Create(t.Context(), casework.Creation{Item: it.Name, Key: "create", Actor: a, Created: casework.Created{Owner: who, Channel: "web", Values: v}})
			if err != nil {
				t.Fatal(err)
			}
			d.do(t, r.Case, casework.ActVerify, a, casework.Data{Verified: verified(it, v)})
			return r.Case, a
		}
		submit := func(id, key string, a casework.Actor) *casework.Refusal {
			t.Helper()
			_, err := d.Do(t.Context(), id, casework.Input{Act: "submit", Key: key, Actor: a})
			var r *casework.Refusal
			if err != nil && !errors.As(err, &r) {
				t.Fatal(err)
			}
			return r
		}
		mine, others := cn.MakeUSCC(cn.Enterprise, "341523", 81), cn.MakeUSCC(cn.Enterprise, "341523", 82)
		first, a := begin("first", mine, "17712345671")
		second, b := begin("second", others, "17712345672")
		third, c := begin("third", mine, "17712345673")
		if r := submit(first, "s", a); r != nil { // a draft claims nothing
			t.Fatal(r)
		}
		d.now = d.now.Add(time.Minute)
		s, _, err := d.Get(t.Context(), first)
		if err != nil {
			t.Fatal(err)
		}
		for id, a := range map[string]casework.Actor{second: b, third: c} { // a stranger's case keeps nobody out
			if r := submit(id, "s", a); r != nil {
				t.Fatal(r)
			}
			d.now = d.now.Add(time.Minute)
		}
		found := func(id string) casework.Finding {
			t.Helper()
			s, it, err := d.Get(t.Context(), id)
			if err != nil {
				t.Fatal(err)
			}
			f, err := d.FindingsOn(t.Context(), s, it, "device", "first")
			if err != nil {
				t.Fatal(err)
			}
			if f["device"].Code != f["first"].Code || f["first"].Code == casework.FoundClaimed && (f["device"].Level != casework.Warn || f["first"].Level != casework.Refuse) {
				t.Errorf("%+v", f)
			}
			return f["first"]
		}
		if f := found(first); f.Code != casework.FoundUnclaimed { // whatever comes later
			t.Errorf("the first case: %+v", f)
		}
		if f := found(second); f.Code != casework.FoundClaimed || len(f.Args) != 1 {
			t.Errorf("another unit's case about the same boiler: %+v", f)
		}
		if f := found(third); f.Code != casework.FoundClaimed || len(f.Args) != 2 || f.Args[1] != s.Number {
			t.Errorf("the unit's own second case: %+v", f)
		}
		d.do(t, first, "withdraw", a, casework.Data{})
		waiting := 0
		for _, id := range []string{second, third} {
			if found(id).Code == casework.FoundClaimed {
				waiting++
			}
		}
		if waiting != 1 {
			t.Errorf("the first case is over, and %d of two wait", waiting)
		}
	})
}

// Fifty pieces are handled within fifteen workdays, more of them within twenty.
//
func TestLongerLimit(t *testing.T) {
	it := shipped(t, "equipment-registration")
	for n, want := range map[int]int{1: 15, 50: 15, 51: 20} {
		s := casework.State{Values: form.Values{"about.kind": "3000", "equipment": make([]form.Row, n)}}
		if got := casework.ClockLimit(testHouse, it, s); got.N != want {
			t.Errorf("%d pieces: %d workdays, want %d", n, got.N, want)
		}
	}
	if got := casework.ClockLimit(testHouse, it, casework.State{Values: form.Values{"about.kind": "8000"}}); got.N != 20 {
		t.Errorf("by unit: %d workdays", got.N)
	}
}

// The office begins what it does of its own accord: nobody applies, whoever
// begins it drafts it alone, and the party is let in once it is sent out.
func TestOfItsOwnAccord(t *testing.T) {
	dbtest.Both(t, []db.Migrations{casework.Migrations}, func(t *testing.T, store *db.DB) {
		d := openDoor(t, store)
		it := shipped(t, "sole-trader-revocation")
		d.now = time.Date(2026, 9, 7, 9, 30, 0, 0, form.Shanghai)
		v, err := it.Answers("penalty", photo)
		if err != nil {
			t.Fatal(err)
		}
		officer := casework.Actor{Kind: casework.Staff, ID: "chen", Unit: "chengguan", Roles: []string{"reviewer"}, Units: []string{"chengguan"}}
		colleague, helper := officer, officer
		colleague.ID, helper.Roles = "li", []string{"helper"}
		refused := func(err error) casework.Code {
			var r *casework.Refusal
			if errors.As(err, &r) {
				return r.Code
			}
			return ""
		}
		begin := func(a casework.Actor) (casework.Receipt, error) {
			return d.Create(t.Context(), casework.Creation{Item: it.Name, Key: "k", Actor: a, Created: casework.ByOffice(a)})
		}
		for _, a := range []casework.Actor{{Kind: casework.Applicant, ID: "x", Session: "x"}, helper} {
			if _, err := begin(a); refused(err) != casework.CodeNotYours {
				t.Errorf("%s begins: %v", a.ID, err)
			}
		}
		r, err := begin(officer)
		if err != nil {
			t.Fatal(err)
		}
		party := casework.Actor{Kind: casework.Applicant, ID: "p", Session: "p", Cases: []string{r.Case}}
		save := func(a casework.Actor, key string) error {
			_, err := d.Do(t.Context(), r.Case, casework.Input{Act: casework.ActSave, Key: key, Actor: a, Data: casework.Data{Values: v}})
			return err
		}
		for _, a := range []casework.Actor{party, colleague} {
			if err := save(a, "k2"); refused(err) != casework.CodeNotYours {
				t.Errorf("%s writes the office's draft: %v", a.ID, err)
			}
		}
		if err := save(officer, "k3"); err != nil {
			t.Fatal(err)
		}
		if rows, _, err := d.List(t.Context(), casework.Query{Desk: true, Units: []string{"*"}, Now: d.now}); err != nil || len(rows) != 0 {
			t.Errorf("a draft waits in the queue: %v %v", rows, err)
		}
		if _, err := d.Do(t.Context(), r.Case, casework.Input{Act: "notify", Key: "n", Actor: colleague}); refused(err) != casework.CodeNotYours {
			t.Errorf("a colleague sends the draft out: %v", err)
		}
		d.do(t, r.Case, "notify", officer, casework.Data{})
		d.do(t, r.Case, "state", party, casework.Data{Reasons: []string{"FACTS"}, Text: "没有出租"})
		if s, _, err := d.Get(t.Context(), r.Case); err != nil || s.Stage != "review" || s.Channel != casework.ChannelOffice || s.Unit != "chengguan" {
			t.Errorf("%+v %v", s, err)
		}
	})
}

// Of cases about one certificate that several people hand in at one instant,
// one passes, where the item refuses the others at once.
//
func TestOneCertificateAtOneInstant(t *testing.T) {
	dbtest.Both(t, []db.Migrations{casework.Migrations}, func(t *testing.T, store *db.DB) {
		d := openDoor(t, store)
		d.now = time.Date(2026, 9, 7, 9, 30, 0, 0, form.Shanghai)
		it := shipped(t, "equipment-suspension")
		ids, agents := make([]string, crowd), make([]casework.Actor, crowd)
		for n := range crowd {
			who := fmt.Sprint("contact-", n)
			v, err := it.Answers("two-lifts", photo)
			if err != nil {
				t.Fatal(err)
			}
			v["contact.mobile"] = fmt.Sprint(17712345000 + n)
			agents[n] = casework.Actor{Kind: casework.Applicant, ID: who, Session: who}
			r, err := d.Create(t.Context(), casework.Creation{Item: it.Name, Key: "create", Actor: agents[n], Created: casework.Created{Owner: who, Channel: "web", Values: v}})
			if err != nil {
				t.Fatal(err)
			}
			ids[n] = r.Case
			d.do(t, r.Case, casework.ActVerify, agents[n], casework.Data{Verified: verified(it, v)})
		}
		won, refusals := d.handInTogether(t, ids, agents)
		s, _, err := d.Get(t.Context(), won)
		if err != nil {
			t.Fatal(err)
		}
		for _, r := range refusals {
			if r.Finding == nil || r.Finding.Code != casework.FoundClaimed || len(r.Args) != 2 || r.Args[1] != s.Number {
				t.Fatalf("%v, want that %s is under way", r, s.Number)
			}
		}
	})
}
