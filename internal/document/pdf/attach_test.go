package pdf_test

import (
	"bytes"
	"errors"
	"strings"
	"testing"
	"time"

	"wangban/internal/document/pdf"
)

// A file that is attached comes back as it was, and a bomb does not.
func TestAttach(t *testing.T) {
	at := time.Date(2026, 11, 25, 9, 0, 0, 0, time.UTC)
	plain := file(1)
	content := []byte(strings.Repeat("回执\n", 1000))
	out, err := pdf.Attach(plain, "receipt.json", "application/json", content, at)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.HasPrefix(out, plain) {
		t.Error("what was there has changed")
	}
	back, err := pdf.Attached(out, "receipt.json", len(content))
	if err != nil || !bytes.Equal(back, content) {
		t.Errorf("%v, %d bytes", err, len(back))
	}
	if _, err := pdf.Attached(out, "receipt.json", len(content)-1); !errors.Is(err, pdf.ErrForm) {
		t.Error("longer than allowed:", err)
	}
	if _, err := pdf.Attached(out, "other.json", 100); !errors.Is(err, pdf.ErrNoAttachment) {
		t.Error(err)
	}
	if _, err := pdf.Attached(plain, "receipt.json", 100); !errors.Is(err, pdf.ErrNoAttachment) {
		t.Error(err)
	}
	if _, err := pdf.Attach(out, "again.json", "application/json", content, at); err == nil {
		t.Error("attached twice")
	}
}

// FuzzAttached: whatever is handed in, nothing falls over.
func FuzzAttached(f *testing.F) {
	out, err := pdf.Attach(file(1), "receipt.json", "application/json", []byte("{}"), time.Unix(0, 0))
	if err != nil {
		f.Fatal(err)
	}
	f.Add(out)
	f.Fuzz(func(t *testing.T, file []byte) {
		if content, err := pdf.Attached(file, "receipt.json", 1000); err == nil && len(content) > 1000 {
			t.Error("longer than allowed")
		}
	})
}
