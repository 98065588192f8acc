package main

import (
	"bytes"
	"crypto/ed25519"
	"crypto/x509"
	"errors"
	"fmt"
	"image"
	_ "image/jpeg" // pictures of licences
	_ "image/png"
	"os"
	"path/filepath"
	"time"

	"github.com/makiuchi-d/gozxing"
	"github.com/makiuchi-d/gozxing/qrcode"

	"wangban/internal/document/pdf"
	"wangban/internal/licence"
	"wangban/internal/seal"
	"wangban/internal/workday"
)

// mostPixels bounds a picture that somebody brings: a large photograph has a
// quarter of it.
const mostPixels = 100_000_000

// verifyCode tells what the QR code of a licence proves: in a picture, or as
// the text that a scanner has read.
func (c *verifyCmd) verifyCode(s *surroundings, file []byte, roots *x509.CertPool, known bool) error {
	content, err := codeIn(file)
	if err != nil {
		return err
	}
	p, err := licence.ReadProof(content)
	if err != nil {
		return fmt.Errorf("%w (not the content of a licence's QR code, or not all of it)", err)
	}
	keys, from, err := c.keys(roots)
	if err != nil {
		return err
	}
	tellProof(s, p)
	i := p.By(publicKeys(keys))
	switch {
	case len(keys) == 0:
		return errors.New("by whom it was issued cannot be told without the issuer's keys: give --keys with licence-keys.pem from the portal, or --data with the data folder of the installation")
	case i < 0:
		return fmt.Errorf("签名不对 not signed with any of the %d keys in %s: forged, changed, or another authority's", len(keys), from)
	}
	key := keys[i]
	tellTest(s, key)
	switch {
	case key.Trusted:
		_, _ = fmt.Fprintf(s.out, "签名真实 genuine: signed with the key %s, which %s has certified\n", key.Serial, key.Issuer)
	case known:
		return fmt.Errorf("签名用的公钥不可信 signed with the key %s of %s, which none of the root certificates vouches for", key.Serial, from)
	default:
		_, _ = fmt.Fprintf(s.out, "签名真实 genuine if %s is: signed with its key %s. Whose key that is, only --roots can prove\n", from, key.Serial)
	}
	tellOffline(s)
	return nil
}

// tellLicence says what a document that is unchanged has to say as a licence;
// nothing when it is none.
func (c *verifyCmd) tellLicence(s *surroundings, file []byte, roots *x509.CertPool) {
	data, ok, err := pdf.Attached(file, licence.DataName)
	if err != nil || !ok {
		return
	}
	d, ok := licence.ReadData(data)
	if !ok {
		return
	}
	_, _ = fmt.Fprintf(s.out, "电子证照 licence: %s\n  签发机关 issued by: %s\n", d.Title, d.Office)
	p, err := licence.ReadProof(d.QR)
	if err != nil {
		_, _ = fmt.Fprintf(s.out, "  编号 number: %s\n  持证单位 holder: %s %s\n", d.Number, d.Holder, d.USCC)
		return
	}
	tellProof(s, p)
	// The certificates travel in the document; only the roots, which do not, make
	// them worth anything.
	keys := seal.ReadQRKeys([]byte(d.Certificates), roots)
	if i := p.By(publicKeys(keys)); i >= 0 && keys[i].Trusted {
		_, _ = fmt.Fprintf(s.out, "二维码签名真实 the QR code is genuine too: key %s\n", keys[i].Serial)
	}
	tellOffline(s)
}

func tellProof(s *surroundings, p licence.Proof) {
	last := "长期 no end"
	if !p.Last.IsZero() {
		last = p.Last.Format(time.DateOnly)
	}
	_, _ = fmt.Fprintf(s.out, "  证照 licence: %s\n  编号 number: %s\n  版本 version: %d\n  持证单位 holder: %s\n  统一社会信用代码 USCC: %s\n  本版日期 made: %s\n  有效期 valid: %s – %s\n",
		p.Title, p.Number, p.Version, p.Holder, p.USCC, p.Made.Format(time.DateOnly), p.From.Format(time.DateOnly), last)
	// This is the one place where the machine's clock is asked: somebody stands
	// there with the licence now.
	if now := time.Now().In(workday.Shanghai); !p.Last.IsZero() && now.After(p.Last.AddDate(0, 0, 1)) {
		_, _ = fmt.Fprintln(s.out, "已过有效期 expired, by the clock of this machine")
	}
}

func tellTest(s *surroundings, k seal.QRKey) {
	if k.Test {
		_, _ = fmt.Fprintln(s.out, "测试证书 test certificate: not a reliable signature in the sense of the law")
	}
}

func tellOffline(s *surroundings) {
	_, _ = fmt.Fprintln(s.out, "离线核验看不出之后有没有注销、撤销、变更或换发 offline nobody can tell whether it was cancelled, revoked, changed or replaced since: scan the code to see how it stands now")
}

// keys are those that QR codes are checked with, and where they come from: named, or
// those of an installation on this machine.
func (c *verifyCmd) keys(roots *x509.CertPool) (keys []seal.QRKey, from string, err error) {
	paths := []string{c.Keys}
	if c.Keys == "" {
		folders := []string{c.Data}
		if c.Data == "" {
			folders = []string{"wangban-data", "wangban-demo"}
		}
		paths = nil
		for _, folder := range folders {
			paths = append(paths, filepath.Join(folder, "authority", "qr-keys.pem"))
		}
	}
	for _, path := range paths {
		text, err := os.ReadFile(path)
		if err != nil && c.Keys == "" {
			continue
		}
		if err != nil {
			return nil, path, err
		}
		if keys = seal.ReadQRKeys(text, roots); len(keys) == 0 {
			return nil, path, fmt.Errorf("there is no key for QR codes in %s", path)
		}
		return keys, path, nil
	}
	return nil, "", nil
}

func publicKeys(keys []seal.QRKey) []ed25519.PublicKey {
	out := make([]ed25519.PublicKey, len(keys))
	for i, k := range keys {
		out[i] = k.Key
	}
	return out
}

// codeIn is the content of the QR code in a picture, or a text as it is.
func codeIn(file []byte) (string, error) {
	config, _, err := image.DecodeConfig(bytes.NewReader(file))
	if err != nil {
		return string(file), nil
	}
	if config.Width <= 0 || config.Height <= 0 || config.Width > mostPixels/config.Height {
		return "", fmt.Errorf("the picture has %d × %d pixels, which is too large", config.Width, config.Height)
	}
	picture, _, err := image.Decode(bytes.NewReader(file))
	if err != nil {
		return "", fmt.Errorf("the picture cannot be read: %w", err)
	}
	// A photograph has its code somewhere; a picture from a program may be
	// nothing but the code, which the reader has to be told.
	for _, hints := range []map[gozxing.DecodeHintType]any{
		{gozxing.DecodeHintType_TRY_HARDER: true}, {gozxing.DecodeHintType_PURE_BARCODE: true},
	} {
		if content, err := readCode(picture, hints); err == nil {
			return content, nil
		}
	}
	return "", errors.New("there is no QR code to be read in the picture: photograph it straight from above, sharp and filling the picture")
}

// readCode reads a QR code. The reader is somebody else's.
func readCode(picture image.Image, hints map[gozxing.DecodeHintType]any) (content string, err error) {
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("the reader has failed: %v", r)
		}
	}()
	bitmap, err := gozxing.NewBinaryBitmapFromImage(picture)
	if err != nil {
		return "", err
	}
	read, err := qrcode.NewQRCodeReader().Decode(bitmap, hints)
	if err != nil {
		return "", err
	}
	return read.GetText(), nil
}
