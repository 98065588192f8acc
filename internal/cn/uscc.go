package cn

import "strings"

const usccAlphabet = "0123456789ABCDEFGHJKLMNPQRTUWXY"

// usccClasses are the assigned codes of the managing department with their
// kinds of organisation (GB 32100-2015 table 1 and later additions).
var usccClasses = map[byte]string{
	'1': "1239", '2': "19", '3': "1234519", '4': "19", '5': "1239", '6': "129", '7': "129", '8': "19",
	'9': "123", 'A': "19", 'N': "1239", 'Y': "1",
}

// USCC checks a unified social credit code (统一社会信用代码, GB 32100-2015).
func USCC(s string) Verdict {
	v := Code(s)
	switch {
	case v == "":
		return bad(v, Empty)
	case len([]rune(v)) != 18:
		return bad(v, Length)
	case strings.Trim(v, usccAlphabet) != "":
		return bad(v, Charset)
	case !strings.ContainsRune(usccClasses[v[0]], rune(v[1])):
		return bad(v, Class)
	case !digits(v[2:8]):
		return bad(v, Region)
	case v[17] != usccCheck(v[:17]):
		return bad(v, CheckDigit)
	}
	return good(v)
}

func usccCheck(body string) byte {
	sum, weight := 0, 1
	for i := range 17 {
		sum += strings.IndexByte(usccAlphabet, body[i]) * weight
		weight = weight * 3 % 31
	}
	return usccAlphabet[(31-sum%31)%31]
}

// Kind of unit that a USCC tells by its first two characters.
type Kind string

// Kinds.
const (
	Enterprise  Kind = "enterprise"  // 91 企业, with 个人独资, 合伙 and branches
	SoleTrader  Kind = "sole_trader" // 92 个体工商户
	Cooperative Kind = "cooperative" // 93 农民专业合作社
	OtherKind   Kind = "other"
)

// USCCKind tells the kind of unit a valid code stands for.
func USCCKind(uscc string) Kind {
	switch {
	case strings.HasPrefix(uscc, "91"):
		return Enterprise
	case strings.HasPrefix(uscc, "92"):
		return SoleTrader
	case strings.HasPrefix(uscc, "93"):
		return Cooperative
	}
	return OtherKind
}

// MakeUSCC makes a valid code for examples and demo data: class ("91"), region
// (6 digits) and a body of 8 characters of the alphabet.
func MakeUSCC(class, region, body string) string {
	v := class + region + body + string(orgCheck(body))
	return v + string(usccCheck(v))
}

// OrgCode checks an organisation code (组织机构代码, GB 11714-1997).
func OrgCode(s string) Verdict {
	v := Code(s)
	switch {
	case v == "":
		return bad(v, Empty)
	case len([]rune(v)) != 9:
		return bad(v, Length)
	case strings.Trim(v, "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ") != "":
		return bad(v, Charset)
	case v[8] != orgCheck(v[:8]):
		return bad(v, CheckDigit)
	}
	return good(v)
}

func orgCheck(body string) byte {
	sum := 0
	for i, w := range []int{3, 7, 9, 10, 5, 8, 4, 2} {
		c := int(body[i] - '0')
		if body[i] >= 'A' {
			c = int(body[i]-'A') + 10
		}
		sum += c * w
	}
	return "0X987654321"[sum%11]
}

// RegistrationNumber checks a former 15-digit registration number (营业执照
// 注册号, GS 15-2006). It is not accepted for new accounts.
func RegistrationNumber(s string) Verdict {
	v := Code(s)
	switch {
	case v == "":
		return bad(v, Empty)
	case len([]rune(v)) != 15:
		return bad(v, Length)
	case !digits(v):
		return bad(v, Charset)
	case v[14] != Mod11_10(v[:14]):
		return bad(v, CheckDigit)
	}
	return good(v)
}
