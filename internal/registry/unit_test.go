package registry_test

import (
	"cmp"
	"strings"
	"testing"

	"wangban/internal/casework"
	"wangban/internal/cn"
	"wangban/internal/db"
	"wangban/internal/db/dbtest"
	"wangban/internal/form"
	"wangban/internal/item"
	"wangban/internal/registry"
	"wangban/items"
)

// asked is an item with a unit and its representative, as the shipped items
// have them.
var asked = &item.Item{
	Form: form.Form{Pages: []form.Page{{Name: "p", Fields: []form.Field{
		{ID: "u.kind", Label: "单位类型", Type: form.TypeUnitKind}, {ID: "u.code", Label: "代码", Type: form.TypeUSCC, Kind: "u.kind"}, {ID: "u.name", Label: "名称", Type: form.TypeUnitName},
		{ID: "boss", Label: "法定代表人", Type: form.TypePersonName}, {ID: "boss_no", Label: "证件号码", Type: form.TypeIDNumber},
	}}}},
	Flow: item.Flow{Subject: "u.code", Title: "u.name", Rep: "boss", Parties: []item.Party{{Name: "boss", PersonName: "boss", IDNumber: "boss_no"}}},
}

// What the entity base says to what is typed.
// covers: R-077, C-17, C-18, C-19, C-20, C-24
func TestUnitIsHeldAgainstTheBase(t *testing.T) {
	const head = "统一社会信用代码,名称,法定代表人,登记状态,证件号码,主体类型\n"
	const tea, number = "舒城县龙舒茶业（集团）有限公司", "342425197803120008"
	tests := []struct {
		name, known              string // row of the base without code
		given, boss, no          string
		level                    casework.Level
		code                     string
		sameName, sameBoss, none bool
		kind                     string
		otherKind                bool
	}{
		{name: "agrees", known: tea + ",龚䶮,存续," + number, given: tea, boss: "龚䶮", no: number, level: casework.Fine, code: registry.FoundSame, sameName: true, sameBoss: true},
		{name: "width, brackets and spaces are no difference", known: tea + ",龚䶮,存续,", given: "舒城县龙舒茶业 (集团)有限公司", boss: "龚 䶮", level: casework.Fine, code: registry.FoundSame, sameName: true, sameBoss: true},
		{name: "another name", known: tea + ",龚䶮,存续,", given: "舒城县龙舒茶叶有限公司", boss: "龚䶮", level: casework.Warn, code: registry.FoundName, sameBoss: true},
		{name: "another representative", known: tea + ",王五,存续,", given: tea, boss: "龚䶮", level: casework.Warn, code: registry.FoundRep, sameName: true},
		{name: "nothing agrees", known: tea + ",王五,存续,", given: "舒城县龙舒茶叶有限公司", boss: "龚䶮", level: casework.Warn, code: registry.FoundRep},
		{name: "a character the base cannot write", known: tea + ",龚?,存续,", given: tea, boss: "龚䶮", level: casework.Warn, code: registry.FoundRepUnclear, sameName: true},
		{name: "another document", known: tea + ",龚䶮,存续," + number, given: tea, boss: "龚䶮", no: "342425197803120016", level: casework.Warn, code: registry.FoundRepID, sameName: true, sameBoss: true},
		{name: "deregistered", known: tea + ",龚䶮,注销,", given: tea, boss: "龚䶮", level: casework.Refuse, code: registry.FoundCancelled, sameName: true, sameBoss: true},
		{name: "revoked", known: tea + ",龚䶮,吊销未注销,", given: tea, boss: "龚䶮", level: casework.Refuse, code: registry.FoundRevoked, sameName: true, sameBoss: true},
		{name: "moved away", known: tea + ",龚䶮,迁出,", given: tea, boss: "龚䶮", level: casework.Warn, code: registry.FoundStatus, sameName: true, sameBoss: true},
		{name: "another kind", known: tea + ",龚䶮,存续,,农民专业合作社", given: tea, boss: "龚䶮", level: casework.Warn, code: registry.FoundKind, sameName: true, sameBoss: true, otherKind: true},
		{name: "a kind that the base tells by the code only", known: tea + ",龚䶮,存续,,", given: tea, boss: "龚䶮", kind: "partnership", level: casework.Fine, code: registry.FoundSame, sameName: true, sameBoss: true},
		{name: "dormant", known: tea + ",龚䶮,歇业,", given: tea, boss: "龚䶮", level: casework.Fine, code: registry.FoundSame, sameName: true, sameBoss: true},
		{name: "not in the base", given: tea, boss: "龚䶮", level: casework.Warn, code: registry.FoundNone, none: true},
	}
	dbtest.Rehearsed(t, rooms, func(t *testing.T, d *db.DB) {
		r := open(t, d)
		for i, c := range tests {
			t.Run(c.name, func(t *testing.T) {
				uscc := code(cn.Enterprise, 100+i)
				if !c.none {
					load(t, r, "base.csv", head+uscc+","+c.known+"\n")
				}
				s := casework.State{Values: form.Values{"u.code": uscc, "u.name": c.given, "boss": c.boss, "boss_no": c.no, "u.kind": cmp.Or(c.kind, "enterprise")}}
				f, err := r.Check(t.Context(), d.Read(), casework.Call{}, s, asked)
				if err != nil || f.Level != c.level || f.Code != c.code || f.Text == "" {
					t.Fatalf("%+v %v", f, err)
				}
				if c.none {
					return
				}
				if n := len(f.Compare); n != 5 || f.Compare[3].Same == c.otherKind || f.Compare[4].Label != "登记状态" || !strings.Contains(c.known, f.Compare[4].Known) || !f.Compare[0].Same || f.Compare[1].Same != c.sameName || f.Compare[2].Same != c.sameBoss {
					t.Errorf("%+v", f.Compare)
				}
			})
		}
	})
}

// A revoked unit can still be deregistered, where the item says so.
// covers: C-17
func TestRevokedUnitsCanBeDeregistered(t *testing.T) {
	dbtest.Rehearsed(t, rooms, func(t *testing.T, d *db.DB) {
		r, uscc := open(t, d), code(cn.SoleTrader, 1)
		load(t, r, "base.csv", "统一社会信用代码,名称,法定代表人,登记状态\n"+uscc+",老街面馆,汤㛃,吊销\n")
		s := casework.State{Values: form.Values{"u.code": uscc, "u.name": "老街面馆", "boss": "汤㛃"}}
		for setting, level := range map[string]casework.Level{"": casework.Refuse, "warn": casework.Warn} {
			f, err := r.Check(t.Context(), d.Read(), casework.Call{With: map[string]string{"revoked": setting}}, s, asked)
			if err != nil || f.Level != level || f.Code != registry.FoundRevoked {
				t.Errorf("%q: %+v %v", setting, f, err)
			}
		}
	})
}

// Every item that asks for the comparison says what there is to compare; not
// every one asks who represents the unit.
func TestItemsSayWhatIsCompared(t *testing.T) {
	lib, err := item.NewLibrary(items.Files, "")
	if err != nil {
		t.Fatal(err)
	}
	for _, it := range lib.All() {
		for _, stage := range it.Flow.Stages {
			for _, act := range stage.Acts {
				for _, check := range act.Checks {
					if check == registry.CheckUnit && (it.Flow.Subject == "" || it.Flow.Title == "") {
						t.Errorf("%s: %s asks for %s, but its flow names no subject or title", it.Name, act.Name, check)
					}
				}
			}
		}
	}
}
