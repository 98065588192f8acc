package licence_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"

	"wangban/internal/casework"
	"wangban/internal/db"
	"wangban/internal/db/dbtest"
	"wangban/internal/form"
	"wangban/internal/licence"
)

// fleet is an office whose item registers pieces of equipment, a list of them
// in one case.
type fleet struct {
	*office
	effects map[string]casework.Effect
}

func openFleet(t *testing.T, d *db.DB) fleet {
	t.Helper()
	o := open(t, d)
	it := *o.it
	it.Hash = "fleet"
	list := form.Field{ID: "pieces", Type: form.TypeRows, Label: "设备", Fields: []form.Field{
		{ID: "piece", Type: form.TypeText, Label: "设备编号"}, {ID: "class", Type: form.TypeText, Label: "种类"}, {ID: "held_number", Type: form.TypeText, Label: "登记证编号"},
		{ID: "keeper", Type: form.TypePersonName, Label: "管理人员"},
	}}
	to := []form.Field{{ID: "to.uscc", Type: form.TypeUSCC}, {ID: "to.name", Type: form.TypeUnitName}}
	it.Form.Pages = append(slices.Clone(it.Form.Pages), form.Page{Name: "pieces", Fields: append(to, list)})
	it.Flow.Numbers = map[string]form.Cond{"piece": form.MustCond(`class + province + registrar + sequence + "(" + year[2:] + ")"`)}
	o.Items.Remember(&it)
	o.it = &it
	return fleet{o, map[string]casework.Effect{"issue": o.Issue, "change": o.Change, "suspend": o.Suspend, "resume": o.Resume, "cancel": o.Cancel}}
}

var errLater = errors.New("something else of the act failed")

// do runs an effect for each record of a list; then fails it afterwards.
func (f fleet) do(ctx context.Context, name, id string, rows []form.Row, more form.Values, then error) (map[string]string, error) {
	with := map[string]string{"kind": "fleet", "each": "pieces", "public": "piece food.mode", "document": "certificate"}
	if name == "issue" {
		with["number"], with["sequence"], with["series"] = "piece", "5", "class + year"
	} else {
		with["licence"] = "held_number"
	}
	if name == "resume" { // only what is new is asked for
		with["public"] = "piece"
	}
	if len(more) > 0 {
		with["holder"] = "to"
	}
	s := casework.State{ID: id, Item: f.it.Name, Hash: f.it.Hash, Values: form.Values{}, Submitted: &casework.Snapshot{At: f.now}}
	for _, v := range []form.Values{f.values, more, {"pieces": rows}} {
		for k, value := range v {
			s.Values[k] = value
		}
	}
	var results map[string]string
	err := f.db.Write(ctx, func(ctx context.Context, tx db.Tx) (err error) {
		results, err = f.effects[name](ctx, tx, casework.Call{Name: "licence." + name, With: with}, s, s, casework.Event{Case: id, At: f.now})
		return errors.Join(err, then)
	})
	return results, err
}

func pieces(n int, sorts ...string) []form.Row {
	rows := make([]form.Row, n)
	for i := range rows {
		rows[i] = form.Row{"piece": fmt.Sprintf("%d 号", i+1), "class": sorts[i%len(sorts)], "keeper": "王芳"}
	}
	return rows
}

func named(numbers []string) []form.Row {
	rows := make([]form.Row, len(numbers))
	for i, n := range numbers {
		rows[i] = form.Row{"held_number": strings.ToLower(n), "piece": fmt.Sprintf("%d 号（新）", i+1)}
	}
	return rows
}

