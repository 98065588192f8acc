package licence

import (
	"slices"
	"strings"
	"time"

	"wangban/internal/form"
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
