package cn

import (
	"regexp"
	"strings"

	"golang.org/x/text/unicode/norm"
)

var (
	mobilePattern   = regexp.MustCompile(`^1[3-9]\d{9}$`)
	abroadPrefix    = regexp.MustCompile(`^(?:\+|00)?86(1\d{10})$`)
	landlinePattern = regexp.MustCompile(`^(\(0\d{2,3}\)|0[1-9]\d{1,2}-?)\d{7,8}(-\d{1,6})?$|^400-?\d{3}-?\d{4}$|^(12345|12315)$`)
)

// Mobile checks a mainland mobile number; +86, 0086 and 86 before it go. The
// operator is not told by the prefix since numbers can be ported (2019).
func Mobile(s string) Verdict {
	v := abroadPrefix.ReplaceAllString(Code(s), "$1")
	switch {
	case v == "":
		return bad(v, Empty)
	case strings.Trim(v, "0123456789") != "":
		return bad(v, Charset)
	case len(v) != 11:
		return bad(v, Length)
	case !mobilePattern.MatchString(v):
		return bad(v, Pattern)
	}
	return good(v)
}

// Landline checks a landline (with area code, perhaps an extension), a 400
// number or a public hotline.
func Landline(s string) Verdict {
	v := strings.Map(func(r rune) rune {
		if isDash(r) {
			return '-'
		}
		return r
	}, strings.ReplaceAll(Text(norm.NFKC.String(s)), " ", ""))
	switch {
	case v == "":
		return bad(v, Empty)
	case !landlinePattern.MatchString(v):
		return bad(v, Pattern)
	}
	return good(v)
}
