package cloudapi

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"time"
)

// ACS3 calls one product of Alibaba Cloud in its RPC style. It is safe for concurrent use.
type ACS3 struct {
	endpoint *url.URL
	keyID    string
	secret   string
	version  string
	http     *http.Client
	now      func() time.Time
	random   io.Reader
}

// ACS3Config says where and as whom to call.
type ACS3Config struct {
	Endpoint        string           // scheme and host, e.g. "https://dysmsapi.aliyuncs.com"
	Version         string           // version of the product's API, e.g. "2017-05-25"
	AccessKeyID     string           // of a RAM user that may call only this product
	AccessKeySecret string           //
	Client          *http.Client     // nil: a client that gives up after ten seconds
	Now             func() time.Time // real time: the provider refuses a signature that is 15 minutes off
	Random          io.Reader        // source of nonces; nil: crypto/rand
}

// NewACS3 checks the configuration; its errors name the missing setting.
func NewACS3(c ACS3Config) (*ACS3, error) {
	u, err := settings(c.Endpoint, c.AccessKeyID, c.AccessKeySecret, c.Now)
	if err != nil {
		return nil, err
	}
	cl := &ACS3{endpoint: u, keyID: c.AccessKeyID, secret: c.AccessKeySecret, version: c.Version,
		http: orPatient(c.Client), now: c.Now, random: c.Random}
	if cl.random == nil {
		cl.random = rand.Reader
	}
	return cl, nil
}

// Call posts one action. Parameters travel in the query, where the provider's interface description puts them.
// The only errors are *LostError and a failing source of randomness.
func (c *ACS3) Call(ctx context.Context, action string, params url.Values) (Answer, error) {
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
	SignACS3(req, nil, c.keyID, c.secret)
	return Exchange(c.http, req)
}
