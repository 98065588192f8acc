package sms_test

import (
	"context"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"wangban/internal/notify/sms"
	"wangban/simulators/fault"
	"wangban/simulators/signature"
	"wangban/simulators/smsgateway"
)

// The simulator checks each signature against its own clock, so both sides share one that the test holds.
var now = time.Date(2020, 8, 21, 16, 30, 0, 0, time.FixedZone("CST", 8*3600))

const (
	text        = "${agent}申请为${unit}注册法人账号，请您于${dl}前点击${url}刷脸签署授权委托书。非本人授权请拒签。"
	tencentText = "{1}申请为{2}注册法人账号，请您于{3}前点击{4}刷脸签署授权委托书。非本人授权请拒签。"
)

func message() sms.Message {
	return sms.Message{ID: "ob-0001", To: "13812345678", Sign: "舒城网办", Template: "signing-request",
		Params: map[string]string{"agent": "王*", "unit": "舒城县㛃䶮+&=*~ 食品经营部", "dl": "8月23日16:00", "url": "https://wb.example.cn/s/aB3dE5gH"}}
}

// world is a gateway on a socket with one sender of each shape.
type world struct {
	gateway *smsgateway.Gateway
	senders map[string]sms.Sender
}

func start(t *testing.T, change func(*smsgateway.Settings)) world {
	t.Helper()
	clock := func() time.Time { return now }
	s := smsgateway.Settings{
		AliyunKeys:       signature.Keys{"LTAI": "aliyun-secret"},
		TencentKeys:      signature.Keys{"AKID": "tencent-secret"},
		Signs:            []string{"舒城网办"},
		AliyunTemplates:  map[string]string{"SMS_153055065": text},
		TencentTemplates: map[string]string{"1110": tencentText},
		RetryPause:       time.Millisecond,
		Now:              clock,
	}
	if change != nil {
		change(&s)
	}
	w := world{gateway: smsgateway.New(s), senders: map[string]sms.Sender{}}
	server := httptest.NewServer(w.gateway)
	t.Cleanup(func() { server.Close(); w.gateway.Close() })
	aliyun, err := sms.NewAliyun(sms.AliyunConfig{Endpoint: server.URL, AccessKeyID: "LTAI", AccessKeySecret: "aliyun-secret",
		Templates: map[string]string{"signing-request": "SMS_153055065", "unregistered": "SMS_1"}, Now: clock})
	if err != nil {
		t.Fatal(err)
	}
	tencent, err := sms.NewTencent(sms.TencentConfig{Endpoint: server.URL, SecretID: "AKID", SecretKey: "tencent-secret",
		AppID: "1400006666", Now: clock, Templates: map[string]sms.TencentTemplate{
			"signing-request": {ID: "1110", Params: []string{"agent", "unit", "dl", "url"}}, "unregistered": {ID: "1"}}})
	if err != nil {
		t.Fatal(err)
	}
	w.senders["aliyun"], w.senders["tencent"] = aliyun, tencent
	return w
}

func TestSendArrivesWhole(t *testing.T) {
	w := start(t, nil)
	for shape, sender := range w.senders {
		receipt, err := sender.Send(context.Background(), message())
		if err != nil {
			t.Fatalf("%s: %v", shape, err)
		}
		all := w.gateway.Messages()
		got := all[len(all)-1]
		if receipt.Provider != shape || receipt.ProviderID != got.ProviderID {
			t.Errorf("%s: receipt %+v, the gateway has %s", shape, receipt, got.ProviderID)
		}
		want := "【舒城网办】王*申请为舒城县㛃䶮+&=*~ 食品经营部注册法人账号，请您于8月23日16:00前点击https://wb.example.cn/s/aB3dE5gH刷脸签署授权委托书。非本人授权请拒签。"
		if got.Text != want || got.To != "13812345678" || got.OutID != "ob-0001" {
			t.Errorf("%s: %+v", shape, got)
		}
	}
}

