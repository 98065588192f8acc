package main

import (
	"bytes"
	"io"
	"mime/multipart"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"wangban/internal/db/dbtest"
)

// A receipt of a running installation can be checked anywhere, and the log can
// be recomputed; what was altered is named.
func TestReceiptAndLog(t *testing.T) {
	t.Run("sqlite", func(t *testing.T) { receiptAndLog(t, "") })
	t.Run("postgres", func(t *testing.T) { receiptAndLog(t, dbtest.PostgresURL(t)) })
}

func receiptAndLog(t *testing.T, database string) {
	h := openHouseOn(t, database)
	c := h.cast("filed")
	h.integrate(t.Context())
	page := c.owner.get("/cases/" + c.id).body
	if n := strings.Count(page, "/receipts/"); n != 4 { // handed in and accepted, as PDF and JSON
		t.Errorf("%d links to receipts", n)
	}
	events, err := h.door.History(t.Context(), c.id)
	h.must(err)
	last := c.owner
	outside := t.TempDir()
	file := func(name string, content []byte) string {
		path := filepath.Join(outside, name)
		h.must(os.WriteFile(path, content, 0o600))
		return path
	}
	key, err := h.ledger.Verifier(t.Context())
	h.must(err)
	keyFile := file("log.key", []byte(key+"\n"))
	at := "/cases/" + c.id + "/receipts/" + strconv.Itoa(len(events))
	text, paper := file("r.json", []byte(last.get(at+".json").body)), file("r.pdf", []byte(last.get(at+".pdf").body))
	roots := filepath.Join(h.settings.Data, "authority", "roots.pem")
	other := strings.Replace(key, "+", "x+", 1)
	for _, try := range []struct {
		args   []string
		status int
		says   []string
	}{
		{[]string{text}, 1, []string{"sound in itself", "give --log-key", c.state(c.id).Number, "act: accept"}},
		{[]string{text, "--log-key", key}, 0, []string{"genuine", "does not prove"}},
		{[]string{text, "--log-key", keyFile}, 0, []string{"genuine"}},
		{[]string{text, "--log-key", other}, 1, []string{"公钥"}},
		{[]string{paper, "--log-key", key, "--roots", roots}, 0, []string{"回执是真的 genuine", "签名真实，文件签名后没有改动 genuine", "时间戳 time stamp: 20"}},
		{[]string{paper, "--log-key", key}, 1, []string{"回执是真的 genuine", "give --roots"}},
		{[]string{file("bad.json", []byte("{}"))}, 1, []string{"不是回执"}},
		{[]string{filepath.Join(outside, "none")}, 1, []string{"no such file"}},
	} {
		var out bytes.Buffer
		t.Chdir(outside)
		if status := run(append([]string{"verify"}, try.args...), &out, &out); status != try.status {
			t.Errorf("%v: status %d\n%s", try.args, status, out.String())
		}
		for _, text := range try.says {
			if !strings.Contains(out.String(), text) {
				t.Errorf("%v: does not say %q:\n%s", try.args, text, out.String())
			}
		}
	}
	var form bytes.Buffer
	w := multipart.NewWriter(&form)
	part, err := w.CreateFormFile("file", "r.pdf")
	h.must(err)
	sealed, err := os.ReadFile(paper)
	h.must(err)
	_, err = part.Write(sealed)
	h.must(err)
	h.must(w.Close())
	visitor := h.browser()
	if got := visitor.read(visitor.client.Post(h.server.URL+"/log/verify", w.FormDataContentType(), &form)); !strings.Contains(got.body, "盖章后没有改动") || !strings.Contains(got.body, "回执是真的") {
		t.Errorf("the page does not know its own paper: %d", got.status)
	}
	personal, err := os.ReadFile(text)
	h.must(err)
	for _, secret := range []string{c.owner.session.ID, "chenyan", "陈", "老街"} {
		if strings.Contains(string(personal), secret) {
			t.Errorf("the receipt says %s", secret)
		}
	}

	// The log, recomputed by the command.
	flags := []string{"verify", "log", "--data", h.settings.Data, "--database", h.settings.database()}
	var out bytes.Buffer
	if status := run(flags, &out, io.Discard); status != 0 || !strings.Contains(out.String(), "0 waiting, 1 checkpoints") || !strings.Contains(out.String(), "; 0 problems") {
		t.Errorf("status %d\n%s", status, out.String())
	}
	checkpoint := file("checkpoint", []byte(c.owner.get("/log/checkpoint").body))
	if status := run(append(flags, "--checkpoint", text, "--checkpoint", paper, "--checkpoint", checkpoint), &out, io.Discard); status != 0 {
		t.Errorf("checkpoints of its own: status %d\n%s", status, out.String())
	}
	if out.Reset(); run(append(flags, "--checkpoint", keyFile), &out, io.Discard) != 1 || !strings.Contains(out.String(), "not signed with the key of this log") {
		t.Errorf("no checkpoint at all:\n%s", out.String())
	}
	_, err = h.db.JobPool().ExecContext(t.Context(), `UPDATE case_event SET at = at - 86400000000 WHERE case_id = $1 AND act = 'accept'`, c.id)
	h.must(err)
	out.Reset()
	first := "case_event " + c.id + "/" + strconv.Itoa(len(events)) + ": it is not what was recorded"
	if status := run(flags, &out, io.Discard); status != 1 || !strings.HasPrefix(out.String(), first) {
		t.Errorf("status %d\n%s", status, out.String())
	}
}
