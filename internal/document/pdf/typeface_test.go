package pdf_test

import (
	"encoding/binary"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"wangban/internal/document/pdf"
)

const (
	shop  = '𠮷' // U+20BB7, in both fonts of testdata
	other = '𪚥' // U+2A6A5, in the TrueType one
	none  = '𱍐' // U+31350, in none
)

// collection puts fonts into one file, as TTC has it.
func collection(t *testing.T, names ...string) string {
	t.Helper()
	head := append([]byte("ttcf\x00\x01\x00\x00"), 0, 0, 0, byte(len(names)))
	at := len(head) + 4*len(names)
	var body []byte
	for _, name := range names {
		font, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		start := at + len(body)
		head = binary.BigEndian.AppendUint32(head, uint32(start))
		for i := range int(binary.BigEndian.Uint16(font[4:])) { // tables are counted from the file's beginning
			entry := font[12+16*i+8:]
			binary.BigEndian.PutUint32(entry, binary.BigEndian.Uint32(entry)+uint32(start))
		}
		body = append(body, font...)
	}
	path := filepath.Join(t.TempDir(), "rare.ttc")
	if err := os.WriteFile(path, append(head, body...), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// Every kind of font file gives the characters that the embedded font lacks, and
// nothing else: what that has stays its own.
func TestFurtherFonts(t *testing.T) {
	if pdf.Plain().Has(shop) || pdf.Plain().Has(other) {
		t.Fatal("the embedded font has the characters of this test")
	}
	plain := pdf.Plain().Width("舒城", 10)
	for _, c := range []struct {
		name  string
		files []string
		lacks []rune
	}{
		{"none", nil, []rune{shop, other, none}},
		{"TrueType", []string{"testdata/rare.ttf"}, []rune{none}},
		{"OpenType", []string{"testdata/rare.otf"}, []rune{other, none}},
		{"collection", []string{collection(t, "testdata/rare.otf", "testdata/rare.ttf")}, []rune{other, none}},
		{"two", []string{"testdata/rare.otf", "testdata/rare.ttf"}, []rune{none}},
	} {
		face, err := pdf.Plain().WithFiles(c.files...)
		if err != nil {
			t.Errorf("%s: %v", c.name, err)
			continue
		}
		text := "舒城" + string([]rune{shop, other, none, shop})
		if got := face.Lacks(text + " \n\u200d"); !slices.Equal(got, c.lacks) {
			t.Errorf("%s lacks %U, want %U", c.name, got, c.lacks)
		}
		if face.Width("舒城", 10) != plain || face.Width(text, 10) != plain+40 {
			t.Errorf("%s: widths %v and %v", c.name, face.Width("舒城", 10), face.Width(text, 10))
		}
		fonts := face.Fonts()
		page := pdf.NewCanvas(fonts)
		page.Text(0, 0, 10, 0, 0, text)
		if got := page.Missing(); !slices.Equal(slices.Compact(slices.Sorted(slices.Values(got))), slices.Sorted(slices.Values(c.lacks))) {
			t.Errorf("%s: boxes for %U", c.name, got)
		}
		if got := len(fonts.Put(pdf.NewWriter())); got != min(len(c.files), 2)+1 && c.name != "none" || c.name == "none" && got != 1 {
			t.Errorf("%s: %d fonts in the file", c.name, got)
		}
	}
	for _, wrong := range []string{"testdata/README.md", "testdata/no-such.ttf"} {
		if _, err := pdf.Plain().WithFiles(wrong); err == nil {
			t.Errorf("%s is taken for a font", wrong)
		}
	}
}

// A damaged font file is an error or gives some glyphs, and never takes the
// process away.
func FuzzParseFace(f *testing.F) {
	for _, name := range []string{"testdata/rare.ttf", "testdata/rare.otf"} {
		file, err := os.ReadFile(name)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(file)
	}
	f.Fuzz(func(t *testing.T, file []byte) {
		face, err := pdf.ParseFace("x", file)
		if err != nil {
			return
		}
		fonts := pdf.Plain().With(face).Fonts()
		pdf.NewCanvas(fonts).Text(0, 0, 10, 0, 0, string([]rune{shop, other}))
		fonts.Put(pdf.NewWriter())
	})
}
