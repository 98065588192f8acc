package cn

import (
	"fmt"
	"strings"
)

// FoodLicence checks the number of a food-business licence (食品经营许可证编
// 号): JY and 14 digits. A wrong check digit is odd only: one is in print.
func FoodLicence(s string) Verdict { return foodNumber(s, "JY", "123") }

// FoodFiling checks the number of a filing for pre-packaged food (备案编号):
// YB and 14 digits. The structure is from memory (domain sheet 3.8).
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

// MakeFoodFiling makes a filing number: kind '1' wholesale (批发) or '2' retail
// (零售), region of 6 digits, sequence from 1 to 999999.
func MakeFoodFiling(kind byte, region string, seq int) string {
	body := fmt.Sprintf("%c%s%06d", kind, region, seq)
	return "YB" + body + string(Mod11_10(body))
}
