package form

import (
	"regexp"
	"slices"
	"sync"
)

// Validate checks the answers to everything that is asked. Odd values that the
// person has confirmed (Context.Confirmed) are no problem.
func Validate(f Form, v Values, ctx Context) []Problem {
	var problems []Problem
	c := newChecker(f, v, ctx)
	for _, p := range f.Shown(v) {
		for _, field := range p.Fields {
			problems = append(problems, c.all(field, v[field.ID])...)
		}
	}
	return problems
}

// Complete tells that nothing is missing or wrong.
func Complete(f Form, v Values, ctx Context) bool { return len(Validate(f, v, ctx)) == 0 }

// checker checks fields of one form, given all its answers.
type checker struct {
	form   Form
	values Values
	env    Env
	ctx    Context
}

func newChecker(f Form, v Values, ctx Context) checker {
	return checker{form: f, values: v, env: f.Env(v), ctx: ctx}
}

// all is what is wrong with an answer: one thing, or several of a list of
// records.
func (c checker) all(f Field, v any) []Problem {
	if rows, ok := v.([]Row); ok && f.Type == TypeRows && len(rows) > 0 {
		return c.rows(f, rows)
	}
	if problem, bad := c.field(f, v); bad {
		return []Problem{problem}
	}
	return nil
}

// field is the first thing wrong with an answer.
func (c checker) field(f Field, v any) (Problem, bool) {
	p := c.first(f, v)
	if p == nil {
		return Problem{}, false
	}
	p.Field = f.ID
	if p.Warn && p.Row == 0 {
		p.Value, _ = v.(string)
	}
	return *p, true
}

func (c checker) first(f Field, v any) *Problem {
	if !Answered(v) || f.Type == TypeAgree && v != true {
		if required(f, c.env) {
			return missing(f)
		}
		return nil
	}
	for _, check := range []func(Field, any) *Problem{c.byType, c.differs, c.new, c.proven} {
		if p := check(f, v); p != nil && !(p.Warn && v == c.ctx.Confirmed[f.ID]) {
			return p
		}
	}
	return nil
}

// missing says what to do about an answer that is not there.
func missing(f Field) *Problem {
	p := &Problem{Code: NotAnswered, Args: []any{Label(f.Label)}}
	switch f.Type {
	case TypeChoice, TypeChoices, TypeUnitKind, TypeIDType, TypeYesNo, TypeTown:
		p.Text = "还没有选“%s”。选一项。"
	case TypeCatalogue:
		p.Text = "还没有选“%s”。搜索或逐级打开，再选一项。"
	case TypeRows:
		p.Text, p.Args = "还没有添加“%s”。至少添加 %d 条。", append(p.Args, max(f.Min, 1))
	case TypeFile:
		p.Text = "还没有上传“%s”。拍照或选择文件上传。"
	case TypeAgree:
		p.Text, p.Args = "阅读后勾选同意，才能提交。", nil
	case TypeDate, TypeIDExpiry:
		p.Text = "还没有填“%s”。填写年、月、日。"
	default:
		p.Text = "还没有填“%s”。"
	}
	return p
}

func (c checker) byType(f Field, v any) *Problem {
	switch f.Type {
	case TypeFile:
		files, ok := v.([]File)
		if !ok {
			return malformed(f)
		}
		return checkFiles(f, files)
	case TypeChoices:
		chosen, ok := v.([]string)
		if !ok {
			return malformed(f)
		}
		return c.chosen(f, chosen...)
	case TypeRows:
		rows, ok := v.([]Row)
		if !ok {
			return malformed(f)
		}
		if problems := c.rows(f, rows); len(problems) > 0 {
			return &problems[0]
		}
		return nil
	case TypeYesNo, TypeAgree:
		if _, ok := v.(bool); !ok {
			return malformed(f)
		}
		return nil
	}
	if codes, ok := v.([]string); ok && f.Type == TypeCatalogue && f.Many > 0 {
		return c.entries(f, codes...)
	}
	s, ok := v.(string)
	if !ok || f.Type == TypeCatalogue && f.Many > 0 {
		return malformed(f)
	}
	switch f.Type {
	case TypeCatalogue:
		return c.entries(f, s)
	case TypeDecimal, TypeMoney:
		return checkDecimal(f, s)
	case TypeEmail, TypeLandline, TypePostcode, TypeURL:
		return c.contact(f, s)
	case TypeLicenceNumber:
		return licenceNumber(f, s)
	case TypeEquipmentCode:
		return c.equipmentCode(f, s)
	case TypeChoice, TypeUnitKind, TypeIDType:
		return c.chosen(f, s)
	case TypeNumber:
		return checkNumber(f, s)
	case TypeDate:
		return c.date(f, s)
	case TypeIDExpiry:
		return c.expiry(f, s)
	case TypeUSCC:
		return c.uscc(f, s)
	case TypeUnitName:
		return unitName(f, s)
	case TypePersonName:
		return personName(f, s)
	case TypeIDNumber:
		return c.idNumber(f, s)
	case TypeMobile:
		return mobile(s)
	case TypeTown:
		return c.town(f, s)
	case TypePassword:
		return kept(f, s)
	}
	return checkText(f, s)
}

