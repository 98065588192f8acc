package item

import (
	"regexp"
	"slices"
	"strings"

	"wangban/internal/form"
)

func fieldSpot(page int, id string, path ...any) spot {
	return inFile("form", slices.Concat([]any{"pages", page, "fields", id}, path)...)
}

func (c *check) form() {
	pages, ids := map[string]bool{}, map[string]bool{}
	for i, p := range c.it.Form.Pages {
		at := inFile("form", "pages", i)
		if pages[p.Name] {
			c.wrong(at, "有两页都叫“%s”。", "给其中一页换个名字。", p.Name)
		}
		pages[p.Name] = true
		if p.Title == "" {
			c.wrong(at, "这一页没有标题。", "写 title:，问的是什么就写什么。")
		}
		if len(p.Fields) == 0 {
			c.wrong(at, "这一页什么也没有问。", "写上 fields:，或者删去这一页。")
		}
		labels := map[string]string{}
		for _, f := range p.Fields {
			at := fieldSpot(i, f.ID)
			if ids[f.ID] {
				c.wrong(at, "字段“%s”写了两次。", "给其中一个换个名字。", f.ID)
			}
			ids[f.ID] = true
			if other, twice := labels[f.Label]; twice && f.Label != "" {
				c.doubt(at, "同一页有两个“%s”（%s 和 %s）。", "把两个标签写得不一样。", f.Label, other, f.ID)
			}
			labels[f.Label] = f.ID
			c.oneField(at, f)
			c.rows(at, f)
			c.references(at, f)
		}
	}
	if len(c.it.Form.Pages) == 0 {
		c.wrong(inFile("form"), "表单是空的。", "写 pages:，至少一页。")
	}
}

func (c *check) oneField(at spot, f form.Field) {
	if f.Label == "" {
		c.wrong(at, "“%s”没有标签。", "写 label:，就是页面上显示的问题。", f.ID)
	}
	choosing := f.Choosing() || f.Type == form.TypeChoices
	switch {
	case choosing && len(f.Options) == 0:
		c.wrong(at, "“%s”没有可选的项。", "写 options:，每项一行。", f.ID)
	case !choosing && len(f.Options) > 0:
		c.wrong(at.under("options"), "这个类型不能写选项。", "删去 options:，或者把类型改成 choice。")
	case f.Type == form.TypeAgree && f.Text == "":
		c.wrong(at, "“%s”没有要同意的内容。", "写 text:，就是要勾选同意的话。", f.ID)
	case f.Optional && !f.OptionalWhen.Empty():
		c.wrong(at.under("optional_when"), "已经是选填，不用再写什么时候选填。", "optional 和 optional_when 只留一个。")
	}
	if vocabulary := form.Vocabulary(f.Type); vocabulary != nil {
		var values []string
		for _, o := range vocabulary {
			values = append(values, o.Value)
		}
		for _, o := range f.Options {
			c.known(at.under("options"), "选项", o.Value, values)
		}
	}
	for _, o := range f.Options {
		if o.Label == "" && form.Vocabulary(f.Type) == nil {
			c.wrong(at.under("options", o.Value), "选项“%s”没有文字。", "写成“值: 文字”。", o.Value)
		}
	}
	if f.Pattern != "" {
		if err := form.PatternError(f.Pattern); err != nil {
			c.wrong(at.under("pattern"), "这个格式写错了：%v。", "写成正则表达式，例如 [0-9]{6}。", err)
		}
		if f.PatternText == "" {
			c.doubt(at.under("pattern"), "填得不合格式时，没有话可说。", "写 pattern_text:，说清楚怎样填才对。")
		}
	}
	if f.Max > 0 && f.Min > f.Max {
		c.wrong(at.under("min"), "最少比最多还大。", "核对 min 和 max。")
	}
	c.amounts(at, f)
	c.catalogue(at, f)
	if f.Scheme != "" && f.Type != form.TypeLicenceNumber {
		c.wrong(at.under("scheme"), "只有 type: licence_number 才能写 %s。", "删去，或者把类型改成 licence_number。", "scheme")
	}
	c.takenFrom(at.under("taken_from"), f)
	c.defaults(at.under("default"), f)
}

