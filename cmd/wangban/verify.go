package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"wangban/internal/seal"
	"wangban/internal/workday"
)

type verifyCmd struct {
	settings
	File string `arg:"" optional:"" type:"existingfile" help:"A signed PDF to look at. Without one, the records of the installation are looked over."`
}

// Run looks over the records of an installation, or a signed PDF.
func (c *verifyCmd) Run(s *surroundings) (err error) {
	if err := c.prepare(); err != nil {
		return err
	}
	if c.File != "" {
		return c.verifyFile(s)
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
	roots, err := seal.Roots(filepath.Join(c.Data, "authority"))
	if err != nil {
		return err
	}
	file, err := os.ReadFile(c.File)
	if err != nil {
		return err
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
		if g.Problem != "" {
			_, _ = fmt.Fprintln(s.out, "不对 wrong:", g.Problem)
		}
	}
	if !report.Genuine() {
		return errors.New("the document is not what was signed, or not by whom it says")
	}
	_, err = fmt.Fprintln(s.out, "签名真实，文件签名后没有改动 genuine, and unchanged since it was signed")
	return err
}

func moment(t time.Time) string {
	if t.IsZero() {
		return "—"
	}
	return t.In(workday.Shanghai).Format(time.DateTime)
}
