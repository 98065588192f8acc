package cn

import "strings"

// RegionCode checks the form of a region code (行政区划代码): 6 digits down to
// the county (GB/T 2260), 9 to the township (GB/T 10114), 12 as statistics
// write them. Which places exist is data of the installation.
func RegionCode(s string) Verdict {
	v := Code(s)
	n := len([]rune(v))
	switch {
	case v == "":
		return bad(v, Empty)
	case n != 6 && n != 9 && n != 12:
		return bad(v, Length)
	case !digits(v):
		return bad(v, Charset)
	case !strings.Contains(provinces, v[:2]), n == 9 && v[6:] == "000":
		return bad(v, Region)
	}
	return good(v)
}
