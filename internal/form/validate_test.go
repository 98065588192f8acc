package form_test

import (
	"net/url"
	"strings"
	"testing"
	"time"

	"wangban/internal/cn"
	"wangban/internal/form"
)

var (
	now   = time.Date(2020, 9, 4, 9, 0, 0, 0, form.Shanghai)
	ctx   = form.Context{Now: now, Towns: map[string]string{"341523100": "城关镇"}}
	kinds = form.Field{ID: "unit.kind", Type: form.TypeUnitKind, Label: "单位类型", Options: form.Vocabulary(form.TypeUnitKind)}
	types = form.Field{ID: "rep.id_type", Type: form.TypeIDType, Label: "证件类型", Options: form.Vocabulary(form.TypeIDType)}
)

// one is a form that asks a field after those it depends on.
func one(f form.Field) form.Form {
	return form.Form{Pages: []form.Page{{Name: "page", Fields: []form.Field{kinds, types, f}}}}
}

// typed posts one field as a person types it, with the answers before it.
func typed(t *testing.T, f form.Field, text string, before form.Values) (any, string, form.Reading) {
	t.Helper()
	posted := url.Values{f.ID: {text}}
	for id, v := range before {
		posted.Set(id, v.(string))
	}
	r := form.Read(one(f), "page", posted, ctx, before)
	said := ""
	for _, p := range r.Problems {
		if p.Field == f.ID {
			said = p.Say(nil)
		}
	}
	return r.Changes[f.ID], said, r
}

// covers: R-077, C-20, C-21, C-23, C-26
func TestTypedAnswers(t *testing.T) {
	uscc := form.Field{ID: "unit.uscc", Type: form.TypeUSCC, Label: "统一社会信用代码", Kind: "unit.kind"}
	name := form.Field{ID: "unit.name", Type: form.TypeUnitName, Label: "单位名称"}
	person := form.Field{ID: "rep.name", Type: form.TypePersonName, Label: "姓名"}
	number := form.Field{ID: "rep.id_no", Type: form.TypeIDNumber, Label: "证件号码", IDType: "rep.id_type", MinAge: 16}
	mobile := form.Field{ID: "rep.mobile", Type: form.TypeMobile, Label: "手机号", Verify: form.MustCond("true")}
	text := form.Field{ID: "note", Type: form.TypeText, Label: "备注", Min: 2, Max: 5, Pattern: "[一-龥]+", PatternText: "备注只写汉字，100% 不写字母。"}
	town := form.Field{ID: "town", Type: form.TypeTown, Label: "乡镇"}
	count := form.Field{ID: "count", Type: form.TypeNumber, Label: "人数", Min: 1, Max: 99}
	sixteen := cn.MakeCitizenID("341523", time.Date(2004, 9, 4, 0, 0, 0, 0, time.UTC), 0)
	kind := func(k string) form.Values { return form.Values{"unit.kind": k, "rep.id_type": "resident_id"} }
	document := func(k string) form.Values { return form.Values{"unit.kind": "enterprise", "rep.id_type": k} }
	resident, enterprise := document("resident_id"), kind("enterprise")

	for _, c := range []struct {
		name   string
		field  form.Field
		text   string
		before form.Values
		want   any
		says   string // part of the problem
	}{
		{"a code in full width and lower case", uscc, " ９１３４１５２３txt000020y ", enterprise, "91341523TXT000020Y", ""},
		{"a code with hyphens", uscc, "9134-1523-TXT0-0002-0Y", enterprise, "91341523TXT000020Y", ""},
		{"a code too short", uscc, "91341523TXT000020", enterprise, nil, "统一社会信用代码应为 18 位，现在是 17 位。对照营业执照补全。"},
		{"a code too long", uscc, "91341523TXT000020YY", enterprise, nil, "现在是 19 位。对照营业执照删去"},
		{"an old number of 15 digits with a slip", uscc, "341523600000012", enterprise, nil, "先换发营业执照"},
		{"15 signs", uscc, "91341523TXT0000", enterprise, nil, "现在是 15 位"},
		{"a code with the letter O", uscc, "9134152OTXT000020Y", enterprise, nil, "第 8 位“O”"},
		{"a code of no class", uscc, "01341523TXT000020Y", enterprise, nil, "不会以“01”开头"},
		{"a code with a typing error", uscc, "91341523TXT000021Y", enterprise, nil, "校验没有通过"},
		{"a code of another kind of unit", uscc, "92341523TXTG00033F", enterprise, nil, "所选的单位类型“企业”不一致"},
		{"a partnership has a 91 code", uscc, "91341523TXT000020Y", kind("partnership"), "91341523TXT000020Y", ""},
		{"no code", uscc, "  ", enterprise, nil, "还没有填“统一社会信用代码”。"},

		{"brackets are kept as typed", name, " 万佛湖（安徽）旅游 有限公司", enterprise, "万佛湖（安徽）旅游 有限公司", ""},
		{"a household business without trade name", name, "***", enterprise, nil, "填写经营者姓名"},
		{"a name of one character", name, "湖", enterprise, nil, "2 到 100 个字"},

		{"a rare character", person, "王𠅤", resident, "王𠅤", ""},
		{"the kind of dot", person, "阿卜杜拉•㛃", resident, "阿卜杜拉·㛃", ""},
		{"a Latin name", person, "Maria O'Connor", resident, "Maria O'Connor", ""},
		{"a name with digits", person, "王3", resident, nil, "只能是汉字和间隔号"},

		{"a citizen number with x", number, "11010519491231002x", resident, "11010519491231002X", ""},
		{"an old region code", number, "342425197006150001", resident, "342425197006150001", ""},
		{"one digit wrong", number, "342425197006150002", resident, nil, "居民身份证的号码有写错的地方"},
		{"a first-generation number", number, "342425700615000", resident, nil, "15 位的第一代身份证已经停用"},
		{"no such birthday", number, "34152319900230000X", resident, nil, "出生日期不对"},
		{"a residence permit is no identity card", number, "820000199009124418", resident, nil, "这是港澳台居民居住证的号码"},
		{"a residence permit", number, "820000199009124418", document("residence_permit"), "820000199009124418", ""},
		{"a passport of a usual form", number, "e12345678", document("cn_passport"), "E12345678", ""},
		{"a passport of an unusual form", number, "A12345678", document("cn_passport"), nil, "确实没错的，勾选确认"},
		{"a passport with a sign", number, "E1234_678", document("foreign_passport"), nil, "只能有数字和字母"},
		{"under 16", number, "341523200409050001", resident, nil, "未满 16 周岁，不能办理"},
		{"16 on the day", number, sixteen, resident, nil, "未满 18 周岁"},

		{"a number with +86 in full width", mobile, "+８６ 138-0013-8000", resident, "13800138000", ""},
		{"ten digits", mobile, "1380013800", resident, nil, "应为 11 位，现在是 10 位"},
		{"a landline", mobile, "05648621234", resident, nil, "不是内地的手机号"},
		{"letters", mobile, "1380013800o", resident, nil, "只能有数字"},

		{"an item's own words", text, "abc", resident, nil, "100% 不写字母"},
		{"too long", text, "一二三四五六", resident, nil, "最多 5 个字，现在是 6 个"},
		{"too short", text, "一", resident, nil, "至少 2 个字"},
		{"a town", town, "341523100", resident, "341523100", ""},
		{"no such town", town, "341523999", resident, nil, "没有这一项"},
		{"a number", count, "１２", resident, "12", ""},
		{"too much", count, "100", resident, nil, "不能大于 99"},
		{"too little", count, "0", resident, nil, "不能小于 1"},
		{"no number", count, "三", resident, nil, "要填整数"},
	} {
		t.Run(c.name, func(t *testing.T) {
			got, said, _ := typed(t, c.field, c.text, c.before)
			if got != c.want {
				t.Errorf("kept %#v, want %#v", got, c.want)
			}
			if c.says == "" && said != "" || !strings.Contains(said, c.says) {
				t.Errorf("said %q, want %q", said, c.says)
			}
		})
	}
}

