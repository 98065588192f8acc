package cn

import "unicode/utf8"

// SMSSegments is how many short messages a text is charged as: 70 characters
// in one, 67 in each of several, the signature 【…】 included. Every character
// counts one (domain sheet 9.1).
func SMSSegments(text string) int {
	n := utf8.RuneCountInString(text)
	if n <= 70 {
		return 1
	}
	return (n + 66) / 67
}
