package form

import (
	"strings"
	"time"

	"wangban/internal/cn"
)

// uscc checks a unified social credit code (统一社会信用代码), and whether it
// fits the kind of unit (domain sheet 2.2).
func (c checker) uscc(f Field, s string) *Problem {
	v := cn.USCC(s)
	label := Label(f.Label)
	switch n := len([]rune(v.Value)); v.Reason {
	case "":
		return c.fitsKind(f, v.Value)
	case cn.Length:
		switch {
		case n == 15 && strings.Trim(v.Value, "0123456789") == "": // whether or not its check digit is right
			return &Problem{Text: "这是 15 位的旧注册号，不能使用。先换发营业执照，再填写 18 位的统一社会信用代码。"}
		case n < 18:
			return &Problem{Text: "%s应为 18 位，现在是 %d 位。对照营业执照补全。", Args: []any{label, n}}
		}
		return &Problem{Text: "%s应为 18 位，现在是 %d 位。对照营业执照删去多出来的。", Args: []any{label, n}}
	case cn.Charset:
		at, odd := foreignLetter(v.Value)
		return &Problem{Text: "%s的第 %d 位“%s”不会出现在代码里。字母 I、O、S、V、Z 不用，可能是数字 1、0、5、2。对照营业执照改正。", Args: []any{label, at, odd}}
	case cn.Class:
		return &Problem{Text: "%s不会以“%s”开头。对照营业执照改正。", Args: []any{label, v.Value[:2]}}
	case cn.Region:
		return &Problem{Text: "%s的第 3 到 8 位应为数字。对照营业执照改正。", Args: []any{label}}
	}
	return &Problem{Text: "%s有写错的地方，校验没有通过。对照营业执照逐位核对。", Args: []any{label}}
}

func foreignLetter(code string) (at int, letter string) {
	for i, r := range []rune(code) {
		if !strings.ContainsRune("0123456789ABCDEFGHJKLMNPQRTUWXY", r) {
			return i + 1, string(r)
		}
	}
	return 0, ""
}

// kindOf is what a code's first two characters say of each kind of unit.
var kindOf = map[string]cn.Kind{
	"enterprise": cn.Enterprise, "sole_proprietorship": cn.Enterprise, "partnership": cn.Enterprise, "branch": cn.Enterprise,
	"sole_trader": cn.SoleTrader, "cooperative": cn.Cooperative, "other": cn.OtherKind,
}

func (c checker) fitsKind(f Field, code string) *Problem {
	kind, _ := c.values[f.Kind].(string)
	want, ok := kindOf[kind]
	if !ok || cn.USCCKind(code) == want {
		return nil
	}
	chosen := kind
	if field, ok := c.form.Field(f.Kind); ok {
		if o, ok := field.option(kind); ok {
			chosen = o.Label
		}
	}
	return &Problem{Warn: true, Text: "这个代码以 %s 开头，和所选的单位类型“%s”不一致。核对两处；确实没错的，勾选确认。", Args: []any{code[:2], Label(chosen)}}
}

func unitName(f Field, s string) *Problem {
	if strings.Trim(s, "*＊ ") == "" {
		return &Problem{Text: "营业执照上的“***”表示没有字号。填写经营者姓名。"}
	}
	switch v := cn.UnitName(s); v.Reason {
	case "":
		return nil
	case cn.Length:
		return &Problem{Text: "%s应为 2 到 100 个字，现在是 %d 个。按营业执照填写全称。", Args: []any{Label(f.Label), len([]rune(v.Value))}}
	}
	return &Problem{Text: "%s里没有文字。按营业执照填写全称。", Args: []any{Label(f.Label)}}
}

func personName(f Field, s string) *Problem {
	switch v := cn.PersonName(s); v.Reason {
	case "":
		return nil
	case cn.Length:
		return &Problem{Text: "%s应为 2 到 50 个字，现在是 %d 个。按证件填写。", Args: []any{Label(f.Label), len([]rune(v.Value))}}
	}
	return &Problem{Text: "%s只能是汉字和间隔号“·”，或者外文字母。生僻字打不出来的，可以从别处复制粘贴。", Args: []any{Label(f.Label)}}
}

