package signing

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"wangban/internal/casework"
	"wangban/internal/cn"
	"wangban/internal/form"
	"wangban/internal/signing/face"
)

// Signing is what the person hands in.
type Signing struct {
	Key     string
	Digest  string // of the document the person has read
	Drawing string // data URL of a PNG; empty when the name was typed
	Name    string // typed
	Agreed  bool
}

// Read makes the document as it stands, for a session that has proven to be
// the signer. The digest names what it states; signing hands it back.
func (r *Room) Read(ctx context.Context, token string, v Visitor) (pdf []byte, digest string, err error) {
	inv, err := r.at(ctx, token, v, StepSign)
	if err != nil {
		return nil, "", err
	}
	pdf, _, err = r.Letter(ctx, inv.State, inv.Item, inv.Document)
	return pdf, casework.DocumentDigest(inv.Item, inv.Document, inv.State.Values), err
}

// Sign makes the signed document and passes the act through the door. The
// signature exists before the act commits, so that state and signature change
// together; a document whose act is refused belongs to no case. Signing
// again with the same key brings the same receipt (C-01).
func (r *Room) Sign(ctx context.Context, token string, v Visitor, in Signing) (casework.Receipt, error) {
	inv, err := r.at(ctx, token, v, StepSign)
	if err != nil {
		return r.again(ctx, inv, v, "sign", in.Key, err)
	}
	p, err := r.progress(ctx, token, v)
	if err != nil {
		return casework.Receipt{}, err
	}
	p = p.vouched(inv.State, r.now())
	letter, err := r.letter(ctx, inv, p, in)
	if err != nil {
		return casework.Receipt{}, err
	}
	sealed, err := r.Seal(ctx, letter)
	if err != nil {
		return casework.Receipt{}, fmt.Errorf("sign the document of case %s: %w", inv.State.ID, err)
	}
	file, err := r.Keep(ctx, inv.Title+".pdf", "application/pdf", sealed.PDF)
	if err != nil {
		return casework.Receipt{}, err
	}
	receipt, err := r.door.Do(ctx, inv.State.ID, casework.Input{
		Act: "sign", Key: in.Key, Actor: v.actor(p.proofs()),
		Data: casework.Data{Digest: in.Digest, Signature: &casework.Signature{File: file, Serial: sealed.Serial}},
	})
	if err == nil && p.method == face.Counter { // for fetching the copy: the word itself ends with the stage
		err = r.saveProgress(ctx, token, v, p)
	}
	return receipt, err
}

// again finds the receipt of an act that has ended the link, for the key that
// did it; otherwise why the link has ended stands.
func (r *Room) again(ctx context.Context, inv Invitation, v Visitor, act, key string, why error) (casework.Receipt, error) {
	if inv.End == "" || key == "" {
		return casework.Receipt{}, why
	}
	receipt, err := r.door.Do(ctx, inv.State.ID, casework.Input{Act: act, Key: key, Actor: v.actor(nil)})
	var refusal *casework.Refusal
	if errors.As(err, &refusal) {
		return receipt, why
	}
	return receipt, err
}

// letter is the document with everything its signature says.
func (r *Room) letter(ctx context.Context, inv Invitation, p progress, in Signing) (Letter, error) {
	name := text(inv.State, inv.Signer.PersonName)
	l := Letter{Signer: name, SignerID: cn.MaskID(text(inv.State, inv.Signer.IDNumber)), Method: p.method,
		At: r.now(), Facts: map[string]string{}, CaseNumber: inv.State.Number}
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
	for _, f := range inv.Facts() {
		l.Facts[f.Label] = f.Value
	}
	l.Facts["内容摘要（SHA-256）"] = in.Digest
	l.Facts["身份核验方式"] = p.method.Label().ZH // belongs beside every signature and into its document
	if p.method == face.Counter {
		l.Facts["窗口核验人"], _ = p.detail["name"].(string)
	}
	var err error
	l.PDF, l.Box, err = r.Letter(ctx, inv.State, inv.Item, inv.Document)
	return l, err
}

// Refuse turns the request down. It needs the code only: who refuses has to
// prove nothing more than that the number is theirs (T10).
func (r *Room) Refuse(ctx context.Context, token string, v Visitor, key string, reasons []string, note string) (casework.Receipt, error) {
	inv, err := r.at(ctx, token, v, StepIdentity, StepSign)
	if err != nil {
		return r.again(ctx, inv, v, "refuse", key, err)
	}
	p, err := r.progress(ctx, token, v)
	if err != nil {
		return casework.Receipt{}, err
	}
	return r.door.Do(ctx, inv.State.ID, casework.Input{Act: "refuse", Key: key, Actor: v.actor(p.proofs()),
		Data: casework.Data{Reasons: slices.Clone(reasons), Text: note}})
}

// copyLife is how long the signed document can be fetched where it was signed.
const copyLife = 24 * time.Hour

// Copy is the document that was signed through this link, for the session that
// proved to be the signer; nobody else gets it by the link.
func (r *Room) Copy(ctx context.Context, token string, v Visitor) (form.File, bool, error) {
	inv, err := r.Look(ctx, token, v)
	if err != nil {
		return form.File{}, false, err
	}
	signature := inv.State.Signature
	if inv.End != Signed || inv.Own || signature == nil || !signature.At.Truncate(time.Microsecond).Equal(inv.Ended) {
		return form.File{}, false, nil
	}
	p, err := r.progress(ctx, token, v)
	if err != nil || v.Session == "" || p.proofAt.IsZero() || r.now().Sub(inv.Ended) >= copyLife {
		return form.File{}, false, err
	}
	return signature.File, true, nil
}
