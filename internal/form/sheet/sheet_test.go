package sheet

import (
	"archive/zip"
	"bytes"
	"errors"
	"fmt"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/xuri/excelize/v2"
	"pgregory.net/rapid"

	"wangban/internal/form"
)

var lifts = &form.Catalogue{Name: "equipment", Columns: []string{"cert_prefix"}, Entries: []form.Entry{
	{Code: "3000", Name: "电梯", Heading: true, Columns: map[string]string{"cert_prefix": "梯"}},
	{Code: "3110", Name: "曳引驱动乘客电梯", Parent: "3000", Aliases: []string{"客梯"}},
	{Code: "3310", Name: "自动扶梯", Parent: "3000"},
}}

// equipment is a list that has a sub-field of every kind a sheet treats in its
// own way.
var equipment = form.Field{ID: "equipment", Type: form.TypeRows, Label: "设备", RowLabel: "设备", Sheet: true, Max: 2000, Fields: []form.Field{
	{ID: "name", Type: form.TypeText, Label: "产品名称"},
	{ID: "variety", Type: form.TypeCatalogue, Label: "设备品种", Catalogue: lifts},
	{ID: "device", Type: form.TypeEquipmentCode, Label: "设备代码", Help: "18 位，在铭牌上"},
	{ID: "since", Type: form.TypeDate, Label: "投入使用日期", Optional: true},
	{ID: "speed", Type: form.TypeDecimal, Label: "额定速度", Unit: "米每秒", Optional: true},
	{ID: "floors", Type: form.TypeNumber, Label: "层站数", Optional: true},
	{ID: "mode", Type: form.TypeChoice, Label: "使用方式", Optional: true, Options: []form.Option{{Value: "own", Label: "自有"}, {Value: "rent", Label: "租用"}}},
	{ID: "uses", Type: form.TypeChoices, Label: "用途", Optional: true, Options: []form.Option{{Value: "people", Label: "载人"}, {Value: "goods", Label: "载货"}}},
	{ID: "passed", Type: form.TypeYesNo, Label: "检验合格", Optional: true},
	{ID: "mobile", Type: form.TypeMobile, Label: "手机号", Optional: true},
	{ID: "town", Type: form.TypeTown, Label: "所在乡镇", Optional: true},
	{ID: "until", Type: form.TypeIDExpiry, Label: "证件有效期", Optional: true},
}}

var ctx = form.Context{Now: time.Date(2026, 9, 4, 1, 0, 0, 0, time.UTC), Towns: map[string]string{"341523100": "城关镇"}}

