package cn

import (
	"strings"

	"github.com/mozillazg/go-pinyin"
	"golang.org/x/text/unicode/norm"
)

// Folded is a text as searches compare it: half width, small letters, no space
// around it.
func Folded(s string) string { return strings.ToLower(norm.NFKC.String(strings.TrimSpace(s))) }

// Initials are the first letters of the pinyin of a text, as people type them:
// 电梯 is dt. Of characters with several readings the most usual counts. Latin
// letters, digits and line ends stand for themselves; anything else is left out.
func Initials(s string) string {
	var b strings.Builder
	for _, syllable := range syllables(s, pinyin.FirstLetter) {
		b.WriteString(syllable)
	}
	return b.String()
}

// Syllables are the pinyin of a text without tones, one of each character, by
// the rules of Initials: 电梯 is dian, ti.
func Syllables(s string) []string { return syllables(s, pinyin.Normal) }

func syllables(s string, style int) []string {
	var out []string
	args := pinyin.NewArgs()
	args.Style = style
	for _, r := range norm.NFKC.String(s) {
		switch read := pinyin.SinglePinyin(r, args); {
		case len(read) > 0:
			out = append(out, read[0])
		case r == '\n' || r >= 'a' && r <= 'z' || r >= '0' && r <= '9':
			out = append(out, string(r))
		case r >= 'A' && r <= 'Z':
			out = append(out, string(r+'a'-'A'))
		}
	}
	return out
}