// takenFrom names fields of the items that make the licence, which are not at
// hand here, so what it says is held against what can be written.
func (c *check) takenFrom(at spot, f form.Field) {
	if len(f.TakenFrom) == 0 {
		return
	}
	if len(c.it.Guide.Licence.Kinds) == 0 {
		c.doubt(at, "没有证照可以办这一项，这里什么也带不出来。", "在 item.yaml 里写 licence:，或者删去 taken_from。")
	}
	if f.Type == form.TypeFile || f.Type.Own() || f.Type == form.TypeRows {
		c.wrong(at, "这个类型不能从证照带出来。", "删去 taken_from。")
	}
	for _, name := range f.TakenFrom {
		switch {
		case !fieldName.MatchString(name):
			c.wrong(at, "“%s”不是字段的名字。", "写字段的名字，用空格隔开，例如 operator.name。", name)
		case strings.HasPrefix(name, "licence.") && name != form.LicenceIssued:
			c.wrong(at, "证照没有“%s”可以带出来。", "写 licence.issued，或者字段的名字。", name)
		case name == form.LicenceIssued && f.Type != form.TypeDate:
			c.wrong(at, "licence.issued 是日期，这一项不是。", "把类型改成 date，或者删去。")
		}
	}
}

var fieldName = regexp.MustCompile(`^[a-z][a-z0-9_]*(\.[a-z][a-z0-9_]*)*$`)

// amounts are bounded by amounts.
func (c *check) amounts(at spot, f form.Field) {
	if f.Type != form.TypeDecimal && f.Type != form.TypeMoney {
		for key, written := range map[string]bool{"unit": f.Unit != "", "places": f.Places > 0} {
			if written {
				c.wrong(at.under(key), "只有 decimal 和 money 类型才能写 %s。", "删去，或者改类型。", key)
			}
		}
		return
	}
	for key, bound := range map[string]string{"min": f.Least, "max": f.Most} {
		if form.DecimalError(bound) {
			c.wrong(at.under(key), "“%s”不是数字。", "写成 0.01 的样子。", bound)
		}
	}
	if f.Reversed() {
		c.wrong(at.under("min"), "最少比最多还大。", "核对 min 和 max。")
	}
	if f.Places > form.MostPlaces {
		c.wrong(at.under("places"), "小数最多 %d 位。", "写小一点。", form.MostPlaces)
	}
	if f.Type == form.TypeMoney && f.Unit == "" {
		c.wrong(at, "“%s”没有写单位。", "写 unit:，例如 unit: 万元。", f.ID)
	}
}

func (c *check) defaults(at spot, f form.Field) {
	if f.Default == "" {
		return
	}
	_, isField := c.it.Form.Field(f.Default)
	isOption := slices.ContainsFunc(f.Options, func(o form.Option) bool { return o.Value == f.Default })
	switch {
	case isField:
	case f.Type == form.TypeDate && !form.DateDefault(f.Default):
		c.wrong(at, "默认日期写错了：“%s”。", "写 today，或者 today + 1 year。", f.Default)
	case (f.Choosing() || f.Type == form.TypeChoices) && !isOption:
		c.wrong(at, "默认值“%s”不在选项里。", "写选项里的一个值。", f.Default)
	}
}

// references are the other parts of the item that a field names.
func (c *check) references(at spot, f form.Field) {
	before := c.before(f.ID)
	for _, r := range namedFields(f) {
		if c.field(at.under(r.key), r.id, r.types...) && r.id != "" && !slices.Contains(before, r.id) {
			c.wrong(at.under(r.key), "“%s”在后面才问到。", "只能引用前面问过的字段，调整顺序。", r.id)
		}
	}
	c.known(at.under("download"), "文件模板", f.Download, documentNames(c.it))
	c.asked(at.under("check"), f.Check)
}

// namedField is another field that one names under a key.
type namedField struct {
	key, id string
	types   []form.Type
}

// keyUnder is the one key of a record's field that names a field of the form
// around it.
const keyUnder = "under"

func namedFields(f form.Field) []namedField {
	kind := form.TypeUnitKind
	if f.Type == form.TypeEquipmentCode {
		kind = form.TypeCatalogue
	}
	return []namedField{
		{"kind", f.Kind, []form.Type{kind}},
		{"id_type", f.IDType, []form.Type{form.TypeIDType}},
		{"id_no", f.IDNumber, []form.Type{form.TypeIDNumber}},
		{"differs", f.Differs, nil},
		{"was", f.Was, []form.Type{f.Type}},
		{"after", f.After, []form.Type{form.TypeDate}},
		{keyUnder, f.Under, []form.Type{form.TypeChoice, form.TypeCatalogue}},
	}
}

// before are the fields asked before one.
func (c *check) before(id string) []string {
	ids := c.fieldIDs()
	return ids[:max(slices.Index(ids, id), 0)]
}
