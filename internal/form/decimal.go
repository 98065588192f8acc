package form

import (
	"cmp"
	"math/big"
	"regexp"
	"strings"

	"golang.org/x/text/unicode/norm"
)

// MostPlaces is how many decimals an amount can have: 万元 with six are whole
// fen and a little more.
const MostPlaces = 6

var decimalPattern = regexp.MustCompile(`^-?(\d{1,12})(?:\.(\d+))?$`)

// tidyDecimal takes width, space, thousands separators and empty places out of
// a typed amount.
func tidyDecimal(typed string) string {
	s := strings.Map(func(r rune) rune {
		switch r {
		case ' ', ',', '¥', '\u3000', '\t', '，':
			return -1
		case '。':
			return '.'
		case '−', '－':
			return '-'
		}
		return r
	}, norm.NFKC.String(typed))
	return plainDecimal(s)
}

// plainDecimal has no zeros that say nothing; what is no decimal stays as it
// is.
func plainDecimal(s string) string {
	m := decimalPattern.FindStringSubmatch(s)
	if m == nil {
		return s
	}
	whole, places := cmp.Or(strings.TrimLeft(m[1], "0"), "0"), strings.TrimRight(m[2], "0")
	if places != "" {
		whole += "." + places
	}
	if strings.HasPrefix(s, "-") && whole != "0" {
		return "-" + whole
	}
	return whole
}

// PlacesOf is how many decimals an amount of the field can have.
func (f Field) PlacesOf() int { return min(cmp.Or(f.Places, 2), MostPlaces) }

func checkDecimal(f Field, s string) *Problem {
	m := decimalPattern.FindStringSubmatch(s)
	if m == nil {
		return &Problem{Text: "“%s”要填数字，例如 12.5。", Args: []any{Label(f.Label)}}
	}
	if places := f.PlacesOf(); len(m[2]) > places {
		return &Problem{Text: "“%s”最多 %d 位小数，现在是 %d 位。删去多余的。", Args: []any{Label(f.Label), places, len(m[2])}}
	}
	value, _ := new(big.Rat).SetString(s)
	least := f.Least
	if least == "" && f.Type == TypeMoney {
		least = "0"
	}
	if bound, ok := new(big.Rat).SetString(least); ok && value.Cmp(bound) < 0 {
		return &Problem{Text: "“%s”不能小于 %s。", Args: []any{Label(f.Label), least}}
	}
	if bound, ok := new(big.Rat).SetString(f.Most); ok && value.Cmp(bound) > 0 {
		return &Problem{Text: "“%s”不能大于 %s。", Args: []any{Label(f.Label), f.Most}}
	}
	return nil
}

// DecimalError tells whether a bound can be used.
func DecimalError(bound string) bool { return bound != "" && !decimalPattern.MatchString(bound) }

// more compares two bounds.
func more(a, b string) bool {
	x, ok := new(big.Rat).SetString(a)
	y, ok2 := new(big.Rat).SetString(b)
	return ok && ok2 && x.Cmp(y) > 0
}

// Reversed tells that nothing can lie between the bounds of an amount.
func (f Field) Reversed() bool { return more(f.Least, f.Most) }
