package licence_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"maps"
	"os"
	"slices"
	"strings"
	"testing"

	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/encoding/unicode"

	"wangban/internal/casework"
	"wangban/internal/cn"
	"wangban/internal/db"
	"wangban/internal/db/dbtest"
	"wangban/internal/form"
	"wangban/internal/item"
	"wangban/internal/licence"
	"wangban/internal/vault"
)

// importing is an office with a vault, and the item whose licences are imported:
// with an end, and one for the case.
func importing(t testing.TB, d *db.DB) *office {
	t.Helper()
	lib := libraryWith(t, "")
	o := openWith(t, d, lib)
	o.it, o.call = issuingOf(t, lib, func(with map[string]string) bool { return with["valid"] != "" && with["each"] == "" })
	o.values = complete(t, o.it)
	var err error
	o.Vault, err = vault.New(bytes.Repeat([]byte{7}, vault.KeySize))
	if err != nil {
		t.Fatal(err)
	}
	o.Towns = func() map[string]string { return map[string]string{"341523100": "城关镇", "341523106": "杭埠镇"} }
	return o
}

func issuingOf(t testing.TB, lib *item.Library, fits func(with map[string]string) bool) (*item.Item, casework.Call) {
	t.Helper()
	for _, it := range lib.All() {
		for _, stage := range it.Flow.Stages {
			for _, act := range stage.Acts {
				for _, e := range act.Effects {
					if e.Name == "licence.issue" && fits(e.With) {
						return it, casework.Call{Name: e.Name, With: e.With}
					}
				}
			}
		}
	}
	t.Fatal("no such item")
	return nil, casework.Call{}
}

// oldNumber is a number of a food business licence with its check digit.
func oldNumber(kind string, n int) string {
	for check := range 10 {
		number := fmt.Sprintf("JY%s341523%06d%d", kind, n, check)
		if cn.FoodLicence(number).OK() {
			return number
		}
	}
	panic("no check digit fits")
}

var shop = cn.MakeUSCC(cn.Enterprise, "341523", 41)

const headings = "证照编号,持证人,统一社会信用代码,首次发证日期,有效期至,状态,结束日期,unit.rep,unit.residence,site.town,site.address,site.area,food.business,food.items\n"

// oldRow is a row of a restaurant.
func oldRow(number string) string {
	return number + ",舒城县老街饭店," + shop + ",2023-05-06,2028年5月5日,有效,,汤㛃,和平街 36 号,城关镇,和平街 36 号一楼,120.5,餐饮服务经营者,热食类食品制售、冷食类食品制售\n"
}

func (o *office) load(t testing.TB, content string, dry bool) (licence.Imports, error) {
	t.Helper()
	return o.Import(t.Context(), licence.Importing{Item: o.it.Name, Name: "old.csv", File: strings.NewReader(content), ByID: "sunli", ByName: "孙丽", DryRun: dry})
}

func (o *office) loaded(t testing.TB, content string) licence.Imports {
	t.Helper()
	out, err := o.load(t, content, false)
	if err != nil || out.Wrong > 0 {
		t.Fatal(out.Problems, err)
	}
	return out
}

