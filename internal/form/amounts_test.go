package form

import (
	"math/big"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

func problemOf(f Field, v any, others Values) string {
	form := Form{Pages: []Page{{Name: "a", Fields: []Field{{ID: "before", Type: f.Type, Label: "原来的", Optional: true}, {ID: "kind", Type: TypeCatalogue, Catalogue: lifts, Optional: true}, f}}}}
	values := Values{f.ID: v}
	for id, o := range others {
		values[id] = o
	}
	c := newChecker(form, values, september)
	p, _ := c.field(f, v)
	return p.Say(nil)
}

func TestNewTypes(t *testing.T) {
	money := Field{ID: "a", Type: TypeMoney, Label: "出资额", Unit: "万元", Places: 6, Least: "0.000001", Most: "100000"}
	plain := func(t Type) Field { return Field{ID: "a", Type: t, Label: "甲"} }
	food := Field{ID: "a", Type: TypeLicenceNumber, Label: "编号", Scheme: SchemeFoodLicence}
	code := Field{ID: "a", Type: TypeEquipmentCode, Label: "代码", Kind: "kind"}
	for _, c := range []struct {
		f     Field
		typed string
		kept  any
		says  string
	}{
		{money, "１，０００．５０ ", "1000.5", ""},
		{money, "0.000001", "0.000001", ""},
		{money, "0.0000001", "0.0000001", "“出资额”最多 6 位小数，现在是 7 位。删去多余的。"},
		{money, "0", "0", "“出资额”不能小于 0.000001。"},
		{money, "100000.1", "100000.1", "“出资额”不能大于 100000。"},
		{money, "十万", "十万", "“出资额”要填数字，例如 12.5。"},
		{money, "1e5", "1e5", "“出资额”要填数字，例如 12.5。"},
		{Field{ID: "a", Type: TypeMoney, Label: "钱"}, "-1", "-1", "“钱”不能小于 0。"},
		{plain(TypeDecimal), "-0.50", "-0.5", ""},
		{plain(TypeDecimal), "-0", "0", ""},
		{plain(TypeEmail), " Wang＠Example.com", "wang@example.com", ""},
		{plain(TypeEmail), "wang", "wang", "“甲”不像邮箱地址。写成 name@example.com 的样子。"},
		{plain(TypeLandline), "0564－8620000", "0564-8620000", ""},
		{plain(TypeLandline), "8620000", "8620000", "“甲”要写区号和号码，例如 0564-8620000。"},
		{plain(TypePostcode), "２３１３００", "231300", ""},
		{plain(TypePostcode), "2313", "2313", "“甲”是 6 位数字，例如 231300。"},
		{plain(TypeURL), "shop.example.com", "https://shop.example.com", ""},
		{plain(TypeURL), "我的店", "https://我的店", "“甲”不像网址。写成 https://example.com 的样子。"},
		{food, "jy 1341523 0000013", "JY13415230000013", ""},
		{food, "JY13415230000014", "JY13415230000014", "“编号”的校验位对不上，可能有写错的地方。对照证照逐位核对；确实没错的，勾选确认。"},
		{food, "JY1341523000001", "JY1341523000001", "“编号”应为 JY 加 14 位数字，一共 16 位，现在是 15 位。对照证照改正。"},
		{food, "YB13415230000013", "YB13415230000013", "“编号”应为 JY 加 14 位数字。对照证照改正。"},
		{plain(TypeLicenceNumber), "梯１１皖N00001（20）", "梯11皖N00001(20)", ""},
		{code, "3110-1089-0201-5000-98", "311010890201500098", ""},
		{code, "511010890201500098", "511010890201500098", "这个代码以 5110 开头，和所选的“曳引驱动乘客电梯”（3110）不一致。核对两处；确实没错的，勾选确认。"},
		{code, "31101234562014090001", "31101234562014090001", "这是 20 位的旧注册代码，不是设备代码。设备没有新代码的，勾选确认。"},
		{code, "3110", "3110", "“代码”应为 18 位，现在是 4 位。对照设备铭牌或合格证改正。"},
		{code, "31101089O201500098", "31101089O201500098", ""},
	} {
		kept := clean(c.f, c.typed)
		if kept != c.kept {
			t.Errorf("%s %q is kept as %q, want %q", c.f.Type, c.typed, kept, c.kept)
		}
		if got := problemOf(c.f, kept, Values{"kind": "3110"}); got != c.says {
			t.Errorf("%s %q: %q, want %q", c.f.Type, c.typed, got, c.says)
		}
	}
}

// What is to change must differ from what holds so far.
func TestWas(t *testing.T) {
	f := Field{ID: "a", Type: TypeMoney, Label: "新出资额", Was: "before", Places: 6}
	for typed, differs := range map[string]bool{"10": false, "10.0": false, "12": true} {
		if got := problemOf(f, typed, Values{"before": "10"}) == ""; got != differs {
			t.Errorf("%s instead of 10: %v", typed, got)
		}
	}
	if got := problemOf(f, "10", nil); got != "" {
		t.Errorf("nothing held before: %s", got)
	}
}

// The order of entries of a catalogue is what a licence prints, so another order
// is a change; and what is asked no more holds nothing up.
func TestWasOfScopesAndOfWhatIsAskedNoMore(t *testing.T) {
	scope := Field{ID: "a", Type: TypeCatalogue, Label: "经营范围", Was: "before", Catalogue: lifts, Many: 5}
	before := Field{ID: "before", Type: TypeCatalogue, Label: "原经营范围", Catalogue: lifts, Many: 5}
	ticked, err := ParseCond("tick == true")
	if err != nil {
		t.Fatal(err)
	}
	before.When = ticked
	f := Form{Pages: []Page{{Name: "a", Fields: []Field{{ID: "tick", Type: TypeYesNo, Label: "变更", Optional: true}, before, scope}}}}
	two := []string{"3110", "3120"}
	for _, c := range []struct {
		says   string
		tick   bool
		before any
		now    []string
		wrong  bool
	}{
		{"the same", true, two, two, true},
		{"another first", true, two, []string{"3120", "3110"}, false},
		{"one less", true, two, []string{"3110"}, false},
		{"not ticked any more", false, two, two, false},
		{"not told", true, nil, two, false},
	} {
		v := Values{"tick": c.tick, "a": c.now}
		if c.before != nil {
			v["before"] = c.before
		}
		said := false
		for _, p := range Validate(f, v, september) {
			said = said || p.Field == "a" && strings.Contains(p.Say(nil), "和原来登记的内容相同")
		}
		if said != c.wrong {
			t.Errorf("%s: refused %v", c.says, said)
		}
	}
}

// Typing an amount changes none of its value, and tidying it again nothing.
func TestAmountsAreTidied(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		typed := rapid.StringMatching(`-?[0-9]{1,12}(\.[0-9]{1,6})?`).Draw(t, "typed")
		kept := tidyDecimal(typed)
		a, _ := new(big.Rat).SetString(typed)
		b, ok := new(big.Rat).SetString(kept)
		if !ok || a.Cmp(b) != 0 || tidyDecimal(kept) != kept {
			t.Fatalf("%s became %s", typed, kept)
		}
	})
}
