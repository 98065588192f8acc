package sheet

import (
	"errors"
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

// Cell makes an answer to a field of what a cell of a table says, as people and
// spreadsheets write it: a choice by its value or its text, an entry of a
// catalogue by code or name, a day in any usual way. What cannot be understood
// stays as it was written, for the form's checks to tell.
func Cell(f form.Field, cell string, ctx form.Context) (any, *form.Problem) {
	r := reader{ctx: ctx}
	return r.cell(f, cell)
}
