package seal_test

import (
	"bytes"
	"crypto/ed25519"
	"encoding/hex"
	"os"
	"path/filepath"
	"sync"
	"testing"

	"wangban/internal/document/pdf"
	"wangban/internal/seal"
)

const office = "舒城县市场监督管理局"

// The administration's seal covers the document and the data in it, on the page
// or not, and keeps its certificate.
func TestSealOffice(t *testing.T) {
	a, dir := authority(t)
	made := letter(t)
	file, err := pdf.Attach(made.PDF, pdf.Attachment{Name: "licence.json", Type: "application/json", Content: []byte(`{"number":"YB1"}`), At: noon})
	if err != nil {
		t.Fatal(err)
	}
	serials := map[string]bool{}
	for _, box := range []seal.Box{{}, seal.Box(made.Boxes["rep"])} {
		sealed, err := a.SealOffice(t.Context(), seal.Request{PDF: file, Name: office, Reason: "核发", Facts: map[string]string{"证照编号": "YB1"}, Box: box, At: noon})
		if err != nil {
			t.Fatal(err)
		}
		report, err := seal.Verify(sealed.PDF, a.Roots())
		if err != nil || !report.Genuine() || report.Signatures[0].Signer != office || !report.Signatures[0].Test || report.Signatures[0].Facts["证照编号"] != "YB1" {
			t.Fatalf("%+v %v", report, err)
		}
		if data, ok, err := pdf.Attached(sealed.PDF, "licence.json"); err != nil || !ok || string(data) != `{"number":"YB1"}` {
			t.Error(string(data), ok, err)
		}
		if i := bytes.Index(sealed.PDF, []byte(hex.EncodeToString([]byte("licence.json")))); i < 0 {
			t.Error("no attachment")
		} else {
			changed := bytes.Clone(sealed.PDF)
			changed[i] ^= 1
			if report, err := seal.Verify(changed, a.Roots()); err == nil && report.Genuine() {
				t.Error("the data can be changed")
			}
		}
		serials[sealed.Serial] = true
	}
	again, err := seal.OpenAuthority(dir, clock)
	if err != nil {
		t.Fatal(err)
	}
	sealed, err := again.SealOffice(t.Context(), seal.Request{PDF: file, Name: office, At: noon})
	if err != nil || !serials[sealed.Serial] || len(serials) != 1 {
		t.Error("the seal has changed", err)
	}
	if other, err := again.SealOffice(t.Context(), seal.Request{PDF: file, Name: "另一个局", At: noon}); err != nil || serials[other.Serial] {
		t.Error("the seal bears another name", err)
	}
	if _, err := a.SealOffice(t.Context(), seal.Request{PDF: file, Name: office, Box: seal.Box{Page: 1, W: 5, H: 5}}); err == nil {
		t.Error("sealed in no room")
	}
}

// Keys of QR codes are believed for their certificate's sake, and former ones
// stay known.
func TestQRKeys(t *testing.T) {
	a, dir := authority(t)
	content := []byte("what a code says")
	signature, err := a.SignQR(content)
	if err != nil || !ed25519.Verify(a.QRKey(), content, signature) || len(a.QRKeys()) != 1 {
		t.Fatal(err)
	}
	if err := os.Remove(filepath.Join(dir, "qr.pem")); err != nil {
		t.Fatal(err)
	}
	b, err := seal.OpenAuthority(dir, clock)
	if err != nil || len(b.QRKeys()) != 2 || b.QRKey().Equal(a.QRKey()) || !b.QRKeys()[0].Equal(a.QRKey()) {
		t.Error("a former key is forgotten", err)
	}
	stranger, _ := authority(t)
	for _, k := range seal.ReadQRKeys(b.QRCertificates(), stranger.Roots()) {
		if k.Trusted {
			t.Errorf("trusted by roots that know nothing of it: %+v", k)
		}
	}
	for _, k := range seal.ReadQRKeys(b.QRCertificates(), b.Roots()) {
		if !k.Trusted || !k.Test {
			t.Errorf("%+v", k)
		}
	}
	if keys := seal.ReadQRKeys([]byte("nothing"), a.Roots()); len(keys) != 0 {
		t.Error(keys)
	}
}

// Processes that start at once on a new folder end up with one authority.
func TestStartingAtOnce(t *testing.T) {
	dir := t.TempDir()
	keys := make([]string, 8)
	var wg sync.WaitGroup
	for i := range keys {
		wg.Go(func() {
			a, err := seal.OpenAuthority(dir, clock)
			if err != nil {
				t.Error(err)
				return
			}
			keys[i] = string(a.QRKey())
		})
	}
	wg.Wait()
	for _, k := range keys {
		if k != keys[0] {
			t.Fatal("two keys for QR codes")
		}
	}
	if left, _ := filepath.Glob(filepath.Join(dir, "*.new-*")); len(left) > 0 {
		t.Error(left)
	}
}
