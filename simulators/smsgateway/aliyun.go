package smsgateway

import (
	"encoding/json"
	"fmt"
	"net/http"
	"regexp"
	"time"

	"wangban/simulators/rpc"
	"wangban/simulators/signature"
)

type aliyun struct{ g *Gateway }

var (
	mainland = regexp.MustCompile(`^(\+86|0086|86)?1[3-9][0-9]{9}$`)
	variable = regexp.MustCompile(`\$\{(\w+)\}`)
)

func (aliyun) shape() string { return "aliyun" }

func (a aliyun) read(r *http.Request, body []byte, now time.Time) (*Message, *signature.Refusal) {
	settings := a.g.current()
	if refusal := signature.CheckACS3(r, body, settings.AliyunKeys, &a.g.nonces, now); refusal != nil {
		return nil, refusal
	}
	if r.Header.Get("x-acs-version") != "2017-05-25" {
		return nil, &signature.Refusal{Status: 404, Code: "InvalidVersion", Message: "Specified parameter Version is not valid."}
	}
	if r.Header.Get("x-acs-action") != "SendSms" {
		return nil, &signature.Refusal{Status: 404, Code: "InvalidAction.NotFound", Message: "Specified api is not found."}
	}
	q := r.URL.Query()
	for _, name := range []string{"PhoneNumbers", "SignName", "TemplateCode"} {
		if q.Get(name) == "" {
			return nil, &signature.Refusal{Status: 400, Code: "Missing" + name, Message: name + " is mandatory for this action."}
		}
	}
	m := &Message{ProviderID: rpc.NewID(8) + "^0", OutID: q.Get("OutId"), Sign: q.Get("SignName"), Template: q.Get("TemplateCode"),
		Params: q.Get("TemplateParam")}
	to := q.Get("PhoneNumbers")
	if !mainland.MatchString(to) {
		return nil, a.impossible()
	}
	m.To = to[len(to)-11:]

	params := map[string]string{}
	if m.Params != "" {
		if err := json.Unmarshal([]byte(m.Params), &params); err != nil {
			return nil, &signature.Refusal{Status: 200, Code: "isv.INVALID_JSON_PARAM", Message: "JSON参数不合法，只接受字符串值"}
		}
	}
	missing := false
	filled, known := text(settings.AliyunTemplates, m.Template,
		func(template string) string {
			return variable.ReplaceAllStringFunc(template, func(v string) string {
				value, ok := params[v[2:len(v)-1]]
				missing = missing || !ok
				return value
			})
		})
	switch {
	case !known:
		return nil, a.unknownTemplate()
	case missing:
		return nil, &signature.Refusal{Status: 200, Code: "isv.TEMPLATE_MISSING_PARAMETERS", Message: "模版缺少变量"}
	case filled != "":
		m.Text = "【" + m.Sign + "】" + filled
	}
	return m, nil
}

func (aliyun) accepted(w http.ResponseWriter, m *Message) {
	rpc.JSON(w, http.StatusOK, map[string]string{"Code": "OK", "Message": "OK", "BizId": m.ProviderID, "RequestId": rpc.NewID(8)})
}

func (aliyun) refuse(w http.ResponseWriter, r *signature.Refusal) {
	answer := map[string]string{"Code": r.Code, "Message": r.Message, "RequestId": rpc.NewID(8)}
	if r.Status != http.StatusOK {
		answer["HostId"] = "dysmsapi.aliyuncs.com"
	}
	rpc.JSON(w, r.Status, answer)
}

func (aliyun) throttled() *signature.Refusal {
	return &signature.Refusal{Status: 400, Code: "Throttling.User", Message: "Request was denied due to user flow control."}
}

func (aliyun) tooMany(perMinute int) *signature.Refusal {
	return &signature.Refusal{Status: 200, Code: "isv.BUSINESS_LIMIT_CONTROL", Message: fmt.Sprintf("触发分钟级流控Permits:%d", perMinute)}
}

func (aliyun) impossible() *signature.Refusal {
	return &signature.Refusal{Status: 200, Code: "isv.MOBILE_NUMBER_ILLEGAL", Message: "手机号码格式错误"}
}

func (aliyun) unknownSign() *signature.Refusal {
	return &signature.Refusal{Status: 200, Code: "isv.SMS_SIGNATURE_ILLEGAL", Message: "短信签名不合法"}
}

func (aliyun) unknownTemplate() *signature.Refusal {
	return &signature.Refusal{Status: 200, Code: "isv.SMS_TEMPLATE_ILLEGAL", Message: "模版不合法"}
}
