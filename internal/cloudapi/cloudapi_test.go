package cloudapi_test

import (
	"context"
	"encoding/json"
	"errors"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"strings"
	"testing"
	"time"

	"wangban/internal/cloudapi"
)

func TestSignMatchesPublishedVectors(t *testing.T) {
	raw, err := os.ReadFile("testdata/acs3.json")
	if err != nil {
		t.Fatal(err)
	}
	var vectors []struct {
		Source, Secret, KeyID, Method, URL, Authorization string
		Headers                                           map[string]string
	}
	if err := json.Unmarshal(raw, &vectors); err != nil {
		t.Fatal(err)
	}
	for _, v := range vectors {
		req, err := http.NewRequest(v.Method, v.URL, nil)
		if err != nil {
			t.Fatal(err)
		}
		for name, value := range v.Headers {
			req.Header.Set(name, value)
		}
		cloudapi.SignACS3(req, nil, v.KeyID, v.Secret)
		if got := req.Header.Get("Authorization"); got != v.Authorization {
			t.Errorf("%s:\n got %s\nwant %s", v.Source, got, v.Authorization)
		}
	}
}

func TestSignTC3MatchesPublishedVectors(t *testing.T) {
	raw, err := os.ReadFile("testdata/tc3.json")
	if err != nil {
		t.Fatal(err)
	}
	var vectors []struct {
		Source, SecretID, SecretKey, Service, URL, Action, Body, Authorization string
		Unix                                                                   int64
	}
	if err := json.Unmarshal(raw, &vectors); err != nil {
		t.Fatal(err)
	}
	for _, v := range vectors {
		req, err := http.NewRequest(http.MethodPost, v.URL, nil)
		if err != nil {
			t.Fatal(err)
		}
		req.Header.Set("Content-Type", "application/json; charset=utf-8")
		if v.Action != "" {
			req.Header.Set("X-TC-Action", v.Action)
		}
		cloudapi.SignTC3(req, []byte(v.Body), v.Service, v.SecretID, v.SecretKey, time.Unix(v.Unix, 0))
		if got := req.Header.Get("Authorization"); got != v.Authorization {
			t.Errorf("%s:\n got %s\nwant %s", v.Source, got, v.Authorization)
		}
	}
}

func TestCanonicalQuery(t *testing.T) {
	got := cloudapi.CanonicalQuery(url.Values{"b": {"2", "1"}, "a": {"x y+z*~/"}, "空": {""}})
	if want := "a=x%20y%2Bz%2A~%2F&b=1&b=2&%E7%A9%BA="; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

func TestNewNamesWhatIsMissing(t *testing.T) {
	now := func() time.Time { return time.Unix(0, 0) }
	for _, c := range []struct {
		config cloudapi.ACS3Config
		names  string
	}{
		{cloudapi.ACS3Config{Endpoint: "dysmsapi.aliyuncs.com", AccessKeyID: "a", AccessKeySecret: "b", Now: now}, "网址"},
		{cloudapi.ACS3Config{Endpoint: "ftp://host", AccessKeyID: "a", AccessKeySecret: "b", Now: now}, "网址"},
		{cloudapi.ACS3Config{Endpoint: "https://host", AccessKeyID: "a", Now: now}, "密钥"},
		{cloudapi.ACS3Config{Endpoint: "https://host", AccessKeyID: "a", AccessKeySecret: "b"}, "时钟"},
	} {
		if _, err := cloudapi.NewACS3(c.config); err == nil || !strings.Contains(err.Error(), c.names) {
			t.Errorf("%+v: error %v does not name %q", c.config, err, c.names)
		}
	}
}

// A lost answer tells whether the request was out, and no error gives away what was in the query.
func TestLostAnswers(t *testing.T) {
	hangUp := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		conn, _, err := w.(http.Hijacker).Hijack()
		if err == nil {
			conn.Close()
		}
	}))
	defer hangUp.Close()
	half := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Length", "100")
		w.Write([]byte("{"))
	}))
	defer half.Close()
	flood := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Write(make([]byte, 1<<20+1))
	}))
	defer flood.Close()
	closed, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	closed.Close()

	for _, c := range []struct {
		name, endpoint string
		sent           bool
	}{
		{"nobody listens", "http://" + closed.Addr().String(), false},
		{"hangs up", hangUp.URL, true},
		{"half an answer", half.URL, true},
		{"endless answer", flood.URL, true},
	} {
		client, err := cloudapi.NewACS3(cloudapi.ACS3Config{Endpoint: c.endpoint, Version: "v", AccessKeyID: "id", AccessKeySecret: "s",
			Now: time.Now})
		if err != nil {
			t.Fatal(err)
		}
		_, err = client.Call(context.Background(), "SendSms", url.Values{"PhoneNumbers": {"13812345678"}})
		var lost *cloudapi.LostError
		if !errors.As(err, &lost) {
			t.Fatalf("%s: error %v is not a LostError", c.name, err)
		}
		if lost.Sent != c.sent {
			t.Errorf("%s: Sent is %v", c.name, lost.Sent)
		}
		if strings.Contains(err.Error(), "13812345678") {
			t.Errorf("%s: the error shows the number: %v", c.name, err)
		}
	}
}
