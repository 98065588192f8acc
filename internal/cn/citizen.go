package cn

import (
	"fmt"
	"strings"
	"time"
)

// provinces are the first two digits a citizen's number can have; in the
// number of a permanent residence card they follow a 9.
const provinces = "11 12 13 14 15 21 22 23 31 32 33 34 35 36 37 41 42 43 44 45 46 50 51 52 53 54 61 62 63 64 65 71 81 82 83"

// oldest is the age in full years up to which a date of birth is believed.
const oldest = 150

// CitizenID checks an 18-digit citizen identity number (公民身份号码, GB
// 11643-1999) as of a day, which bounds the date of birth. Numbers of
// residence permits (81, 82, 83) and of the permanent residence card of 2023
// (9…) have the same form; see IDClass.
func CitizenID(s string, asOf time.Time) Verdict {
	v := Code(s)
	switch {
	case v == "":
		return bad(v, Empty)
	case len([]rune(v)) != 18:
		return bad(v, Length)
	case !digits(v[:17]) || !strings.Contains("0123456789X", v[17:]):
		return bad(v, Charset)
	case !strings.Contains(provinces, strings.TrimPrefix(v, "9")[:2]):
		return bad(v, Region)
	}
	birth, ok := BirthOf(v)
	if age := AgeOn(birth, asOf); !ok || age < 0 || age > oldest {
		return bad(v, Birth)
	}
	if v[17] != citizenCheck(v[:17]) {
		return bad(v, CheckDigit)
	}
	return good(v)
}

func citizenCheck(body string) byte {
	sum := 0
	for i, w := range []int{7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2} {
		sum += int(body[i]-'0') * w
	}
	return "10X98765432"[sum%11]
}

// Citizen15 turns a 15-digit number of the first generation into 18 digits;
// such cards are void since 2013 and serve the search of archives only.
func Citizen15(s string) (string, bool) {
	v := Code(s)
	if len(v) != 15 || !digits(v) {
		return "", false
	}
	v = v[:6] + "19" + v[6:]
	return v + string(citizenCheck(v)), true
}

// BirthOf is the date of birth in a valid citizen's number, at midnight UTC.
func BirthOf(id string) (time.Time, bool) {
	if len(id) != 18 {
		return time.Time{}, false
	}
	t, err := time.Parse("20060102", id[6:14])
	return t, err == nil
}

// FemaleOf tells the sex in a valid citizen's number: an even sequence is
// female. It prefills a form; what the person says goes before it.
func FemaleOf(id string) bool { return len(id) == 18 && (id[16]-'0')%2 == 0 }

// AgeOn is the number of full years on a day (周岁), negative before birth.
// Both are taken as calendar days, each in its own location.
func AgeOn(birth, day time.Time) int {
	age := day.Year() - birth.Year()
	if day.Month() < birth.Month() || day.Month() == birth.Month() && day.Day() < birth.Day() {
		age--
	}
	return age
}

// IDExpiry is the last day of an identity card issued on a day (居民身份证法
// art 5); longTerm cards have none. A card issued on 29 February ends on the
// 28th when its last year has no 29th.
func IDExpiry(birth, issued time.Time) (expiry time.Time, longTerm bool) {
	switch age := AgeOn(birth, issued); {
	case age < 16:
		return yearsOn(issued, 5), false
	case age < 26:
		return yearsOn(issued, 10), false
	case age < 46:
		return yearsOn(issued, 20), false
	}
	return time.Time{}, true
}

func yearsOn(day time.Time, years int) time.Time {
	t := day.AddDate(years, 0, 0)
	if t.Day() != day.Day() {
		t = t.AddDate(0, 0, -1)
	}
	return t
}

// MakeCitizenID makes a valid number for examples and demo data: region of 6
// digits, sequence 0 to 999, of which 000 and 999 are never issued.
func MakeCitizenID(region string, birth time.Time, seq int) string {
	v := fmt.Sprintf("%s%s%03d", region, birth.Format("20060102"), seq)
	return v + string(citizenCheck(v))
}
