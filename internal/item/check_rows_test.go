package item_test

import (
	"io/fs"
	"os"
	"strings"
	"testing"
	"testing/fstest"

	"wangban/internal/item"
)

var recordsHouse = item.Options{Roles: []string{"reviewer"}, Proofs: []string{"sms"}, Effects: map[string]item.EffectCheck{}}

// records are the files of the item that has a field of every newer type.
func records(t testing.TB) fstest.MapFS {
	t.Helper()
	out := fstest.MapFS{}
	source := os.DirFS("testdata/items")
	err := fs.WalkDir(source, "records", func(p string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		b, err := fs.ReadFile(source, p)
		out[p] = &fstest.MapFile{Data: b}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// recordsProblems leaves out that the sample is not translated.
func recordsProblems(files fstest.MapFS) (out []string) {
	it, problems := item.Read(files, "records")
	for _, p := range append(problems, item.Check(it, recordsHouse)...) {
		if p.Text != "“%s”没有英文。" {
			out = append(out, p.String())
		}
	}
	return out
}

func TestRecordsAreRight(t *testing.T) {
	for _, p := range recordsProblems(records(t)) {
		t.Error(p)
	}
}

// What is wrong with lists of records, catalogues and amounts is told with the
// line on which it stands.
func TestRecordsSpoilt(t *testing.T) {
	for _, c := range []struct{ file, old, new, want string }{
		{"form.yaml", "inner: {", "Inner.no: {", "form.yaml:44: 字段名“Inner.no”不合规。"},
		{"form.yaml", "row_title: name", "row_title: name\n        unique: nmae", "没有叫“nmae”的字段"},
		{"form.yaml", "people:\n        label: 安全管理人员\n        type: rows", "people:\n        label: 安全管理人员\n        type: text\n        unique: person", "只有 type: rows 才能写"},
		{"form.yaml", "catalogue: equipment}", "catalogue: equipment, under: unit.kind}", "没有叫“unit.kind”的字段"},
		{"form.yaml", "catalogue: equipment}", "catalogue: equipment, under: unit.town}", "unit.town"},
		{"form.yaml", "inner: {label: 单位内编号, type: text,", "inner: {label: 单位内编号, type: text, under: variety,", "只有 type: catalogue 才能写 under。"},
		{"documents/table.yaml", "title:", "each: equipmant\ntitle:", "没有叫“equipmant”的字段"},
		{"form.yaml", "inner: {", "version: {", "form.yaml:44: “version”已经有别的意思。"},
		{"form.yaml", "inner: {", "contact: {", "“contact”和表单里别的名字一样。"},
		{"form.yaml", "inner: {label: 单位内编号, type: text,", "inner: {label: 单位内编号, type: file,", "写了 sheet: true 的，每一条里不能上传文件。"},
		{"form.yaml", "mobile: {label: 手机号, type: mobile}", "mobile: {label: 手机号, type: rows}", "每一条里不能有 rows 类型的字段。"},
		{"form.yaml", "mobile: {label: 手机号, type: mobile}", "mobile: {label: 手机号, type: mobile, verify: true}", "每一条里用不上 verify。"},
		{"form.yaml", "label: 单位内编号", "label: 产品名称", "“equipment”里有两个“产品名称”（name 和 inner）。"},
		{"form.yaml", "row: 设备", "title: 设备", "没有写“equipment”的一条叫什么。"},
		{"form.yaml", "row_title: name", "row_title: nam", "没有叫“nam”的字段。建议：改成“name”。"},
		{"form.yaml", "max: 2000", "max: 9000", "最多 2000 条。"},
		{"form.yaml", "kind: variety", "kind: inner", "没有叫“inner”的字段。"},
		{"form.yaml", "kind: variety", "kind: name", "“name”的类型不对。"},
		{"form.yaml", `catalogue.variety.root == "3000"`, `catalogue.variety.roof == "3000"`, "条件里的“catalogue.variety.roof”不存在。"},
		{"form.yaml", `catalogue.variety.root == "3000"`, `mode == "own"`, "条件里的“mode”不存在。"},
		{"form.yaml", `catalogue.variety.root == "3000"`, `name > 3`, "条件永远算不出来"},
		{"form.yaml", `.licensed == "yes"`, `.license == "yes"`, "条件永远算不出来"},
		{"form.yaml", "len(people) == 0", "len(peopel) == 0", "条件里的“peopel”不存在。建议：改成“people”。"},
		{"form.yaml", "catalogue: scope", "catalogue: scop", "没有叫“scop”的目录。建议：改成“scope”。"},
		{"form.yaml", "unit.town: {label: 所在乡镇, type: town}", "unit.town: {label: 所在乡镇, type: town, catalogue: scope}", "只有 type: catalogue 才能写 catalogue。"},
		{"form.yaml", "unit.town: {label: 所在乡镇, type: town}", "unit.town: {label: 所在乡镇, type: town, sheet: true}", "只有 type: rows 才能写 sheet。"},
		{"form.yaml", "unit.town: {label: 所在乡镇, type: town}", "unit.town: {label: 所在乡镇, type: town, scheme: food_licence}", "只有 type: licence_number 才能写 scheme。"},
		{"form.yaml", "scheme: food_licence", "scheme: food_license", "不认识“food_license”。建议：改成“food_licence”。"},
		{"form.yaml", `max: "100000"`, `max: "0"`, "最少比最多还大。"},
		{"form.yaml", `max: "100000"`, `max: "十万"`, "“十万”不是数字。"},
		{"form.yaml", "places: 6, min", "places: 7, min", "小数最多 6 位。"},
		{"form.yaml", "unit: 万元, places: 6}", "places: 6}", "“change.capital”没有写单位。"},
		{"form.yaml", "was: change.capital", "was: change.capital_new", "“change.capital_new”在后面才问到。"},
		{"form.yaml", "inner: {label: 单位内编号, type: text,", "inner: {label: 单位内编号, type: text, taken_from: number,", "每一条里用不上 taken_from。"},
		{"form.yaml", "contact.name: {label: 联系人,", "contact.name: {taken_from: operator.name, label: 联系人,", "没有证照可以办这一项，这里什么也带不出来。"},
		{"form.yaml", "contact.name: {label: 联系人,", "contact.name: {taken_from: Operator, label: 联系人,", "“Operator”不是字段的名字。"},
		{"form.yaml", "contact.name: {label: 联系人,", "contact.name: {taken_from: licence.number, label: 联系人,", "证照没有“licence.number”可以带出来。"},
		{"form.yaml", "contact.name: {label: 联系人,", "contact.name: {taken_from: licence.issued, label: 联系人,", "licence.issued 是日期，这一项不是。"},
		{"form.yaml", "label: 设备\n        type: rows", "label: 设备\n        taken_from: equipment\n        type: rows", "这个类型不能从证照带出来。"},
		{"flow.yaml", "len(equipment) > 50", `equipment == "many"`, "条件永远算不出来"},
		{"flow.yaml", ".catalogue.variety.root", ".catalogue.variety.colour", "条件永远算不出来"},
		{"documents/table.yaml", "rows: people", "rows: peopel", "没有叫“peopel”的字段。建议：改成“people”。"},
		{"documents/table.yaml", "{{device}}", "{{devise}}", "文件里的 {{devise}} 不存在。建议：改成 {{device}}。"},
		{"catalogues/equipment.csv", "3120,", "3110,", "catalogues/equipment.csv:6: 编码“3110”写了两次，前一次在第 5 行。"},
		{"catalogues/equipment.csv", "3310,自动扶梯,3300", "3310,自动扶梯,3400", "catalogues/equipment.csv:8: 上级“3400”不存在，或者写在后面。"},
		{"catalogues/equipment.csv", "Escalator,扶梯,true", "Escalator,扶梯,maybe", "selectable 只能写 true 或 false，现在是“maybe”。"},
		{"catalogues/equipment.csv", "Escalator,扶梯", ",扶梯", "catalogues/equipment.csv:8: 目录“equipment”有 1 条没有英文，这是第一条。"},
		{"catalogues/equipment.csv", "cert_prefix", "Cert", "列名“Cert”不合规。"},
		{"catalogues/equipment.csv", "cert_prefix", "root", "列名“root”已经有别的意思。"},
		{"catalogues/equipment.csv", "3310,自动扶梯", `3310,"自动"扶梯`, "目录文件不是正确的 CSV"},
		{"catalogues/scope.yaml", "rows:", "row:", "不认识“row”。建议：改成“rows”。"},
		{"catalogues/scope.yaml", "code: F5225, ", "", "scope.yaml:5: 这一条没有 code 或者 name。"},
		{"examples/lifts.yaml", "mode: own", "mood: own", "“equipment”的每一条里没有“mood”这一项。"},
	} {
		files := records(t)
		at := "records/" + c.file
		source := string(files[at].Data)
		if strings.Count(source, c.old) == 0 {
			t.Errorf("%s has no %q", c.file, c.old)
			continue
		}
		files[at] = &fstest.MapFile{Data: []byte(strings.Replace(source, c.old, c.new, 1))}
		if all := strings.Join(recordsProblems(files), "\n"); !strings.Contains(all, c.want) {
			t.Errorf("%s with %q does not tell %q, but\n%s", c.file, c.new, c.want, all)
		}
	}
	files := records(t)
	files["records/catalogues/other.csv"] = &fstest.MapFile{Data: []byte("# english: none\ncode,name\n1,甲\n")}
	if all := strings.Join(recordsProblems(files), "\n"); !strings.Contains(all, "目录“other”没有人用。") || strings.Contains(all, "没有英文") {
		t.Error(all)
	}
}

// A catalogue is part of the version that a case is pinned to.
func TestCataloguesArePacked(t *testing.T) {
	it, _ := item.Read(records(t), "records")
	back, err := item.Unpack(item.Pack(it))
	if err != nil || back.Hash != it.Hash {
		t.Fatal(err)
	}
	f, _ := back.Form.Field("scope.items")
	if e, ok := f.Catalogue.Entry("F5225"); !ok || e.Name != "食品销售" || back.English["食品销售"] != "Sale of food" {
		t.Errorf("%+v", e)
	}
}

// FuzzCatalogue: whatever a catalogue's file holds, reading ends, and what is
// read can be searched and walked.
func FuzzCatalogue(f *testing.F) {
	for p, file := range records(f) {
		if strings.Contains(p, "catalogues") {
			f.Add(file.Data, strings.HasSuffix(p, ".csv"))
		}
	}
	f.Fuzz(func(t *testing.T, source []byte, csv bool) {
		name := "records/catalogues/scope.yaml"
		if csv {
			name = "records/catalogues/scope.csv"
		}
		it, _ := item.Read(fstest.MapFS{name: &fstest.MapFile{Data: source}}, "records")
		c, ok := it.Catalogues["scope"]
		if !ok {
			return
		}
		c.Search("s 1", 10)
		for _, e := range c.Entries {
			if found, ok := c.Entry(e.Code); !ok || found.Name != e.Name {
				t.Errorf("%q is not found", e.Code)
			}
			_ = c.Record(e.Code)
			_ = c.Below(e.Code)
		}
	})
}
