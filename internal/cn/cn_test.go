package cn_test

import (
	_ "embed"
	"encoding/json"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"wangban/internal/cn"
)

//go:embed testdata/vectors.json
var vectorsJSON []byte

type vector struct {
	Type, Value, Input, Output, Normalised string
	Valid                                  bool
	Severity, Reason                       string
	Birth, Sex, Issued, Expires            string
	AgeAtIssue                             int `json:"age_at_issue"`
	TotalChars                             int `json:"total_chars"`
	Segments                               int
}

func group(t *testing.T, name string) []vector {
	t.Helper()
	var groups map[string]struct{ Vectors []vector }
	if err := json.Unmarshal(vectorsJSON, &groups); err != nil {
		t.Fatal(err)
	}
	if len(groups[name].Vectors) == 0 {
		t.Fatalf("no vectors named %s", name)
	}
	return groups[name].Vectors
}

var asOf = time.Date(2026, 11, 23, 0, 0, 0, 0, time.UTC)

func TestVectors(t *testing.T) {
	checks := map[string]func(string) cn.Verdict{
		"uscc": cn.USCC, "org_code": cn.OrgCode, "gs15": cn.RegistrationNumber, "mobile": cn.Mobile, "landline": cn.Landline,
		"food_licence": cn.FoodLicence, "food_filing": cn.FoodFiling, "case_no": cn.CheckCaseNumber,
		"citizen_id": func(s string) cn.Verdict { return cn.CitizenID(s, asOf) },
	}
	for name, check := range checks {
		for _, v := range group(t, name) {
			got := check(v.Value)
			want := cn.OK
			if !v.Valid {
				want = cn.Error
				if v.Severity == "warn" || name == "food_filing" && v.Reason == "check_digit" {
					want = cn.Warn
				}
			}
			if got.Level != want {
				t.Errorf("%s %q (%s): level %d, want %d (%s)", name, v.Value, v.Reason, got.Level, want, got.Reason)
			}
			if v.Normalised != "" && got.Value != v.Normalised {
				t.Errorf("%s %q normalised to %q, want %q", name, v.Value, got.Value, v.Normalised)
			}
			if v.Birth != "" {
				birth, _ := cn.BirthOf(got.Value)
				if birth.Format(time.DateOnly) != v.Birth || cn.FemaleOf(got.Value) != (v.Sex == "女") {
					t.Errorf("%s: born %v, female %v", v.Value, birth, cn.FemaleOf(got.Value))
				}
			}
		}
	}
}

func TestDocuments(t *testing.T) {
	kinds := map[string]string{
		"CN_PASSPORT": cn.ChinesePassport, "HKMO_TRAVEL_PERMIT(回乡证)": cn.HKMOPermit, "TW_TRAVEL_PERMIT(台胞证)": cn.TWPermit,
	}
	for _, v := range group(t, "other_id_docs") {
		if kind, ok := kinds[v.Type]; ok {
			if got := cn.Document(kind, v.Value, asOf); got.OK() != v.Valid || got.Level == cn.Error {
				t.Errorf("%s %s: %+v", v.Type, v.Value, got)
			}
		}
	}
	for number, kind := range map[string]string{
		"820000199009124418": cn.ResidencePermit, "911124198108030024": cn.ForeignResident, "11010519491231002X": cn.ResidentID,
	} {
		if got := cn.Document(kind, number, asOf); !got.OK() {
			t.Errorf("%s %s: %+v", kind, number, got)
		}
		for _, other := range []string{cn.ResidencePermit, cn.ForeignResident, cn.ResidentID} {
			if got := cn.Document(other, number, asOf); other != kind && got.Reason != cn.Foreign {
				t.Errorf("%s as %s: %+v", number, other, got)
			}
		}
	}
}

func TestIDExpiry(t *testing.T) {
	day := func(s string) time.Time {
		d, err := time.Parse(time.DateOnly, s)
		if err != nil {
			t.Fatal(err)
		}
		return d
	}
	for _, v := range group(t, "id_card_validity") {
		if age := cn.AgeOn(day(v.Birth), day(v.Issued)); age != v.AgeAtIssue {
			t.Errorf("born %s, issued %s: age %d", v.Birth, v.Issued, age)
		}
		expiry, long := cn.IDExpiry(day(v.Birth), day(v.Issued))
		if long != (v.Expires == "长期") || !long && expiry.Format(time.DateOnly) != v.Expires {
			t.Errorf("born %s, issued %s: expires %v %v, want %s", v.Birth, v.Issued, expiry, long, v.Expires)
		}
	}
}

func TestMasks(t *testing.T) {
	masks := map[string]func(string) string{
		"name": cn.MaskName, "id_card": cn.MaskID, "passport": cn.MaskID, "mobile": cn.MaskMobile, "address": cn.MaskAddress, "bank": cn.MaskAccount,
	}
	for _, v := range group(t, "masking") {
		if got := masks[v.Type](v.Input); got != v.Output {
			t.Errorf("%s %s: %s, want %s", v.Type, v.Input, got, v.Output)
		}
	}
	if got := cn.MaskName("𬱖㛃"); got != "𬱖*" {
		t.Errorf("rare characters: %s", got)
	}
}

