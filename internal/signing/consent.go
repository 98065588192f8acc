package signing

import (
	"crypto/sha256"
	"encoding/hex"
	"time"
)

// Consent is what a person agrees to before their face is photographed or
// scanned: separately from everything else, and of their own accord (个人信息
// 保护法 13, 14, 29). There is always a way without it.
type Consent struct{ Name, Text string }

// Consents.
var (
	PictureConsent = Consent{"picture", "我同意拍摄并保存我的面部照片，只用于核对签名人是不是本人：由审核这件申请的工作人员和证件比对，随这件申请保存。不同意的，可以到窗口当面核对。"}
	FaceConsent    = Consent{"face", "我同意核验服务方采集我的面部影像，只用于和公安登记照片比对、核对签名人是不是本人。不同意的，可以拍照由工作人员核对，或者到窗口当面核对。"}
)

// Version names the text: another text is another version.
func (c Consent) Version() string {
	sum := sha256.Sum256([]byte(c.Text))
	return c.Name + "-" + hex.EncodeToString(sum[:4])
}

// record is what a proof keeps of a consent.
func (c Consent) record(at time.Time, detail map[string]any) map[string]any {
	if detail == nil {
		detail = map[string]any{}
	}
	detail["consent"], detail["consented"] = c.Version(), at.UTC().Format(time.RFC3339)
	return detail
}
