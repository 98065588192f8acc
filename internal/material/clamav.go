package material

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"net"
	"net/url"
	"strings"
	"time"
)

// clamPatience is how long a file may take to be looked through.
const clamPatience = 60 * time.Second

// ClamAV asks a ClamAV daemon at "tcp://HOST:PORT" or "unix:/PATH" (clamd's
// INSTREAM command: clamd(8)).
func ClamAV(address string) (Scan, error) {
	network, at := "unix", strings.TrimPrefix(address, "unix:")
	if u, err := url.Parse(address); err == nil && u.Scheme == "tcp" && u.Port() != "" {
		network, at = "tcp", u.Host
	} else if at == address || at == "" {
		return nil, fmt.Errorf("the address of ClamAV is %q: write tcp://HOST:PORT or unix:/PATH", address)
	}
	return func(ctx context.Context, r io.Reader) (string, error) {
		ctx, cancel := context.WithTimeout(ctx, clamPatience)
		defer cancel()
		var d net.Dialer
		c, err := d.DialContext(ctx, network, at)
		if err != nil {
			return "", fmt.Errorf("ask ClamAV: %w", err)
		}
		defer func() { _ = c.Close() }()
		defer context.AfterFunc(ctx, func() { _ = c.SetDeadline(time.Unix(1, 0)) })()
		unsent, unread := stream(c, r)
		if unread != nil {
			return "", unread
		}
		// When clamd has seen enough it answers and hangs up while we still
		// send: then its answer says why.
		answer, err := io.ReadAll(io.LimitReader(c, 4096))
		if err != nil && len(answer) == 0 {
			return "", fmt.Errorf("ask ClamAV: %w", errors.Join(ctx.Err(), unsent, err))
		}
		virus, err := verdict(string(answer))
		return virus, errors.Join(err, unsent)
	}, nil
}

// stream sends r in chunks, each after its length, and a length of 0 at the end.
func stream(w io.Writer, r io.Reader) (unsent, unread error) {
	if _, err := io.WriteString(w, "zINSTREAM\x00"); err != nil {
		return err, nil
	}
	chunk := make([]byte, 4+64<<10)
	for {
		n, err := io.ReadFull(r, chunk[4:])
		end := err == io.EOF || err == io.ErrUnexpectedEOF
		if err != nil && !end {
			return nil, err
		}
		binary.BigEndian.PutUint32(chunk, uint32(n))
		if n > 0 {
			if _, err := w.Write(chunk[:4+n]); err != nil {
				return err, nil
			}
		}
		if end {
			_, err := w.Write([]byte{0, 0, 0, 0})
			return err, nil
		}
	}
}

// verdict reads "stream: OK", "stream: NAME FOUND" or "… ERROR".
func verdict(answer string) (virus string, err error) {
	answer, whole := strings.CutSuffix(answer, "\x00")
	said, ok := strings.CutPrefix(answer, "stream: ")
	name, found := strings.CutSuffix(said, " FOUND")
	switch {
	case !whole:
	case ok && said == "OK":
		return "", nil
	case ok && found && name != "":
		return name, nil
	}
	return "", fmt.Errorf("ClamAV answered %q", answer)
}
