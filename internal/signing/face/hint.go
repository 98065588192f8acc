package face

import (
	"crypto/subtle"
	"encoding/json"
	"net/url"
)

// Hint is what the person's browser says when it comes back: anybody can write it, so it only chooses the wording
// of the page and never the outcome.
type Hint struct {
	ProviderID string
	Cancelled  bool // the person left the check before its end
}

// ReturnHint reads the query with which the provider's page sent the browser back: "response", a JSON object.
func ReturnHint(q url.Values) Hint {
	var said struct {
		Code    int
		ExtInfo struct{ CertifyID string }
	}
	if err := json.Unmarshal([]byte(q.Get("response")), &said); err != nil {
		return Hint{}
	}
	const left = 1003 // 验证中断
	return Hint{ProviderID: said.ExtInfo.CertifyID, Cancelled: said.Code == left}
}

// CallbackHint reads the query of a callback. Whoever gets one asks Query about the id; what the callback claims
// about the outcome is not even read. The provider wants status 200 and calls twice more otherwise.
func (a *Aliyun) CallbackHint(q url.Values) (providerID string, ok bool) {
	if subtle.ConstantTimeCompare([]byte(q.Get("callbackToken")), []byte(a.config.CallbackToken)) != 1 {
		return "", false
	}
	id := q.Get("certifyId")
	return id, id != ""
}
