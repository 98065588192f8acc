package seal

import (
	"bytes"
	"crypto"
	"crypto/ed25519"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"time"
)

// QR codes hold little, so that they are signed with a key of their own whose
// signatures are small. Its certificate comes from the authority: whoever
// believes the roots believes it.

var qrName = pkix.Name{Country: []string{"CN"}, Organization: []string{"Wangban 网办"}, CommonName: "证照二维码 / licence QR codes"}

func (a *Authority) newQR(now time.Time) (identity, error) {
	public, key, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		return identity{}, err
	}
	subject := qrName
	if a.Test() {
		subject.OrganizationalUnit = []string{testMark}
	}
	cert, err := certify(&x509.Certificate{
		Subject: subject, NotBefore: begin(now), NotAfter: a.issuer.cert.NotAfter, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageDigitalSignature,
	}, a.issuer.cert, public, a.issuer.key)
	return identity{key: key, cert: cert, chain: a.issuer.above()}, err
}

// SignQR signs what a QR code says.
func (a *Authority) SignQR(content []byte) ([]byte, error) {
	return a.qr.key.Sign(rand.Reader, content, crypto.Hash(0))
}

// QRKey is the public key of SignQR.
func (a *Authority) QRKey() ed25519.PublicKey {
	key, _ := a.qr.key.Public().(ed25519.PublicKey)
	return key
}

// QRCertificates are those of all keys that have ever signed QR codes of the
// installation, with those above them, PEM. They are public.
func (a *Authority) QRCertificates() []byte { return bytes.Clone(a.qrCerts) }

// QRKeys are all keys that have ever signed QR codes of the installation.
func (a *Authority) QRKeys() []ed25519.PublicKey {
	var keys []ed25519.PublicKey
	for _, k := range ReadQRKeys(a.qrCerts, a.roots) {
		if k.Trusted {
			keys = append(keys, k.Key)
		}
	}
	return keys
}

// QRKey is a key that may have signed a QR code.
type QRKey struct {
	Key     ed25519.PublicKey
	Name    string // in the certificate
	Serial  string // of the certificate
	Issuer  string
	Test    bool // certified by a test authority
	Trusted bool // the certificate leads to a known root
}

// ReadQRKeys reads keys from certificates, PEM, and holds them against roots. A
// certificate counts as of when it began: what was signed while it was good
// stays proven.
func ReadQRKeys(text []byte, roots *x509.CertPool) []QRKey {
	var all []*x509.Certificate
	between := x509.NewCertPool()
	for block, rest := pem.Decode(text); block != nil && len(all) < 100; block, rest = pem.Decode(rest) {
		if c, err := x509.ParseCertificate(block.Bytes); err == nil && block.Type == "CERTIFICATE" {
			all = append(all, c)
			between.AddCert(c)
		}
	}
	var keys []QRKey
	for _, c := range all {
		key, ok := c.PublicKey.(ed25519.PublicKey)
		if !ok {
			continue
		}
		_, err := c.Verify(x509.VerifyOptions{Roots: roots, Intermediates: between, CurrentTime: c.NotBefore.Add(time.Second), KeyUsages: []x509.ExtKeyUsage{x509.ExtKeyUsageAny}})
		keys = append(keys, QRKey{Key: key, Name: c.Subject.CommonName, Serial: serialText(c.SerialNumber), Issuer: c.Issuer.CommonName, Test: isTest(c), Trusted: err == nil})
	}
	return keys
}
