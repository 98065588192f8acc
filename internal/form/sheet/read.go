package sheet

import (
	"archive/zip"
	"bytes"
	"errors"
	"io"
	"math"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/xuri/excelize/v2"
	"golang.org/x/text/unicode/norm"

	"wangban/internal/form"
)

// headingRows is how far down the headings are looked for: people put titles
// above them.
const headingRows = 10

// Read takes a filled-in spreadsheet apart. The error is an *Unusable.
func Read(f form.Field, content []byte, ctx form.Context) (reading Reading, err error) {
	switch {
	case len(content) > MaxFile:
		return reading, unusable("表格超过 %d MB。删去图片和多余的工作表，或者分成几次上传。", MaxFile>>20)
	case bytes.HasPrefix(content, []byte("\xd0\xcf\x11\xe0")):
		return reading, unusable("这是旧版 XLS 文件，或者加了密码。用表格软件另存为 XLSX、去掉密码再上传。")
	case !bytes.HasPrefix(content, []byte("PK\x03\x04")):
		return reading, unusable("这不是 XLSX 表格。下载模板，填好后上传。")
	}
	defer func() { // the reader of the format is somebody else's
		if r := recover(); r != nil {
			reading, err = Reading{}, broken()
		}
	}()
	book, err := excelize.OpenReader(bytes.NewReader(content), excelize.Options{RawCellValue: true, UnzipSizeLimit: unpacked, UnzipXMLSizeLimit: inMemory})
	if err != nil {
		return reading, broken()
	}
	defer func() { _ = book.Close() }()
	r := reader{field: f, ctx: ctx}
	if props, err := book.GetWorkbookProps(); err == nil && props.Date1904 != nil {
		r.from1904 = *props.Date1904
	}
	if err := r.lines(book); err != nil {
		return Reading{}, err
	}
	if merged(content) {
		r.note("表格里有合并的单元格，只有左上角一格有内容。取消合并，每一行都写全。")
	}
	return r.Reading, nil
}

func broken() *Unusable {
	return unusable("这个表格打不开。下载模板，把内容粘贴进去，保存后再上传。")
}

type reader struct {
	Reading
	field    form.Field
	ctx      form.Context
	from1904 bool
	at       map[int]form.Field // column → sub-field
}

func (r *reader) note(text string, args ...any) {
	r.Notes = append(r.Notes, form.Problem{Field: r.field.ID, Text: text, Args: args})
}

// lines goes through the first sheet.
func (r *reader) lines(book *excelize.File) error {
	rows, err := book.Rows(book.GetSheetName(0))
	if err != nil {
		return broken()
	}
	defer func() { _ = rows.Close() }()
	for n := 1; rows.Next(); n++ {
		if n > maxLines {
			r.note("第 %d 行以后没有读。分成几个表格上传。", maxLines)
			break
		}
		cells, err := rows.Columns()
		if err != nil {
			return broken()
		}
		if blank(cells) {
			continue
		}
		switch {
		case r.at == nil:
			r.headings(cells)
			if r.at == nil && n >= headingRows {
				return r.noHeadings()
			}
		case strings.HasPrefix(first(cells), noteMark):
		case len(r.Lines) >= form.MostRows:
			r.note("最多读 %d 条，第 %d 行以后没有读。分成几次办理。", form.MostRows, n)
			return nil
		default:
			if line := r.line(n, cells); len(line.Row) > 0 || len(line.Problems) > 0 {
				r.Lines = append(r.Lines, line)
			}
		}
	}
	if rows.Error() != nil {
		return broken()
	}
	if r.at == nil {
		return r.noHeadings()
	}
	return nil
}

func (r *reader) noHeadings() error {
	return unusable("没有找到表头。第一行要有“%s”等列名；下载模板，把内容粘贴进去再上传。", columns(r.field)[0].Label)
}

func blank(cells []string) bool {
	return !slices.ContainsFunc(cells, func(c string) bool { return strings.TrimSpace(c) != "" })
}

func first(cells []string) string {
	for _, c := range cells {
		if s := strings.TrimSpace(c); s != "" {
			return s
		}
	}
	return ""
}

