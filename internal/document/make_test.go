package document_test

import (
	"bytes"
	"context"
	"errors"
	"flag"
	"fmt"
	"image"
	"image/png"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/skip2/go-qrcode"

	"wangban/internal/document"
	"wangban/internal/form"
	"wangban/internal/item"
	"wangban/items"
)

var update = flag.Bool("update", false, "write the golden files anew")

var made2020 = time.Date(2020, 9, 4, 9, 30, 0, 0, form.Shanghai)

// data is what the house gives for a document of an item, with the answers of
// one of its fixtures.
func data(t testing.TB, name, fixture string) document.Data {
	t.Helper()
	it, problems := item.Read(items.Files, name)
	if item.Broken(problems) {
		t.Fatal(problems)
	}
	answers, err := it.Answers(fixture, func(name string) form.File { return form.File{Name: name, Hash: name} })
	if err != nil {
		t.Fatal(err)
	}
	qr, err := qrcode.Encode("https://wangban.example/v/YB2341523000001X", qrcode.Medium, 330)
	if err != nil {
		t.Fatal(err)
	}
	return document.Data{
		Item: it, Env: it.Form.Env(answers), At: made2020, Pictures: map[string][]byte{"qr": qr},
		Extra: map[string]any{
			"portal.name": "舒城县市场监管网上办事大厅", "document.number": "34152331202009040017-3F2A9C01", "document.digest": strings.Repeat("3f2a9c01", 8),
			"case.number": "FR20200904000017", "url": "https://wangban.example/v/YB23415230000015",
			"licence.number": "YB23415230000015", "licence.date": "2021年5月6日", "licence.office": "舒城县市场监督管理局",
		},
	}
}

func shipped(t testing.TB, name, doc, fixture string) document.Made {
	t.Helper()
	d := data(t, name, fixture)
	made, err := document.Make(d.Item.Documents[doc].Source, d)
	if err != nil {
		t.Fatal(err)
	}
	return made
}

// The documents of the shipped items, as a person reads and copies them, rare
// characters included, with where everything stands.
//
// covers: R-064, C-20
func TestShippedDocuments(t *testing.T) {
	for _, tt := range []struct {
		item, document, fixture string
		boxes                   []string
	}{
		{"legal-person-account", "letter", "agent-complete", []string{"rep"}},
		{"legal-person-account", "letter-paper", "agent-passport", nil},
		{"food-filing", "certificate", "food-complete", []string{"office"}},
	} {
		t.Run(tt.document, func(t *testing.T) {
			made := shipped(t, tt.item, tt.document, tt.fixture)
			if made.Pages != 1 || len(made.Missing) > 0 {
				t.Errorf("%d pages, missing %q", made.Pages, made.Missing)
			}
			var b strings.Builder
			places, err := document.PlacesOf(context.Background(), made.PDF)
			if err != nil {
				t.Fatal(err)
			}
			for _, l := range slices.Concat(textOf(t, made.PDF), places) {
				fmt.Fprintln(&b, l)
			}
			var names []string
			for name, box := range made.Boxes {
				names = append(names, name)
				fmt.Fprintf(&b, "box %s page %d at %.1f %.1f size %.1f %.1f\n", name, box.Page, box.X, box.Y, box.W, box.H)
			}
			if !slices.Equal(names, tt.boxes) {
				t.Errorf("places for signatures: %v", names)
			}
			golden(t, tt.document+".txt", b.String())
			// For looking at by hand: WANGBAN_PICTURES=dir go test …
			if dir := os.Getenv("WANGBAN_PICTURES"); dir != "" {
				pages, err := document.Pages(context.Background(), made.PDF, 1000)
				if err != nil {
					t.Fatal(err)
				}
				for i, p := range pages {
					_ = os.WriteFile(filepath.Join(dir, fmt.Sprintf("%s-%d.png", tt.document, i+1)), p, 0o600)
				}
				_ = os.WriteFile(filepath.Join(dir, tt.document+".pdf"), made.PDF, 0o600)
			}
		})
	}
}

