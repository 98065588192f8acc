package sms

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"wangban/internal/cloudapi"
)

var fuzzNow = time.Date(2020, 12, 31, 23, 59, 0, 0, china)

// An answer is either a receipt with an id, or an error that says when to come back and shows nothing personal.
func checkAnswer(t *testing.T, r Receipt, e *Error) {
	t.Helper()
	if (e == nil) != (r.ProviderID != "") {
		t.Fatalf("receipt %+v with error %v", r, e)
	}
	if e == nil {
		return
	}
	if e.Reason.Text() == "" || e.Code == "" || e.Error() == "" {
		t.Fatalf("an error without words: %+v", e)
	}
	if e.Kind == Throttled && e.RetryAfter <= 0 {
		t.Fatalf("throttled without a pause: %+v", e)
	}
	if e.MaybeSent && e.Kind == Permanent {
		t.Fatalf("perhaps sent and yet impossible: %+v", e)
	}
}

func FuzzAliyunAnswer(f *testing.F) {
	f.Add(200, `{"Code":"OK","Message":"OK","BizId":"9006197469364984^0","RequestId":"F655A8D5"}`)
	f.Add(200, `{"Code":"isv.BUSINESS_LIMIT_CONTROL","Message":"触发天级流控Permits:10"}`)
	f.Add(200, `{"Code":"OK"}`)
	f.Add(400, `{"Code":"Throttling.User","Message":"Request was denied due to user flow control."}`)
	f.Add(400, `{"Code":"OK","BizId":"1"}`)
	f.Add(502, `<html>`)
	f.Add(429, ``)
	f.Fuzz(func(t *testing.T, status int, body string) {
		r, e := readAliyun(cloudapi.Answer{Status: status, Header: http.Header{"Retry-After": {body}}, Body: []byte(body)}, fuzzNow)
		checkAnswer(t, r, e)
	})
}

func FuzzTencentAnswer(f *testing.F) {
	f.Add(200, `{"Response":{"SendStatusSet":[{"SerialNo":"5000:1","PhoneNumber":"+8618501234444","Fee":1,"SessionContext":"t","Code":"Ok","Message":"send success","IsoCode":"CN"}],"RequestId":"a"}}`)
	f.Add(200, `{"Response":{"Error":{"Code":"AuthFailure.SignatureFailure","Message":"…"},"RequestId":"a"}}`)
	f.Add(200, `{"Response":{"SendStatusSet":[{"Code":"LimitExceeded.PhoneNumberDailyLimit"}]}}`)
	f.Add(200, `{"Response":{"SendStatusSet":[]}}`)
	f.Add(200, `{"Response":null}`)
	f.Add(504, `x`)
	f.Fuzz(func(t *testing.T, status int, body string) {
		r, e := readTencent(cloudapi.Answer{Status: status, Body: []byte(body)}, fuzzNow)
		checkAnswer(t, r, e)
	})
}

func FuzzReports(f *testing.F) {
	f.Add([]byte(`[{"phone_number":"13811110000","send_time":"2017-01-01 00:00:00","report_time":"2017-01-01 00:00:00","success":true,"err_code":"DELIVERED","err_msg":"用户接收成功","sms_size":"1","biz_id":"12345","out_id":"67890"}]`))
	f.Add([]byte(`[{"user_receive_time":"2015-10-17 08:03:04","nationcode":"86","mobile":"13811110000","report_status":"SUCCESS","errmsg":"DELIVRD","description":"用户短信送达成功","sid":"5000:1"}]`))
	f.Add([]byte(`[{"biz_id":1},{"out_id":"x","success":"yes"},null,[],{"biz_id":"1","report_time":"yesterday","phone_number":"+8613811110000"}]`))
	f.Add([]byte(`{}`))
	f.Add([]byte(`[]`))
	f.Fuzz(func(t *testing.T, body []byte) {
		for _, parse := range []func([]byte) ([]Report, int, error){ParseAliyunReports, ParseTencentReports} {
			reports, skipped, err := parse(body)
			if err != nil && (len(reports) > 0 || skipped > 0) {
				t.Fatal("an unreadable body gave reports")
			}
			for _, r := range reports {
				if r.ProviderID == "" && r.OutID == "" {
					t.Fatalf("a report of no message: %+v", r)
				}
				if !strings.HasPrefix(r.Text(), "短信") {
					t.Fatalf("no words: %+v", r)
				}
			}
		}
	})
}

func TestReportFields(t *testing.T) {
	reports, skipped, err := ParseAliyunReports([]byte(`[
		{"phone_number":"+8613811110000","report_time":"2020-08-21 16:30:00","success":false,"err_code":"USER_REJECT","err_msg":"退订","biz_id":"1^0","out_id":"ob-1"},
		{"phone_number":"13811110000","success":true},
		{"biz_id":7}]`))
	want := Report{Provider: "aliyun", ProviderID: "1^0", OutID: "ob-1", To: "13811110000", Code: "USER_REJECT", Detail: "退订",
		At: time.Date(2020, 8, 21, 16, 30, 0, 0, china)}
	if err != nil || skipped != 2 || len(reports) != 1 || reports[0] != want {
		t.Errorf("%+v, %d skipped, %v", reports, skipped, err)
	}
	if _, _, err := ParseTencentReports([]byte("[" + strings.Repeat("0,", maxReports) + "0]")); err == nil {
		t.Error("a push without bounds was read")
	}
	for text, r := range map[string]Report{
		"短信已送达": {Delivered: true, Code: "DELIVERED"},
		"短信未送达：运营商未说明原因，可稍后重发，或用其他方式告知":    {Code: "ZZ:9"},
		"短信未送达：号码拒收或已退订，可换一个号码，或用其他方式告知":   {Code: "MOBILE_IN_BLACK"},
		"短信未送达：手机没有及时接收（关机、信号或存储已满），可稍后重发": {Code: "EXPIRED"},
	} {
		if got := r.Text(); got != text {
			t.Errorf("%s: %s", r.Code, got)
		}
	}
}

func TestPausesEndAtBeijingMidnight(t *testing.T) {
	for _, c := range []struct {
		message string
		want    time.Duration
	}{{"触发分钟级流控Permits:1", time.Minute}, {"触发小时级流控Permits:5", time.Hour}, {"触发天级流控Permits:10", time.Minute}, {"?", time.Minute}} {
		if got := aliyunPause(c.message, fuzzNow); got != c.want { // fuzzNow is one minute before midnight
			t.Errorf("%s: %s", c.message, got)
		}
	}
	if e := judge(aliyunCodes, "aliyun", "isv.MONTH_LIMIT_CONTROL", fuzzNow.AddDate(0, 0, -1)); e.RetryAfter != 24*time.Hour+time.Minute {
		t.Errorf("month: %s", e.RetryAfter)
	}
	if e := judge(tencentCodes, "tencent", "AuthFailure.TokenFailure.Deep", fuzzNow); e.Reason != ReasonAccount {
		t.Errorf("parents are not looked up: %+v", e)
	}
}

// No sentence that a person reads uses the words the house avoids.
func TestVoice(t *testing.T) {
	var all []string
	for _, words := range reasonWords {
		all = append(all, words)
	}
	for _, group := range undelivered {
		all = append(all, group.text)
	}
	for _, text := range all {
		for _, bad := range []string{"请", "非法", "失败", "系统异常", ",", ":", "("} {
			if strings.Contains(text, bad) {
				t.Errorf("%q contains %q", text, bad)
			}
		}
	}
}
