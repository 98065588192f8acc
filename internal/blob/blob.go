// Package blob keeps files by their content: the name of a file is the SHA-256
// of what is in it, so equal files are kept once and no file ever changes. They
// lie in a folder or in S3; with a vault they are sealed at rest.
//
// It knows nothing of cases or of what is in a file (material looks at that).
// Two cases may hold the same file: who uses a file is counted (see Use), and
// one that nobody uses any more is removed by Sweep.
package blob

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"hash"
	"io"
	"net/url"
	"os"
	"regexp"
	"strings"
	"time"

	"wangban/internal/db"
	"wangban/internal/vault"
)

// Ref names a stored file.
type Ref struct {
	Hash string // hex SHA-256 of the content
	Size int64
}

// TooLarge is returned by Put for content that is longer than allowed.
type TooLarge struct{ Max int64 }

func (e *TooLarge) Error() string { return fmt.Sprintf("the file is larger than %d bytes", e.Max) }

var (
	// ErrNotFound is returned for a hash that is not there.
	ErrNotFound = errors.New("no such file")
	// ErrCorrupt is returned when what is stored is not what was put there.
	ErrCorrupt = errors.New("the stored file is damaged")
)

// Store keeps files. It is safe for concurrent use, also by several processes.
type Store struct {
	shelf shelf
	vault *vault.Vault

	db  *db.DB // who uses what; nil: it is not counted
	now func() time.Time
}

// shelf is where named files lie: a folder or S3. What stands on it is whole:
// a file is there entirely or not at all.
type shelf interface {
	// spool opens a private file to write to before its name is known.
	spool() (*os.File, error)
	// place puts the spooled file under name, durably, and closes it. A file
	// that is there already stays.
	place(ctx context.Context, name string, f *os.File, size int64) error
	fetch(ctx context.Context, name string) (io.ReadCloser, int64, error)
	has(ctx context.Context, name string) (bool, error)
	remove(ctx context.Context, name string) error
}

// Open opens the store that address names: "folder:PATH", or
// "s3://bucket/prefix?endpoint=HOST:PORT&region=…&insecure=true", whose key and
// secret come before the bucket ("s3://key:secret@bucket") or from
// AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY. With a vault, files are sealed.
func Open(ctx context.Context, address string, v *vault.Vault) (*Store, error) {
	if path, ok := strings.CutPrefix(address, "folder:"); ok && path != "" {
		s, err := openFolder(path)
		return &Store{shelf: s, vault: v}, err
	}
	if u, err := url.Parse(address); err == nil && u.Scheme == "s3" && u.Host != "" {
		s, err := openS3(ctx, u)
		return &Store{shelf: s, vault: v}, err
	}
	return nil, errors.New("the address of the file store is neither folder:PATH nor s3://bucket/prefix?endpoint=HOST:PORT")
}

// Put stores what r gives, at most max bytes. When it fails nothing is left
// behind.
func (s *Store) Put(ctx context.Context, r io.Reader, max int64) (Ref, error) {
	f, err := s.shelf.spool()
	if err != nil {
		return Ref{}, fmt.Errorf("store a file: %w", err)
	}
	defer func() { // no effect once it is placed
		_ = f.Close()
		_ = os.Remove(f.Name())
	}()
	sum := sha256.New()
	out, done, err := s.writer(f)
	if err != nil {
		return Ref{}, err
	}
	size, err := io.Copy(io.MultiWriter(sum, out), io.LimitReader(contextReader{ctx, r}, max+1))
	switch {
	case err != nil:
		return Ref{}, fmt.Errorf("store a file: %w", err)
	case size > max:
		return Ref{}, &TooLarge{max}
	}
	if err := done(); err != nil {
		return Ref{}, fmt.Errorf("store a file: %w", err)
	}
	ref := Ref{hex.EncodeToString(sum.Sum(nil)), size}
	stored, err := f.Seek(0, io.SeekCurrent)
	if err != nil {
		return Ref{}, err
	}
	if err := s.claim(ctx, s.name(ref.Hash)); err != nil {
		return Ref{}, fmt.Errorf("store file %s: %w", ref.Hash, err)
	}
	if err := s.shelf.place(ctx, s.name(ref.Hash), f, stored); err != nil {
		return Ref{}, fmt.Errorf("store file %s: %w", ref.Hash, err)
	}
	return ref, nil
}

// writer gives what content is written through on its way to f.
func (s *Store) writer(f *os.File) (w io.Writer, done func() error, err error) {
	if s.vault == nil {
		return f, func() error { return nil }, nil
	}
	sealer, err := newSealer(f, s.vault)
	return sealer, sealer.close, err
}

// Open reads a file. The size is that of the content. A read that meets
// anything but what was stored fails with ErrCorrupt, at the latest at the end.
func (s *Store) Open(ctx context.Context, hash string) (io.ReadCloser, int64, error) {
	if !isHash(hash) {
		return nil, 0, ErrNotFound
	}
	f, size, err := s.shelf.fetch(ctx, s.name(hash))
	if err != nil {
		return nil, 0, fmt.Errorf("open file %s: %w", hash, err)
	}
	var content io.Reader = f
	if s.vault != nil {
		if content, size, err = newOpener(f, size, s.vault); err != nil {
			return nil, 0, errors.Join(fmt.Errorf("open file %s: %w", hash, err), f.Close())
		}
	}
	return &reader{content: content, file: f, sum: sha256.New(), want: hash}, size, nil
}

// Has tells whether a file is there.
func (s *Store) Has(ctx context.Context, hash string) (bool, error) {
	if !isHash(hash) {
		return false, nil
	}
	return s.shelf.has(ctx, s.name(hash))
}

// name is what the file is called at rest. Sealed files have names that tell
// nobody without the key whether a known document is among them.
func (s *Store) name(hash string) string {
	if s.vault == nil {
		return hash
	}
	sum := sha256.Sum256([]byte(s.vault.Index("blob", hash)))
	return hex.EncodeToString(sum[:])
}

var hashPattern = regexp.MustCompile(`^[0-9a-f]{64}$`)

func isHash(s string) bool { return hashPattern.MatchString(s) }

// reader checks the content on its way out.
type reader struct {
	content io.Reader
	file    io.Closer
	sum     hash.Hash
	want    string
}

func (r *reader) Read(p []byte) (int, error) {
	n, err := r.content.Read(p)
	r.sum.Write(p[:n])
	if err == io.EOF && hex.EncodeToString(r.sum.Sum(nil)) != r.want {
		return n, ErrCorrupt
	}
	return n, err
}

func (r *reader) Close() error { return r.file.Close() }

// contextReader ends reading when nobody waits for it any more.
type contextReader struct {
	ctx context.Context
	r   io.Reader
}

func (c contextReader) Read(p []byte) (int, error) {
	if err := c.ctx.Err(); err != nil {
		return 0, err
	}
	return c.r.Read(p)
}
