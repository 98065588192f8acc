package ledger

import (
	_ "embed"
	"errors"
	"time"

	"wangban/internal/document/pdf"
)

// Paper is the layout of a receipt as a document; see package document.
//
//go:embed receipt.yaml
var Paper []byte

// PaperFile is the receipt's name inside its PDF.
const PaperFile = "receipt.json"

// MaxPaper bounds a PDF that is looked at, bytes.
const MaxPaper = 4 << 20

// Attach puts a receipt into its PDF, before that is sealed.
func Attach(paper []byte, r Receipt, at time.Time) ([]byte, error) {
	return pdf.Attach(paper, pdf.Attachment{Name: PaperFile, Type: "application/json", About: "回执", Content: r.JSON(), At: at})
}

// ReadFile reads a receipt out of a file: JSON, or a PDF that holds it.
func ReadFile(file []byte) (Receipt, error) {
	if !IsPDF(file) {
		return ReadReceipt(file)
	}
	if len(file) > MaxPaper {
		return Receipt{}, ErrReceipt
	}
	text, attached, err := pdf.Attached(file, PaperFile)
	switch {
	case err != nil:
		return Receipt{}, ErrReceipt
	case !attached:
		return Receipt{}, ErrNoReceipt
	}
	return ReadReceipt(text)
}

// ErrNoReceipt is a PDF that is something else.
var ErrNoReceipt = errors.New("这份 PDF 里没有附带回执。")

// IsPDF tells a PDF from a receipt as text.
func IsPDF(file []byte) bool { return len(file) > 4 && string(file[:5]) == "%PDF-" }
