package registry_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/xuri/excelize/v2"
	"golang.org/x/text/encoding/simplifiedchinese"

	"wangban/internal/cn"
	"wangban/internal/db"
	"wangban/internal/db/dbtest"
	"wangban/internal/form"
	"wangban/internal/registry"
	"wangban/internal/vault"
)

var (
	monday = time.Date(2020, 8, 3, 9, 0, 0, 0, form.Shanghai)
	towns  = map[string]string{"341523100": "城关镇", "341523106": "杭埠镇", "341523400": "舒城县经济开发区"}
	rooms  = []db.Migrations{registry.Migrations}
)

func open(t testing.TB, d *db.DB) *registry.Room {
	t.Helper()
	v, err := vault.New(bytes.Repeat([]byte{7}, vault.KeySize))
	if err != nil {
		t.Fatal(err)
	}
	return registry.New(registry.Options{DB: d, Vault: v, Now: func() time.Time { return monday }, Towns: func() map[string]string { return towns }})
}

func load(t testing.TB, r *registry.Room, name, content string) registry.Report {
	t.Helper()
	rep, err := r.Import(t.Context(), name, strings.NewReader(content), nil)
	if err != nil {
		t.Fatal(err)
	}
	return rep
}

// code makes the code of the nth example of a kind.
func code(kind cn.Kind, n int) string { return cn.MakeUSCC(kind, "341523", n) }

var teaHouse = registry.Entity{
	USCC: code(cn.Enterprise, 1), Name: "舒城县龙舒茶业有限公司", Rep: "龚䶮", Kind: "enterprise", Status: registry.Living,
	Region: "341523", Town: "341523106", Address: "舒城县杭埠镇河口街9号", Scope: "茶叶种植、销售；预包装食品销售。",
	Authority: "舒城县市场监督管理局", Established: "2012-03-05", Source: "base.csv", Imported: monday.UTC(),
}

var base = "市场主体名单,,\n" + // exports begin with a title
	"序号,企业名称,统一社会信用代码,法定代表人（负责人）,企业类型,状态,所在乡镇,住所（经营场所）,经营范围,成立日期,登记机关,身份证号码\n" +
	"1,舒城县龙舒茶业有限公司," + strings.ToLower(code(cn.Enterprise, 1)) + ",龚䶮,有限责任公司(自然人独资),存续（在营、开业、在册）,,舒城县杭埠镇河口街9号,茶叶种植、销售；预包装食品销售。,2012年3月5日,舒城县市场监督管理局,342425197803120008\n" +
	"2,***," + code(cn.SoleTrader, 1) + ",汤㛃,个体工商户,开业,城关镇,,,20190102,,\n" +
	"3,\"舒城县\"\"老街\"\"面馆,\n二店\"," + code(cn.SoleTrader, 2) + ",汤㛃,个体工商户,吊销，未注销,城关镇,,,,,\n"

func TestImport(t *testing.T) {
	dbtest.Rehearsed(t, rooms, func(t *testing.T, d *db.DB) {
		r := open(t, d)
		var steps [][2]int
		rep, err := r.Import(t.Context(), "base.csv", strings.NewReader(base), func(done, total int) { steps = append(steps, [2]int{done, total}) })
		if err != nil {
			t.Fatal(err)
		}
		want := registry.Report{Source: "base.csv", At: monday, Total: 3, Added: 3, Ignored: []string{"序号"}}
		if d := cmp.Diff(want, rep); d != "" {
			t.Error(d)
		}
		if d := cmp.Diff([][2]int{{3, 3}}, steps); d != "" {
			t.Error("progress", d)
		}
		got, ok, err := r.Find(t.Context(), " "+strings.ToLower(teaHouse.USCC))
		if err != nil || !ok {
			t.Fatal(ok, err)
		}
		if d := cmp.Diff(teaHouse, got); d != "" {
			t.Error(d)
		}
		plain, _, err := r.Find(t.Context(), code(cn.SoleTrader, 1))
		if err != nil || plain.Name != "汤㛃" || plain.Kind != "sole_trader" || plain.Town != "341523100" || plain.Established != "2019-01-02" {
			t.Error("a sole trader without trade name goes by the operator's name", plain, err)
		}
		if two, _, _ := r.Find(t.Context(), code(cn.SoleTrader, 2)); two.Status != registry.Revoked || two.Name != `舒城县"老街"面馆, 二店` {
			t.Error(two)
		}
		if _, ok, err := r.Find(t.Context(), code(cn.Enterprise, 99)); ok || err != nil {
			t.Error("found what is not there", err)
		}
		named, err := r.FindByName(t.Context(), "舒城县龙舒茶业　有限公司")
		if err != nil || len(named) != 1 || named[0].USCC != teaHouse.USCC {
			t.Error(named, err)
		}

		again := load(t, r, "later.csv", strings.Replace(base, "河口街9号", "河口街10号", 1))
		if again.Added != 0 || again.Changed != 1 || again.Unchanged != 2 {
			t.Errorf("importing again: %+v", again)
		}
		got, _, _ = r.Find(t.Context(), teaHouse.USCC)
		if got.Address != "舒城县杭埠镇河口街10号" || got.Source != "later.csv" {
			t.Error(got)
		}
		all, err := r.Imports(t.Context())
		if err != nil || len(all) != 2 || all[0].Total != 3 {
			t.Error(all, err)
		}
	})
}

