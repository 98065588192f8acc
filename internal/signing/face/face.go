// Package face asks an outside company whether the person before the camera is the holder of an identity card
// (实人认证), and names the ways in which a signature's identity can be proven at all.
//
// A Verifier compares a living face with the official photograph. Where an installation has none, a picture may be
// kept as evidence for the reviewer's eye (Capture): that proves nothing by itself and says so. Face must never be the
// only way (人脸识别技术应用安全管理办法, 市场主体登记管理条例实施细则 16; domain sheet C-25): a visit to the counter
// stands beside both.
//
// The package keeps no picture and no state. Limits such as five failures a day (C-03) are the caller's.
package face

import (
	"context"
	"encoding/json"
	"time"
)

// Verifier sends a person to a company's page and asks the company for the outcome. Whatever else arrives, from the
// browser that comes back or by callback, is a hint to ask; only Query's word counts.
type Verifier interface {
	Start(ctx context.Context, s Subject) (Session, error)
	Query(ctx context.Context, providerID string) (Result, error)
}

// Subject is who is to be checked.
type Subject struct {
	Name          string // as on the identity card
	IDNumber      string // 18 characters; only resident identity cards can be compared
	TransactionID string // ours: 1 to 32 letters and digits, new for every attempt
	ReturnURL     string // where the browser comes back to
	MetaInfo      string // JSON that the company's script makes on our page (getMetaInfo); empty without JavaScript
	Elder         bool   // slower, larger page (适老化)
}

// Session is one attempt. Its URL works once and until Expires.
type Session struct {
	ProviderID string
	URL        string
	Expires    time.Time
}

// Liveness tells whether a living person stood before the camera.
type Liveness string

const (
	LivenessUnknown Liveness = ""
	LivenessOK      Liveness = "ok"
	LivenessRisk    Liveness = "risk"
)

// Result is the company's word on an attempt.
type Result struct {
	Passed  bool // identity and face agree
	Pending bool // no word yet: not done, under way, or abandoned; the company cannot tell these apart
	// Similarity of the faces, 0 to 100; nil when the company gave none. The threshold is the company's.
	Similarity   *float64 `json:",omitempty"`
	Liveness     Liveness
	Code         Code
	ProviderCode string          // the company's own, e.g. "204"
	Evidence     json.RawMessage // canonical JSON to be kept: no picture, no address of one, no name or number
	At           time.Time       // when the answer came
}
