package document_test

import (
	"os"
	"strings"
	"testing"
	"time"

	"wangban/internal/document"
	"wangban/internal/form"
	"wangban/internal/item"
)

// A list of records is a table, on as many pages as it needs; its columns speak
// of one record, and of what was chosen in it.
func TestRecordsInDocuments(t *testing.T) {
	it, problems := item.Read(os.DirFS("../item/testdata/items"), "records")
	if item.Broken(problems) {
		t.Fatal(problems)
	}
	v, err := it.Answers("lifts", func(string) form.File { return form.File{} })
	if err != nil {
		t.Fatal(err)
	}
	source := it.Documents["table"].Source
	data := func(v form.Values) document.Data {
		return document.Data{Item: it, Env: it.Form.Env(v), At: time.Date(2026, 9, 4, 9, 0, 0, 0, time.UTC)}
	}
	parts, err := document.Text(source, data(v))
	if err != nil {
		t.Fatal(err)
	}
	var all strings.Builder
	for _, p := range parts {
		for _, f := range p.Facts {
			all.WriteString(f.Label + " " + f.Value + "\n")
		}
	}
	for _, want := range []string{
		"由 10 万元 变更为 12.5 万元", "经营范围 日用百货销售、食品销售", "品种：电梯 / 曳引与强制驱动电梯 / 曳引驱动乘客电梯", "证书简称：梯11", "证书简称：车11",
		"设备代码：311010890201500098", "证件类型：居民身份证", "证件号码：11010519491231002X",
	} {
		if !strings.Contains(all.String(), want) {
			t.Errorf("the text lacks %q:\n%s", want, all.String())
		}
	}
	rows := form.RowsOf(v["equipment"])
	for len(rows) < 400 {
		rows = append(rows, rows[0])
	}
	v["equipment"] = rows
	made, err := document.Make(source, data(v))
	if err != nil || made.Pages < 10 || len(made.Missing) > 0 {
		t.Errorf("%d pages, %q, %v", made.Pages, made.Missing, err)
	}
	for len(rows) < form.MostRows {
		rows = append(rows, rows...)
	}
	v["equipment"] = rows
	if _, err := document.Make(source, data(v)); err == nil {
		t.Error("nobody reads so many pages")
	}
}

// A layout that is made for each record speaks of one of them, and of the case.
func TestDocumentForARecord(t *testing.T) {
	it, _ := item.Read(os.DirFS("../item/testdata/items"), "records")
	v, err := it.Answers("lifts", func(string) form.File { return form.File{} })
	if err != nil {
		t.Fatal(err)
	}
	source := []byte("title: 登记证\neach: equipment\nblocks:\n  - text: \"{{unit.name}} {{name}} {{catalogue.variety.cert_prefix}} {{since}}\"\n  - {text: 有速度, when: speed != nil}\n")
	for row, want := range map[int]string{1: "舒城县城关镇老街便利店 乘客电梯 梯11 2020年9月1日有速度", 2: "舒城县城关镇老街便利店 叉车 车11 2020年9月1日", 0: "", 3: ""} {
		parts, err := document.Text(source, document.Data{Item: it, Env: it.Form.Env(v), Row: row})
		got := ""
		for _, p := range parts {
			got += p.Text
		}
		if got != want || (err == nil) != (want != "") {
			t.Errorf("record %d: %q %v", row, got, err)
		}
	}
}
