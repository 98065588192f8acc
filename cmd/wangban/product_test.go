package main

import (
	"bufio"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"syscall"
	"testing"
)

// binary is the product as it is shipped, built once for all tests of the
// package that start it as a process of its own.
var binary = sync.OnceValues(func() (string, error) {
	dir, err := os.MkdirTemp("", "wangban-binary-*")
	if err != nil {
		return "", err
	}
	scratch = dir
	file := filepath.Join(dir, "wangban")
	if out, err := exec.Command("go", "build", "-o", file, ".").CombinedOutput(); err != nil {
		return "", fmt.Errorf("build the product: %w\n%s", err, out)
	}
	return file, nil
})

var scratch string // where it lies; empty when no test has asked for it

func TestMain(m *testing.M) {
	status := m.Run()
	if scratch != "" {
		_ = os.RemoveAll(scratch)
	}
	os.Exit(status)
}

// product is the binary at work.
type product struct {
	url  string
	cmd  *exec.Cmd
	book *book
	out  io.ReadCloser
}

// launch starts a command of the binary. What still runs when the test ends is
// killed, and whatever it has logged as an error fails the test.
func launch(t *testing.T, args ...string) *product {
	t.Helper()
	file, err := binary()
	if err != nil {
		t.Fatal(err)
	}
	p := &product{cmd: exec.Command(file, args...), book: &book{}}
	p.cmd.Stderr = p.book
	if p.out, err = p.cmd.StdoutPipe(); err != nil {
		t.Fatal(err)
	}
	if err := p.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		p.kill()
		for _, line := range p.book.wrong() {
			t.Error("the product logged ", line)
		}
	})
	return p
}

var portalLine = regexp.MustCompile(`portal\s+(http://\S+?)/\s*$`)

// ready waits until a demo says where it is.
func (p *product) ready(t *testing.T) *product {
	t.Helper()
	lines := bufio.NewScanner(p.out)
	for lines.Scan() {
		if m := portalLine.FindStringSubmatch(lines.Text()); m != nil {
			p.url = m[1]
			go func() { _, _ = io.Copy(io.Discard, p.out) }()
			return p
		}
	}
	p.book.mu.Lock()
	defer p.book.mu.Unlock()
	t.Fatalf("the product did not start: %s", p.book.b.String())
	return nil
}

// kill is kill -9: the process gets no chance to do anything.
func (p *product) kill() {
	_ = p.cmd.Process.Kill()
	_ = p.cmd.Wait()
}

// stop asks the process to end, as an operator does.
func (p *product) stop(t *testing.T) {
	t.Helper()
	if err := p.cmd.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	if err := p.cmd.Wait(); err != nil {
		t.Errorf("the product ended with %v", err)
	}
}

// say runs a command of the binary to its end and returns what it printed.
func say(t *testing.T, args ...string) string {
	t.Helper()
	file, err := binary()
	if err != nil {
		t.Fatal(err)
	}
	out, err := exec.Command(file, args...).Output()
	if err != nil {
		t.Errorf("wangban %s: %v\n%s", strings.Join(args, " "), err, out)
	}
	return strings.TrimSpace(string(out))
}
