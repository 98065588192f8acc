package main

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"wangban/internal/casework"
	"wangban/internal/db/dbtest"
	"wangban/internal/web"
)

// requests is how many malformed requests are sent, the same ones every time.
const requests = 10_000

// Whatever is sent, by whomever: no answer says that it is our fault, and no
// handler panics (the house's log is looked at when it closes).
func TestMalformedRequests(t *testing.T) {
	t.Run("sqlite", func(t *testing.T) { malformed(t, openHouse(t)) })
	t.Run("postgres", func(t *testing.T) { malformed(t, openHouseOn(t, dbtest.PostgresURL(t))) })
}

func malformed(t *testing.T, h *house) {
	m := h.mangler(rand.New(rand.NewPCG(20200904, 48)))
	work := make(chan []byte)
	statuses := map[int]int{}
	var mu sync.Mutex
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			for raw := range work {
				status, err := h.throw(raw)
				mu.Lock()
				statuses[status]++
				mu.Unlock()
				if err != nil || status >= 500 {
					t.Errorf("status %d, %v, to\n%q", status, err, cut(raw, 1500))
				}
			}
		})
	}
	for range requests {
		work <- m.request()
	}
	close(work)
	wg.Wait()
	t.Logf("%d requests, answered with %v (0 is nothing: the sender had gone)", requests, statuses)
	found, err := h.door.Verify(t.Context(), nil)
	h.must(err)
	for _, p := range found.Problems {
		t.Error(p)
	}
}

func cut(b []byte, n int) []byte { return b[:min(n, len(b))] }

// gone at the end of a request means that its sender does not wait.
var gone = []byte("\x00\x00gone")

// throw sends bytes on a connection of their own and reads the status; 0 for a
// sender who does not wait.
func (h *house) throw(raw []byte) (status int, err error) {
	c, err := net.Dial("tcp", h.server.Listener.Addr().String())
	if err != nil {
		return 0, err
	}
	defer func() { err = errors.Join(err, c.Close()) }()
	if err := c.SetDeadline(time.Now().Add(30 * time.Second)); err != nil {
		return 0, err
	}
	raw, left := bytes.CutSuffix(raw, gone)
	if _, err := c.Write(raw); err != nil && !left {
		// A server that has refused need not read the rest.
		var refused *net.OpError
		if !errors.As(err, &refused) {
			return 0, err
		}
	}
	if left {
		return 0, nil
	}
	var begun bytes.Buffer
	r, err := http.ReadResponse(bufio.NewReader(io.TeeReader(c, &begun)), nil)
	if err != nil {
		// A server that hangs up on what it has not read can lose the end of a
		// long answer on the way; its status has arrived.
		if _, no := fmt.Sscanf(begun.String(), "HTTP/1.1 %d ", &status); no == nil && status > 0 {
			return status, nil
		}
		return 0, err
	}
	defer func() { _ = r.Body.Close() }()
	_, _ = io.Copy(io.Discard, r.Body)
	return r.StatusCode, nil
}

// mangler makes requests that no browser would send.
type mangler struct {
	*rand.Rand
	patterns []string
	pool     map[string][]string // what stands for {id}, {token} and so on
	fields   []string
	cookies  []string // of people who may do something
}

