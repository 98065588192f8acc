package signing

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"maps"
	"time"

	"wangban/internal/casework"
	"wangban/internal/signing/face"
)

// proofLife is how long a proof counts, as the door holds it.
const proofLife = casework.ProofLife

// progress is how far a session has come.
type progress struct {
	smsAt   time.Time
	faceID  string // of the provider's check under way
	method  face.Method
	proofAt time.Time
	detail  map[string]any
}

func (p progress) step(now time.Time) Step {
	switch {
	case p.smsAt.IsZero() || now.Sub(p.smsAt) >= proofLife:
		return StepCode
	case p.proofAt.IsZero() || now.Sub(p.proofAt) >= proofLife:
		return StepIdentity
	}
	return StepSign
}

// vouched takes an officer's word for the signer, who has been seen with their
// card at the counter: it opens the way to the document for every session that
// has the code, the signer's own phone or the counter's device.
func (p progress) vouched(s casework.State, now time.Time) progress {
	if s.Vouched == nil || !s.Vouched.Fresh(now) || p.method.Level() > face.LevelSeen && p.step(now) == StepSign {
		return p
	}
	word, err := face.ProveAtCounter(s.Vouched.Voucher().ID, s.Vouched.At)
	if err == nil && string(word.Method) == s.Vouched.Method {
		p.method, p.proofAt, p.detail = word.Method, word.At, s.Vouched.Detail
	}
	return p
}

// proofs are what the session itself has proven; an officer's word is on the
// record of the case, where the door finds it.
func (p progress) proofs() []casework.Proof {
	out := []casework.Proof{{Method: "sms", At: p.smsAt}}
	if !p.proofAt.IsZero() && p.method != face.Counter {
		out = append(out, casework.Proof{Method: string(p.method), At: p.proofAt, Detail: p.detail})
	}
	return out
}

// purpose ties a code to the link it is for.
func purpose(token string) string { return "sign:" + hash(token) }

// SendSignerCode sends a code to the signer's registered number.
func (r *Room) SendSignerCode(ctx context.Context, token string, v Visitor) error {
	inv, err := r.at(ctx, token, v, StepCode)
	if err != nil {
		return err
	}
	return r.SendCode(ctx, text(inv.State, inv.Signer.Mobile), purpose(token))
}

// TakeCode takes the code: the session is where the registered number is.
func (r *Room) TakeCode(ctx context.Context, token string, v Visitor, code string) error {
	inv, err := r.at(ctx, token, v, StepCode)
	if err != nil {
		return err
	}
	if err := r.CheckCode(ctx, text(inv.State, inv.Signer.Mobile), purpose(token), code); err != nil {
		return err
	}
	return r.saveProgress(ctx, token, v, progress{smsAt: r.now()})
}

// actIdentifyFailed counts failed identity checks; the item bounds them.
const actIdentifyFailed = "identify_failed"

// identifying looks a link up for an identity check, and refuses it when too
// many have failed today (T8, C-03).
func (r *Room) identifying(ctx context.Context, token string, v Visitor) (Invitation, progress, error) {
	inv, err := r.at(ctx, token, v, StepIdentity)
	if err != nil {
		return inv, progress{}, err
	}
	stage, _ := inv.Item.Flow.Stage(inv.State.Stage)
	if act, ok := stage.Act(actIdentifyFailed); ok && casework.TooOften(act, inv.State, r.now()) != nil {
		return inv, progress{}, errTooMany
	}
	p, err := r.progress(ctx, token, v)
	return inv, p, err
}

// StartFace begins a comparison at the provider and tells where to go. agreed
// is the person's consent to FaceConsent.
func (r *Room) StartFace(ctx context.Context, token string, v Visitor, elder, agreed bool) (url string, err error) {
	if r.Face == nil {
		return "", ErrStep
	}
	inv, p, err := r.identifying(ctx, token, v)
	if err != nil {
		return "", err
	}
	if !agreed {
		return "", ErrFaceConsent
	}
	started, err := r.Face.Start(ctx, face.Subject{
		Name: text(inv.State, inv.Signer.PersonName), IDNumber: text(inv.State, inv.Signer.IDNumber),
		TransactionID: transaction(), ReturnURL: r.BaseURL() + "/s/" + token + "/face", Elder: elder,
	})
	if err != nil {
		return "", err
	}
	p = progress{smsAt: p.smsAt, faceID: started.ProviderID, detail: FaceConsent.record(r.now(), nil)}
	return started.URL, r.saveProgress(ctx, token, v, p)
}

func transaction() string {
	b := make([]byte, 12)
	_, _ = rand.Read(b)
	return hex.EncodeToString(b)
}

// FaceDone asks the provider how the comparison went; coming back from it is
// only a hint. What was found is told in words; nil means it passed.
func (r *Room) FaceDone(ctx context.Context, token string, v Visitor) (*face.Result, error) {
	inv, err := r.at(ctx, token, v, StepIdentity)
	if err != nil {
		return nil, err
	}
	p, err := r.progress(ctx, token, v)
	if err != nil {
		return nil, err
	}
	if p.faceID == "" || r.Face == nil {
		return nil, ErrStep
	}
	result, err := r.Face.Query(ctx, p.faceID)
	if err != nil {
		return nil, err
	}
	if result.Passed {
		p.faceID, p.method, p.proofAt = "", face.FaceProvider, r.now()
		if p.detail == nil {
			p.detail = map[string]any{}
		}
		maps.Copy(p.detail, map[string]any{"method": string(face.FaceProvider), "similarity": result.Similarity, "code": string(result.Code), "evidence": string(result.Evidence)})
		return nil, r.saveProgress(ctx, token, v, p)
	}
	if !result.Pending && result.Code.Counts() {
		in := casework.Input{Act: actIdentifyFailed, Key: "face-" + p.faceID, Actor: v.actor(nil), Data: casework.Data{Text: string(result.Code)}}
		if _, err := r.door.Do(ctx, inv.State.ID, in); err != nil {
			return nil, err
		}
	}
	return &result, nil
}

// TakePicture keeps a picture of the person as evidence. Nothing is compared,
// and the record says so. agreed is the person's consent to PictureConsent.
func (r *Room) TakePicture(ctx context.Context, token string, v Visitor, picture []byte, agreed bool) error {
	_, p, err := r.identifying(ctx, token, v)
	if err != nil {
		return err
	}
	if !agreed {
		return ErrPictureConsent
	}
	if err := photograph(picture, r.now()); err != nil {
		return err
	}
	file, err := r.Evidence(ctx, picture)
	if err != nil {
		return err
	}
	p.method, p.proofAt = face.CameraEvidence, r.now()
	p.detail = PictureConsent.record(r.now(), map[string]any{"method": string(face.CameraEvidence), "picture": file.Hash, "view": file.View})
	return r.saveProgress(ctx, token, v, p)
}

// photograph says whether something is a photograph at all; of what, nobody
// here can tell.
func photograph(picture []byte, now time.Time) error {
	_, err := face.NewCapture(picture, now)
	switch {
	case err == nil:
		return nil
	case len(picture) == 0:
		return ErrPicture
	case len(picture) > face.MaxCapture:
		return &Problem{Field: "picture", Text: "照片太大，上限 %d MB。把相机的清晰度调低一点，重新拍一张。", Args: []any{face.MaxCapture >> 20}}
	}
	return ErrFormat
}
