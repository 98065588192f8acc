package portal_test

import (
	"crypto/rand"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"golang.org/x/mod/sumdb/note"

	"wangban/internal/casework"
	"wangban/internal/web"
)

// filed is a case that was handed in, with the number of that event.
func (b *browser) handedIn() (id string, seq int) {
	b.Helper()
	id = b.filledIn("agent-complete")
	s, _, err := b.door.Get(b.Context(), id)
	b.must(err)
	r, err := b.door.Do(b.Context(), id, casework.Input{Act: "submit", Key: web.NewKey(), Actor: casework.Actor{Kind: casework.Applicant, ID: s.Owner, Session: s.Owner}})
	b.must(err)
	return id, r.Seq
}

// Who has handed something in gets a receipt, which anybody can check; nobody
// else gets it.
func TestReceiptForTheApplicant(t *testing.T) {
	h := open(t)
	b, stranger := h.browser(), h.browser()
	id, _ := b.handedIn()
	p := b.get("/cases/"+id).is(http.StatusOK, "下载回执（PDF）", "提交")
	pdf, text := p.find(`href="(/cases/[^"]+/receipts/\d+\.pdf)"`), p.find(`href="(/cases/[^"]+/receipts/\d+\.json)"`)
	b.get("/my").is(http.StatusOK, `href="/cases/`+id+`#receipts"`)

	waiting := b.get(pdf).is(http.StatusAccepted, "正在记入公开日志")
	if waiting.header.Get("Refresh") == "" {
		t.Error("the page does not try again by itself")
	}
	b.get("/log").is(http.StatusOK, "还没有记录")
	b.get("/log/checkpoint").is(http.StatusNotFound)
	_, err := h.log.Integrate(t.Context())
	h.must(err)
	for _, address := range []string{pdf, text} {
		stranger.get(address).is(http.StatusNotFound).lacks("wangban-receipt")
	}
	for _, none := range []string{"/receipts/1.json", "/receipts/99.json", "/receipts/x.json", strings.TrimSuffix(strings.TrimPrefix(pdf, "/cases/"+id), ".pdf")} {
		b.get("/cases/" + id + none).is(http.StatusNotFound)
	}
	receipt := b.get(text).is(http.StatusOK, "wangban-receipt/1", "c2sp.org/tlog-proof@v1")
	receipt.lacks("342425", "龚", "13800")
	paper := b.get(pdf).is(http.StatusOK)

	good := "回执是真的"
	s, _, err := h.door.Get(t.Context(), id)
	h.must(err)
	stranger.get("/log/verify").is(http.StatusOK, "核验回执").lacks(good)
	stranger.upload("/log/verify", "receipt", "", nil, "receipt", receipt.body).is(http.StatusOK, good, s.Number, "法人账号注册", "申请人")
	stranger.post("/log/verify", "receipt", receipt.body).is(http.StatusOK, good)
	stranger.upload("/log/verify", "file", "r.pdf", []byte(paper.body)).is(http.StatusOK, good, s.Number)
	stranger.upload("/log/verify", "file", "r.pdf", []byte(paper.body)).is(http.StatusOK, "盖章后没有改动")
	stranger.upload("/log/verify", "file", "r.pdf", []byte(paper.body+"\n% forged")).is(http.StatusOK, good, "页面上的字可能被改过")
	stranger.upload("/log/verify", "file", "r.json", []byte(receipt.body)).is(http.StatusOK, good)

	for name, bad := range map[string]string{
		"nothing": "", "rubbish": "rubbish", "half": receipt.body[:len(receipt.body)/2], "too long": strings.Repeat("x", 100_000),
		"another number": strings.Replace(receipt.body, s.Number, "34152331209901010001", 1),
	} {
		got := stranger.post("/log/verify", "receipt", bad).is(http.StatusUnprocessableEntity, `href="#receipt"`).lacks(good)
		if name == "half" {
			got.is(http.StatusUnprocessableEntity, "wangban-receipt") // what was typed stays
		}
	}
	stranger.upload("/log/verify", "file", "r.pdf", []byte("%PDF-1.7\nbroken")).is(http.StatusUnprocessableEntity, `href="#file"`)
	stranger.upload("/log/verify", "file", "big.pdf", make([]byte, 5<<20)).is(http.StatusRequestEntityTooLarge)

	// A log that somebody has made at home.
	_, key, err := note.GenerateKey(rand.Reader, "wb.example.cn/log")
	h.must(err)
	stranger.post("/log/verify", "receipt", strings.Replace(receipt.body, receipt.find(`"log": "([^"]+)"`), key, 1)).is(http.StatusOK, good) // our key counts, not theirs

	other := open(t)
	elsewhere := other.browser()
	foreign, _ := elsewhere.handedIn()
	_, err = other.log.Integrate(t.Context())
	h.must(err)
	theirs := elsewhere.get(elsewhere.get("/cases/" + foreign).find(`href="(/cases/[^"]+/receipts/\d+\.json)"`))
	stranger.post("/log/verify", "receipt", theirs.body).is(http.StatusOK, "不是本站日志签的").lacks(good)

	// And ours, set back behind the receipt.
	h.exec(`UPDATE ledger_tile SET hashes = (SELECT zeroblob(length(hashes)))`)
	stranger.post("/log/verify", "receipt", receipt.body).is(http.StatusOK, "现在公开的日志里没有它").lacks(good)
}