// mangler knows cases in every stage, of one applicant, and the browsers of
// the applicant and of staff.
func (h *house) mangler(r *rand.Rand) *mangler {
	h.Helper()
	m := &mangler{Rand: r, patterns: h.mux.Patterns(), pool: map[string][]string{
		"item": {"legal-person-account", "food-filing"}, "n": {"0", "1", "-1", "1.png", "3.json", "3.pdf", "999999999999999999999"}, "path...": {"0/000.p/1", "entries/000.p/1", "1/000"}, "topic": {"privacy"},
		"number": {"13800138000", "YB23415230000018"}, "code": {"guess", "0000000000000000"}, "passkey": {"1"}, "rating": {"none"}, "phrase": {"1"}, "notice": {"none"}, "uscc": {"91341523TXT000020Y"}, "mandate": {"1"},
	}}
	owner := h.browser()
	for range 4 {
		for _, scene := range []string{"draft", "signing", "coded", "proven", "signed", "logged", "review", "in_review", "filed", "rated", "assisted", "handover", "records"} {
			c := &cast{house: h, owner: owner, signer: h.browser(), names: map[string]string{}}
			c.set(scene)
			m.pool["id"] = append(m.pool["id"], c.id)
			if id := c.names["rating"]; id != "" {
				m.pool["rating"] = append(m.pool["rating"], id)
			}
			m.pool["token"] = append(m.pool["token"], c.names["token"])
			if link := c.names["link"]; link != "" {
				m.pool["token"] = append(m.pool["token"], strings.TrimPrefix(link, "/r/"))
			}
			m.cookies = append(m.cookies, c.signer.cookie())
		}
	}
	for range 30 {
		m.cookies = append(m.cookies, owner.cookie())
	}
	for range 10 {
		m.cookies = append(m.cookies, h.as("person", h.unit()["person"]).cookie())
	}
	for _, id := range []string{"chenyan", "liumin", "sunli", "zhouwei"} {
		for range 5 {
			m.cookies = append(m.cookies, h.as("staff", id).cookie())
		}
	}
	acts := map[string]bool{casework.ActSave: true, casework.ActVerify: true, casework.ActLapse: true, casework.ActRemind: true, casework.ActIdle: true, casework.ActTakeOver: true, casework.ActCreate: true}
	fields := map[string]bool{}
	m.pool["row"] = []string{"1", "2", "new", "0", "-1", "x", "99999999999999999999"}
	for _, it := range h.items.All() {
		for _, stage := range it.Flow.Stages {
			for _, act := range stage.Acts {
				acts[act.Name] = true
			}
		}
		for _, page := range it.Form.Pages {
			m.pool["page"] = append(m.pool["page"], page.Name)
			for _, f := range page.Fields {
				fields[f.ID] = true
				for _, sub := range f.Fields {
					fields[sub.ID] = true
				}
			}
		}
		m.pool["name"] = append(m.pool["name"], sortedKeys(it.Documents)...)
	}
	m.pool["act"], m.pool["field"] = sortedKeys(acts), sortedKeys(fields)
	m.fields = append(sortedKeys(fields), "key", "version", "draw", "upload", "remove", "handover", "from", "next", "back", "set", "reason", "text",
		"code", "mobile", "uscc", "login", "password", "again", "name", "send", "digest", "drawing", "agree", "note", "confirm", "item", "fixture", "channel",
		"judge:unit.name", "why:unit.name", "note:unit.name", "judge:registry", "judge:signer", "declared", "consent", "shown", "q", "stage", "who", "after", "all", "number", "view", "kind", "id", "by", "file", "picture", "answer",
		"row", "rows", "more", "mode", "sheet", "variety.q", "variety.in", "variety.find", "scope.items.q", "scope.items.in", "device.confirm", "judge:equipment", "which:equipment", "holder", "licence", "town", "status", "receipt",
		"officer", "unit", "units", "consult", "agree", "at.day", "at.time", "marking", "edit", "saved", "insert", "case", "phrase:text", "phrase:note:unit.name", "whose", "delete", "visit.signs", "visit.photo", "visit.water", "token",
		"asked", "reminded", "recalled", "moved", "given", "visit", "substitute", "of", "level", "act", "correct", "over", "theme", "event", "office")
	return m
}

// cookie opens the browser's session.
func (b *browser) cookie() string {
	at, err := url.Parse(b.server.URL)
	b.must(err)
	return b.client.Jar.Cookies(at)[0].Value
}

// once are addresses that end a session or move everybody's clock: they are
// tried by strangers only, so that the others stay who they are.
var once = map[string]bool{"POST /logout": true, "POST /desk/logout": true, "POST /demo/be": true, "POST /demo/clock": true}

func pick[T any](m *mangler, of ...T) T { return of[m.IntN(len(of))] }

func (m *mangler) chance(percent int) bool { return m.IntN(100) < percent }

