package cn

import (
	"regexp"
	"strconv"
	"strings"
	"time"
)

// provinces are the first two digits a citizen's number can have; in the
// number of a permanent residence card they follow a 9.
const provinces = "11 12 13 14 15 21 22 23 31 32 33 34 35 36 37 41 42 43 44 45 46 50 51 52 53 54 61 62 63 64 65 71 81 82 83"

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
	birth, err := time.Parse("20060102", v[6:14])
	if err != nil || birth.After(asOf) || birth.AddDate(150, 0, 0).Before(asOf) {
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

// IDClass tells what kind of document an 18-digit number belongs to.
func IDClass(id string) string {
	switch {
	case strings.HasPrefix(id, "9"):
		return ForeignResident
	case strings.HasPrefix(id, "81"), strings.HasPrefix(id, "82"), strings.HasPrefix(id, "83"):
		return ResidencePermit
	}
	return ResidentID
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

// BirthOf is the date of birth in a valid citizen's number.
func BirthOf(id string) (time.Time, bool) {
	if len(id) != 18 {
		return time.Time{}, false
	}
	t, err := time.Parse("20060102", id[6:14])
	return t, err == nil
}

// FemaleOf tells the sex in a valid citizen's number: an even sequence is
// female.
func FemaleOf(id string) bool { return len(id) == 18 && (id[16]-'0')%2 == 0 }

// AgeOn is the number of full years on a day.
func AgeOn(birth, day time.Time) int {
	age := day.Year() - birth.Year()
	if day.Month() < birth.Month() || day.Month() == birth.Month() && day.Day() < birth.Day() {
		age--
	}
	return age
}

// IDExpiry is the last day of an identity card issued on a day (居民身份证法
// art 5); longTerm cards have none.
func IDExpiry(birth, issued time.Time) (expiry time.Time, longTerm bool) {
	switch age := AgeOn(birth, issued); {
	case age < 16:
		return issued.AddDate(5, 0, 0), false
	case age < 26:
		return issued.AddDate(10, 0, 0), false
	case age < 46:
		return issued.AddDate(20, 0, 0), false
	}
	return time.Time{}, true
}

// MakeCitizenID makes a valid number for examples and demo data.
func MakeCitizenID(region string, birth time.Time, seq int) string {
	s := strconv.Itoa(seq)
	v := region + birth.Format("20060102") + strings.Repeat("0", 3-len(s)) + s
	return v + string(citizenCheck(v))
}

// Identity documents a person can have (证件类型).
const (
	ResidentID      = "resident_id"      // 居民身份证
	HKMOPermit      = "hkmo_permit"      // 港澳居民来往内地通行证
	TWPermit        = "tw_permit"        // 台湾居民来往大陆通行证
	ResidencePermit = "residence_permit" // 港澳台居民居住证
	ChinesePassport = "cn_passport"      // 中国护照
	ForeignPassport = "foreign_passport" // 外国护照
	ForeignResident = "foreign_resident" // 外国人永久居留身份证
)

// documentPatterns are from memory (FACTS 3.6): a number that does not match
// is odd, not impossible.
var documentPatterns = map[string]*regexp.Regexp{
	HKMOPermit:      regexp.MustCompile(`^[HM]\d{8}(\d{2})?$`),
	TWPermit:        regexp.MustCompile(`^(\d{8}|\d{10}[A-Z]?)$`),
	ChinesePassport: regexp.MustCompile(`^(E[A-HJ-NP-Z0-9]\d{7}|G\d{8}|(D|S|P)E?\d{7,8}|1[45]\d{7})$`),
	ForeignPassport: regexp.MustCompile(`^[A-Z0-9]{5,20}$`),
}

var (
	plausible    = regexp.MustCompile(`^[A-Z0-9]{5,20}$`)
	oldPermanent = regexp.MustCompile(`^[A-Z]{3}\d{12}$`)
)

// Document checks the number of an identity document of the given type.
func Document(kind, s string, asOf time.Time) Verdict {
	v := Code(s)
	switch kind {
	case ResidentID:
		verdict := CitizenID(v, asOf)
		if verdict.OK() && IDClass(v) != ResidentID {
			return bad(v, Foreign)
		}
		return verdict
	case ResidencePermit:
		verdict := CitizenID(v, asOf)
		if verdict.OK() && IDClass(v) != ResidencePermit {
			return bad(v, Foreign)
		}
		return verdict
	case ForeignResident:
		if oldPermanent.MatchString(v) {
			return good(v)
		}
		verdict := CitizenID(v, asOf)
		if verdict.OK() && IDClass(v) != ForeignResident {
			return bad(v, Foreign)
		}
		return verdict
	}
	switch {
	case v == "":
		return bad(v, Empty)
	case !plausible.MatchString(v):
		return bad(v, Charset)
	case documentPatterns[kind] != nil && !documentPatterns[kind].MatchString(v):
		return odd(v, Pattern)
	}
	return good(v)
}