// The log's files are for programs: plain, cacheable, readable from anywhere.
func TestLogFiles(t *testing.T) {
	h := open(t)
	b := h.browser()
	b.handedIn()
	_, err := h.log.Integrate(t.Context())
	h.must(err)
	b.get("/log").is(http.StatusOK, "现在的日志", "/log/checkpoint")
	key := strings.TrimSpace(b.get("/log/key").is(http.StatusOK).body)
	v, err := note.NewVerifier(key)
	h.must(err)
	checkpoint := b.get("/log/checkpoint").is(http.StatusOK)
	if _, err := note.Open([]byte(checkpoint.body), note.VerifierList(v)); err != nil {
		t.Error(err)
	}
	for path, cache := range map[string]string{"/log/checkpoint": "public, max-age=1", "/log/tile/0/000.p/2": "public, max-age=31536000, immutable", "/log/tile/entries/000.p/2": "public, max-age=31536000, immutable"} {
		p := b.get(path).is(http.StatusOK)
		if p.header.Get("Cache-Control") != cache || p.header.Get("Access-Control-Allow-Origin") != "*" || strings.Contains(p.header.Get("Content-Type"), "html") {
			t.Errorf("%s: %v", path, p.header)
		}
	}
	for _, none := range []string{"/log/tile/0/000", "/log/tile/0/001", "/log/tile/data/000", "/log/tile/", "/log/tile/0/000.p/255"} {
		b.get(none).is(http.StatusNotFound)
	}
}

// The log's pages in English hold no Chinese.
func TestLogInEnglish(t *testing.T) {
	h := open(t)
	b := h.browser()
	b.handedIn()
	u, err := url.Parse(h.server.URL)
	h.must(err)
	_, err = h.log.Integrate(t.Context())
	h.must(err)
	b.client.Jar.SetCookies(u, []*http.Cookie{{Name: "wb_display", Value: "en...", Path: "/"}})
	names := map[string]bool{"中文": true, "舒城县市场监管网上办事大厅": true}
	for _, p := range []page{b.get("/log"), b.get("/log/verify"), b.post("/log/verify", "receipt", "")} {
		for _, text := range chinese.FindAllString(tags.ReplaceAllString(p.body, " "), -1) {
			if !names[text] {
				t.Errorf("%s says %s", p.path, text)
			}
		}
	}
}

func (h *house) exec(query string, args ...any) {
	h.Helper()
	_, err := h.db.JobPool().ExecContext(h.Context(), query, args...)
	h.must(err)
}
