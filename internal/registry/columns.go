package registry

import (
	"fmt"
	"strings"

	"wangban/internal/cn"
	"wangban/internal/form"
)

// column is one that a file may have.
type column struct {
	name    string
	needed  bool
	aliases []string // other headings seen in exports
	about   string   // for docs/entity-base.md
}

// The columns by name.
const (
	colUSCC        = "统一社会信用代码"
	colName        = "名称"
	colRep         = "法定代表人"
	colStatus      = "登记状态"
	colRepID       = "法定代表人证件号码"
	colKind        = "主体类型"
	colRegion      = "行政区划代码"
	colTown        = "乡镇"
	colAddress     = "住所"
	colScope       = "经营范围"
	colEstablished = "成立日期"
	colAuthority   = "登记机关"
)

var columns = []column{
	{colUSCC, true, []string{"信用代码", "社会信用代码", "统一代码", "统一信用代码", "统一社会信用代码/注册号", "USCC"},
		"18 characters with check digit. Upper or lower case, full or half width."},
	{colName, true, []string{"单位名称", "企业名称", "主体名称", "市场主体名称", "经营主体名称", "企业（机构）名称", "字号名称"},
		"Registered name. A sole trader (code 92…) without trade name may have none or `***`; the operator's name stands for it."},
	{colRep, true, []string{"法人", "法人代表", "法定代表人姓名", "法定代表人（负责人）", "法定代表人/负责人", "负责人", "经营者", "经营者姓名", "投资人", "执行事务合伙人", "理事长"},
		"Legal representative, operator, investor, managing partner. Several are separated by `、`; a delegate is written `某公司（委派代表：某某）`."},
	{colStatus, true, []string{"状态", "企业状态", "主体状态", "市场主体状态", "经营状态", "登记状态名称"},
		"One of the words below."},
	{colRepID, false, []string{"证件号码", "身份证号", "身份证号码", "法定代表人证件号", "法定代表人身份证号", "法定代表人身份证号码", "负责人证件号码", "经营者身份证号"},
		"Kept only as a blind index: it can be compared, never read. A masked number is left out."},
	{colKind, false, []string{"类型", "企业类型", "单位类型", "市场主体类型", "经营主体类型", "企业（机构）类型"},
		"In words (个体工商户, 有限责任公司, 农民专业合作社, …). Without it the kind is told by the code: 91, 92, 93."},
	{colRegion, false, []string{"行政区划", "区划代码", "住所行政区划"},
		"Six digits (GB/T 2260). Without it digits 3–8 of the code are taken, which name the place of first registration."},
	{colTown, false, []string{"所在乡镇", "所属乡镇", "乡镇街道", "乡镇（街道）", "街道", "属地"},
		"Name or nine-digit code of a township of this installation. Without it the township is looked for in the address."},
	{colAddress, false, []string{"地址", "经营场所", "住所（经营场所）", "住所/经营场所", "注册地址", "经营地址", "企业地址"},
		"Registered address."},
	{colScope, false, []string{"经营（业务）范围", "业务范围"}, "Business scope, up to 10,000 characters."},
	{colEstablished, false, []string{"成立时间", "注册日期", "登记日期", "开业日期", "注册时间"},
		"`2020-07-31`, `2020/7/31`, `2020.7.31`, `20200731`, `2020年7月31日`, or a date cell of a spreadsheet."},
	{colAuthority, false, []string{"登记机关名称", "注册机关", "发照机关"}, "Registering authority."},
}

// columnOf finds a column by its heading: width, spaces and a mark for
// “required” do not count.
var columnOf = func() map[string]string {
	m := map[string]string{}
	for _, c := range columns {
		for _, heading := range append([]string{c.name}, c.aliases...) {
			m[headingKey(heading)] = c.name
		}
	}
	return m
}()

func headingKey(s string) string { return strings.Trim(cn.NameKey(s), "*") }

// Headings are the names of all columns in their usual order.
func Headings() []string {
	names := make([]string, len(columns))
	for i, c := range columns {
		names[i] = c.name
	}
	return names
}

// Cells write a row under Headings, as a file would tell it.
func (r Row) Cells() []string {
	return []string{r.USCC, r.Name, r.Rep, r.Status.Label(), r.RepID, kindLabel(r.Kind), r.Region, r.Town, r.Address, r.Scope, r.Established, r.Authority}
}

func kindLabel(kind string) string {
	for _, o := range form.Vocabulary(form.TypeUnitKind) {
		if o.Value == kind {
			return o.Label
		}
	}
	return ""
}

// ColumnsTable is the table of columns in docs/entity-base.md.
func ColumnsTable() string {
	var b strings.Builder
	b.WriteString("| Column | Needed | Other headings | What it holds |\n|---|---|---|---|\n")
	for _, c := range columns {
		needed := ""
		if c.needed {
			needed = "yes"
		}
		fmt.Fprintf(&b, "| %s | %s | %s | %s |\n", c.name, needed, strings.Join(c.aliases, ", "), c.about)
	}
	b.WriteString("\n| Status kept | Words in files |\n|---|---|\n")
	for _, w := range statusWords {
		fmt.Fprintf(&b, "| %s | %s |\n", w.status, strings.Join(w.words, ", "))
	}
	return b.String()
}
