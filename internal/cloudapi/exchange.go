// Package cloudapi makes signed calls to the clouds that send short messages and compare faces: Alibaba Cloud
// (阿里云, signature ACS3-HMAC-SHA256) and Tencent Cloud (腾讯云, signature TC3-HMAC-SHA256).
//
// It is not an SDK: one signed POST, one bounded answer, and an honest word when the answer is lost. What an answer
// means is for internal/notify/sms and internal/signing/face to say.
package cloudapi

import (
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptrace"
	"net/url"
	"time"
)

// maxAnswer bounds what is read of an answer; real ones are below 20 kB.
const maxAnswer = 1 << 20

// Answer is what came back, whatever its status.
type Answer struct {
	Status int
	Header http.Header
	Body   []byte
}

// LostError means that no whole answer came back. Sent tells whether the request had gone out by then: if so, the
// provider may have acted on it.
type LostError struct {
	Sent  bool
	cause error
}

func (e *LostError) Error() string {
	if e.Sent {
		return "请求已发出，但没有收到完整的回答：" + e.cause.Error()
	}
	return "没有连上服务方：" + e.cause.Error()
}

func (e *LostError) Unwrap() error { return e.cause }

// Exchange sends a request and reads its bounded answer. The only error is *LostError.
func Exchange(client *http.Client, req *http.Request) (Answer, error) {
	// A connection was got: from here on the provider may have the request. Whether every byte went out is not
	// knowable in time, so the careful answer is taken.
	sent := false
	trace := &httptrace.ClientTrace{GotConn: func(httptrace.GotConnInfo) { sent = true }}
	resp, err := client.Do(req.WithContext(httptrace.WithClientTrace(req.Context(), trace)))
	if err != nil {
		return Answer{}, &LostError{Sent: sent, cause: withoutURL(err)}
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(io.LimitReader(resp.Body, maxAnswer+1))
	if err == nil && len(body) > maxAnswer {
		err = errors.New("回答超过 1 MiB")
	}
	if err != nil {
		return Answer{}, &LostError{Sent: true, cause: withoutURL(err)}
	}
	return Answer{Status: resp.StatusCode, Header: resp.Header, Body: body}, nil
}

// withoutURL drops the address from an error of net/http: the query holds phone and identity numbers, and errors
// end up in logs.
func withoutURL(err error) error {
	var u *url.Error
	if errors.As(err, &u) {
		return u.Err
	}
	return err
}

// orPatient returns the client, or one that gives up after ten seconds.
func orPatient(c *http.Client) *http.Client {
	if c == nil {
		return &http.Client{Timeout: 10 * time.Second}
	}
	return c
}

// settings checks what every client needs; its errors name the missing setting.
func settings(endpoint, keyID, secret string, now func() time.Time) (*url.URL, error) {
	u, err := url.Parse(endpoint)
	if err != nil || u.Host == "" || (u.Scheme != "https" && u.Scheme != "http") {
		return nil, fmt.Errorf("服务地址 %q 不是完整的网址，应形如 https://dysmsapi.aliyuncs.com", endpoint)
	}
	if keyID == "" || secret == "" {
		return nil, errors.New("缺少访问密钥（ID 或 Secret）")
	}
	if now == nil {
		return nil, errors.New("缺少时钟（Now）")
	}
	return u, nil
}
