package signature_test

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"testing"
	"time"

	"wangban/simulators/signature"
)

// published is one of the clouds' own examples, as kept beside the signing side.
type published struct {
	Secret, KeyID, SecretID, SecretKey, Service, Method, URL, Action, Body, Authorization string
	Headers                                                                               map[string]string
	Unix                                                                                  int64
}

func load(t *testing.T, file string) (all []published) {
	t.Helper()
	raw, err := os.ReadFile("../../internal/cloudapi/testdata/" + file)
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(raw, &all); err != nil {
		t.Fatal(err)
	}
	return all
}

const nothing = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855" // SHA-256 of no bytes

func (p published) acs3() *http.Request {
	r := httptest.NewRequest(p.Method, p.URL, nil)
	for name, value := range p.Headers {
		r.Header.Set(name, value)
	}
	r.Header.Set("x-acs-content-sha256", nothing)
	r.Header.Set("Authorization", p.Authorization)
	return r
}

func TestACS3TakesThePublishedExampleAndNothingElse(t *testing.T) {
	for _, p := range load(t, "acs3.json") {
		at, err := time.Parse(time.RFC3339, p.Headers["x-acs-date"])
		if err != nil {
			t.Fatal(err)
		}
		keys := signature.Keys{p.KeyID: p.Secret}
		var nonces signature.Nonces
		if refusal := signature.CheckACS3(p.acs3(), nil, keys, &nonces, at); refusal != nil {
			t.Fatal(refusal)
		}
		if refusal := signature.CheckACS3(p.acs3(), nil, keys, &nonces, at); refusal == nil || refusal.Code != "SignatureNonceUsed" {
			t.Errorf("replayed: %v", refusal)
		}
		for name, c := range map[string]struct {
			change func(*http.Request)
			body   string
			now    time.Time
			code   string
		}{
			"other query":      {func(r *http.Request) { r.URL.RawQuery += "&x=1" }, "", at, "SignatureDoesNotMatch"},
			"other action":     {func(r *http.Request) { r.Header.Set("x-acs-action", "DeleteAll") }, "", at, "SignatureDoesNotMatch"},
			"other host":       {func(r *http.Request) { r.Host = "elsewhere" }, "", at, "SignatureDoesNotMatch"},
			"other body":       {func(*http.Request) {}, "x", at, "SignatureDoesNotMatch"},
			"action unsigned":  {func(r *http.Request) { strip(r, ";x-acs-action") }, "", at, "IncompleteSignature"},
			"no signature":     {func(r *http.Request) { r.Header.Del("Authorization") }, "", at, "IncompleteSignature"},
			"stranger":         {func(r *http.Request) { strip(r, p.KeyID) }, "", at, "IncompleteSignature"},
			"a quarter late":   {func(*http.Request) {}, "", at.Add(15*time.Minute + time.Second), "InvalidTimeStamp.Expired"},
			"a quarter early":  {func(*http.Request) {}, "", at.Add(-15*time.Minute - time.Second), "InvalidTimeStamp.Expired"},
			"key of a nobody":  {func(r *http.Request) { replace(r, "Credential="+p.KeyID, "Credential=nobody") }, "", at, "InvalidAccessKeyId.NotFound"},
			"date of no shape": {func(r *http.Request) { r.Header.Set("x-acs-date", "yesterday") }, "", at, "SignatureDoesNotMatch"},
		} {
			r := p.acs3()
			c.change(r)
			var fresh signature.Nonces
			if refusal := signature.CheckACS3(r, []byte(c.body), keys, &fresh, c.now); refusal == nil || refusal.Code != c.code {
				t.Errorf("%s: %v, want %s", name, refusal, c.code)
			}
		}
	}
}

func strip(r *http.Request, part string) { replace(r, part, "") }

func replace(r *http.Request, part, with string) {
	r.Header.Set("Authorization", strings.Replace(r.Header.Get("Authorization"), part, with, 1))
}

func TestTC3TakesThePublishedExamplesAndNothingElse(t *testing.T) {
	for _, p := range load(t, "tc3.json") {
		at := time.Unix(p.Unix, 0)
		request := func() *http.Request {
			r := httptest.NewRequest("POST", p.URL, nil)
			r.Header.Set("Content-Type", "application/json; charset=utf-8")
			r.Header.Set("X-TC-Timestamp", "1551113065")
			r.Header.Set("X-TC-Action", p.Action)
			r.Header.Set("Authorization", p.Authorization)
			return r
		}
		keys := signature.Keys{p.SecretID: p.SecretKey}
		if refusal := signature.CheckTC3(request(), []byte(p.Body), "cvm", keys, at); refusal != nil {
			t.Fatal(refusal)
		}
		for name, c := range map[string]struct {
			change  func(*http.Request)
			body    string
			service string
			keys    signature.Keys
			now     time.Time
			code    string
		}{
			"other body":    {func(*http.Request) {}, "{}", "cvm", keys, at, "AuthFailure.SignatureFailure"},
			"other host":    {func(r *http.Request) { r.Host = "elsewhere" }, p.Body, "cvm", keys, at, "AuthFailure.SignatureFailure"},
			"other service": {func(*http.Request) {}, p.Body, "sms", keys, at, "AuthFailure.InvalidAuthorization"},
			"other secret":  {func(*http.Request) {}, p.Body, "cvm", signature.Keys{p.SecretID: "x"}, at, "AuthFailure.SignatureFailure"},
			"stranger":      {func(*http.Request) {}, p.Body, "cvm", nil, at, "AuthFailure.SecretIdNotFound"},
			"late":          {func(*http.Request) {}, p.Body, "cvm", keys, at.Add(5*time.Minute + time.Second), "AuthFailure.SignatureExpire"},
			"other stamp":   {func(r *http.Request) { r.Header.Set("X-TC-Timestamp", "1551113066") }, p.Body, "cvm", keys, at, "AuthFailure.SignatureFailure"},
			"no stamp":      {func(r *http.Request) { r.Header.Del("X-TC-Timestamp") }, p.Body, "cvm", keys, at, "AuthFailure.SignatureExpire"},
			"host unsigned": {func(r *http.Request) { replace(r, "content-type;host", "content-type") }, p.Body, "cvm", keys, at, "AuthFailure.InvalidAuthorization"},
			"no signature":  {func(r *http.Request) { r.Header.Del("Authorization") }, p.Body, "cvm", keys, at, "AuthFailure.InvalidAuthorization"},
		} {
			r := request()
			c.change(r)
			if refusal := signature.CheckTC3(r, []byte(c.body), c.service, c.keys, c.now); refusal == nil || refusal.Code != c.code {
				t.Errorf("%s: %v, want %s", name, refusal, c.code)
			}
		}
	}
}
