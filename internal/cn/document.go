package cn

import (
	"regexp"
	"strings"
	"time"
)

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

// documentPatterns are from memory (domain sheet 3.6): a number that does not match
// is odd, not impossible.
var documentPatterns = map[string]*regexp.Regexp{
	HKMOPermit:      regexp.MustCompile(`^[HM]\d{8}(\d{2})?$`),
	TWPermit:        regexp.MustCompile(`^(\d{8}|\d{10}[A-Z]?)$`),
	ChinesePassport: regexp.MustCompile(`^(E[A-HJ-NP-Z0-9]\d{7}|G\d{8}|(D|S|P)E?\d{7,8}|1[45]\d{7})$`),
	ResidencePermit: regexp.MustCompile(`^8[123]0000`),
}

var (
	plausible    = regexp.MustCompile(`^[A-Z0-9]{5,20}$`)
	oldPermanent = regexp.MustCompile(`^[A-Z]{3}\d{12}$`)
)

// Document checks the number of an identity document of the given type.
func Document(kind, s string, asOf time.Time) Verdict {
	verdict := plain(s)
	switch kind {
	case ResidentID, ResidencePermit, ForeignResident:
		if kind == ForeignResident && oldPermanent.MatchString(verdict.Value) {
			return good(verdict.Value)
		}
		verdict = CitizenID(s, asOf)
		if verdict.OK() && IDClass(verdict.Value) != kind {
			return bad(verdict.Value, Foreign)
		}
	}
	if p := documentPatterns[kind]; verdict.OK() && p != nil && !p.MatchString(verdict.Value) {
		return odd(verdict.Value, Pattern)
	}
	return verdict
}

// plain checks a document number of which no more is known than its
// characters.
func plain(s string) Verdict {
	v := Code(s)
	switch {
	case v == "":
		return bad(v, Empty)
	case !plausible.MatchString(v):
		return bad(v, Charset)
	}
	return good(v)
}
