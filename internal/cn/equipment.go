package cn

import (
	"strings"
	"time"
)

// EquipmentCode checks the code of a piece of special equipment (设备代码,
// domain sheet 3.9): 4 characters of the catalogue, 2 for the region of the
// authority that licensed the maker and 3 for the maker, the year of making,
// and 5 for the piece, which turn to letters after 99999.
//
// The registration codes of 20 digits from before 2014 live on (odd), and so
// do pieces whose code begins like no registrable kind.
func EquipmentCode(s string, now time.Time) Verdict {
	v := Code(s)
	switch {
	case v == "":
		return bad(v, Empty)
	case len(v) == 20 && digits(v):
		return odd(v, Foreign)
	case !lettersAndDigits(v):
		return bad(v, Charset)
	case len(v) != 18:
		return bad(v, Length)
	case !digits(v[9:13]):
		return bad(v, Birth)
	}
	switch year := v[9:13]; {
	case year < "1950" || year > now.AddDate(1, 0, 0).Format("2006"):
		return odd(v, Birth)
	case !strings.ContainsRune("12345689", rune(v[0])):
		return odd(v, Class)
	case !digits(v[4:6]):
		return odd(v, Region)
	}
	return good(v)
}

// EquipmentKind is the catalogue's part of an equipment code, empty when the
// text is none.
func EquipmentKind(s string) string {
	if v := Code(s); len(v) == 18 && lettersAndDigits(v) {
		return v[:4]
	}
	return ""
}

func lettersAndDigits(s string) bool {
	return strings.IndexFunc(s, func(r rune) bool { return (r < '0' || r > '9') && (r < 'A' || r > 'Z') }) < 0
}
