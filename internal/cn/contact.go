package cn

import (
	"net/url"
	"regexp"
	"strings"

	"golang.org/x/text/unicode/norm"
)

// Postcode checks a postal code: six digits.
func Postcode(s string) Verdict {
	v := Code(s)
	switch {
	case v == "":
		return bad(v, Empty)
	case !digits(v):
		return bad(v, Charset)
	case len(v) != 6:
		return bad(v, Length)
	}
	return good(v)
}

// Email checks an address of electronic mail: one @, a domain with a point.
func Email(s string) Verdict {
	v := strings.ToLower(Text(norm.NFKC.String(s)))
	name, domain, ok := strings.Cut(v, "@")
	switch {
	case v == "":
		return bad(v, Empty)
	case len(v) > 254:
		return bad(v, Length)
	case !ok || strings.ContainsAny(v, " ,;<>\"") || strings.Contains(domain, "@"):
		return bad(v, Pattern)
	case name == "" || !hostname.MatchString(domain):
		return bad(v, Pattern)
	}
	return good(v)
}

var hostname = regexp.MustCompile(`^([a-z0-9\p{Han}]([a-z0-9\p{Han}-]*[a-z0-9\p{Han}])?\.)+[a-z\p{Han}]{2,}$`)

// WebAddress checks the address of a site (网址). Without a scheme https is
// meant.
func WebAddress(s string) Verdict {
	v := Text(norm.NFKC.String(s))
	if v == "" {
		return bad(v, Empty)
	}
	if !strings.Contains(v, "://") {
		v = "https://" + v
	}
	u, err := url.Parse(v)
	switch {
	case len(v) > 500:
		return bad(v, Length)
	case err != nil || u.Scheme != "http" && u.Scheme != "https" || strings.ContainsAny(v, " \"<>"):
		return bad(v, Pattern)
	case u.User != nil || !hostname.MatchString(strings.ToLower(u.Hostname())):
		return bad(v, Pattern)
	}
	return good(v)
}