// covers: C-22
func TestDocumentValidity(t *testing.T) {
	number := form.Field{ID: "rep.id_no", Type: form.TypeIDNumber, Label: "证件号码", IDType: "rep.id_type"}
	until := form.Field{ID: "rep.id_until", Type: form.TypeIDExpiry, Label: "证件有效期至", IDNumber: "rep.id_no"}
	f := one(until)
	f.Pages[0].Fields = append(f.Pages[0].Fields, number)
	for _, c := range []struct{ until, born, says string }{
		{"2020-09-04", "342425197803120008", ""}, // valid through its last day
		{"2020-09-03", "342425197803120008", "证件在 2020年9月3日 已经过期"},
		{"2030-01-01", "342425197803120008", ""},
		{"2041-01-01", "342425197803120008", "最长 20 年有效"},
		{form.LongTerm, "342425197006150001", ""},
		{form.LongTerm, "342425197803120008", "没有“长期”的"},
	} {
		v := form.Values{"unit.kind": "enterprise", "rep.id_type": "resident_id", "rep.id_no": c.born, "rep.id_until": c.until}
		problems := form.Validate(f, v, ctx)
		if c.says == "" && len(problems) > 0 || c.says != "" && (len(problems) != 1 || !strings.Contains(problems[0].Say(nil), c.says)) {
			t.Errorf("%s, %s: %v, want %q", c.until, c.born, problems, c.says)
		}
	}
}

