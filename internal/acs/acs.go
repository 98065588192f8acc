// Package acs calls the RPC-style interfaces of Alibaba Cloud (阿里云 OpenAPI) with signature version 3,
// ACS3-HMAC-SHA256. Short messages (internal/notify/sms) and the identity check by face (internal/signing/face)
// both speak it.
//
// It is not an SDK: one signed POST, one bounded answer. What an answer means is for the caller to say.
package acs

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptrace"
	"net/url"
	"strings"
	"time"
)

// maxAnswer bounds what is read of an answer; real ones are below 20 kB.
const maxAnswer = 1 << 20

// Client signs and sends requests to one product's endpoint. It is safe for concurrent use.
type Client struct {
	endpoint *url.URL
	keyID    string
	secret   string
	version  string
	http     *http.Client
	now      func() time.Time
	random   io.Reader
}

// Config says where and as whom to call.
type Config struct {
	Endpoint        string           // scheme and host, e.g. "https://dysmsapi.aliyuncs.com"
	Version         string           // version of the product's API, e.g. "2017-05-25"
	AccessKeyID     string           // of a RAM user that may call only this product
	AccessKeySecret string           //
	Client          *http.Client     // nil: a client that gives up after ten seconds
	Now             func() time.Time // real time: the provider refuses a signature that is 15 minutes off
	Random          io.Reader        // source of nonces; nil: crypto/rand
}

// New checks the configuration; its errors name the missing setting.
func New(c Config) (*Client, error) {
	u, err := url.Parse(c.Endpoint)
	if err != nil || u.Host == "" || (u.Scheme != "https" && u.Scheme != "http") {
		return nil, fmt.Errorf("服务地址 %q 不是完整的网址，应形如 https://dysmsapi.aliyuncs.com", c.Endpoint)
	}
	if c.AccessKeyID == "" || c.AccessKeySecret == "" {
		return nil, errors.New("缺少 AccessKey ID 或 AccessKey Secret")
	}
	if c.Now == nil {
		return nil, errors.New("缺少时钟（Now）")
	}
	cl := &Client{endpoint: u, keyID: c.AccessKeyID, secret: c.AccessKeySecret, version: c.Version,
		http: c.Client, now: c.Now, random: c.Random}
	if cl.http == nil {
		cl.http = &http.Client{Timeout: 10 * time.Second}
	}
	if cl.random == nil {
		cl.random = rand.Reader
	}
	return cl, nil
}

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

// Call posts one action. Parameters travel in the query, where the provider's interface description puts them.
// The only errors are *LostError and a failing source of randomness.
func (c *Client) Call(ctx context.Context, action string, params url.Values) (Answer, error) {
	nonce := make([]byte, 16)
	if _, err := io.ReadFull(c.random, nonce); err != nil {
		return Answer{}, fmt.Errorf("读取随机数：%w", err)
	}
	u := *c.endpoint
	u.Path, u.RawQuery = "/", CanonicalQuery(params)
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, u.String(), http.NoBody)
	if err != nil {
		return Answer{}, &LostError{cause: withoutURL(err)}
	}
	req.Header.Set("Accept", "application/json")
	req.Header.Set("x-acs-action", action)
	req.Header.Set("x-acs-version", c.version)
	req.Header.Set("x-acs-date", c.now().UTC().Format("2006-01-02T15:04:05Z"))
	req.Header.Set("x-acs-signature-nonce", hex.EncodeToString(nonce))
	Sign(req, nil, c.keyID, c.secret)
	return Exchange(c.http, req)
}

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

// escape encodes by RFC 3986, as the signature demands: a blank is %20, never "+".
func escape(s string) string {
	return strings.ReplaceAll(url.QueryEscape(s), "+", "%20")
}
