package main

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"time"
	"unicode/utf8"

	"wangban/internal/db"
	"wangban/internal/notify"
	"wangban/internal/notify/sms"
	"wangban/internal/signing/face"
	"wangban/internal/web"
)

// errSilent is why messages stay in the outbox of an installation that has
// chosen nobody to carry them.
var errSilent = &sms.Error{Kind: sms.Temporary, Reason: sms.ReasonAccount, Provider: "none", Code: "no provider is set"}

// silent carries nothing. Messages wait, and the operator sees why.
type silent struct{}

func (silent) Send(context.Context, sms.Message) (sms.Receipt, error) {
	return sms.Receipt{}, errSilent
}

func (in *installation) openOutbox() (*notify.Outbox, error) {
	o := notify.Options{DB: in.db, Vault: in.vault, Now: in.now, Logger: in.log,
		Sign: func() string { return in.county.SMSSign }, Settings: notify.DefaultSettings()}
	var err error
	switch o.Sender, err = in.settings.SMS.sender(); {
	case err != nil:
		return nil, err
	case o.Sender == nil && in.demo:
		o.Demo = true
	case o.Sender == nil:
		o.Sender = silent{}
		in.log.Warn("no SMS provider is set: messages wait in the outbox and codes cannot arrive")
	}
	return notify.New(o)
}

// mostSMS is how long a message with its signature can be to be charged as two
// (domain sheet 9.1: 67 characters in each).
const mostSMS = 134

// oneSMS tells whether a message can be sent that is made of two: each carrier
// knows it by name, and it is charged as no more than two.
func (in *installation) oneSMS(template, text string) bool {
	s := in.settings.SMS
	if strings.Contains(s.Provider, "aliyun") && s.AliyunTemplates[template] == "" || strings.Contains(s.Provider, "tencent") && s.TencentTemplates[template] == "" {
		return false
	}
	return utf8.RuneCountInString("【"+in.county.SMSSign+"】"+text) <= mostSMS
}

// sender is who carries messages; nil when nobody has been chosen.
func (s smsSettings) sender() (sms.Sender, error) {
	aliyun := func() (sms.Sender, error) {
		return sms.NewAliyun(sms.AliyunConfig{Endpoint: s.AliyunEndpoint, AccessKeyID: s.AliyunKey, AccessKeySecret: s.AliyunSecret,
			Templates: s.AliyunTemplates, Now: time.Now})
	}
	tencent := func() (sms.Sender, error) {
		templates := map[string]sms.TencentTemplate{}
		for name, value := range s.TencentTemplates {
			id, params, _ := strings.Cut(value, ":")
			templates[name] = sms.TencentTemplate{ID: id, Params: strings.FieldsFunc(params, func(r rune) bool { return r == ',' })}
		}
		return sms.NewTencent(sms.TencentConfig{Endpoint: s.TencentEndpoint, SecretID: s.TencentKey, SecretKey: s.TencentSecret,
			AppID: s.TencentApp, Templates: templates, Now: time.Now})
	}
	switch s.Provider {
	case "aliyun":
		return aliyun()
	case "tencent":
		return tencent()
	case "aliyun+tencent":
		first, err := aliyun()
		second, err2 := tencent()
		if err := errors.Join(err, err2); err != nil {
			return nil, err
		}
		return sms.NewFailover(sms.FailoverConfig{Now: time.Now},
			sms.Provider{Name: "aliyun", Sender: first, Share: 100}, sms.Provider{Name: "tencent", Sender: second})
	}
	return nil, nil
}

// reports are where the carriers push what became of messages. Their address
// holds a secret, for they sign nothing.
func (in *installation) reports(mux *web.Mux) {
	if in.settings.SMS.Hook == "" {
		return
	}
	for name, handler := range map[string]http.Handler{
		"aliyun":  sms.AliyunReports(in.settings.SMS.Hook, in.outbox.Report),
		"tencent": sms.TencentReports(in.settings.SMS.Hook, in.outbox.Report),
	} {
		mux.Handle("POST /hooks/sms/"+name+"/", http.StripPrefix("/hooks/sms/"+name, handler))
	}
}

// sendCode sends a one-time code (S8), in the transaction that stores it.
func (in *installation) sendCode(ctx context.Context, tx db.Tx, mobile, code string) error {
	_, err := in.outbox.SendCode(ctx, tx, notify.Code{To: mobile, Template: "code", Params: map[string]string{"code": code},
		Text: fmt.Sprintf("您的验证码为%s，5分钟内有效，请勿告知他人。", code)})
	return err
}

// face is who compares faces; nil when nobody has been chosen.
func (in *installation) face() (face.Verifier, error) {
	f := in.settings.Face
	if f.Provider == "none" || f.Provider == "" {
		return nil, nil
	}
	return face.NewAliyun(face.Config{Endpoint: f.Endpoint, AccessKeyID: f.Key, AccessKeySecret: f.Secret, SceneID: f.Scene,
		CallbackToken: f.CallbackToken, Now: in.now, WallClock: time.Now})
}
