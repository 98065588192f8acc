package desk

import (
	"context"
	"fmt"
	"time"

	"wangban/internal/casework"
	"wangban/internal/web"
)

// signature is what an officer sees of the last signature.
type signature struct {
	At      time.Time
	Serial  string
	Letter  string // address of the signed document
	Proofs  []proof
	Carried bool
	Old     bool // given to an earlier submission, not to this one
}

// proof is how the signer was identified, called what it is.
type proof struct {
	Text  string
	By    string // the officer who vouched
	At    time.Time
	Image string
}

func (d *Desk) signatureOf(ctx context.Context, s casework.State) *signature {
	if s.Signature == nil {
		return nil
	}
	sig := &signature{At: s.Signature.At, Serial: s.Signature.Serial, Carried: s.Carried, Old: !s.Signed()}
	if s.Signature.File.Hash != "" {
		sig.Letter = "/desk/cases/" + s.ID + "/letter"
	}
	for i, p := range s.Signature.Proofs {
		shown := proof{Text: web.T(ctx, methodLabel(p.Method)), At: p.At}
		if who := p.Voucher(); who.Name != "" {
			shown.By = web.Tf(ctx, "%s（%s）", who.Name, web.T(ctx, d.Units()[who.Unit]))
		}
		if picture(p) != "" {
			shown.Image = fmt.Sprintf("/desk/cases/%s/evidence/%d", s.ID, i)
		}
		sig.Proofs = append(sig.Proofs, shown)
	}
	return sig
}

func methodLabel(method string) string {
	switch method {
	case "sms":
		return "手机短信验证码"
	case "face-provider":
		return "人脸核验通过，由核验服务比对"
	case "camera-evidence":
		return "现场拍照，未做比对"
	case "counter":
		return "窗口当面核验本人和证件原件"
	}
	return method
}
