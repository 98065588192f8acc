package item

import "slices"

// meant are words that people write for others: the same thing is called so
// elsewhere.
var meant = map[string]string{
	"hint": "help", "help": "hint", "description": "help", "if": "when", "condition": "when", "name": "label", "title": "label",
	"choices": "options", "role": "by", "who": "by", "deadline": "within", "limit": "within", "timeout": "lapse", "next": "to",
	"sms": "tell", "message": "tell", "action": "acts", "required": "optional",
}

// nearest is the known word that a mistyped one probably means: a third of the
// letters may differ, and of equally near words the one that begins alike is
// taken.
func nearest(word string, known []string) (string, bool) {
	if k := meant[word]; slices.Contains(known, k) {
		return k, true
	}
	letters := len([]rune(word))
	best, distance, prefix := "", max(1, letters/3), -1
	for _, k := range known {
		d, p := editDistance(word, k), alike(word, k)
		if d <= distance && d < letters && (best == "" || d < distance || p > prefix) {
			best, distance, prefix = k, d, p
		}
	}
	return best, best != ""
}

// alike counts the letters with which two words begin.
func alike(a, b string) int {
	s, t := []rune(a), []rune(b)
	n := 0
	for n < min(len(s), len(t)) && s[n] == t[n] {
		n++
	}
	return n
}

// editDistance counts the letters to change, add or drop, a swap of two
// neighbours counting once.
func editDistance(a, b string) int {
	s, t := []rune(a), []rune(b)
	rows := make([][]int, len(s)+1)
	for i := range rows {
		rows[i] = make([]int, len(t)+1)
		rows[i][0] = i
	}
	for j := range rows[0] {
		rows[0][j] = j
	}
	for i := 1; i <= len(s); i++ {
		for j := 1; j <= len(t); j++ {
			change := rows[i-1][j-1]
			if s[i-1] != t[j-1] {
				change++
			}
			rows[i][j] = min(rows[i-1][j]+1, rows[i][j-1]+1, change)
			if i > 1 && j > 1 && s[i-1] == t[j-2] && s[i-2] == t[j-1] {
				rows[i][j] = min(rows[i][j], rows[i-2][j-2]+1)
			}
		}
	}
	return rows[len(s)][len(t)]
}
