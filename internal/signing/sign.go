package signing

import (
	"bytes"
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"image"
	"image/png"
	"strings"

	"wangban/internal/casework"
	"wangban/internal/cn"
	"wangban/internal/form"
)

// Signing is what the person hands in.
type Signing struct {
	Key     string
	Digest  string // of the document the person has read
	Drawing string // data URL of a PNG; empty when the name was typed
	Name    string // typed
	Agreed  bool
}

// The document as it stands, for reading.
func (r *Room) Read(ctx context.Context, token, session string) (pdf []byte, digest string, err error) {
	inv, err := r.at(ctx, token, session, StepSign)
	if err != nil {
		return nil, "", err
	}
	pdf, err = r.Letter(ctx, inv.State, inv.Item, inv.Document)
	return pdf, casework.DocumentDigest(inv.Item, inv.Document, inv.State.Values), err
}

// What is wrong with what the person handed in.
var (
	ErrAgree   = errors.New("请先勾选“我已看过上面的文件”，再签名。")
	ErrEmpty   = errors.New("没有收到签名。请在框里写上您的名字，或者在下面输入您的姓名。")
	ErrName    = errors.New("输入的姓名和法定代表人的姓名不一样。请输入您本人的姓名。")
	ErrDrawing = errors.New("没有收全签名的图像。请清除后重新签一次。")
)

// Sign makes the signed document and passes the act through the door. The
// signature exists before the act commits, so that state and signature change
// together; a document whose act is refused belongs to no case.
func (r *Room) Sign(ctx context.Context, token, session string, in Signing) (casework.Receipt, error) {
	inv, err := r.at(ctx, token, session, StepSign)
	if err != nil {
		return casework.Receipt{}, err
	}
	letter, err := r.letter(ctx, inv, session, in)
	if err != nil {
		return casework.Receipt{}, err
	}
	sealed, err := r.Seal(ctx, letter)
	if err != nil {
		return casework.Receipt{}, fmt.Errorf("sign the document of case %s: %w", inv.State.ID, err)
	}
	file, err := r.Keep(ctx, inv.Document+".pdf", "application/pdf", sealed.PDF)
	if err != nil {
		return casework.Receipt{}, err
	}
	p, err := r.progress(ctx, token, session)
	if err != nil {
		return casework.Receipt{}, err
	}
	return r.door.Do(ctx, inv.State.ID, casework.Input{
		Act: "sign", Key: in.Key, Actor: r.signer(session, p.proofs()),
		Data: casework.Data{Digest: in.Digest, Signature: &casework.Signature{File: file, Serial: sealed.Serial}},
	})
}

func (r *Room) letter(ctx context.Context, inv Invitation, session string, in Signing) (Letter, error) {
	name := text(inv.State, inv.Signer.PersonName)
	l := Letter{Signer: name, SignerID: cn.MaskID(text(inv.State, inv.Signer.IDNumber)), At: r.now(), Facts: map[string]string{}, CaseNumber: inv.State.Number}
	if !in.Agreed {
		return l, ErrAgree
	}
	switch {
	case in.Drawing != "":
		drawing, err := readDrawing(in.Drawing)
		if err != nil {
			return l, err
		}
		l.Drawing = drawing
	case in.Name == "":
		return l, ErrEmpty
	case !cn.SamePersonName(in.Name, name):
		return l, ErrName
	default:
		l.TypedName = name
	}
	p, err := r.progress(ctx, inv.Token, session)
	if err != nil {
		return l, err
	}
	l.Method = p.method
	for _, f := range inv.Item.Flow.Protected {
		if field, ok := inv.Item.Form.Field(f.Field); ok {
			l.Facts[f.Label] = form.Normal(field, inv.State.Values[f.Field])
		}
	}
	l.PDF, err = r.Letter(ctx, inv.State, inv.Item, inv.Document)
	return l, err
}

// maxDrawing bounds the picture of a hand signature.
const maxDrawing = 600 << 10

// readDrawing takes the picture out of a data URL and makes sure that it is a
// picture with something on it.
func readDrawing(url string) ([]byte, error) {
	encoded, ok := strings.CutPrefix(url, "data:image/png;base64,")
	if !ok || len(encoded) > maxDrawing*4/3 {
		return nil, ErrDrawing
	}
	raw, err := base64.StdEncoding.DecodeString(encoded)
	if err != nil {
		return nil, ErrDrawing
	}
	config, err := png.DecodeConfig(bytes.NewReader(raw))
	if err != nil || config.Width*config.Height > 8_000_000 || config.Width < 40 || config.Height < 20 {
		return nil, ErrDrawing
	}
	picture, err := png.Decode(bytes.NewReader(raw))
	if err != nil {
		return nil, ErrDrawing
	}
	if !drawn(picture) {
		return nil, ErrEmpty
	}
	var clean bytes.Buffer // re-encoded: nothing but pixels gets into the document
	if err := png.Encode(&clean, picture); err != nil {
		return nil, err
	}
	return clean.Bytes(), nil
}

// drawn tells whether there are strokes: enough dark, opaque pixels.
func drawn(picture image.Image) bool {
	dark := 0
	b := picture.Bounds()
	for y := b.Min.Y; y < b.Max.Y; y++ {
		for x := b.Min.X; x < b.Max.X; x++ {
			if red, green, blue, alpha := picture.At(x, y).RGBA(); alpha > 0x8000 && red+green+blue < 0x18000 {
				dark++
			}
		}
	}
	return dark >= 60
}

// Refuse turns the request down. It needs the code only: who refuses has to
// prove nothing more than that the number is theirs (T10).
func (r *Room) Refuse(ctx context.Context, token, session, key string, reasons []string, note string) (casework.Receipt, error) {
	inv, err := r.at(ctx, token, session, StepIdentity, StepSign)
	if err != nil {
		return casework.Receipt{}, err
	}
	p, err := r.progress(ctx, token, session)
	if err != nil {
		return casework.Receipt{}, err
	}
	return r.door.Do(ctx, inv.State.ID, casework.Input{Act: "refuse", Key: key, Actor: r.signer(session, p.proofs()),
		Data: casework.Data{Reasons: reasons, Text: note}})
}