// headings takes a row as the headings when most sub-fields are named in it.
func (r *reader) headings(cells []string) {
	at, strange := map[int]form.Field{}, []string(nil)
	known := map[string]bool{}
	for i, cell := range cells[:min(len(cells), maxColumns)] {
		name := heading(cell)
		j := slices.IndexFunc(columns(r.field), func(sub form.Field) bool { return heading(sub.Label) == name && !known[sub.ID] })
		switch {
		case j >= 0:
			sub := columns(r.field)[j]
			at[i], known[sub.ID] = sub, true
		case name != "":
			strange = append(strange, form.Short(strings.TrimSpace(cell), 20))
		}
	}
	if 2*len(at) < len(columns(r.field)) {
		return
	}
	r.at = at
	if len(strange) > 0 {
		r.note("有几列认不出来，没有读：%s。列名要和模板里的一样。", strings.Join(strange[:min(len(strange), 10)], "、"))
	}
	for _, sub := range columns(r.field) {
		if !known[sub.ID] && !sub.Optional && sub.When.Empty() {
			r.note("表格里没有“%s”这一列。加上这一列，或者传上去以后逐条补。", form.Label(sub.Label))
		}
	}
}

// heading is what a heading is known by.
func heading(s string) string {
	s = strings.ToLower(norm.NFKC.String(s))
	s = strings.NewReplacer("(必填)", "", "(选填)", "").Replace(s)
	return strings.Map(func(r rune) rune {
		if strings.ContainsRune(" *\n\r\t:", r) {
			return -1
		}
		return r
	}, s)
}

func (r *reader) line(n int, cells []string) Line {
	line := Line{Number: n, Row: form.Row{}}
	for i, cell := range cells {
		sub, ok := r.at[i]
		if !ok || strings.TrimSpace(cell) == "" {
			continue
		}
		value, problem := r.cell(sub, cell)
		if value != nil {
			line.Row[sub.ID] = value
		}
		if problem != nil {
			problem.Field, problem.Sub = r.field.ID, sub.ID
			line.Problems = append(line.Problems, *problem)
		}
	}
	return line
}

var (
	scientific = regexp.MustCompile(`^\d(\.\d+)?[Ee]\+?\d+$`)
	fault      = regexp.MustCompile(`^#(REF!|N/A|VALUE!|NAME\?|DIV/0!|NUM!|NULL!)$`)
	listMarks  = ";；,，、/\n"
)

// exact is up to how large whole numbers a cell keeps every digit of.
const exact = 1e15

// rounded tells that a number has so many digits, and such zeros at its end, as
// are left of one that a spreadsheet has rounded: it keeps 15. Numbers with
// check digits tell that themselves.
func rounded(sub form.Field, s string) bool {
	switch sub.Type {
	case form.TypeEquipmentCode, form.TypeLicenceNumber, form.TypeText:
		return len(s) > 15 && strings.Trim(s, "0123456789") == "" && strings.Trim(s[15:], "0") == ""
	}
	return false
}

// cell makes an answer of what a cell holds; what cannot be understood stays
// as it was written.
func (r *reader) cell(sub form.Field, cell string) (any, *form.Problem) {
	label := form.Label(sub.Label)
	plain := strings.TrimSpace(norm.NFKC.String(cell))
	if len([]rune(cell)) > maxCell {
		cell, plain = string([]rune(cell)[:maxCell]), ""
		return form.Tidy(sub, cell), &form.Problem{Text: "“%s”太长，只读了前 %d 个字。删减后再填。", Args: []any{label, maxCell}}
	}
	if fault.MatchString(plain) {
		return nil, &form.Problem{Text: "“%s”这一格的公式出错（%s）。写上内容，不用公式。", Args: []any{label, plain}}
	}
	if scientific.MatchString(plain) && !sub.Type.Number() {
		n, err := strconv.ParseFloat(plain, 64)
		if err != nil || n >= exact || n != math.Trunc(n) {
			return plain, &form.Problem{Text: "“%s”被表格软件变成了 %s，后面的数字已经丢了。把这一列设成“文本”格式，再把号码重新填一遍。", Args: []any{label, plain}}
		}
		cell = strconv.FormatFloat(n, 'f', 0, 64)
		plain = cell
	}
	if rounded(sub, plain) {
		return form.Tidy(sub, plain), &form.Problem{Text: "“%s”后几位都是 0，可能是表格软件改掉的。把这一列设成“文本”格式，核对后重新填；确实是 0 的，不用改。", Args: []any{label}}
	}
	switch {
	case sub.Type == form.TypeDate || sub.Type == form.TypeIDExpiry:
		return r.date(sub, plain), nil
	case sub.Type == form.TypeYesNo:
		return yesNo(plain), nil
	case sub.Type == form.TypeChoices:
		return each(cell, func(s string) string { return option(sub, s) }), nil
	case sub.Choosing():
		return option(sub, cell), nil
	case sub.Type == form.TypeTown:
		return r.town(plain), nil
	case sub.Type == form.TypeCatalogue && sub.Many > 0:
		return each(cell, func(s string) string { return entry(sub, s) }), nil
	case sub.Type == form.TypeCatalogue:
		return entry(sub, cell), nil
	case sub.Type.Number():
		return form.Tidy(sub, numeral(plain)), nil
	case !strings.ContainsAny(plain, "eE") && strings.HasSuffix(plain, ".0"): // a whole number that was written as another
		cell = strings.TrimSuffix(plain, ".0")
	}
	if s := form.Tidy(sub, cell); s != "" {
		return s, nil
	}
	return nil, nil
}

