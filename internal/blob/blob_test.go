package blob_test

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"testing/iotest"

	"pgregory.net/rapid"

	"wangban/internal/blob"
	"wangban/internal/vault"
)

// home is a store of one kind with a look at what really lies there.
type home struct {
	address string
	root    string // the files below it are what is stored
}

// eachHome runs the contract on both shelves, plain and sealed.
func eachHome(t *testing.T, test func(t *testing.T, s *blob.Store, h home)) {
	t.Helper()
	homes := map[string]func(t *testing.T) home{
		"folder": func(t *testing.T) home {
			dir := filepath.Join(t.TempDir(), "files")
			return home{"folder:" + dir, dir}
		},
		"s3": startS3(t).home,
	}
	for name, open := range homes {
		for _, v := range []*vault.Vault{nil, testVault(t, 7)} {
			t.Run(fmt.Sprintf("%s/sealed=%v", name, v != nil), func(t *testing.T) {
				h := open(t)
				s, err := blob.Open(context.Background(), h.address, v)
				if err != nil {
					t.Fatal(err)
				}
				test(t, s, h)
			})
		}
	}
}

func testVault(t testing.TB, b byte) *vault.Vault {
	t.Helper()
	v, err := vault.New(bytes.Repeat([]byte{b}, vault.KeySize))
	if err != nil {
		t.Fatal(err)
	}
	return v
}

// files are the paths of everything stored.
func (h home) files(t *testing.T) (paths []string) {
	t.Helper()
	if err := filepath.WalkDir(h.root, func(path string, d fs.DirEntry, err error) error {
		if err == nil && d.Type().IsRegular() {
			paths = append(paths, path)
		}
		return err
	}); err != nil {
		t.Fatal(err)
	}
	return paths
}

func content(n int) []byte {
	b := make([]byte, n)
	r := rand.New(rand.NewPCG(1, uint64(n)))
	for i := range b {
		b[i] = byte(r.Uint32())
	}
	return b
}

func sum(b []byte) string {
	s := sha256.Sum256(b)
	return hex.EncodeToString(s[:])
}

func put(t *testing.T, s *blob.Store, b []byte) blob.Ref {
	t.Helper()
	ref, err := s.Put(context.Background(), bytes.NewReader(b), 10<<20)
	if err != nil {
		t.Fatal(err)
	}
	return ref
}

func read(s *blob.Store, hash string) ([]byte, int64, error) {
	r, size, err := s.Open(context.Background(), hash)
	if err != nil {
		return nil, 0, err
	}
	b, err := io.ReadAll(r)
	return b, size, errors.Join(err, r.Close())
}

func TestContract(t *testing.T) {
	eachHome(t, func(t *testing.T, s *blob.Store, h home) {
		ctx := context.Background()
		const chunk = 64 << 10
		for _, n := range []int{0, 1, 100, chunk - 1, chunk, chunk + 1, 3 * chunk, 1 << 20} {
			b := content(n)
			ref := put(t, s, b)
			if ref.Hash != sum(b) || ref.Size != int64(n) {
				t.Errorf("%d bytes are kept as %+v", n, ref)
			}
			got, size, err := read(s, ref.Hash)
			if err != nil || size != int64(n) || !bytes.Equal(got, b) {
				t.Errorf("%d bytes read back as %d (%d): %v", n, len(got), size, err)
			}
		}
		before := len(h.files(t))
		b := content(100)
		put(t, s, b)
		if after := len(h.files(t)); after != before {
			t.Errorf("equal content is kept twice: %d files, then %d", before, after)
		}
		if ok, err := s.Has(ctx, sum(b)); !ok || err != nil {
			t.Error(ok, err)
		}
		for range 2 {
			if err := s.Delete(ctx, sum(b)); err != nil {
				t.Error(err)
			}
		}
		if ok, err := s.Has(ctx, sum(b)); ok || err != nil {
			t.Error(ok, err)
		}
		for _, hash := range []string{sum(b), "", "../../etc/passwd", strings.Repeat("A", 64), strings.Repeat("0", 63) + "/"} {
			if _, _, err := s.Open(ctx, hash); !errors.Is(err, blob.ErrNotFound) {
				t.Errorf("open %q: %v", hash, err)
			}
			if ok, err := s.Has(ctx, hash); ok || err != nil {
				t.Errorf("has %q: %v %v", hash, ok, err)
			}
			if err := s.Delete(ctx, hash); err != nil {
				t.Errorf("delete %q: %v", hash, err)
			}
		}
	})
}

