package cn

import (
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// dots are the marks people type between the parts of a name (C-21).
var dots = strings.NewReplacer("•", "·", "・", "·", "．", "·", "‧", "·", "∙", "·", "⋅", "·", "●", "·", ".", "·")

// PersonName checks a natural person's name: 2 to 50 characters, Chinese with
// “·”, or Latin letters with space, comma, hyphen, full stop or apostrophe.
// Every Han character is accepted, also those outside the Basic Multilingual
// Plane (GB 18030-2022): a name is what it is.
func PersonName(s string) Verdict {
	v := Text(s)
	han := false
	for _, r := range v {
		if unicode.Is(unicode.Han, r) {
			han = true
		}
	}
	if han {
		v = strings.ReplaceAll(dots.Replace(v), " ", "")
	}
	n := len([]rune(v))
	switch {
	case v == "":
		return bad(v, Empty)
	case n < 2 || n > 50:
		return bad(v, Length)
	}
	for _, r := range v {
		switch {
		case unicode.Is(unicode.Han, r), unicode.Is(unicode.Co, r), r == '·':
		case !han && (unicode.Is(unicode.Latin, r) || unicode.Is(unicode.Mn, r) || strings.ContainsRune(" ,.'-’", r)):
		default:
			return bad(v, Charset)
		}
	}
	return good(v)
}

// UnitName checks a unit's registered name: 2 to 100 characters with at least
// one letter.
func UnitName(s string) Verdict {
	v := Text(s)
	n := len([]rune(v))
	switch {
	case v == "":
		return bad(v, Empty)
	case n < 2 || n > 100:
		return bad(v, Length)
	case strings.IndexFunc(v, unicode.IsLetter) < 0:
		return bad(v, Charset)
	}
	return good(v)
}

// SameUnitName tells whether two spellings are one registered name: width,
// brackets and spaces do not count (C-19).
func SameUnitName(a, b string) bool { return NameKey(a) == NameKey(b) }

// SamePersonName tells whether two spellings are one person's name: width,
// spaces, the kind of dot and the case of Latin letters do not count.
func SamePersonName(a, b string) bool { return NameKey(a) == NameKey(b) }

// NameKey is what two spellings of one name have in common.
func NameKey(s string) string {
	s = dots.Replace(norm.NFKC.String(s))
	return strings.ToUpper(strings.Map(func(r rune) rune {
		switch {
		case unicode.IsSpace(r), unicode.Is(unicode.Cf, r):
			return -1
		case strings.ContainsRune("【〔［", r):
			return '('
		case strings.ContainsRune("】〕］", r):
			return ')'
		}
		return r
	}, s))
}