// malformed is for answers that no screen of ours sends.
func malformed(f Field) *Problem {
	return &Problem{Text: "“%s”的内容读不懂。重新填写。", Args: []any{Label(f.Label)}}
}

func (c checker) chosen(f Field, values ...string) *Problem {
	options := f.choices(c.env)
	for _, v := range values {
		if !slices.ContainsFunc(options, func(o Option) bool { return o.Value == v }) {
			return &Problem{Text: "“%s”里没有这一项。从列表里重新选。", Args: []any{Label(f.Label)}}
		}
	}
	return nil
}

func (c checker) town(f Field, code string) *Problem {
	if _, ok := c.ctx.Towns[code]; !ok {
		return &Problem{Text: "“%s”里没有这一项。从列表里重新选。", Args: []any{Label(f.Label)}}
	}
	return nil
}

// differs keeps two answers apart that must not be the same.
func (c checker) differs(f Field, v any) *Problem {
	if f.Differs == "" {
		return nil
	}
	other, ok := c.form.Field(f.Differs)
	if !ok || Normal(f, v) == "" || Normal(f, v) != Normal(other, c.values[f.Differs]) {
		return nil
	}
	if f.DiffersText != "" {
		return written(f.DiffersText)
	}
	return &Problem{Text: "“%s”和“%s”不能相同。改正其中一个。", Args: []any{Label(f.Label), Label(other.Label)}}
}

// new keeps what is to hold from now on apart from what holds so far: a change
// that changes nothing is none. What was asked before and is asked no more, as
// when its change is not ticked any more, is compared with nothing.
func (c checker) new(f Field, v any) *Problem {
	if f.Was == "" {
		return nil
	}
	was, ok := c.form.Field(f.Was)
	if !ok || !unchanged(f, v, was, c.form.Asked(c.values)[f.Was]) {
		return nil
	}
	return &Problem{Text: "“%s”和原来登记的内容相同。改成变更以后的内容；不变更这一项的，回到前面取消勾选。", Args: []any{Label(f.Label)}}
}

// unchanged tells that an answer is what holds so far. Of entries of a
// catalogue the order counts: it is the order of choosing, and a licence prints
// what comes first first.
func unchanged(f Field, v any, was Field, before any) bool {
	if !Answered(before) {
		return false
	}
	if now, ok := v.([]string); ok && f.Type == TypeCatalogue {
		then, _ := before.([]string)
		return slices.Equal(now, then)
	}
	return Normal(f, v) == Normal(was, before)
}

// proven asks for the code that proves a mobile number.
func (c checker) proven(f Field, v any) *Problem {
	if f.Verify.Empty() || !f.Verify.Holds(c.env) || c.ctx.Verified[f.ID] == v {
		return nil
	}
	return &Problem{Code: Unverified, Text: "手机号还没有验证。获取短信验证码，填写后继续。"}
}

// written is a problem in the words of the item's author.
func written(text string) *Problem { return &Problem{Text: "%s", Args: []any{Label(text)}} }

func checkText(f Field, s string) *Problem {
	limit := f.Max
	if limit == 0 {
		limit = maxText(f.Type)
	}
	switch n := len([]rune(s)); {
	case n > limit:
		return &Problem{Text: "“%s”最多 %d 个字，现在是 %d 个。删减一些。", Args: []any{Label(f.Label), limit, n}}
	case n < f.Min:
		return &Problem{Text: "“%s”至少 %d 个字，现在是 %d 个。写得再详细一点。", Args: []any{Label(f.Label), f.Min, n}}
	}
	if f.Pattern != "" && !pattern(f.Pattern).MatchString(s) {
		if f.PatternText != "" {
			return written(f.PatternText)
		}
		return malformed(f)
	}
	return nil
}

// maxText is how long a text may be when the item does not say.
func maxText(t Type) int {
	switch t {
	case TypeTextarea:
		return 2000
	case TypeAddress:
		return 200
	}
	return 100
}

// pattern compiles an item's pattern once. Patterns were tried when the item
// was read.
func pattern(source string) *regexp.Regexp {
	if re, ok := patterns.Load(source); ok {
		return re.(*regexp.Regexp)
	}
	re, err := regexp.Compile(`\A(?:` + source + `)\z`)
	if err != nil {
		re = regexp.MustCompile(`\A.*\z`)
	}
	patterns.Store(source, re)
	return re
}

var patterns sync.Map

// PatternError tells why a pattern cannot be used; nil when it can.
func PatternError(source string) error {
	_, err := regexp.Compile(source)
	return err
}
