package sms

import (
	"context"
	"errors"
	"net/http"
	"strconv"
	"strings"
	"time"

	"wangban/internal/cloudapi"
)

// Kind tells the outbox what to do next.
type Kind string

const (
	Temporary Kind = "temporary" // try again with growing pauses
	Throttled Kind = "throttled" // try again after RetryAfter
	Permanent Kind = "permanent" // no try will help; tell a person
)

// Reason tells people what stands in the way.
type Reason string

const (
	ReasonNetwork   Reason = "network"   // no connection, or the answer was lost
	ReasonProvider  Reason = "provider"  // the provider is out of order
	ReasonAccount   Reason = "account"   // balance, key, permission, address: the operator mends it, nothing is lost
	ReasonQuota     Reason = "quota"     // our account sent too much
	ReasonFrequency Reason = "frequency" // this number got too many
	ReasonNumber    Reason = "number"    // this number cannot receive it
	ReasonTemplate  Reason = "template"  // template or signature not approved, or not configured here
	ReasonContent   Reason = "content"   // the provider refuses these words
)

var reasonWords = map[Reason]string{
	ReasonNetwork:   "没有连上短信服务方，稍后自动再发",
	ReasonProvider:  "短信服务方暂时处理不了，稍后自动再发",
	ReasonAccount:   "短信账户暂不可用（余额、密钥、权限或地址限制），需要管理员处理；短信会保留并自动再发",
	ReasonQuota:     "短信账户达到发送上限，到时自动再发",
	ReasonFrequency: "发给这个号码的短信过于频繁，到时自动再发",
	ReasonNumber:    "这个手机号收不到短信，需要核对号码",
	ReasonTemplate:  "短信模板或签名未配置，或未通过服务方审核，需要管理员核对",
	ReasonContent:   "短信内容不合服务方的规则，需要管理员调整文字",
}

// Text says in Chinese what happened and what to do.
func (r Reason) Text() string { return reasonWords[r] }

// Error is why a message was not taken. It never holds a phone number, a name or an address of the web.
type Error struct {
	Kind       Kind
	Reason     Reason
	Provider   string        // "aliyun", "tencent", "failover"
	Code       string        // the provider's own code or ours, for the operator
	RetryAfter time.Duration // not before; always positive when Throttled
	// MaybeSent: the request went out and its answer was lost, so the message may arrive all the same. Whoever sends
	// again at once may send twice; wait a few minutes for a Report with this message's id first (domain sheet C-44).
	MaybeSent bool
}

func (e *Error) Error() string {
	text := e.Reason.Text() + "（" + e.Provider + " " + e.Code + "）"
	if e.MaybeSent {
		text += "；这一条可能已经发出"
	}
	return text
}

// AsError gives the *Error inside err; anything else counts as a temporary trouble, so that no message is lost.
func AsError(err error) *Error {
	var e *Error
	if errors.As(err, &e) {
		return e
	}
	return &Error{Kind: Temporary, Reason: ReasonProvider, Provider: "unknown", Code: "unknown"}
}

// lost turns an exchange without an answer into an Error.
func lost(provider string, err error) *Error {
	e := &Error{Kind: Temporary, Reason: ReasonNetwork, Provider: provider, Code: "no-answer"}
	var l *cloudapi.LostError
	if errors.As(err, &l) {
		e.MaybeSent = l.Sent
	}
	if errors.Is(err, context.DeadlineExceeded) {
		e.Code = "timeout"
	}
	return e
}

// unreadable judges an answer that is not the provider's JSON: mostly something between the provider and us.
func unreadable(provider string, a cloudapi.Answer) *Error {
	e := &Error{Kind: Temporary, Reason: ReasonProvider, Provider: provider, Code: "http-" + strconv.Itoa(a.Status)}
	switch a.Status {
	case http.StatusTooManyRequests:
		e.Kind, e.Reason, e.RetryAfter = Throttled, ReasonQuota, retryAfter(a.Header)
	case http.StatusOK, http.StatusBadGateway, http.StatusGatewayTimeout:
		e.MaybeSent = true
	}
	return e
}

// retryAfter reads the header in seconds; without one a short breath is enough for a limit by the second.
func retryAfter(h http.Header) time.Duration {
	if s, err := strconv.Atoi(h.Get("Retry-After")); err == nil && s > 0 && s <= 24*3600 {
		return time.Duration(s) * time.Second
	}
	return 5 * time.Second
}

// verdict is what a provider's code means for us.
type verdict struct {
	kind   Kind
	reason Reason
	wait   func(now time.Time) time.Duration // nil: none
}

func after(d time.Duration) func(time.Time) time.Duration {
	return func(time.Time) time.Duration { return d }
}

// china has had no summer time since 1991; the providers' days and report times are Beijing's.
var china = time.FixedZone("CST", 8*3600)

func nextDay(now time.Time) time.Duration {
	y, m, d := now.In(china).Date()
	return time.Date(y, m, d+1, 0, 0, 0, 0, china).Sub(now)
}

func nextMonth(now time.Time) time.Duration {
	y, m, _ := now.In(china).Date()
	return time.Date(y, m+1, 1, 0, 0, 0, 0, china).Sub(now)
}

// judge looks a code up, then its parents ("AuthFailure.TokenFailure", "AuthFailure"). An unknown code is temporary:
// better a message that is tried in vain than one that is dropped.
func judge(table map[string]verdict, provider, code string, now time.Time) *Error {
	e := &Error{Kind: Temporary, Reason: ReasonProvider, Provider: provider, Code: code}
	for key := code; ; {
		if v, ok := table[key]; ok {
			e.Kind, e.Reason = v.kind, v.reason
			if v.wait != nil {
				e.RetryAfter = v.wait(now)
			}
			return e
		}
		dot := strings.LastIndexByte(key, '.')
		if dot < 0 {
			return e
		}
		key = key[:dot]
	}
}
