package cloudapi

import (
	"bytes"
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"
)

const algorithmTC3 = "TC3-HMAC-SHA256"

// TC3 calls one service of Tencent Cloud (API 3.0, JSON). It is safe for concurrent use.
type TC3 struct {
	config   TC3Config
	endpoint *url.URL
	http     *http.Client
}

// TC3Config says where and as whom to call.
type TC3Config struct {
	Endpoint            string           // scheme and host, e.g. "https://sms.tencentcloudapi.com"
	Service             string           // first label of the host, part of the signature, e.g. "sms"
	Version             string           // version of the service's API, e.g. "2021-01-11"
	Region              string           // e.g. "ap-guangzhou"
	SecretID, SecretKey string           // of a sub-user that may call only this service
	Client              *http.Client     // nil: a client that gives up after ten seconds
	Now                 func() time.Time // real time: the provider refuses a signature that is five minutes off
}

// NewTC3 checks the configuration; its errors name the missing setting.
func NewTC3(c TC3Config) (*TC3, error) {
	u, err := settings(c.Endpoint, c.SecretID, c.SecretKey, c.Now)
	if err != nil {
		return nil, err
	}
	return &TC3{config: c, endpoint: u, http: orPatient(c.Client)}, nil
}

// Call posts one action with its JSON payload. The only error is *LostError.
func (c *TC3) Call(ctx context.Context, action string, payload []byte) (Answer, error) {
	u := *c.endpoint
	u.Path = "/"
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, u.String(), bytes.NewReader(payload))
	if err != nil {
		return Answer{}, &LostError{cause: withoutURL(err)}
	}
	now := c.config.Now()
	req.Header.Set("Content-Type", "application/json; charset=utf-8")
	req.Header.Set("X-TC-Action", action)
	req.Header.Set("X-TC-Version", c.config.Version)
	req.Header.Set("X-TC-Region", c.config.Region)
	req.Header.Set("X-TC-Timestamp", strconv.FormatInt(now.Unix(), 10))
	SignTC3(req, payload, c.config.Service, c.config.SecretID, c.config.SecretKey, now)
	return Exchange(c.http, req)
}

// SignTC3 adds Authorization to a POST, by the provider's "签名方法 v3". Content-Type, host and, where it is set,
// X-TC-Action are signed, together with the body. The day of the key is the UTC day.
func SignTC3(req *http.Request, body []byte, service, secretID, secretKey string, now time.Time) {
	headers := "content-type:" + req.Header.Get("Content-Type") + "\nhost:" + hostOf(req) + "\n"
	signed := "content-type;host"
	if action := req.Header.Get("X-TC-Action"); action != "" {
		headers += "x-tc-action:" + strings.ToLower(action) + "\n"
		signed += ";x-tc-action"
	}
	canonical := strings.Join([]string{req.Method, "/", "", headers, signed, hexSHA256(body)}, "\n")

	day := now.UTC().Format("2006-01-02")
	scope := day + "/" + service + "/tc3_request"
	text := strings.Join([]string{
		algorithmTC3, strconv.FormatInt(now.Unix(), 10), scope, hexSHA256([]byte(canonical)),
	}, "\n")

	key := []byte("TC3" + secretKey)
	for _, part := range []string{day, service, "tc3_request", text} {
		mac := hmac.New(sha256.New, key)
		mac.Write([]byte(part))
		key = mac.Sum(nil)
	}
	req.Header.Set("Authorization", algorithmTC3+" Credential="+secretID+"/"+scope+
		", SignedHeaders="+signed+", Signature="+hex.EncodeToString(key))
}
