package seal

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"fmt"
	"path/filepath"
	"strings"
	"time"
)

// SealOffice puts the seal of the administration (电子印章) into a document that
// it issues, behind what is there. Name is the administration's. Without a Box
// the seal is in the file and not on the page; with one, the page says by whom
// and when it was sealed, in words: a drawn seal would look like more than a
// test certificate is.
func (a *Authority) SealOffice(ctx context.Context, r Request) (Signed, error) {
	if err := ctx.Err(); err != nil {
		return Signed{}, err
	}
	if r.Box != (Box{}) && (r.Box.Page < 1 || r.Box.W < 40 || r.Box.H < 40) {
		return Signed{}, ErrBox
	}
	office, err := a.officeNamed(r.Name, a.now())
	if err != nil {
		return Signed{}, err
	}
	r.TypedName = r.Name
	return a.signAs(office, r, nil)
}

// officeNamed is the administration's key with its certificate. A test one is
// made anew when the administration has another name, or when it has run out;
// one that the operator has put there is used as it is.
func (a *Authority) officeNamed(name string, now time.Time) (identity, error) {
	a.mu.Lock()
	defer a.mu.Unlock()
	path := filepath.Join(a.dir, "office.pem")
	if a.office.cert == nil {
		var err error
		if a.office, err = open(path, func() (identity, error) { return a.newOffice(name, now) }); err != nil {
			return identity{}, err
		}
	}
	cert := a.office.cert
	over := now.Before(cert.NotBefore) || now.After(cert.NotAfter)
	switch {
	case isTest(cert) && (over || cert.Subject.CommonName != common(name)):
		fresh, err := a.newOffice(name, now)
		if err != nil {
			return identity{}, err
		}
		a.office = fresh
		return fresh, fresh.keep(path)
	case over:
		return identity{}, fmt.Errorf("seal: the administration's certificate in %s is good from %s to %s, not at %s", path,
			cert.NotBefore.Format(time.DateOnly), cert.NotAfter.Format(time.DateOnly), now.Format(time.DateOnly))
	}
	return a.office, nil
}

func common(name string) string { return first(strings.TrimSpace(name), 64) } // the most that X.520 allows

func (a *Authority) newOffice(name string, now time.Time) (identity, error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return identity{}, err
	}
	subject := pkix.Name{Country: []string{"CN"}, Organization: []string{common(name)}, CommonName: common(name)}
	if a.Test() {
		subject.OrganizationalUnit = []string{testMark}
	}
	cert, err := certify(&x509.Certificate{
		Subject: subject, NotBefore: begin(now), NotAfter: a.issuer.cert.NotAfter, BasicConstraintsValid: true,
		KeyUsage: x509.KeyUsageDigitalSignature | x509.KeyUsageContentCommitment,
	}, a.issuer.cert, key.Public(), a.issuer.key)
	return identity{key: key, cert: cert, chain: a.issuer.above()}, err
}
