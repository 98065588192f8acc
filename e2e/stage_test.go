package e2e

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/chromedp/chromedp"

	"wangban/internal/db/dbtest"
)

// binary is the product, built once for all journeys.
var binary = sync.OnceValues(func() (string, error) {
	file := filepath.Join(scratch, "wangban")
	out, err := exec.Command("go", "build", "-o", file, "wangban/cmd/wangban").CombinedOutput()
	if err != nil {
		return "", fmt.Errorf("build the product: %w\n%s", err, out)
	}
	return file, nil
})

var scratch string

func TestMain(m *testing.M) {
	dir, err := os.MkdirTemp("", "wangban-e2e-*")
	if err != nil {
		panic(err)
	}
	scratch = dir
	status := m.Run()
	closeBrowser()
	_ = os.RemoveAll(dir)
	os.Exit(status)
}

// stage is a demo that runs, on one of the databases.
type stage struct {
	url    string
	client *http.Client    // moves the clock and reads the SMS phone
	where  []string        // the flags that lead other commands to its data
	read   map[string]bool // one-time codes that somebody has typed
}

// setting is where a journey takes place: the database, and the window of the
// public's side. Staff always have a desktop.
type setting struct {
	name     string
	postgres bool
	window   window
}

type window struct {
	name          string
	width, height int64
	phone         bool
}

var (
	desktop = window{"desktop", 1366, 900, false}
	phone   = window{"phone", 390, 844, true}
	narrow  = window{"narrow", 360, 740, true} // the narrowest that everything has to fit
)

var (
	sqliteDesktop = setting{"sqlite-desktop", false, desktop}
	postgresPhone = setting{"postgres-phone", true, phone}
	postgresSmall = setting{"postgres-narrow", true, narrow}
	settings      = []setting{sqliteDesktop, postgresPhone}
)

// once plays a journey in one setting, where the other would prove nothing
// more.
func once(t *testing.T, set setting, journey func(t *testing.T, s *stage, w window)) {
	t.Parallel()
	t.Run(set.name, func(t *testing.T) { play(t, set, journey) })
}

func play(t *testing.T, set setting, journey func(t *testing.T, s *stage, w window), more ...string) {
	t.Helper()
	args := slices.Clone(more)
	if set.postgres {
		args = append(args, "--database", dbtest.PostgresURL(t))
	}
	journey(t, start(t, args...), set.window)
}

// everywhere plays a journey in every setting, each on a product of its own,
// which is started with more arguments when there are some.
func everywhere(t *testing.T, journey func(t *testing.T, s *stage, w window), more ...string) {
	t.Parallel()
	for _, set := range settings {
		t.Run(set.name, func(t *testing.T) {
			t.Parallel()
			play(t, set, journey, more...)
		})
	}
}

var portalLine = regexp.MustCompile(`portal\s+(http://\S+?)/\s*$`)

// start runs the demo of the binary and waits until it says where it is.
func start(t *testing.T, args ...string) *stage {
	t.Helper()
	file, err := binary()
	if err != nil {
		t.Fatal(err)
	}
	// A working day at nine: at night, notices would wait for the morning.
	where := []string{"--data", filepath.Join(t.TempDir(), "demo")}
	if i := slices.Index(args, "--database"); i >= 0 {
		where = append(where, args[i:i+2]...)
	}
	args = append([]string{"demo", "--at", "2026-11-24T09:00", "--data", where[1], "--listen", "127.0.0.1:0", "--private", ""}, args...)
	cmd := exec.Command(file, args...)
	log := &logWriter{t: t}
	cmd.Stderr = log
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = cmd.Process.Signal(syscall.SIGTERM)
		done := make(chan error, 1)
		go func() { done <- cmd.Wait() }()
		select {
		case err := <-done:
			if err != nil {
				t.Errorf("the product ended with %v", err)
			}
		case <-time.After(30 * time.Second):
			_ = cmd.Process.Kill()
			t.Error("the product did not stop when told to")
		}
		log.done()
	})
	lines := bufio.NewScanner(out)
	for lines.Scan() {
		if m := portalLine.FindStringSubmatch(lines.Text()); m != nil {
			go func() { _, _ = io.Copy(io.Discard, out) }()
			jar, _ := cookiejar.New(nil)
			return &stage{url: m[1], client: &http.Client{Jar: jar, Timeout: 20 * time.Second}, where: where, read: map[string]bool{}}
		}
	}
	t.Fatalf("the product did not start: %s", log)
	return nil
}

// command runs another command of the binary on the stage's data, as an
// administrator does beside the running product, and returns what it says.
func (s *stage) command(t *testing.T, args ...string) string {
	t.Helper()
	file, err := binary()
	if err != nil {
		t.Fatal(err)
	}
	out, err := exec.Command(file, append(args, s.where...)...).CombinedOutput()
	if err != nil {
		t.Fatalf("wangban %s: %v\n%s", strings.Join(args, " "), err, out)
	}
	return string(out)
}

