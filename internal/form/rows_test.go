package form

import (
	"encoding/json"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

var lifts = &Catalogue{Name: "equipment", Columns: []string{"cert_prefix"}, Entries: []Entry{
	{Code: "3000", Name: "电梯", Heading: true, Columns: map[string]string{"cert_prefix": "梯"}},
	{Code: "3100", Name: "曳引电梯", Parent: "3000", Heading: true},
	{Code: "3110", Name: "曳引驱动乘客电梯", Parent: "3100", English: "Passenger lift", Aliases: []string{"客梯"}, Columns: map[string]string{"cert_prefix": "梯11"}},
	{Code: "3120", Name: "曳引驱动载货电梯", Parent: "3100"},
	{Code: "5000", Name: "场车", Heading: true},
	{Code: "5110", Name: "叉车", Parent: "5000"},
}}

var (
	members = Field{ID: "members", Type: TypeRows, Label: "家庭成员", RowLabel: "家庭成员", Max: 3, RowTitle: "person", Fields: []Field{
		{ID: "person", Type: TypePersonName, Label: "姓名"},
		{ID: "kind", Type: TypeChoice, Label: "关系", Options: []Option{{Value: "wife", Label: "配偶"}, {Value: "child", Label: "子女"}}},
		{ID: "age", Type: TypeNumber, Label: "年龄", When: MustCond(`kind == "child" && composition == "family"`)},
		{ID: "id_no", Type: TypeIDNumber, Label: "证件号码", Optional: true},
		{ID: "mobile", Type: TypeMobile, Label: "手机号", Optional: true},
	}}
	equipment = Field{ID: "equipment", Type: TypeRows, Label: "设备", RowLabel: "设备", Optional: true, Fields: []Field{
		{ID: "variety", Type: TypeCatalogue, Label: "品种", Catalogue: lifts},
		{ID: "device", Type: TypeEquipmentCode, Label: "设备代码", Kind: "variety"},
		{ID: "speed", Type: TypeDecimal, Label: "速度", Least: "0.1", When: MustCond(`catalogue.variety.root == "3000"`)},
	}}
	listing = Form{Pages: []Page{{Name: "a", Fields: []Field{
		{ID: "composition", Type: TypeChoice, Label: "组成形式", Options: []Option{{Value: "family"}, {Value: "person"}}},
		members, equipment,
		{ID: "why", Type: TypeText, Label: "说明", When: MustCond(`len(members) > 1 && any(members, .kind == "child")`)},
		{ID: "lifts", Type: TypeText, Label: "电梯说明", Optional: true, When: MustCond(`any(equipment, .catalogue.variety.root == "3000")`)},
		{ID: "scope", Type: TypeCatalogue, Label: "经营范围", Catalogue: lifts, Many: 2, Optional: true},
		{ID: "forks", Type: TypeText, Label: "叉车说明", Optional: true, When: MustCond(`any(catalogue.scope, .root_name == "场车")`)},
	}}}}
	september = Context{Now: time.Date(2026, 9, 4, 1, 0, 0, 0, time.UTC)}
)

func said(problems []Problem) (out []string) {
	for _, p := range problems {
		out = append(out, p.Say(nil))
	}
	return out
}

// Every row is checked by itself; a problem names the row and the sub-field.
func TestRowsAreChecked(t *testing.T) {
	child := Row{"person": "李四", "kind": "child", "age": "12"}
	for _, c := range []struct {
		name string
		v    Values
		want []string
	}{
		{"none", Values{"composition": "family"}, []string{"还没有添加“家庭成员”。至少添加 1 条。"}},
		{"right", Values{"composition": "family", "members": []Row{{"person": "张三", "kind": "wife"}}}, nil},
		{"sub-field of an outer condition", Values{"composition": "family", "members": []Row{{"person": "张三", "kind": "child"}}}, []string{"第 1 条：还没有填“年龄”。"}},
		{"not asked", Values{"composition": "person", "members": []Row{{"person": "张三", "kind": "child"}}}, nil},
		{"two problems", Values{"composition": "family", "members": []Row{{"person": "张三", "kind": "wife"}, {"kind": "uncle", "mobile": "123"}}},
			[]string{"第 2 条：还没有填“姓名”。", "第 2 条：“关系”里没有这一项。从列表里重新选。", "第 2 条：手机号应为 11 位，现在是 3 位。核对后改正。"}},
		{"counted and looked through", Values{"composition": "family", "members": []Row{child, {"person": "张三", "kind": "wife"}}}, []string{"还没有填“说明”。"}},
		{"too many", Values{"composition": "person", "members": []Row{child, child, child, child}}, []string{"“家庭成员”最多 3 条，现在是 4 条。删去多余的。", "还没有填“说明”。"}},
		{"something else", Values{"composition": "family", "members": "张三"}, []string{"“家庭成员”的内容读不懂。重新填写。"}},
	} {
		if diff := cmp.Diff(c.want, said(Validate(listing, c.v, september))); diff != "" {
			t.Errorf("%s: %s", c.name, diff)
		}
	}
	p := Validate(listing, Values{"composition": "family", "members": []Row{{"kind": "wife"}}}, september)[0]
	if p.Field != "members" || p.Row != 1 || p.Sub != "person" {
		t.Errorf("%+v", p)
	}
}

// What is chosen brings its columns along, from above where it has none.
func TestColumnsOfTheChosen(t *testing.T) {
	v := Values{"composition": "person", "members": []Row{{"person": "张三", "kind": "wife"}}, "scope": []string{"5110"},
		"equipment": []Row{{"variety": "3120", "device": "312010890201500098"}, {"variety": "5110", "device": "511010890201500098", "speed": "3"}}}
	env := listing.Env(v)
	for source, want := range map[string]string{
		`equipment[0].catalogue.variety.path`:        "电梯 / 曳引电梯 / 曳引驱动载货电梯",
		`equipment[0].catalogue.variety.cert_prefix`: "梯",
		`catalogue.scope[0].root_name`:               "场车",
		`len(equipment)`:                             "2",
		`string(equipment[1].speed == nil)`:          "true",
	} {
		if got, err := MustCond(source).Text(env); got != want || err != nil {
			t.Errorf("%s: %q, want %q, %v", source, got, want, err)
		}
	}
	shown := listing.Shown(v)[0].Fields
	for _, id := range []string{"lifts", "forks"} {
		if !slices.ContainsFunc(shown, func(f Field) bool { return f.ID == id }) {
			t.Errorf("%s is not asked", id)
		}
	}
	if diff := cmp.Diff([]string{"第 1 条：还没有填“速度”。"}, said(Validate(listing, v, september))); diff != "" {
		t.Error(diff)
	}
	asked := RowsOf(listing.Asked(v)["equipment"])
	if _, still := asked[1]["speed"]; still || len(asked) != 2 {
		t.Errorf("a forklift has no speed: %v", asked)
	}
	v["equipment"] = []Row{{"variety": "3000", "device": "312010890201500098", "speed": "1"}}
	if diff := cmp.Diff([]string{"第 1 条：“电梯”下面还分几种，要选到具体的一种。"}, said(Validate(listing, v, september))); diff != "" {
		t.Error(diff)
	}
}

// An odd value is asked about, and its being right is kept with its row.
func TestOddValuesInRows(t *testing.T) {
	v := Values{"composition": "person"}
	posted := url.Values{"variety": {"5110"}, "device": {"3120-1089 0201500098"}}
	row, problems := ReadRow(listing, equipment, posted, september, v, nil)
	if len(problems) != 1 || !problems[0].Warn || problems[0].Value != "312010890201500098" || row["variety"] != "5110" {
		t.Fatalf("%v %+v", row, problems)
	}
	posted.Set("device.confirm", problems[0].Value)
	row, problems = ReadRow(listing, equipment, posted, september, v, nil)
	if len(problems) != 0 || row["device.confirm"] != "312010890201500098" {
		t.Fatalf("%v %+v", row, problems)
	}
	v["equipment"] = []Row{row}
	if p := RowsProblems(listing, equipment, v, september); len(p) > 0 {
		t.Error(said(p))
	}
	posted.Set("device", "312010890201500099")
	posted.Del("device.confirm")
	if _, problems = ReadRow(listing, equipment, posted, september, v, row); len(problems) != 1 {
		t.Errorf("another odd value passes: %v", problems)
	}
	posted.Set("device", "511010890201500099")
	if row, problems = ReadRow(listing, equipment, posted, september, v, row); len(problems) != 0 || row["device.confirm"] != nil {
		t.Errorf("%v %v", row, said(problems))
	}
}

// Numbers of persons are covered in rows as anywhere.
func TestRowsAreMasked(t *testing.T) {
	rows := []Row{{"person": "张三丰", "kind": "wife", "id_no": "11010519491231002X", "mobile": "13800138000"}}
	plain, covered := Show(members, rows, september, false, nil), Show(members, rows, september, true, nil)
	if plain != "姓名：张三丰、关系：配偶、证件号码：11010519491231002X、手机号：13800138000" {
		t.Error(plain)
	}
	for _, secret := range []string{"张三丰", "194912", "13800138000"} {
		if strings.Contains(covered, secret) {
			t.Errorf("%s shows %s", covered, secret)
		}
	}
	if members.Title(rows[0], september, false, nil) != "张三丰" {
		t.Error("a row is called by its title")
	}
}

// Rows are what they were after JSON, whatever is in them, and are compared by
// what they mean.
func TestRowsSurviveJSON(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		rows := rapid.SliceOfN(rapid.Custom(func(t *rapid.T) Row {
			row := Row{"person": rapid.String().Draw(t, "person"), "ok": rapid.Bool().Draw(t, "ok")}
			if rapid.Bool().Draw(t, "several") {
				row["kinds"] = rapid.SliceOfN(rapid.StringN(1, 5, -1), 1, 3).Draw(t, "kinds")
			}
			return row
		}), 1, 5).Draw(t, "rows")
		b, err := json.Marshal(Values{"members": rows})
		if err != nil {
			t.Fatal(err)
		}
		var back Values
		if err := json.Unmarshal(b, &back); err != nil {
			t.Fatal(err)
		}
		again, err := json.Marshal(back)
		if err != nil || string(again) != string(b) || len(RowsOf(back["members"])) != len(rows) {
			t.Fatalf("%s became %s, %v", b, again, err)
		}
	})
	var files Values
	if err := json.Unmarshal([]byte(`{"f": [{"hash": "ab", "name": "a.jpg", "type": "image/jpeg", "size": 1}], "r": [{}]}`), &files); err != nil {
		t.Fatal(err)
	}
	if _, ok := files["f"].([]File); !ok || len(RowsOf(files["r"])) != 1 {
		t.Errorf("%#v", files)
	}
	same := func(a, b []Row) bool { return Normal(members, a) == Normal(members, b) }
	if !same([]Row{{"person": "张三", "mobile": "13800138000"}}, []Row{{"person": "张三", "mobile": "１３８００１３８０００", "age": nil}}) ||
		same([]Row{{"person": "张三"}}, []Row{{"person": "李四"}}) || same([]Row{{"person": "张三"}}, []Row{{"person": "张三"}, {}}) {
		t.Error("rows are compared by what they mean")
	}
}

