package blob_test

import (
	"context"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"wangban/internal/blob"
)

// s3Server is a real S3 server (versitygw) over a folder.
type s3Server struct{ endpoint, root string }

// s3Binary builds the server with the Go toolchain (a tool of tools/go.mod),
// once; it is deleted with the folder TestMain makes.
var s3Binary = sync.OnceValues(func() (string, error) {
	file := filepath.Join(scratch, "versitygw")
	out, err := exec.Command("go", "build", "-modfile=../../tools/go.mod", "-o", file, "github.com/versity/versitygw/cmd/versitygw").CombinedOutput()
	if err != nil {
		return "", fmt.Errorf("build the S3 server: %w\n%s", err, out)
	}
	return file, nil
})

var scratch string

func TestMain(m *testing.M) {
	var err error
	if scratch, err = os.MkdirTemp("", "wangban-blob-*"); err != nil {
		panic(err)
	}
	status := m.Run()
	_ = os.RemoveAll(scratch)
	os.Exit(status)
}

// startS3 runs a server of its own for as long as the test.
func startS3(t *testing.T) s3Server {
	t.Helper()
	binary, err := s3Binary()
	if err != nil {
		t.Fatal(err)
	}
	server := s3Server{freeAddress(t), t.TempDir()}
	cmd := exec.Command(binary, "--port", server.endpoint, "--access", "key", "--secret", "geheim",
		"--region", "cn-test", "--quiet", "posix", "--sidecar", t.TempDir(), server.root)
	log, err := os.Create(filepath.Join(t.TempDir(), "log"))
	if err != nil {
		t.Fatal(err)
	}
	cmd.Stdout, cmd.Stderr = log, log
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = cmd.Process.Kill()
		_ = cmd.Wait()
	})
	for end := time.Now().Add(20 * time.Second); ; time.Sleep(10 * time.Millisecond) {
		if c, err := net.Dial("tcp", server.endpoint); err == nil {
			_ = c.Close()
			return server
		}
		if time.Now().After(end) {
			text, _ := os.ReadFile(log.Name())
			t.Fatalf("the S3 server did not come up: %s", text)
		}
	}
}

func freeAddress(t *testing.T) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = l.Close() }()
	return l.Addr().String()
}

// home is a bucket of its own.
func (s s3Server) home(t *testing.T) home {
	t.Helper()
	root, err := os.MkdirTemp(s.root, "bucket")
	if err != nil {
		t.Fatal(err)
	}
	return home{fmt.Sprintf("s3://key:geheim@%s/files?endpoint=%s&region=cn-test&insecure=true", filepath.Base(root), s.endpoint), root}
}

func TestS3SaysWhatIsWrong(t *testing.T) {
	s := startS3(t)
	for _, address := range []string{
		fmt.Sprintf("s3://key:geheim@nowhere/files?endpoint=%s&insecure=true&region=cn-test", s.endpoint),
		fmt.Sprintf("s3://key:falsch@nowhere/files?endpoint=%s&insecure=true&region=cn-test", s.endpoint),
		fmt.Sprintf("s3://key:geheim@nowhere/files?endpoint=%s&insecure=true", freeAddress(t)),
	} {
		ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
		_, err := blob.Open(ctx, address, nil)
		cancel()
		if err == nil || strings.Contains(err.Error(), "geheim") || strings.Contains(err.Error(), "falsch") {
			t.Errorf("%v", err)
		}
		t.Log(err)
	}
}
