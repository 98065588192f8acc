package main

import (
	"bytes"
	"image"
	"image/color"
	"image/draw"
	"image/jpeg"
	"image/png"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/skip2/go-qrcode"

	"wangban/internal/seal"
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

// Where there is no installation, nothing is found whole, and none is begun.
func TestVerifyNoInstallation(t *testing.T) {
	t.Chdir(t.TempDir())
	for _, args := range [][]string{{"verify"}, {"verify", "log"}, {"verify", "log", "--data", "elsewhere"}} {
		var out bytes.Buffer
		if status := run(args, &out, &out); status != 1 || !strings.Contains(out.String(), "there is no installation in") || strings.Contains(out.String(), "0 problems") {
			t.Errorf("%v: status %d\n%s", args, status, out.String())
		}
	}
	if found, _ := filepath.Glob("*"); len(found) > 0 {
		t.Errorf("looking has made %v", found)
	}
}

// A licence is verified without a connection from its document, a picture of
// its code, or the code's text, with the keys and roots that are given; what
// that cannot tell is said.
func TestVerifyLicence(t *testing.T) {
	h := openHouse(t)
	c := h.cast("filed")
	kept, err := h.licences.PDF(t.Context(), c.names["number"])
	h.must(err)
	content, _, err := h.files.Open(t.Context(), kept.Hash)
	h.must(err)
	document, err := io.ReadAll(content)
	h.must(err)
	h.must(content.Close())
	l, _, err := h.licences.Find(t.Context(), c.names["number"])
	h.must(err)
	code, err := h.licences.VerifyURL(l)
	h.must(err)
	bare, err := qrcode.Encode(code, qrcode.Medium, -6)
	h.must(err)
	data, outside := h.settings.Data, t.TempDir()
	t.Chdir(outside)
	files := map[string][]byte{"licence.pdf": document, "code.txt": []byte(code + "\n"), "code.png": bare, "photo.jpg": photo(t, bare),
		"forged.txt": []byte(code[:len(code)-20] + "AAAA" + code[len(code)-16:]), "words.txt": []byte("nothing"), "blank.png": blank(t)}
	for name, content := range files {
		h.must(os.WriteFile(name, content, 0o600))
	}
	keys, roots := filepath.Join(data, "authority", "qr-keys.pem"), filepath.Join(data, "authority", "roots.pem")
	said := []string{l.Number, l.Unit, "offline nobody can tell", "test certificate"}
	for _, try := range []struct {
		args   []string
		status int
		says   []string
	}{
		{[]string{"licence.pdf", "--roots", roots}, 0, append(said, "genuine, and unchanged", "QR code is genuine too", "签发机关 issued by: "+h.county.Name.ZH)},
		{[]string{"licence.pdf"}, 1, []string{l.Number, "give --roots"}},
		{[]string{"code.txt", "--data", data}, 0, append(said, "has certified")},
		{[]string{"code.txt", "--keys", keys, "--roots", roots}, 0, append(said, "has certified")},
		{[]string{"code.txt", "--keys", keys}, 0, append(said, "only --roots can prove")},
		{[]string{"code.txt"}, 1, []string{l.Number, "give --keys"}},
		{[]string{"code.png", "--data", data}, 0, append(said, "has certified")},
		{[]string{"photo.jpg", "--data", data}, 0, append(said, "has certified")},
		{[]string{"forged.txt", "--data", data}, 1, []string{"not signed with any"}},
		{[]string{"words.txt", "--data", data}, 1, []string{"not the content"}},
		{[]string{"blank.png", "--data", data}, 1, []string{"no QR code"}},
		{[]string{"code.txt", "--keys", "words.txt"}, 1, []string{"no key for QR codes"}},
		{[]string{"code.txt", "--keys", keys, "--roots", strangeRoots(t)}, 1, []string{"none of the root certificates vouches"}},
	} {
		var out bytes.Buffer
		if status := run(append([]string{"verify"}, try.args...), &out, &out); status != try.status {
			t.Errorf("%v: status %d", try.args, status)
		}
		for _, text := range try.says {
			if !strings.Contains(out.String(), text) {
				t.Errorf("%v: does not say %q:\n%s", try.args, text, out.String())
			}
		}
	}
}

// photo is a picture of a code on a larger, greyish sheet.
func photo(t *testing.T, code []byte) []byte {
	t.Helper()
	picture, err := png.Decode(bytes.NewReader(code))
	if err != nil {
		t.Fatal(err)
	}
	sheet := image.NewRGBA(image.Rect(0, 0, 1200, 900))
	draw.Draw(sheet, sheet.Bounds(), image.NewUniform(color.RGBA{R: 225, G: 222, B: 215, A: 255}), image.Point{}, draw.Src)
	draw.Draw(sheet, picture.Bounds().Add(image.Pt(500, 250)), picture, picture.Bounds().Min, draw.Src)
	var b bytes.Buffer
	if err := jpeg.Encode(&b, sheet, &jpeg.Options{Quality: 70}); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func blank(t *testing.T) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := png.Encode(&b, image.NewGray(image.Rect(0, 0, 50, 50))); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// strangeRoots are those of another installation.
func strangeRoots(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	if _, err := seal.OpenAuthority(dir, time.Now); err != nil {
		t.Fatal(err)
	}
	return dir
}
