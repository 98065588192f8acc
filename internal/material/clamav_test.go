package material

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"io"
	"net"
	"path/filepath"
	"strings"
	"testing"
	"testing/iotest"
	"time"
)

// eicar is the test signature every scanner knows, in two parts so that this
// file is not found by them.
const eicar = `X5O!P%@AP[4\PZX54(P^)7CC)7}$` + `EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*`

// clamd is a small ClamAV daemon: it speaks clamd's protocol on a socket, knows
// one signature, and takes at most limit bytes.
func clamd(t *testing.T, network, address string, limit int) net.Listener {
	t.Helper()
	l, err := net.Listen(network, address)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = l.Close() })
	go func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			go func() {
				defer func() { _ = c.Close() }()
				_, _ = io.WriteString(c, answerOf(c, limit)+"\x00")
			}()
		}
	}()
	return l
}

func answerOf(c io.Reader, limit int) string {
	command := make([]byte, len("zINSTREAM\x00"))
	if _, err := io.ReadFull(c, command); err != nil || string(command) != "zINSTREAM\x00" {
		return "UNKNOWN COMMAND"
	}
	var content []byte
	for {
		var size uint32
		if err := binary.Read(c, binary.BigEndian, &size); err != nil {
			return "stream: Can't read. ERROR"
		}
		if size == 0 {
			break
		}
		if len(content)+int(size) > limit {
			return "INSTREAM size limit exceeded. ERROR"
		}
		chunk := make([]byte, size)
		if _, err := io.ReadFull(c, chunk); err != nil {
			return "stream: Can't read. ERROR"
		}
		content = append(content, chunk...)
	}
	if bytes.Contains(content, []byte(eicar)) {
		return "stream: Win.Test.EICAR_HDB-1 FOUND"
	}
	return "stream: OK"
}

func TestClamAV(t *testing.T) {
	socket := filepath.Join(t.TempDir(), "clamd.ctl")
	clamd(t, "unix", socket, 1<<20)
	overTCP := clamd(t, "tcp", "127.0.0.1:0", 1<<20).Addr().String()
	for _, address := range []string{"unix:" + socket, "tcp://" + overTCP} {
		scan, err := ClamAV(address)
		if err != nil {
			t.Fatal(err)
		}
		far := strings.Repeat("x", 64<<10-20) // the signature lies across two chunks
		for name, c := range map[string]struct {
			content, virus string
			fails          bool
		}{
			"clean":        {"营业执照", "", false},
			"empty":        {"", "", false},
			"chunks":       {strings.Repeat("x", 3*64<<10), "", false},
			"virus":        {eicar, "Win.Test.EICAR_HDB-1", false},
			"virus inside": {far + eicar, "Win.Test.EICAR_HDB-1", false},
			"too large":    {strings.Repeat("x", 9<<20), "", true},
		} {
			virus, err := scan(context.Background(), iotest.HalfReader(strings.NewReader(c.content)))
			if virus != c.virus || (err != nil) != c.fails {
				t.Errorf("%s at %s: %q %v", name, address, virus, err)
			}
		}
		broken := errors.New("the disk is gone")
		if _, err := scan(context.Background(), iotest.ErrReader(broken)); !errors.Is(err, broken) {
			t.Errorf("an unread file: %v", err)
		}
		m := testRoom(t, Options{Scan: scan})
		photo := encodeJPEG(t, page(700, 700))
		if code := refused(t, m, "a.jpg", append(photo, eicar...), DefaultRules()); code != CodeVirus {
			t.Errorf("a picture with a virus: %q", code)
		}
		take(t, m, "a.jpg", photo)
	}
}

func TestClamAVOutOfOrder(t *testing.T) {
	silent, err := net.Listen("tcp", "127.0.0.1:0") // takes no connection up
	if err != nil {
		t.Fatal(err)
	}
	scan, err := ClamAV("tcp://" + silent.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(context.Background(), 50*time.Millisecond)
	defer cancel()
	if _, err := scan(ctx, strings.NewReader("x")); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("silence: %v", err)
	}
	_ = silent.Close()
	if _, err := scan(context.Background(), strings.NewReader("x")); err == nil {
		t.Error("nobody there, and the file is clean")
	}
	for _, address := range []string{"", "unix:", "tcp://", "tcp://host", "http://host:1", "host:3310"} {
		if _, err := ClamAV(address); err == nil {
			t.Errorf("%q is an address", address)
		}
	}
}

func FuzzVerdict(f *testing.F) {
	for _, answer := range []string{"stream: OK\x00", "stream: Eicar FOUND\x00", "INSTREAM size limit exceeded. ERROR\x00", "", "stream: OK", "stream:  FOUND\x00", "UNKNOWN COMMAND\x00"} {
		f.Add(answer)
	}
	f.Fuzz(func(t *testing.T, answer string) {
		if virus, err := verdict(answer); virus == "" && err == nil && answer != "stream: OK\x00" {
			t.Errorf("%q is clean", answer)
		}
	})
}
