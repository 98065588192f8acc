package face

import (
	"errors"

	"wangban/internal/cloudapi"
)

// Error is why an attempt could not be started or asked about. It holds nothing personal. An attempt that was not
// passed is no Error but a Result.
type Error struct {
	Code         Code   // for Code.Words: what to tell the person
	ProviderCode string // for the operator, e.g. "410" or "SignatureDoesNotMatch"
	Temporary    bool   // the same call may succeed later
	Operator     string // what the operator has to do, in Chinese; empty when nothing
}

func (e *Error) Error() string {
	text := "人脸核验服务：" + e.Code.Words().ZH
	if e.Operator != "" {
		text += e.Operator
	}
	return text + "（" + e.ProviderCode + "）"
}

// lost: whether the request arrived does not matter here; an attempt that nobody knows of is simply never used.
func lost(err error) *Error {
	var l *cloudapi.LostError
	if errors.As(err, &l) {
		return &Error{Code: CodeSourceDown, ProviderCode: "no-answer", Temporary: true}
	}
	return &Error{Code: CodeSourceDown, ProviderCode: "no-random", Temporary: true}
}
