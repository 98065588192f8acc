package seal

import (
	"bytes"
	"testing"

	"wangban/internal/document/pdf"
)

// Parts takes a signed file apart: what is signed, the signature, its time
// stamp, and the value that is stamped.
func Parts(t *testing.T, file []byte) (content, signature, token, value []byte) {
	t.Helper()
	f, err := pdf.Open(file)
	if err != nil {
		t.Fatal(err)
	}
	form, err := openForm(f)
	if err != nil {
		t.Fatal(err)
	}
	field, err := f.Dict(form.fields[0])
	if err != nil {
		t.Fatal(err)
	}
	d, err := f.Dict(field["V"])
	if err != nil {
		t.Fatal(err)
	}
	if content, signature, err = cut(file, d); err != nil {
		t.Fatal(err)
	}
	p, err := parseCMS(signature)
	if err != nil {
		t.Fatal(err)
	}
	token, _ = unsigned(p, oidTimeStamp)
	return content, signature, token, p.Signers[0].EncryptedDigest
}

// Unsigned tells whether a byte lies within the signature itself, where not
// every bit says something: version numbers, names of algorithms said twice.
func Unsigned(t *testing.T, file []byte, at int) bool {
	t.Helper()
	_, signature, _, _ := Parts(t, file)
	from := bytes.LastIndex(file, []byte("/Contents <")) + len("/Contents <")
	return at >= from && at < from+2*len(signature)
}
