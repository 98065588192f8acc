package cloudapi

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"net/http"
	"net/url"
	"slices"
	"strings"
)

const algorithmACS3 = "ACS3-HMAC-SHA256"

// SignACS3 adds x-acs-content-sha256 and Authorization to a request, by the provider's "V3 版本请求体&签名机制":
// host, content-type and every x-acs-* header are signed, together with method, path, query and body.
func SignACS3(req *http.Request, body []byte, keyID, secret string) {
	hashed := hexSHA256(body)
	req.Header.Set("x-acs-content-sha256", hashed)

	names := []string{"host"}
	for name := range req.Header {
		name = strings.ToLower(name)
		if strings.HasPrefix(name, "x-acs-") || name == "content-type" {
			names = append(names, name)
		}
	}
	slices.Sort(names)

	var headers strings.Builder
	for _, name := range names {
		value := req.Header.Get(name)
		if name == "host" {
			value = hostOf(req)
		}
		headers.WriteString(name + ":" + strings.TrimSpace(value) + "\n")
	}
	signed := strings.Join(names, ";")
	path := req.URL.EscapedPath()
	if path == "" {
		path = "/"
	}
	canonical := strings.Join([]string{
		req.Method, path, CanonicalQuery(req.URL.Query()), headers.String(), signed, hashed,
	}, "\n")

	mac := hmac.New(sha256.New, []byte(secret))
	mac.Write([]byte(algorithmACS3 + "\n" + hexSHA256([]byte(canonical))))
	req.Header.Set("Authorization", algorithmACS3+" Credential="+keyID+",SignedHeaders="+signed+
		",Signature="+hex.EncodeToString(mac.Sum(nil)))
}

// CanonicalQuery is the query as it is signed and sent: names sorted, everything encoded by RFC 3986.
func CanonicalQuery(params url.Values) string {
	names := make([]string, 0, len(params))
	for name := range params {
		names = append(names, name)
	}
	slices.Sort(names)
	var pairs []string
	for _, name := range names {
		values := slices.Clone(params[name])
		slices.Sort(values)
		for _, value := range values {
			pairs = append(pairs, escape(name)+"="+escape(value))
		}
	}
	return strings.Join(pairs, "&")
}

func hostOf(req *http.Request) string {
	if req.Host != "" {
		return req.Host
	}
	return req.URL.Host
}

func hexSHA256(b []byte) string {
	sum := sha256.Sum256(b)
	return hex.EncodeToString(sum[:])
}

// escape encodes by RFC 3986, as the signature demands: a blank is %20, never "+".
func escape(s string) string {
	return strings.ReplaceAll(url.QueryEscape(s), "+", "%20")
}
