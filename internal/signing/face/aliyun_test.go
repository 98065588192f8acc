package face_test

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"wangban/internal/signing/face"
	"wangban/simulators/facecloud"
	"wangban/simulators/fault"
	"wangban/simulators/signature"
)

// wall is the hour of the sockets and signatures, moved the hour that a demo's clock shows.
var (
	wall  = time.Date(2026, 11, 23, 9, 0, 0, 0, time.UTC)
	moved = time.Date(2020, 8, 21, 8, 30, 0, 0, time.UTC)
)

type world struct {
	cloud    *facecloud.Cloud
	verifier *face.Aliyun
	// the desk is our side of the browser and of callbacks
	desk      *httptest.Server
	callbacks chan url.Values
	wall      time.Time
}

func start(t *testing.T, settings func(*facecloud.Settings), config func(*face.Config)) *world {
	t.Helper()
	w := &world{callbacks: make(chan url.Values, 9), wall: wall}
	mux := http.NewServeMux()
	mux.HandleFunc("GET /back", func(w http.ResponseWriter, r *http.Request) { w.Write([]byte("back")) })
	mux.HandleFunc("GET /callback", func(_ http.ResponseWriter, r *http.Request) { w.callbacks <- r.URL.Query() })
	w.desk = httptest.NewServer(mux)
	s := facecloud.Settings{Keys: signature.Keys{"LTAI": "face-secret"}, SceneIDs: []string{"1000000006"},
		RetryPause: time.Millisecond, Now: func() time.Time { return w.wall }}
	if settings != nil {
		settings(&s)
	}
	w.cloud = facecloud.New(s)
	server := httptest.NewServer(w.cloud)
	t.Cleanup(func() { server.Close(); w.cloud.Close(); w.desk.Close() })
	c := face.Config{Endpoint: server.URL, AccessKeyID: "LTAI", AccessKeySecret: "face-secret", SceneID: 1000000006,
		CallbackURL: w.desk.URL + "/callback", CallbackToken: "tok",
		Now: func() time.Time { return moved }, WallClock: func() time.Time { return w.wall }}
	if config != nil {
		config(&c)
	}
	var err error
	if w.verifier, err = face.NewAliyun(c); err != nil {
		t.Fatal(err)
	}
	return w
}

func (w *world) subject() face.Subject {
	return face.Subject{Name: "欧阳㛃", IDNumber: "341523198001011234", TransactionID: "T0001",
		ReturnURL: w.desk.URL + "/back?case=1", MetaInfo: `{"zimVer":"3.0.0","deviceType":"h5"}`}
}

// choose is the person on the page; it gives the query with which the browser came back.
func (w *world) choose(t *testing.T, s face.Session, choice string) url.Values {
	t.Helper()
	page, err := http.Get(s.URL)
	if err != nil {
		t.Fatal(err)
	}
	page.Body.Close()
	if page.StatusCode != http.StatusOK {
		t.Fatalf("the page answers %s", page.Status)
	}
	resp, err := http.PostForm(s.URL, url.Values{"choice": {choice}})
	if err != nil {
		t.Fatal(err)
	}
	resp.Body.Close()
	back := resp.Request.URL
	if back.Path != "/back" || back.Query().Get("case") != "1" {
		t.Fatalf("the browser ended at %s", back)
	}
	return back.Query()
}

