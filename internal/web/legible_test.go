package web

import (
	"bytes"
	"context"
	"fmt"
	"log/slog"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"
	"unicode/utf8"
)

func frame(log *bytes.Buffer) *Frame {
	return &Frame{Site: &Site{}, Log: slog.New(slog.NewTextHandler(log, nil)), Now: time.Now, MaxBody: 1 << 20}
}

// What no table of PostgreSQL takes does not reach the rooms.
func TestLegible(t *testing.T) {
	var seen url.Values
	h := frame(&bytes.Buffer{}).Wrap(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if strings.HasPrefix(r.Header.Get("Content-Type"), "multipart/") {
			forget, ok := ReadUpload(w, r)
			if !ok {
				return
			}
			defer forget()
		}
		seen = r.PostForm
		_, _ = fmt.Fprint(w, r.URL.Query().Get("q"), r.FormValue("q"))
	}))
	ask := func(path, kind, body string) *httptest.ResponseRecorder {
		r := httptest.NewRequest("POST", "/", strings.NewReader(body))
		r.URL.Path = path
		r.Header.Set("Content-Type", kind)
		w := httptest.NewRecorder()
		h.ServeHTTP(w, r)
		return w
	}
	const typed = "龚䶮\x00𠅤\xff。"
	var b bytes.Buffer
	m := multipart.NewWriter(&b)
	_ = m.WriteField("name", typed)
	_ = m.Close()
	for kind, body := range map[string]string{"application/x-www-form-urlencoded": url.Values{"name": {typed}, "bad\x00name": {"x"}}.Encode(), m.FormDataContentType(): b.String()} {
		if w := ask("/", kind, body); w.Code != http.StatusOK || seen.Get("name") != "龚䶮𠅤\uFFFD。" {
			t.Errorf("%s: %d, %q", kind, w.Code, seen)
		}
	}
	r := httptest.NewRequest("GET", "/?q=%E9%BE%9A%FF%00.&q%FF=x", nil)
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	if got := w.Body.String(); got != "龚\uFFFD.龚\uFFFD." {
		t.Errorf("the address gives %q", got)
	}
	// Whoever sends too much is told how much goes.
	if w := ask("/", "application/x-www-form-urlencoded", "name="+strings.Repeat("x", 2<<20)); w.Code != http.StatusRequestEntityTooLarge || !strings.Contains(w.Body.String(), "一次最多提交 1 MB") {
		t.Errorf("too much: %d, %s", w.Code, w.Body)
	}
	for _, path := range []string{"/s/\x00", "/s/\xff", "/s/a\r\nb"} {
		if w := ask(path, "", ""); w.Code != http.StatusNotFound {
			t.Errorf("%q: %d", path, w.Code)
		}
	}
	if w := ask("/", "multipart/form-data; boundary=b", "--b\r\nbroken"); w.Code != http.StatusBadRequest {
		t.Errorf("a broken upload: %d", w.Code)
	}
}

// A sender who has gone is no error of ours; a handler that falls otherwise is.
func TestGoneSenders(t *testing.T) {
	for _, test := range []struct {
		gone  bool
		panic any
		wrong bool
	}{
		{true, fmt.Errorf("read case: %w", context.Canceled), false},
		{false, fmt.Errorf("read case: %w", context.Canceled), true},
		{true, "index out of range", true},
	} {
		var log bytes.Buffer
		ctx, cancel := context.WithCancel(t.Context())
		defer cancel()
		if test.gone {
			cancel()
		}
		w := httptest.NewRecorder()
		frame(&log).Wrap(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { panic(test.panic) })).
			ServeHTTP(w, httptest.NewRequest("GET", "/", nil).WithContext(ctx))
		if wrong := strings.Contains(log.String(), "level=ERROR"); wrong != test.wrong {
			t.Errorf("%+v: logged %s", test, &log)
		}
	}
}

// A disk that takes nothing is no fault of the sender's: the operator hears of it.
func TestNoRoomOnDisk(t *testing.T) {
	t.Setenv("TMPDIR", "/nowhere/to/write")
	var log bytes.Buffer
	h := frame(&log).Wrap(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if forget, ok := ReadUpload(w, r); ok {
			forget()
		}
	}))
	var upload bytes.Buffer
	m := multipart.NewWriter(&upload)
	_ = m.WriteField("text", strings.Repeat("长", headMemory))
	_ = m.Close()
	for kind, body := range map[string]string{"application/x-www-form-urlencoded": "text=" + strings.Repeat("a", 2*headMemory), m.FormDataContentType(): upload.String()} {
		log.Reset()
		r := httptest.NewRequest("POST", "/", strings.NewReader(body))
		r.Header.Set("Content-Type", kind)
		w := httptest.NewRecorder()
		if h.ServeHTTP(w, r); w.Code != http.StatusInternalServerError || !strings.Contains(log.String(), "level=ERROR") {
			t.Errorf("%s: %d, logged %s", kind, w.Code, &log)
		}
	}
}

func FuzzCleaned(f *testing.F) {
	f.Add("龚䶮\x00𠅤\xff")
	f.Fuzz(func(t *testing.T, s string) {
		if c := cleaned(s); !utf8.ValidString(c) || strings.Contains(c, "\x00") || cleaned(c) != c {
			t.Errorf("%q → %q", s, c)
		}
	})
}