func TestNumbersOfDocumentsAreNotKept(t *testing.T) {
	dbtest.Rehearsed(t, rooms, func(t *testing.T, d *db.DB) {
		load(t, open(t, d), "base.csv", base)
		var readable int
		err := d.Read().QueryRow(`SELECT count(*) FROM registry_entity WHERE rep_id LIKE '%342425%' OR address LIKE '%342425%'`).Scan(&readable)
		if err != nil || readable != 0 {
			t.Error(readable, err)
		}
	})
}

func TestWrongRowsDoNotKeepOthersOut(t *testing.T) {
	d := dbtest.SQLite(t, rooms...)
	r := open(t, d)
	good := func(n int) string { return code(cn.Enterprise, n) }
	rep := load(t, r, "mixed.csv", "\xef\xbb\xbf统一社会信用代码*;名称;法定代表人;登记状态;乡镇;成立日期;证件号码\n"+
		good(1)+";甲公司;张三;存续;城关镇;2020-07-31;\n"+
		"\n"+
		"9134152;乙公司;张三;存续;;;\n"+
		good(2)[:17]+"*;丙公司;张三;存续;;;\n"+
		good(3)+";;;营业;;;\n"+
		good(4)+";\"丁公司;张三;存续;;;\n"+
		good(5)+";戊公司;张三;注销;月亮镇;昨天;342425********0008\n"+
		good(1)+";甲公司二;张三;存续;;;\n"+
		good(6)+";"+strings.Repeat("长", 101)+";张三;存续;;;\n"+
		good(7)+";己公司;张三;在业;;43831;\n")
	var said []string
	for _, p := range rep.Problems {
		said = append(said, fmt.Sprintf("%v %v", p, p.Kept))
	}
	want := []string{
		"第 4 行“统一社会信用代码”：要 18 位，这里有 7 位。对照营业执照核对；数字被表格改成科学记数的，把这一列设为文本。 false",
		"第 5 行“统一社会信用代码”：代码不对，校验没有通过。对照营业执照逐位核对。 false",
		"第 6 行“法定代表人”：没有填写。按登记信息补上。 false",
		"第 6 行“名称”：没有填写。按登记信息补上。 false",
		"第 6 行“登记状态”：“营业”认不出来。改成存续、歇业、清算、迁出、吊销、撤销、注销之一。 false",
		"第 7 行：这一行的引号没有成对，读不出来。改好引号再导入。 false",
		"第 8 行“法定代表人证件号码”：号码打了码，没有收。 true",
		"第 8 行“乡镇”：“月亮镇”不在本地乡镇名单里，改按地址判断。 true",
		"第 8 行“成立日期”：不是日期，没有收。写成 2020-07-31 的样子。 true",
		"第 9 行“统一社会信用代码”：和第 2 行是同一个代码，只收了那一行。删掉其中一行再导入。 false",
		"第 10 行“名称”：要 2 到 100 个字。按登记信息改正。 false",
	}
	if d := cmp.Diff(want, said); d != "" {
		t.Error(d)
	}
	if rep.Total != 9 || rep.Added != 3 || rep.Wrong != 6 {
		t.Errorf("%+v", rep)
	}
	if last, ok, _ := r.Find(t.Context(), good(7)); !ok || last.Established != "2020-01-01" {
		t.Error(last)
	}
}

func TestReportListsTheFirstThousand(t *testing.T) {
	file := "统一社会信用代码,名称,法定代表人,登记状态\n" + strings.Repeat("x,甲公司,张三,存续\n", 1200)
	rep := load(t, open(t, dbtest.SQLite(t, rooms...)), "bad.csv", file)
	if len(rep.Problems) != 1000 || rep.More != 200 || rep.Wrong != 1200 {
		t.Error(len(rep.Problems), rep.More, rep.Wrong)
	}
}

