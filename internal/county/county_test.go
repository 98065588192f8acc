package county_test

import (
	"strings"
	"testing"
	"time"

	example "wangban/county"
	"wangban/internal/county"
	"wangban/internal/item"
	"wangban/internal/workday"
)

//
func TestShippedExample(t *testing.T) {
	c, err := county.Read(example.Shucheng)
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"办公室", "行政审批股", "企业监管室", "食品安全监管室", "特种设备安全监察股", "监察室", "财务室", "消保委秘书处", "检验所", "城关市场监管所"} {
		if _, ok := c.UnitNamed(name); !ok {
			t.Errorf("no unit %s", name)
		}
	}
	a, _ := c.UnitNamed("企业监管股")
	b, _ := c.UnitNamed("企业监管室")
	if a == "" || a != b {
		t.Errorf("an alias leads to %q, the name to %q", a, b)
	}
	if len(c.Towns) != 22 {
		t.Errorf("%d townships, want 15 towns, 6 townships and a zone", len(c.Towns))
	}
	h := c.House("https://x", workday.Default())
	for code, town := range h.Towns {
		if _, ok := c.Units[town.Unit]; !ok {
			t.Errorf("%s (%s) belongs to %q, which is no unit", town.Name, code, town.Unit)
		}
	}
	friday := time.Date(2020, 9, 25, 10, 0, 0, 0, workday.Shanghai)
	if due, err := h.Count(friday, item.Limit{N: 1, Unit: item.Workdays}, nil); err != nil || due.At.Format("2006-01-02 15:04") != "2020-09-27 17:30" {
		t.Errorf("one workday from a Friday before a make-up Sunday: %v, %v", due.At, err)
	}
}

func TestMistakesAreNamed(t *testing.T) {
	source := string(example.Shucheng)
	for _, m := range []struct{ from, to, want string }{
		{`region: "341523"`, `region: "34152"`, "region"},
		{"county_unit: approval", "county_unit: nobody", "county_unit"},
		{"kind: 秘书处", "kind: 处", "units.consumer"},
		{"unit: hangbu}", "unit: hangpu}", "towns.341523106"},
		{"hotline:", "hotlin:", "hotlin"},
		{"reviewer: {zh: 审核", "reviewer: {zh: \"\"", "roles.reviewer"},
		{"sms: leader", "sms: boss", "notices.sms"},
		{"kind: 秘书处", "kind: 秘书处, sms: boss", "units.consumer: sms"},
		{"apart_minutes: 30", "apart_minutes: -1", "notices.apart_minutes"},
		{"per_day: 20", "per_day: 51", "notices.per_day"},
		{"check_workdays: 1", "check_workdays: 0", "ratings.check_workdays"},
		{"rectify_workdays: 15", "rectify_workdays: 61", "ratings.rectify_workdays"},
		{"fewest: 5", "fewest: 2", "ratings.fewest"},
		{"remind_days: 7", "remind_days: 61", "ratings.remind_days"},
		{"ask: true", "ask: perhaps", "ask"},
		{"idle: 90, demo", "idle: 5, demo", "kiosks.hall"},
		{"token_sha256: ", "token_sha256: x", "kiosks.hall"},
		{`"14:30-17:30"`, `"14:30-half past five"`, "office"},
	} {
		broken := strings.Replace(source, m.from, m.to, 1)
		if broken == source {
			t.Fatalf("nothing to break at %s", m.from)
		}
		if _, err := county.Read([]byte(broken)); err == nil || !strings.Contains(err.Error(), m.want) {
			t.Errorf("%s: %v", m.to, err)
		}
	}
}