// covers: R-064, C-03
func TestEveryOutcome(t *testing.T) {
	for _, c := range []struct {
		choice    string
		code      face.Code
		passed    bool
		pending   bool
		liveness  face.Liveness
		score     bool
		cancelled bool
	}{
		{"pass", face.CodePassed, true, false, face.LivenessOK, true, false},
		{"other-person", face.CodeNotSamePerson, false, false, face.LivenessOK, true, false},
		{"no-liveness", face.CodeNoLiveness, false, false, face.LivenessRisk, true, false},
		{"id-mismatch", face.CodeIDMismatch, false, false, face.LivenessOK, false, false},
		{"no-photo", face.CodeNoPhoto, false, false, face.LivenessOK, false, false},
		{"cancel", face.CodeWaiting, false, true, face.LivenessUnknown, false, true},
		{"time-out", face.CodeWaiting, false, true, face.LivenessUnknown, false, false},
	} {
		t.Run(c.choice, func(t *testing.T) {
			w := start(t, nil, nil)
			ctx := context.Background()
			session, err := w.verifier.Start(ctx, w.subject())
			if err != nil {
				t.Fatal(err)
			}
			if !session.Expires.Equal(moved.Add(30 * time.Minute)) {
				t.Errorf("expires %s", session.Expires)
			}
			if before, err := w.verifier.Query(ctx, session.ProviderID); err != nil || !before.Pending || before.Code != face.CodeWaiting {
				t.Errorf("before: %+v, %v", before, err)
			}
			query := w.choose(t, session, c.choice)
			if hint := face.ReturnHint(query); hint.ProviderID != session.ProviderID || hint.Cancelled != c.cancelled {
				t.Errorf("hint %+v", hint)
			}
			if !c.pending {
				if id, ok := w.verifier.CallbackHint(<-w.callbacks); !ok || id != session.ProviderID {
					t.Errorf("callback for %q", id)
				}
			}
			r, err := w.verifier.Query(ctx, session.ProviderID)
			if err != nil {
				t.Fatal(err)
			}
			if r.Passed != c.passed || r.Pending != c.pending || r.Code != c.code || r.Liveness != c.liveness ||
				(r.Similarity != nil) != c.score || !r.At.Equal(moved) {
				t.Errorf("%+v", r)
			}
			if _, err := face.ProveByFace(r); (err == nil) != c.passed {
				t.Errorf("proof: %v", err)
			}
			for _, personal := range []string{"欧阳", "3415", "jpeg", "oss", "http"} {
				if strings.Contains(string(r.Evidence), personal) {
					t.Errorf("the evidence holds %q: %s", personal, r.Evidence)
				}
			}
			again, err := w.verifier.Query(ctx, session.ProviderID)
			if err != nil || string(again.Evidence) != string(r.Evidence) {
				t.Errorf("asked again: %s, %v", again.Evidence, err)
			}
			if page, err := http.Get(session.URL); err != nil || page.StatusCode != http.StatusGone {
				t.Errorf("the page can be used twice: %v", err)
			}
		})
	}
}

// Callbacks are hints: what they claim changes nothing, they come twice, and strangers' are not listened to.
func TestCallbacksAreHints(t *testing.T) {
	w := start(t, func(s *facecloud.Settings) { s.CallbackLies, s.RepeatCallback = true, true }, nil)
	session, err := w.verifier.Start(context.Background(), w.subject())
	if err != nil {
		t.Fatal(err)
	}
	w.choose(t, session, "other-person")
	first, second := <-w.callbacks, <-w.callbacks
	if first.Get("passed") != "200" || first.Encode() != second.Encode() {
		t.Fatalf("%v, %v", first, second)
	}
	if r, err := w.verifier.Query(context.Background(), session.ProviderID); err != nil || r.Passed {
		t.Errorf("the lie was believed: %+v, %v", r, err)
	}
	forged := url.Values{"certifyId": {session.ProviderID}, "passed": {"200"}, "callbackToken": {"guess"}}
	if _, ok := w.verifier.CallbackHint(forged); ok {
		t.Error("a callback without the token was heard")
	}
	if _, ok := w.verifier.CallbackHint(url.Values{"callbackToken": {"tok"}}); ok {
		t.Error("a callback about nothing was heard")
	}
}

func TestLatePageIsGone(t *testing.T) {
	w := start(t, nil, nil)
	session, err := w.verifier.Start(context.Background(), w.subject())
	if err != nil {
		t.Fatal(err)
	}
	w.wall = w.wall.Add(30 * time.Minute)
	resp, err := http.PostForm(session.URL, url.Values{"choice": {"pass"}})
	if err != nil {
		t.Fatal(err)
	}
	resp.Body.Close()
	if r, err := w.verifier.Query(context.Background(), session.ProviderID); resp.StatusCode != http.StatusGone || err != nil || !r.Pending {
		t.Errorf("%s, %+v, %v", resp.Status, r, err)
	}
}

