package main

import (
	"strings"
	"testing"

	"wangban/internal/county"
	"wangban/internal/rating"
)

// Two messages become one where it is charged as two at most and every carrier
// of the installation knows it by name.
func TestOneSMS(t *testing.T) {
	in := &installation{county: &county.County{SMSSign: "舒城市监"}}
	fits := strings.Repeat("字", mostSMS-len([]rune("【舒城市监】")))
	for _, c := range []struct {
		name string
		sms  smsSettings
		text string
		want bool
	}{
		{"it fits", smsSettings{Provider: "none"}, fits, true},
		{"one too many", smsSettings{Provider: "none"}, fits + "字", false},
		{"registered", smsSettings{Provider: "aliyun", AliyunTemplates: map[string]string{"granted_rating_ask": "SMS_1"}}, fits, true},
		{"not registered", smsSettings{Provider: "aliyun", AliyunTemplates: map[string]string{"granted": "SMS_1"}}, fits, false},
		{"with one of two", smsSettings{Provider: "aliyun+tencent", AliyunTemplates: map[string]string{"granted_rating_ask": "SMS_1"}}, fits, false},
		{"with both", smsSettings{Provider: "aliyun+tencent", AliyunTemplates: map[string]string{"granted_rating_ask": "SMS_1"},
			TencentTemplates: map[string]string{"granted_rating_ask": "1:rate_url"}}, fits, true},
	} {
		in.settings.SMS = c.sms
		if got := in.oneSMS("granted_rating_ask", c.text); got != c.want {
			t.Errorf("%s: %v", c.name, got)
		}
	}
	if !strings.Contains(rating.Tail, " ${rate_url} ") {
		t.Error("the address in the tail touches words, which telephones take for a part of it")
	}
}
