package cn

import (
	"fmt"
	"regexp"
	"strings"
)

const alnum = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"

// Mod37_36 is the check character of ISO 7064 MOD 37,36 for digits and capital
// letters.
func Mod37_36(s string) byte {
	p := 36
	for i := range len(s) {
		if p = (p + strings.IndexByte(alnum, s[i])) % 36; p == 0 {
			p = 36
		}
		p = p * 2 % 37
	}
	return alnum[(37-p)%36]
}

const licenceArc = "1.2.156.3005.2."

// LicenceID is the identifier of an electronic licence (电子证照标识, GB/T
// 36904-2018): the code of its type, the institution's (USCC or region), a
// serial number of digits and capitals, and the version.
func LicenceID(kind, institution, serial string, version int) string {
	v := fmt.Sprintf("%03d", version)
	return licenceArc + strings.Join([]string{kind, institution, serial, v, string(Mod37_36(kind + institution + serial + v))}, ".")
}

var licenceForm = regexp.MustCompile(`^1\.2\.156\.3005\.2\.([0-9A-Z]{6,24})\.([0-9A-Z]{6}|[0-9A-Z]{18})\.([0-9A-Z]{1,40})\.([0-9]{3})\.([0-9A-Z])$`)

// CheckLicenceID checks an identifier of an electronic licence.
func CheckLicenceID(s string) Verdict {
	v := strings.TrimSpace(s)
	m := licenceForm.FindStringSubmatch(v)
	switch {
	case v == "":
		return bad(v, Empty)
	case m == nil:
		return bad(v, Charset)
	case m[5][0] != Mod37_36(m[1]+m[2]+m[3]+m[4]):
		return bad(v, CheckDigit)
	}
	return good(v)
}
