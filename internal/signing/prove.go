package signing

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"errors"

	"wangban/internal/casework"
	"wangban/internal/signing/face"
)

func purpose(token string) string { return "sign:" + hash(token) }

// ErrStep is returned when a step is tried before the one it stands on.
var ErrStep = errors.New("请按页面上的顺序，先完成上一步。")

// ErrOwn is returned to the applicant's own session.
var ErrOwn = &casework.Refusal{Code: casework.CodeOwnSession, Text: "这台设备上的代理人正在办理这件事，不能代替法定代表人签名。请法定代表人用自己的手机打开链接。"}

func (r *Room) at(ctx context.Context, token, session string, steps ...Step) (Invitation, error) {
	inv, err := r.Look(ctx, token, session)
	if err != nil {
		return inv, err
	}
	if inv.Own {
		return inv, ErrOwn
	}
	for _, s := range steps {
		if inv.Step == s {
			return inv, nil
		}
	}
	return inv, ErrStep
}

// SendSignerCode sends a code to the signer's registered number.
func (r *Room) SendSignerCode(ctx context.Context, token, session string) error {
	inv, err := r.at(ctx, token, session, StepCode)
	if err != nil {
		return err
	}
	return r.SendCode(ctx, text(inv.State, inv.Signer.Mobile), purpose(token))
}

// TakeCode takes the code: the session is where the registered number is.
func (r *Room) TakeCode(ctx context.Context, token, session, code string) error {
	inv, err := r.at(ctx, token, session, StepCode)
	if err != nil {
		return err
	}
	if err := r.CheckCode(ctx, text(inv.State, inv.Signer.Mobile), purpose(token), code); err != nil {
		return err
	}
	return r.saveProgress(ctx, token, session, progress{smsAt: r.now()})
}

// actIdentifyFailed counts failed identity checks; the item bounds them.
const actIdentifyFailed = "identify_failed"

// mayIdentify refuses a check when too many have failed today (T8, C-03).
func (r *Room) mayIdentify(inv Invitation) error {
	stage, _ := inv.Item.Flow.Stage(inv.State.Stage)
	if act, ok := stage.Act(actIdentifyFailed); ok {
		if refusal := casework.TooOften(act, inv.State, r.now()); refusal != nil {
			return &casework.Refusal{Code: casework.CodeTooMany, Text: "今天身份核验没有通过的次数已到上限，明天再试。着急的，请带身份证到窗口办理，或者用委托书签字盖章的方式。"}
		}
	}
	return nil
}

// StartFace begins a comparison at the provider and tells where to go.
func (r *Room) StartFace(ctx context.Context, token, session, metaInfo string, elder bool) (url string, err error) {
	inv, err := r.at(ctx, token, session, StepIdentity)
	if err != nil {
		return "", err
	}
	if r.Face == nil {
		return "", ErrStep
	}
	if err := r.mayIdentify(inv); err != nil {
		return "", err
	}
	started, err := r.Face.Start(ctx, face.Subject{
		Name: text(inv.State, inv.Signer.PersonName), IDNumber: text(inv.State, inv.Signer.IDNumber),
		TransactionID: transaction(), ReturnURL: r.BaseURL() + "/s/" + token + "/face", MetaInfo: metaInfo, Elder: elder,
	})
	if err != nil {
		return "", err
	}
	p, err := r.progress(ctx, token, session)
	if err != nil {
		return "", err
	}
	p.faceID = started.ProviderID
	return started.URL, r.saveProgress(ctx, token, session, p)
}

func transaction() string {
	b := make([]byte, 12)
	_, _ = rand.Read(b)
	return hex.EncodeToString(b)
}

// FaceDone asks the provider how the comparison went; coming back from it is
// only a hint. What was found is told in words; nil means it passed.
func (r *Room) FaceDone(ctx context.Context, token, session string) (*face.Result, error) {
	inv, err := r.at(ctx, token, session, StepIdentity)
	if err != nil {
		return nil, err
	}
	p, err := r.progress(ctx, token, session)
	if err != nil || p.faceID == "" || r.Face == nil {
		return nil, errors.Join(err, ErrStep)
	}
	result, err := r.Face.Query(ctx, p.faceID)
	if err != nil {
		return nil, err
	}
	if result.Passed {
		p.faceID, p.method, p.proofAt = "", face.FaceProvider, r.now()
		p.detail = map[string]any{"method": string(face.FaceProvider), "similarity": result.Similarity, "code": string(result.Code), "evidence": string(result.Evidence)}
		return nil, r.saveProgress(ctx, token, session, p)
	}
	if !result.Pending && result.Code.Counts() {
		in := casework.Input{Act: actIdentifyFailed, Key: "face:" + p.faceID, Actor: r.signer(session, nil), Data: casework.Data{Text: string(result.Code)}}
		if _, err := r.door.Do(ctx, inv.State.ID, in); err != nil {
			return nil, err
		}
	}
	return &result, nil
}

// TakePicture keeps a picture of the person as evidence. Nothing is compared,
// and the record says so.
func (r *Room) TakePicture(ctx context.Context, token, session string, picture []byte) error {
	inv, err := r.at(ctx, token, session, StepIdentity)
	if err != nil {
		return err
	}
	if err := r.mayIdentify(inv); err != nil {
		return err
	}
	capture, err := face.NewCapture(picture, r.now())
	if err != nil {
		return err
	}
	file, err := r.Keep(ctx, "identity", capture.Type, picture)
	if err != nil {
		return err
	}
	p, err := r.progress(ctx, token, session)
	if err != nil {
		return err
	}
	p.method, p.proofAt = face.CameraEvidence, r.now()
	p.detail = map[string]any{"method": string(face.CameraEvidence), "picture": file.Hash, "view": file.View}
	return r.saveProgress(ctx, token, session, p)
}

// signer is the session as the actor of a signing act.
func (r *Room) signer(session string, proofs []casework.Proof) casework.Actor {
	return casework.Actor{Kind: casework.Signer, ID: session, Session: session, Proofs: proofs}
}

func (p progress) proofs() []casework.Proof {
	var out []casework.Proof
	if !p.smsAt.IsZero() {
		out = append(out, casework.Proof{Method: "sms", At: p.smsAt})
	}
	if !p.proofAt.IsZero() {
		out = append(out, casework.Proof{Method: string(p.method), At: p.proofAt, Detail: p.detail})
	}
	return out
}