// count tells how many rows there are of licences, whatever became of them.
func (o *office) count(t testing.TB) (n int) {
	t.Helper()
	err := o.db.Read().QueryRowContext(t.Context(), `SELECT (SELECT count(*) FROM licence) + (SELECT count(*) FROM licence_version) + (SELECT count(*) FROM licence_imported) + (SELECT count(*) FROM licence_import)`).Scan(&n)
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// A licence from a file is on record as the file says, says where it came from,
// has nothing that was signed here, and numbers go on behind it.
func TestImport(t *testing.T) {
	dbtest.Rehearsed(t, rooms, func(t *testing.T, d *db.DB) {
		o, ctx := importing(t, d), t.Context()
		number := oldNumber("2", 41)
		file := headings + oldRow(number)
		dry, err := o.load(t, file, true)
		if err != nil || dry.Added != 1 || len(dry.Problems) > 0 || o.count(t) != 0 {
			t.Fatalf("%+v %v, %d rows", dry, err, o.count(t))
		}
		if out := o.loaded(t, file); out.Added != 1 || len(out.Series) != 1 || out.Series[0].Last != 41 || len(out.Digest) != 64 {
			t.Errorf("%+v", out)
		}
		before := o.count(t)
		if out := o.loaded(t, file); out.Added != 0 || out.Unchanged != 1 || o.count(t) != before {
			t.Errorf("again: %+v, %d rows", out, o.count(t))
		}
		l := o.found(t, number)
		if l.Unit != "舒城县老街饭店" || l.USCC != shop || l.Status != licence.Valid || !l.Issued.Equal(day(2023, 5, 6)) || !l.Last().Equal(day(2028, 5, 5)) || l.Town != "341523100" || l.Kind != o.call.With["kind"] {
			t.Errorf("%+v", l.Public)
		}
		if !l.Unsigned || l.Imported.IsZero() || l.Import == nil || l.Import.By != "孙丽" || l.Import.File != "old.csv" || l.Import.Line != 2 || l.History[0].Act != licence.ActImport {
			t.Errorf("%+v %+v", l.Public, l.Import)
		}
		if len(l.Facts) != 2 || l.Facts[1].Value == "" {
			t.Errorf("%+v", l.Facts)
		}
		if _, err := o.PDF(ctx, number); !errors.Is(err, licence.ErrNoDocument) {
			t.Errorf("a certificate of what was not issued here: %v", err)
		}
		if url, err := o.VerifyURL(l); err != nil || strings.Contains(url, "#") {
			t.Errorf("signed what was not issued here: %s %v", url, err)
		}
		if p, err := o.VerifyUnit(ctx, number, shop); err != nil || !p.Unsigned {
			t.Errorf("%+v %v", p, err)
		}
		values, it, ok, err := o.Answers(ctx, number)
		if err != nil || !ok || it.Name != o.it.Name || values["site.address"] != "和平街 36 号一楼" || len(values["food.items"].([]string)) != 2 {
			t.Errorf("%v %v %v", values, ok, err)
		}
		next, err := o.issue(ctx, "case-1", nil)
		if err != nil || next[9:15] != "000042" {
			t.Errorf("the next number is %s, %v", next, err)
		}
		if list, err := o.OfOrganisation(ctx, shop); err != nil || len(list) != 1 {
			t.Error(list, err)
		}
		if list, _, err := o.List(ctx, licence.Query{Text: number}); err != nil || len(list) != 1 || list[0].Imported.IsZero() {
			t.Error(list, err)
		}
	})
}

// An imported licence goes through every act like any other, and the first that
// makes a certificate signs it: from what was imported, with what the case says
// over it. Half a certificate is not made.
func TestImportedLicenceLives(t *testing.T) {
	dbtest.Rehearsed(t, rooms, func(t *testing.T, d *db.DB) {
		o, ctx := importing(t, d), t.Context()
		full, part, gone := oldNumber("2", 1), oldNumber("2", 2), oldNumber("2", 3)
		o.loaded(t, headings+oldRow(full)+strings.Replace(oldRow(part), "和平街 36 号,", ",", 1)+oldRow(gone))
		mine := func(s *casework.State, _ *casework.Event) {
			s.Values = form.Values{o.it.Flow.Subject: shop, o.it.Flow.Title: "舒城县老街饭店", "unit.rep": "王小明", numberField: full}
		}
		var refused *casework.Refusal
		if _, err := o.act(ctx, "replace", full, nil, nil); !errors.As(err, &refused) {
			t.Error("another's:", err)
		}
		o.Case = func(_ context.Context, id string) (casework.State, *item.Item, error) {
			s := casework.State{ID: id}
			mine(&s, nil)
			delete(s.Values, numberField)
			return s, o.it, nil
		}
		if _, err := o.act(ctx, "replace", full, nil, mine); err != nil {
			t.Fatal(err)
		}
		l := o.found(t, full)
		if l.Unsigned || l.Version != 2 || l.Document != o.call.With["document"] {
			t.Fatalf("%+v", l)
		}
		if _, err := o.PDF(ctx, full); err != nil {
			t.Fatal(err)
		}
		if p := o.printed[0]; p.State.Values["unit.rep"] != "王小明" || p.State.Values["site.address"] != "和平街 36 号一楼" || p.Item.Name != o.it.Name {
			t.Errorf("%+v", p.State.Values)
		}
		if url, _ := o.VerifyURL(l); !strings.Contains(url, "#") {
			t.Error("what is issued here is signed: ", url)
		}
		_, err := o.act(ctx, "replace", part, nil, func(s *casework.State, _ *casework.Event) { mine(s, nil); s.Values[numberField] = part })
		if !errors.As(err, &refused) || !strings.Contains(fmt.Sprint(refused.Args...), "住所") {
			t.Errorf("half a certificate: %v", err)
		}
		for _, act := range []string{"suspend", "resume", "renew", "change", "correct"} {
			with := map[string]string{}
			if act == "renew" {
				with["valid"] = "5 years"
			}
			if act == "resume" || act == "suspend" { // the other number is not suspended
				o.now = o.now.AddDate(0, 0, 1)
			}
			if _, err := o.act(ctx, act, full, with, func(s *casework.State, e *casework.Event) { mine(s, e); e.Data.Reason = "写错" }); err != nil {
				t.Errorf("%s: %v", act, err)
			}
		}
		for number, act := range map[string]string{gone: "revoke", full: "cancel"} {
			if _, err := o.act(ctx, act, number, nil, func(s *casework.State, e *casework.Event) {
				mine(s, e)
				s.Values[numberField], e.Data.Reason = number, "虚假"
			}); err != nil {
				t.Errorf("%s: %v", act, err)
			}
		}
		if o.found(t, gone).Status != licence.Revoked || o.found(t, full).Status != licence.Cancelled {
			t.Error(o.found(t, gone).Status, o.found(t, full).Status)
		}
	})
}

// A number that is on record is never given, also where its place in the series
// cannot be told.
func TestImportedNumbersAreNotGivenAgain(t *testing.T) {
	o := importing(t, dbtest.SQLite(t, rooms...))
	first, err := o.issue(t.Context(), "case-1", nil)
	if err != nil {
		t.Fatal(err)
	}
	out, err := o.load(t, headings+strings.Replace(oldRow(first), shop, cn.MakeUSCC(cn.Enterprise, "341523", 9), 1), false)
	if err != nil || out.Wrong != 1 || !strings.Contains(out.Problems[0].Text, "已经发给别的证照") {
		t.Errorf("%+v %v", out, err)
	}
	// A canteen's number with the answers of a shop: its place is not found.
	second := strings.Replace(first, "000001", "000002", 1)
	for check := range 10 {
		if n := fmt.Sprintf("%s%d", second[:15], check); cn.FoodLicence(n).OK() {
			second = n
		}
	}
	o.loaded(t, headings+strings.Replace(oldRow(second), "餐饮服务经营者,热食类食品制售、冷食类食品制售", "集中用餐单位食堂,", 1))
	if third, err := o.issue(t.Context(), "case-2", nil); err != nil || third == second || third[9:15] != "000003" {
		t.Errorf("%s %v", third, err)
	}
}

// Every mistake is told by line and column, and one keeps the whole file out.
func TestImportTellsMistakes(t *testing.T) {
	o := importing(t, dbtest.SQLite(t, rooms...))
	good, bad := oldNumber("2", 1), oldNumber("2", 2)
	wrong := bad[:15] + fmt.Sprint((int(bad[15]-'0')+1)%10)
	changed := func(from, to string) string { return strings.Replace(oldRow(bad), from, to, 1) }
	for name, c := range map[string]struct{ row, want string }{
		"check digit":        {oldRow(wrong), "第 3 行 A 证照编号：“食品经营许可证编号”的校验位对不上"},
		"no number":          {oldRow(""), "A 证照编号：没有写证照编号"},
		"twice":              {oldRow(good), "A 证照编号：和第 2 行是同一个编号"},
		"code":               {changed(shop, shop[:17]+"*"), "C 统一社会信用代码：统一社会信用代码不对"},
		"nobody's":           {changed(shop, ""), "C 统一社会信用代码：没有统一社会信用代码，也没有证件号码"},
		"day":                {changed("2023-05-06", "昨天"), "D 首次发证日期：“昨天”不是日期"},
		"future":             {changed("2023-05-06", "2027-05-06"), "D 首次发证日期：首次发证日期在今天以后"},
		"no end":             {changed("2028年5月5日", ""), "E 有效期至：没有写有效期"},
		"end before":         {changed("2028年5月5日", "2020-01-01"), "E 有效期至：有效期至在有效期起以前"},
		"status":             {changed("有效", "好的"), "F 状态：状态认不出来"},
		"ended when":         {changed("有效", "已注销"), "G 结束日期：已经结束的证照，要写结束日期"},
		"not ended":          {changed("有效,", "有效,2024-01-01"), "G 结束日期：状态不是已注销"},
		"town":               {changed("城关镇", "月亮镇"), "J site.town：“经营场所所在乡镇”里没有这一项"},
		"number of the form": {changed("120.5", "很大"), "L site.area："},
		"choice":             {changed("餐饮服务经营者", "早点摊"), "M food.business：“主体业态”里没有这一项"},
		"rule of numbers":    {changed("餐饮服务经营者,热食类食品制售、冷食类食品制售", ","), "第 3 行：编号规则要用到“主体业态”（列名 food.business）"},
		"formula":            {changed("舒城县老街饭店", "\"=HYPERLINK(\"\"http://x\"\")\""), "B 持证人：这一格是公式"},
		"another formula":    {changed("舒城县老街饭店", "+cmd|x"), "B 持证人：这一格是公式"},
		"control character":  {changed("舒城县老街饭店", "舒城\x1b[2J"), "B 持证人：有看不见的控制字符"},
		"few cells":          {"x,y\n", "第 3 行：这一行只有 2 格，表头有 14 格"},
		"many cells":         {strings.TrimSpace(oldRow(bad)) + ",,,x\n", "第 3 行：这一行有 17 格，表头只有 14 格"},
		"quotation mark":     {"\"" + oldRow(bad), "引号没有成对"},
		"huge":               {changed("舒城县老街饭店", strings.Repeat("长", 200_000)), "这一行太长"},
		"name":               {changed("舒城县老街饭店", strings.Repeat("长", 101)), "B 持证人：持证人的名称要 2 到 100 个字"},
		"not asked":          {changed("餐饮服务经营者", "食品销售经营者"), "N food.items："},
	} {
		out, err := o.load(t, headings+oldRow(good)+c.row, false)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if out.Wrong == 0 || !slices.ContainsFunc(out.Problems, func(p licence.Problem) bool { return strings.Contains(p.String(), c.want) }) {
			t.Errorf("%s: %v, want %s", name, out.Problems, c.want)
		}
		if o.count(t) != 0 {
			t.Fatalf("%s: something was kept", name)
		}
	}
	// An odd number that was held against the original is taken.
	odd := strings.TrimSpace(headings) + ",核对无误\n" + strings.TrimSpace(oldRow(wrong)) + ",是\n"
	if out := o.loaded(t, odd); out.Added != 1 {
		t.Errorf("%+v", out)
	}
	// What is on record otherwise is not overwritten.
	out, err := o.load(t, strings.Replace(odd, "和平街 36 号一楼", "桃溪路 1 号", 1), false)
	if err != nil || out.Wrong != 1 || !strings.Contains(out.Problems[0].Text, "已经导入过") {
		t.Errorf("%+v %v", out, err)
	}
}

func TestFilesThatCannotBeImported(t *testing.T) {
	o := importing(t, dbtest.SQLite(t, rooms...))
	for content, want := range map[string]string{
		"":             "文件是空的",
		"\n\n":         "文件是空的",
		"PK\x03\x04xx": "电子表格文件",
		"证照编号\x00":     "不是 CSV 文件",
		"证照编号,持证人\n":   "表头缺少“首次发证日期”",
		"证照编号,持证人,首次发证日期\n":             "表头缺少“有效期至”",
		"证照编号,持证人,首次发证日期,有效期至\n":        "表头缺少“统一社会信用代码”",
		"证照编号,number,持证人\n":             "是同一列",
		headings[:12] + ",,持证人\n":       "没有列名",
		"证照编号,天气\n":                     "B 天气：这一列认不出来",
		"证照编号,unit.name\n":              "由“持证人”",
		"证照编号,promise.made\n":           "不能从表格导入",
		"证照编号,\"持证人\n" + headings:       "表头读不出来",
		strings.Repeat("x,", 400) + "y": "列太多",
	} {
		_, err := o.load(t, content, false)
		var u *licence.Unusable
		if !errors.As(err, &u) || !strings.Contains(u.Error(), want) {
			t.Errorf("%.40q: %v, want %s", content, err, want)
		}
	}
	for _, name := range []string{"no-such-item", o.it.Name + "-change"} {
		if _, err := o.Import(t.Context(), licence.Importing{Item: name, File: strings.NewReader(headings)}); err == nil {
			t.Errorf("item %s", name)
		}
	}
}

// The same file in every way it may be written.
func TestFormsOfImportedFiles(t *testing.T) {
	file := headings + oldRow(oldNumber("2", 1))
	gb, err := simplifiedchinese.GB18030.NewEncoder().String(file)
	if err != nil {
		t.Fatal(err)
	}
	wide, err := unicode.UTF16(unicode.BigEndian, unicode.UseBOM).NewEncoder().String(file)
	if err != nil {
		t.Fatal(err)
	}
	for name, content := range map[string]string{
		"UTF-8": file, "with mark": "\xef\xbb\xbf" + file, "GB18030": gb, "UTF-16": wide, "CRLF": strings.ReplaceAll(file, "\n", "\r\n"),
		"tabs": strings.ReplaceAll(file, ",", "\t"), "semicolons": strings.ReplaceAll(file, ",", ";"),
		"empty rows and cells": strings.ReplaceAll(file, "\n", ",,\n,,,,\n"),
		"a column left out":    strings.Replace(strings.Replace(file, "food.items\n", "food.items,#备注\n", 1), "冷食类食品制售\n", "冷食类食品制售,=1+1\n", 1),
	} {
		t.Run(name, func(t *testing.T) {
			o := importing(t, dbtest.SQLite(t, rooms...))
			if out := o.loaded(t, content); out.Added != 1 {
				t.Errorf("%+v", out)
			}
			if l := o.found(t, oldNumber("2", 1)); l.Unit != "舒城县老街饭店" || l.Facts[0].Value != "餐饮服务经营者" {
				t.Errorf("%+v", l.Public)
			}
		})
	}
}

// The licence of a person is found by the person's document, which nobody can
// read in the database; what was handed on is the new holder's.
func TestImportedLicenceOfAPerson(t *testing.T) {
	dbtest.Rehearsed(t, rooms, func(t *testing.T, d *db.DB) {
		o, ctx := importing(t, d), t.Context()
		const id = "342425197803120016"
		number := oldNumber("2", 7)
		file := strings.Replace(headings, "统一社会信用代码", "证件号码", 1) + strings.Replace(strings.Replace(oldRow(number), shop, id, 1), "舒城县老街饭店", "汤㛃", 1)
		out, err := o.load(t, file, false)
		if err != nil || out.Wrong > 0 {
			t.Fatal(out.Problems, err)
		}
		of := func(kind, id string) int {
			all, err := o.OfPerson(ctx, kind, id)
			if err != nil {
				t.Fatal(err)
			}
			return len(all)
		}
		if of("resident_id", id) != 1 || of("passport", id) != 0 || of("resident_id", "") != 0 {
			t.Error(of("resident_id", id), of("passport", id))
		}
		var sealed []byte
		if err := d.Read().QueryRowContext(ctx, `SELECT sealed FROM licence_imported WHERE number = $1`, number).Scan(&sealed); err != nil || bytes.Contains(sealed, []byte(id)) {
			t.Error("the number of the document can be read", err)
		}
		mine := func(s *casework.State, _ *casework.Event) {
			s.Values = form.Values{o.it.Flow.Title: "汤㛃", numberField: number}
		}
		if _, err := o.act(ctx, "change", number, nil, func(s *casework.State, e *casework.Event) {
			mine(s, e)
			maps.Copy(s.Values, form.Values{"unit.rep": "汤㛃"})
		}); err != nil {
			t.Fatal(err)
		}
		if of("resident_id", id) != 0 {
			t.Error("it was changed: its newest case tells whose it is")
		}
	})
}

// What was imported can be forgotten; the record stands.
func TestImportedLicenceIsForgotten(t *testing.T) {
	dbtest.Rehearsed(t, rooms, func(t *testing.T, d *db.DB) {
		o, ctx := importing(t, d), t.Context()
		number := oldNumber("2", 1)
		o.loaded(t, headings+oldRow(number))
		err := d.Write(ctx, func(ctx context.Context, tx db.Tx) error {
			return licence.ForgetImported(ctx, tx, number, "孙丽 2026-11-20 保管期满", func(string) error { return nil })
		})
		if err != nil {
			t.Fatal(err)
		}
		if _, _, ok, err := o.Answers(ctx, number); ok || err != nil {
			t.Error(ok, err)
		}
		if l := o.found(t, number); l.Unit == "" || l.Import == nil {
			t.Errorf("%+v", l)
		}
		if out, err := o.load(t, headings+oldRow(number), false); err != nil || out.Wrong != 1 {
			t.Errorf("what is forgotten comes back: %+v %v", out, err)
		}
	})
}

// A piece of a list: number and series speak of the record.
func TestImportOfRecords(t *testing.T) {
	dbtest.Rehearsed(t, rooms, func(t *testing.T, d *db.DB) {
		o, ctx := importing(t, d), t.Context()
		o.it, o.call = issuingOf(t, o.Items, func(with map[string]string) bool { return with["each"] != "" })
		file := "证照编号,持证人,统一社会信用代码,首次发证日期,about.kind,variety,product,device,inner,next_due\n" +
			"梯11皖N00017(20),舒城县某物业公司," + shop + ",2020-03-01,电梯,3110,乘客电梯,,1号楼1号梯,2027-03-01\n" +
			"梯11皖N00018（20）,舒城县某物业公司," + shop + ",2020-03-01,电梯,曳引驱动乘客电梯,乘客电梯,,1号楼2号梯,2027-03-01\n"
		out := o.loaded(t, file)
		if out.Added != 2 || len(out.Series) != 1 || out.Series[0].Last != 18 {
			t.Fatalf("%+v", out)
		}
		l := o.found(t, "梯11皖N00018(20)")
		if l.Record == "" || len(l.Facts) < 3 || l.Facts[0].Value == "3110" {
			t.Errorf("%+v", l)
		}
		values, _, ok, err := o.Answers(ctx, l.Number)
		if rows := form.RowsOf(values[o.call.With["each"]]); !ok || err != nil || len(rows) != 1 || rows[0]["inner"] != "1号楼2号梯" {
			t.Errorf("%v %v", values, err)
		}
	})
}

func FuzzImport(f *testing.F) {
	o := importing(f, dbtest.SQLite(f, rooms...))
	f.Add([]byte(headings + oldRow(oldNumber("2", 1))))
	f.Add([]byte("\xef\xbb\xbf" + headings + "\"x\n,,,\n=1"))
	f.Add([]byte("\xff\xfe\x01\x02"))
	f.Add([]byte("证照编号;持证人;首次发证日期;有效期至;id_no\n1;2;3;4;5\n"))
	f.Fuzz(func(t *testing.T, content []byte) {
		out, err := o.Import(t.Context(), licence.Importing{Item: o.it.Name, Name: "x.csv", File: bytes.NewReader(content), DryRun: true})
		var u *licence.Unusable
		if err != nil && !errors.As(err, &u) {
			t.Fatal(err)
		}
		if out.Added+out.Unchanged+out.Wrong != out.Rows {
			t.Fatalf("%+v", out)
		}
		for _, p := range out.Problems {
			if p.Line < 1 || strings.Contains(p.String(), "%!") {
				t.Fatalf("%+v", p)
			}
		}
	})
}

// docs/licences-from-before.md shows the columns as they are. To bring it up to
// date: WANGBAN_UPDATE=1 go test ./internal/licence -run TestImportColumnsAreDocumented
func TestImportColumnsAreDocumented(t *testing.T) {
	const file, from, to = "../../docs/licences-from-before.md", "<!-- columns -->\n", "<!-- /columns -->"
	content, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	before, rest, ok1 := strings.Cut(string(content), from)
	_, after, ok2 := strings.Cut(rest, to)
	if !ok1 || !ok2 {
		t.Fatalf("%s has lost its marks", file)
	}
	var b strings.Builder
	b.WriteString("| Column | Also | Needed | What it holds |\n|---|---|---|---|\n")
	for _, c := range licence.ImportColumns() {
		needed := ""
		if c.Needed {
			needed = "yes"
		}
		fmt.Fprintf(&b, "| %s | `%s` | %s | %s |\n", c.Name, c.Other, needed, c.About)
	}
	want := before + from + b.String() + to + after
	if os.Getenv("WANGBAN_UPDATE") != "" {
		if err := os.WriteFile(file, []byte(want), 0o644); err != nil {
			t.Fatal(err)
		}
	} else if want != string(content) {
		t.Error("the columns of the page are not those of the importer")
	}
}
