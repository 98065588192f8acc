package licence

import (
	"bufio"
	"bytes"
	"crypto/sha256"
	"encoding/csv"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"strings"
	"unicode/utf8"

	textenc "golang.org/x/text/encoding"
	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/encoding/unicode"
	"golang.org/x/text/transform"

	"wangban/internal/form"
)

// Bounds of a file that is imported.
const (
	MostImported = 20_000   // rows: one transaction takes them all, and nobody waits long for it
	MostFile     = 64 << 20 // bytes
	longestRow   = 128 << 10
	mostColumns  = 300
)

// Unusable is a file of which nothing can be taken.
type Unusable struct {
	Text string
	Args []any
}

func (u *Unusable) Error() string { return fmt.Sprintf(u.Text, u.Args...) }

func unusable(text string, args ...any) error { return &Unusable{text, args} }

// Problem is what is wrong in a file, and where.
type Problem struct {
	Line   int    // as in a text editor, from 1
	Column string // letters of a spreadsheet and heading, "C 有效期至"; "" for the whole row
	Text   string
	Args   []any
}

func (p Problem) String() string {
	where := fmt.Sprintf("第 %d 行", p.Line)
	if p.Column != "" {
		where += " " + p.Column
	}
	return where + "：" + fmt.Sprintf(p.Text, p.Args...)
}

// table reads a CSV file row by row. It is read twice: first as a whole for its
// encoding and its digest, then for its rows.
type table struct {
	source io.ReadSeeker
	code   textenc.Encoding
	skip   int64 // bytes of a mark at the beginning
	comma  rune
	digest string

	rows     *csv.Reader
	budget   *budget
	headings []string
}

// openTable looks at a file. The error is an *Unusable where the file is to
// blame.
func openTable(source io.ReadSeeker) (*table, error) {
	t := &table{source: source}
	if err := t.sniff(); err != nil {
		return nil, err
	}
	return t, t.rewind()
}

// sniff finds out how the file is written.
func (t *table) sniff() error {
	if _, err := t.source.Seek(0, io.SeekStart); err != nil {
		return err
	}
	sum := sha256.New()
	in := bufio.NewReaderSize(io.TeeReader(io.LimitReader(t.source, MostFile+1), sum), 64<<10)
	start, _ := in.Peek(4)
	switch {
	case len(start) == 0:
		return unusable("文件是空的。第一行写列名，下面每行写一份证照。")
	case bytes.HasPrefix(start, []byte("PK\x03\x04")), bytes.HasPrefix(start, []byte("\xd0\xcf\x11\xe0")):
		return unusable("这是电子表格文件。用表格软件另存为 CSV（UTF-8）再导入。")
	case bytes.HasPrefix(start, []byte("\xff\xfe")), bytes.HasPrefix(start, []byte("\xfe\xff")):
		t.code = unicode.UTF16(unicode.LittleEndian, unicode.ExpectBOM)
	case bytes.HasPrefix(start, []byte("\xef\xbb\xbf")):
		t.skip = 3
	}
	wide, valid, size := t.code != nil, true, int64(0)
	var kept []byte // the beginning of a character that a block has cut
	block := make([]byte, 64<<10)
	for {
		n, err := in.Read(block)
		size += int64(n)
		if !wide && bytes.IndexByte(block[:n], 0) >= 0 {
			return unusable("这不是 CSV 文件。用表格软件另存为 CSV（UTF-8）再导入。")
		}
		if !wide && valid {
			kept, valid = validUTF8(append(kept, block[:n]...))
		}
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return err
		}
	}
	if size > MostFile {
		return unusable("文件超过 %d MB。分成几个文件导入。", MostFile>>20)
	}
	if !wide && (!valid || len(kept) > 0) {
		t.code = simplifiedchinese.GB18030
	}
	t.digest = hex.EncodeToString(sum.Sum(nil))
	return nil
}

// validUTF8 tells whether a block is UTF-8, but for a character that is cut at
// its end, which it returns.
func validUTF8(block []byte) (rest []byte, ok bool) {
	cut := len(block)
	for i := 1; i <= min(utf8.UTFMax-1, len(block)); i++ {
		if utf8.RuneStart(block[len(block)-i]) {
			if !utf8.FullRune(block[len(block)-i:]) {
				cut = len(block) - i
			}
			break
		}
	}
	return bytes.Clone(block[cut:]), utf8.Valid(block[:cut])
}

// budget ends a reading that has gone on too long without a row: a quotation
// mark without its partner swallows all that follows.
type budget struct {
	in   io.Reader
	left int
}

var errLong = errors.New("a row is too long")

func (b *budget) Read(p []byte) (int, error) {
	if b.left <= 0 {
		return 0, errLong
	}
	n, err := b.in.Read(p[:min(len(p), b.left)])
	b.left -= n
	return n, err
}

