package ledger

import (
	"encoding/base64"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

// Checkpoint is the head of a log (c2sp.org/tlog-checkpoint).
type Checkpoint struct {
	Origin string
	Size   int64
	Root   tlog.Hash
}

// maxSize bounds what is believed of a tree's size; arithmetic on twice of it
// must not overflow.
const maxSize = 1 << 60

// ErrCheckpoint is a text that is no checkpoint.
var ErrCheckpoint = errors.New("检查点读不懂，或者签名不对。")

func (c Checkpoint) text() string {
	return fmt.Sprintf("%s\n%d\n%s\n", c.Origin, c.Size, base64.StdEncoding.EncodeToString(c.Root[:]))
}

func (c Checkpoint) sign(s note.Signer) (string, error) {
	signed, err := note.Sign(&note.Note{Text: c.text()}, s)
	return string(signed), err
}

// OpenCheckpoint checks a signed checkpoint against the log's public key.
func OpenCheckpoint(signed string, v note.Verifier) (Checkpoint, error) {
	n, err := note.Open([]byte(signed), note.VerifierList(v))
	if err != nil {
		return Checkpoint{}, ErrCheckpoint
	}
	c, err := parseCheckpoint(n.Text)
	if err == nil && c.Origin != v.Name() {
		err = ErrCheckpoint
	}
	return c, err
}

// parseCheckpoint reads the text of a checkpoint. Lines that other logs may
// add are none of our concern, but have to be lines.
func parseCheckpoint(text string) (Checkpoint, error) {
	lines := strings.Split(text, "\n")
	if len(lines) < 4 || lines[len(lines)-1] != "" {
		return Checkpoint{}, ErrCheckpoint
	}
	for _, line := range lines[:len(lines)-1] {
		if line == "" {
			return Checkpoint{}, ErrCheckpoint
		}
	}
	c := Checkpoint{Origin: lines[0]}
	size, err := strconv.ParseInt(lines[1], 10, 64)
	if err != nil || size < 0 || size > maxSize || strconv.FormatInt(size, 10) != lines[1] {
		return Checkpoint{}, ErrCheckpoint
	}
	c.Size = size
	if c.Root, err = parseHash(lines[2]); err != nil {
		return Checkpoint{}, ErrCheckpoint
	}
	return c, nil
}

// parseHash reads a hash written the one way there is.
func parseHash(text string) (tlog.Hash, error) {
	h, err := tlog.ParseHash(text)
	if err != nil || h.String() != text {
		return tlog.Hash{}, ErrCheckpoint
	}
	return h, nil
}
