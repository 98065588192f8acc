package pdf_test

import (
	"bytes"
	"testing"
	"time"

	"wangban/internal/document/pdf"
)

func attachedTo(t testing.TB, content []byte) []byte {
	t.Helper()
	w := pdf.NewWriter()
	pages := w.Reserve()
	page := w.Add(pdf.Dict{"Type": pdf.Name("Page"), "Parent": pages, "MediaBox": pdf.Array{0, 0, 100, 100}})
	w.Set(pages, pdf.Dict{"Type": pdf.Name("Pages"), "Kids": pdf.Array{page}, "Count": 1})
	root := w.Add(pdf.Dict{"Type": pdf.Name("Catalog"), "Pages": pages})
	out, err := pdf.Attach(w.Bytes(root, pdf.Ref{}), pdf.Attachment{Name: "a.json", Type: "application/json", About: "数据", Content: content, At: time.Unix(1600000000, 0)})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func TestAttach(t *testing.T) {
	content := bytes.Repeat([]byte(`{"number": "YB1"}`), 100)
	file := attachedTo(t, content)
	got, ok, err := pdf.Attached(file, "a.json")
	if err != nil || !ok || !bytes.Equal(got, content) {
		t.Error(ok, err)
	}
	if _, ok, err := pdf.Attached(file, "b.json"); ok || err != nil {
		t.Error(ok, err)
	}
	if _, err := pdf.Attach(file, pdf.Attachment{Name: "b"}); err == nil {
		t.Error("attached twice")
	}
	if _, _, err := pdf.Attached(attachedTo(t, make([]byte, 2<<20)), "a.json"); err == nil {
		t.Error("a file that unpacks to more than is allowed")
	}
}

func FuzzAttached(f *testing.F) {
	f.Add(attachedTo(f, []byte("{}")))
	f.Fuzz(func(_ *testing.T, file []byte) { _, _, _ = pdf.Attached(file, "a.json") })
}
