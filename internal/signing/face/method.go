package face

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"net/http"
	"time"
)

// Method names the way in which a signer's identity was looked at. Signatures store it.
type Method string

const (
	FaceProvider   Method = "face-provider"   // a company compared a living face with the official photograph
	CameraEvidence Method = "camera-evidence" // a picture was kept, nothing was compared
	Counter        Method = "counter"         // an officer saw the person and the card (窗口核验)
)

// Level says how much a method proves.
type Level int

const (
	LevelUnproven Level = iota // nothing yet: somebody must still look
	LevelSeen                  // an officer vouches
	LevelCompared              // compared with the authority's record
)

type methodFacts struct {
	level Level
	label Words
}

var methods = map[Method]methodFacts{
	FaceProvider: {LevelCompared, Words{"人脸核验：由核验服务方比对真人面容与公安登记照片",
		"Face check: a verification company compared the living face with the photo on record"}},
	CameraEvidence: {LevelUnproven, Words{"未做人脸比对，仅留存影像供审核人目视核对",
		"No face comparison was made; the image is kept for the reviewer to check by eye"}},
	Counter: {LevelSeen, Words{"窗口核验：工作人员当面核对本人和身份证件",
		"Counter check: an officer saw the person and the identity document"}},
}

// Level is LevelUnproven for a name that is not known.
func (m Method) Level() Level { return methods[m].level }

// Label says plainly what was done and what not; it belongs beside every signature and into its document.
func (m Method) Label() Words { return methods[m].label }

// Known says whether the name is one of ours; stored names are read back through it.
func (m Method) Known() bool { _, ok := methods[m]; return ok }

// ProvesIdentity says whether somebody or something has vouched that the signer is the person named.
func (m Method) ProvesIdentity() bool { return m.Level() > LevelUnproven }

// MaxCapture is the largest picture taken as evidence, in bytes.
const MaxCapture = 10 << 20

// Capture is what camera evidence amounts to: that a picture was taken, and which. The picture itself is kept by the
// caller among the case's files.
type Capture struct {
	Captured bool
	SHA256   string // of the stored bytes, lower-case hex
	Type     string // "image/jpeg" or "image/png"
	Size     int    // bytes
	At       time.Time
}

// NewCapture describes a picture. It looks at the type only; a picture of a wall is a capture too.
func NewCapture(picture []byte, at time.Time) (Capture, error) {
	if len(picture) == 0 {
		return Capture{}, errors.New("没有收到照片，可以重新拍摄")
	}
	if len(picture) > MaxCapture {
		return Capture{}, fmt.Errorf("照片有 %d MB，上限 %d MB，可以降低清晰度后重新拍摄", len(picture)>>20, MaxCapture>>20)
	}
	kind := http.DetectContentType(picture[:min(512, len(picture))])
	if kind != "image/jpeg" && kind != "image/png" {
		return Capture{}, errors.New("收到的不是 JPEG 或 PNG 照片，可以重新拍摄")
	}
	sum := sha256.Sum256(picture)
	return Capture{Captured: true, SHA256: hex.EncodeToString(sum[:]), Type: kind, Size: len(picture), At: at}, nil
}

// Is says whether the picture is the one captured.
func (c Capture) Is(picture []byte) bool {
	sum := sha256.Sum256(picture)
	stored, err := hex.DecodeString(c.SHA256)
	return c.Captured && err == nil && bytes.Equal(stored, sum[:])
}

// Proof is what signing stores: the method and what it yielded. Exactly the field that belongs to the method is set.
type Proof struct {
	Method  Method
	Result  *Result  `json:",omitempty"` // FaceProvider
	Capture *Capture `json:",omitempty"` // CameraEvidence
	Officer string   `json:",omitempty"` // Counter: the account of the officer who vouches
	At      time.Time
}

// ProveByFace makes a proof of a passed check, and of nothing else.
func ProveByFace(r Result) (Proof, error) {
	if !r.Passed || r.Pending || r.Code != CodePassed {
		return Proof{}, errors.New(r.Code.Words().ZH)
	}
	return Proof{Method: FaceProvider, Result: &r, At: r.At}, nil
}

// KeepCapture records a capture. It is evidence, not proof: ProvesIdentity stays false until a reviewer has looked.
func KeepCapture(c Capture) (Proof, error) {
	if !c.Captured {
		return Proof{}, errors.New("没有收到照片，可以重新拍摄")
	}
	return Proof{Method: CameraEvidence, Capture: &c, At: c.At}, nil
}

// ProveAtCounter records that an officer vouches.
func ProveAtCounter(officer string, at time.Time) (Proof, error) {
	if officer == "" {
		return Proof{}, errors.New("缺少核验的工作人员")
	}
	return Proof{Method: Counter, Officer: officer, At: at}, nil
}
