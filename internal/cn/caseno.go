package cn

import (
	"fmt"
	"time"
)

// CaseNumber makes a case number (办件编号), 23 digits: region (6), department
// (2), day, sequence from 1 to 999999, check digit. The design is the
// product's own (domain sheet 3.11).
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
