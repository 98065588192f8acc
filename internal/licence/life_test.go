package licence_test

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"strings"
	"sync"
	"testing"
	"time"

	"wangban/internal/casework"
	"wangban/internal/cn"
	"wangban/internal/db"
	"wangban/internal/db/dbtest"
	"wangban/internal/form"
	"wangban/internal/licence"
)

// numberField is where the test's cases write the number of a licence: any text
// will do.
const numberField = "site.address"

// act runs an effect of the room on a case that names a licence.
func (o *office) act(ctx context.Context, name, number string, with map[string]string, change func(*casework.State, *casework.Event)) (string, error) {
	do := map[string]casework.Effect{"change": o.Change, "renew": o.Renew, "replace": o.Replace, "correct": o.Correct, "cancel": o.Cancel, "revoke": o.Revoke, "suspend": o.Suspend, "resume": o.Resume}[name]
	settings := map[string]string{"licence": numberField, "kind": o.call.With["kind"]}
	maps.Copy(settings, with)
	s := casework.State{ID: name + "-" + fmt.Sprint(o.now.UnixMicro()), Item: o.it.Name, Hash: o.it.Hash, Values: maps.Clone(o.values), Submitted: &casework.Snapshot{At: o.now}}
	s.Values[numberField] = number
	e := casework.Event{Case: s.ID, At: o.now}
	if change != nil {
		change(&s, &e)
	}
	var got string
	err := o.db.Write(ctx, func(ctx context.Context, tx db.Tx) error {
		results, err := do(ctx, tx, casework.Call{Name: "licence." + name, With: settings}, s, s, e)
		got = results["licence"] + results["licence_ended"]
		return err
	})
	return got, err
}

func day(y int, m time.Month, d int) time.Time { return time.Date(y, m, d, 0, 0, 0, 0, form.Shanghai) }

// issueFor issues a licence that lasts.
func (o *office) issueFor(t *testing.T, id, valid string) licence.Licence {
	t.Helper()
	call := casework.Call{Name: o.call.Name, With: maps.Clone(o.call.With)}
	call.With["valid"] = valid
	number, err := o.issueAs(t.Context(), call, id, o.now, nil)
	if err != nil {
		t.Fatal(err)
	}
	return o.found(t, number)
}

func (o *office) found(t *testing.T, number string) licence.Licence {
	t.Helper()
	l, ok, err := o.Find(t.Context(), number)
	if err != nil || !ok {
		t.Fatal(number, ok, err)
	}
	return l
}