// rewind begins at the headings.
func (t *table) rewind() error {
	if t.comma == 0 {
		t.comma = ','
		if err := t.begin(); err != nil {
			return err
		}
		first, _ := bufio.NewReader(t.budget).ReadString('\n')
		for _, mark := range []rune{',', '\t', ';'} {
			if strings.Count(first, string(mark)) > strings.Count(first, string(t.comma)) {
				t.comma = mark
			}
		}
	}
	if err := t.begin(); err != nil {
		return err
	}
	t.rows = csv.NewReader(t.budget)
	t.rows.Comma, t.rows.FieldsPerRecord, t.rows.ReuseRecord = t.comma, -1, true
	headings, _, problem := t.read()
	if problem != nil {
		return unusable("表头读不出来：%s", problem.String())
	}
	t.headings = t.headings[:0]
	for _, h := range headings {
		t.headings = append(t.headings, strings.TrimSpace(h))
	}
	for n := len(t.headings); n > 0 && t.headings[n-1] == ""; n-- {
		t.headings = t.headings[:n-1]
	}
	switch {
	case len(t.headings) == 0:
		return unusable("文件是空的。第一行写列名，下面每行写一份证照。")
	case len(t.headings) > mostColumns:
		return unusable("列太多，最多 %d 列。删去用不到的列再导入。", mostColumns)
	}
	return nil
}

func (t *table) begin() error {
	if _, err := t.source.Seek(t.skip, io.SeekStart); err != nil {
		return err
	}
	in := io.LimitReader(t.source, MostFile)
	if t.code != nil {
		in = transform.NewReader(in, t.code.NewDecoder())
	}
	t.budget = &budget{in, longestRow}
	return nil
}

// read is the next row and its line; io.EOF comes as a nil row without a
// problem. After a problem with line 0 < nothing more can be read.
func (t *table) read() (cells []string, line int, problem *Problem) {
	t.budget.left = longestRow
	cells, err := t.rows.Read()
	var broken *csv.ParseError
	switch {
	case errors.Is(err, io.EOF):
		return nil, 0, nil
	case errors.Is(err, errLong):
		line, _ := t.rows.FieldPos(0)
		return nil, line, &Problem{Line: line + 1, Text: "这一行太长，或者引号没有成对，从这里起读不下去。改好再导入。"}
	case errors.As(err, &broken):
		return nil, broken.Line, &Problem{Line: broken.StartLine, Text: "这一行的引号没有成对，从这里起读不下去。改好再导入。"}
	case err != nil:
		return nil, 0, &Problem{Text: "文件读不下去：%s", Args: []any{err.Error()}}
	}
	line, _ = t.rows.FieldPos(0)
	return cells, line, nil
}

// row is the next row with as many cells as there are headings; done at the
// end of the file, or where it cannot be read on.
func (t *table) row() (cells []string, line int, problem *Problem, done bool) {
	for {
		cells, line, problem = t.read()
		if cells == nil {
			return nil, line, problem, true
		}
		full := len(cells)
		for full > 0 && strings.TrimSpace(cells[full-1]) == "" {
			full--
		}
		switch {
		case full == 0:
			continue
		case full > len(t.headings):
			return nil, line, &Problem{Line: line, Text: "这一行有 %d 格，表头只有 %d 格，内容可能错位了。核对后再导入。", Args: []any{full, len(t.headings)}}, false
		case len(cells) < len(t.headings):
			return nil, line, &Problem{Line: line, Text: "这一行只有 %d 格，表头有 %d 格，内容可能错位了。核对后再导入。", Args: []any{len(cells), len(t.headings)}}, false
		}
		return cells[:len(t.headings)], line, nil, false
	}
}

// place is how a column is named to people: as spreadsheets do, with its
// heading.
func (t *table) place(column int) string {
	letters := ""
	for n := column; n >= 0; n = n/26 - 1 {
		letters = string(rune('A'+n%26)) + letters
	}
	return letters + " " + form.Short(t.headings[column], 40)
}

// spoilt tells of a cell that must not be taken as it is: a character that the
// encoding lost, control characters, or a formula, which somebody's spreadsheet
// would carry out. A number with its sign is none.
func spoilt(cell string) string {
	switch {
	case strings.ContainsRune(cell, utf8.RuneError):
		return "有认不出来的字，文件的编码可能不对。另存为 UTF-8 编码的 CSV 再导入。"
	case strings.ContainsFunc(cell, func(r rune) bool { return r < ' ' && r != '\n' && r != '\r' && r != '\t' || r == 0x7f }):
		return "有看不见的控制字符。重新填写这一格。"
	case strings.HasPrefix(cell, "="), strings.HasPrefix(cell, "@"):
		return "这一格是公式。只写内容，例如把 =\"123\" 写成 123。"
	case (strings.HasPrefix(cell, "+") || strings.HasPrefix(cell, "-")) && strings.Trim(cell[1:], "0123456789. -") != "":
		return "这一格是公式。只写内容，例如把 =\"123\" 写成 123。"
	}
	return ""
}
