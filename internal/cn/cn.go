// Package cn knows Chinese identifiers: check digits, what can be read from
// them, how they are compared, and how they are masked; and how Chinese is read
// aloud and typed (pinyin). Sources are the
// national standards named at each function.
//
// It is pure and imports none of our rooms. Nothing here is about one county:
// region codes are checked for form only, because codes are never updated
// when districts change (people born in Shucheng before 1999 carry 342425).
package cn

import (
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// Level says how sure a Verdict is.
type Level int

// Levels. Warn is for numbers that are formally odd but exist in reality: the
// person confirms, the reviewer decides.
const (
	OK Level = iota
	Warn
	Error
)

// Verdict is what a check says of a value.
type Verdict struct {
	Level  Level
	Value  string // normalised
	Reason Reason // empty when OK
}

// OK tells that nothing is wrong.
func (v Verdict) OK() bool { return v.Level == OK }

// Reason is a machine word for what is wrong.
type Reason string

// Reasons.
const (
	Empty      Reason = "empty"
	Length     Reason = "length"
	Charset    Reason = "charset"
	CheckDigit Reason = "check_digit"
	InnerCheck Reason = "inner_check" // the organisation code inside a valid USCC
	Region     Reason = "region"
	Class      Reason = "class" // a leading code that is not assigned
	Birth      Reason = "birth" // a date that does not exist, lies ahead or too far back
	Pattern    Reason = "pattern"
	Foreign    Reason = "foreign" // belongs to another kind of number
)

func bad(value string, r Reason) Verdict { return Verdict{Error, value, r} }
func odd(value string, r Reason) Verdict { return Verdict{Warn, value, r} }
func good(value string) Verdict          { return Verdict{OK, value, ""} }

// Code normalises a code that people type: full width becomes half width,
// spaces, hyphens and invisible characters go, letters become upper case
// . The Roman ten Ⅹ becomes X.
func Code(s string) string {
	return settle(s, func(s string) string {
		return strings.ToUpper(strings.Map(func(r rune) rune {
			if unicode.IsSpace(r) || isDash(r) || invisible(r) {
				return -1
			}
			return r
		}, norm.NFKC.String(s)))
	})
}

// Text normalises a name or sentence for keeping: outer space and invisible
// characters go, inner runs of space become one. Width is kept, because names
// are printed as they are registered.
func Text(s string) string {
	return settle(s, func(s string) string {
		s = strings.Map(func(r rune) rune {
			if invisible(r) || unicode.IsControl(r) && !unicode.IsSpace(r) {
				return -1
			}
			return r
		}, norm.NFC.String(s))
		return strings.Join(strings.Fields(s), " ")
	})
}

// settle repeats a step until it changes nothing more: what one rule drops can
// bring together characters that another rule joins.
func settle(s string, step func(string) string) string {
	for {
		next := step(s)
		if next == s {
			return s
		}
		s = next
	}
}

func isDash(r rune) bool { return unicode.Is(unicode.Pd, r) || r == '−' }

// invisible characters come along when people copy from chats and documents:
// joiners, marks of direction, variation selectors.
func invisible(r rune) bool {
	return unicode.Is(unicode.Cf, r) || unicode.Is(unicode.Variation_Selector, r)
}

func digits(s string) bool {
	for i := range len(s) {
		if s[i] < '0' || s[i] > '9' {
			return false
		}
	}
	return s != ""
}

// Mod11_10 is the check digit of ISO 7064 MOD 11,10 over decimal digits, used
// by registration numbers, food licences and our case numbers.
func Mod11_10(number string) byte {
	p := 10
	for i := range len(number) {
		s := (p + int(number[i]-'0')) % 10
		if s == 0 {
			s = 10
		}
		p = s * 2 % 11
	}
	return byte('0' + (11-p)%10)
}
