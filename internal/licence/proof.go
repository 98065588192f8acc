package licence

import (
	"bytes"
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/base32"
	"encoding/binary"
	"errors"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"wangban/internal/form"
)

// Proof is the signed text in a licence's QR code: who reads it with the
// issuer's public key knows without any connection what was issued. What
// happened since, it cannot tell. docs/decisions/ says why it looks as it does.
//
// In bytes, before the base 32 (RFC 4648, capitals, no padding) that a QR code
// holds in little room:
//
//	1    version of this form
//	4    beginning of the SHA-256 of the issuer's public key
//	…    version of the licence, as an unsigned varint
//	2×3  days since 2000-01-01 in Shanghai: made, valid from, last valid day (0: no end)
//	…    number, title, holder, USCC: length as an unsigned varint, then UTF-8
//	64   Ed25519 signature of all the above behind the words of proofMark
type Proof struct {
	Version int
	Number  string
	Title   string // at most proofTitle characters, the last an ellipsis where it was longer
	Holder  string // at most proofHolder characters, likewise
	USCC    string
	Made    time.Time // midnights in Shanghai
	From    time.Time
	Last    time.Time // zero: no end

	key       [4]byte
	body      []byte
	signature []byte
}

const (
	proofForm   = 1
	proofTitle  = 30
	proofHolder = 40
	proofLimit  = 600 // bytes
)

var (
	proofMark  = []byte("wangban licence\n")
	proofEpoch = time.Date(2000, 1, 1, 0, 0, 0, 0, form.Shanghai)
	proofText  = base32.StdEncoding.WithPadding(base32.NoPadding)
)

// ErrProof is a text that is no proof.
var ErrProof = errors.New("这不是证照二维码里的内容，或者没有复制完整。重新扫描证照上的二维码，把全部内容复制过来。")

// KeyID is how a proof names a key.
func KeyID(key ed25519.PublicKey) (id [4]byte) {
	sum := sha256.Sum256(key)
	return [4]byte(sum[:4])
}

// proofOf is what there is to say of a licence in its newest version.
func proofOf(l Licence) Proof {
	p := Proof{Version: l.Version, Number: l.Number, Title: form.Short(l.Title, proofTitle), Holder: form.Short(l.Unit, proofHolder), USCC: l.USCC,
		Made: midnight(l.Made), From: midnight(l.From)}
	if !l.Until.IsZero() {
		p.Last = midnight(l.Last())
	}
	return p
}

// prove signs what a proof says and returns it as text.
func prove(p Proof, key ed25519.PublicKey, sign func([]byte) ([]byte, error)) (string, error) {
	id := KeyID(key)
	body := append([]byte{proofForm}, id[:]...)
	body = binary.AppendUvarint(body, uint64(p.Version))
	for _, day := range []time.Time{p.Made, p.From, p.Last} {
		body = binary.BigEndian.AppendUint16(body, daysOf(day))
	}
	for _, s := range []string{p.Number, p.Title, p.Holder, p.USCC} {
		body = append(binary.AppendUvarint(body, uint64(len(s))), s...)
	}
	signature, err := sign(signed(body))
	if err != nil {
		return "", err
	}
	return proofText.EncodeToString(append(body, signature...)), nil
}

func signed(body []byte) []byte { return append(bytes.Clone(proofMark), body...) }

func daysOf(t time.Time) uint16 {
	if t.IsZero() {
		return 0
	}
	return uint16(t.Add(time.Hour).Sub(proofEpoch) / (24 * time.Hour))
}

func dayOf(n uint16) time.Time {
	if n == 0 {
		return time.Time{}
	}
	return proofEpoch.AddDate(0, 0, int(n))
}

// ReadProof reads what a scanner or a person brings: the whole content of a QR
// code, or its part behind the #. What it says is worth nothing before By.
func ReadProof(text string) (Proof, error) {
	if i := strings.LastIndexByte(text, '#'); i >= 0 {
		text = text[i+1:]
	}
	text = strings.ToUpper(strings.Join(strings.Fields(text), ""))
	if len(text) > proofText.EncodedLen(proofLimit) {
		return Proof{}, ErrProof
	}
	raw, err := proofText.DecodeString(text)
	if err != nil || proofText.EncodeToString(raw) != text || len(raw) < 1+4+1+6+4+ed25519.SignatureSize || raw[0] != proofForm {
		return Proof{}, ErrProof
	}
	p := Proof{body: raw[:len(raw)-ed25519.SignatureSize], signature: raw[len(raw)-ed25519.SignatureSize:]}
	copy(p.key[:], raw[1:5])
	rest := p.body[5:]
	version, n := binary.Uvarint(rest)
	if n <= 0 || version == 0 || version > 1<<20 || len(rest) < n+6 {
		return Proof{}, ErrProof
	}
	p.Version, rest = int(version), rest[n:]
	for i, day := range []*time.Time{&p.Made, &p.From, &p.Last} {
		*day = dayOf(binary.BigEndian.Uint16(rest[2*i:]))
	}
	rest = rest[6:]
	for _, s := range []*string{&p.Number, &p.Title, &p.Holder, &p.USCC} {
		length, n := binary.Uvarint(rest)
		if n <= 0 || length > uint64(len(rest)-n) {
			return Proof{}, ErrProof
		}
		*s, rest = string(rest[n:n+int(length)]), rest[n+int(length):]
		if !utf8.ValidString(*s) || strings.ContainsFunc(*s, unicode.IsControl) {
			return Proof{}, ErrProof
		}
	}
	if len(rest) > 0 || p.Number == "" {
		return Proof{}, ErrProof
	}
	return p, nil
}

// KeyID is that of the key the proof says it is signed with.
func (p Proof) KeyID() [4]byte { return p.key }

// By tells which of some keys has signed the proof; -1: none of them.
func (p Proof) By(keys []ed25519.PublicKey) int {
	for i, key := range keys {
		if len(key) == ed25519.PublicKeySize && KeyID(key) == p.key && ed25519.Verify(key, signed(p.body), p.signature) {
			return i
		}
	}
	return -1
}
