package main

import (
	"archive/zip"
	"bytes"
	endian "encoding/binary"
	"fmt"
	"hash/crc32"
	"image"
	"image/jpeg"
	"image/png"
	"io"
	"mime/multipart"
	"net"
	"net/http"
	"net/http/cookiejar"
	"net/textproto"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"
)

// Whatever is uploaded, the process grows by at most 64 MB over what it takes
// while people upload ordinary pictures, and who has sent it reads what was
// wrong. Measured on the product as it is shipped, from outside.
func TestBadUploads(t *testing.T) {
	p := launch(t, "demo", "--data", filepath.Join(t.TempDir(), "demo"), "--listen", "127.0.0.1:0", "--private", "").ready(t)
	u := newUploader(t, p)
	photo := u.photo(4000, 3000)
	t.Logf("at first %d MB", u.peak()>>20)
	usual := u.usual(photo)
	for name, c := range map[string]struct {
		file string
		body []byte
		says string
	}{
		"a photograph with its end missing":  {"a.jpg", u.photo(7200, 5400)[:300_000], "图片不完整"},
		"a picture that says it is huge":     {"a.png", pngClaim(u.drawing(), 40_000, 40_000), "图片太大"},
		"a picture just too heavy":           {"a.png", pngClaim(u.drawing(), 5000, 4000), "图片太大"},
		"a claim that can just be kept":      {"a.png", pngClaim(u.drawing(), 4000, 3600), ""},
		"a zip bomb as OFD":                  {"a.ofd", zipBomb(t), ""},
		"a page and a picture at once":       {"a.jpg", append(bytes.Clone(u.photo(800, 600)), "<script>alert(1)</script>"...), ""},
		"an archive behind a picture":        {"a.jpg", append(bytes.Clone(u.photo(800, 600)), zipBomb(t)...), ""},
		"a PDF in a PDF in a picture":        {"a.pdf", append([]byte("%PDF-1.7\n"), bytes.Repeat([]byte("1 0 obj<</Type/Page>>endobj\n"), 300_000)...), ""},
		"nine megabytes of nothing":          {"a.jpg", make([]byte, 9<<20), ""},
		"a file that is too long":            {"a.jpg", make([]byte, 11<<20), "文件超过"},
		"a body that is too long for a page": {"a.jpg", make([]byte, 13<<20), ""},
	} {
		u.forget()
		for _, answer := range u.all(8, c.file, c.body) {
			if answer.status < 400 || answer.status >= 500 {
				t.Errorf("%s: answered %d", name, answer.status)
			}
			if problem.FindString(answer.body) == "" || !strings.Contains(answer.body, c.says) {
				t.Errorf("%s: the answer does not say what is wrong: %s", name, cut([]byte(answer.body), 400))
			}
		}
		u.bounded(name, usual)
	}
	for name, kind := range map[string]string{"forms": "application/x-www-form-urlencoded", "uploads": "multipart/form-data; boundary=b"} {
		u.forget()
		u.slow(200, kind)
		u.bounded("200 slow "+name, usual)
	}
	if answer := u.upload("照片.jpg", photo); answer.status != http.StatusOK {
		t.Errorf("after all that, a photograph is answered with %d", answer.status)
	}
}

// problem is where a page says what is wrong.
var problem = regexp.MustCompile(`wb-error|<h1`)

// uploader is somebody with an application that asks for a picture.
type uploader struct {
	*testing.T
	product *product
	client  *http.Client
	page    string
}

// usual is what the process takes on a working day: four people upload
// photographs until it grows no more. Whether they are looked at at the same
// instant is chance, so that it takes some rounds.
func (u *uploader) usual(photo []byte) int64 {
	u.Helper()
	most, still := u.peak(), 0
	for range 12 {
		u.all(4, "照片.jpg", photo)
		if peak := u.peak(); peak > most+8<<20 {
			most, still = peak, 0
		} else if still++; still == 3 {
			break
		}
	}
	return most
}

func newUploader(t *testing.T, p *product) *uploader {
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	u := &uploader{t, p, &http.Client{Jar: jar, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}, ""}
	r, err := u.client.PostForm(p.url+"/items/food-filing/start", url.Values{"key": {"begin"}})
	if err != nil {
		t.Fatal(err)
	}
	_ = r.Body.Close()
	u.page = p.url + "/cases/" + strings.Split(r.Header.Get("Location"), "/")[2] + "/form/licence"
	return u
}

func (u *uploader) photo(w, h int) []byte {
	u.Helper()
	m := image.NewYCbCr(image.Rect(0, 0, w, h), image.YCbCrSubsampleRatio420)
	for i := range m.Y {
		m.Y[i] = byte(i*7 + i/w*13)
	}
	var b bytes.Buffer
	if err := jpeg.Encode(&b, m, &jpeg.Options{Quality: 20}); err != nil {
		u.Fatal(err)
	}
	return b.Bytes()
}

func (u *uploader) drawing() []byte {
	u.Helper()
	var b bytes.Buffer
	if err := png.Encode(&b, image.NewNRGBA(image.Rect(0, 0, 30, 30))); err != nil {
		u.Fatal(err)
	}
	return b.Bytes()
}