// odd is a value that somebody thought no one would send.
func (m *mangler) odd() string {
	switch m.IntN(12) {
	case 0:
		return strings.Repeat(pick(m, "长", "a", "\u0301", "9", "\xff"), 1+m.IntN(40_000))
	case 1:
		return fmt.Sprint(m.Int64() - m.Int64())
	case 2:
		b := make([]byte, m.IntN(40))
		for i := range b {
			b[i] = byte(m.IntN(256))
		}
		return string(b)
	}
	return pick(m, "", " ", "0", "-1", "1e309", "NaN", "99999999999999999999999", "\x00", "a\x00b", "\xff\xfe\xfd", "\u202egnp", "😀", "%s%d%!", "%00", "../../etc/passwd",
		"<script>alert(1)</script>", "' OR 1=1 --", "\r\nSet-Cookie: wb=x", "2020-02-30", "0000-00-00", "agent", "rep", "wrong", "right", "enterprise", "true", "yes",
		"resident_id", "91341523TXT000020Y", "13800138000", "000000", "window", "OTHER", "files.licence deadbeef", "equipment new", "equipment 1/remove", "people 2", "3110", "3000", "F52", "replace", "data:image/png;base64,AAAA", "//evil.example", "/desk", "staff", "liumin",
		"舒城县龙舒茶业有限公司", "{}", "null", "[]", "files.licence", `{"id":"AAAA","rawId":"AAAA","type":"public-key","response":{"clientDataJSON":"e30","authenticatorData":"AAAA","attestationObject":"oA","signature":"AA","userHandle":"AA"}}`)
}

// request is the next one, as bytes.
func (m *mangler) request() []byte {
	pattern := pick(m, m.patterns...)
	method, path, ok := strings.Cut(pattern, " ")
	if !ok {
		method, path = "GET", pattern
	}
	cookie := ""
	if !once[pattern] && m.chance(75) {
		cookie = pick(m, m.cookies...)
	}
	if m.chance(8) {
		method = pick(m, "GET", "POST", "HEAD", "PUT", "DELETE", "OPTIONS", "PATCH", "get", "FOO", "G\x00T", "PROPFIND")
	}
	var b bytes.Buffer
	fmt.Fprintf(&b, "%s %s HTTP/1.1\r\nHost: %s\r\n", method, m.target(path), pick(m, "localhost", "localhost", "localhost", "[::1]:80", "evil.example", ""))
	m.headers(&b, cookie)
	kind, body := m.body()
	if method == "GET" && m.chance(95) {
		kind, body = "", nil
	}
	return m.finish(&b, kind, body)
}

// target is an address of the pattern, with what is asked for or with
// something else.
func (m *mangler) target(pattern string) string {
	parts := strings.Split(strings.TrimSuffix(pattern, "{$}"), "/")
	for i, part := range parts {
		name, wild := strings.CutPrefix(part, "{")
		if !wild {
			continue
		}
		known := m.pool[strings.TrimSuffix(name, "}")]
		if len(known) > 0 && m.chance(85) {
			parts[i] = url.PathEscape(pick(m, known...))
		} else {
			parts[i] = pick(m, url.PathEscape(cutText(m.odd(), 300)), "%zz", "%c0%af", "%00", "%", "..", "%2e%2e", "%2F", "a;b=c", "\xff")
		}
	}
	target := strings.Join(parts, "/")
	if m.chance(4) {
		target = pick(m, target+"//", "/"+target, target+"/../..", target+"%", "http://evil.example"+target, "*", target+"#x", "\\"+target, target+"\x01", target+"/"+strings.Repeat("x", 9000))
	}
	if m.chance(30) {
		target += "?" + pick(m, m.encoded(), m.encoded(), "%zz=%", "&&&===", "code=%00", "next=//evil.example", "after=\xff", strings.Repeat("a=1&", 2000))
	}
	return strings.NewReplacer(" ", "%20", "\r", "", "\n", "").Replace(target)
}

func cutText(s string, n int) string { return s[:min(n, len(s))] }

func (m *mangler) headers(b *bytes.Buffer, cookie string) {
	if cookie != "" {
		fmt.Fprintf(b, "Cookie: wb=%s\r\n", cookie)
	} else if m.chance(30) {
		fmt.Fprintf(b, "Cookie: wb=%s; wb_display=%s\r\n", pick(m, "", "x", strings.Repeat("A", 3000), "%00", "\"", "a;b;;=c"), pick(m, "en", "....", "en.huge.dark.more.x", "\xff", "../../x"))
	}
	if m.chance(30) {
		fmt.Fprintf(b, "Accept: %s\r\n", pick(m, "application/json", "application/problem+json", "*/*", "q=;;", "text/\xff"))
	}
	if m.chance(10) {
		fmt.Fprintf(b, "Accept-Language: %s\r\n", pick(m, "en", "zz;q=nan", strings.Repeat("en,", 500)))
	}
	if m.chance(5) {
		fmt.Fprintf(b, "%s\r\n", pick(m, "Origin: https://evil.example", "Sec-Fetch-Site: cross-site", "Origin: null", "Range: bytes=5-1", "If-None-Match: *", "Expect: 100-continue", "X-Forwarded-For: \xff", "User-Agent: MicroMessenger\x7f", "Upgrade: h2c"))
	}
}

