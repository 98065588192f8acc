package licence

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"wangban/internal/casework"
	"wangban/internal/cn"
	"wangban/internal/form"
	"wangban/internal/form/sheet"
	"wangban/internal/item"
)

// What a file of licences says of each beside the answers of the item's form.
const (
	colNumber    = "证照编号"
	colHolder    = "持证人"
	colUSCC      = "统一社会信用代码"
	colIDType    = "证件类型"
	colID        = "证件号码"
	colIssued    = "首次发证日期"
	colFrom      = "有效期起"
	colUntil     = "有效期至"
	colStatus    = "状态"
	colEnded     = "结束日期"
	colConfirmed = "核对无误"
)

// ImportColumn is a column that every file of licences can have.
type ImportColumn struct {
	Name, Other string // as headings are written; Other is accepted too
	Needed      bool
	About       string // what it holds, for the page of documentation
}

// ImportColumns are those that are the same for every item.
func ImportColumns() []ImportColumn { return slices.Clone(importColumns) }

var importColumns = []ImportColumn{
	{colNumber, "number", true, "The original number. Checked as the forms that ask for it check it; the check digit where its standard has one."},
	{colHolder, "holder", true, "Name of the holder as printed: of the unit, or of the person."},
	{colUSCC, "uscc", false, "Unified social credit code of the holder. It or the holder's document is needed. Where the number is the code (a business licence), it can be left out."},
	{colIDType, "id_type", false, "Kind of the holder's document where the holder is a person; 居民身份证 without it."},
	{colID, "id_no", false, "Number of the holder's document. Sealed; used only to show the person their licence."},
	{colIssued, "issued", true, "Day of the first issue."},
	{colFrom, "valid_from", false, "First day of the current term; the first issue without it."},
	{colUntil, "until", false, "Last day of validity, or 长期. Needed where licences of the item have an end."},
	{colStatus, "status", false, "有效 (also when empty), 已停用, 已注销, 已撤销 or 已吊销. That a term is over follows from its last day."},
	{colEnded, "ended", false, "Day on which it ended; needed with 已注销, 已撤销, 已吊销."},
	{colConfirmed, "confirmed", false, "是: what is odd in this row (a check digit that does not fit) was held against the original."},
}

// importer turns rows into licences of one item.
type importer struct {
	room    *Room
	it      *item.Item
	with    map[string]string // settings of the item's licence.issue
	list    *form.Field       // of which a licence is one record; nil: of none
	numbers []form.Field      // how forms ask for the number of such a licence
	ctx     form.Context
	at      time.Time

	table  *table
	fixed  map[string]int     // column → place
	answer map[int]form.Field // place → question of the form
	sub    map[int]form.Field // place → question of the record
}

// row is a licence out of a file, ready to be kept.
type importedRow struct {
	line    int
	licence Licence
	taken   taken // its place in a series, where its number follows the item's rule
	record  string
	person  string // what the holder's document is found by; "" for none
	said    imported
	digest  string
	ended   time.Time
}

// imported is what is sealed of a licence out of a file.
type imported struct {
	Values   form.Values
	IDType   string
	IDNumber string
}

// newImporter finds out how an item issues licences.
func (r *Room) newImporter(name string, t *table) (*importer, error) {
	it, ok := r.Items.Get(name)
	if !ok {
		return nil, unusable("没有事项 %s。写发这种证照的事项的名字，例如 items 文件夹里的文件夹名。", name)
	}
	p := &importer{room: r, it: it, table: t, at: r.Now(), ctx: form.Context{Now: r.Now()}}
	if r.Towns != nil {
		p.ctx.Towns = r.Towns()
	}
	for _, use := range effectsOf(it) {
		if use.Name == "licence.issue" {
			p.with = use.With
			break
		}
	}
	if p.with == nil {
		return nil, unusable("事项 %s 不发证照。写发这种证照的事项的名字，不写变更、延续这些事项。", name)
	}
	if f, ok := it.Form.Field(p.with["each"]); ok {
		p.list = &f
	}
	p.numbers = r.numberFields(firstWord(p.with["kind"]))
	return p, p.match()
}

// numberFields are the questions with which the items at hand ask for the
// number of a licence of a kind: what they would refuse must not be imported.
func (r *Room) numberFields(kind string) (all []form.Field) {
	for _, it := range r.Items.All() {
		use := it.Guide.Licence
		if !slices.Contains(use.Kinds, kind) {
			continue
		}
		f, ok := it.Form.Field(use.Field)
		if _, sub, inList := it.Form.SubField(use.Field); inList {
			f, ok = sub, true
		}
		if ok {
			all = append(all, alone(f))
		}
	}
	return all
}