// logWriter keeps the product's log and gives what went wrong to the test.
type logWriter struct {
	t  *testing.T
	mu sync.Mutex
	b  strings.Builder
}

func (l *logWriter) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.Write(p)
}

func (l *logWriter) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.String()
}

// done fails the test for every error the product has logged.
func (l *logWriter) done() {
	for line := range strings.Lines(l.String()) {
		if strings.Contains(line, `"level":"ERROR"`) {
			l.t.Errorf("the product logged %s", line)
		}
	}
}

// wait moves the demo's clock on and lets everything happen that is due.
func (s *stage) wait(t *testing.T, step string) {
	t.Helper()
	resp, err := s.client.PostForm(s.url+"/demo/clock", url.Values{"by": {step}})
	if err != nil {
		t.Fatal(err)
	}
	_ = resp.Body.Close()
	if resp.StatusCode != http.StatusOK {
		t.Fatalf("moving the clock by %s: %s", step, resp.Status)
	}
}

var (
	message = regexp.MustCompile(`(?s)<time>.*?</time>\s*<p>(.*?)</p>`)
	tags    = regexp.MustCompile(`<[^>]*>`)
)

// messages are what the phone with this number shows, newest first.
func (s *stage) messages(t *testing.T, number string) []string {
	t.Helper()
	resp, err := s.client.Get(s.url + "/demo/phone/" + number)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = resp.Body.Close() }()
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	var texts []string
	for _, m := range message.FindAllStringSubmatch(string(body), -1) {
		texts = append(texts, strings.Join(strings.Fields(tags.ReplaceAllString(m[1], "")), " "))
	}
	return texts
}

// beside are messages that follow others in a moment of their own: invitations
// to rate, and what staff are told.
var beside = regexp.MustCompile(`办得怎么样|工作台`)

// sms waits until the newest message of a number holds what the pattern says,
// and returns its first group. Messages that follow others are passed over,
// unless it is they that are awaited. Messages are sent by a job after the act, so
// they take a moment.
func (s *stage) sms(t *testing.T, number, pattern string) string {
	t.Helper()
	want := regexp.MustCompile(pattern)
	var texts []string
	for end := time.Now().Add(15 * time.Second); time.Now().Before(end); {
		texts = s.messages(t, number)
		for _, text := range texts {
			if m := want.FindStringSubmatch(text); m != nil {
				return m[len(m)-1]
			}
			if !beside.MatchString(text) {
				break
			}
		}
		tick(t)
	}
	t.Fatalf("no message like %q to %s; the phone shows %q", pattern, number, texts)
	return ""
}

// code is the newest one-time code a number has got, once it is one that nobody
// has typed: a code that has just been asked for takes a moment to come, and
// the one before still stands on top until then.
func (s *stage) code(t *testing.T, number string) string {
	t.Helper()
	var newest string
	for end := time.Now().Add(15 * time.Second); time.Now().Before(end); tick(t) {
		if newest = s.lastCode(t, number); newest != "" && !s.read[number+newest] {
			s.read[number+newest] = true
			return newest
		}
	}
	t.Fatalf("no new code has come to %s; the newest is %q", number, newest)
	return ""
}

// lastCode is the newest code that has come to a number so far; empty when none
// has. What staff are told may stand above it.
func (s *stage) lastCode(t *testing.T, number string) string {
	t.Helper()
	for _, text := range s.messages(t, number) {
		if m := oneTimeCode.FindStringSubmatch(text); m != nil {
			return m[1]
		}
	}
	return ""
}

var oneTimeCode = regexp.MustCompile(`验证码为(\d{6})`)

// tick lets the product breathe between two looks at it.
func tick(t *testing.T) {
	t.Helper()
	select {
	case <-t.Context().Done():
		t.Fatal(t.Context().Err())
	case <-time.After(40 * time.Millisecond):
	}
}

var chromium struct {
	sync.Mutex
	ctx   context.Context
	close func()
}

// browser is one Chromium for all; each person gets a profile of their own.
func browser(t *testing.T) context.Context {
	t.Helper()
	chromium.Lock()
	defer chromium.Unlock()
	if chromium.ctx != nil {
		return chromium.ctx
	}
	options := append(slices.Clone(chromedp.DefaultExecAllocatorOptions[:]), chromedp.Flag("hide-scrollbars", false), chromedp.NoSandbox,
		chromedp.Flag("use-fake-device-for-media-stream", true), chromedp.Flag("use-fake-ui-for-media-stream", true))
	alloc, closeAlloc := chromedp.NewExecAllocator(context.Background(), options...)
	ctx, closeCtx := chromedp.NewContext(alloc)
	if err := chromedp.Do(ctx); err != nil {
		t.Fatalf("start Chromium (Debian: apt install chromium): %v", err)
	}
	chromium.ctx, chromium.close = ctx, func() { closeCtx(); closeAlloc() }
	return ctx
}

func closeBrowser() {
	if chromium.close != nil {
		chromium.close()
	}
}