// The same table in every form a file may have.
func TestFormsOfFiles(t *testing.T) {
	gb, err := simplifiedchinese.GB18030.NewEncoder().String(base)
	if err != nil {
		t.Fatal(err)
	}
	utf16 := "\xff\xfe"
	for _, r := range strings.ReplaceAll(base, ",", "\t") {
		utf16 += string([]byte{byte(r), byte(r >> 8)})
	}
	for name, content := range map[string]string{
		"UTF-8": base, "with mark": "\xef\xbb\xbf" + base, "GB18030": gb, "UTF-16": utf16,
		"CRLF": strings.ReplaceAll(base, "\n", "\r\n"), "XLSX": workbook(t),
	} {
		t.Run(name, func(t *testing.T) {
			r := open(t, dbtest.SQLite(t, rooms...))
			if rep := load(t, r, "base.csv", content); rep.Added != 3 || rep.Wrong != 0 {
				t.Fatalf("%+v", rep)
			}
			got, _, _ := r.Find(t.Context(), teaHouse.USCC)
			if d := cmp.Diff(teaHouse, got); d != "" {
				t.Error(d)
			}
		})
	}
}

// workbook is base as a spreadsheet, with a real date cell.
func workbook(t testing.TB) string {
	t.Helper()
	f := excelize.NewFile()
	defer func() { _ = f.Close() }()
	rows := [][]any{{"市场主体名单"}}
	body := strings.Replace(strings.SplitN(base, "\n", 2)[1], ",\n二店", " 二店", 1)
	for line := range strings.Lines(strings.ReplaceAll(body, `"`, "")) {
		var row []any
		for cell := range strings.SplitSeq(strings.TrimSuffix(line, "\n"), ",") {
			row = append(row, cell)
		}
		rows = append(rows, row)
	}
	rows[2][9] = time.Date(2012, 3, 5, 0, 0, 0, 0, time.UTC)
	for i, row := range rows {
		if err := f.SetSheetRow("Sheet1", fmt.Sprintf("A%d", i+1), &row); err != nil {
			t.Fatal(err)
		}
	}
	var b bytes.Buffer
	if err := f.Write(&b); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func TestUnusableFiles(t *testing.T) {
	r := open(t, dbtest.SQLite(t, rooms...))
	for content, want := range map[string]string{
		"":                                 "没有表头",
		"a,b\n1,2\n":                       "没有表头",
		"统一社会信用代码,名称\n":                    "法定代表人、登记状态",
		"PK\x03\x04broken":                 "打不开",
		"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1": "旧版 XLS",
		"\x00\x01\x02":                     "不是 CSV 或 XLSX",
		"统一\xff\xff\xff":                   "编码",
	} {
		_, err := r.Import(t.Context(), "x", strings.NewReader(content), nil)
		var u *registry.Unusable
		if !errors.As(err, &u) || !strings.Contains(u.Error(), want) {
			t.Errorf("%q: %v", content, err)
		}
	}
}

// An import that breaks off keeps what it has and can be repeated.
func TestBrokenOffAndRepeated(t *testing.T) {
	r := open(t, dbtest.SQLite(t, rooms...))
	var file strings.Builder
	file.WriteString("统一社会信用代码,名称,法定代表人,登记状态\n")
	for n := range 1200 {
		fmt.Fprintf(&file, "%s,第%d号公司,张三,存续\n", code(cn.Enterprise, n), n)
	}
	ctx, cancel := context.WithCancel(t.Context())
	rep, err := r.Import(ctx, "a.csv", strings.NewReader(file.String()), func(done, _ int) { cancel() })
	if !errors.Is(err, context.Canceled) || rep.Added != 500 {
		t.Fatal(rep.Added, err)
	}
	if rep = load(t, r, "a.csv", file.String()); rep.Unchanged != 500 || rep.Added != 700 {
		t.Errorf("%+v", rep)
	}
}

// docs/entity-base.md shows the columns as they are. To bring it up to date:
// WANGBAN_UPDATE=1 go test ./internal/registry -run TestColumnsAreDocumented
func TestColumnsAreDocumented(t *testing.T) {
	const file, from, to = "../../docs/entity-base.md", "<!-- columns -->\n", "<!-- /columns -->"
	content, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	before, rest, ok1 := strings.Cut(string(content), from)
	_, after, ok2 := strings.Cut(rest, to)
	if !ok1 || !ok2 {
		t.Fatalf("%s has lost its marks", file)
	}
	want := before + from + registry.ColumnsTable() + to + after
	if os.Getenv("WANGBAN_UPDATE") != "" {
		if err := os.WriteFile(file, []byte(want), 0o644); err != nil {
			t.Fatal(err)
		}
	} else if d := cmp.Diff(want, string(content)); d != "" {
		t.Error(d)
	}
}