// covers: C-25
func TestRefusalsToStart(t *testing.T) {
	for _, c := range []struct {
		name      string
		settings  func(*facecloud.Settings)
		config    func(*face.Config)
		subject   func(*face.Subject)
		code      face.Code
		temporary bool
		operator  bool
	}{
		{"out of order", func(s *facecloud.Settings) { s.Down = 1 }, nil, nil, face.CodeSourceDown, true, false},
		{"throttled", func(s *facecloud.Settings) { s.Throttle = 1 }, nil, nil, face.CodeSourceDown, true, false},
		{"answer lost", func(s *facecloud.Settings) { s.LoseAnswer = 1 }, nil, nil, face.CodeSourceDown, true, false},
		{"wrong key", nil, func(c *face.Config) { c.AccessKeySecret = "x" }, nil, face.CodeSourceDown, false, true},
		{"unknown key", nil, func(c *face.Config) { c.AccessKeyID = "x" }, nil, face.CodeSourceDown, false, true},
		{"clock wrong", nil, func(c *face.Config) { c.WallClock = func() time.Time { return moved } }, nil, face.CodeSourceDown, true, true},
		{"wrong scene", nil, func(c *face.Config) { c.SceneID = 7 }, nil, face.CodeSourceDown, false, true},
		{"no meta info", nil, nil, func(s *face.Subject) { s.MetaInfo = "" }, face.CodeDevice, false, true},
		{"number too short", nil, nil, func(s *face.Subject) { s.IDNumber = "341523" }, face.CodeIDMismatch, false, true},
	} {
		t.Run(c.name, func(t *testing.T) {
			w := start(t, c.settings, c.config)
			s := w.subject()
			if c.subject != nil {
				c.subject(&s)
			}
			_, err := w.verifier.Start(context.Background(), s)
			var e *face.Error
			if !errors.As(err, &e) {
				t.Fatalf("error %v", err)
			}
			if e.Code != c.code || e.Temporary != c.temporary || (e.Operator != "") != c.operator || e.ProviderCode == "" {
				t.Errorf("%+v", e)
			}
			if strings.Contains(err.Error(), "欧阳") || strings.Contains(err.Error(), "341523") {
				t.Errorf("the error is personal: %v", err)
			}
		})
	}
}

func TestAfterFailures(t *testing.T) {
	w := start(t, func(s *facecloud.Settings) { s.FailuresPerDay = 2 }, nil)
	for n, want := range []face.Code{"", "", face.CodeTooMany} {
		s := w.subject()
		s.TransactionID += string(rune('a' + n))
		session, err := w.verifier.Start(context.Background(), s)
		if want == "" {
			if err != nil {
				t.Fatal(err)
			}
			w.choose(t, session, "other-person")
			continue
		}
		var e *face.Error
		if !errors.As(err, &e) || e.Code != want || e.ProviderCode != "418" {
			t.Errorf("%v", err)
		}
	}
	w.wall = w.wall.Add(24 * time.Hour)
	session, err := w.verifier.Start(context.Background(), w.subject())
	if err != nil {
		t.Fatal(err)
	}
	w.choose(t, session, "id-mismatch")
	_, err = w.verifier.Start(context.Background(), w.subject())
	var e *face.Error
	if !errors.As(err, &e) || e.Code != face.CodeNoRecord || e.ProviderCode != "417" || e.Code.Retry() {
		t.Errorf("%v", err)
	}
}

func TestSlowAnswer(t *testing.T) {
	w := start(t, func(s *facecloud.Settings) { s.Delay = time.Minute }, nil)
	ctx, cancel := context.WithTimeout(context.Background(), 150*time.Millisecond)
	defer cancel()
	_, err := w.verifier.Start(ctx, w.subject())
	var e *face.Error
	if !errors.As(err, &e) || !e.Temporary {
		t.Errorf("%v", err)
	}
}