// A case for twelve lifts brings twelve licences, each with the next number of
// its series, its own facts and its own document; an act that fails brings none
// and leaves no gap.
func TestEachRecordGetsALicence(t *testing.T) {
	dbtest.Rehearsed(t, rooms, func(t *testing.T, d *db.DB) {
		f, ctx := openFleet(t, d), t.Context()
		if _, err := f.do(ctx, "issue", "fails", pieces(5, "梯11"), nil, errLater); !errors.Is(err, errLater) {
			t.Fatal(err)
		}
		var refused *casework.Refusal
		if _, err := f.do(ctx, "issue", "empty", nil, nil, nil); !errors.As(err, &refused) {
			t.Error("licences for nothing", err)
		}
		results, err := f.do(ctx, "issue", "case-1", pieces(12, "梯11", "锅10", "梯11"), nil, nil)
		if err != nil {
			t.Fatal(err)
		}
		numbers := licence.Numbers(results, "licence")
		want := strings.Fields("梯11皖N00001(26) 锅10皖N00001(26) 梯11皖N00002(26) 梯11皖N00003(26) 锅10皖N00002(26) 梯11皖N00004(26) " +
			"梯11皖N00005(26) 锅10皖N00003(26) 梯11皖N00006(26) 梯11皖N00007(26) 锅10皖N00004(26) 梯11皖N00008(26)")
		if !slices.Equal(numbers, want) || results["licence"] != want[0] || results["licence_count"] != "12" {
			t.Fatal(results)
		}
		if of, err := f.OfCase(ctx, "case-1"); err != nil || len(of) != 12 {
			t.Fatal(len(of), err)
		}
		f.values = map[string]any{"pieces": pieces(12, "梯11", "锅10", "梯11")} // as Case reads them
		for i, number := range numbers {
			l := f.found(t, number)
			p, err := f.Verify(ctx, number, l.Code)
			if err != nil || p.Status != licence.Valid || p.Facts[0] != (licence.Fact{Label: "设备编号", Value: fmt.Sprintf("%d 号", i+1)}) {
				t.Errorf("%s: %+v %v", number, p, err)
			}
			if _, err := f.PDF(ctx, number); err != nil || f.printed[i].Row != i+1 {
				t.Errorf("%s: the document of record %d, %v", number, f.printed[i].Row, err)
			}
		}
	})
}

// Batches at once, each over several series and in another order, some failing
// afterwards: no number twice, none left out, and nobody waits for ever.
func TestManyBatchesAtOnce(t *testing.T) {
	dbtest.Rehearsed(t, rooms, func(t *testing.T, d *db.DB) {
		const many, each = 16, 6
		f := openFleet(t, d)
		var wg sync.WaitGroup
		var mu sync.Mutex
		seen := map[string]int{}
		start := make(chan struct{})
		for i := range many {
			rows, then := pieces(each, "梯11", "锅10", "车11"), error(nil)
			if i%2 == 1 {
				slices.Reverse(rows)
			}
			if i%4 == 0 {
				then = errLater
			}
			wg.Go(func() {
				<-start
				results, err := f.do(t.Context(), "issue", fmt.Sprint("case-", i), rows, nil, then)
				if !errors.Is(err, then) || then == nil && err != nil {
					t.Error(err)
				}
				mu.Lock()
				defer mu.Unlock()
				for _, n := range licence.Numbers(results, "licence") {
					if then == nil {
						seen[n]++
					}
				}
			})
		}
		close(start)
		wg.Wait()
		for _, sort := range []string{"梯11", "锅10", "车11"} {
			for i := 1; i <= many*3/4*each/3; i++ {
				if n := fmt.Sprintf("%s皖N%05d(26)", sort, i); seen[n] != 1 {
					t.Errorf("%s was given %d times", n, seen[n])
				}
			}
		}
		if want := many * 3 / 4 * each; len(seen) != want {
			t.Errorf("%d numbers for %d licences", len(seen), want)
		}
	})
}