// A licence from issue to end: every version stays, tells what made it, and is
// told from the others by its code.
func TestLifeOfALicence(t *testing.T) {
	dbtest.Rehearsed(t, rooms, func(t *testing.T, d *db.DB) {
		o, ctx := open(t, d), t.Context()
		first := o.issueFor(t, "case-1", "5 years")
		if !first.Until.Equal(day(2031, 11, 20)) || !first.Last().Equal(day(2031, 11, 19)) {
			t.Fatal(first.Until, first.Last())
		}
		o.now = o.now.AddDate(1, 0, 0)
		got, err := o.act(ctx, "change", first.Number, map[string]string{"document": o.call.With["document"], "public": o.call.With["public"]}, func(s *casework.State, _ *casework.Event) {
			s.Values[o.it.Flow.Title] = "舒城县换了名字的店"
		})
		changed := o.found(t, first.Number)
		if err != nil || got != first.Number || changed.Unit != "舒城县换了名字的店" || !changed.Until.Equal(first.Until) || changed.Code == first.Code {
			t.Fatalf("%v %+v", err, changed)
		}
		// Renewed in the last months, from the decision or from the old end.
		o.now = day(2031, 10, 1)
		if _, err = o.act(ctx, "renew", first.Number, map[string]string{"valid": "5 years", "from": "expiry"}, nil); err != nil {
			t.Fatal(err)
		}
		if l := o.found(t, first.Number); !l.From.Equal(first.Until) || !l.Until.Equal(day(2036, 11, 20)) {
			t.Error(l.From, l.Until)
		}
		o.now = day(2032, 1, 5)
		if _, err = o.act(ctx, "renew", first.Number, map[string]string{"valid": "5 years"}, nil); err != nil {
			t.Fatal(err)
		}
		if _, err = o.act(ctx, "replace", first.Number, nil, nil); err != nil {
			t.Fatal(err)
		}
		var refused *casework.Refusal
		if _, err = o.act(ctx, "correct", first.Number, nil, nil); !errors.As(err, &refused) {
			t.Error("a correction without a reason", err)
		}
		if _, err = o.act(ctx, "correct", first.Number, nil, func(_ *casework.State, e *casework.Event) { e.Data.Reason = "地址印错" }); err != nil {
			t.Fatal(err)
		}
		l := o.found(t, first.Number)
		var acts []licence.Act
		for i, v := range l.Versions {
			acts = append(acts, v.Act)
			p, err := o.Verify(ctx, l.Number, v.Code)
			if err != nil || p.Seen != i+1 || p.Version != 6 || v.Document == "" || (v.Content != v.Case) != (i > 1) {
				t.Errorf("version %d: %+v %v", i+1, v, err)
			}
		}
		if fmt.Sprint(acts) != "[issue change renew renew replace correct]" || !l.Until.Equal(day(2037, 1, 5)) || l.Versions[5].Reason != "地址印错" {
			t.Errorf("%v %+v", acts, l)
		}
		if _, err = o.act(ctx, "revoke", first.Number, nil, nil); !errors.As(err, &refused) {
			t.Error("revoked without a reason", err)
		}
		if _, err = o.act(ctx, "revoke", first.Number, nil, func(_ *casework.State, e *casework.Event) { e.Data.Reason = "提供虚假材料" }); err != nil {
			t.Fatal(err)
		}
		l = o.found(t, first.Number)
		if last := l.History[6]; l.Status != licence.Revoked || l.Reason != "提供虚假材料" || last.Act != licence.ActRevoke || !l.Ended.Equal(o.now) {
			t.Errorf("%+v", l)
		}
		if _, err := o.PDF(ctx, l.Number); !errors.Is(err, licence.ErrEnded) {
			t.Error(err)
		}
		if again, err := o.issue(ctx, "case-2", nil); err != nil || again == l.Number {
			t.Error("the number of a revoked licence is used again", again, err)
		}
	})
}

// With a number of its own a change replaces the licence; both stay.
func TestChangeWithAnotherNumber(t *testing.T) {
	dbtest.Rehearsed(t, rooms, func(t *testing.T, d *db.DB) {
		o, ctx := open(t, d), t.Context()
		old := o.issueFor(t, "case-1", "")
		o.now = o.now.Add(time.Hour)
		number, err := o.act(ctx, "change", old.Number, map[string]string{"number": o.call.With["number"]}, nil)
		if err != nil || number == old.Number {
			t.Fatal(number, err)
		}
		was, is := o.found(t, old.Number), o.found(t, number)
		if was.Status != licence.Replaced || was.Replaced != number || is.Replaces != old.Number || is.Status != licence.Valid || is.Version != 1 || is.History[0].Act != licence.ActChange {
			t.Errorf("%+v\n%+v", was, is)
		}
		var refused *casework.Refusal
		if _, err := o.act(ctx, "cancel", old.Number, nil, nil); !errors.As(err, &refused) || !strings.Contains(refused.Error(), number) {
			t.Error(err)
		}
	})
}