// pngClaim writes another size into the head of a PNG.
func pngClaim(b []byte, w, h uint32) []byte {
	b = bytes.Clone(b)
	endian.BigEndian.PutUint32(b[16:], w)
	endian.BigEndian.PutUint32(b[20:], h)
	endian.BigEndian.PutUint32(b[29:], crc32.ChecksumIEEE(b[12:29]))
	return b
}

// zipBomb is an OFD that unpacks to a gigabyte.
func zipBomb(t *testing.T) []byte {
	t.Helper()
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for name, n := range map[string]int{"OFD.xml": 1 << 10, "Doc_0/Res/a": 512 << 20, "Doc_0/Res/b": 512 << 20} {
		w, err := z.Create(name)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := io.CopyN(w, zeros{}, int64(n)); err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

type zeros struct{}

func (zeros) Read(p []byte) (int, error) { clear(p); return len(p), nil }

func (u *uploader) upload(name string, content []byte) answer {
	u.Helper()
	var body bytes.Buffer
	w := multipart.NewWriter(&body)
	_ = w.WriteField("upload", "files.licence")
	part, err := w.CreatePart(textproto.MIMEHeader{"Content-Disposition": {fmt.Sprintf(`form-data; name="files.licence"; filename=%q`, name)}})
	if err != nil {
		u.Fatal(err)
	}
	_, _ = part.Write(content)
	_ = w.WriteField("key", fmt.Sprint(time.Now().UnixNano(), len(content)))
	_ = w.Close()
	r, err := u.client.Post(u.page, w.FormDataContentType(), &body)
	if err != nil { // the server may hang up on a body that is too long once it has answered
		return answer{status: http.StatusRequestEntityTooLarge, body: "<h1"}
	}
	defer func() { _ = r.Body.Close() }()
	text, _ := io.ReadAll(r.Body)
	return answer{status: r.StatusCode, body: string(text)}
}

// all lets several send the same at once.
func (u *uploader) all(n int, name string, content []byte) []answer {
	u.Helper()
	answers := make([]answer, n)
	var wg sync.WaitGroup
	for i := range n {
		wg.Go(func() { answers[i] = u.upload(name, content) })
	}
	wg.Wait()
	return answers
}

// slow lets clients send all but the end of what they have announced, a part at
// a time, and hang up when all of them stand there.
func (u *uploader) slow(n int, kind string) {
	u.Helper()
	at, err := url.Parse(u.page)
	if err != nil {
		u.Fatal(err)
	}
	part := bytes.Repeat([]byte("a"), 64<<10)
	head := fmt.Sprintf("POST %s HTTP/1.1\r\nHost: %s\r\nContent-Type: %s\r\nContent-Length: %d\r\n\r\n", at.Path, at.Host, kind, 1000<<10)
	if strings.HasPrefix(kind, "multipart/") {
		head += "--b\r\nContent-Disposition: form-data; name=\"files.licence\"; filename=\"a.jpg\"\r\n\r\n"
	}
	var wg sync.WaitGroup
	conns := make([]net.Conn, n)
	for i := range conns {
		wg.Go(func() {
			c, err := net.Dial("tcp", at.Host)
			if err != nil {
				u.Error(err)
				return
			}
			conns[i] = c
			_, _ = io.WriteString(c, head)
			for range 15 { // 960 of 1,000 KB
				if _, err := c.Write(part); err != nil {
					u.Errorf("a slow client was cut off: %v", err)
					return
				}
			}
		})
	}
	wg.Wait()
	r, err := u.client.Get(u.product.url + "/")
	if err != nil || r.StatusCode != http.StatusOK {
		u.Errorf("with %d slow clients the first page is not served: %v", n, err)
	} else {
		_ = r.Body.Close()
	}
	for _, c := range conns {
		if c != nil {
			_ = c.Close()
		}
	}
}

// peak is how much memory the process has had at most since forget, in bytes.
func (u *uploader) peak() int64 {
	u.Helper()
	b, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", u.product.cmd.Process.Pid))
	if err != nil {
		u.Fatal(err)
	}
	m := regexp.MustCompile(`VmHWM:\s+(\d+) kB`).FindSubmatch(b)
	kb, err := strconv.ParseInt(string(m[1]), 10, 64)
	if err != nil {
		u.Fatal(err)
	}
	return kb << 10
}

// forget begins a new peak.
func (u *uploader) forget() {
	u.Helper()
	if err := os.WriteFile(fmt.Sprintf("/proc/%d/clear_refs", u.product.cmd.Process.Pid), []byte("5"), 0); err != nil {
		u.Fatal(err)
	}
}

const mostGrowth = 64 << 20

func (u *uploader) bounded(name string, usual int64) {
	u.Helper()
	grown := u.peak() - usual
	u.Logf("%s: %+d MB over the usual %d", name, grown>>20, usual>>20)
	if grown > mostGrowth {
		u.Errorf("%s: the process grew by %d MB", name, grown>>20)
	}
}
