package seal

import (
	"bytes"
	"crypto"
	"crypto/rand"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"fmt"
	"io/fs"
	"math/big"
	"os"
	"path/filepath"
	"strings"
)

// Keys with their certificates: made, kept in files, read again.

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

// above are an issuer's certificate and those above it, for what it issues.
func (id identity) above() []*x509.Certificate {
	return append([]*x509.Certificate{id.cert}, id.chain...)
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
