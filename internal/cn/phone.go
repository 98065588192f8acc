package cn

import (
	"regexp"
	"strings"
)

var (
	mobilePattern   = regexp.MustCompile(`^1[3-9]\d{9}$`)
	landlinePattern = regexp.MustCompile(`^(\(0\d{2,3}\)|0[1-9]\d{1,2}-?)\d{7,8}(-\d{1,6})?$|^400-?\d{3}-?\d{4}$|^(12345|12315)$`)
)

// Mobile checks a mainland mobile number; the operator is not told by the
// prefix since numbers can be ported (2019).
func Mobile(s string) Verdict {
	v := strings.TrimPrefix(Code(s), "+")
	v = strings.TrimPrefix(v, "00")
	if len(v) == 13 {
		v = strings.TrimPrefix(v, "86")
	}
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

// Landline checks a landline, a 400 number or a public hotline.
func Landline(s string) Verdict {
	v := Text(strings.NewReplacer("（", "(", "）", ")", " ", "").Replace(s))
	switch {
	case v == "":
		return bad(v, Empty)
	case !landlinePattern.MatchString(v):
		return bad(v, Pattern)
	}
	return good(v)
}
