package form_test

import (
	"testing"

	"wangban/internal/form"
)

// A number is compared as a number, although the answer is kept as it was
// typed; what is no number is no answer.
func TestNumbersAreNumbersInConditions(t *testing.T) {
	f := form.Form{Pages: []form.Page{{Name: "p", Fields: []form.Field{
		{ID: "food.area", Type: form.TypeNumber}, {ID: "big", Type: form.TypeText, When: form.MustCond("food.area > 500")}}}}}
	for typed, want := range map[any]bool{"501": true, "500": false, "1000": true, "9": false, "x": false, nil: false} {
		shown := len(f.Shown(form.Values{"food.area": typed})[0].Fields) == 2
		if shown != want {
			t.Errorf("area %v: shown %v", typed, shown)
		}
	}
}

func TestTypeErrors(t *testing.T) {
	names := form.Kinds{"unit.name": form.Words, "n": form.Number, "some": form.List, "yes": form.Truth, "due": form.Instant, "results.": form.Any}
	for source, wrong := range map[string]bool{
		`unit.name == "x"`: false, `unit.name != nil`: false, `n > 3 && n != nil`: false, `len(some) > 1`: false, `"x" in some`: false, `not yes`: false,
		`results.licence == "x"`: false, `checked("1") == "x"`: false, `padded("7", 3) == "007"`: false, `due != nil`: false,
		`unit.name > 3`: true, `n == "3"`: true, `some > 1`: true, `unit.name`: true, `n`: true, `yes == "true"`: true, `unit.nmae == "x"`: true, `due > 3`: true,
	} {
		if err := form.MustCond(source).TypeError(names, form.Truth); (err != nil) != wrong {
			t.Errorf("%s: %v", source, err)
		}
	}
	if err := form.MustCond(`mask(unit.name)`).TypeError(names, form.Any); err != nil {
		t.Error(err)
	}
}

func TestPadded(t *testing.T) {
	for source, want := range map[string]string{
		`checked_uscc("92" + "341523", "MA000001")`: "92341523MA00000159", `padded("000007", 5)`: "00007", `padded(7, 2)`: "07", `padded("123456", 5)`: "123456", `padded("", 3)`: "000", `padded("9", 100000)`: "00000000000000000000000000000000000000009",
	} {
		if got, err := form.MustCond(source).Text(form.Env{}); got != want || err != nil {
			t.Error(source, got, err)
		}
	}
}
