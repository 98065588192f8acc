package face

import (
	"encoding/json"
	"net/url"
	"strings"
	"testing"
	"time"

	"wangban/internal/cloudapi"
)

var jpeg = append([]byte("\xff\xd8\xff\xe0\x00\x10JFIF\x00"), make([]byte, 100)...)

// A picture proves nothing by itself, and its label says so in both languages (C-25, and the honesty the default owes).
//
// covers: C-25
func TestMethodsSayWhatTheyAre(t *testing.T) {
	for m, want := range map[Method]struct {
		level Level
		zh    string
	}{
		FaceProvider:   {LevelCompared, "人脸核验：由核验服务方比对真人面容与公安登记照片"},
		CameraEvidence: {LevelUnproven, "未做人脸比对，仅留存影像供审核人目视核对"},
		Counter:        {LevelSeen, "窗口核验：工作人员当面核对本人和身份证件"},
	} {
		if !m.Known() || m.Level() != want.level || m.Label().ZH != want.zh || m.Label().EN == "" ||
			m.ProvesIdentity() != (want.level > LevelUnproven) {
			t.Errorf("%s: %v %v", m, m.Level(), m.Label())
		}
	}
	if m := Method("passport"); m.Known() || m.ProvesIdentity() {
		t.Error("an unknown method proves something")
	}
}

func TestProofs(t *testing.T) {
	at := time.Date(2020, 8, 21, 8, 30, 0, 0, time.UTC)
	capture, err := NewCapture(jpeg, at)
	if err != nil {
		t.Fatal(err)
	}
	if !capture.Is(jpeg) || capture.Is(jpeg[1:]) || (Capture{}).Is(nil) || capture.Type != "image/jpeg" || capture.Size != len(jpeg) {
		t.Errorf("%+v", capture)
	}
	kept, err := KeepCapture(capture)
	if err != nil || kept.Method.ProvesIdentity() || kept.Capture.SHA256 != capture.SHA256 || !kept.At.Equal(at) {
		t.Errorf("%+v, %v", kept, err)
	}
	stored, err := json.Marshal(kept)
	if err != nil {
		t.Fatal(err)
	}
	var read Proof
	if err := json.Unmarshal(stored, &read); err != nil || *read.Capture != capture || read.Result != nil {
		t.Errorf("%s reads back as %+v, %v", stored, read, err)
	}
	if _, err := KeepCapture(Capture{}); err == nil {
		t.Error("nothing was kept as evidence")
	}
	if _, err := ProveAtCounter("", at); err == nil {
		t.Error("nobody vouched")
	}
	if p, err := ProveAtCounter("zhao", at); err != nil || p.Officer != "zhao" || !p.Method.ProvesIdentity() {
		t.Errorf("%+v, %v", p, err)
	}
	for _, r := range []Result{{}, {Passed: true, Pending: true, Code: CodePassed}, {Passed: true, Code: CodeUnknown}, {Code: CodePassed}} {
		if _, err := ProveByFace(r); err == nil {
			t.Errorf("%+v proved something", r)
		}
	}
}

func TestCapturesThatAreNone(t *testing.T) {
	for name, picture := range map[string][]byte{"nothing": nil, "text": []byte("hello"), "page": []byte("<html>"),
		"too large": append(jpeg, make([]byte, MaxCapture)...)} {
		if _, err := NewCapture(picture, time.Time{}); err == nil {
			t.Errorf("%s was taken", name)
		}
	}
}

// covers: C-03
func TestWordsOfEveryCode(t *testing.T) {
	for code, f := range codes {
		w := code.Words()
		if w.ZH == "" || w.EN == "" {
			t.Errorf("%s has no words", code)
		}
		for _, bad := range []string{"请", "非法", "失败", "系统异常", ",", ":", "("} {
			if strings.Contains(w.ZH, bad) {
				t.Errorf("%s says %q: %s", code, bad, w.ZH)
			}
		}
		if !f.retry && code != CodePassed && code != CodeTooMany && !strings.ContainsAny(w.ZH, "窗纸代") {
			t.Errorf("%s names no other way: %s", code, w.ZH)
		}
	}
	for code, counts := range map[Code]bool{CodeNotSamePerson: true, CodeNoLiveness: true, CodeIDMismatch: true, CodeUnknown: true,
		CodePassed: false, CodeWaiting: false, CodeSourceDown: false, CodeNoPhoto: false, CodeDevice: false, CodeBlocked: false} {
		if code.Counts() != counts {
			t.Errorf("%s counts: %v", code, !counts)
		}
	}
	if Code("new").Words() != CodeUnknown.Words() {
		t.Error("a code we do not know has no words")
	}
}