// covers: C-30
func TestRefusalsAreSorted(t *testing.T) {
	type want struct {
		Kind   sms.Kind
		Reason sms.Reason
		Pause  time.Duration
	}
	other := func(change func(*sms.Message)) func() sms.Message {
		return func() sms.Message { m := message(); change(&m); return m }
	}
	for _, c := range []struct {
		name     string
		settings func(*smsgateway.Settings)
		message  func() sms.Message
		want     want // the same for both companies
	}{
		{"impossible number", func(s *smsgateway.Settings) { s.Impossible = map[string]bool{"13812345678": true} }, message,
			want{sms.Permanent, sms.ReasonNumber, 0}},
		{"no mobile number", nil, other(func(m *sms.Message) { m.To = "05641234567" }), want{sms.Permanent, sms.ReasonNumber, 0}},
		{"signature not registered", nil, other(func(m *sms.Message) { m.Sign = "别人" }), want{sms.Permanent, sms.ReasonTemplate, 0}},
		{"template refused", nil, other(func(m *sms.Message) { m.Template = "unregistered" }), want{sms.Permanent, sms.ReasonTemplate, 0}},
		{"template not configured", nil, other(func(m *sms.Message) { m.Template = "?" }), want{sms.Permanent, sms.ReasonTemplate, 0}},
		{"variable missing", nil, other(func(m *sms.Message) { delete(m.Params, "url") }), want{sms.Permanent, sms.ReasonTemplate, 0}},
		{"no id", nil, other(func(m *sms.Message) { m.ID = "" }), want{sms.Permanent, sms.ReasonContent, 0}},
		{"account throttled", func(s *smsgateway.Settings) { s.Throttle = fault.Always }, message,
			want{sms.Throttled, sms.ReasonQuota, 5 * time.Second}},
		{"out of order", func(s *smsgateway.Settings) { s.Down = fault.Always }, message, want{sms.Temporary, sms.ReasonProvider, 0}},
		{"wrong key", func(s *smsgateway.Settings) {
			s.AliyunKeys, s.TencentKeys = signature.Keys{"LTAI": "x"}, signature.Keys{"AKID": "x"}
		}, message, want{sms.Temporary, sms.ReasonAccount, 0}},
		{"unknown key", func(s *smsgateway.Settings) { s.AliyunKeys, s.TencentKeys = nil, nil }, message,
			want{sms.Temporary, sms.ReasonAccount, 0}},
		{"clock wrong", func(s *smsgateway.Settings) { s.Now = func() time.Time { return now.Add(time.Hour) } }, message,
			want{sms.Temporary, sms.ReasonAccount, 0}},
	} {
		t.Run(c.name, func(t *testing.T) {
			w := start(t, c.settings)
			for shape, sender := range w.senders {
				_, err := sender.Send(context.Background(), c.message())
				if err == nil {
					t.Fatalf("%s: taken", shape)
				}
				e := sms.AsError(err)
				if diff := cmp.Diff(c.want, want{e.Kind, e.Reason, e.RetryAfter}); diff != "" {
					t.Errorf("%s %s: %s", shape, e.Code, diff)
				}
				if e.MaybeSent || e.Provider != shape || e.Code == "" {
					t.Errorf("%s: %+v", shape, e)
				}
				if strings.Contains(err.Error(), "13812345678") {
					t.Errorf("%s: the error shows the number: %v", shape, err)
				}
			}
			if got := w.gateway.Messages(); len(got) != 0 {
				t.Errorf("a message was taken: %+v", got)
			}
		})
	}
}

func TestTooManyToOneNumber(t *testing.T) {
	w := start(t, func(s *smsgateway.Settings) { s.PerMinute = 1 })
	for shape, pause := range map[string]time.Duration{"aliyun": time.Minute, "tencent": 30 * time.Second} {
		m := message()
		if shape == "tencent" {
			m.To = "13912345678"
		}
		if _, err := w.senders[shape].Send(context.Background(), m); err != nil {
			t.Fatal(err)
		}
		_, err := w.senders[shape].Send(context.Background(), m)
		if e := sms.AsError(err); e.Kind != sms.Throttled || e.Reason != sms.ReasonFrequency || e.RetryAfter != pause {
			t.Errorf("%s: %+v", shape, e)
		}
	}
}

// An answer that is lost after the company took the message must not be mistaken for a message that was not sent;
// the report that arrives later tells the truth.
//
// covers: C-44
func TestLostAnswer(t *testing.T) {
	for _, shape := range []string{"aliyun", "tencent"} {
		t.Run(shape, func(t *testing.T) {
			arrived := make(chan sms.Report, 1)
			hook := reportServer(t, shape, func(_ context.Context, r sms.Report) error { arrived <- r; return nil })
			w := start(t, func(s *smsgateway.Settings) {
				s.LoseAnswer = 1
				s.AliyunReportURL, s.TencentReportURL = hook, hook
			})
			_, err := w.senders[shape].Send(context.Background(), message())
			e := sms.AsError(err)
			if err == nil || e.Kind != sms.Temporary || e.Reason != sms.ReasonNetwork || !e.MaybeSent {
				t.Fatalf("%+v", e)
			}
			r := <-arrived
			taken := w.gateway.Messages()
			if len(taken) != 1 || r.ProviderID != taken[0].ProviderID || !r.Delivered {
				t.Errorf("report %+v, taken %+v", r, taken)
			}
			if shape == "aliyun" && r.OutID != "ob-0001" {
				t.Errorf("out id %q", r.OutID)
			}
			if _, err := w.senders[shape].Send(context.Background(), message()); err != nil {
				t.Errorf("the fault was for one message: %v", err)
			}
		})
	}
}

func TestSlowAnswerTimesOut(t *testing.T) {
	w := start(t, func(s *smsgateway.Settings) { s.Delay = time.Minute })
	for shape, sender := range w.senders {
		ctx, cancel := context.WithTimeout(context.Background(), 150*time.Millisecond)
		_, err := sender.Send(ctx, message())
		cancel()
		if e := sms.AsError(err); err == nil || e.Code != "timeout" || !e.MaybeSent {
			t.Errorf("%s: %+v", shape, e)
		}
	}
}

