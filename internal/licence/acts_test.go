package licence_test

import (
	"errors"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"wangban/internal/casework"
	"wangban/internal/db"
	"wangban/internal/db/dbtest"
	"wangban/internal/form"
	"wangban/internal/item"
	"wangban/internal/licence"
	"wangban/internal/registry"
	"wangban/items"
)

// roomsWords are this room's part of what items are held against.
var roomsWords = item.Options{
	Effects: map[string]item.EffectCheck{"licence.issue": licence.CheckIssue, "licence.change": licence.CheckChange, "licence.renew": licence.CheckRenew,
		"licence.replace": licence.CheckReplace, "licence.correct": licence.CheckCorrect, "licence.cancel": licence.CheckCancel, "licence.revoke": licence.CheckRevoke,
		"licence.suspend": licence.CheckSuspend, "licence.resume": licence.CheckResume},
	Checks:   map[string]item.EffectCheck{licence.NameHeld: licence.CheckHeld, registry.CheckUnit: item.NoSettings, "casework.same-applicant": item.NoSettings},
	Document: append(licence.Names(), "today"),
}

// variant writes an item like the one that issues, with another effect and a
// field for the number of a licence.
func variant(t *testing.T, folder, name, effect, check string) {
	t.Helper()
	const from = "food-filing"
	content, err := fs.Sub(items.Files, from)
	if err == nil {
		err = os.CopyFS(filepath.Join(folder, name), content)
	}
	if err != nil {
		t.Fatal(err)
	}
	rewrite := func(file, old, now string) {
		path := filepath.Join(folder, name, file)
		text, err := os.ReadFile(path)
		if err == nil && !strings.Contains(string(text), old) {
			t.Fatalf("%s: there is no %q", file, old)
		}
		if err == nil {
			err = os.WriteFile(path, []byte(strings.Replace(string(text), old, now, 1)), 0o600)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	rewrite("flow.yaml", "licence.issue: {kind: food-filing, number: food-filing, document: certificate, public: food.mode}", effect)
	if check == "" {
		return
	}
	rewrite("flow.yaml", "\nstart: draft", "\nchecks: {own: {licence.held: "+check+"}}\nstart: draft")
	rewrite("flow.yaml", "checks: [registry.unit, casework.same-applicant]", "checks: [registry.unit, casework.same-applicant, own]")
	rewrite("form.yaml", "      unit.rep:", "      held.number: {label: 证照编号, type: text}\n      unit.rep:")
	rewrite("en.yaml", "\n姓名: Name", "\n证照编号: Licence number\n姓名: Name")
	rewrite("item.yaml", "live:", "licence: {kind: filing, act: change, field: held.number}\nlive:")
}

// A licence from issue over change and renewal to its end, each an item's case
// through the one door.
func TestActsThroughTheDoor(t *testing.T) {
	folder := t.TempDir()
	held := func(more string) string { return "{licence: held.number, kind: filing" + more + "}" }
	variant(t, folder, "test-issue", "licence.issue: {kind: filing, number: food-filing, document: certificate, public: food.mode, valid: 5 years}", "")
	variant(t, folder, "test-change", "licence.change: {licence: held.number, kind: filing, document: certificate, public: food.mode}", held(""))
	variant(t, folder, "test-renew", "licence.renew: {licence: held.number, kind: filing, valid: 5 years, from: expiry}", held(", window: 90..15 days"))
	variant(t, folder, "test-cancel", "licence.cancel: {licence: held.number, kind: filing}", held(", expired: warn"))
	for _, name := range []string{"test-issue", "test-change", "test-renew", "test-cancel"} {
		it, problems := item.Read(os.DirFS(folder), name)
		if problems = append(problems, item.Check(it, roomsWords)...); item.Broken(problems) {
			t.Fatal(name, problems)
		}
	}
	lib := libraryWith(t, folder)
	dbtest.Rehearsed(t, append([]db.Migrations{casework.Migrations, registry.Migrations}, rooms...), func(t *testing.T, d *db.DB) {
		c := openCounterWith(t, openWith(t, d, lib))
		values := c.values
		// try goes the whole way of a case of an item; the answers are changed.
		try := func(name string, change form.Values) (string, error) {
			c.it, _ = lib.Get(name)
			c.values = maps.Clone(values)
			maps.Copy(c.values, change)
			c.now = c.at
			id := c.begin(name + c.at.Format("20060102"))
			for _, step := range []struct {
				act   string
				actor casework.Actor
			}{{"submit", applicant}, {"claim", reviewer}, {"accept", reviewer}} {
				data := casework.Data{}
				if step.act == "accept" {
					data = c.judged(id)
				}
				if err := c.do(id, step.act, step.actor, data); err != nil {
					return id, err
				}
			}
			return id, nil
		}
		id, err := try("test-issue", nil)
		c.must(err)
		s, _, err := c.door.Get(t.Context(), id)
		c.must(err)
		number := s.Results["licence"]
		if l := c.found(t, number); !l.Until.Equal(day(2031, 11, 20)) {
			t.Fatal(l.Until)
		}
		var refused *casework.Refusal
		if id, err := try("test-renew", form.Values{"held.number": number}); !errors.As(err, &refused) || refused.Finding.Code != licence.FoundEarly {
			t.Error("renewed years too early", err)
		} else {
			c.must(c.do(id, "discard", applicant, casework.Data{}))
		}
		c.at = c.at.Add(24 * time.Hour)
		_, err = try("test-change", form.Values{"held.number": strings.ToLower(number), "unit.name": "舒城县新店名便利店"})
		c.must(err)
		if l := c.found(t, number); l.Version != 2 || l.Unit != "舒城县新店名便利店" {
			t.Errorf("%+v", l)
		}
		c.at = day(2031, 9, 1)
		_, err = try("test-renew", form.Values{"held.number": number})
		c.must(err)
		if l := c.found(t, number); l.Version != 3 || !l.Until.Equal(day(2036, 11, 20)) {
			t.Errorf("%+v", l)
		}
		c.at = day(2037, 1, 1)
		if _, err = try("test-change", form.Values{"held.number": number}); !errors.As(err, &refused) || refused.Finding.Code != licence.FoundExpired {
			t.Error("an expired licence is changed", err)
		}
		_, err = try("test-cancel", form.Values{"held.number": number})
		c.must(err)
		l := c.found(t, number)
		var acts []licence.Act
		for _, step := range l.History {
			acts = append(acts, step.Act)
		}
		if l.Status != licence.Cancelled || !slices.Equal(acts, []licence.Act{licence.ActIssue, licence.ActChange, licence.ActRenew, licence.ActCancel}) {
			t.Errorf("%s %v", l.Status, acts)
		}
	})
}

// What an item tells the effects and the check is looked at while it is
// written.
func TestSettings(t *testing.T) {
	const change = "licence.change: {licence: held.number, kind: filing"
	const held = "{licence: held.number, kind: filing"
	for name, c := range map[string]struct{ effect, check, says string }{
		"nothing wrong":           {change + "}", held + "}", ""},
		"no licence":              {"licence.change: {kind: filing}", held + "}", "没有写 licence"},
		"a licence of the case":   {"licence.correct: {licence: results.licence, kind: filing, reason: site.address}", held + "}", ""},
		"no such field":           {"licence.cancel: {licence: held.nunber, kind: filing}", held + "}", "没有叫“held.nunber”的字段"},
		"a setting of another":    {"licence.cancel: {licence: held.number, kind: filing, valid: 5 years}", held + "}", "不认识“valid”"},
		"no term for a renewal":   {"licence.renew: {licence: held.number, kind: filing}", held + "}", "没有写 valid"},
		"a term that is nonsense": {"licence.renew: {licence: held.number, kind: filing, valid: 5 yeers}", held + "}", "条件永远算不出来"},
		"a term of a field":       {"licence.renew: {licence: held.number, kind: filing, valid: food.since}", held + "}", ""},
		"a term of no field":      {"licence.renew: {licence: held.number, kind: filing, valid: food.until}", held + "}", "food.until"},
		"from nowhere":            {change + ", valid: 1 year, from: issue}", held + "}", "不认识“issue”"},
		"a wide sequence":         {change + ", number: food-filing, sequence: 40}", held + "}", "顺序号的位数“40”不对"},
		"a series":                {change + ", number: food-filing, series: food.mode + yeer}", held + "}", "yeer"},
		"a type":                  {change + ", type: a1}", held + "}", "证照类型代码“a1”不对"},
		"each of no list":         {change + ", each: food.mode}", held + "}", "food.mode"},
		"each of nothing":         {"licence.cancel: {licence: held.number, kind: filing, each: pieces}", held + "}", "没有叫“pieces”的字段"},
		"a holder of nobody":      {change + ", holder: buyer}", held + "}", "buyer"},
		"a holder":                {change + ", holder: unit}", held + "}", ""},
		"suspended is unclear":    {change + "}", held + ", suspended: maybe}", "不认识“maybe”"},
		"a suspension that lasts": {"licence.suspend: {licence: held.number, kind: filing, valid: 5 years}", held + "}", "不认识“valid”"},
		"a window backwards":      {change + "}", held + ", window: 15..90 days}", "看不懂“15..90 days”"},
		"a window of weeks":       {change + "}", held + ", window: 9..2 weeks}", "看不懂"},
		"late is unclear":         {change + "}", held + ", late: maybe}", "不认识“maybe”"},
	} {
		t.Run(name, func(t *testing.T) {
			folder := t.TempDir()
			variant(t, folder, "x", c.effect, c.check)
			it, problems := item.Read(os.DirFS(folder), "x")
			problems = slices.DeleteFunc(append(problems, item.Check(it, roomsWords)...), func(p item.Problem) bool { return p.Severity != item.Error })
			var said strings.Builder
			for _, p := range problems {
				said.WriteString(p.String() + "\n")
			}
			if c.says == "" && len(problems) > 0 || !strings.Contains(said.String(), c.says) {
				t.Errorf("does not say %q:\n%s", c.says, said.String())
			}
		})
	}
}
