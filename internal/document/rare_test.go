package document_test

import (
	"bytes"
	"image/png"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"wangban/internal/document"
	"wangban/internal/document/pdf"
	"wangban/internal/form"
)

// A name with a character that the embedded font lacks comes out whole where the
// installation has a font for it, can be copied and searched, and is named where
// there is none.
// covers: C-20
func TestRareCharacters(t *testing.T) {
	const name = "舒城县𠮷祥面馆"
	layout := []byte("title: 营业执照\nblocks:\n  - heading: 营业执照\n  - facts:\n      - {label: 名称, value: \"{{name}}\"}\n  - text: \"{{name}}，𪚥。\"\n")
	seen := map[string][]byte{}
	for _, c := range []struct {
		files   []string
		missing []rune
	}{
		{nil, []rune{'𠮷', '𪚥'}},
		{[]string{"pdf/testdata/rare.otf"}, []rune{'𪚥'}},
		{[]string{"pdf/testdata/rare.ttf"}, nil},
	} {
		face, err := pdf.Plain().WithFiles(c.files...)
		if err != nil {
			t.Fatal(err)
		}
		made, err := document.Make(layout, document.Data{Env: form.Env{"name": name}, At: made2020, Typeface: face})
		if err != nil {
			t.Fatal(err)
		}
		if !slices.Equal(made.Missing, c.missing) {
			t.Errorf("%v: missing %U, want %U", c.files, made.Missing, c.missing)
		}
		path := filepath.Join(t.TempDir(), "rare.pdf")
		if err := os.WriteFile(path, made.PDF, 0o600); err != nil {
			t.Fatal(err)
		}
		said, err := exec.Command("pdftotext", path, "-").Output()
		if err != nil {
			t.Fatal(err)
		}
		if text := strings.Join(strings.Fields(string(said)), ""); strings.Count(text, "𠮷") != 2 || c.files != nil && strings.Count(text, name) != 2 || !strings.Contains(text, "𪚥") {
			t.Errorf("%v: it reads\n%s", c.files, text)
		}
		pages, err := document.Pages(t.Context(), made.PDF, 900)
		if err != nil || len(pages) != 1 {
			t.Fatal(len(pages), err)
		}
		if _, err := png.Decode(bytes.NewReader(pages[0])); err != nil {
			t.Fatal(err)
		}
		for other, page := range seen {
			if bytes.Equal(page, pages[0]) {
				t.Errorf("%v looks as %s", c.files, other)
			}
		}
		seen[strings.Join(c.files, " ")] = pages[0]
	}
	lacks := document.LackError{Missing: []rune{'𠮷'}}
	if said := lacks.Error(); !strings.Contains(said, "“𠮷”（U+20BB7）") || !strings.Contains(said, "--fonts") {
		t.Error(said)
	}
}
