package smsgateway_test

import (
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"wangban/internal/notify/sms"
	"wangban/simulators/fault"
	"wangban/simulators/signature"
	"wangban/simulators/smsgateway"
)

func get(t *testing.T, address string) string {
	t.Helper()
	resp, err := http.Get(address)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	page, err := io.ReadAll(resp.Body)
	if err != nil || resp.StatusCode != http.StatusOK {
		t.Fatal(resp.Status, err)
	}
	return string(page)
}

func TestPageShowsWhatCameInAndTakesSettings(t *testing.T) {
	gateway := smsgateway.New(smsgateway.Settings{AliyunKeys: signature.Keys{"id": "secret"},
		AliyunTemplates: map[string]string{"SMS_8": "您的验证码为${code}，5分钟内有效。"}})
	server := httptest.NewServer(gateway)
	defer gateway.Close()
	defer server.Close()
	sender, err := sms.NewAliyun(sms.AliyunConfig{Endpoint: server.URL, AccessKeyID: "id", AccessKeySecret: "secret",
		Templates: map[string]string{"code": "SMS_8"}, Now: time.Now})
	if err != nil {
		t.Fatal(err)
	}
	m := sms.Message{ID: "ob-1", To: "13812345678", Sign: "舒城网办", Template: "code", Params: map[string]string{"code": "<b>4829</b>"}}
	if page := get(t, server.URL); !strings.Contains(page, "还没有收到短信") || !strings.Contains(page, `lang="zh-CN"`) {
		t.Error(page)
	}
	if _, err := sender.Send(context.Background(), m); err != nil {
		t.Fatal(err)
	}
	if page := get(t, server.URL); !strings.Contains(page, "【舒城网办】您的验证码为&lt;b&gt;4829&lt;/b&gt;，5分钟内有效。") || strings.Contains(page, "<b>4829") {
		t.Error(page)
	}

	form := url.Values{"delay": {"0"}, "down": {"0"}, "throttle": {"0"}, "lose": {"0"}, "repeat": {"1"},
		"impossible": {"13812345678\n13900000000"}, "undeliverable": {"13700000000"}}
	resp, err := http.PostForm(server.URL+"/settings", form)
	if err != nil {
		t.Fatal(err)
	}
	resp.Body.Close()
	if _, err := sender.Send(context.Background(), m); sms.AsError(err).Reason != sms.ReasonNumber {
		t.Errorf("%v", err)
	}
	page := get(t, server.URL)
	for _, want := range []string{"isv.MOBILE_NUMBER_ILLEGAL", "13812345678\n13900000000</textarea>", "13700000000</textarea>", `value="1" checked`} {
		if !strings.Contains(page, want) {
			t.Errorf("the page lacks %q", want)
		}
	}
}

func TestFaultsFromForm(t *testing.T) {
	got := fault.FromForm(url.Values{"delay": {"1500"}, "down": {"-1"}, "throttle": {"-2"}, "lose": {"many"}})
	if want := (fault.Faults{Delay: 1500 * time.Millisecond, Down: fault.Always}); got != want {
		t.Errorf("%+v", got)
	}
	if got := fault.FromForm(url.Values{"delay": {"99999999"}}); got.Delay != time.Minute {
		t.Errorf("%+v", got)
	}
	count, always := 2, fault.Always
	for i, want := range []bool{true, true, false} {
		if got := fault.Take(&count); got != want {
			t.Errorf("take %d of two: %v", i+1, got)
		}
		if !fault.Take(&always) {
			t.Error("always ended")
		}
	}
}
