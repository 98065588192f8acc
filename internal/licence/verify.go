package licence

import (
	"context"
	"crypto/subtle"
	"errors"
	"strings"
	"time"

	"wangban/internal/cn"
)

// Whoever verifies a licence brings a proof that they have seen it: the code in
// its QR, the signed text, the document itself, or what is printed on it. A
// wrong proof and a number that does not exist give the same ErrUnknown, so
// that numbers, which can be guessed, tell nothing.

// Verify tells what stands of a licence to whoever has the code of one of its
// versions.
func (r *Room) Verify(ctx context.Context, number, code string) (Public, error) {
	l, ok, err := r.Find(ctx, number)
	if err != nil {
		return Public{}, err
	}
	code = strings.ToLower(strings.TrimSpace(code))
	for _, v := range l.Versions {
		if ok && v.Code != "" && subtle.ConstantTimeCompare([]byte(v.Code), []byte(code)) == 1 {
			l.Seen = v.Number
		}
	}
	if l.Seen == 0 {
		return Public{}, ErrUnknown
	}
	return l.Public, nil
}

// VerifyUnit tells the same to whoever has a licence on paper: number and the
// holder's name or code together.
func (r *Room) VerifyUnit(ctx context.Context, number, holder string) (Public, error) {
	l, ok, err := r.Find(ctx, number)
	if err != nil {
		return Public{}, err
	}
	code, name := cn.Code(holder), cn.NameKey(holder)
	if !ok || code == "" || code != l.USCC && name != cn.NameKey(l.Unit) {
		return Public{}, ErrUnknown
	}
	return l.Public, nil
}

// ErrForged is a text that looks like that of a QR code and is signed with none
// of the keys of this installation.
var ErrForged = errors.New("这段内容不是本机关签发的：签名对不上。证照可能是假的，也可能是别的机关发的。")

// VerifyText tells what stands of the licence of a QR code whose whole content
// somebody brings.
func (r *Room) VerifyText(ctx context.Context, content string) (Proof, Public, error) {
	p, err := ReadProof(content)
	if err != nil {
		return p, Public{}, err
	}
	if r.Keys == nil || p.By(r.Keys()) < 0 {
		return p, Public{}, ErrForged
	}
	l, ok, err := r.Find(ctx, p.Number)
	if err != nil {
		return p, Public{}, err
	}
	if !ok || p.Version > l.Version {
		return p, Public{}, ErrUnknown
	}
	l.Seen = p.Version
	return p, l.Public, nil
}

// Inspected is what there is to say of a document by itself.
type Inspected struct {
	Signer  string
	At      time.Time
	Genuine bool   // sealed by this installation, and unchanged since
	Test    bool   // with a test certificate
	Problem string // why not genuine
	Data    []byte // the attached DataName; nil: there is none
}

// ErrNotOurs is a document that is no licence of this installation, or was
// changed.
var ErrNotOurs = errors.New("这份文件不是本机关发的电子证照，或者发出后被改动过。向出示的人要原文件，或者扫证照上的二维码核验。")

// VerifyFile tells what stands of the licence whose document somebody brings.
func (r *Room) VerifyFile(ctx context.Context, file []byte) (Inspected, Public, error) {
	if r.Inspect == nil {
		return Inspected{}, Public{}, ErrNotOurs
	}
	found, err := r.Inspect(file)
	if err != nil {
		return found, Public{}, ErrNotOurs
	}
	d, ok := ReadData(found.Data)
	if !ok || !found.Genuine {
		return found, Public{}, ErrNotOurs
	}
	p, err := r.Verify(ctx, d.Number, d.Code)
	return found, p, err
}
