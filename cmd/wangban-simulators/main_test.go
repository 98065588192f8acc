package main

import (
	"bytes"
	"context"
	"io"
	"net/http"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"wangban/internal/notify/sms"
	"wangban/internal/signing/face"
)

// lines is an output that a test can wait on.
type lines struct {
	mu    sync.Mutex
	text  bytes.Buffer
	ready chan struct{}
	once  sync.Once
}

func (l *lines) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	defer l.once.Do(func() { close(l.ready) })
	return l.text.Write(p)
}

// What the command prints is enough to use it.
func TestServe(t *testing.T) {
	ctx, stop := context.WithCancel(context.Background())
	out := &lines{ready: make(chan struct{})}
	ended := make(chan error, 1)
	go func() {
		ended <- serve(ctx, options{SMS: "127.0.0.1:0", Face: "127.0.0.1:0", KeyID: "id", KeySecret: "secret"}, out)
	}()
	select {
	case <-out.ready:
	case err := <-ended:
		t.Fatal(err)
	}
	addresses := regexp.MustCompile(`http://[0-9.:]+/`).FindAllString(out.text.String(), -1)
	if len(addresses) != 2 {
		t.Fatalf("printed %s", out.text.String())
	}
	for i, title := range []string{"短信网关模拟器", "人脸核验模拟器"} {
		resp, err := http.Get(addresses[i])
		if err != nil {
			t.Fatal(err)
		}
		page, err := io.ReadAll(resp.Body)
		resp.Body.Close()
		if err != nil || !strings.Contains(string(page), "<h1>"+title+"</h1>") {
			t.Errorf("%s: %.300s, %v", addresses[i], page, err)
		}
	}
	sender, err := sms.NewAliyun(sms.AliyunConfig{Endpoint: addresses[0], AccessKeyID: "id", AccessKeySecret: "secret",
		Templates: map[string]string{"code": "SMS_1"}, Now: time.Now})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := sender.Send(ctx, sms.Message{ID: "1", To: "13812345678", Sign: "网办", Template: "code"}); err != nil {
		t.Error(err)
	}
	verifier, err := face.NewAliyun(face.Config{Endpoint: addresses[1], AccessKeyID: "id", AccessKeySecret: "secret", SceneID: 1,
		MetaInfo: `{"deviceType":"h5"}`, Now: time.Now, WallClock: time.Now})
	if err != nil {
		t.Fatal(err)
	}
	session, err := verifier.Start(ctx, face.Subject{Name: "张三", IDNumber: "341523198001011234", TransactionID: "1", ReturnURL: "http://127.0.0.1/"})
	if err != nil || !strings.HasPrefix(session.URL, addresses[1]) {
		t.Errorf("%+v, %v", session, err)
	}
	stop()
	if err := <-ended; err != nil {
		t.Error(err)
	}
}

func TestOnlyThisMachine(t *testing.T) {
	if l, err := listen("0.0.0.0:0", false); err == nil {
		l.Close()
		t.Error("others could reach it")
	}
	l, err := listen("127.0.0.1:0", false)
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	if _, err := listen(l.Addr().String(), false); err == nil || !strings.Contains(err.Error(), "换一个端口") {
		t.Errorf("%v", err)
	}
}