// What stands against an act is said, and nothing happens.
func TestRefusedActs(t *testing.T) {
	dbtest.Rehearsed(t, rooms, func(t *testing.T, d *db.DB) {
		o, ctx := open(t, d), t.Context()
		long := o.issueFor(t, "long", "1 month")
		gone := o.issueFor(t, "gone", "")
		if _, err := o.act(ctx, "cancel", gone.Number, nil, nil); err != nil {
			t.Fatal(err)
		}
		filed := o.now
		o.now = day(2026, 12, 21)
		before := o.found(t, long.Number)
		for name, c := range map[string]struct {
			act, number string
			with        map[string]string
			change      func(*casework.State, *casework.Event)
			says        string
		}{
			"no number":      {act: "change", number: " ", says: "没有填证照编号"},
			"no such number": {act: "change", number: "YB1", says: "没有编号为 YB1 的证照，或者它不是"},
			"another's": {act: "change", number: long.Number, says: "或者它不是这个单位的", change: func(s *casework.State, _ *casework.Event) {
				s.Values[o.it.Flow.Subject] = cn.MakeUSCC(cn.Enterprise, "341523", 900)
			}},
			"another kind":   {act: "change", number: long.Number, with: map[string]string{"kind": "equipment food"}, says: "不能在这里办"},
			"expired":        {act: "renew", number: long.Number, with: map[string]string{"valid": "1 year"}, says: "到 2026-12-19 有效期已满"},
			"cancelled":      {act: "replace", number: gone.Number, says: "已经注销"},
			"cancelled once": {act: "cancel", number: gone.Number, says: "已经注销"},
		} {
			_, err := o.act(ctx, c.act, c.number, c.with, c.change)
			var refused *casework.Refusal
			if !errors.As(err, &refused) || !strings.Contains(err.Error(), c.says) {
				t.Errorf("%s: %v", name, err)
			}
		}
		if after := o.found(t, long.Number); after.Version != before.Version || len(after.Versions) != len(before.Versions) {
			t.Error("a refused act has left something behind")
		}
		// Who has filed in time does not lose by how long the office takes.
		if _, err := o.act(ctx, "renew", long.Number, map[string]string{"valid": "1 year"}, func(s *casework.State, _ *casework.Event) { s.ClockStart = filed }); err != nil {
			t.Error(err)
		}
		// An expired licence can still be cancelled.
		o.now = day(2028, 1, 1)
		if _, err := o.act(ctx, "cancel", long.Number, nil, nil); err != nil {
			t.Error(err)
		}
	})
}

// Of two changes that were filed on the same licence one is made; the other is
// told that the licence is not what it was.
func TestRacingChanges(t *testing.T) {
	dbtest.Rehearsed(t, rooms, func(t *testing.T, d *db.DB) {
		o, ctx := open(t, d), t.Context()
		l := o.issueFor(t, "case-1", "")
		filed := o.now
		o.now = o.now.Add(time.Hour)
		var wg sync.WaitGroup
		errs := make([]error, 8)
		for i := range errs {
			wg.Go(func() {
				_, errs[i] = o.act(ctx, "change", l.Number, nil, func(s *casework.State, _ *casework.Event) {
					s.ID, s.Submitted = fmt.Sprintf("change-%d", i), &casework.Snapshot{At: filed}
				})
			})
		}
		wg.Wait()
		made := 0
		for _, err := range errs {
			var refused *casework.Refusal
			switch {
			case err == nil:
				made++
			case !errors.As(err, &refused) || !strings.Contains(err.Error(), "提交之后又有变动"):
				t.Error(err)
			}
		}
		if after := o.found(t, l.Number); made != 1 || after.Version != 2 || len(after.Versions) != 2 {
			t.Errorf("%d changes were made, version %d", made, after.Version)
		}
	})
}

// The number of the domain sheet for an elevator (3.9): five digits, counted
// by kind and year, with the registrar's letter.
func TestNumbersOfEquipment(t *testing.T) {
	o := open(t, dbtest.SQLite(t, rooms...))
	it := *o.it
	it.Hash = "equipment"
	it.Flow.Numbers = map[string]form.Cond{"use": form.MustCond(`food.mode + "11" + province + registrar + sequence + "(" + year[2:] + ")"`)}
	o.Items.Remember(&it)
	o.it = &it
	call := casework.Call{With: map[string]string{"kind": "equipment", "number": "use", "sequence": "5", "series": `food.mode + year`}}
	for _, c := range []struct {
		mode string
		year int
		want string
	}{
		{"梯", 2020, "梯11皖N00001(20)"}, {"梯", 2020, "梯11皖N00002(20)"}, {"锅", 2020, "锅11皖N00001(20)"}, {"梯", 2021, "梯11皖N00001(21)"},
	} {
		o.values = maps.Clone(o.values)
		o.values["food.mode"] = c.mode
		if got, err := o.issueAs(t.Context(), call, fmt.Sprint(c), day(c.year, 6, 1), nil); got != c.want || err != nil {
			t.Error(got, c.want, err)
		}
	}
	o.Registrar = nil
	var refused *casework.Refusal
	if _, err := o.issueAs(t.Context(), call, "no letter", day(2020, 6, 1), nil); !errors.As(err, &refused) {
		t.Error("a number without its letter", err)
	}
	if l, ok, err := o.Find(t.Context(), "梯11皖n00001（20）"); err != nil || !ok || l.Number != "梯11皖N00001(20)" {
		t.Error(l.Number, ok, err)
	}
}

