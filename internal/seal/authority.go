package seal

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/asn1"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"sync"
	"time"

	"wangban/internal/document/pdf"
)

// Authority issues certificates and time stamps for an installation.
type Authority struct {
	Typeface *pdf.Typeface // of what stands on the page; nil: the embedded font alone

	issuer identity
	stamp  identity
	qr     identity // signs QR codes
	roots  *x509.CertPool
	now    func() time.Time

	dir     string
	qrCerts []byte // PEM, of all keys that have ever signed QR codes
	rootPEM []byte
	mu      sync.Mutex
	office  identity // the administration's own; made when it is first needed
}

// How long certificates are good for.
const (
	authorityYears = 20
	backdated      = time.Hour // clocks of readers differ

	// A certificate is for one signature, whose key is gone a moment later: its
	// life lets nobody sign again. Readers such as pdfsig ask whether it is good
	// today, not at the time stamp, so it has to last as long as somebody may
	// want to see the letter proven: 2 years of mandate, then 3 in which a claim
	// can be brought (民法典 188).
	signerYears = 5
)

const testMark = "TEST"

// testBegins is when test certificates begin at the latest: a demo may play the
// season of 2020 on a clock that was set back.
var testBegins = time.Date(2020, 1, 1, 0, 0, 0, 0, time.UTC)

func begin(now time.Time) time.Time {
	if now = now.Add(-backdated); now.Before(testBegins) {
		return now
	}
	return testBegins
}

var (
	testName  = pkix.Name{Country: []string{"CN"}, Organization: []string{"Wangban 网办"}, OrganizationalUnit: []string{testMark}, CommonName: "测试 CA / TEST CA"}
	stampName = pkix.Name{Country: []string{"CN"}, Organization: []string{"Wangban 网办"}, OrganizationalUnit: []string{testMark}, CommonName: "测试时间戳 / TEST TSA"}
)

// OpenAuthority loads the authority kept in a folder, or makes a test authority
// there. The clock tells when certificates begin and what time is stamped.
func OpenAuthority(dir string, now func() time.Time) (*Authority, error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, err
	}
	a := &Authority{now: now, dir: dir}
	var err error
	if a.issuer, err = open(filepath.Join(dir, "ca.pem"), func() (identity, error) { return newRoot(now()) }); err != nil {
		return nil, err
	}
	if a.stamp, err = open(filepath.Join(dir, "tsa.pem"), func() (identity, error) { return a.newStamp(now()) }); err != nil {
		return nil, err
	}
	if a.qr, err = open(filepath.Join(dir, "qr.pem"), func() (identity, error) { return a.newQR(now()) }); err != nil {
		return nil, err
	}
	if _, ok := a.qr.key.(ed25519.PrivateKey); !ok {
		return nil, fmt.Errorf("seal: %s: the key must be Ed25519", filepath.Join(dir, "qr.pem"))
	}
	if a.qrCerts, err = remember(filepath.Join(dir, "qr-keys.pem"), a.qr.above()...); err != nil {
		return nil, err
	}
	if a.rootPEM, err = remember(filepath.Join(dir, "roots.pem"), a.issuer.root(), a.stamp.root()); err != nil {
		return nil, err
	}
	a.roots, err = Roots(dir)
	return a, err
}

// Test tells whether signatures are made with a test certificate.
func (a *Authority) Test() bool { return isTest(a.issuer.cert) }

// Roots are what signatures of this installation are checked against.
func (a *Authority) Roots() *x509.CertPool { return a.roots }

// RootCertificates are the same as PEM, to be given to whoever verifies.
func (a *Authority) RootCertificates() []byte { return bytes.Clone(a.rootPEM) }

// Roots reads what signatures are checked against from an authority's folder,
// or from a file of PEM certificates. No key is needed.
func Roots(path string) (*x509.CertPool, error) {
	if info, err := os.Stat(path); err == nil && info.IsDir() {
		path = filepath.Join(path, "roots.pem")
	}
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	pool := x509.NewCertPool()
	if !pool.AppendCertsFromPEM(text) {
		return nil, fmt.Errorf("seal: there is no certificate in %s", path)
	}
	return pool, nil
}

func isTest(c *x509.Certificate) bool {
	for _, unit := range append(c.Subject.OrganizationalUnit, c.Issuer.OrganizationalUnit...) {
		if unit == testMark {
			return true
		}
	}
	return false
}

func newRoot(now time.Time) (identity, error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return identity{}, err
	}
	cert, err := certify(&x509.Certificate{
		Subject: testName, NotBefore: begin(now), NotAfter: now.AddDate(authorityYears, 0, 0),
		IsCA: true, BasicConstraintsValid: true, MaxPathLenZero: true, KeyUsage: x509.KeyUsageCertSign | x509.KeyUsageCRLSign,
	}, nil, key.Public(), key)
	return identity{key: key, cert: cert}, err
}

// timeStamping is the one use of a time stamp's certificate. RFC 3161, 2.3,
// wants it critical, which crypto/x509 leaves to the caller.
var timeStamping = pkix.Extension{Id: asn1.ObjectIdentifier{2, 5, 29, 37}, Critical: true, Value: []byte{0x30, 0x0a, 0x06, 0x08, 0x2b, 6, 1, 5, 5, 7, 3, 8}}

func (a *Authority) newStamp(now time.Time) (identity, error) {
	if !a.Test() {
		return identity{}, errors.New("seal: tsa.pem is missing: a licensed certificate needs a licensed time stamp beside it")
	}
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return identity{}, err
	}
	cert, err := certify(&x509.Certificate{
		Subject: stampName, NotBefore: begin(now), NotAfter: a.issuer.cert.NotAfter,
		KeyUsage: x509.KeyUsageDigitalSignature, ExtraExtensions: []pkix.Extension{timeStamping},
	}, a.issuer.cert, key.Public(), a.issuer.key)
	return identity{key: key, cert: cert, chain: a.issuer.above()}, err
}

// person makes a certificate for one signature. Its key is used once and kept
// nowhere (电子签名法 13 (1), (2)).
func (a *Authority) person(name string, now time.Time) (identity, error) {
	if now.Before(a.issuer.cert.NotBefore) || now.After(a.issuer.cert.NotAfter) {
		return identity{}, fmt.Errorf("seal: the authority's certificate is good from %s to %s, not at %s",
			a.issuer.cert.NotBefore.Format(time.DateOnly), a.issuer.cert.NotAfter.Format(time.DateOnly), now.Format(time.DateOnly))
	}
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return identity{}, err
	}
	until := now.AddDate(signerYears, 0, 0)
	if last := a.issuer.cert.NotAfter; until.After(last) {
		until = last
	}
	subject := pkix.Name{Country: []string{"CN"}, CommonName: first(name, 64)} // the most that X.520 allows
	if a.Test() {
		subject.OrganizationalUnit = []string{testMark}
	}
	cert, err := certify(&x509.Certificate{
		Subject: subject, NotBefore: now.Add(-backdated), NotAfter: until, BasicConstraintsValid: true,
		KeyUsage: x509.KeyUsageDigitalSignature | x509.KeyUsageContentCommitment,
	}, a.issuer.cert, key.Public(), a.issuer.key)
	return identity{key: key, cert: cert, chain: a.issuer.above()}, err
}
