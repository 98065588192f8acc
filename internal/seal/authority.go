package seal

import (
	"bytes"
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/asn1"
	"encoding/pem"
	"errors"
	"fmt"
	"io/fs"
	"math/big"
	"os"
	"path/filepath"
	"strings"
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

// identity is a key with its certificate and the certificates above it.
type identity struct {
	key   crypto.Signer
	cert  *x509.Certificate
	chain []*x509.Certificate // above cert, the root last; empty when cert is the root
}

func (id identity) root() *x509.Certificate {
	if n := len(id.chain); n > 0 {
		return id.chain[n-1]
	}
	return id.cert
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

// above are an issuer's certificate and those above it, for what it issues.
func (id identity) above() []*x509.Certificate {
	return append([]*x509.Certificate{id.cert}, id.chain...)
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

func first(s string, n int) string {
	if r := []rune(s); len(r) > n {
		return string(r[:n])
	}
	return s
}

// certify signs a certificate; without a parent it signs itself.
func certify(template, parent *x509.Certificate, public crypto.PublicKey, key crypto.Signer) (*x509.Certificate, error) {
	serial, err := newSerial()
	if err != nil {
		return nil, err
	}
	template.SerialNumber = serial
	if parent == nil {
		parent = template
	}
	der, err := x509.CreateCertificate(rand.Reader, template, parent, public, key)
	if err != nil {
		return nil, err
	}
	return x509.ParseCertificate(der)
}

// newSerial is a random positive number of 127 bits: it tells nothing about
// how many there are.
func newSerial() (*big.Int, error) {
	n, err := rand.Int(rand.Reader, new(big.Int).Lsh(big.NewInt(1), 126))
	if err != nil {
		return nil, err
	}
	return n.SetBit(n, 126, 1), nil
}

// open reads an identity, or makes it and keeps it.
func open(path string, create func() (identity, error)) (identity, error) {
	info, err := os.Stat(path)
	if errors.Is(err, fs.ErrNotExist) {
		id, err := create()
		if err != nil {
			return id, err
		}
		// Of two processes that start at once, the second goes on with what the
		// first has made.
		if err := id.keepFirst(path); !errors.Is(err, fs.ErrExist) {
			return id, err
		}
	}
	if info == nil {
		info, err = os.Stat(path)
	}
	if err != nil {
		return identity{}, err
	}
	if info.Mode().Perm()&0o077 != 0 {
		return identity{}, fmt.Errorf("seal: others can read the key in %s: chmod 600 it, and think about replacing it", path)
	}
	text, err := os.ReadFile(path)
	if err != nil {
		return identity{}, err
	}
	id, err := parse(text)
	if err != nil {
		return id, fmt.Errorf("seal: %s: %w", path, err)
	}
	return id, nil
}

func parse(text []byte) (identity, error) {
	var id identity
	var certs []*x509.Certificate
	for block, rest := pem.Decode(text); block != nil; block, rest = pem.Decode(rest) {
		switch {
		case block.Type == "CERTIFICATE":
			c, err := x509.ParseCertificate(block.Bytes)
			if err != nil {
				return id, err
			}
			certs = append(certs, c)
		case strings.HasSuffix(block.Type, "PRIVATE KEY"):
			key, err := x509.ParsePKCS8PrivateKey(block.Bytes)
			if err != nil {
				return id, fmt.Errorf("the key must be PKCS #8 (openssl pkcs8 -topk8): %w", err)
			}
			id.key, _ = key.(crypto.Signer)
		}
	}
	if id.key == nil || len(certs) == 0 {
		return id, errors.New("there must be a private key and a certificate")
	}
	id.cert, id.chain = certs[0], certs[1:]
	if public, ok := id.cert.PublicKey.(interface{ Equal(crypto.PublicKey) bool }); !ok || !public.Equal(id.key.Public()) {
		return id, errors.New("the key is not that of the first certificate")
	}
	return id, nil
}

// keep writes the file whole or not at all.
func (id identity) keep(path string) error {
	text, err := id.text()
	if err != nil {
		return err
	}
	return replace(path, text, 0o600)
}

// keepFirst writes the file unless it is there.
func (id identity) keepFirst(path string) error {
	text, err := id.text()
	if err != nil {
		return err
	}
	whole := path + ".new-" + serialText(id.cert.SerialNumber)
	if err := replace(whole, text, 0o600); err != nil {
		return err
	}
	return errors.Join(os.Link(whole, path), os.Remove(whole))
}

// text is the identity as it is kept.
func (id identity) text() ([]byte, error) {
	der, err := x509.MarshalPKCS8PrivateKey(id.key)
	if err != nil {
		return nil, err
	}
	var b bytes.Buffer
	_ = pem.Encode(&b, &pem.Block{Type: "PRIVATE KEY", Bytes: der}) // into memory
	for _, c := range id.above() {
		_ = pem.Encode(&b, &pem.Block{Type: "CERTIFICATE", Bytes: c.Raw})
	}
	return b.Bytes(), nil
}

func replace(path string, content []byte, mode fs.FileMode) error {
	f, err := os.CreateTemp(filepath.Dir(path), ".new-*") // mode 0600
	if err != nil {
		return err
	}
	_, err = f.Write(content)
	err = errors.Join(err, f.Chmod(mode), f.Sync(), f.Close())
	if err == nil {
		err = os.Rename(f.Name(), path)
	}
	if err != nil {
		return errors.Join(err, os.Remove(f.Name()))
	}
	return nil
}

// remember keeps every certificate that was ever in use in a file, so that
// documents outlive a change of authority, and returns the file.
func remember(path string, certs ...*x509.Certificate) ([]byte, error) {
	text, err := os.ReadFile(path)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, err
	}
	known := len(text)
	for _, c := range certs {
		block := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: c.Raw})
		if !bytes.Contains(text, block) {
			text = append(text, block...)
		}
	}
	if len(text) > known {
		err = replace(path, text, 0o644)
	} else {
		err = nil
	}
	return text, err
}