func TestTerms(t *testing.T) {
	o := open(t, dbtest.SQLite(t, rooms...))
	o.values = maps.Clone(o.values)
	o.values["food.since"] = "2027-02-03"
	n := 0
	for valid, want := range map[string]time.Time{
		"": {}, "5 years": day(2031, 11, 20), "1 year": day(2027, 11, 20), "3 months": day(2027, 2, 20), "30 days": day(2026, 12, 20),
		"food.since": day(2027, 2, 4), "unit.fax": {}, `"long_term"`: {}, `food.since > "2020" ? "2030-01-01" : ""`: day(2030, 1, 2),
	} {
		n++
		if l := o.issueFor(t, fmt.Sprint("case-", n), valid); !l.Until.Equal(want) {
			t.Errorf("%q: %s, not %s", valid, l.Until, want)
		}
	}
	o.now = time.Date(2024, 2, 29, 12, 0, 0, 0, form.Shanghai)
	if l := o.issueFor(t, "leap", "1 year"); !l.Until.Equal(day(2025, 3, 1)) {
		t.Error(l.Until)
	}
}

// A business licence: its number is the holder's code, and makes it the
// holder's own.
func TestNumberThatIsTheCode(t *testing.T) {
	o, ctx := open(t, dbtest.SQLite(t, rooms...)), t.Context()
	it := *o.it
	it.Hash = "business"
	it.Flow.Numbers = map[string]form.Cond{"code": form.MustCond(`checked_uscc("92" + region, "MA" + sequence)`)}
	o.Items.Remember(&it)
	o.it = &it
	with := map[string]string{"kind": "business", "number": "code"}
	for own, setting := range map[bool]string{true: "number", false: ""} {
		with["uscc"] = setting
		o.values = maps.Clone(o.values)
		o.values[o.it.Flow.Subject] = nil
		number, err := o.issueAs(ctx, casework.Call{With: maps.Clone(with)}, "case-"+setting, o.now, nil)
		l := o.found(t, number)
		if err != nil || !cn.USCC(number).OK() || own != (l.USCC == number) {
			t.Errorf("%+v %v", l, err)
		}
		act := func(change func(*casework.State)) error {
			_, err := o.act(ctx, "change", number, map[string]string{"kind": "business"}, func(s *casework.State, _ *casework.Event) { change(s) })
			return err
		}
		var refused *casework.Refusal
		if err := act(func(s *casework.State) { s.Values[o.it.Flow.Title] = "另一家店" }); !errors.As(err, &refused) {
			t.Error("changed by another unit", err)
		}
		if err := act(func(s *casework.State) {
			if own {
				s.Values[o.it.Flow.Subject] = number
			}
		}); err != nil {
			t.Error(err)
		}
	}
}

// Where the item knows the code of the type, each version has its identifier.
func TestIdentifiers(t *testing.T) {
	o, ctx := open(t, dbtest.SQLite(t, rooms...)), t.Context()
	call := casework.Call{With: maps.Clone(o.call.With)}
	call.With["type"] = "11100000000013338W087"
	number, err := o.issueAs(ctx, call, "case-1", o.now, nil)
	if err != nil {
		t.Fatal(err)
	}
	if got := o.found(t, number).Identifier(); !cn.CheckLicenceID(got).OK() || !strings.Contains(got, ".341523."+number+".001.") {
		t.Error(got)
	}
	if _, err := o.act(ctx, "replace", number, nil, nil); err != nil {
		t.Fatal(err)
	}
	if got := o.found(t, number).Identifier(); !cn.CheckLicenceID(got).OK() || !strings.Contains(got, ".002.") {
		t.Error(got)
	}
	if got := o.issueFor(t, "case-2", "").Identifier(); got != "" {
		t.Error(got)
	}
}