// textOf is what another reader (poppler) copies out of a file.
func textOf(t testing.TB, file []byte) []string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "document.pdf")
	if err := os.WriteFile(path, file, 0o600); err != nil {
		t.Fatal(err)
	}
	text, err := exec.Command("pdftotext", "-raw", path, "-").Output()
	if err != nil {
		t.Fatalf("pdftotext (of poppler-utils): %v", err)
	}
	return strings.Split(strings.TrimRight(string(text), "\n\f"), "\n")
}

func golden(t *testing.T, name, got string) {
	t.Helper()
	path := filepath.Join("testdata", name)
	if *update {
		if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if got != string(want) {
		t.Errorf("%s differs (run with -update when it should):\n%s", path, got)
	}
}

// The layout's digest is what a signer has read; the same must come out each
// time it is made.
func TestSameInputSameBytes(t *testing.T) {
	a, b := shipped(t, "food-filing", "certificate", "food-complete"), shipped(t, "food-filing", "certificate", "food-complete")
	if !bytes.Equal(a.PDF, b.PDF) {
		t.Error("two files from one input differ")
	}
	d := data(t, "food-filing", "food-complete")
	d.Env.Set("unit.name", "另一家店")
	c, err := document.Make(d.Item.Documents["certificate"].Source, d)
	if err != nil || bytes.Equal(a.PDF, c.PDF) {
		t.Errorf("another answer, the same file (%v)", err)
	}
	if size := len(a.PDF); size > 200<<10 {
		t.Errorf("a page weighs %d bytes: is the font cut down?", size)
	}
}

const small = "title: 试\nblocks:\n  - text: \"%s\"\n"

func makeText(t *testing.T, text string, env form.Env) document.Made {
	t.Helper()
	made, err := document.Make(fmt.Appendf(nil, small, text), document.Data{Env: env, At: made2020})
	if err != nil {
		t.Fatal(err)
	}
	return made
}

// covers: C-20
func TestNoCharacterVanishes(t *testing.T) {
	// The last two are not in the font: private use, extension H.
	name := "龚䶮㛃𠅤𰻞\ue863\U00031350"
	made := makeText(t, "姓名{{name}}", form.Env{"name": name})
	if want := []rune{0xe863, 0x31350}; !slices.Equal(made.Missing, want) {
		t.Errorf("missing: %U, want %U", made.Missing, want)
	}
	text := strings.Join(textOf(t, made.PDF), "\n")
	for _, r := range name {
		if !strings.ContainsRune(text, r) {
			t.Errorf("%c (%U) cannot be copied from %q", r, r, text)
		}
	}
	picture, err := document.Pages(context.Background(), made.PDF, 1200)
	if err != nil {
		t.Fatal(err)
	}
	page, err := png.Decode(bytes.NewReader(picture[0]))
	if err != nil {
		t.Fatal(err)
	}
	pixels := 1200 / 595.276
	at := 25*72/25.4 + 7*11 // after seven characters of 11 points: the first box
	for i := range 2 {
		box := image.Rect(int((at+11*float64(i))*pixels), int(70*pixels), int((at+11*float64(i+1))*pixels), int(92*pixels))
		if n := dark(page, box); n < 60 {
			t.Errorf("box %d is not drawn: %d dark pixels in %v", i, n, box)
		}
	}
}

func TestWhatIsMissing(t *testing.T) {
	made := makeText(t, "{{unit.name}}委托", form.Env{"unit": map[string]any{"name": nil}})
	if text := textOf(t, made.PDF); !strings.Contains(text[0], "＿＿＿＿委托") {
		t.Errorf("no blank to write on: %q", text)
	}
	for _, source := range []string{
		"title: 试\nblocks: [{text: \"{{nobody.knows}}\"}]",
		"title: 试\nblocks: [{text: 有, when: nobody}]",
		"title: 试\nblocks: [{picture: qr}]",
		"title: 试\nblocks: [{nonsense: qr}]",
	} {
		if _, err := document.Make([]byte(source), document.Data{At: made2020}); err == nil {
			t.Errorf("made from %q", source)
		}
	}
}

// A document of many pages: every page is numbered, tables and paragraphs go
// on, a signature keeps its label.
func TestPageBreaks(t *testing.T) {
	var b strings.Builder
	b.WriteString("title: 长\nblocks:\n")
	for i := range 30 {
		fmt.Fprintf(&b, "  - text: 第%d段。%s\n    indent: 2\n", i, strings.Repeat("舒城县市场监督管理局的通知，", 12))
		fmt.Fprintf(&b, "  - facts: [{label: 项目, value: \"%d\"}]\n", i)
	}
	b.WriteString("  - sign: rep\n    label: 签名\n")
	made, err := document.Make([]byte(b.String()), document.Data{At: made2020})
	if err != nil {
		t.Fatal(err)
	}
	text := strings.Join(textOf(t, made.PDF), "\n")
	for _, want := range []string{"第29段", fmt.Sprintf("第 1 页，共 %d 页", made.Pages), fmt.Sprintf("第 %d 页，共 %d 页", made.Pages, made.Pages)} {
		if !strings.Contains(text, want) {
			t.Errorf("%q is missing", want)
		}
	}
	if box := made.Boxes["rep"]; made.Pages < 4 || box.Page != made.Pages || box.Y < 50 {
		t.Errorf("%d pages, signature at %+v", made.Pages, box)
	}
}

func TestPagesAsPictures(t *testing.T) {
	made := shipped(t, "food-filing", "certificate", "food-complete")
	pages, err := document.Pages(context.Background(), made.PDF, 600)
	if err != nil || len(pages) != 1 {
		t.Fatal(len(pages), err)
	}
	picture, err := png.Decode(bytes.NewReader(pages[0]))
	if err != nil || picture.Bounds().Dx() != 600 || picture.Bounds().Dy() != 849 {
		t.Fatal(picture.Bounds(), err)
	}
	if n := dark(picture, picture.Bounds()); n < 3000 || n > 120_000 {
		t.Errorf("%d dark pixels", n)
	}
	n, first, err := document.Inspect(context.Background(), bytes.NewReader(made.PDF), int64(len(made.PDF)))
	if err != nil || n != 1 || first.Bounds().Dx() != 1200 {
		t.Errorf("inspected: %d pages, %v, %v", n, first, err)
	}
	for _, bad := range []string{"", "%PDF-1.7 and nothing else", "no pdf"} {
		if _, _, err := document.Inspect(context.Background(), strings.NewReader(bad), int64(len(bad))); err == nil {
			t.Errorf("%q is no PDF", bad)
		}
	}
}

// A document that takes too long is given up, and the next one is served.
func TestTakesTooLong(t *testing.T) {
	var b strings.Builder
	b.WriteString("title: 长\nblocks:\n")
	for range 120 {
		fmt.Fprintf(&b, "  - text: %s\n", strings.Repeat("舒城县市场监督管理局的通知，", 20))
	}
	made, err := document.Make([]byte(b.String()), document.Data{At: made2020})
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(context.Background(), 100*time.Millisecond)
	defer cancel()
	began := time.Now()
	if pages, err := document.Pages(ctx, made.PDF, 3000); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("%d of %d pages in %v: %v", len(pages), made.Pages, time.Since(began), err)
	}
	for range 3 { // more than there are renderers
		if _, err := document.Pages(context.Background(), shipped(t, "food-filing", "certificate", "food-complete").PDF, 300); err != nil {
			t.Fatal(err)
		}
	}
}

func dark(picture image.Image, in image.Rectangle) int {
	n := 0
	for y := in.Min.Y; y < in.Max.Y; y++ {
		for x := in.Min.X; x < in.Max.X; x++ {
			if r, g, b, _ := picture.At(x, y).RGBA(); r+g+b < 0x18000 {
				n++
			}
		}
	}
	return n
}
