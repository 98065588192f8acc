package pdf_test

import (
	"bytes"
	"errors"
	"math"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"wangban/internal/document/pdf"
)

// file is a PDF of one object under the catalog's key X.
func file(v any) []byte {
	w := pdf.NewWriter()
	pages := w.Reserve()
	page := w.Add(pdf.Dict{"Type": pdf.Name("Page"), "Parent": pages})
	w.Set(pages, pdf.Dict{"Type": pdf.Name("Pages"), "Kids": pdf.Array{page}, "Count": 1})
	return w.Bytes(w.Add(pdf.Dict{"Type": pdf.Name("Catalog"), "Pages": pages, "X": v}), pdf.Ref{})
}

func read(t *rapid.T, source []byte) any {
	f, err := pdf.Open(source)
	if err != nil {
		t.Fatal(err)
	}
	catalog, err := f.Dict(f.Trailer["Root"])
	if err != nil {
		t.Fatal(err)
	}
	return catalog["X"]
}

// Whatever is written is read back as it was.
func TestObjectsComeBack(t *testing.T) {
	name := rapid.Map(rapid.String(), func(s string) pdf.Name { return pdf.Name(strings.ToValidUTF8(strings.ReplaceAll(s, "\x00", ""), "")) })
	rapid.Check(t, func(t *rapid.T) {
		leaf := rapid.OneOf(
			rapid.Just[any](nil), rapid.Map(rapid.Bool(), func(b bool) any { return b }),
			rapid.Map(rapid.Int(), func(n int) any { return n }),
			rapid.Map(rapid.Float64Range(-9999, 9999), func(f float64) any { return math.Trunc(f) + 0.5 }),
			rapid.Map(name, func(n pdf.Name) any { return n }),
			rapid.Map(rapid.SliceOf(rapid.Byte()), func(b []byte) any { return pdf.Bytes(b) }),
			rapid.Map(rapid.IntRange(1, 99), func(n int) any { return pdf.Ref{Number: n} }),
		)
		list := rapid.Map(rapid.SliceOfN(leaf, 0, 5), func(l []any) any { return append(pdf.Array{}, l...) })
		v := pdf.Array{leaf.Draw(t, "leaf"), list.Draw(t, "list"), pdf.Dict(rapid.MapOf(name, rapid.OneOf(leaf, list)).Draw(t, "dict"))}
		if diff := cmp.Diff(any(v), read(t, file(v))); diff != "" {
			t.Fatal(diff)
		}
	})
}

func TestStringsForPeople(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := rapid.String().Draw(t, "s")
		b, ok := read(t, file(pdf.Text(s))).(pdf.Bytes)
		if !ok || b.String() != s {
			t.Fatalf("%q became %q", s, b.String())
		}
	})
	at := time.Date(2020, 9, 4, 12, 30, 5, 0, time.FixedZone("", 8*3600))
	if back, err := pdf.ParseDate(pdf.Date(at)); err != nil || !back.Equal(at) {
		t.Error(back, err)
	}
}

// Ways of writing that other programs use.
func TestOthersWriting(t *testing.T) {
	source := "%PDF-1.4\n1 0 obj % a catalog\n<</Type/Catalog/A(a\\(b\\)\\101\\n(in))/B<4 1 4>/C[1 0 R -.5 +3]/D#20E true>>\nendobj\n"
	source += "xref\n0 2\n0000000000 65535 f \n0000000009 00000 n \ntrailer<</Size 2/Root 1 0 R>>\nstartxref\n" + "113" + "\n%%EOF"
	source = strings.Replace(source, "startxref\n113", "startxref\n"+itoa(strings.Index(source, "xref\n0 2")), 1)
	f, err := pdf.Open([]byte(source))
	if err != nil {
		t.Fatal(err)
	}
	got, err := f.Dict(pdf.Ref{Number: 1})
	want := pdf.Dict{
		"Type": pdf.Name("Catalog"), "A": pdf.Bytes("a(b)A\n(in)"), "B": pdf.Bytes("A@"),
		"C": pdf.Array{pdf.Ref{Number: 1}, -0.5, 3}, "D E": true,
	}
	if diff := cmp.Diff(want, got); diff != "" || err != nil {
		t.Error(diff, err)
	}
	for _, bad := range []string{"", "%PDF-1.4", "%PDF-1.4 startxref 5 trailer", strings.Replace(source, "/Size 2", "/Prev 1", 1), source[:40] + source[60:]} {
		if f, err := pdf.Open([]byte(bad)); err == nil {
			if _, _, err = f.Page(1); !errors.Is(err, pdf.ErrForm) {
				t.Errorf("%q: %v", bad, err)
			}
		}
	}
}

func itoa(n int) string { return string(pdf.Append(nil, n)) }

func TestUpdateKeepsWhatIsThere(t *testing.T) {
	before := file(1)
	f, err := pdf.Open(before)
	if err != nil {
		t.Fatal(err)
	}
	w := f.Update()
	root := f.Trailer["Root"].(pdf.Ref)
	catalog, err := f.Dict(root)
	if err != nil {
		t.Fatal(err)
	}
	catalog["X"] = w.Add(pdf.Stream{Data: []byte("new")})
	w.Set(root, catalog)
	after := w.Bytes(pdf.Ref{}, pdf.Ref{})
	if !bytes.HasPrefix(after, before) {
		t.Error("the beginning has changed")
	}
	g, err := pdf.Open(after)
	if err != nil {
		t.Fatal(err)
	}
	catalog, err = g.Dict(root)
	if err != nil {
		t.Fatal(err)
	}
	x, err := g.Get(catalog["X"])
	if s, ok := x.(pdf.Stream); !ok || err != nil || s.Dict["Filter"] != pdf.Name("FlateDecode") {
		t.Errorf("%v, %v", x, err)
	}
	if _, _, err := g.Page(1); err != nil {
		t.Error(err)
	}
	if _, _, err := g.Page(2); err == nil {
		t.Error("there is no page 2")
	}
}

// Only what is used of the font gets into a document.
func TestSubsetIsSmall(t *testing.T) {
	font := pdf.Plain().Fonts()
	c := pdf.NewCanvas(font)
	c.Text(0, 0, 10, 0, 0, "龚䶮㛃𠅤（Ａé Wangban）")
	w := pdf.NewWriter()
	out := w.Bytes(w.Add(font.Put(w)), pdf.Ref{})
	if n := len(out); n < 2000 || n > 20_000 {
		t.Errorf("%d bytes for 17 characters", n)
	}
	if len(c.Missing()) > 0 {
		t.Errorf("missing %U", c.Missing())
	}
}

func FuzzOpen(f *testing.F) {
	f.Add(file(pdf.Array{1, pdf.Text("字"), pdf.Dict{"A": nil}}))
	f.Add([]byte("%PDF-1.7\nxref\n0 1\n0000000000 65535 f \ntrailer\n<< /Prev 9 /Root 1 0 R >>\nstartxref\n9\n%%EOF"))
	f.Fuzz(func(t *testing.T, source []byte) {
		file, err := pdf.Open(source)
		if err != nil {
			if !errors.Is(err, pdf.ErrForm) {
				t.Errorf("another error: %v", err)
			}
			return
		}
		if _, page, err := file.Page(1); err == nil && page == nil {
			t.Error("neither page nor error")
		}
	})
}
