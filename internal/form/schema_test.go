package form_test

import (
	"bytes"
	"encoding/json"
	"maps"
	"os"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"

	"wangban/internal/form"
	"wangban/internal/item"
)

func compile(t *testing.T, f form.Form) *jsonschema.Schema {
	t.Helper()
	b, err := form.Schema(f)
	if err != nil {
		t.Fatal(err)
	}
	doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(b))
	if err != nil {
		t.Fatal(err)
	}
	c := jsonschema.NewCompiler()
	c.AssertFormat()
	if err := c.AddResource("form.json", doc); err != nil {
		t.Fatal(err)
	}
	s, err := c.Compile("form.json")
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func fits(t *testing.T, s *jsonschema.Schema, v form.Values) error {
	t.Helper()
	b, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(b))
	if err != nil {
		t.Fatal(err)
	}
	return s.Validate(doc)
}

// Complete answers fit the schema of their form; taking away or spoiling an
// answer that is asked does not.
func TestSchemaOfShippedForms(t *testing.T) {
	for name, ex := range shipped(t) {
		s := compile(t, ex.Form)
		if err := fits(t, s, ex.Values); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		for _, f := range form.Missing(ex.Form, form.Values{"role": ex.Values["role"], "site.warehouse": true}) {
			if _, given := ex.Values[f.ID]; !given {
				continue
			}
			v := maps.Clone(ex.Values)
			delete(v, f.ID)
			if fits(t, s, v) == nil {
				t.Errorf("%s without %s fits", name, f.ID)
			}
			v[f.ID] = 7
			if fits(t, s, v) == nil {
				t.Errorf("%s with a number as %s fits", name, f.ID)
			}
		}
		extra := maps.Clone(ex.Values)
		extra["no.such"] = "x"
		if fits(t, s, extra) == nil {
			t.Errorf("%s with an unknown answer fits", name)
		}
	}
}

func TestSchemaOfConditions(t *testing.T) {
	for _, c := range []struct {
		when     string
		required bool // with a = "x", b = true, d = ["x", "y"], c and n absent
	}{
		{`a == "x"`, true},
		{`a != "x"`, false},
		{`a != "y" && b`, true},
		{`a == "y" || b == true`, true},
		{`not (a in ["x", "z"])`, false},
		{`a in ["x", "z"]`, true},
		{`!b`, false},
		{`len(a) > 0`, true},
		{`len(c) > 0`, false},
		{`"y" in c`, false},
		{`"y" in d`, true},
		{`"z" in d`, false},
		{`len(a) > 1`, false}, // more than the schema can say: not required
	} {
		f := form.Form{Pages: []form.Page{{Name: "p", When: form.MustCond(c.when), Fields: []form.Field{
			{ID: "n", Type: form.TypeText, Label: "某项"},
		}}, {Name: "q", Fields: []form.Field{{ID: "a", Type: form.TypeText}, {ID: "b", Type: form.TypeYesNo},
			{ID: "c", Type: form.TypeText, Optional: true}, {ID: "d", Type: form.TypeChoices, Options: []form.Option{{Value: "x"}, {Value: "y"}}}}}}}
		err := fits(t, compile(t, f), form.Values{"a": "x", "b": true, "d": []string{"x", "y"}})
		if (err != nil) != c.required {
			t.Errorf("%s: %v", c.when, err)
		}
	}
}

// Lists of records, catalogues and amounts have their schema too.
func TestSchemaOfRecords(t *testing.T) {
	it, problems := item.Read(os.DirFS("../item/testdata/items"), "records")
	if item.Broken(problems) {
		t.Fatal(problems)
	}
	answers := func() form.Values {
		v, err := it.Answers("lifts", func(string) form.File { return form.File{} })
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
	s := compile(t, it.Form)
	if err := fits(t, s, answers()); err != nil {
		t.Error(err)
	}
	for name, spoil := range map[string]func(form.Values){
		"no rows":           func(v form.Values) { v["equipment"] = []form.Row{} },
		"an unknown answer": func(v form.Values) { form.RowsOf(v["equipment"])[0]["colour"] = "red" },
		"a missing answer":  func(v form.Values) { delete(form.RowsOf(v["equipment"])[1], "name") },
		"another kind":      func(v form.Values) { form.RowsOf(v["equipment"])[0]["variety"] = "3000" },
		"words for money":   func(v form.Values) { v["change.capital"] = "ten" },
		"not in the list":   func(v form.Values) { v["scope.items"] = []string{"F52"} },
		"twice":             func(v form.Values) { v["scope.items"] = []string{"F5211", "F5211"} },
		"no mail":           func(v form.Values) { v["contact.email"] = "a" },
	} {
		v := answers()
		spoil(v)
		if fits(t, s, v) == nil {
			t.Errorf("%s fits", name)
		}
	}
}