// A condition that asks rows for what they do not have is told before anybody
// meets it.
func TestKindsOfRows(t *testing.T) {
	kinds := listing.Kinds()
	for source, fine := range map[string]bool{
		`len(members) > 1`:                                   true,
		`any(members, .kind == "child")`:                     true,
		`all(members, .age > 3)`:                             true,
		`any(members, {.person == "张三"})`:                    true,
		`any(equipment, .catalogue.variety.root == "3000")`:  true,
		`any(catalogue.scope, .cert_prefix == "梯")`:          true,
		`any(members, .cousin == "child")`:                   false,
		`any(members, .age == "3")`:                          false,
		`any(equipment, .catalogue.variety.colour == "red")`: false,
		`any(catalogue.scope, .colour == "red")`:             false,
		`members == "child"`:                                 false,
	} {
		if err := MustCond(source).TypeError(kinds, Truth); (err == nil) != fine {
			t.Errorf("%s: %v", source, err)
		}
	}
}

func TestCatalogueSearch(t *testing.T) {
	for query, want := range map[string]string{
		"dt": "3110 3120", "电梯 载货": "3120", "kt": "3110", "31": "3110 3120", "PASSENGER": "3110", "cc": "5110", "ｃｃ": "5110", "3000": "", "飞机": "", " ": "",
	} {
		found, all := lifts.Search(query, 10)
		var codes []string
		for _, e := range found {
			codes = append(codes, e.Code)
		}
		if got := strings.Join(codes, " "); got != want || all != len(found) {
			t.Errorf("%q finds %q of %d, want %q", query, got, all, want)
		}
	}
	if found, all := lifts.Search("3", 1); len(found) != 1 || all != 2 {
		t.Errorf("%v of %d", found, all)
	}
	if e, ok := lifts.Named("客梯"); !ok || e.Code != "3110" {
		t.Error("an alias is a name")
	}
}

