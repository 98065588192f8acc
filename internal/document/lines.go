package document

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"wangban/internal/document/pdf"
)

// Where a line must not break, after GB/T 15834-2011 (标点符号用法) 5.1.
const (
	neverFirst = "、，。．：；？！）】》〉」』〕｝”’…—～·％‰℃°,.:;?!)]}%-"
	neverLast  = "（【《〈「『〔｛“‘￥＄([{$#@№"
)

// line is one line of a paragraph.
type line struct {
	text  string
	width float64
	last  bool // of its paragraph: not stretched
}

// lines breaks a text into lines of a width, the first being shorter by
// indent. Words and numbers stay whole unless they are wider than a line.
func lines(face *pdf.Typeface, text string, size, width, indent float64) []line {
	var out []line
	for paragraph := range strings.SplitSeq(text, "\n") {
		out = append(out, paragraphLines(face, paragraph, size, width, indent)...)
	}
	return out
}

func paragraphLines(face *pdf.Typeface, text string, size, width, indent float64) []line {
	var out []line
	current := ""
	room := width - indent
	flush := func() {
		current = strings.TrimRightFunc(current, unicode.IsSpace)
		out = append(out, line{text: current, width: face.Width(current, size)})
		current, room = "", width
	}
	for _, unit := range units(text) {
		if face.Width(current+strings.TrimRightFunc(unit, unicode.IsSpace), size) > room && current != "" {
			flush()
			unit = strings.TrimLeft(unit, " ")
		}
		for _, r := range unit {
			if face.Width(current+string(r), size) > room && current != "" && !unicode.IsSpace(r) {
				flush()
			}
			current += string(r)
		}
	}
	flush()
	out[len(out)-1].last = true
	return out
}

// units are the pieces between which a line may break.
func units(text string) []string {
	var out []string
	start, previous := 0, rune(-1)
	for i, r := range text {
		if previous >= 0 && breakable(previous, r) {
			out = append(out, text[start:i])
			start = i
		}
		previous = r
	}
	return append(out, text[start:])
}

func breakable(before, after rune) bool {
	switch {
	case strings.ContainsRune(neverFirst, after) || strings.ContainsRune(neverLast, before):
		return false
	case pdf.Unseen(after): // selectors belong to the character before
		return false
	case unicode.IsSpace(after):
		return false
	case unicode.IsSpace(before):
		return true
	}
	return !(inWord(before) && inWord(after))
}

// inWord tells whether a character is part of a Western word or a number.
func inWord(r rune) bool {
	return r < utf8.RuneSelf && r > ' ' || unicode.Is(unicode.Latin, r) || r == '·'
}