func TestQueryTroubles(t *testing.T) {
	w := start(t, nil, nil)
	session, err := w.verifier.Start(context.Background(), w.subject())
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		name string
		set  func(*facecloud.Settings)
		id   string
		code string
	}{
		{"unknown id", func(*facecloud.Settings) {}, "sha000", "406"},
		{"out of order", func(s *facecloud.Settings) { s.Down = 1 }, session.ProviderID, "http-503"},
		{"throttled", func(s *facecloud.Settings) { s.Throttle = 1 }, session.ProviderID, "Throttling.User"},
		{"answer lost", func(s *facecloud.Settings) { s.LoseAnswer = 1 }, session.ProviderID, "no-answer"},
	} {
		w.cloud.Set(c.set)
		r, err := w.verifier.Query(context.Background(), c.id)
		var e *face.Error
		if !errors.As(err, &e) || e.ProviderCode != c.code || r.Passed || e.Temporary != (c.code != "406") {
			t.Errorf("%s: %+v, %v", c.name, r, err)
		}
	}
	if _, err := w.verifier.Query(context.Background(), session.ProviderID); err != nil {
		t.Errorf("the trouble stayed: %v", err)
	}
}

func TestWithoutScriptsTheConfiguredMetaInfoIsSent(t *testing.T) {
	w := start(t, nil, func(c *face.Config) { c.MetaInfo = `{"deviceType":"h5"}` })
	s := w.subject()
	s.MetaInfo, s.Elder = "", true
	if _, err := w.verifier.Start(context.Background(), s); err != nil {
		t.Fatal(err)
	}
	if got := w.cloud.Sessions()[0]; !got.Elder || got.Name != "欧阳㛃" || got.OrderNo != "T0001" {
		t.Errorf("%+v", got)
	}
}

func TestSettingsThatMiss(t *testing.T) {
	clock := func() time.Time { return wall }
	for want, c := range map[string]face.Config{
		"SceneID": {AccessKeyID: "a", AccessKeySecret: "b", Now: clock, WallClock: clock},
		"密钥":      {SceneID: 1, AccessKeyID: "a", Now: clock, WallClock: clock},
		"Now":     {SceneID: 1, AccessKeyID: "a", AccessKeySecret: "b", WallClock: clock},
	} {
		if _, err := face.NewAliyun(c); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%v does not say %s", err, want)
		}
	}
	w := start(t, nil, nil)
	s := w.subject()
	s.TransactionID = "T-1"
	if _, err := w.verifier.Start(context.Background(), s); err == nil {
		t.Error("a transaction id with a dash went out")
	}
}

func TestStartAgainAfterLostAnswer(t *testing.T) {
	w := start(t, func(s *facecloud.Settings) { s.LoseAnswer = 1 }, nil)
	if _, err := w.verifier.Start(context.Background(), w.subject()); err == nil {
		t.Fatal("no answer, yet no error")
	}
	s := w.subject()
	s.TransactionID = "T0002"
	session, err := w.verifier.Start(context.Background(), s)
	if err != nil {
		t.Fatal(err)
	}
	w.choose(t, session, "pass")
	if r, err := w.verifier.Query(context.Background(), session.ProviderID); err != nil || !r.Passed {
		t.Errorf("%+v, %v", r, err)
	}
	w.cloud.Set(func(s *facecloud.Settings) { s.Faults = fault.Faults{} })
	if n := len(w.cloud.Sessions()); n != 2 {
		t.Errorf("%d attempts", n)
	}
	var kept map[string]any
	r, err := w.verifier.Query(context.Background(), session.ProviderID)
	if err != nil || json.Unmarshal(r.Evidence, &kept) != nil || kept["subCode"] != "200" || kept["provider"] != "aliyun-cloudauth" {
		t.Errorf("%s, %v", r.Evidence, err)
	}
}
