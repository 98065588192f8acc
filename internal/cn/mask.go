package cn

import (
	"regexp"
	"strings"
)

// MaskName keeps the family name's first character: 王**.
func MaskName(s string) string {
	r := []rune(s)
	if len(r) < 2 {
		return strings.Repeat("*", len(r))
	}
	return string(r[0]) + strings.Repeat("*", len(r)-1)
}

// MaskID keeps the first three and last four characters of a long number; of
// a short document number one and four.
func MaskID(s string) string {
	head := 3
	if len([]rune(s)) < 12 {
		head = 1
	}
	return maskMiddle(s, head, 4)
}

// MaskMobile keeps the first three and last four digits: 138****8000.
func MaskMobile(s string) string { return maskMiddle(s, 3, 4) }

// MaskAccount keeps four digits at both ends.
func MaskAccount(s string) string { return maskMiddle(s, 4, 4) }

// township ends the part of an address that is no secret.
var township = regexp.MustCompile(`^(.*?(?:镇|乡|街道|开发区|苏木))`)

// MaskAddress keeps an address down to the township.
func MaskAddress(s string) string {
	if m := township.FindString(s); m != "" {
		return m + "****"
	}
	r := []rune(s)
	return string(r[:min(len(r)/3, 6)]) + "****"
}

func maskMiddle(s string, head, tail int) string {
	r := []rune(s)
	if len(r) <= head+tail {
		return strings.Repeat("*", len(r))
	}
	return string(r[:head]) + strings.Repeat("*", len(r)-head-tail) + string(r[len(r)-tail:])
}
