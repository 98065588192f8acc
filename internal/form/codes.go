package form

import (
	"strings"

	"golang.org/x/text/unicode/norm"

	"wangban/internal/cn"
)

// Schemes of licence numbers (证照编号). A number without one is any text.
const (
	SchemeFoodLicence  = "food_licence"          // 食品经营许可证编号, JY and 14 digits
	SchemeFoodFiling   = "food_filing"           // 备案编号, YB and 14 digits
	SchemeRegistration = "business_registration" // 营业执照注册号, 15 digits
)

// Schemes are those that a TypeLicenceNumber can have.
func Schemes() []string { return []string{SchemeFoodLicence, SchemeFoodFiling, SchemeRegistration} }

// licenceNumber checks a number by its scheme. A check digit that does not fit
// is asked about only: wrong ones are in print (domain sheet 3.8).
func licenceNumber(f Field, s string) *Problem {
	label := Label(f.Label)
	switch f.Scheme {
	case SchemeFoodLicence:
		return foodNumber(label, cn.FoodLicence(s), "JY")
	case SchemeFoodFiling:
		return foodNumber(label, cn.FoodFiling(s), "YB")
	case SchemeRegistration:
		v := cn.RegistrationNumber(s)
		switch v.Reason {
		case "":
			return nil
		case cn.Length:
			return &Problem{Text: "“%s”应为 15 位，现在是 %d 位。对照证照改正。", Args: []any{label, len([]rune(v.Value))}}
		case cn.CheckDigit:
			return &Problem{Warn: true, Text: "“%s”的校验位对不上，可能有写错的地方。对照证照逐位核对；确实没错的，勾选确认。", Args: []any{label}}
		}
		return &Problem{Text: "“%s”只能有数字。对照证照改正。", Args: []any{label}}
	}
	return checkText(f, s)
}

func foodNumber(label Label, v cn.Verdict, prefix string) *Problem {
	switch v.Reason {
	case "":
		return nil
	case cn.CheckDigit:
		return &Problem{Warn: true, Text: "“%s”的校验位对不上，可能有写错的地方。对照证照逐位核对；确实没错的，勾选确认。", Args: []any{label}}
	case cn.Length:
		return &Problem{Text: "“%s”应为 %s 加 14 位数字，一共 16 位，现在是 %d 位。对照证照改正。", Args: []any{label, prefix, len([]rune(v.Value))}}
	}
	return &Problem{Text: "“%s”应为 %s 加 14 位数字。对照证照改正。", Args: []any{label, prefix}}
}

// equipmentCode checks a code and holds it against the kind chosen from the
// catalogue. Markings on equipment are odd often: only what is no code at all
// is refused (domain sheet 3.9).
func (c checker) equipmentCode(f Field, s string) *Problem {
	label := Label(f.Label)
	v := cn.EquipmentCode(s, c.ctx.Now)
	switch v.Reason {
	case "":
	case cn.Length:
		return &Problem{Text: "“%s”应为 18 位，现在是 %d 位。对照设备铭牌或合格证改正。", Args: []any{label, len([]rune(v.Value))}}
	case cn.Charset:
		return &Problem{Text: "“%s”只能有数字和字母。对照设备铭牌或合格证改正。", Args: []any{label}}
	case cn.Foreign:
		return &Problem{Warn: true, Text: "这是 20 位的旧注册代码，不是设备代码。设备没有新代码的，勾选确认。"}
	case cn.Birth:
		if v.Level == cn.Error {
			return &Problem{Text: "“%s”的第 10 到 13 位是制造年份，应为数字。对照设备铭牌或合格证改正。", Args: []any{label}}
		}
		return &Problem{Warn: true, Text: "“%s”里的制造年份 %s 不像真的。对照设备铭牌核对；确实没错的，勾选确认。", Args: []any{label, v.Value[9:13]}}
	default:
		return &Problem{Warn: true, Text: "“%s”的写法和常见的不同。对照设备铭牌核对；确实没错的，勾选确认。", Args: []any{label}}
	}
	kind, _ := c.values[f.Kind].(string)
	if code := cn.EquipmentKind(s); kind != "" && code != "" && !sameKind(code, kind) {
		chosen := kind
		if field, ok := c.form.Field(f.Kind); ok && field.Type == TypeCatalogue {
			chosen = field.Catalogue.nameOf(kind)
		}
		return &Problem{Warn: true, Text: "这个代码以 %s 开头，和所选的“%s”（%s）不一致。核对两处；确实没错的，勾选确认。", Args: []any{code, Label(chosen), kind}}
	}
	return nil
}

// sameKind holds the first four characters of a code against a code of the
// catalogue. Where that ends in zeros, it is less exact.
func sameKind(code, kind string) bool {
	return strings.HasPrefix(code, strings.TrimRight(kind, "0"))
}

func (c checker) contact(f Field, s string) *Problem {
	label := Label(f.Label)
	switch f.Type {
	case TypeEmail:
		if !cn.Email(s).OK() {
			return &Problem{Text: "“%s”不像邮箱地址。写成 name@example.com 的样子。", Args: []any{label}}
		}
	case TypeLandline:
		if !cn.Landline(s).OK() {
			return &Problem{Text: "“%s”要写区号和号码，例如 0564-8620000。", Args: []any{label}}
		}
	case TypePostcode:
		if !cn.Postcode(s).OK() {
			return &Problem{Text: "“%s”是 6 位数字，例如 231300。", Args: []any{label}}
		}
	case TypeURL:
		if !cn.WebAddress(s).OK() {
			return &Problem{Text: "“%s”不像网址。写成 https://example.com 的样子。", Args: []any{label}}
		}
	}
	return nil
}

// cleanCode is a typed code or address as it is kept.
func cleanCode(f Field, typed string) string {
	switch f.Type {
	case TypeEmail:
		return cn.Email(typed).Value
	case TypeLandline:
		return cn.Landline(typed).Value
	case TypePostcode:
		return cn.Postcode(typed).Value
	case TypeURL:
		if cn.Text(typed) == "" {
			return ""
		}
		return cn.WebAddress(typed).Value
	case TypeEquipmentCode:
		return cn.Code(typed)
	}
	if f.Scheme != "" {
		return cn.Code(typed)
	}
	return cn.Text(norm.NFKC.String(typed))
}

func maskEmail(s string) string {
	name, domain, ok := strings.Cut(s, "@")
	if !ok {
		return "***"
	}
	r := []rune(name)
	return string(r[:min(1, len(r))]) + "***@" + domain
}

// maskLandline keeps what tells the place and the last two digits.
func maskLandline(s string) string {
	area, number, ok := strings.Cut(s, "-")
	if !ok || len(number) < 4 {
		return s
	}
	return area + "-" + strings.Repeat("*", len(number)-2) + number[len(number)-2:]
}
