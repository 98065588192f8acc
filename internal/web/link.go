package web

import (
	"net/http"
	"strings"
)

// Address serves an address that people get by message: prefix and a name of
// letters, digits, - and _. Where a phone has taken the words behind it for a
// part of it, it leads to the address without them.
func Address(prefix string, next http.HandlerFunc) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		name := r.PathValue("token")
		if end := strings.IndexFunc(name, foreign); end > 0 {
			http.Redirect(w, r, prefix+name[:end], http.StatusSeeOther)
			return
		}
		next(w, r)
	}
}

// foreign tells whether a character is none that our names are made of.
func foreign(r rune) bool {
	return !('0' <= r && r <= '9' || 'a' <= r && r <= 'z' || 'A' <= r && r <= 'Z' || r == '-' || r == '_')
}