func TestDates(t *testing.T) {
	from := form.Field{ID: "from", Type: form.TypeDate, Label: "授权开始日期"}
	to := form.Field{ID: "to", Type: form.TypeDate, Label: "授权截止日期", After: "from", WithinYears: 2}
	f := form.Form{Pages: []form.Page{{Name: "page", Fields: []form.Field{from, to}}}}
	for _, c := range []struct{ y, m, d, want, says string }{
		{"2021", "09", "4", "2021-09-04", ""},
		{"２０２２", "9", "4", "2022-09-04", ""},
		{"2022", "9", "5", "", "从“授权开始日期”算起最长 2 年，改成 2022年9月4日 或更早。"},
		{"2020", "9", "4", "", "要在“授权开始日期”（2020年9月4日）之后"},
		{"2021", "2", "29", "", "没有 2021 年 2 月 29 日这一天"},
		{"2021", "13", "1", "", "没有 2021 年 13 月 1 日这一天"},
		{"2021", "", "1", "", "还缺“月”"},
		{"21", "1", "1", "", "年份写四位数字"},
		{"2021", "正", "1", "", "只能填数字"},
		{"", "", "", "", "还没有填“授权截止日期”。填写年、月、日。"},
	} {
		posted := url.Values{"from": {"2020-09-04"}, "to.year": {c.y}, "to.month": {c.m}, "to.day": {c.d}}
		r := form.Read(f, "page", posted, ctx, nil)
		got, _ := r.Changes["to"].(string)
		said := ""
		if len(r.Problems) > 0 {
			said = r.Problems[0].Say(nil)
		}
		if got != c.want || !strings.Contains(said, c.says) || c.says == "" && said != "" {
			t.Errorf("%s-%s-%s: kept %q, said %q", c.y, c.m, c.d, got, said)
		}
	}
}

// covers: C-15
func TestAnswersThatMustDiffer(t *testing.T) {
	mobile := form.Field{ID: "rep.mobile", Type: form.TypeMobile, Label: "手机号"}
	agent := form.Field{ID: "agent.mobile", Type: form.TypeMobile, Label: "代理人手机号", Differs: "rep.mobile", DiffersText: "两个手机号不能相同。"}
	f := form.Form{Pages: []form.Page{{Name: "page", Fields: []form.Field{mobile, agent}}}}
	r := form.Read(f, "page", url.Values{"rep.mobile": {"13800138000"}, "agent.mobile": {"+86 １３８ 0013 8000"}}, ctx, nil)
	if len(r.Problems) != 1 || r.Problems[0].Say(nil) != "两个手机号不能相同。" {
		t.Errorf("problems: %v", r.Problems)
	}
	f.Pages[0].Fields[1].DiffersText = ""
	r = form.Read(f, "page", url.Values{"rep.mobile": {"13800138000"}, "agent.mobile": {"13800138000"}}, ctx, nil)
	if len(r.Problems) != 1 || r.Problems[0].Say(nil) != "“代理人手机号”和“手机号”不能相同。改正其中一个。" {
		t.Errorf("problems: %v", r.Problems)
	}
}

func TestFiles(t *testing.T) {
	licence := form.Field{ID: "files.licence", Type: form.TypeFile, Label: "营业执照"}
	f := form.Form{Pages: []form.Page{{Name: "page", Fields: []form.Field{licence}}}}
	picture := form.File{Name: "a.jpg", Type: "image/jpeg", Width: 1200, Height: 900}
	small := form.File{Name: "b.jpg", Type: "image/jpeg", Width: 1200, Height: 599}
	pdf := form.File{Name: "c.pdf", Type: "application/pdf", Pages: 2}
	for _, c := range []struct {
		files any
		says  string
	}{
		{[]form.File{picture}, ""},
		{[]form.File{pdf}, ""},
		{[]form.File{small}, "短边只有 599 像素"},
		{[]form.File{picture, pdf}, "最多传 1 个文件，现在是 2 个"},
		{nil, "还没有上传“营业执照”"},
		{"licence.jpg", "读不懂"},
	} {
		problems := form.Validate(f, form.Values{"files.licence": c.files}, ctx)
		if c.says == "" && len(problems) > 0 || c.says != "" && (len(problems) != 1 || !strings.Contains(problems[0].Say(nil), c.says)) {
			t.Errorf("%v: %v, want %q", c.files, problems, c.says)
		}
	}
}

// An answer of a wrong type, from the API, is a problem and no panic.
func TestAnswersOfWrongTypes(t *testing.T) {
	for _, typ := range form.Types() {
		for _, v := range []any{"x", true, 3.0, []string{"x"}, []form.File{{}}, map[string]any{}} {
			f := form.Field{ID: "f", Type: typ, Label: "某项"}
			form.Validate(one(f), form.Values{"f": v}, ctx)
			form.Show(f, v, ctx, true, nil)
			form.Normal(f, v)
		}
	}
}
