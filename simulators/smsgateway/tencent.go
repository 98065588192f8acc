package smsgateway

import (
	"encoding/json"
	"net/http"
	"regexp"
	"strconv"
	"strings"
	"time"

	"wangban/simulators/rpc"
	"wangban/simulators/signature"
)

type tencent struct{ g *Gateway }

var numbered = regexp.MustCompile(`\{(\d+)\}`)

func (tencent) shape() string { return "tencent" }

func (t tencent) read(r *http.Request, body []byte, now time.Time) (*Message, *signature.Refusal) {
	settings := t.g.current()
	if refusal := signature.CheckTC3(r, body, "sms", settings.TencentKeys, now); refusal != nil {
		return nil, refusal
	}
	refused := func(code, message string) (*Message, *signature.Refusal) {
		return nil, &signature.Refusal{Status: http.StatusOK, Code: code, Message: message}
	}
	if r.Header.Get("X-TC-Version") != "2021-01-11" {
		return refused("NoSuchVersion", "The version does not exist.")
	}
	if r.Header.Get("X-TC-Action") != "SendSms" {
		return refused("InvalidAction", "The action does not exist.")
	}
	var in struct {
		PhoneNumberSet                                    []string
		SmsSdkAppId, TemplateId, SignName, SessionContext string
		TemplateParamSet                                  []string
	}
	if err := json.Unmarshal(body, &in); err != nil {
		return refused("InvalidParameter", "The body is not the JSON of SendSms.")
	}
	if in.SmsSdkAppId == "" || in.TemplateId == "" || len(in.PhoneNumberSet) != 1 {
		return refused("MissingParameter", "SmsSdkAppId, TemplateId and one PhoneNumberSet are needed.")
	}
	if len(in.SessionContext) >= 512 {
		return refused("InvalidParameterValue", "SessionContext must be shorter than 512 bytes.")
	}
	if !mainland.MatchString(in.PhoneNumberSet[0]) {
		return nil, t.impossible()
	}
	params, err := json.Marshal(in.TemplateParamSet)
	if err != nil {
		return refused("InvalidParameter", "TemplateParamSet")
	}
	to := in.PhoneNumberSet[0]
	m := &Message{ProviderID: "2640:" + rpc.NewID(8), OutID: in.SessionContext, To: to[len(to)-11:], Sign: in.SignName,
		Template: in.TemplateId, Params: string(params)}
	missing := false
	filled, known := text(settings.TencentTemplates, m.Template,
		func(template string) string {
			return numbered.ReplaceAllStringFunc(template, func(v string) string {
				n, err := strconv.Atoi(v[1 : len(v)-1])
				if err != nil || n < 1 || n > len(in.TemplateParamSet) {
					missing = true
					return ""
				}
				return in.TemplateParamSet[n-1]
			})
		})
	switch {
	case !known:
		return nil, t.unknownTemplate()
	case missing:
		return refused("FailedOperation.TemplateParamSetNotMatchApprovedTemplate", "the count of params is not the template's")
	case filled != "":
		m.Text = "【" + m.Sign + "】" + filled
	}
	return m, nil
}

func (tencent) accepted(w http.ResponseWriter, m *Message) {
	sendStatus(w, m.To, "Ok", "send success", m.ProviderID, m.OutID)
}

// refuse answers as the company does: trouble with the request in Error, trouble with a number in its status.
func (tencent) refuse(w http.ResponseWriter, r *signature.Refusal) {
	perNumber := strings.HasPrefix(r.Code, "FailedOperation.") || strings.HasPrefix(r.Code, "LimitExceeded.") ||
		r.Code == "InvalidParameterValue.IncorrectPhoneNumber"
	if perNumber {
		sendStatus(w, "", r.Code, r.Message, "", "")
		return
	}
	rpc.JSON(w, http.StatusOK, map[string]any{"Response": map[string]any{
		"Error": map[string]string{"Code": r.Code, "Message": r.Message}, "RequestId": rpc.NewID(8),
	}})
}

func sendStatus(w http.ResponseWriter, to, code, message, serial, session string) {
	number := ""
	fee := 0
	if to != "" {
		number, fee = "+86"+to, 1
	}
	rpc.JSON(w, http.StatusOK, map[string]any{"Response": map[string]any{
		"SendStatusSet": []map[string]any{{"SerialNo": serial, "PhoneNumber": number, "Fee": fee, "SessionContext": session,
			"Code": code, "Message": message, "IsoCode": "CN"}},
		"RequestId": rpc.NewID(8),
	}})
}

func (tencent) throttled() *signature.Refusal {
	return &signature.Refusal{Status: 200, Code: "RequestLimitExceeded", Message: "The number of requests exceeds the limit."}
}

func (tencent) tooMany(int) *signature.Refusal {
	return &signature.Refusal{Status: 200, Code: "LimitExceeded.PhoneNumberThirtySecondLimit",
		Message: "the number of SMS messages sent from a single mobile number within 30 seconds exceeds the upper limit"}
}

func (tencent) impossible() *signature.Refusal {
	return &signature.Refusal{Status: 200, Code: "InvalidParameterValue.IncorrectPhoneNumber", Message: "incorrect mobile number"}
}

func (tencent) unknownSign() *signature.Refusal {
	return &signature.Refusal{Status: 200, Code: "FailedOperation.SignatureIncorrectOrUnapproved", Message: "signature is not approved"}
}

func (tencent) unknownTemplate() *signature.Refusal {
	return &signature.Refusal{Status: 200, Code: "FailedOperation.TemplateIncorrectOrUnapproved", Message: "template is not approved"}
}