// alone is a question by itself, to check one answer by.
func alone(f form.Field) form.Field {
	f.When, f.OptionalWhen, f.Check, f.Was, f.Differs, f.Kind, f.After, f.IDNumber = form.Cond{}, form.Cond{}, "", "", "", "", "", ""
	return f
}

// match finds out what the columns are.
func (p *importer) match() error {
	p.fixed, p.answer, p.sub = map[string]int{}, map[int]form.Field{}, map[int]form.Field{}
	seen := map[string]string{}
	for i, heading := range p.table.headings {
		if heading == "" {
			return unusable("%s 列没有列名。补上列名，或者删去这一列。", strings.TrimSpace(p.table.place(i)))
		}
		if strings.HasPrefix(heading, "#") { // left out on purpose
			continue
		}
		name := heading
		if c := slices.IndexFunc(importColumns, func(c ImportColumn) bool { return c.Name == heading || c.Other == strings.ToLower(heading) }); c >= 0 {
			name = importColumns[c].Name
			p.fixed[name] = i
		} else if problem := p.question(i, heading); problem != "" {
			return unusable(problem, p.table.place(i), heading)
		}
		if other, twice := seen[name]; twice {
			return unusable("%s 和 %s 是同一列。删去一列再导入。", other, p.table.place(i))
		}
		seen[name] = p.table.place(i)
	}
	for _, c := range importColumns {
		if _, ok := p.fixed[c.Name]; !ok && (c.Needed || c.Name == colUntil && p.with["valid"] != "") {
			return unusable("表头缺少“%s”这一列。补上再导入。", c.Name)
		}
	}
	_, code := p.fixed[colUSCC]
	_, document := p.fixed[colID]
	if !code && !document && p.with["uscc"] != usccNumber {
		return unusable("表头缺少“%s”这一列。补上再导入。", colUSCC)
	}
	return nil
}

// question finds the question that a heading names; the text says what is wrong
// with a heading that names none.
func (p *importer) question(place int, heading string) string {
	f, ok := p.it.Form.Field(heading)
	if p.list != nil && !ok {
		if f, ok = p.list.Sub(heading); ok {
			p.sub[place] = f
			return p.importable(f)
		}
	}
	switch {
	case !ok:
		return "%[1]s：这一列认不出来。列名写固定的几列，或者事项表单里的字段名；不导入的列，列名前面加 #。"
	case heading == p.it.Flow.Title || heading == p.it.Flow.Subject:
		return "%[1]s：这一列由“持证人”和“统一社会信用代码”给出。删去这一列。"
	}
	p.answer[place] = f
	return p.importable(f)
}

func (p *importer) importable(f form.Field) string {
	if f.Type == form.TypeFile || f.Type == form.TypeRows || f.Type.Own() {
		return "%[1]s：文件、承诺、密码和成组的内容不能从表格导入。删去这一列，或者列名前面加 #。"
	}
	return ""
}

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