func TestNothingIsLeftBehind(t *testing.T) {
	eachHome(t, func(t *testing.T, s *blob.Store, h home) {
		broken := errors.New("the line went dead")
		gone, cancel := context.WithCancel(context.Background())
		cancel()
		var large *blob.TooLarge
		for name, c := range map[string]struct {
			ctx context.Context
			r   io.Reader
			ok  func(error) bool
		}{
			"too large":   {context.Background(), bytes.NewReader(content(100_001)), func(err error) bool { return errors.As(err, &large) && large.Max == 100_000 }},
			"endless":     {context.Background(), endless{}, func(err error) bool { return errors.As(err, &large) }},
			"interrupted": {context.Background(), io.MultiReader(bytes.NewReader(content(99_000)), iotest.ErrReader(broken)), func(err error) bool { return errors.Is(err, broken) }},
			"given up":    {gone, bytes.NewReader(content(10)), func(err error) bool { return errors.Is(err, context.Canceled) }},
		} {
			if _, err := s.Put(c.ctx, c.r, 100_000); !c.ok(err) {
				t.Errorf("%s: %v", name, err)
			}
		}
		if left := h.files(t); len(left) > 0 {
			t.Errorf("left behind: %v", left)
		}
		if ref, err := s.Put(context.Background(), bytes.NewReader(content(100_000)), 100_000); err != nil || ref.Size != 100_000 {
			t.Errorf("exactly as large as allowed: %v", err)
		}
	})
}

type endless struct{}

func (endless) Read(p []byte) (int, error) { return len(p), nil }

func TestManyPutTheSame(t *testing.T) {
	eachHome(t, func(t *testing.T, s *blob.Store, h home) {
		b := content(200_000)
		var wg sync.WaitGroup
		for range 16 {
			wg.Go(func() {
				if _, err := s.Put(context.Background(), iotest.HalfReader(bytes.NewReader(b)), 1<<20); err != nil {
					t.Error(err)
				}
				if got, _, err := read(s, sum(b)); err != nil || !bytes.Equal(got, b) {
					t.Errorf("read %d bytes: %v", len(got), err)
				}
			})
		}
		wg.Wait()
		if files := h.files(t); len(files) != 1 {
			t.Errorf("%d files", len(files))
		}
	})
}

// Who has opened a file reads it to its end, whatever happens to its name.
func TestReadersAreNotDisturbed(t *testing.T) {
	eachHome(t, func(t *testing.T, s *blob.Store, _ home) {
		b := content(8 << 20)
		put(t, s, b)
		r, size, err := s.Open(context.Background(), sum(b))
		if err != nil {
			t.Fatal(err)
		}
		defer func() { _ = r.Close() }()
		first := make([]byte, 1000)
		if _, err := io.ReadFull(r, first); err != nil {
			t.Fatal(err)
		}
		if err := s.Delete(context.Background(), sum(b)); err != nil {
			t.Fatal(err)
		}
		put(t, s, b) // when sealed, other bytes of the same content
		rest, err := io.ReadAll(r)
		if err != nil || size != int64(len(b)) || !bytes.Equal(append(first, rest...), b) {
			t.Errorf("read %d of %d bytes: %v", 1000+len(rest), size, err)
		}
	})
}

func TestDamageIsNoticed(t *testing.T) {
	eachHome(t, func(t *testing.T, s *blob.Store, h home) {
		b := content(200_000)
		put(t, s, b)
		file := h.files(t)[0]
		stored, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for _, at := range []int{0, 9, 50, len(stored) / 2, len(stored) - 1} {
			damaged := bytes.Clone(stored)
			damaged[at] ^= 1
			if err := os.WriteFile(file, damaged, 0o600); err != nil {
				t.Fatal(err)
			}
			if _, _, err := read(s, sum(b)); !errors.Is(err, blob.ErrCorrupt) {
				t.Errorf("byte %d changed: %v", at, err)
			}
		}
		put(t, s, b) // whoever hands it in again mends it, where it lies in a folder
	})
}

func TestSealedFilesTellNothing(t *testing.T) {
	dir := t.TempDir()
	h := home{root: dir}
	ctx := context.Background()
	open := func(key byte) *blob.Store {
		s, err := blob.Open(ctx, "folder:"+dir, testVault(t, key))
		if err != nil {
			t.Fatal(err)
		}
		return s
	}
	s := open(7)
	b := bytes.Repeat([]byte("法定代表人身份证"), 1000)
	ref := put(t, s, b)
	for _, file := range h.files(t) {
		stored, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		if bytes.Contains(stored, []byte("身份证")) || strings.Contains(file, ref.Hash) {
			t.Errorf("%s tells what it holds", file)
		}
		info, err := os.Stat(file)
		if err != nil || info.Mode().Perm() != 0o600 {
			t.Errorf("%v %v", info.Mode(), err)
		}
	}
	if _, _, err := read(open(8), ref.Hash); !errors.Is(err, blob.ErrNotFound) {
		t.Errorf("another installation's key: %v", err)
	}
}

