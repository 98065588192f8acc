package sms

import (
	"context"
	"encoding/json"
	"io"
	"net/http"
	"net/url"
	"strings"
	"time"

	"wangban/internal/cloudapi"
)

// Aliyun sends through Alibaba Cloud's short message service (Dysmsapi 2017-05-25, action SendSms).
type Aliyun struct {
	api       *cloudapi.ACS3
	templates map[string]string
	now       func() time.Time
}

// AliyunConfig holds the settings of an account.
type AliyunConfig struct {
	Endpoint        string            // empty: https://dysmsapi.aliyuncs.com
	AccessKeyID     string            // of a RAM user with AliyunDysmsFullAccess or less
	AccessKeySecret string            //
	Templates       map[string]string // our name → the provider's TemplateCode, e.g. "signing-request": "SMS_153055065"
	Client          *http.Client      // nil: gives up after ten seconds; the provider asks for at least one
	Now             func() time.Time  // real time, never the demo's moved clock: signatures carry it
	Random          io.Reader         // source of nonces; nil: crypto/rand
}

// NewAliyun checks the settings; its errors name the missing one.
func NewAliyun(c AliyunConfig) (*Aliyun, error) {
	if c.Endpoint == "" {
		c.Endpoint = "https://dysmsapi.aliyuncs.com"
	}
	api, err := cloudapi.NewACS3(cloudapi.ACS3Config{Endpoint: c.Endpoint, Version: "2017-05-25",
		AccessKeyID: c.AccessKeyID, AccessKeySecret: c.AccessKeySecret, Client: c.Client, Now: c.Now, Random: c.Random})
	if err != nil {
		return nil, err
	}
	return &Aliyun{api: api, templates: c.Templates, now: c.Now}, nil
}

// Send implements Sender. Message.ID travels as OutId and comes back in the delivery report.
func (a *Aliyun) Send(ctx context.Context, m Message) (Receipt, error) {
	if err := m.check("aliyun"); err != nil {
		return Receipt{}, err
	}
	code, ok := a.templates[m.Template]
	if !ok {
		return Receipt{}, &Error{Kind: Permanent, Reason: ReasonTemplate, Provider: "aliyun", Code: "template-not-configured"}
	}
	params := url.Values{
		"PhoneNumbers": {m.To},
		"SignName":     {m.Sign},
		"TemplateCode": {code},
		"OutId":        {m.ID},
	}
	if len(m.Params) > 0 {
		values, err := json.Marshal(m.Params)
		if err != nil {
			return Receipt{}, &Error{Kind: Permanent, Reason: ReasonContent, Provider: "aliyun", Code: "unencodable"}
		}
		params.Set("TemplateParam", string(values))
	}
	answer, err := a.api.Call(ctx, "SendSms", params)
	if err != nil {
		return Receipt{}, lost("aliyun", err)
	}
	receipt, refused := readAliyun(answer, a.now())
	if refused != nil {
		return Receipt{}, refused
	}
	return receipt, nil
}

// readAliyun reads the answer to SendSms: a receipt, or why not.
func readAliyun(a cloudapi.Answer, now time.Time) (Receipt, *Error) {
	var body struct{ Code, Message, BizID string }
	if err := json.Unmarshal(a.Body, &body); err != nil || body.Code == "" {
		return Receipt{}, unreadable("aliyun", a)
	}
	if body.Code == "OK" && a.Status == http.StatusOK {
		if body.BizID == "" {
			return Receipt{}, unreadable("aliyun", a)
		}
		return Receipt{Provider: "aliyun", ProviderID: body.BizID}, nil
	}
	e := judge(aliyunCodes, "aliyun", body.Code, now)
	if e.Reason == ReasonFrequency {
		e.RetryAfter = aliyunPause(body.Message, now)
	}
	return Receipt{}, e
}

// aliyunPause reads how long a number is to be left alone: the message says "触发分钟级流控Permits:1", 小时级 or 天级.
func aliyunPause(message string, now time.Time) time.Duration {
	switch {
	case strings.Contains(message, "天级"):
		return nextDay(now)
	case strings.Contains(message, "小时级"):
		return time.Hour
	default:
		return time.Minute
	}
}