// answers are what the file says to the questions of the form, checked as the
// form checks them. What it does not say stays open.
func (p *importer) answers(cells []string, uscc, holder string, sure bool, wrong func(int, string, ...any)) form.Values {
	values, record, places := form.Values{}, form.Row{}, map[string]int{}
	read := func(place int, f form.Field, into form.Values) {
		if strings.TrimSpace(cells[place]) == "" {
			return
		}
		value, problem := sheet.Cell(f, cells[place], p.ctx)
		if problem != nil {
			wrong(place, "%s", problem.Say(nil))
			return
		}
		if places[f.ID] = place; value != nil {
			into[f.ID] = value
		}
	}
	for i := range cells {
		if f, ok := p.answer[i]; ok {
			read(i, f, values)
		}
		if f, ok := p.sub[i]; ok {
			read(i, f, record)
		}
	}
	for field, said := range map[string]string{p.it.Flow.Subject: uscc, p.it.Flow.Title: holder} {
		if field != "" && said != "" {
			values[field] = said
		}
	}
	ctx := p.ctx
	ctx.Verified, ctx.Confirmed = map[string]string{}, map[string]string{}
	for id, v := range values { // a number was proven, or not, when the licence was applied for
		if s, ok := v.(string); ok {
			ctx.Verified[id] = s
			if sure {
				ctx.Confirmed[id] = s
			}
		}
	}
	if p.list != nil && len(record) > 0 {
		if sure {
			for id, v := range record {
				if s, ok := v.(string); ok && !strings.HasSuffix(id, form.ConfirmSuffix) {
					if f, ok := p.list.Sub(id); ok && slices.Contains([]form.Type{form.TypeEquipmentCode, form.TypeLicenceNumber, form.TypeUSCC, form.TypeIDNumber}, f.Type) {
						record[id+form.ConfirmSuffix] = s
					}
				}
			}
		}
		values[p.list.ID] = []form.Row{record}
	}
	for _, found := range form.Validate(p.it.Form, values, ctx) {
		id := found.Field
		if p.list != nil && id == p.list.ID && found.Sub != "" {
			id = found.Sub
		}
		if place, given := places[id]; given && found.Code != form.NotAnswered && found.Code != form.Unverified {
			wrong(place, "%s", p.said(found))
		} else if !given && (id == p.it.Flow.Subject || id == p.it.Flow.Title) && found.Code != form.NotAnswered {
			wrong(p.fixed[colHolder], "%s", p.said(found))
		}
	}
	asked := p.it.Form.Asked(values)
	for id, place := range places {
		_, isSub := p.sub[place]
		if _, ok := asked[id]; !isSub && !ok && values[id] != nil {
			wrong(place, "照这一行别的内容，表单不问这一项。补上决定它的内容，或者清空这一格。")
		}
		if isSub && len(form.RowsOf(asked[p.list.ID])) == 1 && record[id] != nil {
			if _, ok := form.RowsOf(asked[p.list.ID])[0][id]; !ok {
				wrong(place, "照这一行别的内容，表单不问这一项。补上决定它的内容，或者清空这一格。")
			}
		}
	}
	return asked
}

// grant is what the item's effect would be told of the licence.
func (p *importer) grant(values form.Values, issued time.Time) (grant, error) {
	s := casework.State{Item: p.it.Name, Hash: p.it.Hash, Values: values}
	g := grant{it: p.it, call: casework.Call{Name: "licence.issue", With: p.with}, after: s, at: issued, env: casework.Env(casework.House{}, p.it, s)}
	if p.list == nil {
		return g, nil
	}
	rows := form.RowsOf(values[p.list.ID])
	if len(rows) != 1 {
		rows = []form.Row{{}}
	}
	return g.about(record{*p.list, 1, rows[0]}), nil
}

// series tells which place of which series a number has by the item's rule;
// none when it does not follow it. The rule cannot be applied where an answer
// that it speaks of is missing: then the number might be given again, and the
// row is refused.
func (p *importer) series(g grant, number string, wrong func(int, string, ...any)) (taken, error) {
	none := taken{number: number}
	expression, ok := p.it.Flow.Numbers[p.with["number"]]
	if !ok {
		return none, fmt.Errorf("item %s has no numbers %q", p.it.Name, p.with["number"])
	}
	refs := expression.Refs()
	if source := p.with["series"]; source != "" {
		if cond, err := form.ParseCond(source); err == nil {
			refs = append(slices.Clone(refs), cond.Refs()...)
		}
	}
	for _, ref := range refs {
		ref = strings.TrimPrefix(ref, "catalogue.")
		if i := strings.LastIndexByte(ref, '.'); i > 0 && slices.Contains(expression.Refs(), "catalogue."+ref) {
			ref = ref[:i]
		}
		f, answer, ok := g.field(ref)
		if ok && !form.Answered(answer) {
			wrong(-1, "编号规则要用到“%s”（列名 %s），不知道它，就不知道这个编号以后会不会再发。补上这一项。", form.Label(f.Label), f.ID)
			return none, nil
		}
	}
	expression, env, series, err := p.room.numbering(g)
	if err != nil {
		return none, err
	}
	width, runes := widthOf(p.with["sequence"]), []rune(number)
	for i := 0; i+width <= len(runes); i++ {
		digits := string(runes[i : i+width])
		if strings.Trim(digits, "0123456789") != "" {
			continue
		}
		env["sequence"] = digits
		if text, err := expression.Text(env); err == nil && cn.Code(text) == number {
			n := int64(0)
			for _, d := range digits {
				n = 10*n + int64(d-'0')
			}
			return taken{number, series, n}, nil
		}
	}
	return none, nil
}
