package registry

import (
	"fmt"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"wangban/internal/cn"
)

// Problem is a cell or row of a file that is not as it should be: where, what,
// and what to do, in Chinese, with fmt verbs for Args.
type Problem struct {
	Row    int    // as a spreadsheet counts, from 1
	Column string // empty: the whole row
	Text   string
	Args   []any
	Kept   bool // the row was kept without this cell
}

func (p Problem) String() string {
	where := fmt.Sprintf("第 %d 行", p.Row)
	if p.Column != "" {
		where += "“" + p.Column + "”"
	}
	return where + "：" + fmt.Sprintf(p.Text, p.Args...)
}

// Longest texts that are kept, characters.
const (
	longestText  = 300
	longestScope = 10_000
)

// reader turns lines of a table into rows.
type reader struct {
	table
	towns    map[string]string // code → name
	line     line
	problems []Problem // of this line
	wrong    bool      // the line cannot be kept
}

// read turns a line into a row; false when it cannot be kept.
func (r *reader) read(l line) (Row, bool) {
	r.line, r.problems, r.wrong = l, nil, false
	if l.cells == nil {
		r.reject("", "这一行的引号没有成对，读不出来。改好引号再导入。")
		return Row{}, false
	}
	var row Row
	row.USCC = r.uscc()
	row.Rep = r.text(colRep, longestText)
	if row.Rep == "" {
		r.reject(colRep, "没有填写。按登记信息补上。")
	}
	row.Name = r.name(row.USCC, row.Rep)
	row.Status = r.status()
	row.RepID = r.repID()
	row.Kind = kindOf(r.text(colKind, longestText), row.USCC)
	row.Address = r.text(colAddress, longestText)
	row.Scope = r.text(colScope, longestScope)
	row.Authority = r.text(colAuthority, longestText)
	row.Region = r.region(row.USCC)
	row.Town = r.town(row.Address)
	row.Established = r.day()
	return row, !r.wrong
}

func (r *reader) reject(column, text string, args ...any) {
	r.wrong = true
	r.problems = append(r.problems, Problem{Row: r.line.number, Column: column, Text: text, Args: args})
}

// leave keeps the row without the cell.
func (r *reader) leave(column, text string, args ...any) {
	r.problems = append(r.problems, Problem{Row: r.line.number, Column: column, Text: text, Args: args, Kept: true})
}

func (r *reader) text(column string, longest int) string {
	s := cn.Text(strings.ToValidUTF8(strings.ReplaceAll(r.cell(r.line, column), "\x00", ""), ""))
	if utf8.RuneCountInString(s) > longest {
		r.leave(column, "超过 %d 个字，没有收。", longest)
		return ""
	}
	return s
}

func (r *reader) uscc() string {
	v := cn.USCC(r.text(colUSCC, longestText))
	switch {
	case v.Reason == cn.Empty:
		r.reject(colUSCC, "没有填写。按营业执照补上 18 位代码。")
	case v.Reason == cn.Length:
		r.reject(colUSCC, "要 18 位，这里有 %d 位。对照营业执照核对；数字被表格改成科学记数的，把这一列设为文本。", utf8.RuneCountInString(v.Value))
	case v.Level == cn.Error:
		r.reject(colUSCC, "代码不对，校验没有通过。对照营业执照逐位核对。")
	}
	return v.Value
}

// name lets the operator's name stand for a sole trader without trade name,
// whose licence says “***”.
func (r *reader) name(uscc, rep string) string {
	written := r.text(colName, longestText)
	if strings.Trim(cn.NameKey(written), "*-/无") == "" && cn.USCCKind(uscc) == cn.SoleTrader {
		return rep
	}
	v := cn.UnitName(written)
	switch v.Reason {
	case "":
	case cn.Empty:
		r.reject(colName, "没有填写。按登记信息补上。")
	case cn.Length:
		r.reject(colName, "要 2 到 100 个字。按登记信息改正。")
	default:
		r.reject(colName, "里面没有文字。按登记信息改正。")
	}
	return v.Value
}

func (r *reader) status() Status {
	written := r.text(colStatus, longestText)
	status, known := statusOf[cn.NameKey(written)]
	switch {
	case written == "":
		r.reject(colStatus, "没有填写。按登记信息补上。")
	case !known:
		r.reject(colStatus, "“%s”认不出来。改成存续、歇业、清算、迁出、吊销、撤销、注销之一。", written)
	}
	return status
}

func (r *reader) repID() string {
	v := cn.Code(r.text(colRepID, longestText))
	if strings.ContainsAny(v, "*?#") {
		r.leave(colRepID, "号码打了码，没有收。")
		return ""
	}
	return v
}

func (r *reader) region(uscc string) string {
	written := r.text(colRegion, longestText)
	if v := cn.RegionCode(written); v.OK() {
		return v.Value[:6]
	} else if written != "" {
		r.leave(colRegion, "不是行政区划代码，改用统一社会信用代码里的。")
	}
	if len(uscc) < 8 {
		return ""
	}
	return uscc[2:8]
}

func (r *reader) town(address string) string {
	written := r.text(colTown, longestText)
	if _, ok := r.towns[written]; ok {
		return written
	}
	for code, name := range r.towns {
		if name == written {
			return code
		}
	}
	if written != "" {
		r.leave(colTown, "“%s”不在本地乡镇名单里，改按地址判断。", written)
	}
	return townIn(r.towns, address)
}

// townIn finds the township an address names: the longest name in it, so that
// 舒城县经济开发区 goes before a town whose name is part of it.
func townIn(towns map[string]string, address string) string {
	var best string
	for code, name := range towns {
		if name == "" || !strings.Contains(address, name) {
			continue
		}
		if d := len(name) - len(towns[best]); best == "" || d > 0 || d == 0 && code < best {
			best = code
		}
	}
	return best
}

var dayForms = []string{"2006-1-2", "2006/1/2", "2006.1.2", "2006年1月2日", "20060102"}

func (r *reader) day() string {
	written := r.text(colEstablished, longestText)
	if written == "" {
		return ""
	}
	date, _, _ := strings.Cut(strings.Replace(written, "T", " ", 1), " ")
	for _, form := range dayForms {
		if t, err := time.Parse(form, date); err == nil && t.Year() >= 1900 {
			return t.Format(time.DateOnly)
		}
	}
	// A spreadsheet's date is the number of days since 1899-12-30.
	if n, err := strconv.ParseFloat(written, 64); err == nil && n >= 367 && n < 80_000 {
		return time.Date(1899, 12, 30, 0, 0, 0, 0, time.UTC).AddDate(0, 0, int(n)).Format(time.DateOnly)
	}
	r.leave(colEstablished, "不是日期，没有收。写成 2020-07-31 的样子。")
	return ""
}
