// Package sms hands short messages (短信) to the companies that carry them and reads back what became of them.
//
// Two providers are spoken in their own protocol, Aliyun (SendSms 2017-05-25) and Tencent (SendSms 2021-01-11);
// Failover stands before several and turns away from one that errs.
//
// The package stores nothing and decides nothing about people: which message goes to whom, when, how often and in
// which words belongs to the room around it, internal/notify, with its outbox. Providers promise no idempotency;
// Error.MaybeSent says when a second try could mean a second message.
package sms

import (
	"context"
	"regexp"
)

// Sender hands one message to a provider. Implementations are safe for concurrent use; every error is an *Error.
type Sender interface {
	Send(ctx context.Context, m Message) (Receipt, error)
}

// Message is one short message to one phone.
type Message struct {
	ID       string            // the outbox's id, at most 64 bytes: goes out as OutId or SessionContext, comes back in reports
	To       string            // mainland mobile number, normalised: 11 digits
	Sign     string            // signature (签名) without 【】, as registered with the provider
	Template string            // our name of the template, e.g. "signing-request"; the adapter knows the provider's code
	Params   map[string]string // the template's variables
	Text     string            // the whole text with 【signature】; cloud providers make their own from the template
}

// Receipt says that a provider took the message, not that it arrived: that comes later, as a Report.
type Receipt struct {
	Provider   string // "aliyun", "tencent"
	ProviderID string // BizId or SerialNo
}

var mobile = regexp.MustCompile(`^1[3-9][0-9]{9}$`)

// check refuses what no provider can send. Foreign numbers cannot receive template messages (domain sheet 3.7).
func (m Message) check(provider string) error {
	switch {
	case !mobile.MatchString(m.To):
		return &Error{Kind: Permanent, Reason: ReasonNumber, Provider: provider, Code: "not-a-mobile-number"}
	case m.ID == "" || len(m.ID) > 64:
		return &Error{Kind: Permanent, Reason: ReasonContent, Provider: provider, Code: "no-message-id"}
	}
	return nil
}
