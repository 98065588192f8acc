package facecloud_test

import (
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"wangban/internal/signing/face"
	"wangban/simulators/facecloud"
	"wangban/simulators/signature"
)

func read(t *testing.T, resp *http.Response, err error) string {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	page, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	return string(page)
}

func TestPages(t *testing.T) {
	cloud := facecloud.New(facecloud.Settings{Keys: signature.Keys{"id": "secret"}})
	server := httptest.NewServer(cloud)
	defer cloud.Close()
	defer server.Close()
	verifier, err := face.NewAliyun(face.Config{Endpoint: server.URL, AccessKeyID: "id", AccessKeySecret: "secret", SceneID: 1,
		MetaInfo: `{"deviceType":"h5"}`, Now: time.Now, WallClock: time.Now})
	if err != nil {
		t.Fatal(err)
	}
	session, err := verifier.Start(context.Background(), face.Subject{Name: "欧阳㛃", IDNumber: "341523198001011234",
		TransactionID: "T1", ReturnURL: server.URL + "/?back=1"})
	if err != nil {
		t.Fatal(err)
	}

	resp, err := http.Get(session.URL)
	page := read(t, resp, err)
	for _, want := range []string{"欧**", "341***********1234", "核验通过：是本人", "不是同一个人", "取消，返回原页面", "等到超时"} {
		if !strings.Contains(page, want) {
			t.Errorf("the page lacks %q", want)
		}
	}
	resp, err = http.PostForm(session.URL, url.Values{"choice": {"?"}})
	read(t, resp, err)
	if resp.StatusCode != http.StatusBadRequest {
		t.Errorf("a choice that is none: %s", resp.Status)
	}
	resp, err = http.PostForm(session.URL, url.Values{"choice": {"other-person"}})
	list := read(t, resp, err)
	for _, want := range []string{"比对不一致：不是同一个人（204）", "欧**", "341***********1234"} {
		if !strings.Contains(list, want) {
			t.Errorf("the list lacks %q", want)
		}
	}
	if strings.Contains(list, "欧阳㛃") || strings.Contains(list, "341523198001011234") {
		t.Error("the list shows the whole person")
	}

	resp, err = http.PostForm(server.URL+"/settings", url.Values{"lies": {"1"}, "down": {"1"}})
	if page := read(t, resp, err); !strings.Contains(page, `name="lies" type="checkbox" value="1" checked`) {
		t.Error("the setting was not taken")
	}
	resp, err = http.Get(server.URL + "/verify/nobody")
	if page := read(t, resp, err); resp.StatusCode != http.StatusGone || !strings.Contains(page, "核验页面已失效") {
		t.Errorf("%s: %s", resp.Status, page)
	}
}
