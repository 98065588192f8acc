package registry

import (
	"bytes"
	"encoding/csv"
	"fmt"
	"io"
	"strings"
	"unicode/utf16"
	"unicode/utf8"

	"github.com/xuri/excelize/v2"
	"golang.org/x/text/encoding/simplifiedchinese"
)

// MaxFile bounds a file, bytes. 60,000 entities take about 15 MB as CSV.
const MaxFile = 256 << 20

// headingRows is how far down the headings are looked for: exports begin with
// a title.
const headingRows = 10

// Unusable is a file that cannot be imported at all: what is wrong and what to
// do, in Chinese, with fmt verbs for Args.
type Unusable struct {
	Text string
	Args []any
}

func (u *Unusable) Error() string { return fmt.Sprintf(u.Text, u.Args...) }

func unusable(text string, args ...any) *Unusable { return &Unusable{text, args} }

// line is one row of a file with its number there, from 1. A line that cannot
// be taken apart has no cells.
type line struct {
	number int
	cells  []string
}

// readLines takes a CSV or XLSX file apart, told by its content.
func readLines(r io.Reader) ([]line, error) {
	content, err := io.ReadAll(io.LimitReader(r, MaxFile+1))
	switch {
	case err != nil:
		return nil, fmt.Errorf("read the file: %w", err)
	case len(content) > MaxFile:
		return nil, unusable("文件超过 %d MB。分成几个文件导入。", MaxFile>>20)
	case bytes.HasPrefix(content, []byte("PK\x03\x04")):
		return readXLSX(content)
	case bytes.HasPrefix(content, []byte("\xd0\xcf\x11\xe0")):
		return nil, unusable("这是旧版 XLS 文件。用表格软件另存为 XLSX 或 CSV 再导入。")
	}
	text, err := decode(content)
	if err != nil {
		return nil, err
	}
	return splitCSV(text), nil
}

// readXLSX streams the first sheet. Cells come raw: a date cell is its serial
// number, whatever way it is shown.
func readXLSX(content []byte) ([]line, error) {
	f, err := excelize.OpenReader(bytes.NewReader(content), excelize.Options{RawCellValue: true, UnzipSizeLimit: 4 * MaxFile, UnzipXMLSizeLimit: MaxFile / 4})
	if err != nil {
		return nil, unusable("这个 XLSX 文件打不开。用表格软件打开，另存一份再导入。")
	}
	defer func() { _ = f.Close() }()
	rows, err := f.Rows(f.GetSheetName(0))
	if err != nil {
		return nil, unusable("这个 XLSX 文件打不开。用表格软件打开，另存一份再导入。")
	}
	defer func() { _ = rows.Close() }()
	var lines []line
	for n := 1; rows.Next(); n++ {
		cells, err := rows.Columns()
		if err != nil {
			cells = nil
		} else if blank(cells) {
			continue
		}
		lines = append(lines, line{n, cells})
	}
	if rows.Error() != nil {
		return nil, unusable("XLSX 文件在第 %d 行以后读不下去。用表格软件打开，另存一份再导入。", len(lines))
	}
	return lines, nil
}

// decode makes text of a file in UTF-8, UTF-16 with mark, or GB 18030 (which
// GBK and GB 2312 are part of).
func decode(content []byte) (string, error) {
	switch {
	case bytes.HasPrefix(content, []byte("\xff\xfe")), bytes.HasPrefix(content, []byte("\xfe\xff")):
		return decodeUTF16(content), nil
	case bytes.IndexByte(content, 0) >= 0:
		return "", unusable("这不是 CSV 或 XLSX 文件。从登记系统导出成其中一种再导入。")
	}
	content = bytes.TrimPrefix(content, []byte("\xef\xbb\xbf"))
	if utf8.Valid(content) {
		return string(content), nil
	}
	text, err := simplifiedchinese.GB18030.NewDecoder().Bytes(content)
	if err != nil || bytes.Count(text, []byte("\ufffd")) > len(text)/100 { // a spoilt character here and there may be
		return "", unusable("文件的文字编码认不出来。另存为 UTF-8 或 GB18030 编码的 CSV 再导入。")
	}
	return string(text), nil
}

