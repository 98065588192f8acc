package main

import (
	"bytes"
	"context"
	"crypto/x509"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"wangban/internal/seal"
	"wangban/internal/workday"
)

type verifyCmd struct {
	settings
	File  string `arg:"" optional:"" type:"existingfile" help:"A signed PDF, a picture of a licence with its QR code (PNG, JPEG), or a text file with the content of the code. Without one, the records of the installation are looked over."`
	Roots string `help:"Root certificates that a signed PDF is held against: the file authority/roots.pem of the installation that signed, or its folder. Default: from the data folder."`
	Keys  string `help:"Keys that the QR codes of licences are signed with: licence-keys.pem from the portal's page for verifying, or authority/qr-keys.pem. Default: from the data folder."`
}

// Run looks over the records of an installation, or a signed PDF.
func (c *verifyCmd) Run(s *surroundings) (err error) {
	if c.File != "" { // anybody may look at a file, without an installation
		return c.verifyFile(s)
	}
	if err := c.prepare(); err != nil {
		return err
	}
	ctx := context.Background()
	in, err := open(ctx, c.settings, false, logger(s.err))
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, in.close()) }()
	found, err := in.door.Verify(ctx, nil)
	if err != nil {
		return err
	}
	for _, p := range found.Problems {
		_, _ = fmt.Fprintln(s.out, p)
	}
	_, _ = fmt.Fprintf(s.out, "%d cases, %d events, %d forgotten, %d problems\n", found.Cases, found.Events, found.Forgotten, len(found.Problems))
	if len(found.Problems) > 0 {
		return errors.New("the records are not whole")
	}
	return nil
}

// verifyFile tells what there is to say about the signatures in a PDF.
func (c *verifyCmd) verifyFile(s *surroundings) error {
	roots, known, err := c.roots()
	if err != nil {
		return err
	}
	file, err := os.ReadFile(c.File)
	if err != nil {
		return err
	}
	if !bytes.HasPrefix(file, []byte("%PDF-")) {
		return c.verifyCode(s, file, roots, known)
	}
	report, err := seal.Verify(file, roots)
	if err != nil {
		return err
	}
	for _, g := range report.Signatures {
		_, _ = fmt.Fprintf(s.out, "签名人 signer: %s\n证书 certificate: %s\n签名时间 signed: %s\n时间戳 time stamp: %s\n", g.Signer, g.Serial, moment(g.At), moment(g.Stamped))
		for _, label := range sortedKeys(g.Facts) {
			_, _ = fmt.Fprintf(s.out, "  %s: %s\n", label, g.Facts[label])
		}
		if g.Test {
			_, _ = fmt.Fprintln(s.out, "测试证书 test certificate: not a reliable signature in the sense of the law")
		}
		if g.Problem != "" && (known || !g.Intact) {
			_, _ = fmt.Fprintln(s.out, "不对 wrong:", g.Problem)
		}
	}
	if report.Intact() {
		c.tellLicence(s, file, roots)
	}
	if !known && report.Intact() {
		_, _ = fmt.Fprintln(s.out, "文件签名后没有改动 unchanged since it was signed")
		return errors.New("by whom it was signed cannot be told without root certificates: give --roots with authority/roots.pem of the installation that signed, or --data with its data folder")
	}
	if !report.Genuine() {
		return errors.New("the document is not what was signed, or not by whom it says")
	}
	_, err = fmt.Fprintln(s.out, "签名真实，文件签名后没有改动 genuine, and unchanged since it was signed")
	return err
}

// roots are what signatures are checked against: those named, or those of an
// installation on this machine; known is false when there are none.
func (c *verifyCmd) roots() (pool *x509.CertPool, known bool, err error) {
	if c.Roots != "" {
		pool, err = seal.Roots(c.Roots)
		return pool, true, err
	}
	folders := []string{c.Data}
	if c.Data == "" {
		folders = []string{"wangban-data", "wangban-demo"}
	}
	for _, folder := range folders {
		pool, err = seal.Roots(filepath.Join(folder, "authority"))
		switch {
		case err == nil:
			return pool, true, nil
		case c.Data != "" || !errors.Is(err, fs.ErrNotExist):
			return nil, false, fmt.Errorf("%w; give --roots with authority/roots.pem of the installation that signed", err)
		}
	}
	return x509.NewCertPool(), false, nil
}

func moment(t time.Time) string {
	if t.IsZero() {
		return "—"
	}
	return t.In(workday.Shanghai).Format(time.DateTime)
}
