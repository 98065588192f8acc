package sms

import (
	"context"
	"encoding/json"
	"net/http"
	"time"

	"wangban/internal/cloudapi"
)

// Tencent sends through Tencent Cloud's short message service (sms 2021-01-11, action SendSms).
type Tencent struct {
	api       *cloudapi.TC3
	appID     string
	templates map[string]TencentTemplate
	now       func() time.Time
}

// TencentTemplate is how one of our templates was registered: its variables are numbered, {1}, {2}, …
type TencentTemplate struct {
	ID     string   // e.g. "1110"
	Params []string // our variable names in the order of the numbers
}

// TencentConfig holds the settings of an account.
type TencentConfig struct {
	Endpoint  string                     // empty: https://sms.tencentcloudapi.com
	SecretID  string                     // of a sub-user that may call only sms
	SecretKey string                     //
	Region    string                     // empty: ap-guangzhou
	AppID     string                     // SmsSdkAppId, e.g. "1400006666"
	Templates map[string]TencentTemplate // by our name
	Client    *http.Client               // nil: gives up after ten seconds
	Now       func() time.Time           // real time, never the demo's moved clock: signatures carry it
}

// NewTencent checks the settings; its errors name the missing one.
func NewTencent(c TencentConfig) (*Tencent, error) {
	if c.Endpoint == "" {
		c.Endpoint = "https://sms.tencentcloudapi.com"
	}
	if c.Region == "" {
		c.Region = "ap-guangzhou"
	}
	api, err := cloudapi.NewTC3(cloudapi.TC3Config{Endpoint: c.Endpoint, Service: "sms", Version: "2021-01-11",
		Region: c.Region, SecretID: c.SecretID, SecretKey: c.SecretKey, Client: c.Client, Now: c.Now})
	if err != nil {
		return nil, err
	}
	return &Tencent{api: api, appID: c.AppID, templates: c.Templates, now: c.Now}, nil
}

// tencentRequest is the payload of SendSms.
type tencentRequest struct {
	PhoneNumberSet   []string
	SmsSdkAppId      string
	TemplateId       string
	SignName         string
	TemplateParamSet []string `json:",omitempty"`
	SessionContext   string
}

// Send implements Sender. Message.ID travels as SessionContext; reports carry only the SerialNo.
func (t *Tencent) Send(ctx context.Context, m Message) (Receipt, error) {
	if err := m.check("tencent"); err != nil {
		return Receipt{}, err
	}
	template, ok := t.templates[m.Template]
	if !ok {
		return Receipt{}, &Error{Kind: Permanent, Reason: ReasonTemplate, Provider: "tencent", Code: "template-not-configured"}
	}
	req := tencentRequest{PhoneNumberSet: []string{"+86" + m.To}, SmsSdkAppId: t.appID, TemplateId: template.ID,
		SignName: m.Sign, SessionContext: m.ID}
	for _, name := range template.Params {
		value, ok := m.Params[name]
		if !ok {
			return Receipt{}, &Error{Kind: Permanent, Reason: ReasonTemplate, Provider: "tencent", Code: "variable-missing"}
		}
		req.TemplateParamSet = append(req.TemplateParamSet, value)
	}
	payload, err := json.Marshal(req)
	if err != nil {
		return Receipt{}, &Error{Kind: Permanent, Reason: ReasonContent, Provider: "tencent", Code: "unencodable"}
	}
	answer, err := t.api.Call(ctx, "SendSms", payload)
	if err != nil {
		return Receipt{}, lost("tencent", err)
	}
	receipt, refused := readTencent(answer, t.now())
	if refused != nil {
		return Receipt{}, refused
	}
	return receipt, nil
}

// readTencent reads the answer to SendSms: a receipt, or why not. Refusals come with status 200 too.
func readTencent(a cloudapi.Answer, now time.Time) (Receipt, *Error) {
	var body struct {
		Response struct {
			Error         *struct{ Code string }
			SendStatusSet []struct{ SerialNo, Code string }
		}
	}
	if err := json.Unmarshal(a.Body, &body); err != nil {
		return Receipt{}, unreadable("tencent", a)
	}
	r := body.Response
	switch {
	case r.Error != nil && r.Error.Code != "":
		return Receipt{}, judge(tencentCodes, "tencent", r.Error.Code, now)
	case len(r.SendStatusSet) != 1 || r.SendStatusSet[0].Code == "" || a.Status != http.StatusOK:
		return Receipt{}, unreadable("tencent", a)
	case r.SendStatusSet[0].Code != "Ok":
		return Receipt{}, judge(tencentCodes, "tencent", r.SendStatusSet[0].Code, now)
	case r.SendStatusSet[0].SerialNo == "":
		return Receipt{}, unreadable("tencent", a)
	}
	return Receipt{Provider: "tencent", ProviderID: r.SendStatusSet[0].SerialNo}, nil
}