func decodeUTF16(content []byte) string {
	little := content[0] == 0xff
	units := make([]uint16, 0, len(content)/2)
	for i := 2; i+1 < len(content); i += 2 {
		a, b := content[i], content[i+1]
		if little {
			a, b = b, a
		}
		units = append(units, uint16(a)<<8|uint16(b))
	}
	return string(utf16.Decode(units))
}

// longestCell is how many lines one quoted cell may span.
const longestCell = 50

// splitCSV takes text apart into rows of cells. A quotation mark without its
// partner spoils its own line only, not all that follow.
func splitCSV(text string) []line {
	text = strings.ReplaceAll(strings.ReplaceAll(text, "\r\n", "\n"), "\r", "\n")
	all := strings.Split(text, "\n")
	comma := delimiter(all)
	var lines []line
	for i := 0; i < len(all); i++ {
		if strings.TrimSpace(all[i]) == "" {
			continue
		}
		whole, span, ok := joined(all[i:])
		number := i + 1
		if !ok {
			lines = append(lines, line{number, nil})
			continue
		}
		i += span - 1
		if cells := cellsOf(whole, comma); cells == nil || !blank(cells) {
			lines = append(lines, line{number, cells})
		}
	}
	return lines
}

// joined is the first line with those that a quoted cell runs on to.
func joined(from []string) (whole string, span int, ok bool) {
	if !strings.Contains(from[0], `"`) {
		return from[0], 1, true
	}
	quotes := 0
	for span < min(len(from), longestCell) {
		quotes += strings.Count(from[span], `"`)
		span++
		if quotes%2 == 0 {
			return strings.Join(from[:span], "\n"), span, true
		}
	}
	return "", 1, false
}

func cellsOf(whole string, comma rune) []string {
	if !strings.Contains(whole, `"`) {
		return strings.Split(whole, string(comma))
	}
	r := csv.NewReader(strings.NewReader(whole))
	r.Comma, r.LazyQuotes, r.FieldsPerRecord = comma, true, -1
	cells, err := r.Read()
	if err != nil {
		return nil
	}
	return cells
}

// delimiter is the one that parts the headings.
func delimiter(all []string) rune {
	for _, l := range all[:min(len(all), headingRows)] {
		for _, d := range []rune{',', '\t', ';'} {
			for cell := range strings.SplitSeq(l, string(d)) {
				if columnOf[headingKey(strings.Trim(cell, `" `))] == colUSCC {
					return d
				}
			}
		}
	}
	return ','
}

func blank(cells []string) bool {
	for _, c := range cells {
		if strings.TrimSpace(c) != "" {
			return false
		}
	}
	return true
}

// table is a file whose headings have been understood.
type table struct {
	place   map[string]int // column → index of its cell
	ignored []string       // headings that mean nothing here
	lines   []line         // below the headings
}

// readTable finds the headings and what is below them.
func readTable(r io.Reader) (table, error) {
	lines, err := readLines(r)
	if err != nil {
		return table{}, err
	}
	for i, l := range lines[:min(len(lines), headingRows)] {
		t := table{place: map[string]int{}, lines: lines[i+1:]}
		for at, heading := range l.cells {
			name, known := columnOf[headingKey(heading)]
			if _, twice := t.place[name]; known && !twice {
				t.place[name] = at
			} else if strings.TrimSpace(heading) != "" {
				t.ignored = append(t.ignored, strings.TrimSpace(heading))
			}
		}
		if _, ok := t.place[colUSCC]; !ok {
			continue
		}
		var missing []string
		for _, c := range columns {
			if _, ok := t.place[c.name]; c.needed && !ok {
				missing = append(missing, c.name)
			}
		}
		if len(missing) > 0 {
			return table{}, unusable("表头缺少这些列：%s。补上再导入，可用的列名见说明。", strings.Join(missing, "、"))
		}
		return t, nil
	}
	return table{}, unusable("前 %d 行里没有表头。表头至少要有统一社会信用代码、名称、法定代表人、登记状态。", headingRows)
}

func (t table) cell(l line, column string) string {
	at, ok := t.place[column]
	if !ok || at >= len(l.cells) {
		return ""
	}
	return l.cells[at]
}