// What was registered together is changed, stopped, used again and scrapped
// together, or in part; of an act that cannot be done on one, nothing is done.
func TestEachIsChangedAndEnds(t *testing.T) {
	dbtest.Rehearsed(t, rooms, func(t *testing.T, d *db.DB) {
		f, ctx := openFleet(t, d), t.Context()
		results, err := f.do(ctx, "issue", "case-1", pieces(3, "梯11"), nil, nil)
		if err != nil {
			t.Fatal(err)
		}
		numbers := licence.Numbers(results, "licence")
		var refused *casework.Refusal
		for name, c := range map[string]struct {
			act  string
			rows []form.Row
		}{
			"twice":         {"change", named([]string{numbers[0], numbers[0]})},
			"not there":     {"cancel", named([]string{numbers[0], "梯11皖N00009(26)"})},
			"no number":     {"cancel", named([]string{numbers[0], ""})},
			"not suspended": {"resume", named(numbers)},
		} {
			if _, err := f.do(ctx, c.act, name, c.rows, nil, nil); !errors.As(err, &refused) {
				t.Errorf("%s: %v", name, err)
			}
			if l := f.found(t, numbers[0]); l.Version != 1 || l.Status != licence.Valid {
				t.Errorf("%s: %s, version %d", name, l.Status, l.Version)
			}
		}
		must := func(name string, of []string, more form.Values) map[string]string {
			t.Helper()
			results, err := f.do(ctx, name, name, named(of), more, nil)
			if err != nil {
				t.Fatal(name, err)
			}
			return results
		}
		is := func(number string, status licence.Status, version int) licence.Licence {
			t.Helper()
			l := f.found(t, number)
			if l.Status != status || l.Version != version {
				t.Errorf("%s is %s in version %d", number, l.Status, l.Version)
			}
			return l
		}
		must("suspend", numbers[:2], nil)
		l := is(numbers[0], licence.Suspended, 2)
		if _, err := f.PDF(ctx, numbers[0]); !errors.Is(err, licence.ErrSuspended) {
			t.Error("a document of what is suspended", err)
		}
		if p, err := f.Verify(ctx, numbers[0], l.Code); err != nil || p.Status != licence.Suspended {
			t.Error(p, err)
		}
		if _, err := f.do(ctx, "suspend", "again", named(numbers[:1]), nil, nil); !errors.As(err, &refused) {
			t.Error("suspended twice", err)
		}
		must("resume", numbers[:1], nil)
		before := l.Facts
		l = is(numbers[0], licence.Valid, 3)
		if l.Facts[0].Value != "1 号（新）" || !slices.Equal(l.Facts[1:], before[1:]) || len(before) < 2 {
			t.Errorf("resumed with %v, before %v", l.Facts, before)
		}
		if acts := []licence.Act{l.History[0].Act, l.History[1].Act, l.History[2].Act}; !slices.Equal(acts, []licence.Act{licence.ActIssue, licence.ActSuspend, licence.ActResume}) {
			t.Error(acts)
		}
		must("change", numbers[1:], nil)
		is(numbers[1], licence.Suspended, 3) // a change of facts does not put it to use
		if l := is(numbers[2], licence.Valid, 2); l.Facts[0].Value != "2 号（新）" {
			t.Error(l.Facts)
		}
		if results := must("cancel", numbers[1:], nil); !slices.Equal(licence.Numbers(results, "licence_ended"), numbers[1:]) {
			t.Error(results)
		}
		is(numbers[1], licence.Cancelled, 3)

		const buyer = "91341523MA2TL00B60"
		must("change", numbers[:1], form.Values{"to.uscc": buyer, "to.name": "舒城新业主物业有限公司"})
		if l := f.found(t, numbers[0]); l.USCC != buyer || l.Unit != "舒城新业主物业有限公司" {
			t.Errorf("held by %s %s", l.USCC, l.Unit)
		}
		if held, err := f.OfOrganisation(ctx, buyer); err != nil || len(held) != 1 {
			t.Error(held, err)
		}
		if _, err := f.do(ctx, "cancel", "the seller", named(numbers[:1]), nil, nil); !errors.As(err, &refused) {
			t.Error("ended by who holds it no more", err)
		}
	})
}

// The check looks at every licence that a list names.
func TestEachIsHeld(t *testing.T) {
	f := openFleet(t, dbtest.SQLite(t, rooms...))
	ctx := t.Context()
	results, err := f.do(ctx, "issue", "case-1", pieces(3, "梯11"), nil, nil)
	if err != nil {
		t.Fatal(err)
	}
	numbers := licence.Numbers(results, "licence")
	if _, err := f.do(ctx, "suspend", "case-2", named(numbers[2:]), nil, nil); err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		rows      []form.Row
		suspended string
		code      string
		level     casework.Level
	}{
		"valid":            {named(numbers[:2]), "", licence.FoundHeld, casework.Fine},
		"one is not there": {named([]string{numbers[0], "梯11皖N00009(26)", numbers[1]}), "", licence.FoundNone, casework.Refuse},
		"one is suspended": {named(numbers), "", licence.FoundSuspended, casework.Refuse},
		"which may be":     {named(numbers), "warn", licence.FoundSuspended, casework.Warn},
		"none but those":   {named(numbers), "only", licence.FoundWorking, casework.Refuse},
		"only those":       {named(numbers[2:]), "only", licence.FoundSuspended, casework.Fine},
	} {
		s := casework.State{ID: name, Values: form.Values{f.it.Flow.Subject: f.values[f.it.Flow.Subject], "pieces": c.rows}}
		with := map[string]string{"licence": "held_number", "kind": "fleet", "each": "pieces"}
		if c.suspended != "" {
			with["suspended"] = c.suspended
		}
		found, err := f.Held(ctx, f.db.Read(), casework.Call{Name: licence.NameHeld, With: with}, s, f.it)
		if err != nil || found.Code != c.code || found.Level != c.level {
			t.Errorf("%s: %+v %v", name, found, err)
		}
	}
}
