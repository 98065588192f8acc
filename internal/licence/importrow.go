package licence

import (
	"strings"
	"time"

	"wangban/internal/cn"
	"wangban/internal/form"
	"wangban/internal/form/sheet"
)

// text is a fixed column of a row.
func (p *importer) text(cells []string, column string) string {
	if i, ok := p.fixed[column]; ok {
		return cn.Text(cells[i])
	}
	return ""
}

// row reads one row. Problems name their columns.
func (p *importer) row(cells []string, line int) (importedRow, []Problem) {
	var problems []Problem
	wrong := func(place int, text string, args ...any) {
		problem := Problem{Line: line, Text: text, Args: args}
		if place >= 0 {
			problem.Column = p.table.place(place)
		}
		problems = append(problems, problem)
	}
	at := func(column string) int {
		if i, ok := p.fixed[column]; ok {
			return i
		}
		return -1
	}
	for i, cell := range cells {
		if text := spoilt(strings.TrimSpace(cell)); text != "" && !strings.HasPrefix(p.table.headings[i], "#") {
			wrong(i, "%s", text)
		}
	}
	if len(problems) > 0 {
		return importedRow{}, problems
	}
	sure, _ := sheet.Cell(form.Field{Type: form.TypeYesNo}, p.text(cells, colConfirmed), p.ctx)

	number := cn.Code(p.text(cells, colNumber))
	uscc := cn.Code(p.text(cells, colUSCC))
	if p.with["uscc"] == usccNumber && uscc == "" {
		uscc = number
	}
	p.checkNumber(number, sure == true, func(text string, args ...any) { wrong(at(colNumber), text, args...) })
	holder := p.text(cells, colHolder)
	if n := len([]rune(holder)); n < 2 || n > 100 {
		wrong(at(colHolder), "持证人的名称要 2 到 100 个字。照证照填写。")
	}
	switch {
	case uscc != "" && cn.USCC(uscc).Level == cn.Error:
		wrong(at(colUSCC), "统一社会信用代码不对，校验没有通过。对照营业执照逐位核对。")
	case uscc != "" && p.with["uscc"] == usccNumber && uscc != number:
		wrong(at(colUSCC), "这种证照的编号就是统一社会信用代码，两列不一样。核对后改正。")
	case uscc == "" && p.text(cells, colID) == "":
		wrong(at(colUSCC), "没有统一社会信用代码，也没有证件号码，不知道是谁的证照。补上一个。")
	}
	row := importedRow{line: line}
	row.said.IDType, row.said.IDNumber = p.document(cells, at, wrong)
	if row.said.IDNumber != "" {
		row.person = p.room.personIndex(row.said.IDType, row.said.IDNumber)
	}

	issued := p.day(cells, colIssued, wrong)
	from, until := p.day(cells, colFrom, wrong), time.Time{}
	if from.IsZero() {
		from = issued
	}
	switch written := p.text(cells, colUntil); {
	case written == "" && p.with["valid"] != "":
		wrong(at(colUntil), "没有写有效期。写最后一天，例如 2028-05-05；没有期限的写“长期”。")
	case written != "" && written != "长期" && written != "长期有效" && written != form.LongTerm:
		if last := p.day(cells, colUntil, wrong); !last.IsZero() {
			until = last.AddDate(0, 0, 1)
		}
	}
	status, known := statusOf(p.text(cells, colStatus))
	ended := p.day(cells, colEnded, wrong)
	over := status == Cancelled || status == Revoked || status == Struck
	switch {
	case issued.IsZero() && p.text(cells, colIssued) == "":
		wrong(at(colIssued), "没有写首次发证日期。照证照填写，例如 2021-05-06。")
	case issued.After(p.at):
		wrong(at(colIssued), "首次发证日期在今天以后。核对后改正。")
	case !from.IsZero() && from.Before(issued):
		wrong(at(colFrom), "有效期起在首次发证日期以前。核对后改正。")
	case !until.IsZero() && !from.IsZero() && !until.After(from):
		wrong(at(colUntil), "有效期至在有效期起以前。核对后改正。")
	case !known:
		wrong(at(colStatus), "状态认不出来。写有效、已停用、已注销、已撤销、已吊销之一。")
	case over && ended.IsZero() && p.text(cells, colEnded) == "":
		wrong(at(colEnded), "已经结束的证照，要写结束日期。")
	case ended.After(p.at):
		wrong(at(colEnded), "结束日期在今天以后。还有效的，状态写“有效”。")
	case !ended.IsZero() && ended.Before(issued):
		wrong(at(colEnded), "结束日期在首次发证日期以前。核对后改正。")
	case !over && !ended.IsZero():
		wrong(at(colEnded), "状态不是已注销、已撤销、已吊销的，不写结束日期。")
	}

	values := p.answers(cells, uscc, holder, sure == true, wrong)
	if len(problems) > 0 {
		return row, problems
	}
	row.ended, row.said.Values = ended, values
	g, err := p.grant(values, issued)
	if err == nil {
		row.taken, err = p.series(g, number, wrong)
	}
	if err != nil {
		wrong(-1, "%s", err.Error())
	}
	row.record = g.record.name()
	l := Licence{Public: Public{Number: number, Kind: firstWord(p.with["kind"]), Town: text(g.after, p.it.Flow.Town), Status: status, Issued: issued, Imported: p.at}, Listed: p.with["listed"] != "no"}
	l.show(Version{Number: 1, Act: ActImport, Item: p.it.Name, Record: row.record, Title: p.it.Guide.Result.Name, Unit: holder, USCC: uscc, Facts: g.facts(p.with["public"]),
		Made: p.at, From: from, Until: until, Code: newCode(), imported: true})
	row.licence = l
	return row, problems
}