func TestManyFromACatalogue(t *testing.T) {
	scope, _ := listing.Field("scope")
	for name, c := range map[string]struct {
		v    any
		want string
	}{
		"right":      {[]string{"5110", "3110"}, ""},
		"too many":   {[]string{"5110", "3110", "3120"}, "“经营范围”最多选 2 项，现在是 3 项。去掉多余的。"},
		"unknown":    {[]string{"9999"}, "“经营范围”的目录里没有“9999”。搜索后重新选。"},
		"one string": {"5110", "“经营范围”的内容读不懂。重新填写。"},
	} {
		problems := newChecker(listing, Values{}, september).all(scope, c.v)
		if got := strings.Join(said(problems), ""); got != c.want {
			t.Errorf("%s: %q", name, got)
		}
	}
	got := chosenEntries(scope, url.Values{"scope": {"5110", "", "3110", "5110"}})
	if diff := cmp.Diff([]string{"5110", "3110"}, got); diff != "" {
		t.Errorf("the order of choosing stays: %s", diff)
	}
}

// A page draws what a choice on it may bring up, also by a column of the
// choice.
func TestDrawnByAColumn(t *testing.T) {
	f := listing.RowForm(equipment, Values{})
	for variety, hidden := range map[string]bool{"": true, "5110": true, "3110": false} {
		drawn := f.Draw("equipment", Values{"variety": variety})
		last := drawn[len(drawn)-1]
		if last.ID != "speed" || last.Hidden != hidden || !slices.Equal(last.Depends, []string{"variety"}) {
			t.Errorf("%q draws %s, hidden %v, because of %v", variety, last.ID, last.Hidden, last.Depends)
		}
	}
}