func TestNobodyListens(t *testing.T) {
	server := httptest.NewServer(http.NotFoundHandler())
	server.Close()
	a, err := sms.NewAliyun(sms.AliyunConfig{Endpoint: server.URL, AccessKeyID: "a", AccessKeySecret: "b",
		Templates: map[string]string{"signing-request": "SMS_1"}, Now: time.Now})
	if err != nil {
		t.Fatal(err)
	}
	_, err = a.Send(context.Background(), message())
	if e := sms.AsError(err); e.Kind != sms.Temporary || e.Reason != sms.ReasonNetwork || e.MaybeSent {
		t.Errorf("%+v", e)
	}
}

func reportServer(t *testing.T, shape string, accept sms.Accept) (url string) {
	t.Helper()
	handler := sms.AliyunReports("5Z7kq", accept)
	if shape == "tencent" {
		handler = sms.TencentReports("5Z7kq", accept)
	}
	mux := http.NewServeMux()
	mux.Handle("POST /hooks/sms/{secret}", handler)
	server := httptest.NewServer(mux)
	t.Cleanup(server.Close)
	return server.URL + "/hooks/sms/5Z7kq"
}

// covers: C-30
func TestReportsArrive(t *testing.T) {
	for _, shape := range []string{"aliyun", "tencent"} {
		t.Run(shape, func(t *testing.T) {
			arrived := make(chan sms.Report, 9)
			turnedAway := false
			hook := reportServer(t, shape, func(_ context.Context, r sms.Report) error {
				if !turnedAway { // the first push fails: the company pushes again
					turnedAway = true
					return context.DeadlineExceeded
				}
				arrived <- r
				return nil
			})
			w := start(t, func(s *smsgateway.Settings) {
				s.AliyunReportURL, s.TencentReportURL = hook, hook
				s.RepeatCallback = true
				s.Undeliverable = map[string]string{"13812345678": "MOBILE_NOT_ON_SERVICE"}
			})
			receipt, err := w.senders[shape].Send(context.Background(), message())
			if err != nil {
				t.Fatal(err)
			}
			first, second := <-arrived, <-arrived
			if first != second {
				t.Errorf("the repetition differs: %+v, %+v", first, second)
			}
			if first.ProviderID != receipt.ProviderID || first.Delivered || first.Code != "MOBILE_NOT_ON_SERVICE" ||
				first.To != "13812345678" || !first.At.Equal(now) {
				t.Errorf("%+v", first)
			}
			if got := first.Text(); got != "短信未送达：号码停机、空号、关机或不在服务区，需要核对号码，或稍后重发" {
				t.Error(got)
			}
		})
	}
}

func TestReportDoor(t *testing.T) {
	asked := 0
	accept := func(context.Context, sms.Report) error { asked++; return nil }
	mux := http.NewServeMux()
	mux.Handle("POST /open/{secret}", sms.AliyunReports("5Z7kq", accept))
	mux.Handle("POST /closed/{secret}", sms.AliyunReports("", accept))
	good := `[{"biz_id":"1^0","success":true}]`
	for _, c := range []struct {
		path, body string
		status     int
	}{
		{"/open/5Z7kq", good, 200},
		{"/open/5Z7k", good, 404},
		{"/open/5Z7kq1", good, 404},
		{"/closed/x", good, 404},
		{"/open/5Z7kq", `{"biz_id":"1^0"}`, 400},
		{"/open/5Z7kq", "[" + strings.Repeat(" ", 1<<20) + "]", 400},
	} {
		rec := httptest.NewRecorder()
		mux.ServeHTTP(rec, httptest.NewRequest("POST", c.path, strings.NewReader(c.body)))
		if rec.Code != c.status {
			t.Errorf("%s %.20s: %d, want %d", c.path, c.body, rec.Code, c.status)
		}
		if c.status == 200 {
			var said struct{ Code *int }
			if err := json.Unmarshal(rec.Body.Bytes(), &said); err != nil || said.Code == nil || *said.Code != 0 {
				t.Errorf("answer %s", rec.Body)
			}
		}
	}
	if asked != 1 {
		t.Errorf("%d reports got in", asked)
	}
}

func TestSettingsThatMissNameWhatIsMissing(t *testing.T) {
	clock := func() time.Time { return now }
	_, aliyun := sms.NewAliyun(sms.AliyunConfig{AccessKeyID: "a", Now: clock})
	_, tencent := sms.NewTencent(sms.TencentConfig{SecretID: "a", SecretKey: "b"})
	_, empty := sms.NewFailover(sms.FailoverConfig{Now: clock})
	_, share := sms.NewFailover(sms.FailoverConfig{Now: clock}, sms.Provider{Name: "甲", Share: 101})
	for want, err := range map[string]error{"密钥": aliyun, "时钟": tencent, "没有配置": empty, "份额": share} {
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("error %v does not say %q", err, want)
		}
	}
}
