package document_test

import (
	"slices"
	"strings"
	"testing"

	"wangban/internal/document"
)

// The text says what the pages say, word for word.
func TestTextOfTheLetter(t *testing.T) {
	d := data(t, "legal-person-account", "agent-complete")
	parts, err := document.Text(d.Item.Documents["letter"].Source, d)
	if err != nil {
		t.Fatal(err)
	}
	if parts[0].Heading != "法定代表人授权委托书" {
		t.Errorf("it begins with %+v", parts[0])
	}
	pages := strings.Join(strings.Fields(strings.Join(textOf(t, shipped(t, "legal-person-account", "letter", "agent-complete").PDF), "")), "")
	for _, p := range parts {
		for _, said := range append([]string{p.Heading, p.Text}, rows(p)...) {
			if said = strings.Join(strings.Fields(said), ""); !strings.Contains(pages, said) {
				t.Errorf("the pages do not say %q", said)
			}
		}
	}
	if !slices.ContainsFunc(parts, func(p document.Part) bool {
		return strings.Contains(strings.Join(rows(p), " "), "统一社会信用代码 91341523TXT000020Y")
	}) {
		t.Errorf("the code is missing in %+v", parts)
	}
	if _, err := document.Text([]byte("blocks: 7"), d); err == nil {
		t.Error("a damaged layout has a text")
	}
}

func rows(p document.Part) []string {
	var out []string
	for _, r := range p.Facts {
		out = append(out, r.Label, r.Value)
	}
	return out
}