// numeral writes a number without exponent, and without what comes of halves
// of bits: 0.30000000000000004.
func numeral(s string) string {
	if !scientific.MatchString(strings.TrimLeft(s, "-")) && len(s) < 15 {
		return s
	}
	n, err := strconv.ParseFloat(s, 64)
	if err != nil || math.Abs(n) >= exact {
		return s
	}
	return strconv.FormatFloat(math.Round(n*1e6)/1e6, 'f', -1, 64)
}

func each(cell string, find func(string) string) any {
	var out []string
	for _, part := range strings.FieldsFunc(cell, func(r rune) bool { return strings.ContainsRune(listMarks, r) }) {
		if part = strings.TrimSpace(part); part != "" && !slices.Contains(out, find(part)) {
			out = append(out, find(part))
		}
	}
	if out == nil {
		return nil
	}
	return out
}

func option(sub form.Field, s string) string {
	want := heading(s)
	for _, o := range sub.Options {
		if heading(o.Label) == want || heading(o.Value) == want {
			return o.Value
		}
	}
	return strings.TrimSpace(s)
}

// entry finds an entry by its code, by its name, or by both as the template
// writes them.
func entry(sub form.Field, s string) string {
	s = strings.TrimSpace(s)
	code, _, _ := strings.Cut(norm.NFKC.String(s), " ")
	if _, ok := sub.Catalogue.Entry(code); ok {
		return code
	}
	if e, ok := sub.Catalogue.Named(s); ok {
		return e.Code
	}
	return s
}

func yesNo(s string) any {
	switch strings.ToLower(s) {
	case "是", "有", "对", "√", "✓", "y", "yes", "true", "1":
		return true
	case "否", "无", "没有", "不", "×", "x", "n", "no", "false", "0":
		return false
	}
	return s
}

func (r *reader) town(s string) string {
	for code, name := range r.ctx.Towns {
		if name == s {
			return code
		}
	}
	return s
}

var dayWritten = regexp.MustCompile(`^(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?(?:[ T].*)?$`)

// latestSerial is the day 9999-12-31 as spreadsheets count.
const latestSerial = 2958465

// date understands a day as it is written, and as spreadsheets count days.
func (r *reader) date(sub form.Field, s string) string {
	if sub.Type == form.TypeIDExpiry && (s == "长期" || s == "长期有效") {
		return form.LongTerm
	}
	if m := dayWritten.FindStringSubmatch(s); m != nil {
		return calendarDay(s, m[1], m[2], m[3])
	}
	n, err := strconv.ParseFloat(s, 64)
	switch {
	case err != nil:
	case len(s) == 8 && n == math.Trunc(n): // 20261125
		return calendarDay(s, s[:4], s[4:6], s[6:])
	case n >= 1 && n <= latestSerial:
		if t, err := excelize.ExcelDateToTime(math.Trunc(n), r.from1904); err == nil {
			return t.Format(time.DateOnly)
		}
	}
	return s
}

func calendarDay(written, year, month, day string) string {
	y, err1 := strconv.Atoi(year)
	m, err2 := strconv.Atoi(month)
	d, err3 := strconv.Atoi(day)
	t := time.Date(y, time.Month(m), d, 0, 0, 0, 0, time.UTC)
	if errors.Join(err1, err2, err3) != nil || t.Day() != d || int(t.Month()) != m {
		return written
	}
	return t.Format(time.DateOnly)
}

// merged tells whether cells have been merged: the reader of rows does not.
func merged(content []byte) bool {
	z, err := zip.NewReader(bytes.NewReader(content), int64(len(content)))
	if err != nil {
		return false
	}
	for _, file := range z.File {
		if file.Name != "xl/worksheets/sheet1.xml" {
			continue
		}
		part, err := file.Open()
		if err != nil {
			return false
		}
		defer func() { _ = part.Close() }()
		return contains(io.LimitReader(part, unpacked), "<mergeCell ")
	}
	return false
}

// contains looks for a text in a stream.
func contains(r io.Reader, text string) bool {
	buffer, kept := make([]byte, 64<<10), 0
	for {
		n, err := r.Read(buffer[kept:])
		if bytes.Contains(buffer[:kept+n], []byte(text)) {
			return true
		}
		if err != nil {
			return false
		}
		tail := min(kept+n, len(text)-1)
		copy(buffer, buffer[kept+n-tail:kept+n])
		kept = tail
	}
}