// What a description leaves out is as it usually is; nought and no are answers.
func TestSettingsLeftOut(t *testing.T) {
	before, rest, _ := strings.Cut(string(example.Shucheng), "notices:\n")
	_, after, _ := strings.Cut(rest, "# Kiosks")
	c, err := county.Read([]byte(before + "# Kiosks" + after))
	if err != nil {
		t.Fatal(err)
	}
	if n, r := c.Notices, c.Ratings; c.TellBySMS("food") != "leader" || *n.Apart != 30 || *n.PerDay != 20 || *r.Check != 1 || *r.Rectify != 15 || *r.Fewest != 5 || !*r.Ask || *r.Remind != 7 {
		t.Errorf("%+v %+v", n, r)
	}
	c, err = county.Read([]byte(strings.NewReplacer("apart_minutes: 30", "apart_minutes: 0", "ask: true", "ask: false", "remind_days: 7", "remind_days: 0", "sms: leader", "sms: nobody",
		"en: Food Safety Section,", "en: Food Safety Section, sms: everybody,").Replace(string(example.Shucheng))))
	if err != nil || *c.Notices.Apart != 0 || *c.Ratings.Ask || *c.Ratings.Remind != 0 || c.TellBySMS("food") != "everybody" || c.TellBySMS("hangbu") != "nobody" {
		t.Errorf("%v, %+v %+v", err, c.Notices, c.Ratings)
	}
}

func TestLeadersReachWhatIsUnderThem(t *testing.T) {
	source := strings.NewReplacer("under: bureau, en: Food Safety Section,", "under: enterprise, en: Food Safety Section,", "under: bureau, en: Hangbu Station", "under: food, en: Hangbu Station").
		Replace(string(example.Shucheng))
	c, err := county.Read([]byte(source))
	if err != nil {
		t.Fatal(err)
	}
	for _, of := range []struct{ units, roles, want string }{
		{"enterprise", "leader", "enterprise food hangbu"},
		{"food", "reviewer leader", "food hangbu"},
		{"hangbu", "leader", "hangbu"},
		{"enterprise", "reviewer", "enterprise"},
		{"*", "leader", "*"},
		{"", "leader", ""},
	} {
		if got := c.Reach(strings.Fields(of.units), strings.Fields(of.roles)); strings.Join(got, " ") != of.want {
			t.Errorf("%s as %s: %v, want %s", of.units, of.roles, got, of.want)
		}
	}
	for _, wrong := range []string{"under: nobody", "under: food"} {
		broken := strings.Replace(string(example.Shucheng), "under: bureau, en: Food Safety Section,", wrong+", en: Food Safety Section,", 1)
		if _, err := county.Read([]byte(broken)); err == nil || !strings.Contains(err.Error(), "units.food") {
			t.Errorf("%s: %v", wrong, err)
		}
	}
}

// In the example every unit stands under the heads, who see them all.
func TestExampleUnitsStandUnderTheHeads(t *testing.T) {
	c, err := county.Read(example.Shucheng)
	if err != nil {
		t.Fatal(err)
	}
	if got := c.Reach([]string{"bureau"}, []string{county.Leader}); len(got) != len(c.Units) {
		t.Errorf("the heads see %d units of %d", len(got), len(c.Units))
	}
}

// A device is known by its token; that of the example counts in the demo only.
//
func TestKiosk(t *testing.T) {
	c, err := county.Read(example.Shucheng)
	if err != nil {
		t.Fatal(err)
	}
	if k, ok := c.Kiosk("wangban-demo-kiosk", true); !ok || k.Idle != 90 || k.Name.ZH == "" {
		t.Errorf("%+v %t", k, ok)
	}
	for _, token := range []string{"wangban-demo-kiosk", "", "guess"} {
		if _, ok := c.Kiosk(token, false); ok {
			t.Errorf("%q is a device outside the demo", token)
		}
	}
	if _, ok := c.Kiosk("", true); ok {
		t.Error("nothing is a token")
	}
}

func FuzzRead(f *testing.F) {
	f.Add(string(example.Shucheng))
	f.Add("name: {zh: 1}")
	f.Fuzz(func(_ *testing.T, s string) { _, _ = county.Read([]byte(s)) })
}
