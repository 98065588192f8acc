package main

import (
	"bytes"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// Anybody can look at a signed letter: with the roots of the installation that
// signed, wherever they are; without them, the program says what to give.
//
func TestVerifyFile(t *testing.T) {
	h := openHouse(t)
	c := h.cast("signed")
	content, _, err := h.files.Open(t.Context(), c.state(c.id).Signature.File.Hash)
	h.must(err)
	letter, err := io.ReadAll(content)
	h.must(err)
	h.must(content.Close())
	outside := t.TempDir()
	file := filepath.Join(outside, "letter.pdf")
	h.must(os.WriteFile(file, letter, 0o600))
	data := h.settings.Data
	t.Chdir(outside) // where there is no installation
	for _, try := range []struct {
		flags  []string
		status int
		says   []string
	}{
		{nil, 1, []string{"签名人 signer: 龚䶮", "unchanged since it was signed", "give --roots"}},
		{[]string{"--data", data}, 0, []string{"genuine, and unchanged", "test certificate", "身份核验方式: 未做人脸比对", "内容摘要（SHA-256）: "}},
		{[]string{"--roots", filepath.Join(data, "authority", "roots.pem")}, 0, []string{"genuine, and unchanged"}},
		{[]string{"--roots", filepath.Join(data, "authority")}, 0, []string{"genuine, and unchanged"}},
		{[]string{"--data", filepath.Join(outside, "none")}, 1, []string{"give --roots"}},
	} {
		var out bytes.Buffer
		if status := run(append([]string{"verify", file}, try.flags...), &out, &out); status != try.status {
			t.Errorf("%v: status %d", try.flags, status)
		}
		for _, text := range try.says {
			if !strings.Contains(out.String(), text) {
				t.Errorf("%v: does not say %q:\n%s", try.flags, text, out.String())
			}
		}
	}
	if found, _ := filepath.Glob(filepath.Join(outside, "wangban-*")); len(found) > 0 {
		t.Errorf("looking at a file has made %v", found)
	}
	letter[200] ^= 1
	h.must(os.WriteFile(file, letter, 0o600))
	var out bytes.Buffer
	if status := run([]string{"verify", file}, &out, &out); status != 1 || strings.Contains(out.String(), "unchanged") {
		t.Errorf("a changed file: status %d\n%s", status, out.String())
	}
}
