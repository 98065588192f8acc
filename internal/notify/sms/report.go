package sms

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"
)

// Report is a delivery report (状态报告、回执): what the carrier says became of a message. It is a hint: it comes over
// an address that only its secret path protects, may come twice, late, out of order or never.
type Report struct {
	Provider   string
	ProviderID string    // Receipt.ProviderID
	OutID      string    // Message.ID; empty from Tencent
	To         string    // 11 digits
	Delivered  bool      // it reached the phone
	Code       string    // the carrier's, e.g. "DELIVERED", "MOBILE_NOT_ON_SERVICE"
	Detail     string    // the provider's words for the code
	At         time.Time // when the carrier said so; zero when unreadable
}

// maxReports bounds one push; the providers send some hundred at most.
const maxReports = 5000

// ParseAliyunReports reads an HTTP batch push (SmsReport, HTTP 批量推送模式): a JSON array. Entries that name no
// message are skipped and counted; only a body that is no such array is an error.
func ParseAliyunReports(body []byte) (reports []Report, skipped int, err error) {
	type entry struct {
		Phone      string `json:"phone_number"`
		SendTime   string `json:"send_time"`
		ReportTime string `json:"report_time"`
		Success    bool   `json:"success"`
		Code       string `json:"err_code"`
		Words      string `json:"err_msg"`
		BizID      string `json:"biz_id"`
		OutID      string `json:"out_id"`
	}
	return parseReports(body, func(e entry) Report {
		return Report{Provider: "aliyun", ProviderID: e.BizID, OutID: e.OutID, To: domestic(e.Phone),
			Delivered: e.Success, Code: e.Code, Detail: e.Words, At: reportTime(e.ReportTime)}
	})
}

// ParseTencentReports reads a push of sending states (下发状态通知): a JSON array, as above.
func ParseTencentReports(body []byte) (reports []Report, skipped int, err error) {
	type entry struct {
		Time   string `json:"user_receive_time"`
		Mobile string `json:"mobile"`
		Status string `json:"report_status"`
		Code   string `json:"errmsg"`
		Words  string `json:"description"`
		Serial string `json:"sid"`
	}
	return parseReports(body, func(e entry) Report {
		return Report{Provider: "tencent", ProviderID: e.Serial, To: domestic(e.Mobile),
			Delivered: e.Status == "SUCCESS", Code: e.Code, Detail: e.Words, At: reportTime(e.Time)}
	})
}

func parseReports[T any](body []byte, read func(T) Report) (reports []Report, skipped int, err error) {
	var raw []json.RawMessage
	if err := json.Unmarshal(body, &raw); err != nil {
		return nil, 0, fmt.Errorf("短信回执不是 JSON 数组：%w", err)
	}
	if len(raw) > maxReports {
		return nil, 0, fmt.Errorf("一次推送了 %d 条短信回执，上限 %d 条", len(raw), maxReports)
	}
	for _, one := range raw {
		var e T
		if err := json.Unmarshal(one, &e); err != nil {
			skipped++
			continue
		}
		r := read(e)
		if r.ProviderID == "" && r.OutID == "" {
			skipped++
			continue
		}
		reports = append(reports, r)
	}
	return reports, skipped, nil
}

// reportTime reads "2017-01-01 00:00:00", Beijing time.
func reportTime(s string) time.Time {
	t, err := time.ParseInLocation(time.DateTime, s, china)
	if err != nil {
		return time.Time{}
	}
	return t
}

// domestic strips the country code from a mainland number.
func domestic(s string) string {
	for _, prefix := range []string{"+86", "0086", "86"} {
		if rest, ok := strings.CutPrefix(s, prefix); ok && len(rest) == 11 {
			return rest
		}
	}
	return s
}

// undelivered sorts what the providers and carriers answer by what a person can do about it (the misspelt
// MOBLLE_TERMINAL_ERROR is the provider's own). Carriers have hundreds of codes more.
var undelivered = []struct {
	text  string
	codes []string
}{
	{"号码停机、空号、关机或不在服务区，需要核对号码，或稍后重发", []string{"MOBILE_NOT_ON_SERVICE", "INVALID_NUMBER",
		"MOBILE_ACCOUNT_ABNORMAL", "UNDELIV", "002"}},
	{"手机没有及时接收（关机、信号或存储已满），可稍后重发", []string{"MOBLLE_TERMINAL_ERROR", "EXPIRED", "REQUEST_SUCCESS"}},
	{"号码拒收或已退订，可换一个号码，或用其他方式告知", []string{"MOBILE_IN_BLACK", "USER_REJECT"}},
	{"发给这个号码的短信过于频繁，可稍后重发", []string{"MOBILE_SEND_LIMIT"}},
	{"短信内容、签名或通道被运营商拦截，需要管理员处理", []string{"CONTENT_KEYWORD", "CONTENT_ERROR", "SIGNATURE_BLACKLIST",
		"NO_ROUTE", "IS_CLOSE", "REJECTD", "-106"}},
}

// Text says in Chinese what became of the message and what can be done (domain sheet C-30).
func (r Report) Text() string {
	if r.Delivered {
		return "短信已送达"
	}
	for _, group := range undelivered {
		if slices.Contains(group.codes, r.Code) {
			return "短信未送达：" + group.text
		}
	}
	return "短信未送达：运营商未说明原因，可稍后重发，或用其他方式告知"
}
