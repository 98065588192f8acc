package blob

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"

	"wangban/internal/vault"
)

// A sealed file is
//
//	magic, 8 bytes · length of the wrapped key, 2 bytes big-endian · wrapped key
//	chunks, each of chunkSize bytes of content sealed (AES-256-GCM) with the key
//
// Each file has a key of its own, wrapped by the installation's. A chunk is
// bound to its number and to whether it is the last (the STREAM construction),
// so chunks cannot be cut off, swapped or repeated. An empty file has one
// empty chunk.
const (
	magic     = "wbblob1\n"
	chunkSize = 64 << 10
	overhead  = 12 + 16 // nonce and tag of each chunk
)

func chunkName(n int64, last bool) string { return fmt.Sprintf("blob/%d/%v", n, last) }

// sealer seals what is written to it.
type sealer struct {
	w     io.Writer
	key   *vault.Key
	chunk []byte
	n     int64
}

func newSealer(w io.Writer, v *vault.Vault) (*sealer, error) {
	key, wrapped, err := v.NewKey()
	if err != nil {
		return nil, err
	}
	head := binary.BigEndian.AppendUint16([]byte(magic), uint16(len(wrapped)))
	if _, err := w.Write(append(head, wrapped...)); err != nil {
		return nil, err
	}
	return &sealer{w: w, key: key, chunk: make([]byte, 0, chunkSize)}, nil
}

func (s *sealer) Write(p []byte) (int, error) {
	written := len(p)
	for len(p) > 0 {
		if len(s.chunk) == chunkSize {
			if err := s.flush(false); err != nil {
				return 0, err
			}
		}
		n := min(chunkSize-len(s.chunk), len(p))
		s.chunk = append(s.chunk, p[:n]...)
		p = p[n:]
	}
	return written, nil
}

func (s *sealer) flush(last bool) error {
	_, err := s.w.Write(s.key.Seal(s.chunk, chunkName(s.n, last)))
	s.chunk, s.n = s.chunk[:0], s.n+1
	return err
}

// close writes the last chunk, without which the file cannot be read.
func (s *sealer) close() error { return s.flush(true) }

// opener reads what a sealer wrote.
type opener struct {
	r     io.Reader
	key   *vault.Key
	n     int64
	ends  int64 // the number of chunks
	chunk []byte
	rest  int64 // sealed bytes not read yet
}

// newOpener reads the head and tells the size of the content, which follows
// from that of the file.
func newOpener(r io.Reader, size int64, v *vault.Vault) (*opener, int64, error) {
	head := make([]byte, len(magic)+2)
	if _, err := io.ReadFull(r, head); err != nil {
		return nil, 0, unreadable(err)
	}
	if string(head[:len(magic)]) != magic {
		return nil, 0, fmt.Errorf("%w: it is not a sealed file", ErrCorrupt)
	}
	wrapped := make([]byte, binary.BigEndian.Uint16(head[len(magic):]))
	if _, err := io.ReadFull(r, wrapped); err != nil {
		return nil, 0, unreadable(err)
	}
	key, err := v.Unwrap(wrapped)
	if err != nil {
		return nil, 0, fmt.Errorf("%w: %w", ErrCorrupt, err)
	}
	rest := size - int64(len(head)+len(wrapped))
	chunks := (rest + chunkSize + overhead - 1) / (chunkSize + overhead)
	if chunks < 1 || rest-chunks*overhead < 0 {
		return nil, 0, fmt.Errorf("%w: it is cut off after %d bytes", ErrCorrupt, size)
	}
	return &opener{r: r, key: key, ends: chunks, rest: rest}, rest - chunks*overhead, nil
}

func (o *opener) Read(p []byte) (int, error) {
	for len(o.chunk) == 0 {
		if o.n == o.ends {
			return 0, io.EOF
		}
		if err := o.next(); err != nil {
			return 0, err
		}
	}
	n := copy(p, o.chunk)
	o.chunk = o.chunk[n:]
	return n, nil
}

func (o *opener) next() error {
	sealed := make([]byte, min(o.rest, chunkSize+overhead))
	if _, err := io.ReadFull(o.r, sealed); err != nil {
		return unreadable(err)
	}
	chunk, err := o.key.Open(sealed, chunkName(o.n, o.n == o.ends-1))
	if err != nil {
		return fmt.Errorf("%w: chunk %d: %w", ErrCorrupt, o.n, err)
	}
	o.chunk, o.n, o.rest = chunk, o.n+1, o.rest-int64(len(sealed))
	return nil
}

// unreadable tells a file that ends too early, which is damage, from one that
// could not be fetched, which may be mended by trying again.
func unreadable(err error) error {
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		return fmt.Errorf("%w: it ends too early: %w", ErrCorrupt, err)
	}
	return err
}
