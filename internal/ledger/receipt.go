package ledger

import (
	"bytes"
	"context"
	"database/sql"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/tlog"

	"wangban/internal/casework"
)

// Receipt (回执) proves to anybody, without this installation, that an act was
// recorded. It opens the act's header and nothing that is personal.
//
//	record  = HMAC-SHA256(key: salt, message: said)
//	leaf    = SHA-256(0x00 || record)
//	proof   = c2sp.org/tlog-proof@v1 for that leaf, with the signed checkpoint
type Receipt struct {
	Format string `json:"format"`
	Said   string `json:"said"` // the header, byte for byte as it was recorded
	Salt   []byte `json:"salt"`
	Proof  string `json:"proof"`
	Log    string `json:"log"` // the public key that the installation names as its own
}

// Format of receipts.
const Format = "wangban-receipt/1"

// MaxReceipt bounds a receipt, bytes; real ones have about 2,000.
const MaxReceipt = 64 << 10

// Reasons not to give or to believe a receipt.
var (
	ErrPending = errors.New("这一步刚刚办完，正在记入公开日志，一般一秒左右。过一会儿再下载回执。")
	ErrReceipt = errors.New("这不是回执，或者内容不完整。用下载时的原文件再试。")
	ErrForged  = errors.New("回执里写的内容和日志里的记录对不上：内容被改过，或者不是从这份日志来的。")
	ErrLogKey  = errors.New("回执不是用这个日志公钥签的。")
)

// Receipt makes the receipt of an act, with the newest checkpoint.
func (r *Room) Receipt(ctx context.Context, o casework.Opening) (Receipt, error) {
	q := r.db.Read()
	record := casework.Record(o.Said, o.Salt)
	var index int64
	var logged []byte
	err := q.QueryRowContext(ctx, `SELECT idx, record FROM ledger_leaf WHERE case_id = $1 AND seq = $2`, o.Header.Case, o.Header.Seq).Scan(&index, &logged)
	if errors.Is(err, sql.ErrNoRows) {
		return Receipt{}, ErrPending
	}
	if err != nil {
		return Receipt{}, err
	}
	if !bytes.Equal(record, logged) {
		return Receipt{}, fmt.Errorf("ledger: event %d of case %s is not what the log holds", o.Header.Seq, o.Header.Case)
	}
	k, err := r.signingKey(ctx)
	if err != nil {
		return Receipt{}, err
	}
	newest, err := r.published(ctx)
	if err != nil {
		return Receipt{}, err
	}
	path, err := tlog.ProveRecord(newest.size, index, openTree(ctx, q, newest.size))
	if err != nil {
		return Receipt{}, err
	}
	return Receipt{Format: Format, Said: string(o.Said), Salt: o.Salt, Proof: proof{index, path, newest.note}.text(), Log: k.text}, nil
}

// JSON is the receipt as a file.
func (r Receipt) JSON() []byte {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	if err := e.Encode(r); err != nil {
		panic(err) // texts and bytes
	}
	return b.Bytes()
}

// ReadReceipt reads what JSON has written; it checks no signature.
func ReadReceipt(text []byte) (Receipt, error) {
	if len(text) > MaxReceipt {
		return Receipt{}, ErrReceipt
	}
	d := json.NewDecoder(bytes.NewReader(text))
	d.DisallowUnknownFields()
	var r Receipt
	if err := d.Decode(&r); err != nil || r.Format != Format {
		return Receipt{}, ErrReceipt
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return Receipt{}, ErrReceipt
	}
	if _, err := casework.ReadHeader([]byte(r.Said)); err != nil {
		return Receipt{}, ErrReceipt
	}
	if _, err := parseProof(r.Proof); err != nil {
		return Receipt{}, err
	}
	return r, nil
}

// proof is a C2SP tlog-proof.
type proof struct {
	index  int64
	path   tlog.RecordProof
	signed string // the checkpoint
}

const proofFormat = "c2sp.org/tlog-proof@v1"

func (p proof) text() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s\nindex %d\n", proofFormat, p.index)
	for _, h := range p.path {
		b.WriteString(base64.StdEncoding.EncodeToString(h[:]) + "\n")
	}
	return b.String() + "\n" + p.signed
}

// longestPath is that of a tree of 2^62 leaves.
const longestPath = 62

func parseProof(text string) (proof, error) {
	head, signed, found := strings.Cut(text, "\n\n")
	lines := strings.Split(head, "\n")
	if !found || len(lines) < 2 || lines[0] != proofFormat {
		return proof{}, ErrReceipt
	}
	lines = lines[1:]
	if strings.HasPrefix(lines[0], "extra ") { // allowed, and nobody's word
		lines = lines[1:]
	}
	if len(lines) == 0 || len(lines) > longestPath+1 {
		return proof{}, ErrReceipt
	}
	digits, isIndex := strings.CutPrefix(lines[0], "index ")
	index, err := strconv.ParseInt(digits, 10, 64)
	if !isIndex || err != nil || index < 0 || index > maxSize || strconv.FormatInt(index, 10) != digits {
		return proof{}, ErrReceipt
	}
	p := proof{index: index, signed: signed}
	for _, line := range lines[1:] {
		h, err := parseHash(line)
		if err != nil {
			return proof{}, ErrReceipt
		}
		p.path = append(p.path, h)
	}
	return p, nil
}
