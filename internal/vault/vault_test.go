package vault_test

import (
	"errors"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"testing"

	"pgregory.net/rapid"

	"wangban/internal/vault"
)

func TestSealedDataIsBoundToItsKeyAndPlace(t *testing.T) {
	v, err := vault.Open(filepath.Join(t.TempDir(), "secret", "key"))
	if err != nil {
		t.Fatal(err)
	}
	rapid.Check(t, func(t *rapid.T) {
		payload := rapid.SliceOf(rapid.Byte()).Draw(t, "payload")
		k, wrapped, err := v.NewKey()
		if err != nil {
			t.Fatal(err)
		}
		sealed := k.Seal(payload, "case/1")
		again, err := v.Unwrap(wrapped)
		if err != nil {
			t.Fatal(err)
		}
		got, err := again.Open(sealed, "case/1")
		if err != nil || string(got) != string(payload) {
			t.Fatalf("opened %x, %v", got, err)
		}
		if _, err := again.Open(sealed, "case/2"); !errors.Is(err, vault.ErrUnreadable) {
			t.Fatalf("opened in another place: %v", err)
		}
		sealed[rapid.IntRange(0, len(sealed)-1).Draw(t, "altered")] ^= 1
		if _, err := again.Open(sealed, "case/1"); !errors.Is(err, vault.ErrUnreadable) {
			t.Fatalf("opened after it was altered: %v", err)
		}
	})
}

func TestKeyFileIsPrivateAndKept(t *testing.T) {
	file := filepath.Join(t.TempDir(), "key")
	first, err := vault.Open(file)
	if err != nil {
		t.Fatal(err)
	}
	second, err := vault.Open(file)
	if err != nil {
		t.Fatal(err)
	}
	if first.Index("mobile", "13800138000") != second.Index("mobile", "13800138000") {
		t.Error("the key changed between two starts")
	}
	if first.Index("mobile", "1") == first.Index("id", "1") {
		t.Error("two kinds share an index")
	}
	if info, _ := os.Stat(file); info.Mode().Perm() != 0o600 {
		t.Errorf("the key file is open to others: %v", info.Mode())
	}
	if err := os.WriteFile(file, []byte("short"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := vault.Open(file); err == nil {
		t.Error("a damaged key was accepted")
	}
}

// Several processes may start at once on a fresh folder: they must end up with
// one key, and none with half of one.
func TestOneKeyForAllWhoStartAtOnce(t *testing.T) {
	dir := t.TempDir()
	indexes := make([]string, 16)
	var wg sync.WaitGroup
	for i := range indexes {
		wg.Go(func() {
			v, err := vault.Open(filepath.Join(dir, "key"))
			if err != nil {
				t.Error(err)
				return
			}
			indexes[i] = v.Index("mobile", "13800138000")
		})
	}
	wg.Wait()
	if slices.Sort(indexes); indexes[0] != indexes[len(indexes)-1] {
		t.Error("two keys are in use")
	}
	if left, err := os.ReadDir(dir); err != nil || len(left) != 1 {
		t.Errorf("beside the key lie %v, %v", left, err)
	}
}
