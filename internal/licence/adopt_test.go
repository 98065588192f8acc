package licence_test

import (
	"errors"
	"maps"
	"testing"

	"wangban/internal/casework"
	"wangban/internal/cn"
	"wangban/internal/db"
	"wangban/internal/db/dbtest"
	"wangban/internal/licence"
)

// A licence from before there was this platform begins here with its change;
// one that is somebody else's, or whose number is no code, does not.
func TestLicencesFromBefore(t *testing.T) {
	dbtest.Rehearsed(t, rooms, func(t *testing.T, d *db.DB) {
		o, ctx := open(t, d), t.Context()
		number := cn.MakeUSCC(cn.SoleTrader, "341523", 7)
		mine := func(s *casework.State, _ *casework.Event) { s.Values[o.it.Flow.Subject] = number }
		adopt := map[string]string{"unknown": "adopt", "unit": `"新的" + ` + o.it.Flow.Title}
		var refused *casework.Refusal
		if _, err := o.act(ctx, "change", number, nil, mine); !errors.As(err, &refused) {
			t.Error("without the setting:", err)
		}
		if _, err := o.act(ctx, "change", number, adopt, nil); !errors.As(err, &refused) {
			t.Error("another's code:", err)
		}
		if _, err := o.act(ctx, "change", "YB23415230000018", adopt, mine); !errors.As(err, &refused) {
			t.Error("a number that is no code:", err)
		}
		held := func() casework.Finding {
			s := casework.State{ID: "held", Values: maps.Clone(o.values)}
			s.Values[o.it.Flow.Subject], s.Values[numberField] = number, number
			f, err := o.Held(ctx, d.Read(), casework.Call{With: map[string]string{"licence": numberField, "kind": o.call.With["kind"], "unknown": "warn"}}, s, o.it)
			if err != nil {
				t.Fatal(err)
			}
			return f
		}
		if f := held(); f.Level != casework.Warn || f.Code != licence.FoundNone {
			t.Errorf("before: %+v", f)
		}
		if got, err := o.act(ctx, "cancel", number, map[string]string{"unknown": "pass"}, mine); err != nil || got != number {
			t.Errorf("nothing to end: %q %v", got, err)
		}
		if got, err := o.act(ctx, "change", number, adopt, mine); err != nil || got != number {
			t.Fatalf("%q %v", got, err)
		}
		l := o.found(t, number)
		if name, _ := o.values[o.it.Flow.Title].(string); l.Version != 1 || l.USCC != number || l.Unit != "新的"+name || l.Status != licence.Valid {
			t.Errorf("%+v", l.Public)
		}
		if f := held(); f.Level != casework.Fine {
			t.Errorf("after: %+v", f)
		}
		// From now on it is like any other.
		if _, err := o.act(ctx, "change", number, adopt, mine); err != nil || o.found(t, number).Version != 2 {
			t.Errorf("changed again: %v", err)
		}
		if _, err := o.act(ctx, "cancel", number, map[string]string{"unknown": "pass"}, mine); err != nil || o.found(t, number).Status != licence.Cancelled {
			t.Errorf("ended: %v", err)
		}
	})
}