// idNumber checks the number of an identity document against its type, and
// the age it tells (C-23).
func (c checker) idNumber(f Field, s string) *Problem {
	kind, _ := c.values[f.IDType].(string)
	if f.IDType == "" {
		kind = cn.ResidentID
	}
	if kind == "" {
		return nil // the type is asked for first
	}
	document := Label(idTypeLabel(kind))
	v := cn.Document(kind, s, day(c.ctx.Now))
	switch n := len([]rune(v.Value)); v.Reason {
	case "":
		return c.oldEnough(f, v.Value)
	case cn.Length:
		if _, old := cn.Citizen15(v.Value); old {
			return &Problem{Text: "15 位的第一代身份证已经停用。填写 18 位的号码。"}
		}
		return &Problem{Text: "%s的号码应为 18 位，现在是 %d 位。对照证件改正。", Args: []any{document, n}}
	case cn.Birth:
		return &Problem{Text: "号码里的出生日期不对。对照证件核对第 7 到 14 位。"}
	case cn.CheckDigit:
		return &Problem{Text: "%s的号码有写错的地方，校验没有通过。对照证件逐位核对。", Args: []any{document}}
	case cn.Foreign:
		return &Problem{Text: "这是%s的号码，和所选的证件类型不一致。改选证件类型，或对照证件改正。", Args: []any{Label(idTypeLabel(cn.IDClass(v.Value)))}}
	case cn.Pattern:
		return &Problem{Warn: true, Text: "这个号码和常见的%s号码写法不同。对照证件核对；确实没错的，勾选确认。", Args: []any{document}}
	case cn.Region:
		return &Problem{Text: "%s的号码开头两位不对。对照证件改正。", Args: []any{document}}
	}
	return &Problem{Text: "%s的号码只能有数字和字母。对照证件改正。", Args: []any{document}}
}

func idTypeLabel(kind string) string {
	for _, o := range idTypes {
		if o.Value == kind {
			return o.Label
		}
	}
	return kind
}

// adult is the age of full capacity (民法典 art 17).
const adult = 18

func (c checker) oldEnough(f Field, id string) *Problem {
	birth, ok := cn.BirthOf(id)
	if !ok || f.MinAge == 0 {
		return nil
	}
	switch age := cn.AgeOn(birth, day(c.ctx.Now)); {
	case age < f.MinAge:
		return &Problem{Text: "按证件号码，本人今年未满 %d 周岁，不能办理。号码填错的，对照证件改正。", Args: []any{f.MinAge}}
	case age < adult:
		return &Problem{Warn: true, Text: "按证件号码，本人未满 %d 周岁。以自己的劳动收入为主要生活来源的可以办理，核对后勾选确认。", Args: []any{adult}}
	}
	return nil
}

// LongTerm is the value of an identity document that does not expire (长期).
const LongTerm = "long_term"

// expiry refuses a document from the day after its last day (C-22), and asks
// about validities that the law does not know (居民身份证法 art 5).
func (c checker) expiry(f Field, s string) *Problem {
	born, citizen := c.bornOf(f)
	today := day(c.ctx.Now)
	if s == LongTerm {
		if citizen && cn.AgeOn(born, today) < 46 {
			return &Problem{Warn: true, Text: "46 周岁以前领取的居民身份证没有“长期”的。对照证件核对；确实没错的，勾选确认。"}
		}
		return nil
	}
	until, err := time.Parse(time.DateOnly, s)
	switch {
	case err != nil:
		return malformed(f)
	case until.Before(today):
		return &Problem{Text: "证件在 %s 已经过期。换领新证后再办理，或者改用其他有效证件。", Args: []any{Date(s)}}
	case citizen && until.After(today.AddDate(20, 0, 0)):
		return &Problem{Warn: true, Text: "居民身份证最长 20 年有效，这个日期太远。对照证件核对；确实没错的，勾选确认。"}
	}
	return nil
}

// bornOf is the date of birth of the holder of a resident identity card.
func (c checker) bornOf(f Field) (time.Time, bool) {
	number, _ := c.values[f.IDNumber].(string)
	if number == "" || !cn.CitizenID(number, day(c.ctx.Now)).OK() || cn.IDClass(number) != cn.ResidentID {
		return time.Time{}, false
	}
	return cn.BirthOf(number)
}

func mobile(s string) *Problem {
	switch v := cn.Mobile(s); v.Reason {
	case "":
		return nil
	case cn.Length:
		return &Problem{Text: "手机号应为 11 位，现在是 %d 位。核对后改正。", Args: []any{len(v.Value)}}
	case cn.Charset:
		return &Problem{Text: "手机号只能有数字。核对后改正。"}
	}
	return &Problem{Text: "这不是内地的手机号。填写 1 开头的 11 位号码，才收得到短信。"}
}

// kept checks a password as it is kept; typed ones are checked when read.
func kept(f Field, s string) *Problem {
	if !strings.HasPrefix(s, "$argon2id$") {
		return malformed(f)
	}
	return nil
}