func TestSMSSegments(t *testing.T) {
	for _, v := range group(t, "sms_segments") {
		if got := cn.SMSSegments(strings.Repeat("字", v.TotalChars)); got != v.Segments {
			t.Errorf("%d characters: %d segments, want %d", v.TotalChars, got, v.Segments)
		}
	}
}

// covers: R-077, C-19, C-20, C-21
func TestNames(t *testing.T) {
	for _, same := range [][2]string{
		{"舒城县嘉禾（集团）有限公司", "舒城县嘉禾(集团)有限公司"},
		{"舒城 嘉禾 公司", "舒城嘉禾公司"},
		{"ＡＢＣ商贸", "abc商贸"},
	} {
		if !cn.SameUnitName(same[0], same[1]) {
			t.Errorf("%s and %s are one name", same[0], same[1])
		}
	}
	if cn.SameUnitName("舒城县嘉禾公司", "舒城县家禾公司") {
		t.Error("two names taken for one")
	}
	for in, want := range map[string]string{
		"买买提•艾力": "买买提·艾力", " 王 小明 ": "王小明", "䶮𬱖": "䶮𬱖", "Anna-Maria O’Neil": "Anna-Maria O’Neil", "㛃𠅤": "㛃𠅤",
	} {
		if got := cn.PersonName(in); !got.OK() || got.Value != want {
			t.Errorf("%q: %+v, want %q", in, got, want)
		}
	}
	for _, in := range []string{"", "王", "王1明", "王<b>", strings.Repeat("王", 51)} {
		if got := cn.PersonName(in); got.OK() {
			t.Errorf("%q passed as a name", in)
		}
	}
}

func TestMadeNumbersAreValid(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		kind := rapid.SampledFrom([]cn.Kind{cn.Enterprise, cn.SoleTrader, cn.Cooperative, cn.OtherKind}).Draw(t, "kind")
		seq := rapid.IntRange(0, cn.MadeUnits-1).Draw(t, "seq")
		if code := cn.MakeUSCC(kind, "341523", seq); !cn.USCC(code).OK() || cn.USCCKind(code) != kind {
			t.Fatalf("%s: %+v", code, cn.USCC(code))
		}
		birth := asOf.AddDate(0, 0, -rapid.IntRange(1, 40000).Draw(t, "days"))
		id := cn.MakeCitizenID("342425", birth, rapid.IntRange(0, 999).Draw(t, "seq"))
		if !cn.CitizenID(id, asOf).OK() {
			t.Fatalf("%s: %+v", id, cn.CitizenID(id, asOf))
		}
		at := rapid.IntRange(0, 16).Draw(t, "at")
		wrong := id[:at] + string('0'+(id[at]-'0'+byte(rapid.IntRange(1, 9).Draw(t, "by")))%10) + id[at+1:]
		if cn.CitizenID(wrong, asOf).OK() {
			t.Fatalf("%s passes although one digit of %s is wrong", wrong, id)
		}
		if n := cn.MakeFoodFiling('2', "341523", rapid.IntRange(1, 999999).Draw(t, "n")); !cn.FoodFiling(n).OK() {
			t.Fatalf("%s", n)
		}
	})
}

func FuzzChecks(f *testing.F) {
	for _, s := range []string{"91341523TXT0000124", "１３８００１３８０００", "11010519491231002x", "王•明", "\x00\xff", "𬱖", "(0564)8621234"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		for _, check := range []func(string) cn.Verdict{
			cn.USCC, cn.OrgCode, cn.RegistrationNumber, cn.Mobile, cn.Landline, cn.PersonName, cn.UnitName,
			cn.FoodFiling, cn.FoodLicence, cn.CheckCaseNumber, func(s string) cn.Verdict { return cn.CitizenID(s, asOf) },
			func(s string) cn.Verdict { return cn.Document(cn.ChinesePassport, s, asOf) },
		} {
			first := check(s)
			if again := check(first.Value); first.Level != cn.Error && again != first {
				t.Errorf("%q: normalising again changes %+v to %+v", s, first, again)
			}
		}
		if masked := []rune(cn.MaskMobile(s)); len(masked) > 7 && strings.Trim(string(masked[3:len(masked)-4]), "*") != "" {
			t.Errorf("the mask of %q shows its middle: %s", s, string(masked))
		}
		_, _, _ = cn.MaskName(s), cn.MaskID(s), cn.MaskAddress(s) // must not panic
	})
}

func TestCompleteUSCC(t *testing.T) {
	for _, own := range []string{"MA000001", "MA0ABCDE", "00000000"} {
		if v, ok := cn.CompleteUSCC("92341523", own); !ok || !cn.USCC(v).OK() || v[:16] != "92341523"+own {
			t.Error(v, ok)
		}
	}
	for _, wrong := range [][2]string{{"9234152", "MA000001"}, {"92341523", "MA00001"}, {"92341523", "MA00000I"}, {"92341523", "一二"}} {
		if v, ok := cn.CompleteUSCC(wrong[0], wrong[1]); ok {
			t.Error(v)
		}
	}
}
