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
// A wrong organisation code inside a code that is right as a whole is odd
// only: such codes were issued.
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
	case v[16] != orgCheck(v[8:16]):
		return odd(v, InnerCheck)
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

// madeUnits are the first characters of the codes that MakeUSCC makes: TXT
// opens no real pool of organisation codes, so a made code belongs to nobody.
var madeUnits = map[Kind][2]string{
	Enterprise: {"91", "TXT"}, SoleTrader: {"92", "TXTG"}, Cooperative: {"93", "TXTH"}, OtherKind: {"11", "TXTJ"},
}

// CompleteUSCC is a code made of its first eight characters and the eight of
// the unit's own (主体标识码 without its check character); false when there are
// characters no code has.
func CompleteUSCC(head, own string) (string, bool) {
	if len(head) != 8 || len(own) != 8 || strings.Trim(head+own, usccAlphabet) != "" {
		return "", false
	}
	v := head + own + string(orgCheck(own))
	return v + string(usccCheck(v)), true
}

// MakeUSCC makes a valid code for examples and demo data: region of 6 digits,
// sequence from 0 to MadeUnits-1; other kinds become a government body (11).
func MakeUSCC(kind Kind, region string, seq int) string {
	made := madeUnits[kind]
	body := []byte(made[1] + strings.Repeat("0", 8-len(made[1])))
	for i := 7; seq > 0 && i >= len(made[1]); i-- {
		body[i] = usccAlphabet[seq%31]
		seq /= 31
	}
	v := made[0] + region + string(body) + string(orgCheck(string(body)))
	return v + string(usccCheck(v))
}

// MadeUnits is how many different codes MakeUSCC makes per kind and region.
const MadeUnits = 31 * 31 * 31 * 31

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
