// Package vault keeps personal data unreadable at rest and forgettable. Each
// case has a key of its own, wrapped by the installation's key; what is
// personal in events and state is sealed with it. Destroying the wrapped key
// makes the payloads unreadable for good, while hashes of them stay provable.
//
// It also makes blind indexes, so that a phone number can be looked up without
// being stored in clear.
package vault

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/hkdf"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"fmt"
	"os"
	"path/filepath"
)

// Vault holds the installation's key.
type Vault struct {
	wrap  cipher.AEAD
	index []byte
}

// KeySize is the length of the installation's and of each case's key, bytes.
const KeySize = 32

// ErrUnreadable is returned when a payload was altered, or sealed with another
// key.
var ErrUnreadable = errors.New("sealed data cannot be read with this key")

// New makes a vault from the installation's key.
func New(key []byte) (*Vault, error) {
	if len(key) != KeySize {
		return nil, fmt.Errorf("the installation's key has %d bytes, it needs %d", len(key), KeySize)
	}
	wrapKey, err := hkdf.Key(sha256.New, key, nil, "wangban wrap v1", KeySize)
	if err != nil {
		return nil, err
	}
	index, err := hkdf.Key(sha256.New, key, nil, "wangban index v1", KeySize)
	if err != nil {
		return nil, err
	}
	wrap, err := aead(wrapKey)
	if err != nil {
		return nil, err
	}
	return &Vault{wrap: wrap, index: index}, nil
}

// Open reads the installation's key from the file, or makes one when there is
// none yet. Whoever loses the file loses every personal payload: it belongs in
// the backup, apart from the database.
func Open(file string) (*Vault, error) {
	text, err := os.ReadFile(file)
	if errors.Is(err, os.ErrNotExist) {
		if err := makeKey(file); err != nil {
			return nil, fmt.Errorf("write the installation's key: %w", err)
		}
		text, err = os.ReadFile(file)
	}
	if err != nil {
		return nil, fmt.Errorf("read the installation's key: %w", err)
	}
	key, err := base64.StdEncoding.DecodeString(string(text))
	if err != nil {
		return nil, fmt.Errorf("the installation's key in %s is not base64: %w", file, err)
	}
	return New(key)
}

// makeKey puts a new key into the file, unless another process is faster. It
// is on the disk, whole, before anything is sealed with it: a process or a
// machine that dies at any moment leaves either no key or a good one.
func makeKey(file string) error {
	dir := filepath.Dir(file)
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return err
	}
	f, err := os.CreateTemp(dir, ".new-key-*") // mode 0600
	if err != nil {
		return err
	}
	defer func() { _ = os.Remove(f.Name()) }()
	key := make([]byte, KeySize)
	_, _ = rand.Read(key)
	_, err = f.WriteString(base64.StdEncoding.EncodeToString(key))
	if err := errors.Join(err, f.Sync(), f.Close()); err != nil {
		return err
	}
	// A link, unlike a rename, never takes the place of a key that is there.
	if err := os.Link(f.Name(), file); err != nil && !errors.Is(err, os.ErrExist) {
		return err
	}
	d, err := os.Open(dir)
	if err != nil {
		return err
	}
	return errors.Join(d.Sync(), d.Close())
}

func aead(key []byte) (cipher.AEAD, error) {
	block, err := aes.NewCipher(key)
	if err != nil {
		return nil, err
	}
	return cipher.NewGCMWithRandomNonce(block)
}

// Key seals and opens the payloads of one case.
type Key struct{ aead cipher.AEAD }

// NewKey makes a key and its wrapped form, which is what the database keeps.
func (v *Vault) NewKey() (*Key, []byte, error) {
	raw := make([]byte, KeySize)
	_, _ = rand.Read(raw)
	k, err := aead(raw)
	if err != nil {
		return nil, nil, err
	}
	return &Key{k}, v.wrap.Seal(nil, nil, raw, nil), nil
}

// Unwrap opens a wrapped key.
func (v *Vault) Unwrap(wrapped []byte) (*Key, error) {
	raw, err := v.wrap.Open(nil, nil, wrapped, nil)
	if err != nil {
		return nil, ErrUnreadable
	}
	k, err := aead(raw)
	if err != nil {
		return nil, err
	}
	return &Key{k}, nil
}

// Seal encrypts a payload; bound ties it to its place, so that a row cannot
// stand in for another.
func (k *Key) Seal(payload []byte, bound string) []byte {
	return k.aead.Seal(nil, nil, payload, []byte(bound))
}

// Open decrypts what Seal made with the same key and place.
func (k *Key) Open(sealed []byte, bound string) ([]byte, error) {
	b, err := k.aead.Open(nil, nil, sealed, []byte(bound))
	if err != nil {
		return nil, ErrUnreadable
	}
	return b, nil
}

// Seal encrypts under the installation's key itself, for data that belongs to
// no case (a person's phone number).
func (v *Vault) Seal(payload []byte, bound string) []byte {
	return v.wrap.Seal(nil, nil, payload, []byte(bound))
}

// Open decrypts what Vault.Seal made.
func (v *Vault) Open(sealed []byte, bound string) ([]byte, error) {
	b, err := v.wrap.Open(nil, nil, sealed, []byte(bound))
	if err != nil {
		return nil, ErrUnreadable
	}
	return b, nil
}

// Index is a blind index: equal values of one kind give equal, unreadable
// strings.
func (v *Vault) Index(kind, value string) string {
	m := hmac.New(sha256.New, v.index)
	m.Write([]byte(kind))
	m.Write([]byte{0})
	m.Write([]byte(value))
	return base64.RawURLEncoding.EncodeToString(m.Sum(nil)[:16])
}
