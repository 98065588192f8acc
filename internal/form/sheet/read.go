package sheet

import (
	"archive/zip"
	"bytes"
	"io"
	"slices"
	"strings"

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