// filled is the template with cells set from row 3 on.
func filled(t testing.TB, change func(*excelize.File), rows ...[]any) []byte {
	t.Helper()
	content, err := Template(equipment, ctx)
	if err != nil {
		t.Fatal(err)
	}
	book, err := excelize.OpenReader(bytes.NewReader(content))
	if err != nil {
		t.Fatal(err)
	}
	for i, row := range rows {
		for j, v := range row {
			cell, err := excelize.CoordinatesToCellName(j+1, firstData+i)
			if err != nil {
				t.Fatal(err)
			}
			if v == nil {
				continue
			}
			if err := book.SetCellValue(dataSheet, cell, v); err != nil {
				t.Fatal(err)
			}
		}
	}
	if change != nil {
		change(book)
	}
	var out bytes.Buffer
	if err := book.Write(&out); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

// The template tells what to write, keeps codes as text and offers lists.
func TestTemplate(t *testing.T) {
	book, err := excelize.OpenReader(bytes.NewReader(filled(t, nil)))
	if err != nil {
		t.Fatal(err)
	}
	for cell, want := range map[string]string{"A1": "产品名称", "C1": "设备代码", "C2": "必填。18 位，在铭牌上", "A2": "说明：必填", "E2": "选填。单位：米每秒"} {
		if got, err := book.GetCellValue(dataSheet, cell); got != want || err != nil {
			t.Errorf("%s: %q, want %q, %v", cell, got, want, err)
		}
	}
	lists, err := book.GetDataValidations(dataSheet)
	if err != nil || len(lists) != 4 {
		t.Errorf("%d columns offer a list, %v", len(lists), err)
	}
	for cell, want := range map[string]string{"B1": "3110 曳引驱动乘客电梯", "B2": "3310 自动扶梯", "G2": "租用", "K1": "城关镇"} {
		if got, err := book.GetCellValue(choiceSheet, cell); got != want || err != nil {
			t.Errorf("choice %s: %q, want %q, %v", cell, got, want, err)
		}
	}
	style, err := book.GetColStyle(dataSheet, "C")
	if err != nil {
		t.Fatal(err)
	}
	if s, err := book.GetStyle(style); err != nil || s.NumFmt != 49 {
		t.Errorf("codes are not text: %+v, %v", s, err)
	}
}

func TestWhatPeopleReallySend(t *testing.T) {
	const code = "311010890201500098"
	for _, c := range []struct {
		name string
		row  []any
		want form.Row
		says string // of the problem with a cell
	}{
		{"by the template", []any{"客梯", "3110 曳引驱动乘客电梯", code, "2020-09-01", "1.75", "12", "自有", "载人、载货", "是", "13800138000", "城关镇", "长期"},
			form.Row{"name": "客梯", "variety": "3110", "device": code, "since": "2020-09-01", "speed": "1.75", "floors": "12", "mode": "own",
				"uses": []string{"people", "goods"}, "passed": true, "mobile": "13800138000", "town": "341523100", "until": "long_term"}, ""},
		{"full width, name instead of code", []any{"扶梯", "自动扶梯", "３１１０１０８９０２０１５０００９８", "２０２０年９月１日", "０.５０", nil, "own"},
			form.Row{"name": "扶梯", "variety": "3310", "device": code, "since": "2020-09-01", "speed": "0.5", "mode": "own"}, ""},
		{"numbers as numbers", []any{"扶梯", 3310, code, 44075, 0.1 + 0.2, 12.0, nil, "载人,载货", 1, 13800138000},
			form.Row{"name": "扶梯", "variety": "3310", "device": code, "since": "2020-09-01", "speed": "0.3", "floors": "12", "uses": []string{"people", "goods"}, "passed": true, "mobile": "13800138000"}, ""},
		{"alias, slashes, words", []any{"甲", "客梯", code, "2020/9/1", nil, nil, "租用", nil, "否"},
			form.Row{"name": "甲", "variety": "3110", "device": code, "since": "2020-09-01", "mode": "rent", "passed": false}, ""},
		{"compact date", []any{"甲", "客梯", code, "20200901"}, form.Row{"name": "甲", "variety": "3110", "device": code, "since": "2020-09-01"}, ""},
		{"what cannot be understood stays", []any{"甲", "飞机", code, "2020年9月31日", "快", "很多", "借用", "载牛", "大概"},
			form.Row{"name": "甲", "variety": "飞机", "device": code, "since": "2020年9月31日", "speed": "快", "floors": "很多", "mode": "借用", "uses": []string{"载牛"}, "passed": "大概"}, ""},
		{"a code spoilt by Excel", []any{"甲", "客梯", "3.11010890201500E+17"},
			form.Row{"name": "甲", "variety": "3110", "device": "3.11010890201500E+17"}, "“设备代码”被表格软件变成了 3.11010890201500E+17"},
		{"a code rounded by Excel", []any{"甲", "客梯", "311010890201500000"},
			form.Row{"name": "甲", "variety": "3110", "device": "311010890201500000"}, "后几位都是 0"},
		{"a short number with exponent", []any{"甲", "客梯", code, nil, nil, nil, nil, nil, nil, "1.3800138E+10"},
			form.Row{"name": "甲", "variety": "3110", "device": code, "mobile": "13800138000"}, ""},
		{"a formula that failed", []any{"#REF!", "客梯", code}, form.Row{"variety": "3110", "device": code}, "公式出错（#REF!）"},
		{"a novel", []any{strings.Repeat("长", 5000), "客梯", code}, form.Row{"name": strings.Repeat("长", maxCell), "variety": "3110", "device": code}, "只读了前 4000 个字"},
	} {
		got, err := Read(equipment, filled(t, nil, c.row), ctx)
		if err != nil || len(got.Lines) != 1 || got.Lines[0].Number != 3 {
			t.Errorf("%s: %+v, %v", c.name, got, err)
			continue
		}
		if diff := cmp.Diff(c.want, got.Lines[0].Row); diff != "" {
			t.Errorf("%s: %s", c.name, diff)
		}
		said := ""
		for _, p := range got.Lines[0].Problems {
			said += p.Say(nil)
		}
		if c.says == "" && said != "" || !strings.Contains(said, c.says) {
			t.Errorf("%s: says %q, want %q", c.name, said, c.says)
		}
	}
}

// Rows keep their numbers over blank ones; columns may stand in any order, and
// under a title.
func TestOrderAndBlanks(t *testing.T) {
	book := excelize.NewFile()
	for cell, v := range map[string]any{
		"A1": "舒城县某小区设备", "A3": "设 备 代 码*", "B3": "备注", "C3": "产品名称（必填）", "D3": "设备品种", "E3": "投入使用日期", "F3": "额定速度", "G3": "层站数",
		"A5": "311010890201500098", "B5": "无", "C5": "甲", "D5": "3110", "C8": "乙", "D9": "  ", "B10": "只有备注",
	} {
		if err := book.SetCellValue("Sheet1", cell, v); err != nil {
			t.Fatal(err)
		}
	}
	if err := book.MergeCell("Sheet1", "A1", "D1"); err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	if err := book.Write(&out); err != nil {
		t.Fatal(err)
	}
	got, err := Read(equipment, out.Bytes(), ctx)
	if err != nil {
		t.Fatal(err)
	}
	want := []Line{
		{Number: 5, Row: form.Row{"device": "311010890201500098", "name": "甲", "variety": "3110"}},
		{Number: 8, Row: form.Row{"name": "乙"}},
	}
	if diff := cmp.Diff(want, got.Lines); diff != "" {
		t.Error(diff)
	}
	notes := ""
	for _, n := range got.Notes {
		notes += n.Say(nil)
	}
	for _, say := range []string{"认不出来，没有读：备注", "合并的单元格"} {
		if !strings.Contains(notes, say) {
			t.Errorf("the notes lack %q: %s", say, notes)
		}
	}
}

func TestUnusable(t *testing.T) {
	empty := excelize.NewFile()
	var blank bytes.Buffer
	if err := empty.Write(&blank); err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		content []byte
		says    string
	}{
		"nothing":   {nil, "不是 XLSX"},
		"a picture": {[]byte("\x89PNG\r\n"), "不是 XLSX"},
		"old":       {[]byte("\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"), "旧版 XLS"},
		"cut off":   {filled(t, nil)[:4000], "打不开"},
		"a zip":     {[]byte("PK\x03\x04"), "打不开"},
		"no head":   {blank.Bytes(), "没有找到表头"},
		"too large": {make([]byte, MaxFile+1), "超过 2 MB"},
	} {
		_, err := Read(equipment, c.content, ctx)
		var u *Unusable
		if !errors.As(err, &u) || !strings.Contains(u.Error(), c.says) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// bomb is a workbook whose sheet unpacks to a size.
func bomb(t testing.TB, part string, size int) []byte {
	t.Helper()
	in, err := zip.NewReader(bytes.NewReader(filled(t, nil)), int64(len(filled(t, nil))))
	if err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	z := zip.NewWriter(&out)
	for _, f := range in.File {
		if f.Name == part {
			continue
		}
		if err := z.Copy(f); err != nil {
			t.Fatal(err)
		}
	}
	w, err := z.Create(part)
	if err != nil {
		t.Fatal(err)
	}
	head, unit := `<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>`, `<row><c t="inlineStr"><is><t>产品名称</t></is></c></row>`
	if strings.Contains(part, "shared") {
		head, unit = `<sst xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">`, `<si><t>产品名称</t></si>`
	}
	_, _ = w.Write([]byte(head))
	_, err = w.Write(bytes.Repeat([]byte(unit), size/len(unit)))
	if err != nil {
		t.Fatal(err)
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

// peakOf is how much memory something takes while it runs, about.
func peakOf(run func()) uint64 {
	runtime.GC()
	var before, now runtime.MemStats
	runtime.ReadMemStats(&before)
	done := make(chan struct{})
	go func() {
		defer close(done)
		run()
	}()
	most := before.HeapAlloc
	for {
		select {
		case <-done:
			return most - before.HeapAlloc
		default:
			runtime.ReadMemStats(&now)
			most = max(most, now.HeapAlloc)
			time.Sleep(time.Millisecond) // between two looks
		}
	}
}

// Bombs end in a message, in little memory.
func TestBombs(t *testing.T) {
	for _, part := range []string{"xl/worksheets/sheet1.xml", "xl/sharedStrings.xml"} {
		for _, size := range []int{10 << 20, 100 << 20} {
			content := bomb(t, part, size)
			if len(content) > MaxFile {
				t.Fatalf("%s of %d MB packs to %d kB only", part, size>>20, len(content)>>10)
			}
			start := time.Now()
			var err error
			peak := peakOf(func() { _, err = Read(equipment, content, ctx) })
			t.Logf("%s of %d MB in %d kB: %v, %s, %d MB", part, size>>20, len(content)>>10, err, time.Since(start).Round(time.Millisecond), peak>>20)
			if err == nil || peak > 64<<20 {
				t.Errorf("%s of %d MB takes %d MB: %v", part, size>>20, peak>>20, err)
			}
		}
	}
}

// What is written into a sheet comes back.
func TestRoundTrip(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		rows := rapid.SliceOfN(rapid.Custom(func(t *rapid.T) form.Row {
			return form.Row{
				"name":    rapid.StringMatching(`[甲乙丙丁]{1,10}`).Draw(t, "name"),
				"variety": rapid.SampledFrom([]string{"3110", "3310"}).Draw(t, "variety"),
				"device":  rapid.StringMatching(`3110[0-9]{5}20[01][0-9]0[0-9]{3}[1-9]`).Draw(t, "device"),
				"floors":  fmt.Sprint(rapid.IntRange(0, 1e9).Draw(t, "floors")),
				"since":   time.Unix(rapid.Int64Range(0, 4e9).Draw(t, "since"), 0).UTC().Format(time.DateOnly),
			}
		}), 1, 5).Draw(t, "rows")
		var cells [][]any
		for _, row := range rows {
			var line []any
			for _, sub := range equipment.Fields {
				line = append(line, row[sub.ID])
			}
			cells = append(cells, line)
		}
		book := excelize.NewFile()
		for j, sub := range equipment.Fields {
			cell, _ := excelize.CoordinatesToCellName(j+1, 1)
			_ = book.SetCellStr("Sheet1", cell, sub.Label)
			for i := range cells {
				cell, _ := excelize.CoordinatesToCellName(j+1, i+2)
				if s, ok := cells[i][j].(string); ok {
					_ = book.SetCellStr("Sheet1", cell, s)
				}
			}
		}
		var out bytes.Buffer
		if err := book.Write(&out); err != nil {
			t.Fatal(err)
		}
		got, err := Read(equipment, out.Bytes(), ctx)
		if err != nil || len(got.Lines) != len(rows) {
			t.Fatalf("%+v, %v", got, err)
		}
		for i, line := range got.Lines {
			if diff := cmp.Diff(rows[i], line.Row); diff != "" || len(line.Problems) > 0 {
				t.Errorf("%s %v", diff, line.Problems)
			}
		}
	})
}

// FuzzRead: whatever is sent as a spreadsheet, there is an answer.
func FuzzRead(f *testing.F) {
	f.Add(filled(f, nil, []any{"甲", "3110", "311010890201500098"}))
	f.Add(filled(f, nil)[:3000])
	f.Add([]byte("PK\x03\x04"))
	f.Fuzz(func(t *testing.T, content []byte) {
		got, err := Read(equipment, content, ctx)
		var u *Unusable
		if err != nil && !errors.As(err, &u) {
			t.Errorf("%v", err)
		}
		for _, line := range got.Lines {
			_ = form.RowProblems(form.Form{Pages: []form.Page{{Name: "a", Fields: []form.Field{equipment}}}}, equipment, form.Values{}, line.Row, ctx)
		}
	})
}

// FuzzCell: whatever stands in a cell, it is kept, and what is made of it can
// be checked and shown.
func FuzzCell(f *testing.F) {
	for _, s := range []string{"1.23E+17", "44075", "２０２０年９月１日", "9999999999", "-1", "1e400", "#N/A", "0x1p-2", "20200931", "2958466", "是", "3110 x"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, cell string) {
		r := reader{field: equipment, ctx: ctx}
		for _, sub := range equipment.Fields {
			value, problem := r.cell(sub, cell)
			if problem != nil {
				_ = problem.Say(nil)
			}
			row := form.Row{sub.ID: value}
			_ = form.RowProblems(form.Form{Pages: []form.Page{{Name: "a", Fields: []form.Field{equipment}}}}, equipment, form.Values{}, row, ctx)
			_ = form.Show(sub, value, ctx, true, nil)
		}
	})
}
