package web

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"runtime/debug"
	"strings"
	"time"
)

// Frame is what every request passes: headers that protect, limits that
// bound, a log line without personal data, and the Chrome of the page.
type Frame struct {
	Site    *Site
	Log     *slog.Logger
	Now     func() time.Time // the product's clock
	Shifted func() bool      // whether the demo has moved it
	Observe func(route string, status int, took time.Duration)
	MaxBody int64
}

const policy = "default-src 'self'; img-src 'self' data: blob:; media-src 'self' blob:; object-src 'none'; base-uri 'none'; frame-ancestors 'none'; form-action 'self'"

// Wrap puts the frame around a handler.
func (f *Frame) Wrap(next http.Handler) http.Handler {
	guard := http.NewCrossOriginProtection()
	guard.SetDenyHandler(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		Fail(w, r, http.StatusForbidden, "这次提交不是从本网站的页面发出的，没有受理。回到首页重新打开再试。")
	}))
	inner := guard.Handler(next)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		began := time.Now() // how long a request took is a matter of the real clock
		c := &Chrome{Site: f.Site, Path: r.URL.RequestURI(), Now: f.Now(), Request: requestID()}
		if r.Method != http.MethodGet {
			c.Path = r.URL.Path
		}
		if f.Shifted != nil {
			c.Shifted = f.Shifted()
		}
		readDisplay(r, c)
		ctx := r.Context()
		if r.Method == http.MethodPost {
			// What has been handed in is dealt with, whoever hangs up. And no
			// query of it needs somebody who watches for that.
			ctx = context.WithoutCancel(ctx)
		}
		r = r.WithContext(WithChrome(ctx, c))
		h := w.Header()
		h.Set("Content-Security-Policy", policy)
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("Referrer-Policy", "same-origin")
		h.Set("Permissions-Policy", "camera=(self), geolocation=(), microphone=()")
		h.Set("Cross-Origin-Opener-Policy", "same-origin")
		h.Set("Cache-Control", "no-store")
		if f.MaxBody > 0 {
			r.Body = http.MaxBytesReader(w, r.Body, f.MaxBody)
		}
		sw := &statusWriter{ResponseWriter: w}
		defer f.finish(sw, r, c, began)
		if nowhere(r.URL.Path) {
			NotFound(sw, r)
			return
		}
		if legible(sw, r) {
			inner.ServeHTTP(sw, r)
		}
	})
}

// finish turns a panic into a page and writes the log line: the route, never
// the address, because addresses hold case numbers and names of links.
func (f *Frame) finish(w *statusWriter, r *http.Request, c *Chrome, began time.Time) {
	if p := recover(); p != nil {
		if p == http.ErrAbortHandler {
			panic(p)
		}
		f.fell(w, r, c, p)
	}
	took := time.Since(began)
	if w.status == 0 {
		w.status = http.StatusOK
	}
	route := r.Pattern
	if route == "" {
		route = "none"
	}
	if f.Observe != nil {
		f.Observe(route, w.status, took)
	}
	if strings.HasPrefix(r.URL.Path, "/static/") {
		return
	}
	f.Log.Info("request", "request", c.Request, "route", route, "method", r.Method, "status", w.status, "ms", took.Milliseconds())
}

// statusGone says in the log that the sender did not wait for the answer.
const statusGone = 499

// fell answers a request whose handler could not go on. A sender who has gone
// took the request's context along; that is nobody's fault.
func (f *Frame) fell(w *statusWriter, r *http.Request, c *Chrome, p any) {
	gone := r.Context().Err() != nil
	if err, ok := p.(error); !gone || !ok || !errors.Is(err, context.Canceled) {
		f.Log.Error("panic", "request", c.Request, "route", r.Pattern, "panic", fmt.Sprint(p), "stack", string(debug.Stack()))
	}
	switch {
	case w.status != 0:
	case gone:
		w.status = statusGone
	default:
		Fail(w, r, http.StatusInternalServerError, "")
	}
}

type statusWriter struct {
	http.ResponseWriter
	status int
}

func (w *statusWriter) WriteHeader(status int) {
	if w.status == 0 {
		w.status = status
	}
	w.ResponseWriter.WriteHeader(status)
}

func (w *statusWriter) Write(b []byte) (int, error) {
	if w.status == 0 {
		w.status = http.StatusOK
	}
	return w.ResponseWriter.Write(b)
}

// Unwrap lets http.ResponseController reach the connection.
func (w *statusWriter) Unwrap() http.ResponseWriter { return w.ResponseWriter }

func requestID() string {
	b := make([]byte, 5)
	_, _ = rand.Read(b)
	return "E-" + strings.ToUpper(hex.EncodeToString(b))
}