// encoded is a form, more or less.
func (m *mangler) encoded() string {
	v := url.Values{}
	for range m.IntN(9) {
		name := pick(m, m.fields...)
		for range 1 + m.IntN(6)/5 {
			v.Add(name, m.odd())
		}
	}
	if m.chance(85) {
		v.Set("key", web.NewKey())
	}
	return v.Encode()
}

func (m *mangler) body() (kind string, body []byte) {
	switch m.IntN(10) {
	case 0:
		return pick(m, "application/json", "text/plain", "application/x-www-form-urlencoded; charset=\xff", "multipart/form-data", "multipart/form-data; boundary=", "multipart/mixed; boundary=b", "", ";;;"), []byte(m.encoded())
	case 1:
		return "application/x-www-form-urlencoded", []byte(pick(m, "%", "%zz=1", "a=%", "a;b", "=", "&", "key", "\x00", "{\"key\": 1}", strings.Repeat("a&", 30_000)))
	case 2, 3:
		return m.multipart()
	}
	return "application/x-www-form-urlencoded", []byte(m.encoded())
}

// multipart is a form with files, often broken.
func (m *mangler) multipart() (kind string, body []byte) {
	var b bytes.Buffer
	for range 1 + m.IntN(5) {
		name := strings.NewReplacer("\"", "", "\r", "", "\n", "").Replace(pick(m, pick(m, m.fields...), "files.licence", "file", "picture"))
		fmt.Fprintf(&b, "--b\r\nContent-Disposition: form-data; name=\"%s\"", name)
		if m.chance(60) {
			fmt.Fprintf(&b, "; filename=\"%s\"", pick(m, "a.jpg", "", "../../x", "\xff\xfe", "a\x00.pdf", strings.Repeat("n", 5000), "照片.png"))
		}
		fmt.Fprintf(&b, "\r\n%s\r\n%s\r\n", pick(m, "", "Content-Type: image/jpeg\r\n", "Content-Type: \xff\r\n", "Content-Transfer-Encoding: base64\r\n", "no header"), m.file())
	}
	b.WriteString(pick(m, "--b--\r\n", "--b--\r\n", "--b--\r\n", "--b", "", "--c--"))
	return "multipart/form-data; boundary=b", b.Bytes()
}

// file is the beginning of a file of some kind, and then rubbish.
func (m *mangler) file() string {
	return pick(m, "\xff\xd8\xff\xe0\x00\x10JFIF\x00", "\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x7f\xff\xff\xff\x7f\xff\xff\xff\x08\x06\x00\x00\x00", "%PDF-1.7\n1 0 obj\n<<", "PK\x03\x04", "GIF89a", "") + m.odd()
}

// finish adds length and body: the right one mostly, cut short or sent in
// broken pieces sometimes, and sometimes by a sender who does not wait.
func (m *mangler) finish(b *bytes.Buffer, kind string, body []byte) []byte {
	if kind != "" {
		fmt.Fprintf(b, "Content-Type: %s\r\n", kind)
	}
	switch {
	case len(body) > 0 && m.chance(3):
		fmt.Fprintf(b, "Transfer-Encoding: chunked\r\n\r\n%s", pick(m, "zz\r\n", "-1\r\n", "5\r\nabc\r\n0\r\n\r\n", "ffffffffffffffffff\r\n", "0\r\n\r\n"))
		return append(b.Bytes(), gone...)
	case len(body) > 0 && m.chance(3):
		fmt.Fprintf(b, "Content-Length: %d\r\n\r\n%s", len(body)+1+m.IntN(5000), body)
		return append(b.Bytes(), gone...)
	case m.chance(2):
		fmt.Fprintf(b, "Content-Length: %s\r\nConnection: close\r\n\r\n", pick(m, "-1", "abc", "99999999999999999999999"))
		return b.Bytes()
	}
	fmt.Fprintf(b, "Content-Length: %d\r\nConnection: close\r\n\r\n%s", len(body), body)
	if m.chance(3) {
		return append(b.Bytes(), gone...)
	}
	return b.Bytes()
}
