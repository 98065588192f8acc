package registry

import (
	"strings"
	"unicode"

	"wangban/internal/cn"
)

// likeness is how two spellings of a person's name agree.
type likeness int

const (
	different likeness = iota
	unsure             // the base cannot write one of the characters
	same
)

// sameRep holds a name against what the base has as representative: one name,
// several, or a unit with its delegate (执行事务合伙人：某公司（委派代表：某某）).
func sameRep(given, known string) likeness {
	best := different
	for _, name := range repNames(known) {
		best = max(best, samePerson(given, name))
	}
	return best
}

func repNames(known string) []string {
	names := strings.FieldsFunc(known, func(r rune) bool { return strings.ContainsRune("、，,；;/|()（）:：", r) })
	return append(names, known)
}

func samePerson(given, known string) likeness {
	g, k := []rune(cn.NameKey(standard(given))), []rune(cn.NameKey(standard(known)))
	if string(g) == string(k) {
		return same
	}
	if len(g) != len(k) {
		return different
	}
	for i := range g {
		if g[i] != k[i] && !stopgap(k[i]) {
			return different
		}
	}
	return unsure
}

// stopgap tells a mark that a base writes for a character it does not have
// (C-20).
func stopgap(r rune) bool {
	return strings.ContainsRune("?*□■〓〇\ufffd", r) || unicode.Is(unicode.Co, r)
}

// standard replaces the private characters of GB 18030-2000 by those the
// edition of 2005 and Unicode gave them (GB 18030-2022, annex on changed
// mappings).
func standard(s string) string {
	return strings.Map(func(r rune) rune {
		if to, ok := private[r]; ok {
			return to
		}
		return r
	}, s)
}

var private = map[rune]rune{
	0xE816: 0x20087, 0xE817: 0x20089, 0xE818: 0x200CC, 0xE831: 0x215D7, 0xE83B: 0x2298F, 0xE855: 0x241FE,
	0xE81E: 0x9FB4, 0xE826: 0x9FB5, 0xE82B: 0x9FB6, 0xE82C: 0x9FB7, 0xE832: 0x9FB8, 0xE843: 0x9FB9, 0xE854: 0x9FBA, 0xE864: 0x9FBB,
}
