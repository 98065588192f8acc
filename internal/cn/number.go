package cn

import (
	"fmt"
	"strings"
	"time"
)

// FoodLicence checks the number of a food-business licence (食品经营许可证编
// 号): JY and 14 digits. A wrong check digit is odd only: one is in print.
func FoodLicence(s string) Verdict { return foodNumber(s, "JY", "123") }

// FoodFiling checks the number of a filing for pre-packaged food (备案编号):
// YB and 14 digits. The structure is from memory (FACTS 3.8).
func FoodFiling(s string) Verdict { return foodNumber(s, "YB", "12") }

func foodNumber(s, prefix, kinds string) Verdict {
	v := Code(s)
	switch {
	case v == "":
		return bad(v, Empty)
	case !strings.HasPrefix(v, prefix):
		return bad(v, Class)
	case len([]rune(v)) != 16:
		return bad(v, Length)
	case !digits(v[2:]):
		return bad(v, Charset)
	case !strings.ContainsRune(kinds, rune(v[2])):
		return bad(v, Class)
	case v[15] != Mod11_10(v[2:15]):
		return odd(v, CheckDigit)
	}
	return good(v)
}

// MakeFoodFiling makes a filing number: kind '1' wholesale or '2' retail,
// region of 6 digits, sequence from 1.
func MakeFoodFiling(kind byte, region string, seq int) string {
	body := fmt.Sprintf("%c%s%06d", kind, region, seq)
	return "YB" + body + string(Mod11_10(body))
}

// CaseNumber makes a case number (办件编号), 23 digits: region, department,
// day, sequence, check digit. The design is the product's own (FACTS 3.11).
func CaseNumber(region, department string, day time.Time, seq int) string {
	body := fmt.Sprintf("%s%s%s%06d", region, department, day.Format("20060102"), seq)
	return body + string(Mod11_10(body))
}

// CheckCaseNumber checks a case number as people type it.
func CheckCaseNumber(s string) Verdict {
	v := Code(s)
	switch {
	case v == "":
		return bad(v, Empty)
	case len([]rune(v)) != 23:
		return bad(v, Length)
	case !digits(v):
		return bad(v, Charset)
	case v[22] != Mod11_10(v[:22]):
		return bad(v, CheckDigit)
	}
	if _, err := time.Parse("20060102", v[8:16]); err != nil {
		return bad(v, Pattern)
	}
	return good(v)
}

// SMSSegments is how many short messages a text is charged as: 70 characters
// in one, 67 in each of several, the signature 【…】 included.
func SMSSegments(text string) int {
	n := len([]rune(text))
	if n <= 70 {
		return 1
	}
	return (n + 66) / 67
}