func FuzzInitAnswer(f *testing.F) {
	f.Add(200, `{"Code":"200","Message":"success","RequestId":"1","ResultObject":{"CertifyId":"91707dc2","CertifyUrl":"https://t.aliyun.com/x"}}`)
	f.Add(200, `{"Code":"200","ResultObject":{"CertifyId":"91707dc2"}}`)
	f.Add(200, `{"Code":"200","ResultObject":{"CertifyId":"1","CertifyUrl":"javascript:alert(1)"}}`)
	f.Add(200, `{"Code":"417","Message":"无法使用刷脸服务"}`)
	f.Add(403, `{"Code":"Forbidden.RAM"}`)
	f.Add(500, ``)
	f.Fuzz(func(t *testing.T, status int, body string) {
		s, e := readInit(cloudapi.Answer{Status: status, Body: []byte(body)})
		if (e == nil) != (s.URL != "") {
			t.Fatalf("%+v with %v", s, e)
		}
		if e == nil && !strings.HasPrefix(s.URL, "http") {
			t.Fatalf("a browser would be sent to %s", s.URL)
		}
		if e != nil && e.Error() == "" {
			t.Fatal("no words")
		}
	})
}

func FuzzDescribeAnswer(f *testing.F) {
	f.Add(200, `{"Code":"200","ResultObject":{"Passed":"T","SubCode":"200","MaterialInfo":"{\"faceAttack\":\"F\",\"facialPictureFront\":{\"verifyScore\":93.6,\"pictureUrl\":\"https://x/y.jpeg\"}}"}}`)
	f.Add(200, `{"Code":"200","ResultObject":{"Passed":"F","SubCode":"204","MaterialInfo":"not json"}}`)
	f.Add(200, `{"Code":"200","ResultObject":{"Passed":"F","SubCode":"200"}}`)
	f.Add(200, `{"Code":"200","ResultObject":{}}`)
	f.Add(200, `{"Code":"424"}`)
	f.Add(404, `{"Code":"200","ResultObject":{"Passed":"T"}}`)
	f.Fuzz(func(t *testing.T, status int, body string) {
		r, e := readDescribe(cloudapi.Answer{Status: status, Body: []byte(body)})
		if e != nil {
			if r.Passed || r.Pending {
				t.Fatalf("an error and an outcome: %+v, %v", r, e)
			}
			return
		}
		if r.Passed && (status != 200 || r.Pending || r.Code != CodePassed) || !r.Passed && r.Code == CodePassed {
			t.Fatalf("%+v", r)
		}
		if !json.Valid(r.Evidence) || r.Code.Words().ZH == "" {
			t.Fatalf("evidence %s", r.Evidence)
		}
	})
}

func FuzzReturnHint(f *testing.F) {
	f.Add(`{"code":1000,"subCode":"Z5120","extInfo":{"certifyId":"91707dc2"}}`)
	f.Add(`{"code":1003}`)
	f.Add(`{"code":"1003"}`)
	f.Add(`[]`)
	f.Fuzz(func(t *testing.T, response string) {
		if h := ReturnHint(url.Values{"response": {response}}); h != (Hint{}) && !strings.Contains(response, "{") {
			t.Fatalf("%+v from %q", h, response)
		}
	})
}

func FuzzCapture(f *testing.F) {
	f.Add(jpeg)
	f.Add([]byte("\x89PNG\r\n\x1a\n"))
	f.Add([]byte("GIF89a"))
	f.Fuzz(func(t *testing.T, picture []byte) {
		c, err := NewCapture(picture, time.Time{})
		if (err == nil) != c.Captured || err == nil && !c.Is(picture) {
			t.Fatalf("%+v, %v", c, err)
		}
	})
}