// Records that must differ in a sub-field do; one chooses below what was
// answered before the list, and what no record is asked is not in it.
func TestListsDependOnWhatIsAround(t *testing.T) {
	list := Field{ID: "pieces", Type: TypeRows, Label: "设备", RowLabel: "设备", Unique: "device", Fields: []Field{
		{ID: "variety", Type: TypeCatalogue, Label: "品种", Catalogue: lifts, Under: "kind"},
		{ID: "device", Type: TypeText, Label: "编号", Optional: true},
		{ID: "speed", Type: TypeText, Label: "速度", When: MustCond(`kind == "3000"`)},
		{ID: "why", Type: TypeText, Label: "说明", When: MustCond(`device == "x"`)},
		{ID: "path", Type: TypeText, Label: "备注", Optional: true, When: MustCond(`catalogue.variety.root == "5000"`)},
	}}
	f := Form{Pages: []Page{{Name: "a", Fields: []Field{
		{ID: "kind", Type: TypeChoice, Label: "种类", Options: []Option{{Value: "3000"}, {Value: "5000"}}}, list,
	}}}}
	for _, c := range []struct {
		kind string
		rows []Row
		want []string
	}{
		{"3000", []Row{{"variety": "3110", "speed": "1", "device": "a"}, {"variety": "3120", "speed": "1", "device": "b"}}, nil},
		{"3000", []Row{{"variety": "3110", "speed": "1", "device": "a"}, {"variety": "3110", "speed": "1", "device": "A "}, {"variety": "3110", "speed": "1", "device": "a"}},
			[]string{"第 3 条：“编号”和第 1 条的一样。核对后改正，或者删去重复的一条。"}},
		{"3000", []Row{{"variety": "3110", "speed": "1"}, {"variety": "3110", "speed": "1"}}, nil}, // without a number nothing is alike
		{"3000", []Row{{"variety": "5110", "speed": "1"}}, []string{"第 1 条：“品种”的目录里没有“5110”。搜索后重新选。"}},
		{"5000", []Row{{"variety": "5110"}}, nil},
	} {
		if diff := cmp.Diff(c.want, said(Validate(f, Values{"kind": c.kind, "pieces": c.rows}, september))); diff != "" {
			t.Errorf("%s %v: %s", c.kind, c.rows, diff)
		}
	}
	for kind, want := range map[string][]string{"3000": {"variety", "device", "speed", "why", "path"}, "5000": {"variety", "device", "why", "path"}} {
		var ids []string
		narrow := f.Narrowed(list, Values{"kind": kind})
		for _, sub := range narrow.Fields {
			ids = append(ids, sub.ID)
		}
		if diff := cmp.Diff(want, ids); diff != "" {
			t.Error(kind, diff)
		}
		if _, other := narrow.Fields[0].Catalogue.Entry(map[string]string{"3000": "5110", "5000": "3110"}[kind]); other {
			t.Errorf("%s: the other kind can be chosen", kind)
		}
	}
	part := lifts.Part("3100")
	if e, _ := part.Entry("3000"); !e.Heading || len(part.Below("")) != 1 || part.Record("3110")["root_name"] != "电梯" || part != lifts.Part("3100") {
		t.Errorf("the part is %+v", part.Entries)
	}
	if lifts.Part("nothing") != lifts {
		t.Error("a code that is not there leaves a part")
	}
}