// Sealed files are cut, their chunks swapped, repeated and taken from another
// file: a reader gets a true beginning of the content and then an error, never
// anything else.
func TestSealedFilesCannotBeRearranged(t *testing.T) {
	dir := t.TempDir()
	s, err := blob.Open(context.Background(), "folder:"+dir, testVault(t, 7))
	if err != nil {
		t.Fatal(err)
	}
	const sealed = 64<<10 + 28
	b, other := content(5*64<<10+77), content(5*64<<10+78)
	put(t, s, other)
	foreign := home{root: dir}.files(t)[0]
	put(t, s, b)
	var file string
	for _, f := range (home{root: dir}).files(t) {
		if f != foreign {
			file = f
		}
	}
	mine, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	theirs, err := os.ReadFile(foreign)
	if err != nil {
		t.Fatal(err)
	}
	head := len(mine) - (5*sealed + 77 + 28)
	chunks := func(file []byte) (parts [][]byte) {
		for rest := file[head:]; len(rest) > 0; {
			n := min(sealed, len(rest))
			parts, rest = append(parts, rest[:n]), rest[n:]
		}
		return parts
	}
	all := append(chunks(mine), chunks(theirs)...)
	rapid.Check(t, func(rt *rapid.T) {
		forged := bytes.Clone(mine[:head])
		order := rapid.SliceOfN(rapid.IntRange(0, len(all)-1), 0, 7).Draw(rt, "chunks")
		for _, i := range order {
			forged = append(forged, all[i]...)
		}
		if cut := rapid.IntRange(0, 40).Draw(rt, "cut"); cut > 20 && cut < len(forged) {
			forged = forged[:len(forged)-cut]
		}
		if bytes.Equal(forged, mine) {
			return
		}
		if err := os.WriteFile(file, forged, 0o600); err != nil {
			rt.Fatal(err)
		}
		got, _, err := read(s, sum(b))
		if !errors.Is(err, blob.ErrCorrupt) {
			rt.Fatalf("chunks %v: read %d bytes, %v", order, len(got), err)
		}
		if !bytes.HasPrefix(b, got) {
			rt.Fatalf("chunks %v: read what never was in the file", order)
		}
	})
}

func TestWhatDiedWithItsProcessIsSweptAway(t *testing.T) {
	dir := t.TempDir()
	open := func() {
		if _, err := blob.Open(context.Background(), "folder:"+dir, nil); err != nil {
			t.Fatal(err)
		}
	}
	open()
	old, fresh := filepath.Join(dir, "incoming", "old"), filepath.Join(dir, "incoming", "fresh")
	for _, f := range []string{old, fresh} {
		if err := os.WriteFile(f, []byte("x"), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	info, err := os.Stat(fresh)
	if err != nil {
		t.Fatal(err)
	}
	yesterday := info.ModTime().AddDate(0, 0, -2)
	if err := os.Chtimes(old, yesterday, yesterday); err != nil {
		t.Fatal(err)
	}
	open()
	if _, err := os.Stat(old); !errors.Is(err, fs.ErrNotExist) {
		t.Error("what a dead process left is still there")
	}
	if _, err := os.Stat(fresh); err != nil {
		t.Error("another process's upload was taken away")
	}
}

func TestAddresses(t *testing.T) {
	for _, address := range []string{"", "folder:", "/tmp", "s3://", "s3:///x", "ftp://x/y", "s3://bucket/x", "s3://k:geheim@bucket/x?endpoint=%zz"} {
		_, err := blob.Open(context.Background(), address, nil)
		if err == nil {
			t.Errorf("%q opened", address)
		} else if strings.Contains(err.Error(), "geheim") {
			t.Errorf("the secret leaks: %v", err)
		}
	}
}

// FuzzSealed feeds the reader of sealed files: whatever lies there, it is told
// apart from what was stored.
func FuzzSealed(f *testing.F) {
	dir := f.TempDir()
	ctx := context.Background()
	s, err := blob.Open(ctx, "folder:"+dir, testVault(f, 7))
	if err != nil {
		f.Fatal(err)
	}
	b := content(70_000)
	ref, err := s.Put(ctx, bytes.NewReader(b), 1<<20)
	if err != nil {
		f.Fatal(err)
	}
	matches, err := filepath.Glob(filepath.Join(dir, "??", "??", "*"))
	if err != nil || len(matches) != 1 {
		f.Fatal(matches, err)
	}
	stored, err := os.ReadFile(matches[0])
	if err != nil {
		f.Fatal(err)
	}
	f.Add([]byte{})
	f.Add(stored)
	f.Add(stored[:200])
	f.Add([]byte("wbblob1\n\xff\xff"))
	f.Fuzz(func(t *testing.T, forged []byte) {
		if err := os.WriteFile(matches[0], forged, 0o600); err != nil {
			t.Fatal(err)
		}
		got, _, err := read(s, ref.Hash)
		if err == nil && !bytes.Equal(got, b) {
			t.Errorf("read %d bytes that nobody stored", len(got))
		}
	})
}
