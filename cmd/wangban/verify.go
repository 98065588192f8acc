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

	"wangban/internal/db"
	"wangban/internal/ledger"
	"wangban/internal/seal"
	"wangban/internal/workday"
)

type verifyCmd struct {
	settings
	What       string   `arg:"" optional:"" help:"records (the default): every case against its events. log: the public log, recomputed from the database. Or a file to look at, without an installation: a receipt (JSON or PDF), any signed PDF, a picture of a licence with its QR code (PNG, JPEG), or a text file with the content of the code."`
	Roots      string   `help:"Root certificates that a signed PDF is held against: the file authority/roots.pem of the installation that signed, or its folder, or roots.pem from the portal's page for verifying, once its fingerprint was compared. Default: from the data folder."`
	Keys       string   `help:"Keys that the QR codes of licences are signed with: licence-keys.pem from the portal's page for verifying, or authority/qr-keys.pem. Default: from the data folder."`
	Checkpoint []string `type:"existingfile" help:"With log: checkpoints that were kept elsewhere, as files of /log/checkpoint or as receipts. They show whether the log was set back or built anew, which the database alone cannot."`
	LogKey     string   `help:"Public key of the log that a receipt is held against, or a file that holds it: the page /log shows it. Have it from elsewhere than the receipt."`
}

// Run looks over the records of an installation, its public log, or a file.
func (c *verifyCmd) Run(s *surroundings) error {
	switch c.What {
	case "", "records":
		return c.inside(s, verifyRecords)
	case "log":
		return c.inside(s, c.verifyLog)
	}
	return c.verifyFile(s) // anybody may look at a file
}

func (c *verifyCmd) inside(s *surroundings, look func(context.Context, *installation, *surroundings) error) (err error) {
	if err := c.there(); err != nil {
		return err
	}
	ctx := context.Background()
	in, err := open(ctx, c.settings, false, logger(s.err))
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, in.close()) }()
	return look(ctx, in, s)
}

// there asks for an installation in the data folder: one that is begun by looking
// for it would be found whole.
func (c *verifyCmd) there() error {
	if c.Data == "" {
		c.Data = defaultData
	}
	if _, err := os.Stat(filepath.Join(c.Data, "key")); err != nil {
		return fmt.Errorf("there is no installation in %s (%w); name its data folder with --data, that of a demo is wangban-demo", c.Data, err)
	}
	return nil
}

func verifyRecords(ctx context.Context, in *installation, s *surroundings) error {
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

// verifyLog recomputes the public log; the first line names the first row that
// was altered.
func (c *verifyCmd) verifyLog(ctx context.Context, in *installation, s *surroundings) error {
	var witnessed []string
	for _, name := range c.Checkpoint {
		text, err := readCheckpoint(name)
		if err != nil {
			return err
		}
		witnessed = append(witnessed, text)
	}
	found, err := in.verifyLog(ctx, witnessed...)
	if err != nil {
		return err
	}
	for _, p := range found.Problems {
		_, _ = fmt.Fprintln(s.out, p)
	}
	if found.Origin != "" {
		_, _ = fmt.Fprintf(s.out, "log %s\nkey %s\n", found.Origin, found.Verifier)
	}
	_, _ = fmt.Fprintf(s.out, "%d entries, %d waiting, %d checkpoints, %d tiles; %d cases, %d events, %d of them erased; %d problems\n",
		found.Leaves, found.Pending, found.Checkpoints, found.Tiles, found.Cases, found.Events, found.Erased, len(found.Problems))
	if len(found.Problems) > 0 {
		return errors.New("the log is not what was signed")
	}
	return nil
}

func (in *installation) verifyLog(ctx context.Context, witnessed ...string) (found ledger.Report, err error) {
	err = in.db.Snapshot(ctx, func(ctx context.Context, tx db.Tx) error {
		found, err = in.ledger.Verify(ctx, tx, in.door.KeptCases, witnessed...)
		return err
	})
	return found, err
}

// readCheckpoint reads a checkpoint from a file of its own, or out of a
// receipt.
func readCheckpoint(name string) (string, error) {
	text, err := os.ReadFile(name)
	if err != nil {
		return "", err
	}
	receipt, err := ledger.ReadFile(text)
	if err != nil {
		return string(text), nil // whether it is a checkpoint is for whoever has the key to say
	}
	p, err := receipt.Check("")
	return p.Signed, err
}

// verifyFile looks at a receipt, at the signatures in a PDF or at both, or at
// the QR code of a licence.
func (c *verifyCmd) verifyFile(s *surroundings) error {
	file, err := os.ReadFile(c.What)
	if err != nil {
		return err
	}
	if !ledger.IsPDF(file) && !bytes.HasPrefix(bytes.TrimSpace(file), []byte("{")) {
		roots, known, err := c.roots()
		if err != nil {
			return err
		}
		return c.verifyCode(s, file, roots, known)
	}
	receipt, err := ledger.ReadFile(file)
	var aboutReceipt error
	switch {
	case err == nil:
		aboutReceipt = c.verifyReceipt(s, receipt)
	case !ledger.IsPDF(file):
		return err
	}
	if !ledger.IsPDF(file) {
		return aboutReceipt
	}
	aboutPaper := c.verifySignatures(s, file)
	if aboutPaper != nil && aboutReceipt == nil && c.Roots == "" && err == nil {
		// What the paper says in words is proven by its seal only; the receipt
		// for programs needs none.
		_, _ = fmt.Fprintln(s.out, "只核验这一步有没有记录，用 JSON 回执就够了 the JSON receipt proves the act without root certificates")
	}
	return errors.Join(aboutReceipt, aboutPaper)
}

// verifyReceipt tells what a receipt proves, and what not.
func (c *verifyCmd) verifyReceipt(s *surroundings, r ledger.Receipt) error {
	key := c.LogKey
	if text, err := os.ReadFile(key); key != "" && err == nil {
		key = string(bytes.TrimSpace(text))
	}
	p, err := r.Check(key)
	if err != nil {
		return err
	}
	h := p.Header
	for _, line := range [][2]string{
		{"办件编号 case number", h.Number}, {"事项 item", h.Item}, {"办理的事 act", h.Act}, {"由谁办理 by", string(h.By)},
		{"记录时间 recorded", moment(h.Time())}, {"办理前 from stage", h.From}, {"办理后 to stage", h.To},
		{"日志 log", p.Checkpoint.Origin}, {"公钥 key", p.Key},
	} {
		_, _ = fmt.Fprintf(s.out, "%s: %s\n", line[0], line[1])
	}
	_, _ = fmt.Fprintf(s.out, "第几条 entry: %d of %d, root %s\n", p.Index+1, p.Checkpoint.Size, p.Checkpoint.Root)
	_, _ = fmt.Fprintln(s.out, "不证明申请内容属实 does not prove that what was applied for is true, nor who holds this receipt, nor that everybody is shown the same log: compare the checkpoint with others'")
	if c.LogKey == "" {
		_, _ = fmt.Fprintln(s.out, "回执自身前后一致 sound in itself: it was checked with the key it brought along, which anybody can make")
		return errors.New("whose log it is from cannot be told without the log's key: give --log-key with the key from the page /log of the installation, had from elsewhere than this file")
	}
	_, err = fmt.Fprintln(s.out, "回执是真的 genuine: this act was in the log with these words and at this time before the checkpoint was signed, and has not changed since")
	return err
}

// verifySignatures tells what there is to say about the signatures in a PDF.
func (c *verifyCmd) verifySignatures(s *surroundings, file []byte) error {
	roots, known, err := c.roots()
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