// checkNumber checks a number as every form does that asks for it.
func (p *importer) checkNumber(number string, sure bool, wrong func(string, ...any)) {
	if number == "" {
		wrong("没有写证照编号。照证照填写。")
		return
	}
	if n := len([]rune(number)); n > 60 {
		wrong("证照编号最多 %d 个字，现在是 %d 个。核对后改正。", 60, n)
		return
	}
	for _, f := range p.numbers {
		ctx := p.ctx
		if sure {
			ctx.Confirmed = map[string]string{f.ID: number}
		}
		for _, found := range form.Validate(form.Form{Pages: []form.Page{{Fields: []form.Field{f}}}}, form.Values{f.ID: number}, ctx) {
			wrong("%s", p.said(found))
			return
		}
	}
}

// said is a problem of a form as a file is told of it.
func (p *importer) said(found form.Problem) string {
	found.Row = 0 // a licence is one record, and has a line
	text := found.Say(nil)
	if found.Warn {
		text += oddAdvice
	}
	return text
}

const oddAdvice = "（导入时：确实没错的，这一行的“核对无误”写“是”。）"

// document is the holder's, where the file has it.
func (p *importer) document(cells []string, at func(string) int, wrong func(int, string, ...any)) (kind, number string) {
	written := p.text(cells, colID)
	if written == "" {
		return "", ""
	}
	kindField := form.Field{ID: "type", Type: form.TypeIDType, Label: colIDType, Options: form.Vocabulary(form.TypeIDType)}
	kind = kindField.Options[0].Value
	if said := p.text(cells, colIDType); said != "" {
		value, _ := sheet.Cell(kindField, said, p.ctx)
		kind, _ = value.(string)
	}
	numberField := form.Field{ID: "number", Type: form.TypeIDNumber, Label: colID, IDType: "type"}
	value, odd := sheet.Cell(numberField, written, p.ctx)
	if number, _ = value.(string); odd != nil {
		wrong(at(colID), "%s", odd.Say(nil))
		return kind, number
	}
	asked := form.Form{Pages: []form.Page{{Fields: []form.Field{kindField, numberField}}}}
	if found := form.Validate(asked, form.Values{"type": kind, "number": number}, p.ctx); len(found) > 0 {
		place := at(colID)
		if found[0].Field == "type" && at(colIDType) >= 0 {
			place = at(colIDType)
		}
		wrong(place, "%s", found[0].Say(nil))
	}
	return kind, number
}

// day is a day in a fixed column, its midnight; zero where nothing is written,
// or nothing that is a day.
func (p *importer) day(cells []string, column string, wrong func(int, string, ...any)) time.Time {
	written := p.text(cells, column)
	if written == "" {
		return time.Time{}
	}
	value, _ := sheet.Cell(form.Field{Type: form.TypeDate, Label: column}, written, p.ctx)
	said, _ := value.(string)
	day, err := time.ParseInLocation(time.DateOnly, said, form.Shanghai)
	if err != nil || day.Year() < 1949 || day.Year() > 2200 {
		wrong(p.fixed[column], "“%s”不是日期。写成 2020-07-31 的样子。", form.Short(written, 20))
		return time.Time{}
	}
	return day
}

var statusWords = map[string]Status{
	"": Valid, "有效": Valid, "正常": Valid, "过期": Valid, "已过期": Valid, "停用": Suspended, "已停用": Suspended,
	"注销": Cancelled, "已注销": Cancelled, "撤销": Revoked, "已撤销": Revoked, "吊销": Struck, "已吊销": Struck,
}

func statusOf(word string) (Status, bool) {
	if s, ok := statusWords[word]; ok {
		return s, true
	}
	switch s := Status(strings.ToLower(word)); s {
	case Valid, Suspended, Cancelled, Revoked, Struck:
		return s, true
	}
	return Valid, false
}
